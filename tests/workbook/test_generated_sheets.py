"""Sheets made by chance: their values as openpyxl reads them, values and looks as LibreOffice does, in every format.

Where the other program is wrong it is named here. STATECOLLECT_SHEETS and STATECOLLECT_SHOWN: how many sheets.
"""

from __future__ import annotations

import csv
import datetime as dt
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import generated_sheets as made
import openpyxl
import pytest
from generated_sheets import Cell, Cells, Error

from robot import clerk
from statecollect.core.spelling import readable
from statecollect.workbook.number_format import look
from statecollect.workbook.read.reader import RawSheet, read_book

SHEETS = int(os.environ.get("STATECOLLECT_SHEETS", "2000"))
SHOWN = int(os.environ.get("STATECOLLECT_SHOWN", "75"))  # in each of four files
IN_ONE_BOOK = 200
SEED = 20221
EPOCH = dt.datetime(1899, 12, 30)
DAY = dt.timedelta(days=1)


def ours(sheet: RawSheet, row: int, column: int) -> Any:
    """Return what a cell holds; an error value as its text."""
    fault = sheet.faults.get((row, column))
    if fault is not None:
        return fault.text.rpartition(" ")[2]
    cells = sheet.rows[row] if row < len(sheet.rows) else ()
    return cells[column] if column < len(cells) else None


@pytest.mark.long("two thousand sheets, each read by openpyxl, too")
@pytest.mark.filterwarnings("ignore:Workbook contains no default style")
@pytest.mark.parametrize("start", range(0, SHEETS, IN_ONE_BOOK))
def test_values_are_those_that_openpyxl_reads(tmp_path: Path, start: int) -> None:
    sheets = made.sheets(SEED + start, min(IN_ONE_BOOK, SHEETS - start))
    write = made.by_openpyxl if start // IN_ONE_BOOK % 2 else made.by_hand
    path = write(tmp_path / "a.xlsx", sheets)
    other = openpyxl.load_workbook(path, data_only=True)
    different = []
    for sheet, cells in zip(read_book(path).sheets, sheets, strict=True):
        for row in range(made.HEIGHT):
            for column in range(made.WIDTH):
                mine, theirs = ours(sheet, row, column), other[sheet.name].cell(row + 1, column + 1).value
                if not same(mine, theirs) and not before_all_days(cells[row, column]):
                    different.append((cells[row, column], mine, theirs))
    assert different == []


def same(mine: Any, theirs: Any) -> bool:
    """Whether two values are the same; openpyxl reads most days as their midnights."""
    mine, theirs = (
        dt.datetime.combine(one, dt.time()) if type(one) is dt.date else one for one in (mine, theirs)
    )
    return bool(mine == theirs) and (isinstance(mine, bool) == isinstance(theirs, bool))


def before_all_days(cell: Cell) -> bool:
    """A number below nothing in a format of days: Excel shows none, and it stays the number; openpyxl counts back."""
    return cell.code in made.DAYS and isinstance(cell.value, int | float) and cell.value < 0


@pytest.mark.office
def test_cells_are_those_that_an_office_program_reads_and_shows(tmp_path: Path) -> None:
    sheets = made.sheets(SEED, SHOWN)
    source = made.by_hand(tmp_path / "hand.xlsx", sheets)
    files = [
        source,
        made.by_xlwt(tmp_path / "xlwt.xls", sheets),
        tmp_path / "office.ods",
        tmp_path / "office.xls",
    ]
    plans: list[dict[str, Any]] = []
    for file in files:
        (tmp_path / f"{file.name} shown").mkdir()
        steps = [["every_value", "D6"], ["every_text", str(tmp_path / f"{file.name} shown")]]
        plans.append({"file": str(file), "steps": steps})
    plans[0]["steps"] += [["save", str(one)] for one in files[2:]]
    answers = clerk(plans)
    for file, (values, *_) in zip(files, answers, strict=True):
        shown = tmp_path / f"{file.name} shown"
        assert [*differences(file, sheets, values, shown)] == [], file.name


def differences(
    file: Path, sheets: list[Cells], values: dict[str, Any], shown: Path
) -> Iterable[tuple[Any, ...]]:
    """Give the cells that we and the office program read or show in different ways, but for what it is known for."""
    for sheet, cells in zip(read_book(file).sheets, sheets, strict=True):
        with (shown / f"shown-{sheet.name}.csv").open(encoding="utf-8", newline="") as lines:
            texts = list(csv.reader(lines))
        for (row, column), cell in cells.items():
            if known_for(cell, file):
                continue
            text = texts[row][column] if row < len(texts) and column < len(texts[row]) else ""
            mine, theirs = ours(sheet, row, column), values[sheet.name][row][column]
            if not holds_the_same(mine, text if isinstance(cell.value, Error) else theirs):
                yield cell, mine, theirs, text
            elif cell.code not in made.BEYOND and not isinstance(cell.value, bool | Error):
                code = sheet.formats.get((row, column))
                if not looks_the_same(mine, code, text.strip()):
                    yield cell, code, mine, text


def known_for(cell: Cell, file: Path) -> str:
    """Say what LibreOffice is known to do in its own way with such a cell."""
    value, code = cell.value, cell.code
    if isinstance(value, str) and "\n" in value and code not in ("General", "@"):
        return "texts of several lines are shown without their format"
    if isinstance(value, int | float) and value < 0 and re.search(r"\[[=<>]", code):
        return "behind conditions numbers lose their minus"
    if "[$" in code and "%" in code.replace('"%"', ""):
        return "in a format of a currency the percent sign is only a sign"
    if "General" in code and "%" in code:
        return "numbers of many digits get an exponent"
    if file.suffix == ".ods" and ("?" in code or ("[$" in code and "General" in code)):
        return "not read again from an .ods as they were written"
    if file.suffix != ".ods" and code in made.DAYS and isinstance(value, int | float) and value < 60:
        return "days before March 1900 are counted without Excel's 29th of February"
    if file.name == "office.xls" and isinstance(value, str) and code not in ("General", "@"):
        return "texts of Latin and Chinese letters become texts of several looks, shown without their format"
    if file.name == "office.xls" and isinstance(value, Error):
        return "errors typed in are written as they were and read as #N/A"
    if file.name == "office.xls" and cell.formula and isinstance(value, str):
        return "texts of formulas in formats for texts are written as 0"
    return ""


def holds_the_same(mine: Any, theirs: Any) -> bool:
    """Whether we read what the office holds: days and truths are numbers there, as exact as a thousandth of a second."""
    if isinstance(mine, bool):
        mine = float(mine)
    elif isinstance(mine, dt.datetime):
        mine = (mine - EPOCH) / DAY
    elif isinstance(mine, dt.date):
        mine = float((mine - EPOCH.date()).days)
    elif isinstance(mine, dt.time):
        mine = (dt.datetime.combine(EPOCH, mine) - EPOCH) / DAY
    elif isinstance(mine, dt.timedelta):
        mine = mine / DAY
    if isinstance(mine, int | float) and isinstance(theirs, int | float):
        return abs(mine - theirs) <= 1e-8 + 1e-14 * abs(theirs)
    return bool((mine or "") == theirs)


def looks_the_same(mine: Any, code: str | None, text: str) -> bool:
    """Whether a cell is shown as it is read: by the format that was kept, or the value itself, perhaps rounded."""
    if code is not None:
        seen = look(mine, code)
        return seen is not None and seen.text == text
    if not isinstance(mine, int | float):
        return (mine or "").strip() == text
    plain = re.sub(r"(?<!E)-|[, ¥￥$()元]", "", text)
    if plain.startswith("0") and plain[1:2].isdigit():
        return False
    try:
        shown = float(plain)
    except ValueError:
        return readable(mine) == "0" and not plain
    places = 0 if "E" in plain else len(plain.partition(".")[2])
    return abs(shown - abs(mine)) <= 0.5000001 * 10.0**-places + 1e-12 * abs(mine)
