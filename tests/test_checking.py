"""Checking a column: what was typed, what is kept, what is said about it at which cell."""

from __future__ import annotations

import datetime as dt

import pytest

import toy
from statecollect.catalog import Field
from statecollect.findings import Origin
from statecollect.intake.columns import Checked, Column, check_column

TODAY = dt.date(2099, 9, 10)
CATALOG = toy.catalog()
TABLE = CATALOG.tables["1.2.1"]
WORDS_FOR_NOTHING = ["无", "—", "/", "N/A"]


def checked(field: Field, *typed: object) -> Checked:
    """Check a column C whose data begin in row 5."""
    rows = range(5, 5 + len(typed))
    column = Column(field, "C", typed, {}, {})
    place = Origin("教务处.xlsx", "1.2.1 专业表")
    return check_column(TABLE, column, rows, place, "教务处", CATALOG, TODAY)


def said(one: Checked) -> list[tuple[str, str, str | None]]:
    return [(finding.rule, finding.severity, finding.origin.cell) for finding in one.findings]


@pytest.mark.parametrize("word", WORDS_FOR_NOTHING)
@pytest.mark.parametrize("name", ["方向", "层次", "男生", "停招日期"])
def test_a_word_for_nothing_in_an_optional_cell_is_kept_as_blank_and_announced(name: str, word: str) -> None:
    one = checked(TABLE.by_name[name], None, word)
    assert one.values == [None, None]
    assert one.rejected == frozenset()
    assert said(one) == [("1.2.1-F11", "note", "C6")]
    (note,) = one.findings
    assert (note.value, note.message) == (word, f"{name}：「{word}」按空白收下")
    assert note.hint == "如果不对，请在表中改正"


@pytest.mark.parametrize("word", WORDS_FOR_NOTHING)
def test_a_word_for_nothing_in_a_required_cell_is_a_missing_value(word: str) -> None:
    assert said(checked(TABLE.by_name["专业代码"], word)) == [("1.2.1-F01", "error", "C5")]


def test_a_word_for_nothing_in_a_cell_the_platform_fills_is_passed_over() -> None:
    assert said(checked(TABLE.by_name["合计"], *WORDS_FOR_NOTHING)) == []


def test_cells_left_empty_or_blank_are_not_announced() -> None:
    assert said(checked(TABLE.by_name["方向"], None, "", "  ")) == []


def field_like(name: str, **changes: object) -> Field:
    return TABLE.by_name[name].model_copy(update=changes)


@pytest.mark.parametrize(
    ("name", "constant", "right", "wrong"),
    [
        ("男生", "2022", [2022, "2022", "2022人"], [2021, "2021"]),
        ("男生", "1234567", [1234567, "1,234,567"], [1234568, "1230000"]),
        ("经费", "1234567.50", [1234567.5, "1234567.5", "123.45675万"], [1234567.51, "1.234567e6"]),
        ("方向", "甲", ["甲", " 甲 "], ["乙", "甲乙"]),
        ("开办日期", "2099-09-01", ["2099-09-01", "2099年9月1日"], ["2099-09-02"]),
        ("是否招生", "是", ["是", True, "√"], ["否", False]),
    ],
)
def test_a_field_with_a_fixed_value_takes_that_value_however_it_is_spelled_and_no_other(
    name: str, constant: str, right: list[object], wrong: list[object]
) -> None:
    field = field_like(name, constant=constant, unit=None)
    told = [one for one in checked(field, *right, *wrong, None).findings if one.severity == "error"]
    assert [one.origin.row for one in told] == list(range(5 + len(right), 5 + len(right) + len(wrong)))
    fixed = [one for one in told if one.hint == f"改为 {constant}"]
    assert {one.message for one in fixed} == {f"{name}：应为「{constant}」"}


@pytest.mark.parametrize(
    ("name", "typed", "says"),
    [
        ("经费", "1,234,567.89", "已按「1234567.89」收下"),
        ("经费", "1,234,567.00元", "已按「1234567」收下"),
        ("经费", "12345678901.5 ", "已按「12345678901.5」收下"),
        ("男生", "1,234,567", "已按「1234567」收下"),
        ("开会时间", "2099年9月1日下午3点", "已按「2099-09-01 15:00」收下"),
        ("开办日期", "2099年9月1日", "已按「2099-09-01」收下"),
        ("带头人", "张三、李四", "已按「张三,李四」收下"),
    ],
)
def test_a_note_shows_the_value_as_it_is_kept(name: str, typed: str, says: str) -> None:
    (note,) = checked(TABLE.by_name[name], typed).findings
    assert (note.severity, note.message) == ("note", f"{name}：{says}")


def test_limits_are_said_in_full_with_what_to_do() -> None:
    field = field_like("经费", min=1000.5, max=1_234_567.0)
    low, high = checked(field, "1000", "1234568").findings
    hint = "应在 1000.5 至 1234567 之间，核对数字和单位后改正"
    assert (low.message, low.hint) == ("经费：不能小于 1000.5", hint)
    assert (high.message, high.hint) == ("经费：不能大于 1234567", hint)


def test_a_value_that_breaks_a_limit_is_kept_nowhere_in_the_column() -> None:
    one = checked(field_like("经费", max=100.0), "5", "101", "5", "很多", "101")
    assert one.values == [5.0, None, 5.0, None, None]
    assert set(one.values.values) == {None, 5.0}
    assert one.rejected == {1, 3, 4}


def test_an_empty_cell_that_must_be_filled_is_asked_for_by_the_name_of_its_column() -> None:
    (missing,) = checked(field_like("方向", required="yes", note="专业方向的全称。"), None).findings
    assert (missing.message, missing.hint) == ("方向：必填，没有填写", "请填写“方向”；专业方向的全称")
    (number,) = checked(field_like("男生", required="yes"), None).findings
    assert number.hint == "请填写“男生”，如 12"
    (person,) = checked(field_like("负责人身份证件号", required="yes"), None).findings
    assert person.hint == "请填写“负责人身份证件号”"  # without an example that looks like somebody


def test_a_hint_says_nothing_twice_and_a_message_names_its_column_once() -> None:
    field = field_like("专业代码", kind="major_code", note="6 位数字，国家控制布点专业带后缀 K", example=None)
    (wrong,) = checked(field, "数控技术！").findings
    assert wrong.hint.count("6 位") == 1
    (example,) = checked(field_like("男生", required="yes", note="本学年的，如 20"), None).findings
    assert example.hint == "请填写“男生”；本学年的，如 20"
    (number,) = checked(field_like("负责人身份证件号"), 1.1e17).findings
    assert number.message == "负责人身份证件号：按数字存放，第 15 位以后的数字已经丢失"
    texts = field_like("可招生源", kind="text_list", codes=None, within=None, length=3, note="")
    (long,) = checked(texts, "甲乙,丙丁").findings
    assert (long.message, long.hint) == ("可招生源：超过 3 个字", "缩短到 3 个字以内")


def test_broken_characters_and_cells_beyond_any_length_are_errors_in_every_column() -> None:
    for field in TABLE.fields:
        one = checked(field, "好\udfff", "长" * 32_767)
        assert one.rejected == {0, 1}
        torn, long = (each.message for each in one.findings if each.severity == "error")
        assert "残缺的字符" in torn
        assert "内容有 32,767 个字，超过" in long
        assert all(len(each.value or "") <= 201 for each in one.findings)


def test_the_day_of_reading_has_to_be_given() -> None:
    with pytest.raises(TypeError, match="today"):
        check_column(TABLE, Column(TABLE.fields[0], "C", ["1"], {}, {}), [5], Origin(), "", CATALOG)  # type: ignore[call-arg]


def test_a_column_is_read_as_of_the_day_it_is_given_also_right_after_another_day() -> None:
    field = TABLE.by_name["开办日期"]
    column = Column(field, "C", ["24年5月1日"], {}, {})
    years = [
        check_column(TABLE, column, [5], Origin(), "", CATALOG, dt.date(year, 1, 1)).values[0].year
        for year in (2022, 2099, 2022, 2023, 2099)
    ]
    assert years == [1924, 2024, 1924, 2024, 2024]


class Unlucky(str):
    """A text on which this program fails, as a fault of its own would make it fail on others."""

    def isascii(self) -> bool:
        raise OverflowError("13800138000 and all that")


def test_a_fault_of_the_program_at_one_cell_costs_that_cell() -> None:
    one = checked(TABLE.by_name["方向"], "甲", Unlucky("乙，丙"), " 丁")
    assert one.values == ["甲", None, "丁"]
    assert one.rejected == {1}
    fault, note = one.findings
    assert (fault.rule, fault.origin.cell, note.origin.cell) == ("1.2.1-F00", "C6", "C7")
    assert "这一格读不懂" in fault.message
    assert "138" not in f"{fault.message}{fault.hint}"
