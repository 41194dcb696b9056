"""The one reader: a workbook as sheets of raw cells in absolute coordinates.

calamine reads; the scan adds what it hides. Nothing here knows what a table is.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from statecollect.errors import HostileFile, UnreadableFile
from statecollect.workbook.guard import Limits, inspect
from statecollect.workbook.layout import STAMP
from statecollect.workbook.scan import CellFault, SheetScan, scan_xlsx

CellValue = str | int | float | bool | date | datetime | time | timedelta | None


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One sheet. ``rows[0]`` is row 1, index 0 is column A; an empty cell is None.

    ``cells_seen`` is the number of filled cells, for .xlsx counted independently of the parser.
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


@dataclass(frozen=True, slots=True)
class Book:
    """One file: its name, digest, sheets in order, remarks of the guard, and the lines of the stamp if any."""

    name: str
    sha256: str
    sheets: tuple[RawSheet, ...]
    notes: tuple[str, ...] = ()
    stamp_rows: tuple[tuple[str, str], ...] = ()


def read_book(path: Path, limits: Limits | None = None) -> Book:
    """Read a workbook. Raises UnreadableFile or HostileFile with one line."""
    limits = limits or Limits()
    container = inspect(path, limits)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if container.kind == "csv":
        return Book(path.name, digest, (_csv_sheet(path),))
    scans = _scans(path) if container.kind == "xlsx" else {}
    for name, scan in scans.items():
        if scan.rows * scan.columns > limits.cells:
            raise HostileFile(
                f"工作表「{name}」的内容散布到第 {scan.rows} 行、第 {scan.columns} 列，已拒绝打开",
                hint="删去远处的零散单元格后另存",
                where=path.name,
            )
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            sheets = tuple(
                _sheet(workbook.get_sheet_by_name(one.name), one.visible is SheetVisibleEnum.Visible, scans)
                for one in workbook.sheets_metadata
                if one.typ is SheetTypeEnum.WorkSheet
            )
    except PasswordError as error:
        raise UnreadableFile("该文件有密码保护", hint="取消打开密码后另存再交", where=path.name) from error
    except (CalamineError, OSError, ValueError) as error:
        raise UnreadableFile(
            "文件已损坏，打不开", hint="用 Excel 或 WPS 打开后另存再交", where=path.name
        ) from error
    stamp = next((sheet for sheet in sheets if sheet.name == STAMP), None)
    lines = tuple((str(row[0]), str(row[1])) for row in stamp.rows if len(row) > 1) if stamp else ()
    return Book(path.name, digest, sheets, container.notes, lines)


def _scans(path: Path) -> dict[str, SheetScan]:
    try:
        return scan_xlsx(path)
    except (KeyError, ValueError, SyntaxError) as error:  # ElementTree.ParseError is a SyntaxError
        raise UnreadableFile(
            "文件已损坏，打不开", hint="用 Excel 或 WPS 打开后另存再交", where=path.name
        ) from error


def _sheet(sheet: CalamineSheet, visible: bool, scans: Mapping[str, SheetScan]) -> RawSheet:
    rows = [_plain(row) for row in sheet.to_python(skip_empty_area=False)]
    scan = scans.get(sheet.name)
    if scan is None:
        return RawSheet(sheet.name, visible, rows, _filled(rows))
    while len(rows) <= max((row for row, _ in scan.faults), default=-1):
        rows.append([])
    return RawSheet(
        sheet.name,
        visible,
        rows,
        scan.cells_seen,
        scan.faults,
        scan.formats,
        scan.hidden_rows,
        scan.hidden_columns,
        scan.merged,
    )


def _plain(row: Sequence[CellValue]) -> list[CellValue]:
    """Return a row with empty text as None and whole floats as integers, as a person sees them."""
    return [
        None
        if value == ""
        else int(value)
        if type(value) is float and value.is_integer() and abs(value) < 1e15
        else value
        for value in row
    ]


def _filled(rows: Sequence[Sequence[CellValue]]) -> int:
    return sum(value is not None for row in rows for value in row)


def _csv_sheet(path: Path) -> RawSheet:
    content = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise UnreadableFile(
            "无法识别文字编码", hint="用 Excel 或 WPS 打开后另存为 .xlsx 再交", where=path.name
        )
    if "\x00" in text:
        raise UnreadableFile("不是文本文件", hint="用 Excel 或 WPS 打开后另存为 .xlsx 再交", where=path.name)
    first = text.partition("\n")[0]
    delimiter = max("\t,;", key=first.count)
    try:
        rows: list[list[CellValue]] = [
            [cell or None for cell in row]
            for row in csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
        ]
    except csv.Error as error:
        raise UnreadableFile(
            "文本的引号或分隔符有误，无法分列", hint="另存为 .xlsx 再交", where=path.name
        ) from error
    return RawSheet(path.stem, True, rows, _filled(rows))
