"""The clean example satisfies every rule, and every rule finds its own fault at its cell, table by table."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from statecollect.campaign.demo import example_rows
from statecollect.catalog import load_catalog
from statecollect.catalog.field_rules import families_of, field_rule

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "examples" / "generate"))

from faults import Fault, NoFaultError, all_faults, changes, field_faults  # noqa: E402
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
    found = college.findings(table)
    assert not found, "\n".join(f"{one.rule} {one.origin.cell} {one.field}: {one.message}" for one in found)


@pytest.mark.parametrize("table", CATALOG.tables)
def test_every_rule_was_run_over_the_clean_rows_and_holds(college: Trial, table: str) -> None:
    rules = [bound for bound in college.rules.values() if bound.table.id == table]
    wrong = [
        f"{one.rule.id} {one.status}: {one.reason or [finding.message for finding in one.findings[:2]]}"
        for one in college.results(rules)
        if one.status != "passed"
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.long("each of 700 rules gets a fault of its own in a whole college")
@pytest.mark.parametrize("table", CATALOG.tables)
def test_every_rule_finds_its_fault_at_the_cell(college: Trial, table: str) -> None:
    wrong = []
    for rule, fault in all_faults(college, CATALOG.tables[table]):
        if isinstance(fault, NoFaultError):
            wrong.append(f"{rule}: {fault}")
            continue
        problem = missed(college, fault)
        if problem:
            wrong.append(f"{rule}: {problem}")
    assert not wrong, "\n".join(wrong)


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


def missed(college: Trial, fault: Fault) -> str:
    """Say what went wrong when the rule met its fault; empty when it was found where it should be."""
    bound = college.rules[fault.rule]
    with college.changed(changes(college, fault)):
        (result,) = college.results([bound])
        expected = set(fault.found_at)
        if fault.expect:
            expected |= set(college.matching(bound.table, fault.expect))
    if result.status != "failed":
        return f"{result.status} {result.reason or ''} {fault.steps}"
    whole = all(one.origin.row is None for one in result.findings) and "_id" not in (bound.find or "_id")
    if whole and not fault.expect:
        return ""
    if not expected:
        pinned = [one.origin.cell for one in result.findings if one.origin.row is not None]
        return f"expect 没有写，找到的是 {pinned}" if pinned else ""
    cells = {
        (party, college.cell(bound.table, fault.field, row) if fault.field else None)
        for party, row in expected
    }
    found = {(one.party, one.origin.cell) for one in result.findings}
    return "" if cells & found else f"应在 {sorted(cells)}，找到 {sorted(found)[:5]}"
