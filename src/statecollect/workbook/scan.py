"""A look at the bytes of an .xlsx sheet: its cells where they are written the usual way, and what calamine hides.

calamine shows error cells and formulas that were never calculated as empty, and takes the whole process down when one
far cell makes the sheet's rectangle too large. So a sheet's XML is looked at first, in pieces of whole rows. A piece
written the way all office programs write it is read at once (``quick``); any other gets a second look by ``scan_rows``,
and the values of that sheet are left to calamine. The count of filled cells does not depend on who reads the values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from statecollect.address import MAX_COLUMNS
from statecollect.errors import UnreadableFile
from statecollect.incoming.archive import RESAVE, Archive, damaged
from statecollect.workbook.parts import SharedTexts, SheetPart, Styles, outline, shared_texts, styles
from statecollect.workbook.quick import QuickReader, Values
from statecollect.workbook.scan_rows import CellFault, RowReader, Tally
from statecollect.workbook.tabs import CODES_SHEET, STAMP_SHEET

__all__ = ["CellFault", "SheetScan", "scan_workbook"]

_ROW_START = re.compile(rb"<(?:\w+:)?row[\s/>]")
_ROW_END = re.compile(rb"</(?:\w+:)?$")
_ANY_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_HIDDEN_ROW = re.compile(
    rb"""<(?:\w+:)?row\b(?=[^>]*\shidden\s*=\s*["'](?:1|true)["'])[^>]*?\sr\s*=\s*["'](\d+)["']"""
)
_HIDDEN = re.compile(rb"""\shidden\s*=\s*["'](?:1|true)["']""")
_COLUMN = re.compile(rb"<(?:\w+:)?col\s[^>]*>")
_MERGED = re.compile(
    rb"""<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*["']([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})["']"""
)


@dataclass(frozen=True, slots=True)
class SheetScan:
    """What the bytes of one sheet say.

    ``cells_seen``: filled cells, faults included. ``rows``, ``columns``: the rectangle from A1 that holds them.
    ``text``: characters of shared text that the cells point at. Positions are 0-based (row, column); ``formats`` holds
    percent formats only. ``cells``: the values, unless they are left to calamine.
    """

    visible: bool = True
    cells_seen: int = 0
    rows: int = 0
    columns: int = 0
    text: int = 0
    faults: Mapping[tuple[int, int], CellFault] = field(default_factory=dict)
    formats: Mapping[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[str, ...] = ()
    cells: QuickReader | None = None

    @property
    def area(self) -> int:
        """How many cells a reader will hold for this sheet."""
        return self.rows * self.columns


def scan_workbook(archive: Archive) -> dict[str, SheetScan]:
    """Scan all sheets, by name. Raises UnreadableFile for a sheet no parser should be trusted with.

    The codes of our own template are left out: what its drop-downs offer is nobody's answer.
    """
    whole = outline(archive)
    texts, shown = shared_texts(archive), styles(archive)
    values = None if whole.from_1904 else Values(texts)
    found: dict[str, SheetScan] = {}
    for one in sorted(whole.sheets, key=lambda sheet: sheet.name != STAMP_SHEET):  # the stamp first
        own = STAMP_SHEET in found and found[STAMP_SHEET].columns > 1
        if not (own and one.name == CODES_SHEET):
            found[one.name] = _scan(archive, one, texts, shown, values)
    return {one.name: found[one.name] for one in whole.sheets if one.name in found}


def _scan(
    archive: Archive, sheet: SheetPart, texts: SharedTexts, shown: Styles, values: Values | None
) -> SheetScan:
    tally = Tally()
    quick = QuickReader(values, shown, tally) if values and sheet.has_cells else None
    careful = RowReader(texts, shown.percent, tally)
    hidden_rows: set[int] = set()
    hidden_columns: set[int] = set()
    merged: list[str] = []
    try:
        for frame, rows in _pieces(archive.pieces(sheet.part)):
            hidden_columns.update(_hidden_columns(frame))
            merged += [ref.decode() for ref in _MERGED.findall(frame)]
            if b"hidden" in rows:
                hidden_rows.update(int(row) - 1 for row in _HIDDEN_ROW.findall(rows))
            if rows and not (quick and quick.read(rows)):
                if b"<!--" in rows:  # calamine would drop what stands behind one inside a value
                    raise UnreadableFile("工作表里夹有程序的注释，读不准", hint=RESAVE, where=archive.file)
                careful.read(rows)
    except ValueError as fault:
        raise damaged(archive.file) from fault
    return SheetScan(
        visible=sheet.visible,
        cells_seen=tally.filled,
        rows=tally.rows,
        columns=tally.columns,
        text=tally.text,
        faults=tally.faults,
        formats=tally.formats,
        hidden_rows=frozenset(hidden_rows),
        hidden_columns=frozenset(hidden_columns),
        merged=tuple(merged),
        cells=quick if quick and quick.usual else None,
    )


def _pieces(pieces: Iterator[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Cut a sheet's XML into (what stands before or behind the rows, whole rows)."""
    rest = b""
    for piece in pieces:
        rest += piece
        end = _last_row_end(rest)
        if end:
            whole, rest = rest[:end], rest[end:]
            start = _ROW_START.search(whole)
            first = start.start() if start else len(whole)
            yield whole[:first], whole[first:]
    if _ANY_CELL.search(rest):
        raise ValueError("a cell outside the rows")
    yield rest, b""


def _last_row_end(xml: bytes) -> int:
    at = xml.rfind(b"row>")
    while at > 0 and not _ROW_END.search(xml, max(0, at - 40), at):
        at = xml.rfind(b"row>", 0, at)
    return at + 4 if at > 0 else 0


def _hidden_columns(frame: bytes) -> Iterator[int]:
    for column in _COLUMN.findall(frame):
        if _HIDDEN.search(column):
            low, high = (
                re.search(rb"""\s%s\s*=\s*["'](\d+)["']""" % end, column) for end in (b"min", b"max")
            )
            if low and high:
                yield from range(int(low[1]) - 1, min(int(high[1]), MAX_COLUMNS))
