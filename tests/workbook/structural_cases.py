"""Every way in which a returned workbook differs from the template that was sent: one case each, made in code.

A case starts from the same plain workbook (two tables, three records each) and says what must be told and what must come
out. ``test_structural_cases.py`` proves for each that no filled cell is lost.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
from file_kinds import as_csv, as_et, as_ods, as_wps, as_xls, as_xlsb, as_xlsm
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet
from reader_books import rewritten

STAFF, MAJORS = "1.1.1 教师表", "1.1.2 专业表"
STAFF_HEADER = ["教工号", "姓名", "出生日期", "课时费", "学时<理论>", "学时<实践>", "离职原因"]
MAJORS_HEADER = ["专业代码", "专业名称", "学制（年）", "招生人数"]
STAFF_ROWS: list[list[object]] = [
    ["0035", "张三", "1980-01-02", 12.5, 10, 20, None],
    ["0036", "李四", "1981-02-03", 13.5, 11, 21, "退休"],
    ["0037", "王五", "1982-03-04", 14.5, 12, 22, None],
]
MAJORS_ROWS: list[list[object]] = [
    ["510201", "计算机应用技术", 3, 40],
    ["510202", "计算机网络技术", 3, 41],
    ["510203", "软件技术", 3, 42],
]
GOOD = {"1.1.1": ["0035", "0036", "0037"], "1.1.2": ["510201", "510202", "510203"]}

Change = Callable[[Workbook, Worksheet, Worksheet], None]
After = Callable[[Path], Path]  # on the saved file; returns the file to hand in


@dataclass(frozen=True)
class Case:
    """``said``: (rule, cell) of a finding that must be there; ``ignored``: cell of staff or sheet that must be listed.

    ``keys``: first column of each table that must be taken (default: all), ``rows`` their row numbers in the sheet.
    """

    name: str
    change: Change = lambda _book, _staff, _majors: None
    after: After = lambda path: path
    said: tuple[tuple[str, str | None], ...] = ()
    ignored: tuple[str, ...] = ()
    keys: dict[str, list[str]] = field(default_factory=lambda: dict(GOOD))
    rows: tuple[int, ...] = (3, 4, 5)
    suffix: str = ".xlsx"
    countable: bool = True  # whether the file is XML whose cells the test counts itself


def plain() -> Workbook:
    """The workbook all cases start from: title, header, records, on each of two sheets."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for tab, header, rows in ((STAFF, STAFF_HEADER, STAFF_ROWS), (MAJORS, MAJORS_HEADER, MAJORS_ROWS)):
        sheet = book.create_sheet(tab)
        sheet.append([tab])
        sheet.append(header)
        for row in rows:
            sheet.append(row)
    return book


def make(case: Case, folder: Path) -> Path:
    """Write a case's file."""
    book = plain()
    case.change(book, book[STAFF], book[MAJORS])
    path = folder / "教务处.xlsx"
    book.save(path)
    return case.after(path)


# --- columns -------------------------------------------------------------------------------------


def rename_column(_book: Workbook, staff: Worksheet, _majors: Worksheet) -> None:
    staff["D2"] = "课时费（元）"


def rename_beyond_knowing(_book: Workbook, staff: Worksheet, _majors: Worksheet) -> None:
    staff["G2"] = "走的理由"


def reorder_columns(_book: Workbook, staff: Worksheet, _majors: Worksheet) -> None:
    for row in staff.iter_rows(min_row=2):
        texts = [cell.value for cell in row]
        for cell, value in zip(row, reversed(texts), strict=True):
            cell.value = value


def extra_column(_book: Workbook, staff: Worksheet, _majors: Worksheet) -> None:
    staff["I2"], staff["I4"] = "备注", "请核"


def missing_column(_book: Workbook, staff: Worksheet, _majors: Worksheet) -> None:
    staff.delete_cols(3)


def column_twice(_book: Workbook, staff: Worksheet, _majors: Worksheet) -> None:
    staff["H2"], staff["H3"] = "姓名", "张三丰"


# --- sheets --------------------------------------------------------------------------------------


def rename_sheets(_book: Workbook, staff: Worksheet, majors: Worksheet) -> None:
    staff.title, majors.title = "Sheet1", "新建工作表"


def reorder_sheets(book: Workbook, _staff: Worksheet, majors: Worksheet) -> None:
    book.move_sheet(majors, -1)


def extra_sheet(book: Workbook, _staff: Worksheet, _majors: Worksheet) -> None:
    notes = book.create_sheet("我的草稿")
    notes["B3"], notes["C7"] = "先问人事处", 12


def missing_sheet(book: Workbook, _staff: Worksheet, majors: Worksheet) -> None:
    book.remove(majors)


def sheet_twice(book: Workbook, staff: Worksheet, _majors: Worksheet) -> None:
    copy = book.copy_worksheet(staff)
    copy.title = "1.1.1 教师表 (2)"
    copy.delete_rows(3, 3)
    copy.append(["0038", "赵六", "1983-04-05", 15.5, 13, 23, None])


def hidden_sheet(_book: Workbook, _staff: Worksheet, majors: Worksheet) -> None:
    majors.sheet_state = "veryHidden"


# --- rows ----------------------------------------------------------------------------------------


def header_down(_book: Workbook, staff: Worksheet, _majors: Worksheet) -> None:
    staff.insert_rows(2, 4)


def title_rows(_book: Workbook, staff: Worksheet, _majors: Worksheet) -> None:
    staff.insert_rows(1, 2)
    staff["A1"], staff["C2"] = "某某职业学院", "填表日期：2022 年 9 月"


def blank_rows(_book: Workbook, staff: Worksheet, _majors: Worksheet) -> None:
    staff.insert_rows(4, 3)


def totals_and_remarks(_book: Workbook, staff: Worksheet, _majors: Worksheet) -> None:
    staff.insert_rows(4)
    staff["A4"], staff["D4"] = "小计", 12.5
    staff["A8"] = "说明：课时费按学年合计"


def header_again(_book: Workbook, staff: Worksheet, _majors: Worksheet) -> None:
    staff.insert_rows(4)
    for column, name in enumerate(STAFF_HEADER, start=1):
        staff.cell(4, column, name)


# --- what Excel can do ---------------------------------------------------------------------------


def merge_cells(_book: Workbook, staff: Worksheet, _majors: Worksheet) -> None:
    staff["G4"] = None
    staff.merge_cells("D4:D5")


def hide_rows_and_columns(_book: Workbook, staff: Worksheet, _majors: Worksheet) -> None:
    staff.row_dimensions[4].hidden = True
    staff.column_dimensions["E"].hidden = True


def filter_rows(_book: Workbook, staff: Worksheet, _majors: Worksheet) -> None:
    staff.auto_filter.ref = "A2:G5"
    staff.auto_filter.add_filter_column(1, ["张三"])
    staff.row_dimensions[4].hidden = staff.row_dimensions[5].hidden = True


def formula_uncalculated(_book: Workbook, staff: Worksheet, _majors: Worksheet) -> None:
    staff["D4"] = "=12+1.5"


def formula_calculated(path: Path) -> Path:
    book = openpyxl.load_workbook(path)
    book[STAFF]["D4"] = "=12+1.5"
    book.save(path)
    return rewritten(
        path, lambda _name, part: re.sub(rb"<f>12\+1.5</f><v ?(/>|></v>)", b"<f>12+1.5</f><v>13.5</v>", part)
    )


def error_cells(_book: Workbook, staff: Worksheet, _majors: Worksheet) -> None:
    for cell, text in (("D3", "#REF!"), ("E4", "#N/A")):
        staff[cell] = text
        staff[cell].data_type = "e"


def booleans(_book: Workbook, staff: Worksheet, _majors: Worksheet) -> None:
    staff["G3"] = True


def rich_text(_book: Workbook, staff: Worksheet, _majors: Worksheet) -> None:
    staff["G4"] = CellRichText("退", TextBlock(InlineFont(b=True), "休"))


def hyperlinks(_book: Workbook, staff: Worksheet, _majors: Worksheet) -> None:
    staff["G4"].hyperlink = "https://example.org/退休"
    staff["G4"] = "退休"


def far_format(_book: Workbook, staff: Worksheet, _majors: Worksheet) -> None:
    staff["B1048500"].number_format = "0.00"


def stale_dimension(path: Path) -> Path:
    return rewritten(
        path, lambda _name, part: re.sub(rb'<dimension ref="[^"]*" ?/>', b'<dimension ref="A1:G3"/>', part)
    )


def dates_of_1904(book: Workbook, staff: Worksheet, _majors: Worksheet) -> None:
    book.epoch = CALENDAR_MAC_1904
    staff["C3"] = dt.date(1980, 1, 2)
    staff["C3"].number_format = "yyyy-mm-dd"


ONLY_STAFF = {"1.1.1": GOOD["1.1.1"]}
CASES = [
    Case("as it was sent"),
    Case("a column renamed", rename_column, said=(("S02", "D2"),)),
    Case("a column renamed beyond knowing", rename_beyond_knowing, said=(("S02", "G2"),), ignored=("G4",)),
    Case("columns in another order", reorder_columns),
    Case("a column more", extra_column, said=(("S02", "I2"),), ignored=("I4",)),
    Case("a required column missing", missing_column, said=(("S01", None),)),
    Case("a column twice", column_twice, said=(("S03", "H2"),), ignored=("H3",)),
    Case("sheets renamed", rename_sheets),
    Case("sheets in another order", reorder_sheets),
    Case("a sheet more", extra_sheet, said=(("S04", None),), ignored=("B3", "C7")),
    Case("a sheet missing", missing_sheet, keys=ONLY_STAFF),
    Case(
        "the same sheet twice",
        sheet_twice,
        said=(("S05", None),),
        keys={**GOOD, "1.1.1": [*GOOD["1.1.1"], "0038"]},
    ),
    Case("a sheet hidden", hidden_sheet, said=(("S07", None),)),
    Case("the header moved down", header_down, rows=(7, 8, 9)),
    Case("title rows inserted", title_rows, rows=(5, 6, 7)),
    Case("blank rows", blank_rows, rows=(3, 7, 8)),
    Case(
        "sub-totals and remarks",
        totals_and_remarks,
        said=(("S06", None),),
        ignored=("A4", "D4", "A8"),
        rows=(3, 5, 6),
    ),
    Case(
        "the header again among the records",
        header_again,
        said=(("S06", None),),
        ignored=("A4", "G4"),
        rows=(3, 5, 6),
    ),
    Case("cells merged", merge_cells, said=(("S10", None),)),
    Case("rows and columns hidden", hide_rows_and_columns, said=(("S07", None),)),
    Case("a list filtered", filter_rows, said=(("S07", None),)),
    Case("a formula calculated", after=formula_calculated),
    Case("a formula never calculated", formula_uncalculated, said=(("F00", "D4"),)),
    Case("error values", error_cells, said=(("F00", "D3"), ("F00", "E4"))),
    Case("a boolean", booleans, said=(("F05", "G3"),)),
    Case("rich text", rich_text),
    Case("a hyperlink", hyperlinks),
    Case("a stale dimension", after=stale_dimension),
    Case("a formatted cell in row 1,048,500", far_format),
    Case("a workbook that counts days from 1904", dates_of_1904),
    Case(".xls", after=as_xls, suffix=".xls", countable=False),
    Case(".et of WPS", after=as_et, suffix=".et", countable=False),
    Case(".xlsx of WPS", after=as_wps),
    Case(".xlsm with macros", after=as_xlsm, said=(("S08", None),), suffix=".xlsm"),
    Case(".xlsb", after=as_xlsb, suffix=".xlsb", countable=False),
    Case(".ods", after=as_ods, suffix=".ods", countable=False),
    Case(
        ".csv in UTF-8",
        after=lambda path: as_csv(path, "utf-8-sig"),
        keys=ONLY_STAFF,
        suffix=".csv",
        countable=False,
    ),
    Case(
        ".csv in GB18030",
        after=lambda path: as_csv(path, "gb18030"),
        keys=ONLY_STAFF,
        suffix=".csv",
        countable=False,
    ),
]
