"""What the records of an old .xls say and its parser passes over: formulas, how fresh their results are, what floats.

A workbook's stream is a row of records: a number, a size, and so many bytes. The parser has been through it before, so
that what is walked here is known to lead somewhere.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Any

from statecollect.core.untrusted.watch import tick

_BEGINS, _END, _CONTINUED = {0x0809, 0x0409, 0x0209, 0x0009}, 0x000A, 0x003C
_FORMULAS = {0x0006, 0x0206, 0x0406}
_CALCULATION, _NOT_CALCULATED, _CALCULATED_BY = 0x000D, 0x005E, 0x01C1
_OBJECT, _WORDS = 0x005D, 0x01B6
_PICTURE, _OF_A_FILE = (
    8,
    9,
)  # the kind of an object; what follows where it is how another program's file looks
_NO_SHAPES = {25, 7, 11, 12, 19}  # comments; buttons and boxes to tick
_NO_NUMBER, _BLANK = b"\xff\xff", 3
_HEAD = struct.Struct("<HH")
_STEP = 1 << 16  # records between two looks at the watch


@dataclass(slots=True)
class SheetRecords:
    """One sheet: where formulas stand (0-based), whether their results may be out of date, what floats over it."""

    formulas: set[tuple[int, int]] = field(default_factory=set)
    comes_to_something: bool = False
    waiting: bool = False  # for somebody to ask for the calculation
    boxes: list[str] = field(default_factory=list)
    pictures: int = 0


def sheet_records(book: Any) -> list[SheetRecords]:
    """Return what the records of each sheet say; ``book`` is the parser's. Raises what a broken stream raises.

    Results that are all nothing, in a workbook of which no office program says that it has calculated it, are none.
    """
    globals_ = SheetRecords()
    by_office = _walk(book.mem, book.base, globals_)
    found = []
    for place in book._sh_abs_posn:
        sheet = SheetRecords()
        _walk(book.mem, place, sheet)
        found.append(sheet)
    never = not by_office and not any(sheet.comes_to_something for sheet in found)
    for sheet in found:
        sheet.waiting = sheet.waiting or never
    return found


def _walk(stream: bytes, at: int, found: SheetRecords) -> bool:
    """Walk from one beginning to its end; return whether an office program says that it has calculated."""
    depth = count = 0
    by_office = False
    kind_of_object = 0
    while at + 4 <= len(stream):
        record, size = _HEAD.unpack_from(stream, at)
        at += 4
        if record in _BEGINS:
            depth += 1
        elif record == _END:
            depth -= 1
            if depth <= 0:
                break
        elif depth == 1:
            if record in _FORMULAS:
                _take_formula(stream[at : at + 20], found)
            elif record == _CALCULATION:
                found.waiting = found.waiting or stream[at : at + 2] == b"\0\0"
            elif record == _NOT_CALCULATED:
                found.waiting = True
            elif record == _CALCULATED_BY:
                by_office = True
            elif record == _OBJECT:
                kind_of_object = _object(stream[at : at + size])
                found.pictures += kind_of_object == _PICTURE
            elif record == _WORDS and kind_of_object not in _NO_SHAPES:
                found.boxes.append(_words(stream, at, size))
        at += size
        count += 1
        if not count % _STEP:
            tick()
    return by_office


def _take_formula(data: bytes, found: SheetRecords) -> None:
    place = _HEAD.unpack_from(data)
    result = data[6:14]
    found.formulas.add(place)
    blank = result[6:8] == _NO_NUMBER and result[0] == _BLANK
    found.comes_to_something = found.comes_to_something or not (blank or result == bytes(8))


def _object(data: bytes) -> int:
    """Return the kind of an object; a picture that stands for another program's file is none."""
    if len(data) < 6 or data[:2] != b"\x15\0":
        return 0
    kind = int.from_bytes(data[4:6], "little")
    at = 0
    while at + 4 <= len(data):
        part, size = _HEAD.unpack_from(data, at)
        if part == _OF_A_FILE and kind == _PICTURE:
            return 0
        at += 4 + size
    return kind


def _words(stream: bytes, at: int, size: int) -> str:
    """Return the text of a shape: its length stands in the record, its characters in those that go on from it."""
    length = int.from_bytes(stream[at + 10 : at + 12], "little")
    text = ""
    at += size
    while len(text) < length and at + 5 <= len(stream):
        record, size = _HEAD.unpack_from(stream, at)
        if record != _CONTINUED or size < 2:
            break
        coding = "utf-16-le" if stream[at + 4] & 1 else "latin-1"
        text += bytes(stream[at + 5 : at + 4 + size]).decode(coding, errors="replace")
        at += 4 + size
    return text[:length]
