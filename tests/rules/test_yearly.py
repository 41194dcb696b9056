"""Against last year and against its own column: what is asked about, what is not, and the school's own rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

import toy
from statecollect.catalog import Catalog, with_own_rules
from statecollect.core.errors import CatalogError
from statecollect.findings import Finding
from statecollect.rules.earlier import Earlier, EarlierTable
from statecollect.store import Store
from statecollect.workflow.validate import Validation, validate

MAJORS, ONE = "1.2.1", "1.1.1"
OFFICE = "教务处"
Rows = Sequence[Mapping[str, Any]]


def majors(count: int, **more: Any) -> list[dict[str, Any]]:
    return [{"专业代码": f"{at:03}", "方向": "无", "男生": 30 + at % 5, **more} for at in range(count)]


def checked(
    now: Rows, then: Rows = (), table: str = MAJORS, catalog: Catalog | None = None, party: str = OFFICE
) -> Validation:
    catalog = catalog or toy.catalog()
    names = tuple(field.name for field in catalog.tables[table].fields)
    was = EarlierTable(catalog.tables[table].short, names, [(party, row) for row in then])
    with Store.in_memory(catalog, {}) as store:
        store.apply([toy.delivery(OFFICE, table, now)])
        return validate(store, catalog, [table], earlier=Earlier("去年", {table: was}) if then else None)


def found(rule: str, now: Rows, then: Rows = (), table: str = MAJORS) -> list[Finding]:
    return [one for one in checked(now, then, table).findings if one.rule == f"{table}-{rule}"]


def test_without_last_year_nothing_is_compared() -> None:
    assert not [one for one in checked(majors(30)).results if "-Y" in one.rule.id]


def test_the_same_again_is_nothing_to_ask_about() -> None:
    rows = majors(30, 负责人身份证件号=None)
    assert [one for one in checked(rows, rows).findings if "-Y" in one.rule] == []


def test_rows_that_vanished_are_named_to_who_filled_them() -> None:
    (one,) = found("Y01", majors(20)[4:], majors(20))
    assert (one.severity, one.party, one.origin.row) == ("warning", OFFICE, None)
    assert one.message == "去年有、今年没有的 4 条（去年共 20 条）：000 无、001 无、002 无、003 无"
    assert found("Y01", majors(20)[2:], majors(20)) == []  # a tenth comes and goes


def test_growth_counts_from_a_floor_on() -> None:
    (one,) = found("Y02", majors(40), majors(20))
    assert one.message == "今年 40 行，去年 20 行，变化 100%"
    assert found("Y02", majors(8), majors(4)) == []  # four rows more are no growth
    assert found("Y02", majors(9), majors(4))  # five are
    assert found("Y02", majors(4), majors(9))


def test_totals_and_single_values_beyond_measure() -> None:
    (one,) = found("Y03", majors(20, 男生=80), majors(20, 男生=20))
    assert (one.field, one.message) == ("男生", "男生合计今年 1600，去年 400，变化 300%")
    (single,) = found("Y03", [{"校名": "甲", "占地": 500.5}], [{"校名": "甲", "占地": 100.1}], ONE)
    assert (single.field, single.origin.cell) == ("占地", "B2")
    assert found("Y03", [{"校名": "甲", "占地": 120.0}], [{"校名": "甲", "占地": 100.0}], ONE) == []


def test_what_cannot_change_and_did_is_found_at_its_cell_and_masked() -> None:
    now = majors(20)
    now[3]["负责人身份证件号"] = "11010519491231002X"
    then = majors(20)
    then[3]["负责人身份证件号"] = "110105194912310038"
    (one,) = found("Y04", now, then)
    assert one.origin.row == 5
    assert "19491231" not in one.message
    assert one.value == "110*************2X"


def test_of_rows_that_share_a_key_nobody_says_which_changed() -> None:
    now = [{**row, "负责人身份证件号": "11010519491231002X"} for row in [*majors(20), *majors(1)]]
    then = [{**row, "负责人身份证件号": "110105194912310038"} for row in majors(20)]
    assert {one.origin.row for one in found("Y04", now, then)} == set(range(3, 22))


def test_a_value_far_from_its_column_is_explained() -> None:
    rows = majors(40)
    rows[7]["男生"] = 3200
    (one,) = found("O01", rows)
    assert (one.severity, one.field, one.value, one.origin.row) == ("trial", "男生", "3200", 9)
    assert "居中的是「32」" in one.message
    assert "倍" in one.message


@pytest.mark.parametrize(("count", "value"), [(19, 3200), (40, 34)], ids=["too few to say", "near enough"])
def test_few_rows_or_small_differences_say_nothing(count: int, value: int) -> None:
    rows = majors(count)
    rows[7]["男生"] = value
    assert found("O01", rows) == []


def test_twenty_values_say_what_is_usual_and_nineteen_do_not() -> None:
    rows = majors(20)
    rows[7]["男生"] = 3200
    assert [one.origin.row for one in found("O01", rows)] == [9]
    del rows[0]["男生"]
    assert found("O01", rows) == []


OWN = """
rules:
  - table: 1.2.1
    id: 本校-01
    severity: warning
    check: 男生 < 33
    fields: [男生]
    message: 本校每个专业不到 33 人，这里有 {男生} 人
off:
  1.2.1-K01: 本校专业代码允许重复
  1.2.1-F03: 日期另行核对
"""


def own(folder: Path, text: str) -> Catalog:
    folder.joinpath("本校.yaml").write_text(text, encoding="utf-8")
    return with_own_rules(toy.catalog(), folder)


def test_a_school_adds_rules_and_switches_rules_off_with_a_reason(tmp_path: Path) -> None:
    catalog = own(tmp_path, OWN)
    twice = [*majors(5), majors(1)[0], {"专业代码": "x", "方向": "无", "开办日期": "!"}]
    result = checked(twice, catalog=catalog)
    by_id = {one.rule.id: one for one in result.results}
    assert by_id["本校-01"].failed == 2
    for switched_off in ("1.2.1-K01", "1.2.1-F03"):
        assert by_id[switched_off].status == "not_run"
        assert "本校停用：" in str(by_id[switched_off].reason)
        assert switched_off not in {one.rule for one in result.findings}
    assert catalog.digest == toy.catalog().digest  # templates sent out stay valid


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (OWN.replace("table: 1.2.1", "table: 9.9.9"), "没有表 9.9.9"),
        (OWN.replace("本校-01", "1.2.1-R01"), "已经有了"),
        (OWN.replace("[男生]", "[男声]"), "没有字段「男声」"),
        (OWN.replace("本校专业代码允许重复", "''"), "要写明原因"),
        (OWN.replace("severity", "serenity"), "serenity"),
    ],
)
def test_a_mistake_in_the_schools_rules_is_one_clear_error(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(CatalogError, match=said):
        own(tmp_path, text)
