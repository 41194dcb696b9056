"""Finding tables in returned workbooks; each case also proves that no filled cell is lost (``taken_in``)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import reader_books as books
from hypothesis import given, settings
from hypothesis import strategies as st
from reader_books import ANNA, BERT, TEACHERS, rules, taken_in, teachers, values
from writer_books import catalog as writer_catalog
from writer_books import content, finding
from writer_books import write as write_template

from statecollect.findings import Severity
from statecollect.workbook.read.reader import read_book
from statecollect.workbook.recognise import data_rows
from statecollect.workbook.recognise.tables import find_tables

MAJORS = ["专业代码", "专业名称", "学制（年）", "招生人数"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "教务处.xlsx"


def severities(found: list[Any]) -> list[Severity]:
    return [one.severity for one in found]


def test_a_plain_sheet_is_taken_whole(path: Path) -> None:
    intake = taken_in(teachers(path, ANNA, BERT))
    (block,) = intake.blocks
    assert block.table.id == "1.1.1"
    assert (block.header_row, block.rows) == (2, (3, 4))
    assert values(block, "教工号") == ["0035", "0036"]
    assert block.cells_seen == 13
    assert intake.findings == ()


def test_a_template_of_the_writer_comes_back_without_a_word(path: Path) -> None:
    write_template(path, content(rows=[["0035", "张三"], ["0036", "李四"]]))
    intake = find_tables(read_book(path), writer_catalog(), ("1.1.1", "1.1.2"))
    assert [(one.table.id, one.header_row, len(one.rows)) for one in intake.blocks] == [
        ("1.1.1", 4, 2),
        ("1.1.2", 4, 0),
    ]
    assert (intake.findings, intake.ignored, intake.missing) == ((), (), ())


def test_the_column_of_problems_in_a_marked_return_is_ours_and_no_data(path: Path) -> None:
    found = (finding(5, "姓名", "姓名有空格"),)
    write_template(path, content(rows=[["0035", "张 三"]], findings=found, kind="marked"))
    book = read_book(path)
    intake = find_tables(book, writer_catalog())
    books.assert_conserved(
        type(book)(book.name, book.sha256, book.kind, tuple(s for s in book.sheets if s.name[0] == "1")),
        intake,
    )
    assert (intake.findings, intake.ignored) == ((), ())


def test_a_nil_return_on_the_cover_is_read(path: Path) -> None:
    write_template(path, content(nil=True))
    assert find_tables(read_book(path), writer_catalog()).nil == {"1.1.2"}


def test_a_nil_return_with_rows_in_the_table_is_a_contradiction(path: Path) -> None:
    cover = [["表号", "零报告（本表无数据）"], ["1.1.1", "是"], ["1.1.2", "√"], ["9.9.9", "是"]]
    intake = find_tables(
        read_book(books.write(path, {"封面": cover, "1.1.1 教师表": [[*TEACHERS], ANNA]})),
        books.catalog(),
        ("1.1.1", "1.1.2"),
    )
    assert intake.nil == {"1.1.1"}
    assert severities(rules(intake, "S12")) == ["warning", "error"]
    assert rules(intake, "S12")[0].origin.cell == "B3"
    assert intake.missing == ("1.1.2",)


def test_columns_may_stand_in_any_order_under_a_header_moved_down(path: Path) -> None:
    order = [3, 0, 6, 1, 5, 2, 4]
    rows = [[], ["填报单位：教务处"], [], [TEACHERS[one] for one in order], [ANNA[one] for one in order]]
    (block,) = taken_in(books.write(path, {"1.1.1 教师表": rows})).blocks
    assert (block.header_row, block.rows) == (4, (5,))
    assert values(block, "姓名") == ["张三"]


@pytest.mark.parametrize("typed", ["＊姓名", "△姓 名", "姓\n名", "★姓名", "姓名：", "▣ 姓名"])
def test_marks_blanks_and_line_breaks_in_a_header_do_not_matter(path: Path, typed: str) -> None:
    intake = taken_in(teachers(path, ANNA, header=[typed if one == "姓名" else one for one in TEACHERS]))
    assert intake.blocks[0].columns["姓名"] == 1
    assert intake.findings == ()


@pytest.mark.parametrize(
    ("typed", "severity"),
    [("课时费（元）", "note"), ("课时费（万元）", "warning"), ("课时费（税前）", "warning")],
)
def test_a_bracket_that_is_not_in_the_field_name_is_dropped_and_announced(
    path: Path, typed: str, severity: Severity
) -> None:
    intake = taken_in(teachers(path, ANNA, header=[typed if one == "课时费" else one for one in TEACHERS]))
    assert intake.blocks[0].columns["课时费"] == 3
    (said,) = intake.findings
    assert (said.rule, said.severity, said.origin.cell, said.value) == ("1.1.1-S02", severity, "D2", typed)


def test_a_bracket_that_tells_two_fields_apart_is_never_dropped(path: Path) -> None:
    header = [{"学时<理论>": "学时", "学时<实践>": "学时<实验>"}.get(one, one) for one in TEACHERS]
    intake = taken_in(teachers(path, ANNA, header=header))
    assert {"学时<理论>", "学时<实践>"}.isdisjoint(intake.blocks[0].columns)
    assert [one.cell for one in intake.ignored] == ["E3", "F3"]


def test_two_headers_that_could_mean_the_same_field_are_both_left_out(path: Path) -> None:
    header = [
        "课时费（一）" if one == "课时费" else "课时费（二）" if one == "离职原因" else one
        for one in TEACHERS
    ]
    intake = taken_in(teachers(path, BERT, header=header))
    assert "课时费" not in intake.blocks[0].columns
    assert [one.cell for one in intake.ignored] == ["D3", "G3"]


def test_a_near_name_is_suggested_but_not_taken(path: Path) -> None:
    intake = taken_in(
        teachers(path, ANNA, header=["出生日其" if one == "出生日期" else one for one in TEACHERS])
    )
    assert "出生日期" not in intake.blocks[0].columns
    said, missing = rules(intake, "S02")[0], rules(intake, "S01")[0]
    assert "「出生日期」" in said.hint
    assert said.origin.cell == "C2"
    assert (missing.severity, missing.origin.row) == ("error", 2)
    assert [(one.cell, one.reason) for one in intake.ignored] == [("C3", "这一列没有对应的栏目")]


def test_a_missing_required_column_is_one_finding_at_the_header(path: Path) -> None:
    rows = [row[:1] + row[2:] for row in (ANNA, BERT)]
    intake = taken_in(teachers(path, *rows, header=TEACHERS[:1] + TEACHERS[2:]))
    assert [one.message for one in rules(intake, "S01")] == ["缺少必填栏目「姓名」"]


def test_missing_optional_columns_are_one_note(path: Path) -> None:
    intake = taken_in(teachers(path, ANNA[:3], header=TEACHERS[:3]))
    assert severities(rules(intake, "S01")) == ["warning", "note"]
    assert "「课时费」「学时<理论>」「学时<实践>」" in rules(intake, "S01")[1].message


def test_a_column_twice_is_an_error_and_the_second_is_listed(path: Path) -> None:
    intake = taken_in(teachers(path, [*ANNA, "王五"], header=[*TEACHERS, "姓名"]))
    (said,) = rules(intake, "S03")
    assert (said.severity, said.origin.cell) == ("error", "H2")
    assert [(one.cell, one.reason) for one in intake.ignored] == [("H3", "这一列的栏目名重复")]


def test_values_under_no_header_are_listed_and_said(path: Path) -> None:
    intake = taken_in(teachers(path, [*ANNA, None, "多余"], [*BERT, None, "又多"]))
    (said,) = rules(intake, "S02")
    assert (said.severity, said.origin.cell) == ("warning", "I2")
    assert "2 个单元格没有收" in said.message
    assert [one.cell for one in intake.ignored] == ["I3", "I4"]


def test_blank_rows_keep_the_row_numbers_of_the_sheet(path: Path) -> None:
    (block,) = taken_in(teachers(path, ANNA, [], [" ", "  "], [], BERT)).blocks
    assert block.rows == (3, 7)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["合  计", None, None, 26.0], "是合计行"),
        (["总计：", "2人", "-", 26.0, 1, 2, "x"], "是合计行"),
        ([2, "小计", None, 26.0], "是合计行"),
        (["说明：课时费为税前"], "是说明文字"),
        (["注：以上均为在职"], "是说明文字"),
        (["填表人：张三", None, None, "审核人：李四"], "是签字栏"),
        (["示例", "张三", "1980-01-01"], "是示例行"),
        ([None] * 9 + ["草稿"], "只在没有栏目的列里有内容"),
        (TEACHERS, "是重复的栏目名"),
    ],
)
def test_rows_that_are_no_records_are_listed_with_their_reason(
    path: Path, row: list[object], reason: str
) -> None:
    intake = taken_in(teachers(path, ANNA, row, BERT))
    assert intake.blocks[0].rows == (3, 5)
    assert {one.reason for one in intake.ignored} == {reason}
    assert [(one.severity, one.origin.row) for one in rules(intake, "S06")] == [("note", 4)]


def test_lines_that_continue_a_remark_belong_to_it(path: Path) -> None:
    intake = taken_in(teachers(path, ANNA, ["说明：1. 税前"], ["2. 不含补贴"]))
    assert intake.blocks[0].rows == (3,)


def test_a_record_that_mentions_a_total_elsewhere_is_a_record(path: Path) -> None:
    row = [*ANNA[:6], "合计"]
    assert taken_in(teachers(path, row)).blocks[0].rows == (3,)


@pytest.mark.parametrize("row", [["（1）", "（2）", "（3）", "（4）", "（5）"], [1, 2, 3, 4, 5, 6, 7]])
def test_numbers_of_columns_below_the_header_are_no_record(path: Path, row: list[object]) -> None:
    assert taken_in(teachers(path, row, ANNA)).blocks[0].rows == (4,)


def test_hints_of_the_template_below_the_header_are_no_record(path: Path) -> None:
    hints = [
        "教工号，如 0035\n与工资单一致",
        "姓名",
        "日期，如 2021-09-01",
        "数字，如 12.50\n单位：元\n全年合计",
    ]
    assert {one.reason for one in taken_in(teachers(path, hints, ANNA)).ignored} == {"是填写提示"}


def test_merged_cells_among_records_are_said_with_their_range(path: Path) -> None:
    def merge(_book: Any, sheet: Any) -> None:
        sheet.merge_range("B3:B4", "张三")
        sheet.merge_range("A6:C6", "合计")

    rows = [["1.1.1"], [*TEACHERS], ANNA, ["0036", None, "1990-01-01"], BERT]
    intake = taken_in(books.write(path, {"1.1.1 教师表": rows}, merge))
    assert [(one.origin.cell, one.severity) for one in rules(intake, "S10")] == [("B3", "warning")]


def test_hidden_rows_columns_and_sheets_are_read_and_said(path: Path) -> None:
    def hide(book: Any, sheet: Any) -> None:
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column("B:C", None, None, {"hidden": True})
        book.add_worksheet("首页").activate()
        sheet.hide()

    intake = taken_in(books.write(path, {"1.1.1 教师表": [["1.1.1"], [*TEACHERS], ANNA]}, hide))
    assert intake.blocks[0].rows == (3,)
    (said,) = rules(intake, "S07")
    assert "工作表是隐藏的，有 1 行隐藏（可能在筛选），有 2 列隐藏" in said.message


def test_a_sheet_without_any_label_is_known_by_its_header(path: Path) -> None:
    intake = taken_in(
        books.write(path, {"Sheet1": [[*TEACHERS], ANNA], "Sheet2": [MAJORS, ["460103", "数控", 3, 40]]})
    )
    assert [one.table.id for one in intake.blocks] == ["1.1.1", "1.1.2"]


def test_the_title_names_the_table_where_the_tab_does_not(path: Path) -> None:
    rows = [["1.2.10 专业简表"], ["专业代码", "专业名称"], ["460103", "数控"]]
    assert taken_in(books.write(path, {"Sheet1": rows})).blocks[0].table.id == "1.2.10"


def test_a_number_in_the_tab_is_not_taken_for_a_longer_one(path: Path) -> None:
    rows = [["专业代码", "专业名称", "就业率"], ["460103", "数控", 98]]
    assert taken_in(books.write(path, {"1.2.10": rows})).blocks[0].table.id == "1.2.10"


def test_of_two_tables_that_fit_equally_the_expected_one_is_taken_and_else_none(path: Path) -> None:
    books.write(path, {"Sheet1": [["专业代码", "专业名称"], ["460103", "数控"]]})
    assert taken_in(path, ("1.1.2",)).blocks[0].table.id == "1.1.2"
    intake = taken_in(path)
    assert intake.blocks == ()
    assert "分不清是「1.1.2 专业表」还是「1.2.10 专业简表」" in rules(intake, "S04")[0].message


def test_a_tab_that_names_another_table_than_its_columns_is_said(path: Path) -> None:
    intake = taken_in(books.write(path, {"1.1.1 教师表": [MAJORS, ["460103", "数控", 3, 40]]}))
    assert intake.blocks[0].table.id == "1.1.2"
    assert severities(rules(intake, "S13")) == ["warning"]


def test_a_sheet_that_is_no_table_is_listed_cell_by_cell(path: Path) -> None:
    intake = taken_in(books.write(path, {"通讯录": [["科室", "电话"], ["教务科", None, 12]]}), ("1.1.1",))
    assert [one.cell for one in intake.ignored] == ["A1", "B1", "A2", "C2"]
    assert severities(rules(intake, "S04")) == ["warning"]
    assert intake.missing == ("1.1.1",)


def test_a_table_without_its_header_row_is_an_error(path: Path) -> None:
    intake = taken_in(books.write(path, {"1.1.1 教师表": [ANNA, BERT]}))
    assert severities(rules(intake, "S04")) == ["error"]
    assert rules(intake, "S04")[0].table == "1.1.1"


def test_a_table_number_of_no_table_is_named(path: Path) -> None:
    intake = taken_in(books.write(path, {"9.9.9 没有的表": [["甲", "乙"], ["1", "2"]]}))
    assert {one.reason for one in intake.ignored} == {"表号 9.9.9 不在要填报的表中"}


def test_the_same_table_on_two_sheets_is_taken_twice_and_said(path: Path) -> None:
    intake = taken_in(books.write(path, {"1.1.1 甲": [[*TEACHERS], ANNA], "1.1.1 乙": [[*TEACHERS], BERT]}))
    assert len(intake.blocks) == 2
    assert severities(rules(intake, "S05")) == ["warning"]


def test_a_second_table_below_the_first_is_refused_not_mixed_in(path: Path) -> None:
    rows = [[*TEACHERS], ANNA, [], MAJORS, ["460103", "数控", 3, 40]]
    intake = taken_in(books.write(path, {"1.1.1 教师表": rows}))
    assert intake.blocks[0].rows == (2,)
    assert [(one.severity, one.origin.row) for one in rules(intake, "S11")] == [("error", 4)]


def test_error_cells_and_uncalculated_formulas_make_a_record(path: Path) -> None:
    cell = '<c r="%s"%s>%s</c>'
    names = "".join(
        cell % (f"{chr(65 + at)}1", ' t="inlineStr"', f"<is><t>{name.replace('<', '&lt;')}</t></is>")
        for at, name in enumerate(TEACHERS)
    )
    row = cell % ("A2", "", "<f>1+1</f>") + cell % ("J2", ' t="e"', "<v>#N/A</v>")
    intake = taken_in(books.by_hand(path, f'<row r="1">{names}</row><row r="2">{row}</row>'))
    assert intake.blocks[0].rows == (2,)
    assert [one.cell for one in intake.ignored] == ["J2"]


def test_remarks_of_the_guard_are_passed_on(path: Path) -> None:
    teachers(path, ANNA)
    renamed = path.rename(path.with_suffix(".xls"))
    assert severities(rules(taken_in(renamed), "S08")) == ["note"]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([data_rows._REMARK, data_rows._SIGNATURE, data_rows._EXAMPLE]), st.data())
def test_no_word_of_other_rows_begins_as_records_do(words: re.Pattern[str], data: st.DataObject) -> None:
    assert not data_rows._PLAIN_BEGINNING.match(data.draw(st.from_regex(words, fullmatch=True)))
