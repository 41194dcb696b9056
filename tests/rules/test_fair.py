"""No error forces a false entry: each says why every true college can satisfy it, and what one cannot is a warning."""

from __future__ import annotations

from typing import Any

import pytest

import toy
from statecollect.catalog import Catalog, load_catalog
from statecollect.rules import generated, rules_of
from statecollect.store import Store
from statecollect.workflow.validate import validate

CATALOG = load_catalog("2022")
SOURCES, WAYS = ("普通高中生", "三校生", "“3+2”", "五年制高职"), "按招生方式：其他"


def found(table: str, row: dict[str, Any], catalog: Catalog = CATALOG) -> dict[str, str]:
    """Return what the table's written rules find in one row: rule → severity."""
    with Store.in_memory(catalog, {}) as store:
        store.apply([toy.delivery("合就处", table, [row], year=catalog)])
        written = {rule.id for rule in catalog.tables[table].rules}
        return {
            one.rule: one.severity
            for one in validate(store, catalog, [table]).findings
            if one.rule in written
        }


def graduates(**changes: int) -> dict[str, Any]:
    """Return a record of 63 graduates of whom 20 are of none of the four origins that have a column."""
    row = {f"按生源：{name}<{what}>": 0 for name in SOURCES for what in ("毕业生数", "就业数")}
    row |= {"按生源：普通高中生<毕业生数>": 43, "按生源：普通高中生<就业数>": 40}
    row |= {"毕业生数（人）": 63, "就业数（人）": 58, "对口就业数（人）": 45, "专升本（升学）人数": 4}
    return row | {"本地市就业数（人）": 20, "本省市就业数（人）": 46} | changes


def with_parameters(**values: int | float) -> Catalog:
    year = CATALOG.year
    return CATALOG.model_copy(
        update={"year": year.model_copy(update={"parameters": {**year.parameters, **values}})}
    )


def test_every_error_says_why_a_true_college_can_satisfy_it() -> None:
    errors = [rule for table in CATALOG.tables.values() for rule in table.rules if rule.severity == "error"]
    assert [rule.id for rule in errors if not rule.fair or rule.fair.startswith("只作提醒")] == []
    assert len(errors) > 100


def test_every_kind_of_generated_rule_has_its_answer() -> None:
    said = generated.__doc__ or ""
    families = {
        bound.id.removeprefix(f"{table.id}-").rstrip("0123456789")
        for table in CATALOG.tables.values()
        for bound in rules_of(CATALOG, table)
        if bound.severity == "error" and bound.rule not in table.rules
    }
    answers = "\n".join(line for line in said.splitlines() if line.startswith("- "))
    assert families
    assert [family for family in sorted(families) if f"{family}01" not in answers] == []


def test_what_an_inferred_field_declares_is_a_warning() -> None:
    for table in CATALOG.tables.values():
        for bound in rules_of(CATALOG, table):
            family = bound.id.removeprefix(f"{table.id}-").rstrip("0123456789")
            if family in {"C", "L", "P"} and bound.rule not in table.rules:
                inferred = table.by_name[bound.rule.fields[0]].inferred
                assert bound.severity == ("warning" if inferred else "error"), bound.id


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, {"2.5.1-R08": "warning"}),  # 20 of 63 have no column: a reminder, no error
        ({"按生源：普通高中生<毕业生数>": 64}, {"2.5.1-R04": "error"}),
        ({"按生源：三校生<毕业生数>": 20}, {}),
        ({"待就业人数": 5, "按生源：三校生<毕业生数>": 20}, {}),
        ({"待就业人数": 6, "按生源：三校生<毕业生数>": 20}, {"2.5.1-R09": "error"}),
        ({"待就业人数": 3, "其他暂不就业人数": 3, "按生源：三校生<毕业生数>": 20}, {"2.5.1-R09": "error"}),
        ({"专升本（升学）人数": 59, "按生源：三校生<毕业生数>": 20}, {"2.5.1-R10": "error"}),
    ],
    ids=str,
)
def test_graduates_without_a_column_of_their_own_are_no_error(
    changes: dict[str, int], says: dict[str, str]
) -> None:
    assert found("2.5.1", graduates(**changes)) == says


@pytest.mark.parametrize(("reading", "wrong"), [(1, False), (0, True), (-1, False)])
def test_the_reading_a_school_has_chosen_is_held_against_its_graduates(reading: int, wrong: bool) -> None:
    row = graduates(**{"按生源：三校生<毕业生数>": 20, "待就业人数": 3})  # 58 + 4 + 3 > 63
    assert ("2.5.1-R10" in found("2.5.1", row, with_parameters(就业数含升学=reading))) is wrong


@pytest.mark.parametrize(
    ("days", "says"), [(120, ""), (84, ""), (17, "疑似按周填写"), (130, "还长"), (40, "短得多")]
)
def test_an_internship_counted_in_weeks_is_noticed(days: int, says: str) -> None:
    row = {
        "实习时长（天）": days,
        "实习开始时间": "2022-02-21",
        "实习结束时间": "2022-06-20",
    }
    with Store.in_memory(CATALOG, {}) as store:
        store.apply([toy.delivery("合就处", "2.2.1", [row], year=CATALOG)])
        told = [one for one in validate(store, CATALOG, ["2.2.1"]).findings if one.rule == "2.2.1-R07"]
    assert [one.severity for one in told] == (["warning"] if says else [])
    assert all(says in one.message for one in told)


def test_a_line_of_an_assessment_is_the_parameter() -> None:
    teachers = [
        {
            "教工号": f"{at:03}",
            "教师类别": "校内专任教师",
            "当前状态": "在职" if at else "离职",
            "是否专业教师（专业课教师）": "是",
            "是否为双师型（双师素质）教师": "是" if 0 < at <= 5 else "否",
        }
        for at in range(11)
    ]  # 5 of 10 in service; the eleventh has left
    for line, wrong in ((50, False), (60, True)):
        year = with_parameters(双师比例线=line)
        with Store.in_memory(year, {}) as store:
            store.apply([toy.delivery("人事处", "1.4.1", teachers, year=year)])
            told = [one for one in validate(store, year, ["1.4.1"]).findings if one.rule == "1.4.1-X03"]
        assert bool(told) is wrong
        assert all("60" in one.message for one in told)
