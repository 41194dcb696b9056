"""Sheets of an .xlsb: the same workbook as an .xlsx, in records of an id, a size and their bytes (BIFF12)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from statecollect.core.errors import UnreadableFile
from statecollect.core.untrusted.archive import RESAVE, Archive, damaged
from statecollect.core.untrusted.relations import main_part, related, relations
from statecollect.core.untrusted.watch import tick
from statecollect.workbook.read.cell_looks import comes_to_nothing
from statecollect.workbook.read.cell_values import unescaped
from statecollect.workbook.read.floating_objects import floating, related_parts
from statecollect.workbook.read.gathered_cells import ERRORS, Gathered
from statecollect.workbook.read.unusual_rows import CellFault, error_cell
from statecollect.workbook.read.xlsx_parts import builtin_format, shown_as

_ROW, _SHORT_FROM, _SHORT_TO = 0, 12, 18
_RK, _ERROR, _TRUTH, _REAL, _TEXT, _SHARED = 2, 3, 4, 5, 6, 7
_RESULTS = {8: _TEXT, 9: _REAL, 10: _TRUTH, 11: _ERROR}  # of formulas
_RICH = 62
_FORMAT, _XF, _CELL_XFS, _END_CELL_XFS, _COLUMNS, _MERGED = 44, 47, 617, 618, 60, 176
_SHARED_TEXT, _WORKBOOK_PROPERTIES, _SHEET, _CALCULATION = 19, 153, 156, 157
_FONT, _STRUCK = 43, 8
_COMMENT, _COMMENT_TEXT = 635, 637
_FAULTS = (struct.error, IndexError, ValueError, UnicodeDecodeError, OverflowError)
_STEP = 1 << 14  # records between two looks at the watch


def binary_sheets(archive: Archive) -> Iterator[Gathered]:
    """Read all sheets of cells. Raises UnreadableFile with one line."""
    try:
        workbook = main_part(archive)
        targets = {relation.id: relation for relation in relations(archive, workbook)}
        texts = _texts(archive, related(archive, workbook, "sharedStrings", "xl/sharedstrings.bin"))
        styles = _XlsbStyles(archive, related(archive, workbook, "styles", "xl/styles.bin"))
        from_1904 = stale = False
        sheets: list[bytes] = []
        for kind, data in _records(archive, workbook):
            if kind == _WORKBOOK_PROPERTIES:
                from_1904 = bool(data[0] & 1)
            elif kind == _CALCULATION:  # by hand, or whole when it is opened
                stale = data[4:8] == b"\0\0\0\0" or bool(data[24] & 1)
            elif kind == _SHEET:
                sheets.append(data)
        for data in sheets:
            (state,) = struct.unpack_from("<I", data)
            link, at = _wide(data, 8)
            name, _ = _wide(data, at)
            to = targets.get(link)
            if to is None or to.kind != "worksheet":
                continue  # charts, and macros of old
            if to.target not in archive.parts:
                message = f"工作表「{name}」的内容不在文件里"
                raise UnreadableFile(message, hint=RESAVE, where=archive.file, reason="sheet-missing")
            found = Gathered(name, visible=state == 0)
            _read(found, _records(archive, to.target), texts, styles, from_1904=from_1904)
            found.stale = stale
            found.beside, found.comments = floating(archive, to.target), _comments(archive, to.target)
            yield found
    except _FAULTS as fault:
        raise damaged(archive.file) from fault


class _XlsbStyles:
    """How the styles of cells show a number, by style number."""

    def __init__(self, archive: Archive, part: str) -> None:
        written: dict[int, str] = {}
        numbers: list[int] = []
        fonts: list[bool] = []  # whether they strike the text through
        struck: list[bool] = []
        of_cells = False
        for kind, data in _records(archive, part) if part else ():
            if kind == _FORMAT:
                (number,) = struct.unpack_from("<H", data)
                written[number], _ = _wide(data, 2)
            elif kind in (_CELL_XFS, _END_CELL_XFS):
                of_cells = kind == _CELL_XFS
            elif kind == _FONT:
                fonts.append(bool(data[2] & _STRUCK))
            elif kind == _XF and of_cells:
                number, font = struct.unpack_from("<2xHH", data)
                numbers.append(number)
                struck.append(font < len(fonts) and fonts[font])
        self._shows = [shown_as(number, written) for number in numbers]
        self._struck = struck
        self._codes = [written.get(number) or builtin_format(number) for number in numbers]

    def of(self, style: int) -> tuple[int, str]:
        """Return whether the style shows PLAIN numbers, DAYs or times gone by, and its format."""
        return (self._shows[style], self._codes[style]) if style < len(self._shows) else (0, "")

    def strikes(self, style: int) -> bool:
        """Whether the style strikes the text through."""
        return style < len(self._struck) and self._struck[style]


def _read(
    found: Gathered,
    records: Iterator[tuple[int, bytes]],
    texts: list[str],
    styles: _XlsbStyles,
    *,
    from_1904: bool,
) -> None:
    row = column = -1
    for kind, data in records:
        if kind == _ROW:
            row, column = struct.unpack_from("<I", data)[0], -1
            if data[11] & 0x10:
                found.hidden_rows.add(row)
            continue
        if kind == _COLUMNS:
            first, last = struct.unpack_from("<II", data)
            if data[16] & 1 and last < 1 << 14:
                found.hidden_columns.update(range(first, last + 1))
            continue
        if kind == _MERGED:
            top, bottom, left, right = struct.unpack_from("<IIII", data)
            found.merge(top, left, bottom, right)
            continue
        if _SHORT_FROM <= kind <= _SHORT_TO:  # stands right of the cell before
            kind, column, data = kind - _SHORT_FROM + 1, column + 1, b"\0\0\0\0" + data
        elif 1 <= kind < _SHORT_FROM or kind == _RICH:
            (column,) = struct.unpack_from("<I", data)
        else:
            continue
        value = _value(_RESULTS.get(kind, kind), data, texts)
        if kind in _RESULTS:
            found.formulas.add((row, column))
            if isinstance(value, CellFault) or comes_to_nothing(value):
                found.idle.add((row, column))
        style = int.from_bytes(data[4:7], "little")
        if value is not None and styles.strikes(style):
            found.struck.add(row)
        shows, code = styles.of(style)
        if isinstance(value, CellFault):
            found.put_fault(row, column, value)
        elif isinstance(value, float):
            found.put_number(row, column, value, shows, code, from_1904=from_1904)
        elif isinstance(value, str):
            found.put_text(row, column, value, code)
        else:
            found.put(row, column, value)


def _value(kind: int, data: bytes, texts: list[str]) -> float | bool | str | CellFault | None:
    """Return what a cell's record says; None for a kind that says nothing."""
    if kind == _ERROR:
        return error_cell(ERRORS.get(data[8], "#ERROR"))
    if kind == _TRUTH:
        return bool(data[8])
    if kind == _RK:
        return _rk(data)
    if kind == _REAL:
        return float(struct.unpack_from("<d", data, 8)[0])
    if kind == _SHARED:
        return texts[int.from_bytes(data[8:12], "little")]
    if kind in (_TEXT, _RICH):
        return unescaped(_wide(data, 8 if kind == _TEXT else 9)[0])
    return None


def _comments(archive: Archive, sheet: str) -> dict[tuple[int, int], str]:
    """Return the comments of a sheet's part by 0-based row and column."""
    found: dict[tuple[int, int], str] = {}
    for part in related_parts(archive, sheet, "comments"):
        place = (-1, -1)
        for kind, data in _records(archive, part) if part in archive.parts else ():
            if kind == _COMMENT:
                row, column = struct.unpack_from("<4xI4xI", data)
                place = row, column
            elif kind == _COMMENT_TEXT and (text := unescaped(_wide(data, 1)[0]).strip()):
                found[place] = text
    return found


def _rk(data: bytes) -> float:
    """Return a number in four bytes: an integer or the upper half of a double, perhaps a hundred times too large."""
    (raw,) = struct.unpack_from("<I", data, 8)
    if raw & 2:
        number = float(struct.unpack("<i", struct.pack("<I", raw))[0] >> 2)
    else:
        (number,) = struct.unpack("<d", struct.pack("<II", 0, raw & 0xFFFFFFFC))
    return number / 100 if raw & 1 else number


def _texts(archive: Archive, part: str) -> list[str]:
    records = _records(archive, part) if part else iter(())
    return [unescaped(_wide(data, 1)[0]) for kind, data in records if kind == _SHARED_TEXT]


def _wide(data: bytes, at: int) -> tuple[str, int]:
    """Return a text and where it ends; a text that is not there has the length -1."""
    (length,) = struct.unpack_from("<I", data, at)
    if length == 0xFFFFFFFF:
        return "", at + 4
    end = at + 4 + 2 * length
    if end > len(data):
        raise ValueError("a text that goes on beyond its record")
    return data[at + 4 : end].decode("utf-16-le", errors="replace"), end


def _records(archive: Archive, part: str) -> Iterator[tuple[int, bytes]]:
    data = archive.read(part)
    at = count = 0
    while at < len(data):
        kind = data[at]
        at += 1
        if kind & 0x80:
            kind = kind & 0x7F | (data[at] & 0x7F) << 7
            at += 1
        size = shift = 0
        while True:
            byte = data[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80 or shift > 21:
                break
        if at + size > len(data):
            raise ValueError("a record that goes on beyond its part")
        yield kind, data[at : at + size]
        at += size
        count += 1
        if not count % _STEP:
            tick()
