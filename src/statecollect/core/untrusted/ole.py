"""The directory of an OLE file (old Office formats, encrypted new ones): which streams lie at its root.

A name may also stand in a cell, or belong to a document that is embedded; only the directory says what the file is.
What does not lead to a stream – other chains, marks that are always the same – may be wrong: office programs do not look.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_HEADER = struct.Struct("<H H H H H 6x I I I I I I I I I")
_AT_HEADER = 24
_ENTRY = 128
_END = 0xFFFFFFFA  # and above: no sector
_NOBODY = 0xFFFFFFFF
_MOST = 1_000_000  # sectors of a chain
_SMALL_SECTOR = 64  # bytes


@dataclass(frozen=True, slots=True)
class _StreamEntry:
    """Where a stream begins, and how many bytes it has."""

    start: int
    size: int


@dataclass(frozen=True, slots=True)
class _File:
    """The bytes, the size of a sector, where the table of sectors lies, and what the header says of small streams."""

    content: bytes
    size: int
    tables: tuple[int, ...]
    directory: int
    small_below: int
    small_table: int

    def chain(self, first: int) -> bytes:
        """Return what a chain of sectors holds. Raises ValueError where it leads nowhere or around."""
        return b"".join(self.sector(number) for number in self._numbers(first))

    def sector(self, number: int) -> bytes:
        """Return a sector; the file's last one may be cut short. Raises ValueError outside of the file."""
        piece = self.content[(number + 1) * self.size : (number + 2) * self.size]
        if not piece:
            raise ValueError("a chain that leads outside")
        return piece

    def _numbers(self, first: int) -> Iterator[int]:
        seen: set[int] = set()
        number = first
        while number < _END:
            if number in seen or len(seen) > _MOST:
                raise ValueError("a chain that leads around")
            seen.add(number)
            yield number
            table, at = divmod(number, self.size // 4)
            (number,) = struct.unpack_from("<I", self.content, (self.tables[table] + 1) * self.size + 4 * at)


def root_entries(content: bytes) -> frozenset[str] | None:
    """Return the names at the root in lower case; None where the directory cannot be followed."""
    try:
        file = _opened(content)
        return frozenset(_entries(file.chain(file.directory)))
    except (struct.error, IndexError, ValueError):
        return None


def stream(content: bytes, *names: str) -> bytes | None:
    """Return the first of these streams (lower case) that lies at the root; None where it is not there, or not whole."""
    try:
        file = _opened(content)
        directory = file.chain(file.directory)
        entries = _entries(directory)
        found = next((entries[name] for name in names if name in entries), None)
        if found is None:
            return None
        small = found.size < file.small_below
        whole = _small(file, directory, found) if small else file.chain(found.start)
    except (struct.error, IndexError, ValueError):
        return None
    return whole[: found.size] if len(whole) >= found.size else None


def is_cut_off(content: bytes, *names: str) -> bool:
    """Whether the file ends, or its sectors lead nowhere, before one of these streams is there as a whole."""
    try:
        _opened(content)
    except (struct.error, ValueError):
        return False  # not a container at all
    entries = root_entries(content)
    return stream(content, *names) is None and (entries is None or not entries.isdisjoint(names))


def _opened(content: bytes) -> _File:
    """Read the header and the table of tables. Raises ValueError, struct.error."""
    _, _, _, shift, _, _, fats, first, _, small_below, small_table, _, difat, _ = _HEADER.unpack_from(
        content, _AT_HEADER
    )
    if shift not in (9, 12):
        raise ValueError("no size of sectors that exists")
    size = 1 << shift
    numbers = size // 4
    tables = list(struct.unpack_from("<109I", content, 76))
    while difat < _END and len(tables) <= fats + numbers and (difat + 2) * size <= len(content):
        *more, difat = struct.unpack_from(f"<{numbers}I", content, (difat + 1) * size)
        tables += more
    known = tuple(table for table in tables if table < _END)
    return _File(content, size, known, first, small_below, small_table)


def _small(file: _File, directory: bytes, entry: _StreamEntry) -> bytes:
    """Return a small stream: its sectors lie in a stream of the root, and have a table of their own."""
    (start,) = struct.unpack_from("<I", directory, 116)
    held, table = file.chain(start), file.chain(file.small_table)
    pieces: list[bytes] = []
    number = entry.start
    while number < _END and len(pieces) * _SMALL_SECTOR < entry.size:
        pieces.append(held[number * _SMALL_SECTOR : (number + 1) * _SMALL_SECTOR])
        (number,) = struct.unpack_from("<I", table, 4 * number)
    return b"".join(pieces)


def _entries(directory: bytes) -> dict[str, _StreamEntry]:
    """Return the root's children by name: a tree, whatever its shape."""
    (child,) = struct.unpack_from("<I", directory, 76)
    found: dict[str, _StreamEntry] = {}
    seen: set[int] = set()
    waiting = [child]
    while waiting:
        number = waiting.pop()
        if number == _NOBODY or number in seen:
            continue
        seen.add(number)
        at = number * _ENTRY
        size, left, right, start, length = struct.unpack_from("<64x H 2x I I 40x I I", directory, at)
        name = directory[at : at + max(size - 2, 0)].decode("utf-16-le", errors="replace")
        found.setdefault(name.lower(), _StreamEntry(start, length))
        waiting += [left, right]
    if not found:
        raise ValueError("an empty directory")
    return found
