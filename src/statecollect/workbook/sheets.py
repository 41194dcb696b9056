"""Sheets of raw cells in absolute coordinates, out of a container the guard has let pass.

The scan reads what is written the usual way, calamine the rest; the scan adds what calamine hides. Nothing here knows
what a table is, and no catalog is imported: the child process that reads large files starts here.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from statecollect.address import cell_name, column_letter
from statecollect.errors import HostileFile, UnreadableFile
from statecollect.incoming.archive import damaged
from statecollect.incoming.guard import Limits
from statecollect.workbook.cellvalues import CellValue
from statecollect.workbook.grid import Grid
from statecollect.workbook.guard import Container
from statecollect.workbook.scan import CellFault, SheetScan, scan_workbook
from statecollect.workbook.tabs import CODES_SHEET, STAMP_SHEET
from statecollect.workbook.textsheet import text_rows

__all__ = ["CellFault", "CellValue", "RawSheet", "blind_spots", "parse", "scan_container"]

_UNKNOWN_ERROR = re.compile(r"Unsupported cell error value '(.*)'")
_BLIND = "这种格式查不出公式错误（#N/A 等），请自己核对，或另存为 .xlsx 再交"


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One sheet. ``rows[0]`` is row 1, index 0 is column A; an empty cell is None.

    ``cells_seen`` is the number of filled cells, faults included; for .xlsx it is counted independently of what
    reads the values. ``faults`` and ``formats`` (percent only) are keyed by 0-based (row, column); ``merged`` holds
    ``A1:B2``.
    """

    name: str
    visible: bool
    rows: Grid
    cells_seen: int
    faults: Mapping[tuple[int, int], CellFault] = field(default_factory=dict)
    formats: Mapping[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[str, ...] = ()

    def filled(self) -> list[tuple[int, int]]:
        """Return the 0-based positions of all filled cells, faults included, in reading order."""
        cells = [(row, column) for row, column in np.argwhere(self.rows.codes.T).tolist()]
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
        rows = Grid.of(text_rows(container.content, container.name, limits.cells))
        name = container.name.rpartition(".")[0] or container.name
        return (RawSheet(name, True, rows, rows.filled()),)
    if scans and all(scan.cells for scan in scans.values()):
        return tuple(_scanned(name, scan, scan.cells.grid()) for name, scan in scans.items() if scan.cells)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(container.content)) as workbook:
            return tuple(
                _sheet(workbook, one.name, one.visible is SheetVisibleEnum.Visible, container, scans)
                for one in workbook.sheets_metadata
                if one.typ is SheetTypeEnum.WorkSheet
                and not (one.name == CODES_SHEET and STAMP_SHEET in scans and CODES_SHEET not in scans)
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
    workbook: CalamineWorkbook, name: str, visible: bool, container: Container, scans: Mapping[str, SheetScan]
) -> RawSheet:
    """Read one sheet with the parser, where the scan has not read it already."""
    scan = scans.get(name)
    if container.kind == "xlsx" and scan is None:
        raise damaged(container.name)
    if scan and scan.cells:
        return _scanned(name, scan, scan.cells.grid())
    cells = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    if scan:  # a fault may stand outside all values
        return _scanned(name, scan, Grid.of(cells, scan.rows, scan.columns))
    rows = Grid.of(cells)
    return RawSheet(name, visible, rows, rows.filled())


def _scanned(name: str, scan: SheetScan, rows: Grid) -> RawSheet:
    """Return a sheet with what the scan knows of it."""
    return RawSheet(
        name=name,
        visible=scan.visible,
        rows=rows,
        cells_seen=scan.cells_seen,
        faults=scan.faults,
        formats=scan.formats,
        hidden_rows=scan.hidden_rows,
        hidden_columns=scan.hidden_columns,
        merged=scan.merged,
    )
