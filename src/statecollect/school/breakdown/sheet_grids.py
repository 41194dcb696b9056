"""Spreadsheets and text tables as grids, through the same guard and reader as returned workbooks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from statecollect.cleaning.free_text import no_answer
from statecollect.core.address import area, cell_name
from statecollect.core.errors import HostileFile, UnreadableFile
from statecollect.core.plain_text import visible
from statecollect.core.untrusted.guard import Limits
from statecollect.core.untrusted.watch import tick
from statecollect.school.breakdown.grids import Cell, CellKind, Grid, SourceDocument
from statecollect.workbook.number_format import look
from statecollect.workbook.read.container import Container, inspect_bytes
from statecollect.workbook.read.raw_sheets import RawSheet, parse

_MOST_MERGED = 500_000  # positions
_MOST_FIELDS = 500_000  # of a text table
_SMALL: dict[str, int] = {"xlsx": 6 * 2**20, "csv": 250_000}  # bytes that cannot cost much, whatever they are


def looked_at(content: bytes, name: str, limits: Limits) -> Container:
    """Return the guarded file. Raises UnreadableFile, HostileFile."""
    return inspect_bytes(content, name, limits)


def is_small(container: Container) -> bool:
    """Whether reading it cannot cost much; what foreign parsers read never is."""
    return container.expanded <= _SMALL.get(container.kind, 0)


def read_sheets(container: Container, limits: Limits) -> SourceDocument:
    """Read all sheets. Raises UnreadableFile, HostileFile."""
    most = _MOST_FIELDS if container.kind == "csv" else limits.cells
    sheets = parse(container, replace(limits, cells=most))
    if not sheets:
        raise UnreadableFile(
            "工作簿里没有工作表",
            hint="请用 Excel 或 WPS 打开后另存为 .xlsx",
            where=container.name,
            reason="no-sheet",
        )
    if sum(_covered(ref) for sheet in sheets for ref in sheet.merged) > _MOST_MERGED:
        raise HostileFile(
            "合并单元格的范围过大，已拒绝读取",
            hint="请取消整行、整列的合并后另存",
            where=container.name,
            reason="merged",
        )
    return SourceDocument(tuple(map(_grid, sheets)))


def _grid(sheet: RawSheet) -> Grid:
    rows: dict[int, dict[int, Cell]] = {}
    for row, column in sheet.filled():
        tick()
        fault = sheet.faults.get((row, column))
        if fault is not None:
            error = fault.kind == "error"
            text, kind = fault.text.rpartition(" ")[2] if error else "=…", "error" if error else "formula"
        else:
            value = sheet.rows.values[sheet.rows.codes[column, row]]
            text, kind = _shown(value, sheet.formats.get((row, column), ""))
        if text:
            cell = Cell(cell_name(row, column), text, kind)  # type: ignore[arg-type]
            rows.setdefault(row + 1, {})[column + 1] = cell
    for ref in sheet.merged:
        tick()
        top, left, bottom, right = area(ref)
        cell_there = rows.get(top + 1, {}).get(left + 1)
        for row in range(top + 1, bottom + 2) if cell_there is not None else ():
            for column in range(left + 1, right + 2):
                rows.setdefault(row, {}).setdefault(column, cell_there)  # type: ignore[arg-type]
    marks = {row + 1: "是隐藏的" for row in sheet.hidden_rows} | {
        row + 1: "画着删除线" for row in sheet.struck
    }
    whole = {number: rows[number] for number in sorted(rows)}
    return Grid(sheet.name, whole, hidden=not sheet.visible, marks=marks)


def _covered(ref: str) -> int:
    top, left, bottom, right = area(ref)
    return (bottom - top + 1) * (right - left + 1)


def _shown(value: object, number_format: str = "") -> tuple[str, CellKind]:
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
    if isinstance(value, bool):
        return str(value).upper(), "text"
    if isinstance(value, float):
        return f"{value:.15g}", "number"
    if isinstance(value, int):
        return str(value), "number"
    return visible(str(value)), "text"
