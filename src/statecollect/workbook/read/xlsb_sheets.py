"""Sheets of an .xlsb: the same workbook as an .xlsx, in records of an id, a size and their bytes (BIFF12)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from statecollect.core.errors import UnreadableFile
from statecollect.core.untrusted.archive import RESAVE, Archive, damaged
from statecollect.core.untrusted.relations import main_part, related, relations
from statecollect.core.untrusted.watch import tick
from statecollect.workbook.read.cell_values import unescaped
from statecollect.workbook.read.gathered_cells import ERRORS, Gathered
from statecollect.workbook.read.unusual_rows import error_cell
from statecollect.workbook.read.xlsx_parts import builtin_format, shown_as

_ROW, _SHORT_FROM, _SHORT_TO = 0, 12, 18
_RK, _ERROR, _TRUTH, _REAL, _TEXT, _SHARED = 2, 3, 4, 5, 6, 7
_RESULTS = {8: _TEXT, 9: _REAL, 10: _TRUTH, 11: _ERROR}  # of formulas
_RICH = 62
_FORMAT, _XF, _CELL_XFS, _END_CELL_XFS, _COLUMNS, _MERGED = 44, 47, 617, 618, 60, 176
_SHARED_TEXT, _WORKBOOK_PROPERTIES, _SHEET = 19, 153, 156
_FAULTS = (struct.error, IndexError, ValueError, UnicodeDecodeError, OverflowError)
_STEP = 1 << 14  # records between two looks at the watch


def binary_sheets(archive: Archive) -> Iterator[Gathered]:
    """Read all sheets of cells. Raises UnreadableFile with one line."""
    try:
        workbook = main_part(archive)
        targets = {one.id: one for one in relations(archive, workbook)}
        texts = _texts(archive, related(archive, workbook, "sharedStrings", "xl/sharedstrings.bin"))
        styles = _Styles(archive, related(archive, workbook, "styles", "xl/styles.bin"))
        from_1904 = False
        for kind, data in _records(archive, workbook):
            if kind == _WORKBOOK_PROPERTIES:
                from_1904 = bool(data[0] & 1)
            elif kind == _SHEET:
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
                yield found
    except _FAULTS as fault:
        raise damaged(archive.file) from fault


class _Styles:
    """How the styles of cells show a number, by style number."""

    def __init__(self, archive: Archive, part: str) -> None:
        written: dict[int, str] = {}
        numbers: list[int] = []
        of_cells = False
        for kind, data in _records(archive, part) if part else ():
            if kind == _FORMAT:
                (number,) = struct.unpack_from("<H", data)
                written[number], _ = _wide(data, 2)
            elif kind in (_CELL_XFS, _END_CELL_XFS):
                of_cells = kind == _CELL_XFS
            elif kind == _XF and of_cells:
                numbers.append(struct.unpack_from("<2xH", data)[0])
        self._shows = [shown_as(number, written) for number in numbers]
        self._codes = [written.get(number) or builtin_format(number) for number in numbers]

    def of(self, style: int) -> tuple[int, str]:
        """Return whether the style shows PLAIN numbers, DAYs or times gone by, and its format."""
        return (self._shows[style], self._codes[style]) if style < len(self._shows) else (0, "")


def _read(
    found: Gathered,
    records: Iterator[tuple[int, bytes]],
    texts: list[str],
    styles: _Styles,
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
        kind = _RESULTS.get(kind, kind)
        if kind == _ERROR:
            found.put_fault(row, column, error_cell(ERRORS.get(data[8], "#ERROR")))
        elif kind == _TRUTH:
            found.put(row, column, bool(data[8]))
        elif kind in (_RK, _REAL):
            number = _rk(data) if kind == _RK else struct.unpack_from("<d", data, 8)[0]
            shows, code = styles.of(int.from_bytes(data[4:7], "little"))
            found.put_number(row, column, number, shows, code, from_1904=from_1904)
        elif kind == _SHARED:
            _, code = styles.of(int.from_bytes(data[4:7], "little"))
            found.put_text(row, column, texts[struct.unpack_from("<I", data, 8)[0]], code)
        elif kind in (_TEXT, _RICH):
            text, _ = _wide(data, 8 if kind == _TEXT else 9)
            found.put_text(row, column, unescaped(text), styles.of(int.from_bytes(data[4:7], "little"))[1])


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
