"""Sheets of raw cells in absolute coordinates, out of a container the guard has let pass.

The scan reads every .xlsx; each other format has a reader of its own, that of the old .xls a foreign parser, which runs
in a child process only (``reader``).
Nothing here knows what a table is, and no catalog is imported: the child starts here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from statecollect.core.address import column_letter
from statecollect.core.errors import HostileFile
from statecollect.core.untrusted.archive import damaged
from statecollect.core.untrusted.guard import Limits
from statecollect.workbook.number_format import look
from statecollect.workbook.read.cell_values import CellValue
from statecollect.workbook.read.coded_sheet import CodedSheet
from statecollect.workbook.read.container import Container
from statecollect.workbook.read.gathered_cells import Gathered
from statecollect.workbook.read.scan import CellFault, SheetScan, doubtful_cells, scan_workbook
from statecollect.workbook.read.text_sheet import text_rows

__all__ = ["CellFault", "CellValue", "RawSheet", "blind_spots", "parse", "scan_container"]

_BLIND = {
    "html": "这是网页表格：看不出隐藏的行列和公式错误，请自己核对，或另存为 .xlsx 再交",
}


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One sheet. ``rows[0]`` is row 1, index 0 is column A; an empty cell is None.

    ``cells_seen`` is the number of filled cells, faults included; for .xlsx it is counted independently of what
    reads the values. ``faults`` and ``formats`` (those that change what a cell says) are keyed by 0-based (row, column);
    ``merged`` holds ``A1:B2``. ``struck``: rows with text struck through. ``idle``: formulas that come to nothing;
    ``stale``: formulas whose results may be out of date. ``beside``: what floats over the cells.
    """

    name: str
    visible: bool
    rows: CodedSheet
    cells_seen: int
    faults: Mapping[tuple[int, int], CellFault] = field(default_factory=dict)
    formats: Mapping[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[str, ...] = ()
    struck: frozenset[int] = frozenset()
    stale: frozenset[tuple[int, int]] = frozenset()
    idle: frozenset[tuple[int, int]] = frozenset()
    beside: tuple[str, ...] = ()
    comments: Mapping[tuple[int, int], str] = field(default_factory=dict)

    def as_shown(self) -> CodedSheet:
        """Return the cells as a person sees them: 0061 where 61 is stored and four digits are shown."""
        if not self.formats:
            return self.rows
        codes, values = self.rows.codes.copy(), list(self.rows.values)
        for (row, column), code in self.formats.items():
            seen = look(values[codes[column, row]], code)
            if seen is not None and not (seen.hidden or seen.alike or seen.power):
                codes[column, row] = len(values)
                values.append(seen.exact)
        return CodedSheet(codes, values)

    def at(self, row: int, column: int) -> CellValue:
        """Return what a cell (0-based) holds; there may be no such cell."""
        return self.rows.values[self.rows.codes[column, row]] if self.rows.holds(row, column) else None

    def filled(self) -> list[tuple[int, int]]:
        """Return the 0-based positions of all filled cells, faults included, in reading order."""
        cells = [(row, column) for row, column in np.argwhere(self.rows.codes.T).tolist()]
        return sorted({*cells, *self.faults}) if self.faults else cells


def scan_container(container: Container, limits: Limits) -> dict[str, SheetScan]:
    """Scan the sheets of an .xlsx (nothing for other kinds). Raises HostileFile for what would cost too much."""
    if container.kind != "xlsx" or container.archive is None:
        return {}
    scans = scan_workbook(container.archive)
    left = limits.cells  # of all sheets together
    for name, scan in scans.items():
        left -= scan.area
        if left < 0:
            last = f"第 {scan.rows} 行、第 {column_letter(scan.columns - 1)} 列"
            raise HostileFile(
                f"工作表「{name}」的内容散布到{last}，已拒绝打开",
                hint="删去远处的零散单元格后另存",
                where=container.name,
                reason="spread",
            )
    if sum(scan.text for scan in scans.values()) > limits.text:
        raise HostileFile(
            "单元格里的文字总量过大，已拒绝打开", hint="删去大段文字后另存", where=container.name
        )
    return scans


def parse(container: Container, limits: Limits) -> tuple[RawSheet, ...]:
    """Read all sheets. Raises UnreadableFile or HostileFile with one line."""
    if container.kind == "xlsx":
        scans = scan_container(container, limits)
        return tuple(_scanned(name, scan, container.name) for name, scan in scans.items())
    if container.kind == "csv":
        rows = CodedSheet.of(text_rows(container.content, container.name, limits.cells))
        name = container.name.rpartition(".")[0] or container.name
        return (RawSheet(name, True, rows, rows.filled()),)
    return tuple(_gathered(container, limits))


def _gathering(container: Container, limits: Limits) -> Iterator[Gathered]:
    """Choose the reader of a format; each is imported when a file of its kind is read."""
    archive = container.archive
    if container.kind == "xls":
        from statecollect.workbook.read.xls_sheets import old_sheets

        return old_sheets(container.content, container.name)
    if container.kind == "ods" and archive is not None:
        from statecollect.workbook.read.ods_sheets import open_sheets

        return open_sheets(archive, limits.cells)
    if container.kind == "xlsb" and archive is not None:
        from statecollect.workbook.read.xlsb_sheets import binary_sheets

        return binary_sheets(archive)
    from statecollect.workbook.read.markup_sheets import markup_sheets

    return markup_sheets(container.content, container.name, container.kind, limits.cells)


def _gathered(container: Container, limits: Limits) -> Iterator[RawSheet]:
    left = limits.cells  # of all sheets together
    try:
        for gathered in _gathering(container, limits):
            left -= gathered.height * gathered.width
            rows = gathered.grid(left + gathered.height * gathered.width, container.name)
            yield _checked(
                RawSheet(
                    gathered.name,
                    gathered.visible,
                    rows,
                    gathered.filled,
                    gathered.faults,
                    gathered.formats,
                    frozenset(gathered.hidden_rows),
                    frozenset(gathered.hidden_columns),
                    tuple(gathered.merged),
                    struck=frozenset(gathered.struck),
                    stale=frozenset(gathered.formulas if gathered.stale else ()),
                    idle=frozenset(gathered.idle),
                    beside=gathered.beside,
                    comments=gathered.comments,
                ),
                container.name,
            )
    except ValueError as fault:
        raise damaged(container.name) from fault


def blind_spots(container: Container) -> tuple[str, ...]:
    """Say what cannot be seen in this kind of file."""
    return (_BLIND[container.kind],) if container.kind in _BLIND else ()


def _scanned(name: str, scan: SheetScan, file: str) -> RawSheet:
    """Return a sheet with what the scan knows of it."""
    sheet = RawSheet(
        name=name,
        visible=scan.visible,
        rows=scan.grid(),
        cells_seen=scan.cells_seen,
        faults=scan.faults,
        formats=scan.formats,
        hidden_rows=scan.hidden_rows,
        hidden_columns=scan.hidden_columns,
        merged=scan.merged,
        struck=scan.struck,
        stale=scan.stale,
        idle=scan.idle,
        beside=scan.beside,
        comments=scan.comments,
    )
    return _checked(sheet, file)


def _checked(sheet: RawSheet, file: str) -> RawSheet:
    """Return a sheet whose values and count agree. Raises UnreadableFile where they do not."""
    read = sheet.rows.filled() + sum(not sheet.rows.holds(*place) for place in sheet.faults)
    if read != sheet.cells_seen:
        raise doubtful_cells((), abs(sheet.cells_seen - read), file, sheet.name)
    return sheet
