"""The second look at a sheet: cell by cell, with a real XML parser, whatever the spelling."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from xml.parsers import expat

from statecollect.address import MAX_COLUMNS, MAX_ROWS, column_index
from statecollect.workbook.parts import SharedTexts

_REF = re.compile(r"([A-Za-z]{1,3})([1-9]\d{0,6})")


@dataclass(frozen=True, slots=True)
class CellFault:
    """A cell that shows nothing a reader could take: an error value, or a formula without a result."""

    kind: Literal["error", "uncalculated"]
    text: str


def error_cell(value: str) -> CellFault:
    """Return the fault of a cell that shows an error value."""
    return CellFault("error", f"单元格是错误值 {value or '#ERROR'}")


def uncalculated_cell() -> CellFault:
    """Return the fault of a formula without a result."""
    return CellFault("uncalculated", "公式还没有算出结果")


@dataclass(slots=True)
class Tally:
    """What piles up over a sheet's rows. ``row`` is the 0-based row read last."""

    filled: int = 0
    rows: int = 0
    columns: int = 0
    text: int = 0
    row: int = -1
    faults: dict[tuple[int, int], CellFault] = field(default_factory=dict)
    formats: dict[tuple[int, int], str] = field(default_factory=dict)

    def reach(self, rows: int, columns: int) -> None:
        """Widen the rectangle."""
        self.rows, self.columns = max(self.rows, rows), max(self.columns, columns)
        if self.rows > MAX_ROWS or self.columns > MAX_COLUMNS:
            raise ValueError("a cell outside any sheet")


class RowReader:
    """Reads pieces of whole rows. Positions not written out follow from the cell before, as calamine takes them."""

    def __init__(self, texts: SharedTexts, percent: Mapping[int, str], tally: Tally) -> None:
        self.texts = texts
        self.percent = percent
        self.tally = tally
        self._column = -1
        self._attributes: Mapping[str, str] = {}
        self._formula = False
        self._phonetic = False
        self._keeping: list[str] | None = None  # text of <v> or <t> while inside
        self._value = ""
        self._preserved = False

    def read(self, rows: bytes) -> None:
        """Read a piece. Raises ValueError for what is no well-formed row of cells."""
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        try:
            parser.Parse(b"<rows>", False)
            parser.Parse(rows, False)
            parser.Parse(b"</rows>", True)
        except expat.ExpatError as fault:
            raise ValueError("not well-formed") from fault

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "c":
            self._begin_cell(attributes)
        elif tag in {"v", "t"}:
            self._keeping = None if self._phonetic else []
            self._preserved = tag == "v" or attributes.get("xml:space") == "preserve"
        elif tag == "f":
            self._formula = True
        elif tag == "rPh":
            self._phonetic = True
        elif tag == "row":
            number = attributes.get("r")
            self.tally.row = int(number) - 1 if number else self.tally.row + 1
            self._column = -1

    def _text(self, text: str) -> None:
        if self._keeping is not None:
            self._keeping.append(text)

    def _end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag in {"v", "t"} and self._keeping is not None:
            text = "".join(self._keeping)
            self._value += text if self._preserved else text.strip()
            self._keeping = None
        elif tag == "rPh":
            self._phonetic = False
        elif tag == "c":
            self._end_cell()

    def _begin_cell(self, attributes: Mapping[str, str]) -> None:
        self._attributes, self._formula, self._value = attributes, False, ""
        reference = attributes.get("r")
        if reference is None:
            self._column += 1
            return
        place = _REF.fullmatch(reference)
        if place is None:
            raise ValueError("not a cell address")
        self.tally.row, self._column = int(place[2]) - 1, column_index(place[1])

    def _end_cell(self) -> None:
        kind, tally = self._attributes.get("t", "n"), self.tally
        position = (tally.row, self._column)
        if kind == "e":
            tally.faults[position] = error_cell(self._value)
        elif self._formula and not self._value and kind != "str":
            tally.faults[position] = uncalculated_cell()
        elif not self._value or (kind == "s" and self._is_empty_text()):
            return
        tally.filled += 1
        tally.reach(tally.row + 1, self._column + 1)
        style = self._attributes.get("s", "0")
        if self.percent and int(style) in self.percent:
            tally.formats[position] = self.percent[int(style)]

    def _is_empty_text(self) -> bool:
        number = int(self._value)
        if not 0 <= number < len(self.texts.sizes):
            raise ValueError("a text that is not there")
        self.tally.text += int(self.texts.sizes[number])
        return bool(self.texts.empty[number])
