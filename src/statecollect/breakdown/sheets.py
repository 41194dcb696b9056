"""Spreadsheets as grids: .xlsx through openpyxl (merged areas, formulas), .xls through calamine."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from openpyxl import load_workbook
from python_calamine import CalamineWorkbook, PasswordError, SheetVisibleEnum

from statecollect.address import column_letter
from statecollect.breakdown.container import check_office_zip
from statecollect.breakdown.grids import Cell, Document, Grid, Kind
from statecollect.breakdown.text import visible
from statecollect.cleaning.text import no_answer
from statecollect.errors import HostileFile, UnreadableFile
from statecollect.incoming.archive import damaged
from statecollect.incoming.foreign import foreign_parser
from statecollect.incoming.watch import tick
from statecollect.numberformat import look

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

# calamine's grid is dense: a value in the last corner of an .xls would be 16 million cells.
_MOST_XLS_CELLS = 2_000_000

_Area = tuple[int, int, int, int]


def read_xlsx(content: bytes, name: str) -> Document:
    """Read all sheets of an .xlsx."""
    has_formulas = check_office_zip(content, name, main_part="xl/workbook.xml", kind=".xlsx").formulas
    values = _open(content, name, data_only=True)
    formulas = _open(content, name, data_only=False) if has_formulas else None
    grids = tuple(
        _xlsx_grid(sheet, formulas.worksheets[index] if formulas else None)
        for index, sheet in enumerate(values.worksheets)
    )
    if not grids:
        raise UnreadableFile("工作簿里没有工作表", hint="请用 Excel 或 WPS 打开后另存为 .xlsx", where=name)
    return Document(grids)


def _open(content: bytes, name: str, *, data_only: bool) -> Workbook:
    with foreign_parser(lambda _: damaged(name)), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what openpyxl does not keep when it saves; nothing is saved
        return load_workbook(BytesIO(content), data_only=data_only)


def _xlsx_grid(sheet: Worksheet, formulas: Worksheet | None) -> Grid:
    # Only cells that exist: iterating by max_row would visit a million rows for one formatted cell at the bottom.
    rows: dict[int, dict[int, Cell]] = {}
    marks: dict[int, str] = {}
    for (row, column), cell in sorted(sheet._cells.items()):
        tick()
        text, kind = _shown(cell.value, cell.number_format)
        if cell.data_type == "e":
            kind = "error"
        elif not text and formulas is not None and isinstance(formulas.cell(row, column).value, str):
            text, kind = visible(str(formulas.cell(row, column).value)), "formula"
        if text:
            rows.setdefault(row, {})[column] = Cell(f"{column_letter(column - 1)}{row}", text, kind)
            if cell.has_style and cell.font.strike:
                marks[row] = "画着删除线"
            if row not in marks and _is_hidden(sheet, row):
                marks[row] = "是隐藏的"
    areas = ((area.min_row, area.min_col, area.max_row, area.max_col) for area in sheet.merged_cells.ranges)
    return replace(_grid(sheet.title, rows, areas, hidden=sheet.sheet_state != "visible"), marks=marks)


def _is_hidden(sheet: Worksheet, row: int) -> bool:
    known = sheet.row_dimensions.get(row)
    return known is not None and (bool(known.hidden) or known.height == 0)


def read_xls(content: bytes, name: str) -> Document:
    """Read all sheets of an .xls; a calamine value of '' is an empty cell."""
    if content.startswith(b"PK"):
        raise UnreadableFile("扩展名是 .xls，内容却是 .xlsx", hint="请把扩展名改为 .xlsx 后再试", where=name)
    with (
        foreign_parser(lambda fault: _unreadable_xls(fault, name)),
        CalamineWorkbook.from_filelike(BytesIO(content)) as workbook,
    ):
        grids = tuple(
            _xls_grid(workbook, index, metadata.visible is not SheetVisibleEnum.Visible, name)
            for index, metadata in enumerate(workbook.sheets_metadata)
        )
    return Document(grids)


def _unreadable_xls(fault: BaseException, name: str) -> UnreadableFile:
    if isinstance(fault, PasswordError):
        hint = "请在 Excel 或 WPS 中取消密码后另存"
        return UnreadableFile("文件设有打开密码，无法读取", hint=hint, where=name)
    hint = "请用 Excel 或 WPS 打开后另存为 .xlsx"
    return UnreadableFile("内容不是可读取的 .xls 文件", hint=hint, where=name)


def _xls_grid(workbook: CalamineWorkbook, index: int, hidden: bool, name: str) -> Grid:
    sheet = workbook.get_sheet_by_index(index)
    if sheet.total_height * sheet.total_width > _MOST_XLS_CELLS:
        raise HostileFile(
            f"工作表「{sheet.name}」的内容散布过宽，不像任务分解表",
            hint="请删去远处的零散单元格后另存",
            where=name,
        )
    rows: dict[int, dict[int, Cell]] = {}
    for row, values in enumerate(sheet.to_python(skip_empty_area=False), start=1):
        for column, value in enumerate(values, start=1):
            text, kind = _shown(value)
            if text:
                rows.setdefault(row, {})[column] = Cell(f"{column_letter(column - 1)}{row}", text, kind)
    areas = [
        (top + 1, left + 1, bottom + 1, right + 1)
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or []
    ]
    return _grid(sheet.name, rows, areas, hidden=hidden)


def _grid(title: str, rows: dict[int, dict[int, Cell]], areas: Iterable[_Area], *, hidden: bool) -> Grid:
    for top, left, bottom, right in areas:
        tick()
        cell = rows.get(top, {}).get(left)
        if cell is None:
            continue
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                rows.setdefault(row, {}).setdefault(column, cell)
    return Grid(title, {number: rows[number] for number in sorted(rows)}, hidden=hidden)


def _shown(value: object, number_format: str = "") -> tuple[str, Kind]:
    """The text a user sees, nearly, and whether the spreadsheet holds a text at all."""
    if value is None:
        return "", "text"
    if isinstance(value, str) and no_answer(value.strip()):
        return visible(value), "formula"
    seen = look(value, number_format) if number_format else None
    if seen is not None and not (seen.hidden or seen.alike or seen.power):
        return visible(seen.exact), "text"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d"), "date"
    if isinstance(value, (date, time, timedelta)):
        return str(value), "date"
    if isinstance(value, float):
        return f"{value:.15g}", "number"
    if isinstance(value, int):
        return str(value), "number"
    return visible(str(value)), "text"
