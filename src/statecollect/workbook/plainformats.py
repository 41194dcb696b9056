"""An old .xls once more without its number formats, for a number that the parser fails at in the format it has.

A telephone number in a cell formatted as hours, or a negative one formatted as a day, ends the parser – in this format it
decides before we can what a number is. So the records that give cells their formats (XF) are pointed at the general one,
and numbers come as numbers. They stand side by side; a text that looks like one stands alone and is left as it is.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

_XF = b"\xe0\x00\x14\x00"  # kind and size of a record that describes a style
_XF_SIZE = 24
_AT_FORMAT = 6  # bytes from a record's beginning to the number of its format
_FORMAT = re.compile(rb"\x1e\x04(?=(..)(..)(..)(.))", re.DOTALL)
_FORMAT_HEAD = 9  # kind, size, number, characters, whether two bytes each
_LONGEST_FORMAT = 255
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_ELAPSED_BUILT_IN = 46


def without_formats(content: bytes) -> Iterator[bytes]:
    """Return the workbook without its formats of time gone by; then without any of days, too."""
    elapsed = {_ELAPSED_BUILT_IN, *_elapsed_formats(content)}
    yield _general(content, elapsed)
    yield _general(content, None)


def _general(content: bytes, formats: set[int] | None) -> bytes:
    """Return the content with these formats (None: all) replaced by the general one."""
    changed = bytearray(content)
    at = content.find(_XF)
    while at >= 0:
        beside = content[at - _XF_SIZE : at - _XF_SIZE + 4], content[at + _XF_SIZE : at + _XF_SIZE + 4]
        place = at + _AT_FORMAT
        if _XF in beside and place + 2 <= len(content):
            (number,) = struct.unpack_from("<H", content, place)
            if formats is None or number in formats:
                struct.pack_into("<H", changed, place, 0)
        at = content.find(_XF, at + 1)
    return bytes(changed)


def _elapsed_formats(content: bytes) -> Iterator[int]:
    for found in _FORMAT.finditer(content):
        _, number, characters = (int.from_bytes(one, "little") for one in found.groups()[:3])
        if characters > _LONGEST_FORMAT:
            continue
        wide = found[4] != b"\x00"
        start = found.start() + _FORMAT_HEAD
        code = content[start : start + characters * (2 if wide else 1)]
        if _ELAPSED.search(code.decode("utf-16-le" if wide else "latin-1", errors="replace")):
            yield number
