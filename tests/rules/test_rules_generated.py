"""Rules that follow from fields: each kind passes and fails on toy rows, at the right cell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

import toy
from statecollect.rules import RuleResult, rules_of, run
from statecollect.store import Store

CASES: list[dict[str, Any]] = yaml.load(
    (Path(toy.YEAR).parent / "generated_rules.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader
)
NUMBERS = {"integer": int, "decimal": float}


def result(rule_id: str, tables: dict[str, toy.Rows]) -> RuleResult:
    catalog = toy.catalog()
    with Store.in_memory(catalog, {}) as store:
        store.apply([toy.delivery("教务处", table_id, rows) for table_id, rows in tables.items()])
        table = catalog.tables[rule_id.split("-")[0]]
        return next(one for one in run(store, rules_of(catalog, table)) if one.rule.id == rule_id)


def typed(table_id: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give the text of the data file the type of its field."""
    fields = toy.catalog().tables[table_id].by_name
    convert = {name: NUMBERS.get(field.spec.storage, lambda value: value) for name, field in fields.items()}
    return [{name: convert[name](value) for name, value in row.items()} for row in rows]


@pytest.mark.parametrize("case", CASES, ids=[f"{case['rule']} {case['name']}" for case in CASES])
def test_a_generated_rule_finds_the_right_cells(case: dict[str, Any]) -> None:
    table_id = case["rule"].split("-")[0]
    everything = {"1.1.3": [], "1.2.1": [], "1.4.1": [], **case.get("others", {}), table_id: case["rows"]}
    found = result(case["rule"], {name: typed(name, rows) for name, rows in everything.items()})
    assert [finding.origin.cell for finding in found.findings] == case["cells"], found
    assert found.status == ("failed" if case["cells"] else "passed")
    assert found.failed == len(case["cells"])
    assert found.not_checkable == int(case.get("not_checkable", 0))
    if case["cells"]:
        assert case["says"] in found.findings[0].message
        assert found.findings[0].hint


def test_ids_follow_the_fields_and_leave_written_ids_alone() -> None:
    catalog = toy.catalog()
    ids = [bound.id.partition("-")[2] for bound in rules_of(catalog, catalog.tables["1.2.1"])]
    assert ids[:3] == ["R01", "U01", "R02"]
    assert ids[3:] == [
        *("K01", "D01", "U02", "C01", "L01", "L02", "P01", "P02", "P03", "P04", "P05"),
        *("A01", "A02", "W01", "O01", "REF01", "REF02"),
    ]


def test_only_guesses_are_warnings() -> None:
    catalog = toy.catalog()
    rules = [bound for table in catalog.tables.values() for bound in rules_of(catalog, table)]
    warnings = {bound.id for bound in rules if bound.severity == "warning"}
    assert warnings == {"1.2.1-R02", "1.2.1-A01", "1.2.1-A02", "1.2.1-W01", "1.2.1-REF02"}


def test_a_key_that_two_parties_report_is_found_at_both() -> None:
    catalog = toy.catalog()
    with Store.in_memory(catalog, {}) as store:
        said = {"学生处": "乙", "教务处": "丙"}
        store.apply(
            [
                toy.delivery(party, "1.1.3", [{"机构名称": "甲", "上级机构": above}])
                for party, above in said.items()
            ]
        )
        found = next(
            one
            for one in run(store, rules_of(catalog, catalog.tables["1.1.3"]))
            if one.rule.id == "1.1.3-D01"
        )
    assert [(finding.party, finding.message.partition("（")[2]) for finding in found.findings] == [
        ("学生处", "另见 教务处.xlsx 1.1.3 机构表!A2，教务处）"),
        ("教务处", "另见 学生处.xlsx 1.1.3 机构表!A2，学生处）"),
    ]
