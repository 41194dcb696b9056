"""Rows below a header that are no records, and records that look like them; no filled cell is lost on the way."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import reader_books as books
from reader_books import ANNA, BERT, TEACHERS, rules, taken_in

CARL: list[object] = ["0037", "王五", "1982-03-04", 14.0, 12, 22, "调出"]
SECTION: list[object] = [None, None, None, 26.0, 21, 41]  # what ANNA and BERT add up to
OTHERS: dict[str, tuple[list[object], str]] = {
    "汇总 of an Excel table": (["汇总", None, None, 26.0, 21, 41], "是合计行"),
    "blanks within": (["合　　计", *SECTION[1:]], "是合计行"),
    "in the second column": ([None, "小 计（元）", *SECTION[2:]], "是合计行"),
    "behind a word of its own": (["信息工程系 小计", *SECTION[1:]], "是合计行"),
    "Excel's subtotal of the value above": (["0036 汇总"], "是合计行"),
    "in English": (["Grand Total", *SECTION[1:]], "是合计行"),
    "behind a name in the column before": (["信息系", "合计", None, "26.00", 21, 41], "是合计行"),
    "sums without a word": (SECTION, "是合计行"),
    "a continued page": (["教师基本情况表（续）", None, None, None, None, None, "单位：元"], "是页标题"),
    "续表": (["续表1"], "是页标题"),
    "the title again": (["某某学院教师基本情况表", "第2页"], "是页标题"),
    "a numbered group": (["二、智能制造系"], "是分组行"),
    "a remark in two cells": (["备注：见附件", "教务处"], "是说明文字"),
    "two signatures": (["填表人：张三", "审核人：李四"], "是签字栏"),
    "the header in another dress": ([f"{name}：" for name in TEACHERS], "是重复的栏目名"),
}


def book(path: Path, *rows: Sequence[object], merged: Sequence[str] = ()) -> Path:
    def merge(_book: Any, sheet: Any) -> None:
        for ref in merged:
            sheet.merge_range(ref, rows[int(ref[1]) - 2][0])

    return books.write(path, {"1.1.1 教师表": [[*TEACHERS], *rows]}, merge if merged else None)


@pytest.mark.parametrize(("row", "reason"), OTHERS.values(), ids=list(OTHERS))
def test_what_is_no_record_is_told_and_left_out(row: list[object], reason: str, tmp_path: Path) -> None:
    intake = taken_in(book(tmp_path / "表.xlsx", ANNA, BERT, row, CARL))
    assert intake.blocks[0].rows == (2, 3, 5)
    assert {one.reason for one in intake.ignored} == {reason}
    assert [(one.severity, one.origin.row) for one in rules(intake, "S06")] == [("note", 4)]


RECORDS: dict[str, list[object]] = {
    "a name that ends like a total, other numbers": ["2022年工作汇总", "张三", "1980-01-02", 3.0, 1, 2],
    "numbers that are no sums": ["汇编小计", None, None, 5.0, 1, 2],
    "numbers only, that are no sums": [None, None, None, 5.0, 1, 2],
    "one filled cell, nothing merged": ["0099"],
    "a whole row that begins like a remark": ["备注：见附件", "张三", "1980-01-02", 3.0, 1, 2],
    "three cells that begin like a remark": ["备注：见附件", "张三", "1980-01-02"],
    "three cells that begin like a signature": ["填表人：张三", "张三", "1980-01-02"],
    "a word of totals far behind": ["0099", "张三", "1980-01-02", 26.0, 21, 41, "合计"],
    "sums in the row of a person": ["0099", "张三", "1980-01-02", 26.0, 21, 41],
}


@pytest.mark.parametrize("row", RECORDS.values(), ids=list(RECORDS))
def test_what_may_be_a_record_is_kept(row: list[object], tmp_path: Path) -> None:
    assert taken_in(book(tmp_path / "表.xlsx", ANNA, BERT, row)).blocks[0].rows == (2, 3, 4)


def test_totals_of_groups_and_of_all_are_told_apart_from_records(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["甲系", None],
        ANNA,
        ["甲系 小计", None, None, 12.5, 10, 20],
        ["乙系", None],
        BERT,
        CARL,
        ["乙系 小计", None, None, 27.5, 23, 43],
        ["全院 汇总", None, None, 40, 33, 63],
    ]
    intake = taken_in(book(tmp_path / "表.xlsx", *rows, merged=("A2:G2", "A5:C5")))
    assert intake.blocks[0].rows == (3, 6, 7)
    assert [one.origin.row for one in rules(intake, "S06")] == [2, 4, 5, 8, 9]
    assert rules(intake, "S10") == []


def test_the_two_rows_of_a_header_come_again_on_the_next_page(tmp_path: Path) -> None:
    head: list[list[object]] = [
        [*TEACHERS[:4], "学时", None, "离职原因"],
        [None, None, None, None, "理论", "实践"],
    ]
    made = openpyxl.Workbook()
    rows: list[list[object]] = [*head, ANNA, BERT, ["续表"], *head, CARL]
    for row in rows:
        made.worksheets[0].append([*row])
    made.save(tmp_path / "表.xlsx")
    intake = taken_in(tmp_path / "表.xlsx")
    assert intake.blocks[0].rows == (3, 4, 8)
    assert {one.reason for one in intake.ignored} == {"是页标题", "是重复的栏目名"}


def test_below_a_header_in_another_order_nothing_is_taken(tmp_path: Path) -> None:
    intake = taken_in(book(tmp_path / "表.xlsx", ANNA, TEACHERS[::-1], BERT[::-1]))
    assert intake.blocks[0].rows == (2,)
    assert [(one.severity, one.origin.row) for one in rules(intake, "S11")] == [("error", 3)]


SAME = "与「1.1.1 教师表」第 2 行完全一样，只收一次"


@pytest.mark.parametrize(
    ("second", "rows", "severity"),
    [
        ([ANNA, BERT], (), "note"),
        ([ANNA, CARL], (3,), "warning"),
        ([CARL, ["0035", *ANNA[1:5], "20"]], (2,), "warning"),
    ],
    ids=["a copy", "another part", "a number written as text"],
)
def test_rows_of_a_second_sheet_that_say_the_same_are_taken_once(
    second: list[list[object]], rows: tuple[int, ...], severity: str, tmp_path: Path
) -> None:
    sheets = {
        "1.1.1 教师表": [[*TEACHERS], ANNA, BERT],
        "1.1.1 教师表 (2)": [[*TEACHERS], *second],
    }
    intake = taken_in(books.write(tmp_path / "表.xlsx", sheets))
    assert [block.rows for block in intake.blocks] == [(2, 3), rows]
    assert SAME in {one.reason for one in intake.ignored}
    assert [one.severity for one in rules(intake, "S05")] == [severity]


def test_the_same_row_twice_on_one_sheet_stays_twice(tmp_path: Path) -> None:
    assert taken_in(book(tmp_path / "表.xlsx", ANNA, ANNA)).blocks[0].rows == (2, 3)


@pytest.mark.parametrize(
    ("name", "rows", "severity"),
    [
        ("填写说明", [["一、每行一人"]] * 9, "note"),
        ("Evaluation Warning", [["The document was created with an evaluation version"]], "note"),
        ("WpsReserved_CellImgList", [["ID_1"]], "note"),
        ("代码表 (2)", [["XB", "1", "男"]] * 5, "note"),
        ("Sheet3", [["草稿"]], "note"),
        ("Sheet3", [["甲", "乙", "丙"], [1, 2, 3]], "warning"),
        ("通讯录", [["教务科", "12"]], "warning"),
        ("说明", [["出生日期", "离职原因", "工资"], ["1980-01-02", "退休", 5]], "warning"),
    ],
)
def test_a_sheet_that_everybody_knows_is_worth_a_note(
    name: str, rows: list[list[object]], severity: str, tmp_path: Path
) -> None:
    sheets: dict[str, list[list[object]]] = {"1.1.1 教师表": [[*TEACHERS], ANNA], name: rows}
    intake = taken_in(books.write(tmp_path / "表.xlsx", sheets))
    assert [one.severity for one in rules(intake, "S04")] == [severity]
