"""The clean example satisfies every rule, and every rule finds its own fault at its cell, table by table."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from statecollect.campaign.demo import example_rows
from statecollect.catalog import load_catalog
from statecollect.rules.field_rules import families_of, field_rule

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "examples" / "generate"))

from faults import changes, field_faults  # noqa: E402
from remaining import broken, unclean, unproven  # noqa: E402
from trial import Trial, parties_of  # noqa: E402

CATALOG = load_catalog("2022")
COLLECTED = [table for table in CATALOG.tables if not CATALOG.tables[table].sql]


@pytest.fixture(scope="module")
def college() -> Iterator[Trial]:
    trial = Trial(CATALOG, example_rows(ROOT / "examples" / "2022"))
    with trial.store:
        yield trial


def test_every_table_has_example_rows(college: Trial) -> None:
    assert sorted(parties_of(college.rows)) == sorted(COLLECTED)


@pytest.mark.parametrize("table", COLLECTED)
def test_the_clean_rows_are_taken_as_they_are(college: Trial, table: str) -> None:
    left = unclean(college, CATALOG.tables[table])
    assert not left, "\n".join(left)


@pytest.mark.parametrize("table", CATALOG.tables)
def test_every_rule_was_run_over_the_clean_rows_and_holds(college: Trial, table: str) -> None:
    left = broken(college, CATALOG.tables[table])
    assert not left, "\n".join(left)


@pytest.mark.long("each of 700 rules gets a fault of its own in a whole college")
@pytest.mark.parametrize("table", CATALOG.tables)
def test_every_rule_finds_its_fault_at_the_cell(college: Trial, table: str) -> None:
    left = unproven(college, CATALOG.tables[table])
    assert not left, "\n".join(left)


@pytest.mark.long("each check of every table's fields gets a fault of its own in a whole college")
@pytest.mark.parametrize("table", COLLECTED)
def test_every_field_rule_finds_its_fault_at_the_cell(college: Trial, table: str) -> None:
    faults = list(field_faults(college, CATALOG.tables[table]))
    assert [one.rule for one in faults] == [
        field_rule(CATALOG.tables[table], family) for family in families_of(CATALOG.tables[table])
    ]
    for fault in faults:
        (party, row), *_ = fault.found_at
        with college.changed(changes(college, fault)) as findings:
            found = {(one.rule, one.field, one.origin.cell) for one in findings if one.party == party}
        cell = college.cell(CATALOG.tables[table], fault.field or "", row)
        assert (fault.rule, fault.field, cell) in found
