"""The run of small faults: which faults there are, how one is put in, and that what is said of them is still about this code."""

from __future__ import annotations

import ast

import pytest
import yaml
from benchmarks import mutants
from benchmarks.mutating import mutants_of, mutated

SOURCE = '''"""Text."""

LIMIT = 3


@dataclass(frozen=True)
class Thing:
    """Text."""

    def fits(self, value: int = 1, *, name: str | None = None) -> bool:
        """Text."""
        if TYPE_CHECKING:
            value = 99
        note(value)
        if value < LIMIT and name is not None or not self.open:
            return value + 1 == -2
        return "SELECT 1 WHERE a = b AND c IS NULL" if name else "AND so on"
'''
EXPECTED = {
    "(module): 3 → 4",
    "Thing.fits: 1 → 2",
    "Thing.fits: 1 → 2 #2",
    "Thing.fits: note(value) → pass",
    "Thing.fits: value < LIMIT → value <= LIMIT",
    "Thing.fits: name is not None → name is None",
    "Thing.fits: not self.open → self.open",
    "Thing.fits: value < LIMIT and name is not None → value < LIMIT or name is not None",
    "Thing.fits: value < LIMIT and name is not None → name is not None",
    "Thing.fits: value < LIMIT and name is not None → value < LIMIT",
    "Thing.fits: value + 1 → value - 1",
    "Thing.fits: -2 → 2",
    "Thing.fits: 2 → 3",
    "Thing.fits: value + 1 == -2 → value + 1 != -2",
    "Thing.fits: SELECT 1 WHERE a = b AND c IS NULL → SELECT 1 WHERE a = b OR c IS NULL",
    "Thing.fits: SELECT 1 WHERE a = b AND c IS NULL → SELECT 1 WHERE a <> b AND c IS NULL",
    "Thing.fits: SELECT 1 WHERE a = b AND c IS NULL → SELECT 1 WHERE a = b AND c IS NOT NULL",
}


def test_faults_are_those_of_a_hasty_hand_and_none_of_wording_types_or_decorators() -> None:
    found = {mutant.key.removeprefix("thing.py ") for mutant in mutants_of(SOURCE, "thing.py")}
    assert found >= EXPECTED
    assert not [
        key for key in found if "frozen" in key or "TYPE_CHECKING" in key or "99" in key or "Text" in key
    ]
    assert len(found) == len(mutants_of(SOURCE, "thing.py"))


@pytest.mark.parametrize("key", sorted(EXPECTED))
def test_one_fault_is_put_in_and_every_line_stays_where_it_was(key: str) -> None:
    tree = mutated(SOURCE, "thing.py", f"thing.py {key}")
    before, after = ast.unparse(ast.parse(SOURCE)).splitlines(), ast.unparse(tree).splitlines()
    assert len([1 for old, new in zip(before, after, strict=True) if old != new]) == 1
    lines = [node.lineno for node in ast.walk(ast.parse(SOURCE)) if isinstance(node, ast.stmt)]
    assert [node.lineno for node in ast.walk(tree) if isinstance(node, ast.stmt)] == lines


def test_the_same_seed_draws_the_same_and_a_larger_sample_holds_the_smaller() -> None:
    config = yaml.safe_load(mutants.CONFIG.read_text(encoding="utf-8"))
    rooms = mutants.rooms_of(config)
    assert sum(len(mutants.drawn(room, 500, 17)) for room in rooms) >= 500
    for room in rooms:
        assert len(mutants.drawn(room, 500, 17)) >= 40, room.name
        assert mutants.drawn(room, 500, 17)[:5] == mutants.drawn(room, 100, 17)[:5]
        assert all((mutants.ROOT / test).exists() for test in room.tests)


def test_every_verdict_is_about_a_fault_that_could_be_put_into_the_code_of_today() -> None:
    config = yaml.safe_load(mutants.CONFIG.read_text(encoding="utf-8"))
    modules = {key.partition(" ")[0] for key in config["verdicts"]}
    possible = {
        mutant.key
        for module in modules
        for mutant in mutants_of(
            (mutants.ROOT / mutants.PACKAGE / module).read_text(encoding="utf-8"), module
        )
    }
    assert set(config["verdicts"]) <= possible
    assert all(verdict.startswith(("equivalent: ", "accepted: ")) for verdict in config["verdicts"].values())
