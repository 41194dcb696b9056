"""Sheets of raw cells in absolute coordinates, out of a container the guard has let pass.

calamine reads; the scan adds what it hides. Nothing here knows what a table is, and nothing heavy is imported: the
child process that reads large files starts here.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import zip_longest

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from statecollect.address import cell_name, column_letter
from statecollect.errors import HostileFile, UnreadableFile
from statecollect.incoming.archive import damaged
from statecollect.incoming.guard import Limits
from statecollect.workbook.guard import Container
from statecollect.workbook.scan import CellFault, SheetScan, scan_workbook
from statecollect.workbook.tabs import CODES_SHEET, STAMP_SHEET
from statecollect.workbook.textsheet import text_rows

CellValue = str | int | float | bool | date | datetime | time | timedelta | None

_EXACT = 10**15  # beyond, Excel itself has lost digits: the float is kept, so that the cleaner can say so
_UNKNOWN_ERROR = re.compile(r"Unsupported cell error value '(.*)'")
_BLIND = "这种格式查不出公式错误（#N/A 等），请自己核对，或另存为 .xlsx 再交"


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One sheet. ``rows[0]`` is row 1, index 0 is column A; an empty cell is None; rows may differ in length.

    ``cells_seen`` is the number of filled cells, faults included; for .xlsx it is counted independently of the
    parser. ``faults`` and ``formats`` (percent only) are keyed by 0-based (row, column); ``merged`` holds ``A1:B2``.
    """

    name: str
    visible: bool
    rows: Sequence[Sequence[CellValue]]
    cells_seen: int
    faults: Mapping[tuple[int, int], CellFault] = field(default_factory=dict)
    formats: Mapping[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[str, ...] = ()

    def columns(self, rows: Sequence[int]) -> list[tuple[CellValue, ...]]:
        """Return the cells of these rows (1-based) column by column; shorter rows are filled up with None."""
        return list(zip_longest(*(self.rows[row - 1] for row in rows)))

    def filled(self) -> list[tuple[int, int]]:
        """Return the 0-based positions of all filled cells, faults included, in reading order."""
        cells = [
            (r, c) for r, row in enumerate(self.rows) for c, value in enumerate(row) if value is not None
        ]
        return sorted({*cells, *self.faults}) if self.faults else cells


def scan_container(container: Container, limits: Limits) -> dict[str, SheetScan]:
    """Scan the sheets of an .xlsx (nothing for other kinds). Raises HostileFile for what no parser should open."""
    if container.kind != "xlsx" or container.archive is None:
        return {}
    scans = scan_workbook(container.archive)
    for name, scan in scans.items():
        if scan.area > limits.cells:
            last = f"第 {scan.rows} 行、第 {column_letter(scan.columns - 1)} 列"
            raise HostileFile(
                f"工作表「{name}」的内容散布到{last}，已拒绝打开",
                hint="删去远处的零散单元格后另存",
                where=container.name,
            )
    if sum(scan.text for scan in scans.values()) > limits.text:
        raise HostileFile(
            "单元格里的文字总量过大，已拒绝打开", hint="删去大段文字后另存", where=container.name
        )
    return scans


def parse(container: Container, limits: Limits, scans: Mapping[str, SheetScan]) -> tuple[RawSheet, ...]:
    """Read all sheets. Raises UnreadableFile with one line."""
    if container.kind == "csv":
        rows = text_rows(container.content, container.name, limits.cells)
        name = container.name.rpartition(".")[0] or container.name
        return (RawSheet(name, True, rows, _count(rows)),)
    stamp = scans.get(STAMP_SHEET)
    own = (
        stamp is not None and stamp.columns > 1
    )  # our template: what its drop-downs offer is nobody's answer
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(container.content)) as workbook:
            return tuple(
                _sheet(
                    workbook.get_sheet_by_name(one.name),
                    one.visible is SheetVisibleEnum.Visible,
                    container,
                    scans,
                )
                for one in workbook.sheets_metadata
                if one.typ is SheetTypeEnum.WorkSheet and not (own and one.name == CODES_SHEET)
            )
    except PasswordError as fault:
        raise UnreadableFile(
            "该文件有密码保护", hint="取消打开密码后另存再交，或加 --password 密码", where=container.name
        ) from fault
    except (CalamineError, OSError, ValueError) as fault:
        raise _explained(fault, container.name, scans) from fault


def blind_spots(container: Container) -> tuple[str, ...]:
    """Say what cannot be seen in this kind of file."""
    return () if container.kind in {"xlsx", "csv"} else (_BLIND,)


def _explained(fault: Exception, name: str, scans: Mapping[str, SheetScan]) -> UnreadableFile:
    """Name the cell of an error value that the parser does not know; anything else is damage."""
    unknown = _UNKNOWN_ERROR.search(str(fault))
    for sheet, scan in scans.items():
        for (row, column), cell in scan.faults.items():
            if unknown and cell.text.endswith(unknown[1]):
                where = f"{name} {sheet} {cell_name(row, column)}"
                return UnreadableFile(cell.text, hint="改正公式或直接填写结果，保存后再交", where=where)
    return damaged(name)


def _sheet(
    sheet: CalamineSheet, visible: bool, container: Container, scans: Mapping[str, SheetScan]
) -> RawSheet:
    rows: list[Sequence[CellValue]] = _plain_rows(sheet.to_python(skip_empty_area=False))
    if container.kind != "xlsx":
        return RawSheet(sheet.name, visible, rows, _count(rows))
    scan = scans.get(sheet.name)
    if scan is None:
        raise damaged(container.name)
    for row, column in scan.faults:  # a fault may stand outside all values
        rows += [()] * (row + 1 - len(rows))
        rows[row] = (*rows[row], *[None] * (column + 1 - len(rows[row])))
    return RawSheet(
        name=sheet.name,
        visible=visible,
        rows=rows,
        cells_seen=scan.cells_seen,
        faults=scan.faults,
        formats=scan.formats,
        hidden_rows=scan.hidden_rows,
        hidden_columns=scan.hidden_columns,
        merged=scan.merged,
    )


def _plain_rows(rows: Sequence[Sequence[CellValue]]) -> list[Sequence[CellValue]]:
    """Return the rows of a rectangle as ``_plain`` makes its columns: column by column is three times faster.

    Rows at the end that are only formatted are left out.
    """
    last = next((at for at in range(len(rows), 0, -1) if rows[at - 1].count("") < len(rows[at - 1])), 0)
    rows = rows[:last] if last < len(rows) else rows
    return list(zip(*map(_plain, zip(*rows, strict=True)), strict=True))


def _plain(column: Sequence[CellValue]) -> Sequence[CellValue]:
    """Return a column with empty text as None and whole floats as integers, as a person sees them."""
    if float in set(map(type, column)):
        column = [
            int(value)
            if isinstance(value, float) and value.is_integer() and -_EXACT < value < _EXACT
            else value
            for value in column
        ]
    return [None if value == "" else value for value in column] if "" in column else column


def _count(rows: Sequence[Sequence[CellValue]]) -> int:
    return sum(value is not None for row in rows for value in row)
