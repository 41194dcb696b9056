"""Where the rows of a sheet begin and end, and what stands around them: hidden columns, merged cells.

What is around the rows is read by an XML parser, which sees no row: it is given the sheet with the rows cut out. So each
byte is looked at once, however the tags are broken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.parsers import expat

from statecollect.core.address import MAX_COLUMNS
from statecollect.core.untrusted.watch import tick

_ROWS = b"sheetData"
_MERGED = re.compile(r"[A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7}")
_MOST_MERGED = 1_000_000
_LONGEST_TAG = 1 << 20  # bytes
_LONGEST_ROW = 16 << 20  # bytes; Excel's widest row holds 16,384 cells
_BEHIND_A_NAME = frozenset(b" />\t\r\n")
_TRUE = {"1", "true"}
_NO_WIDTH = re.compile(r"0(?:\.0*)?")


class TooLong(ValueError):
    """A row goes on beyond what any row may hold."""


class Frame:
    """Takes the pieces of a sheet and gives back its rows; knows the rest when all pieces are through."""

    def __init__(self) -> None:
        self.merged: list[str] = []
        self._hides = [0] * (MAX_COLUMNS + 1)  # how many ranges begin less those that end, by column
        self._prefix: bytes | None = None  # of the tags, once the rows have begun
        self._over = False  # the rows have ended
        self._parser = expat.ParserCreate("utf-8")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    @property
    def hidden_columns(self) -> frozenset[int]:
        """The columns (0-based) that cannot be seen."""
        if not any(self._hides):
            return frozenset()
        hidden, deep = [], 0
        for column, change in enumerate(self._hides[:-1]):
            deep += change
            if deep > 0:
                hidden.append(column)
        return frozenset(hidden)

    def rows(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """Return the sheet's rows in pieces of whole rows. Raises ValueError for what is no well-formed sheet."""
        waiting = b""
        for piece in pieces:
            tick()
            waiting += piece
            if self._prefix is None:
                waiting = self._before(waiting)
            if self._prefix is not None and not self._over:
                whole, waiting = self._cut(waiting)
                if whole:
                    yield whole
            if self._over:
                self._feed(waiting)
                waiting = b""
        if self._prefix is not None and not self._over:
            raise ValueError("rows without end")
        self._feed(waiting, last=True)

    def _before(self, waiting: bytes) -> bytes:
        """Read up to the rows; return what is not yet read."""
        while (found := waiting.find(_ROWS)) >= 0:
            end = waiting.find(b">", found) + 1
            self._feed(waiting[: end or found])
            waiting = waiting[end or found :]
            if self._prefix is not None:
                return waiting
            if not end:  # the tag goes on in the next piece
                if len(waiting) > _LONGEST_TAG:
                    raise ValueError("a tag without end")
                return waiting
        self._feed(waiting[: -len(_ROWS)])
        return waiting[-len(_ROWS) :]

    def _cut(self, waiting: bytes) -> tuple[bytes, bytes]:
        """Return the whole rows, and what is left; the rows end where their element does."""
        end = waiting.find(b"</" + (self._prefix or b"") + _ROWS)
        if end >= 0:
            self._over = True
            return waiting[:end].strip(), waiting[end:]
        last = _last_start(waiting, b"<" + (self._prefix or b"") + b"row")
        if last <= 0:
            if len(waiting) > _LONGEST_ROW:
                raise TooLong
            return b"", waiting
        return waiting[:last].strip(), waiting[last:]

    def _feed(self, xml: bytes, *, last: bool = False) -> None:
        try:
            self._parser.Parse(xml, last)
        except expat.ExpatError as fault:
            raise ValueError("not well-formed") from fault

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        prefix, _, name = tag.rpartition(":")
        if name == "sheetData":
            if self._prefix is not None:
                raise ValueError("rows twice")
            self._prefix = f"{prefix}:".encode() if prefix else b""
        elif name == "c":
            raise ValueError("a cell outside the rows")
        elif name == "mergeCell":
            if _MERGED.fullmatch(attributes.get("ref", "")):
                self.merged.append(attributes["ref"])
                if len(self.merged) > _MOST_MERGED:
                    raise ValueError("more merged cells than a sheet has rows")
        elif name == "col" and (
            attributes.get("hidden") in _TRUE or _NO_WIDTH.fullmatch(attributes.get("width", ""))
        ):
            self._hide(attributes.get("min", ""), attributes.get("max", ""))

    def _end(self, tag: str) -> None:
        if tag.rpartition(":")[2] == "sheetData":
            self._over = True

    def _hide(self, first: str, last: str) -> None:
        if first.isdecimal() and last.isdecimal() and len(first + last) <= 20:
            low, high = max(int(first) - 1, 0), min(int(last), MAX_COLUMNS)
            if low < high:
                self._hides[low] += 1
                self._hides[high] -= 1


def _last_start(xml: bytes, opening: bytes) -> int:
    """Return where the last row begins (-1: there is none)."""
    at = xml.rfind(opening, 0, -1)
    while at > 0 and xml[at + len(opening)] not in _BEHIND_A_NAME:
        at = xml.rfind(opening, 0, at)
    return at
