"""The records of an old .xls made good, for files that office programs open and the parser of the format does not.

What the parser stumbles over is mostly nothing that it is asked for: names with formulas, comments, drawings, conditional
formats, the bookkeeping of the container. Such records become ones that it passes over; nothing is moved.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from statecollect.core.untrusted.guard import OLE
from statecollect.core.untrusted.ole import is_cut_off, stream

_BEGIN = b"\x09\x08"
_PASSED_OVER = 0x0FFF  # no record of any version
_SHARED, _CONTINUED, _RICH, _LABEL, _END = 0xFC, 0x3C, 0xD6, 0x204, 0x0A
_NOT_ASKED_FOR = frozenset(
    {
        *(0x18, 0x17, 0x23, 0x1AE),  # names, and what they may point at
        *(0x1C, 0x5D, 0xEC, 0x1B6),  # comments, objects, drawings and their texts
        *(0x1B0, 0x1B1, 0x15F, 0x1B8, 0x800, 0x872),  # conditional formats, labels of ranges, links, tables
        *(0x5C, 0x92, 0x293, 0x41, 0x1B, 0x1A),  # who saved it, colours, styles by name, panes and pages
    }
)
_WIDE, _PHONETIC, _RUNS = 1, 4, 8  # bits of a text's options


def mended(content: bytes) -> bytes | None:
    """Return the workbook's stream so that its cells can be read; None where it is not in the file as a whole."""
    found = stream(content, "workbook", "book") if content.startswith(OLE) else content
    if found is None:
        return None
    records = bytearray(found)
    if records[:2] == _BEGIN and records[5:6] == b"\x05":
        records[4] = 0  # 5.8 is a 5.0
    shared: list[bytes] = []  # the record of texts, and those that continue it
    at_shared = 0
    going_on = False
    for at, kind, length in _records(records):
        going_on = kind == _SHARED or (going_on and kind == _CONTINUED)
        if kind in _NOT_ASKED_FOR:
            struct.pack_into("<H", records, at, _PASSED_OVER)
        elif kind == _RICH:  # what follows the text is only how it looks
            struct.pack_into("<H", records, at, _LABEL)
        elif going_on:
            at_shared = at_shared or at
            shared.append(bytes(records[at + 4 : at + 4 + length]))
    if shared and len(shared[0]) >= 8:
        struct.pack_into("<I", records, at_shared + 8, _texts_in(shared))
    return bytes(records) + struct.pack("<HH", _END, 0)


def is_cut_short(content: bytes) -> bool:
    """Whether the container, or the last record, says that there was more."""
    if content.startswith(OLE):
        if is_cut_off(content, "workbook", "book"):
            return True
        content = stream(content, "workbook", "book") or b""
    return any(at + 4 + length > len(content) for at, _, length in _records(content))


def _records(stream: bytes | bytearray) -> Iterator[tuple[int, int, int]]:
    """Yield where each record begins, its kind and the length of its content."""
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield at, kind, length
        at += 4 + length


def _texts_in(pieces: list[bytes]) -> int:
    """Count the shared texts that are there as a whole, whatever their number is said to be."""
    source = _Pieces(pieces)
    count = 0
    try:
        while not source.at_end():
            (letters, options) = struct.unpack("<HB", source.take(3))
            runs = struct.unpack("<H", source.take(2))[0] if options & _RUNS else 0
            spoken = struct.unpack("<I", source.take(4))[0] if options & _PHONETIC else 0
            source.pass_letters(letters, 2 if options & _WIDE else 1)
            source.take(4 * runs + spoken)
            count += 1
    except EOFError:
        pass
    return count


class _Pieces:
    """Bytes that lie in several records; where letters go on in the next one, it says again how wide they are."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = pieces
        self._number, self._at = 0, 8  # behind the two counts

    def at_end(self) -> bool:
        """Whether all is read; moves on to the piece in which something is left."""
        while self._number < len(self._pieces) and self._at >= len(self._pieces[self._number]):
            self._at -= len(self._pieces[self._number])
            self._number += 1
        return self._number >= len(self._pieces)

    def take(self, size: int) -> bytes:
        """Return bytes. Raises EOFError where there are fewer."""
        found = b""
        while len(found) < size:
            if self.at_end():
                raise EOFError
            piece = self._pieces[self._number][self._at : self._at + size - len(found)]
            self._at += len(piece)
            found += piece
        return found

    def pass_letters(self, count: int, width: int) -> None:
        """Pass over so many letters. Raises EOFError."""
        while count:
            here = (len(self._pieces[self._number]) - self._at) // width
            self._at += min(here, count) * width
            count -= min(here, count)
            if count:
                self._number += 1
                if self._number >= len(self._pieces) or not self._pieces[self._number]:
                    raise EOFError
                width = 2 if self._pieces[self._number][0] & _WIDE else 1
                self._at = 1
