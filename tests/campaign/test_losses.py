"""When a return takes rows away, and when it only repairs them; and that order of arrival decides nothing."""

from __future__ import annotations

import datetime as dt
import itertools
import random
import time
from collections.abc import Sequence
from dataclasses import replace

import pytest

import small_school
from statecollect.catalog import Catalog, Table, load_catalog
from statecollect.intake.return_diff import gone
from statecollect.intake.versions import SortedReturns, Version, relation, sort_out

SEPTEMBER = dt.datetime(2024, 9, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STATECOLLECT_SCHEMAS", str(small_school.YEARS))
        return load_catalog("2099")


@pytest.fixture(scope="module")
def majors(catalog: Catalog) -> Table:
    return catalog.tables["1.2.1"]


def row(table: Table, **said: object) -> list[object]:
    return [said.get(field.name) for field in table.fields]


def rows(table: Table, first: int, beyond: int, prefix: str = "A", students: int = 20) -> list[list[object]]:
    return [
        row(table, 专业代码=f"{prefix}{at}", 方向="甲", 院系="教务处", 男生=students + at)
        for at in range(first, beyond)
    ]


def test_what_is_left_of_a_table(majors: Table) -> None:
    before = rows(majors, 0, 10)
    cases = {
        "the same": (before, 0),
        "in another order": (before[::-1], 0),
        "four fewer, however alike those that stay": (before[:6], 4),
        "nothing": ([], 10),
        "others instead of them": (
            rows(majors, 50, 60, "Z"),
            0,
        ),  # they agree in 方向 and 院系: repaired keys
        "every key repaired": (rows(majors, 0, 10, "B"), 0),
        "one new row stands for one old row only": ([*before[:5], *rows(majors, 90, 91, "B")], 4),
        "a cell changed in each": (rows(majors, 0, 10, students=70), 0),
    }
    assert {name: gone(majors, before, after) for name, (after, _) in cases.items()} == {
        name: wanted for name, (_, wanted) in cases.items()
    }
    unlike = [row(majors, 专业代码=f"Z{at}", 方向="丙", 院系=f"别的{at}", 男生=at) for at in range(900, 910)]
    assert gone(majors, before, unlike) == 10


def test_a_table_of_one_row_is_never_gone(catalog: Catalog) -> None:
    table = catalog.tables["1.1.1"]
    assert table.rows == "one"
    assert gone(table, [["甲校", 3]], [["乙校", 7]]) == 0
    assert gone(table, [["甲校", 3]], []) == 1


def test_looking_for_repaired_keys_does_not_cost_the_square(majors: Table) -> None:
    def cost(size: int) -> float:
        old = rows(majors, 0, size)
        new = rows(majors, 0, size, "B", students=size * 3)
        start = time.process_time()
        gone(majors, old, new)
        return time.process_time() - start

    cost(500)
    small, large = min(cost(2_000) for _ in range(2)), cost(16_000)
    assert large < 8 * 4 * small + 0.5


def version(name: str, keys: Sequence[int], **more: object) -> Version:
    found = frozenset((key,) for key in keys)
    return Version(name * 8, f"{name}.xlsx", frozenset({"t"}), {"t": found}, **more)  # type: ignore[arg-type]


def test_what_two_workbooks_are_to_each_other() -> None:
    one = version("a", range(10))
    assert relation(one, version("b", range(5, 40))) == "versions"  # half of the smaller
    assert relation(one, version("b", range(6, 40))) == "unclear"
    assert relation(one, version("b", range(10, 40))) == "parts"
    assert relation(one, version("b", range(10, 40), made_from=(one.sha256,))) == "versions"
    other = Version("c", "c.xlsx", frozenset({"u"}), {"u": frozenset({(1,)})})
    assert relation(one, other) == "parts"
    nothing = Version("d", "d.xlsx", frozenset({"t"}), {"t": frozenset()})
    assert relation(one, nothing) == "versions"  # nil instead of rows is a newer word, not another part
    assert relation(nothing, nothing) == "versions"
    both = Version("e", "e.xlsx", frozenset({"t", "u"}), {"t": frozenset(), "u": frozenset({(1,)})})
    assert relation(one, both) == "parts"


@pytest.mark.parametrize("seed", range(30))
def test_the_order_of_arrival_decides_nothing(seed: int) -> None:
    chance = random.Random(seed)
    some = [
        version(
            name,
            chance.sample(range(12), chance.randint(1, 8)),
            round=chance.choice([0, 0, 1]),
            modified=chance.choice([None, SEPTEMBER, SEPTEMBER + dt.timedelta(days=chance.randint(1, 3))]),
            file_time=chance.choice([5, chance.randint(1, 9)]),
        )
        for name in "abcd"
    ]
    standing = [version("s", range(4), modified=SEPTEMBER, standing=True)] if seed % 2 else []

    def told(found: SortedReturns) -> tuple[object, ...]:
        return (
            {one.name for one in found.counting},
            {sha: one.name for sha, one in found.superseded.items()},
            set(found.unclear),
        )

    answers = [told(sort_out(list(those), standing)) for those in itertools.permutations(some)]
    assert all(answer == answers[0] for answer in answers)
    counted, superseded, unclear = answers[0]
    fresh = {one.sha256: one.name for one in some}
    for sha, name in fresh.items():
        assert (name in counted) + (sha in superseded) + (sha in unclear) == 1  # type: ignore[operator]


def test_a_name_is_never_asked() -> None:
    """The same two workbooks under each other's names: the same one counts."""
    one, other = version("a", range(10), modified=SEPTEMBER), version("b", range(10), modified=SEPTEMBER)
    newer = replace(other, modified=SEPTEMBER + dt.timedelta(seconds=1))
    swapped = [replace(one, name=newer.name), replace(newer, name=one.name)]
    assert [found.sha256 for found in sort_out([one, newer], []).counting] == [newer.sha256]
    assert [found.sha256 for found in sort_out(swapped, []).counting] == [newer.sha256]
