"""What calamine hides: a look at the bytes of an .xlsx sheet.

calamine shows error cells and formulas that were never calculated as empty, and takes the whole process down when one
far cell makes the sheet's rectangle too large. So the sheet's XML is counted first, in pieces of whole rows: where a
piece is written the way all office programs write it, counting tags is enough; any hit (an error, a formula, a percent
format, unusual spelling) gets a second look by ``scan_rows``. The count of filled cells is independent of the parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from statecollect.address import MAX_COLUMNS, column_index
from statecollect.errors import UnreadableFile
from statecollect.incoming.archive import RESAVE, Archive, damaged
from statecollect.workbook.parts import SharedTexts, percent_styles, shared_texts, sheet_parts
from statecollect.workbook.scan_rows import CellFault, RowReader, Tally

__all__ = ["CellFault", "SheetScan", "scan_workbook"]

_ROOMY = 2_000_000  # cells; a smaller rectangle is not worth a second look
_CELL = re.compile(rb'<c r="([A-Z]{1,3}[1-9][0-9]{0,6}+)"(?: [a-z]++="\w++")*+ ?/?>')
_TEXT_TAGS = (b"<t>", b"<t ", b"<t/>")
_POINTER = re.compile(rb't="s"[^>]*><v>([0-9]+)</v>')
_MUCH_TEXT = 64 * 2**20  # bytes
_NO_TEXT = re.compile(rb"<is>(?:<t[^>]*/>|<t>\s*</t>|<t [^>]*></t>)?</is>")
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
_LETTERS = bytes(range(ord("A"), ord("Z") + 1))
_DIGITS = b"0123456789"


@dataclass(frozen=True, slots=True)
class SheetScan:
    """What the bytes of one sheet say.

    ``cells_seen``: filled cells, faults included. ``rows``, ``columns``: the rectangle from A1 that holds them (an
    upper bound while small). ``text``: bytes of shared text that the cells point at (an upper bound). Positions are
    0-based (row, column); ``formats`` holds percent formats only.
    """

    cells_seen: int = 0
    rows: int = 0
    columns: int = 0
    text: int = 0
    faults: Mapping[tuple[int, int], CellFault] = field(default_factory=dict)
    formats: Mapping[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[str, ...] = ()

    @property
    def area(self) -> int:
        """How many cells a reader will hold for this sheet."""
        return self.rows * self.columns


def scan_workbook(archive: Archive) -> dict[str, SheetScan]:
    """Scan all sheets, by name. Raises UnreadableFile for a sheet no parser should be trusted with."""
    texts, percent = shared_texts(archive), percent_styles(archive)
    return {name: _scan(archive, part, texts, percent) for name, part in sheet_parts(archive).items()}


def _scan(archive: Archive, part: str, texts: SharedTexts, percent: Mapping[int, str]) -> SheetScan:
    styles = re.compile(rb' s="(?:%s)"' % b"|".join(b"%d" % one for one in percent)) if percent else None
    empty = _pointers(texts)
    try:
        scan = _scan_part(archive, part, RowReader(texts, percent), styles, empty)
        if scan.area > max(_ROOMY, 4 * scan.cells_seen):  # formatted cells far away, or filled ones?
            scan = _scan_part(archive, part, RowReader(texts, percent, every_piece=True), styles, empty)
    except ValueError as fault:
        raise damaged(archive.file) from fault
    return scan


def _scan_part(
    archive: Archive,
    part: str,
    reader: RowReader,
    styles: re.Pattern[bytes] | None,
    empty: re.Pattern[bytes] | None,
) -> SheetScan:
    hidden_rows: set[int] = set()
    hidden_columns: set[int] = set()
    merged: list[str] = []
    for frame, rows in _pieces(archive.pieces(part)):
        hidden_columns.update(_hidden_columns(frame))
        merged += [ref.decode() for ref in _MERGED.findall(frame)]
        if not rows:
            continue
        if b"hidden" in rows:
            hidden_rows.update(int(row) - 1 for row in _HIDDEN_ROW.findall(rows))
        hit = reader.every_piece or (styles is not None and styles.search(rows) is not None)
        if hit or not _count(rows, reader.tally, reader.texts, empty):
            if b"<!--" in rows:  # calamine would drop what stands behind one inside a value
                raise UnreadableFile("工作表里夹有程序的注释，读不准", hint=RESAVE, where=archive.file)
            reader.read(rows)
    tally = reader.tally
    return SheetScan(
        cells_seen=tally.filled,
        rows=tally.rows,
        columns=tally.columns,
        text=tally.text,
        faults=tally.faults,
        formats=tally.formats,
        hidden_rows=frozenset(hidden_rows),
        hidden_columns=frozenset(hidden_columns),
        merged=tuple(merged),
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


def _count(rows: bytes, tally: Tally, texts: SharedTexts, empty: re.Pattern[bytes] | None) -> bool:
    """Count the filled cells of rows written the usual way; False when they need the second look."""
    refs = _CELL.findall(rows)
    inline = rows.count(b"<is>")
    values = rows.count(b"<v>")
    known = len(refs) + rows.count(b"<row ") + values
    known += inline + sum(rows.count(tag) for tag in _TEXT_TAGS) if inline else 0
    opened = rows.count(b"<") - rows.count(b"</")  # that what is opened is closed is the parser's business
    if known != opened or b't="e"' in rows:  # formulas, rich text, prefixes, comments, other quotes
        return False
    pointing = rows.count(b't="s"')
    if pointing * texts.longest > 1 << 24:  # one long text that many cells repeat?
        return False
    text = pointing * texts.longest
    if tally.text > _MUCH_TEXT:  # the upper bound has become large: look at what the cells point at
        pointers = [int(number) for number in _POINTER.findall(rows)]
        if max(pointers, default=0) >= len(texts.sizes):
            return False
        text = sum(map(texts.sizes.__getitem__, pointers)) if len(pointers) == pointing else text
    if not refs:
        return True
    joined = b"\n".join(refs)
    bottom = max(map(int, set(joined.translate(None, _LETTERS).split())))
    right = max(column_index(one.decode()) + 1 for one in set(joined.translate(None, _DIGITS).split()))
    tally.reach(bottom, right)
    tally.row = int(refs[-1].lstrip(_LETTERS)) - 1
    tally.text += text
    tally.filled += values + inline - (rows.count(b"<v></v>") if values else 0)
    tally.filled -= len(_NO_TEXT.findall(rows)) if inline else 0
    tally.filled -= len(empty.findall(rows)) if empty else 0
    return True


def _pointers(texts: SharedTexts) -> re.Pattern[bytes] | None:
    """Return a pattern of the cells that point at an empty text: they are empty."""
    if not texts.empty:
        return None
    return re.compile(rb't="s"[^>]*><v>(?:%s)</v>' % b"|".join(b"%d" % one for one in sorted(texts.empty)))


def _hidden_columns(frame: bytes) -> Iterator[int]:
    for column in _COLUMN.findall(frame):
        if _HIDDEN.search(column):
            low, high = (
                re.search(rb"""\s%s\s*=\s*["'](\d+)["']""" % end, column) for end in (b"min", b"max")
            )
            if low and high:
                yield from range(int(low[1]) - 1, min(int(high[1]), MAX_COLUMNS))
