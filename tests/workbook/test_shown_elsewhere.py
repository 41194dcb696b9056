"""What old, open and binary sheets show is what counts, as in an .xlsx."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwt

from statecollect.workbook.read.reader import read_book

CELLS: list[tuple[Any, str, Any]] = [
    (61, "0000", "0061"),
    (0.34, '0.0"万元"', "0.34万元"),
    (1, '[=1]"女";[=2]"男";0', "女"),
    (600000, "0.00,", "600.00"),
    (12.5, "0.00", 12.5),
    (12.345, "0.00", 12.345),
    (1234.5, "#,##0.00", 1234.5),
    (0.5, "0%", "50%"),
    (1, '"GG"000', "GG001"),
    (5, ";;;", 5),
    ("书法", '@"协会"', "书法协会"),
]
SHOWN = [shown for _, _, shown in CELLS]


def seen(path: Path) -> list[Any]:
    (sheet, *_) = read_book(path).sheets
    return [cells[0] for cells in sheet.as_shown()]


def test_an_old_sheet_is_read_as_it_is_shown(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    for row, (value, code, _) in enumerate(CELLS):
        sheet.write(row, 0, value, xlwt.easyxf(num_format_str=code))
    book.save(str(tmp_path / "a.xls"))
    assert seen(tmp_path / "a.xls") == SHOWN


@pytest.mark.office
@pytest.mark.parametrize("kind", ["ods", "xls", "xlsx"])
def test_what_an_office_program_saves_is_read_as_it_is_shown(tmp_path: Path, kind: str) -> None:
    book: Any = openpyxl.Workbook()
    for row, (value, code, _) in enumerate(CELLS, start=1):
        book.active.cell(row, 1, value).number_format = code
    book.save(tmp_path / "a.xlsx")
    command = [
        "soffice",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
        "--convert-to",
        kind,
    ]
    subprocess.run(
        [*command, "--outdir", tmp_path / "out", tmp_path / "a.xlsx"], check=True, capture_output=True
    )
    assert seen(tmp_path / "out" / f"a.{kind}") == SHOWN


@pytest.mark.office
def test_formulas_that_come_to_nothing_are_known_in_an_open_sheet(tmp_path: Path) -> None:
    book: Any = openpyxl.Workbook()
    for row, value in enumerate([2, "=A1-2", "=A1*3", '=IF(A1=2,"0.00","")', "=NA()"], start=1):
        book.active.cell(row, 1, value)
    book.save(tmp_path / "a.xlsx")
    command = [
        "soffice",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
        "--convert-to",
        "ods",
    ]
    subprocess.run([*command, "--outdir", tmp_path, tmp_path / "a.xlsx"], check=True, capture_output=True)
    (sheet, *_) = read_book(tmp_path / "a.ods").sheets
    assert sheet.idle == {(1, 0), (3, 0), (4, 0)}
