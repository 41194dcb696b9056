"""Sheets of an "XML Spreadsheet 2003": what older systems write in text and name .xls."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from xml.parsers import expat

from statecollect.core.errors import HostileFile
from statecollect.core.untrusted.archive import RESAVE, damaged
from statecollect.core.untrusted.decoding import decode
from statecollect.core.untrusted.watch import tick
from statecollect.workbook.read.cell_values import CellValue, spelled_moment, spelled_number
from statecollect.workbook.read.gathered_cells import Gathered
from statecollect.workbook.read.unusual_rows import error_cell, uncalculated_cell

_PIECE = 1 << 16
_PERCENT = {"Percent": "0.00%"}
_TRUE = {"1", "True", "true"}


def xml_sheets(content: bytes, file: str, most_cells: int) -> Iterator[Gathered]:
    """Read all sheets. Raises UnreadableFile or HostileFile with one line."""
    reader = _SpreadsheetReader(file, most_cells)
    text = decode(content, file)
    parser = expat.ParserCreate("utf-8", " ")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = reader.refuse
    try:
        for at in range(0, len(text), _PIECE):
            tick()
            parser.Parse(text[at : at + _PIECE].encode("utf-8", "surrogatepass"), False)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, OverflowError) as fault:
        raise damaged(file) from fault
    yield from reader.sheets


class _SpreadsheetReader:
    def __init__(self, file: str, most_cells: int) -> None:
        self.sheets: list[Gathered] = []
        self._file = file
        self._left = most_cells
        self._percent: dict[str, str] = {}
        self._style = ""
        self._row = self._column = -1
        self._across = 0
        self._next_column = 0
        self._cell: Mapping[str, str] | None = None
        self._kind: str | None = None
        self._text: list[str] | None = None
        self._comment = self._of_visibility = False

    def refuse(self, *_: object) -> None:
        """Refuse declarations: entities could grow without end."""
        raise HostileFile(
            "文件内含不允许的声明，已拒绝打开", hint=RESAVE, where=self._file, reason="declaration"
        )

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element."""
        name = tag.rpartition(" ")[2]
        said = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        if name == "Style":
            self._style = said.get("ID", "")
        elif name == "NumberFormat":
            code = _PERCENT.get(said.get("Format", ""), said.get("Format", ""))
            if "%" in code:
                self._percent[self._style] = code
        elif name == "Worksheet":
            self.sheets.append(Gathered(said.get("Name", "")))
            self._row, self._next_column = -1, 0
        elif not self.sheets:
            return
        elif name == "Visible":
            self._of_visibility = True
        elif name == "Column":
            first = _number(said.get("Index"), self._next_column + 1) - 1
            last = first + _number(said.get("Span"), 0)
            self._next_column = last + 1
            if said.get("Hidden") in _TRUE and last < 1 << 14:
                self.sheets[-1].hidden_columns.update(range(first, last + 1))
        elif name == "Row":
            self._row = _number(said.get("Index"), self._row + 2) - 1
            self._column, self._across = -1, 0
            if said.get("Hidden") in _TRUE:
                self.sheets[-1].hidden_rows.add(self._row)
        elif name == "Cell":
            self._start_cell(said)
        elif name == "Comment":
            self._comment = True
        elif name == "Data" and self._cell is not None and not self._comment:
            self._kind, self._text = said.get("Type", "String"), []

    def _start_cell(self, said: Mapping[str, str]) -> None:
        self._column = _number(said.get("Index"), self._column + self._across + 2) - 1
        self._across, down = _number(said.get("MergeAcross"), 0), _number(said.get("MergeDown"), 0)
        self.sheets[-1].merge(self._row, self._column, self._row + down, self._column + self._across)
        self._cell, self._kind, self._text = said, None, None
        self._left -= 1
        if self._left < 0:
            raise HostileFile(
                "单元格过多，已拒绝打开", hint="只保留要交的数据", where=self._file, reason="spread"
            )

    def text(self, text: str) -> None:
        """Take a text."""
        if self._of_visibility and text.strip() in ("SheetHidden", "SheetVeryHidden"):
            self.sheets[-1].visible = False
        elif self._text is not None and not self._comment:
            self._text.append(text)

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        name = tag.rpartition(" ")[2]
        if name == "Visible":
            self._of_visibility = False
        elif name == "Comment":
            self._comment = False
        elif name == "Cell" and self._cell is not None:
            self._put(self.sheets[-1], self._cell, "".join(self._text or ()))
            self._cell = self._text = None

    def _put(self, sheet: Gathered, said: Mapping[str, str], text: str) -> None:
        if self._kind is None:
            if "Formula" in said:
                sheet.put_fault(self._row, self._column, uncalculated_cell())
            return
        if self._kind == "Error":
            sheet.put_fault(self._row, self._column, error_cell(text))
            return
        sheet.put(self._row, self._column, _value(self._kind, text))
        code = self._percent.get(said.get("StyleID", ""), "")
        if code and self._kind == "Number":
            sheet.formats[self._row, self._column] = code


def _value(kind: str, text: str) -> CellValue:
    if kind == "Number":
        number = spelled_number(text)
        return text if number is None else number
    if kind == "Boolean":
        return text.strip() in _TRUE
    if kind == "DateTime":
        moment = spelled_moment(text)
        if isinstance(moment, dt.datetime):
            if moment.date() == dt.date(1899, 12, 31):
                return moment.time()  # how a time of day alone is written
            return moment.date() if moment.time() == dt.time() else moment
        return moment
    return text


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else otherwise
