"""The second look at rows: cell by cell, with a real XML parser, whatever the spelling.

What a cell says is counted as soon as there is anything in it, before it is known what that means, and every cell that
says something becomes a value, a fault of its cell, or a doubt for which the sheet is refused.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from xml.parsers import expat

import numpy as np

from statecollect.core.address import MAX_COLUMNS, MAX_ROWS, column_index
from statecollect.core.dictionary_column import Codes
from statecollect.workbook.read.cell_looks import comes_to_nothing, remember_looks
from statecollect.workbook.read.cell_values import (
    CellValue,
    as_seen,
    elapsed_of,
    moment_of,
    spelled_moment,
    spelled_number,
    trimmed,
    unescaped,
)
from statecollect.workbook.read.distinct_values import Values
from statecollect.workbook.read.xlsx_parts import DAY, ELAPSED, CellStyles

_REF = re.compile(r"([A-Za-z]{1,3})([1-9]\d{0,6})")
_ERROR = re.compile(r"#?[A-Za-z0-9_/]{1,24}[!?]?")
_TRUE = {"1": True, "0": False, "true": True, "false": False}
_LONGEST_POINTER = 9  # digits
_NO_HEIGHT = re.compile(r"0(?:\.0*)?")


@dataclass(frozen=True, slots=True)
class CellFault:
    """A cell that shows nothing a reader could take: an error value, or a formula without a result."""

    kind: Literal["error", "uncalculated"]
    text: str


def error_cell(value: str) -> CellFault:
    """Return the fault of a cell that shows an error value, those of later Excels included."""
    shown = value if _ERROR.fullmatch(value) else "#ERROR"
    return CellFault("error", f"单元格是错误值 {shown}")


def uncalculated_cell() -> CellFault:
    """Return the fault of a formula without a result."""
    return CellFault("uncalculated", "公式还没有算出结果")


def unreadable_cell(why: str) -> CellFault:
    """Return the fault of a cell whose content contradicts what the cell says it is."""
    return CellFault("error", f"单元格的内容读不出：{why}")


# Excel's pictures in cells, and linked data such as shares, are kept as an error value that nobody sees
_PICTURE = CellFault("error", "单元格里是图片或链接来的数据，不是文字")
_NO_SUCH_TEXT = unreadable_cell("它指向的文字不在文件里")
_NO_TRUTH = unreadable_cell("它应当是逻辑值 TRUE 或 FALSE，却不是")
_NO_SUCH_TYPE = unreadable_cell("不知道它是哪一类内容")


@dataclass(slots=True)
class Tally:
    """What piles up over a sheet's rows. ``row`` is the 0-based row read last.

    ``filled`` counts cells that say something; ``pieces`` are rows, columns and codes of those that became a value or a
    fault. ``struck``: rows with text that is struck through. ``idle``: formulas that come to nothing. ``doubtful``: cells
    that say two things.
    """

    filled: int = 0
    rows: int = 0
    columns: int = 0
    text: int = 0
    row: int = -1
    faults: dict[tuple[int, int], CellFault] = field(default_factory=dict)
    formats: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    struck: set[int] = field(default_factory=set)
    formulas: set[tuple[int, int]] = field(default_factory=set)
    idle: set[tuple[int, int]] = field(default_factory=set)
    doubtful: set[tuple[int, int]] = field(default_factory=set)
    pieces: list[tuple[Codes, Codes, Codes]] = field(default_factory=list)

    def reach(self, rows: int, columns: int) -> None:
        """Widen the rectangle."""
        self.rows, self.columns = max(self.rows, rows), max(self.columns, columns)
        if self.rows > MAX_ROWS or self.columns > MAX_COLUMNS:
            raise ValueError("a cell outside any sheet")


class RowReader:
    """Reads pieces of whole rows. Positions not written out follow from the cell before."""

    def __init__(self, values: Values, styles: CellStyles, tally: Tally, *, from_1904: bool = False) -> None:
        self._values = values
        self._styles = styles
        self._tally = tally
        self._from_1904 = from_1904
        self._found = (array("i"), array("i"), array("i"))  # rows, columns, codes
        self._styled = array("i")
        self._column = -1
        self._attributes: Mapping[str, str] | None = None  # of the cell while inside
        self._formula = self._phonetic = self._preserved = self._inside = False
        self._keeping: list[str] | None = None  # text of <v> or <t> while inside
        self._said: list[str] = []  # what each <v> of the cell says
        self._inline: list[str] = []  # … and each <is>

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
        if self._found[0]:
            rows_found, columns, codes = (np.array(numbers, np.int32) for numbers in self._found)
            self._tally.pieces.append((rows_found, columns, codes))
            styled = np.array(self._styled, np.int32)
            remember_looks(self._tally, self._styles, self._values.values, rows_found, columns, styled, codes)
            self._found = (array("i"), array("i"), array("i"))
            self._styled = array("i")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "c":
            self._begin_cell(attributes)
        elif tag in {"v", "t"}:
            if self._keeping is not None:
                raise ValueError("a value inside a value")
            self._keeping = []
            self._preserved = tag == "v" or attributes.get("xml:space") == "preserve"
        elif tag == "f":
            self._formula = True
        elif tag == "is":
            self._inside = True
            self._inline.append("")
        elif tag == "rPh":
            self._phonetic = True
        elif tag == "row":
            number = attributes.get("r")
            self._tally.row = int(number) - 1 if number else self._tally.row + 1
            self._column = -1
            if attributes.get("hidden") in {"1", "true"} or _NO_HEIGHT.fullmatch(attributes.get("ht", "")):
                self._tally.hidden_rows.add(self._tally.row)

    def _text(self, text: str) -> None:
        if self._keeping is not None:
            self._keeping.append(text)

    def _end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag in {"v", "t"} and self._keeping is not None:
            text = "".join(self._keeping)
            self._keeping = None
            if tag == "v":
                self._said.append(text)
            elif self._inside and not self._phonetic:
                self._inline[-1] += trimmed(text, preserved=self._preserved)
        elif tag == "rPh":
            self._phonetic = False
        elif tag == "is":
            self._inside = False
        elif tag == "c":
            self._end_cell()

    def _begin_cell(self, attributes: Mapping[str, str]) -> None:
        if self._attributes is not None:
            raise ValueError("a cell inside a cell")
        self._attributes, self._formula, self._said, self._inline = attributes, False, [], []
        reference = attributes.get("r")
        if reference is None:
            self._column += 1
            return
        place = _REF.fullmatch(reference)
        if place is None:
            raise ValueError("not a cell address")
        self._tally.row, self._column = int(place[2]) - 1, column_index(place[1])

    def _end_cell(self) -> None:
        attributes, tally = self._attributes or {}, self._tally
        self._attributes = None
        if not (self._said or self._inline or self._formula):
            return
        kind, position = attributes.get("t", "n"), (tally.row, self._column)
        said, inline = _one_of(self._said), _one_of(self._inline)
        if said is None or inline is None or (said and inline and said != inline):
            tally.doubtful.add(position)
            return
        # a style beyond the last one is none
        style = min(int(attributes.get("s") or 0), len(self._styles.shows) - 1)
        code, fault = 0, None
        if kind == "e" and (said or inline):
            fault = _PICTURE if "vm" in attributes else error_cell(said or inline)
        elif said and kind != "inlineStr":
            code, fault = self._value(kind, said, style)
        elif said or inline:  # a text, wherever it is kept
            code = self._values.number(unescaped(said or inline) or None)
        elif self._formula and kind != "str":
            fault = uncalculated_cell()
        if not code and fault is None:  # an empty text; anything else would be lost here without a word
            if kind != "s" and (said or inline).strip():
                tally.doubtful.add(position)
            return
        tally.filled += 1
        tally.reach(tally.row + 1, self._column + 1)
        if fault is not None:
            tally.faults[position] = fault
        if self._formula:
            tally.formulas.add(position)
            if comes_to_nothing(self._values.values[code]):
                tally.idle.add(position)
        self._styled.append(style)
        for place, number in zip(self._found, (*position, code), strict=True):
            place.append(number)

    def _value(self, kind: str, said: str, style: int) -> tuple[int, CellFault | None]:
        """Return the code of what stands in ``<v>``, or why it has none."""
        if kind == "s":
            return self._pointed_at(said)
        value: CellValue
        if kind == "n":
            value = self._number(said, style)
        elif kind == "str":
            value = unescaped(said)
        elif kind == "b":
            truth = _TRUE.get(said.strip().lower())
            return (0, _NO_TRUTH) if truth is None else (self._values.number(truth), None)
        elif kind == "d":
            value = spelled_moment(said)
        else:
            return 0, _NO_SUCH_TYPE
        return self._values.number(value), None

    def _number(self, said: str, style: int) -> CellValue:
        """Return a number as its style shows it; what is none is a text."""
        number = spelled_number(said)
        if number is None:
            return said if said.strip() else None
        shown = self._styles.shows[min(style, len(self._styles.shows) - 1)]
        if shown == DAY:
            return moment_of(number, from_1904=self._from_1904)
        return elapsed_of(number) if shown == ELAPSED else as_seen(number)

    def _pointed_at(self, said: str) -> tuple[int, CellFault | None]:
        """Return the code of a shared text; the empty one has code 0."""
        pointer = said.strip()
        usable = pointer.isascii() and pointer.isdigit() and len(pointer) <= _LONGEST_POINTER
        if not usable or int(pointer) >= len(self._values.shared):
            return 0, _NO_SUCH_TEXT
        self._tally.text += int(self._values.sizes[int(pointer)])
        return int(self._values.shared[int(pointer)]), None


def _one_of(texts: list[str]) -> str | None:
    """Return what the texts say that say anything; None where they say different things."""
    if not texts:
        return ""
    different = {*texts} - {""}
    return different.pop() if len(different) == 1 else None if different else ""
