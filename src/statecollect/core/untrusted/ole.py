"""The directory of an OLE file (old Office formats, encrypted new ones): which streams lie at its root.

A name may also stand in a cell, or belong to a document that is embedded; only the directory says what the file is.
"""

from __future__ import annotations

import struct

_HEADER = struct.Struct("<H H H H H 6x I I I I I I I I I")
_AT_HEADER = 24
_ENTRY = 128
_END = 0xFFFFFFFA  # and above: no sector
_NOBODY = 0xFFFFFFFF
_MOST = 100_000  # sectors of a directory


def root_entries(content: bytes) -> frozenset[str] | None:
    """Return the names at the root in lower case; None where the directory cannot be followed."""
    try:
        return _names(_directory(content))
    except (struct.error, IndexError, ValueError):
        return None


def _directory(content: bytes) -> bytes:
    """Return the bytes of the directory. Raises ValueError where its chain leads nowhere or around."""
    _, _, _, shift, _, _, fats, first, _, _, _, _, difat, _ = _HEADER.unpack_from(content, _AT_HEADER)
    if shift not in (9, 12):
        raise ValueError("no size of sectors that exists")
    size = 1 << shift
    numbers = size // 4
    tables = list(struct.unpack_from("<109I", content, 76))
    while difat < _END and len(tables) <= fats + numbers:
        *more, difat = struct.unpack_from(f"<{numbers}I", content, (difat + 1) * size)
        tables += more
    tables = [table for table in tables if table < _END]
    found: list[bytes] = []
    seen: set[int] = set()
    sector = first
    while sector < _END:
        if sector in seen or len(seen) > _MOST:
            raise ValueError("a chain that leads around")
        seen.add(sector)
        piece = content[(sector + 1) * size : (sector + 2) * size]
        if not piece:
            raise ValueError("a chain that leads outside")
        found.append(piece)
        table, at = divmod(sector, numbers)
        (sector,) = struct.unpack_from("<I", content, (tables[table] + 1) * size + 4 * at)
    return b"".join(found)


def _names(directory: bytes) -> frozenset[str]:
    """Return the names of the root's children: a tree, whatever its shape."""
    (child,) = struct.unpack_from("<I", directory, 76)
    names: set[str] = set()
    seen: set[int] = set()
    waiting = [child]
    while waiting:
        number = waiting.pop()
        if number == _NOBODY or number in seen:
            continue
        seen.add(number)
        at = number * _ENTRY
        size, left, right = struct.unpack_from("<64x H 2x I I", directory, at)
        name = directory[at : at + max(size - 2, 0)].decode("utf-16-le", errors="replace")
        names.add(name.lower())
        waiting += [left, right]
    if not names:
        raise ValueError("an empty directory")
    return frozenset(names)
