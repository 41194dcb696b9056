"""What a newer return changes in the one before it: rows added, removed or gone, and every changed cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from statecollect.catalog import Table
from statecollect.core.spelling import spelled
from statecollect.findings.masking import shown

_MOST_PAIRS = 100_000  # rows compared with rows in search of a repaired key
ReturnedRow = Sequence[Any]  # values in the order of the table's fields


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell: of which row (by its key), which field, what it was and is; personal values are masked."""

    key: str
    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Changes:
    """The difference of two returns of one table. ``added`` and ``removed`` count rows."""

    added: int
    removed: int
    cells: tuple[CellChange, ...]

    @property
    def empty(self) -> bool:
        """Whether the newer return says the same."""
        return not (self.added or self.removed or self.cells)

    def as_json(self) -> dict[str, Any]:
        """Return the shape of the command-line contract."""
        return {"added": self.added, "removed": self.removed, "changed": [asdict(one) for one in self.cells]}


def changes(table: Table, before: Sequence[ReturnedRow], after: Sequence[ReturnedRow]) -> Changes:
    """Compare by the table's key; rows whose key is not unique, or that have none, count as whole rows."""
    names = [field.name for field in table.fields]
    places = [names.index(name) for name in table.key]
    if table.rows == "one" and len(before) == len(after) == 1:
        return Changes(0, 0, tuple(_cells(table, "", before[0], after[0])))
    old, new = _by_key(before, places), _by_key(after, places)
    cells: list[CellChange] = []
    for key in old.keys() & new.keys():
        cells += _cells(table, _shown(table, key), old[key], new[key])
    rest_before = _rest(before, places, old)
    rest_after = _rest(after, places, new)
    added = len(new.keys() - old.keys()) + sum((rest_after - rest_before).values())
    removed = len(old.keys() - new.keys()) + sum((rest_before - rest_after).values())
    return Changes(added, removed, tuple(sorted(cells, key=lambda one: (one.key, names.index(one.field)))))


def gone(table: Table, before: Sequence[ReturnedRow], after: Sequence[ReturnedRow]) -> int:
    """Count the rows of ``before`` of which nothing is left: neither their key, nor a new row that could be theirs.

    A repaired key is no loss: a row whose key is new stands for one that agrees with it in half of its filled fields.
    """
    if table.rows == "one" and before and after:
        return 0
    names = [field.name for field in table.fields]
    places = [names.index(name) for name in table.key] or list(range(len(names)))
    lost = Counter(_key(row, places) for row in before)
    fresh = Counter(_key(row, places) for row in after)
    old = _beyond(before, places, lost - fresh)
    new = _beyond(after, places, fresh - lost)
    return len(old) - _taken_for(old, new, places)


def _beyond(
    rows: Sequence[ReturnedRow], places: Sequence[int], left: Counter[tuple[str, ...]]
) -> list[list[str]]:
    """Return, spelled, as many rows of each key as ``left`` says."""
    left = left.copy()
    found = []
    for row in rows:
        key = _key(row, places)
        if left[key] > 0:
            left[key] -= 1
            found.append(list(map(spelled, row)))
    return found


def _taken_for(old: Sequence[list[str]], new: Sequence[list[str]], places: Sequence[int]) -> int:
    """Count the old rows for each of which another new row could stand."""
    rest = [place for place in range(len(old[0]) if old else 0) if place not in places]
    said = Counter(tuple(row[place] for place in rest) for row in new)
    open_rows, matched = [], 0
    for row in old:  # first those that differ by their key alone: cheap, however many there are
        content = tuple(row[place] for place in rest)
        if any(content) and said[content] > 0:
            said[content] -= 1
            matched += 1
        else:
            open_rows.append(row)
    unused = _unused(new, rest, said)
    if len(open_rows) * len(unused) > _MOST_PAIRS:
        return matched
    for row in open_rows:
        filled = [place for place, text in enumerate(row) if text]
        for at, other in enumerate(unused):
            if 2 * sum(row[place] == other[place] for place in filled) >= len(filled):
                del unused[at]
                matched += 1
                break
    return matched


def _unused(
    rows: Sequence[list[str]], rest: Sequence[int], left: Counter[tuple[str, ...]]
) -> list[list[str]]:
    left = left.copy()
    found = []
    for row in rows:
        content = tuple(row[place] for place in rest)
        if left[content] > 0:
            left[content] -= 1
            found.append(row)
    return found


def _by_key(rows: Sequence[ReturnedRow], places: Sequence[int]) -> Mapping[tuple[str, ...], ReturnedRow]:
    """Return the rows whose key no other row has."""
    if not places:
        return {}
    keys = [_key(row, places) for row in rows]
    count = Counter(keys)
    return {key: row for key, row in zip(keys, rows, strict=True) if count[key] == 1}


def _rest(
    rows: Sequence[ReturnedRow], places: Sequence[int], by_key: Mapping[tuple[str, ...], ReturnedRow]
) -> Counter[str]:
    return Counter(
        "\x1f".join(map(spelled, row)) for row in rows if not places or _key(row, places) not in by_key
    )


def _key(row: ReturnedRow, places: Sequence[int]) -> tuple[str, ...]:
    return tuple(spelled(row[place]) for place in places)


def _shown(table: Table, key: tuple[str, ...]) -> str:
    parts = zip(table.key, key, strict=True)
    return " ".join(shown(table.by_name[name], text) for name, text in parts if text)


def _cells(table: Table, key: str, before: ReturnedRow, after: ReturnedRow) -> list[CellChange]:
    found = []
    for field, old, new in zip(table.fields, before, after, strict=True):
        if spelled(old) != spelled(new):
            found.append(CellChange(key, field.name, *(shown(field, spelled(one)) for one in (old, new))))
    return found
