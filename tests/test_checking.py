"""Checking a column: what was typed, what is kept, what is said about it at which cell."""

from __future__ import annotations

import datetime as dt

import pytest

import toy
from statecollect.catalog import CodeList, Field
from statecollect.core.dictionary_column import Coded
from statecollect.findings import Origin
from statecollect.intake.cell_findings import hint_of
from statecollect.intake.columns import Checked, RawColumn, check_column, fitting

TODAY = dt.date(2099, 9, 10)
CATALOG = toy.catalog()
TABLE = CATALOG.tables["1.2.1"]
WORDS_FOR_NOTHING = ["无", "—", "/", "N/A"]


def checked(field: Field, *typed: object) -> Checked:
    """Check a column C whose data begin in row 5."""
    rows = range(5, 5 + len(typed))
    column = RawColumn(field, "C", typed, {}, {})
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
        check_column(TABLE, RawColumn(TABLE.fields[0], "C", ["1"], {}, {}), [5], Origin(), "", CATALOG)  # type: ignore[call-arg]


def test_a_column_is_read_as_of_the_day_it_is_given_also_right_after_another_day() -> None:
    field = TABLE.by_name["开办日期"]
    column = RawColumn(field, "C", ["24年5月1日"], {}, {})
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


SAID = [
    ("层次", {}, "甲甲", "F02", "error", "「甲甲」不在“层次”的可选范围之内", "可选：本科、专科"),
    ("生源", {}, "甲甲", "F02", "error", "「甲甲」不在“生源”的可选范围之内", "可选：高中生、扩招、其他"),
    ("男生", {}, "-1", "F04", "error", "不能小于 0", "核对数字和单位后改正"),
    ("男生", {"max": 7}, "8", "F04", "error", "不能大于 7", "应在 0 至 7 之间，核对数字和单位后改正"),
    ("男生", {"min": 5, "max": 7}, "4", "F04", "error", "不能小于 5", "应在 5 至 7 之间，核对数字和单位后改正"),
    ("男生", {"min": 5}, "4", "F04", "error", "不能小于 5", "核对数字和单位后改正"),
    ("男生", {}, "12人", "F11", "note", "已按「12」收下", "去掉了单位“人”"),
    ("方向", {"length": 3}, "四个字啊", "F05", "error", "超过 3 个字", "缩短到 3 个字以内"),
    ("停招日期", {}, "2021年9月1日", "F11", "note", "已按「2021-09」收下", "只取年月，去掉了日"),
    ("带头人", {}, "张", "F05", "error", "「张」不是完整的姓名", "写全每个人的姓名，用英文逗号分隔，如 张三,李四"),
    ("负责人身份证件号", {}, "123", "F06", "error", "有 3 位，身份证号应为 18 位", "对照证件核对，用文本格式填写 18 位号码"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "changes", "typed", "family", "severity", "message", "hint"),
    SAID,
    ids=[f"{case[0]} {case[2]}" for case in SAID],
)
def test_what_is_said_of_a_cell_and_how_to_repair_it(
    name: str, changes: dict[str, object], typed: str, family: str, severity: str, message: str, hint: str
) -> None:
    (told,) = checked(field_like(name, **changes), typed).findings
    assert (told.rule, told.severity) == (f"1.2.1-{family}", severity)
    assert (told.message, told.hint) == (f"{name}：{message}", hint)


@pytest.mark.parametrize(
    ("changes", "typed"),
    [({"length": 3}, "三个字"), ({"kind": "integer", "min": 5, "max": 7}, "5"), ({"kind": "integer", "max": 7}, "7")],
)  # fmt: skip
def test_a_value_at_its_limit_is_within_it(changes: dict[str, object], typed: str) -> None:
    assert checked(field_like("方向", **changes), typed).findings == ()


def test_the_list_is_named_up_to_eight_or_what_it_depends_on() -> None:
    few, many = TABLE.by_name["层次"], TABLE.by_name["生源"]
    assert hint_of(few, CATALOG) == "从下拉列表中选：本科、专科"
    assert hint_of(many, CATALOG) == "从下拉列表中选；可选项随“层次”而定"

    def listed(count: int) -> str:
        values = [{"code": str(at), "label": f"甲{at}"} for at in range(count)]
        codes = CodeList.model_validate({"id": "CC", "name": "层次", "values": values})
        longer = CATALOG.model_copy(update={"codes": {"CC": codes}})
        return hint_of(few, longer)

    eight = "、".join(f"甲{at}" for at in range(8))
    assert listed(8) == f"从下拉列表中选：{eight}"
    assert listed(9) == f"从下拉列表中选：{eight}等"
    asked = checked(field_like("层次", required="yes"), None).findings[0]
    assert asked.hint == "从下拉列表中选：本科、专科"


@pytest.mark.parametrize(
    ("typed", "width", "told"),
    [
        (["0012", 12], None, [("C6", "warning")]),
        ([1012, 1013, 1014, 1015, 12], None, [("C9", "note")]),
        ([1012, 1013, 1014, 12], None, []),
        (["12", "1012", "1013", "1014", "1015"], None, []),
        (["0012", 12], 4, [("C6", "note")]),
    ],
    ids=[
        "beside texts with zeros",
        "four of five",
        "three of four",
        "texts",
        "where the field says how long",
    ],
)
def test_a_number_shorter_than_the_others_may_have_lost_zeros(
    typed: list[object], width: int | None, told: list[tuple[str, str]]
) -> None:
    one = checked(field_like("专业代码", width=width), *typed)
    assert [(finding.origin.cell, finding.severity) for finding in one.findings] == told
    for finding in one.findings:
        lost = "按数字存放，比同一列的其他号码短，开头的 0 可能丢了；是否应为「0012」？"
        kept = "已按「0012」收下"
        assert finding.message == f"专业代码：{kept if width else lost}"


@pytest.mark.parametrize(("length", "shown"), [(199, 199), (200, 200), (201, 201)])
def test_a_cell_is_repeated_up_to_two_hundred_characters(length: int, shown: int) -> None:
    (told,) = checked(field_like("方向", length=3), "长" * length).findings
    assert told.value is not None
    assert (len(told.value), told.value.endswith("…")) == (shown, length > 200)


def test_how_a_number_is_shown_counts_at_its_own_cell_only() -> None:
    field = TABLE.by_name["女生占比"]
    column = RawColumn(field, "C", [0.5, 50, 0.5, None], {}, {0: "0%", 3: "0%"})
    one = check_column(TABLE, column, range(5, 9), Origin(), "", CATALOG, TODAY)
    assert one.values == [50.0, 50.0, None, None]
    assert one.rejected == {2}
    one = check_column(TABLE, RawColumn(field, "C", [0.5, 0.5], {}, {0: "0%", 1: "0%"}), [5, 6], Origin(), "", CATALOG, TODAY)  # fmt: skip
    assert one.values == [50.0, 50.0]


def test_a_cell_that_the_reader_turned_away_is_told_once() -> None:
    field = field_like("方向", required="yes", constant="乙")
    column = RawColumn(field, "C", [None, "甲", "乙"], {0: "公式没有结果", 1: "公式没有结果"}, {})
    one = check_column(TABLE, column, [5, 6, 7], Origin(), "", CATALOG, TODAY)
    assert [(told.rule, told.origin.cell, told.message) for told in one.findings] == [
        ("1.2.1-F00", "C5", "方向：公式没有结果"),
        ("1.2.1-F00", "C6", "方向：公式没有结果"),
    ]
    assert (list(one.values), one.rejected) == ([None, None, "乙"], frozenset({0, 1}))


def test_what_another_column_would_take_is_told_apart_from_what_it_has_to_change() -> None:
    raws = Coded.of(["2099-09-01", "2099年9月1日", "甲", None])
    fit = fitting(TABLE.by_name["开办日期"], raws, CATALOG, TODAY)
    assert {raws.values[code]: as_it_is for code, as_it_is in fit.items()} == {
        "2099-09-01": True,
        "2099年9月1日": False,
    }
    numbers = Coded.of(["5", "7", "8", "很多"])
    fit = fitting(field_like("男生", max=7), numbers, CATALOG, TODAY)
    assert [numbers.values[code] for code in fit] == ["5", "7"]


def test_a_cell_is_repeated_as_typed_and_a_personal_one_on_one_line() -> None:
    (told,) = checked(field_like("方向", length=2), " 长  长长 ").findings
    assert told.value == "长  长长"
    (told,) = checked(TABLE.by_name["负责人身份证件号"], "123456  789").findings
    assert told.value == "123*****89"


def test_a_number_that_counts_has_lost_no_zeros_and_a_cell_the_platform_fills_is_not_asked_for() -> None:
    assert checked(TABLE.by_name["男生"], 1012, 1013, 1014, 1015, 12).findings == ()
    assert checked(field_like("合计", required="yes"), None, 5).findings == ()
