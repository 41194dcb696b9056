"""Whose a workbook is: stamps wherever they stand now, and the unit that a cover names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
import toy_books
from openpyxl import Workbook

from statecollect.workbook.read.identity import parties_on_covers
from statecollect.workbook.read.reader import read_book
from statecollect.workbook.recognise.tables import find_tables
from statecollect.workbook.stamp import Stamp, read_stamp

ROWS = {"1.2.1": [["510201", "甲"]]}
TAB = "_statecollect"


def moved_down_and_aside(book: Workbook) -> None:
    book[TAB].insert_rows(1, 4)
    book[TAB].insert_cols(1, 3)


def renamed_and_shown(book: Workbook) -> None:
    sheet = book[TAB]
    sheet.title, sheet.sheet_state = "Sheet9", "visible"


def before_all_others(book: Workbook) -> None:
    book[TAB].title = "_statecollect (2)"
    book.move_sheet(book["_statecollect (2)"], -9)


def numbers_made_of_texts(book: Workbook) -> None:
    for row in book[TAB].iter_rows():
        for cell in row:
            if str(cell.value).isdecimal():
                cell.value = int(str(cell.value))


def copied_twice(book: Workbook) -> None:
    book.copy_worksheet(book[TAB])


def on_the_cover(book: Workbook) -> None:
    for row in book[TAB].iter_rows(values_only=True):
        book["封面"].append([None, None, *row])
    del book[TAB]


CHANGES = [moved_down_and_aside, renamed_and_shown, before_all_others, numbers_made_of_texts, copied_twice, on_the_cover]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_stamp_is_found_by_its_first_key(change: Callable[[Workbook], None], tmp_path: Path) -> None:
    path = tmp_path / "教务处.xlsx"
    catalog = toy_books.write(path, ROWS)
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    read = read_book(path)
    found = read_stamp(read.stamp_rows)
    assert found is not None
    assert found[0] == toy_books.STAMP
    assert read.identity.parties() == ("教务处",)
    intake = find_tables(read, catalog)
    assert [one for one in intake.findings if one.rule == "S04"] == []


def stamps(path: Path, *these: Stamp) -> Path:
    book = Workbook()
    for number, stamp in enumerate(these):
        sheet = book.create_sheet(f"身份{number}")
        for line in stamp.rows(b"key"):
            sheet.append(line)
    book.save(path)
    return path


def test_of_several_stamps_of_one_party_that_of_the_highest_round_counts(tmp_path: Path) -> None:
    later = replace(toy_books.STAMP, kind="marked", round=2)
    read = read_book(stamps(tmp_path / "表.xlsx", toy_books.STAMP, later, toy_books.STAMP))
    assert read_stamp(read.stamp_rows) == (later, later.rows(b"key")[-1][1])
    assert read.identity.parties() == ("教务处",)


def test_stamps_of_two_parties_are_told_apart(tmp_path: Path) -> None:
    other = replace(toy_books.STAMP, party="信息系")
    assert read_book(stamps(tmp_path / "表.xlsx", toy_books.STAMP, other)).identity.parties() == (
        "教务处",
        "信息系",
    )


@pytest.mark.parametrize(
    ("sheets", "named"),
    [
        ({"封面": [["标题"], ["某校    填报单位：教务处"]]}, ("教务处",)),
        ({"封面 (2)": [["填报单位:信息工程系  填表日期：2022-09-01"]]}, ("信息工程系",)),
        ({"表": [["填报单位：", "0001 张三"], ["教工号", "姓名"]]}, ("0001 张三",)),
        ({"封面": [["填报单位： 教务处 联系电话：123"]], "表": [["填报单位：别的"]]}, ("教务处",)),
        ({"封面": [["填报单位：甲系"]], "封面 (2)": [["填报单位：乙系"]]}, ("甲系", "乙系")),
        ({"表": [["填报单位", "填报日期"], ["甲系", "2022"]]}, ()),
        ({"封面": [["填报单位："]]}, ()),
    ],
)
def test_the_unit_is_read_from_the_cover(
    sheets: dict[str, list[list[str]]], named: tuple[str, ...], tmp_path: Path
) -> None:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(tmp_path / "表.xlsx")
    assert parties_on_covers(read_book(tmp_path / "表.xlsx").sheets) == named
