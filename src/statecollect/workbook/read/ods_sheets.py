"""Sheets of an .ods, read by an XML parser in one pass: values, and what stands around them.

However the XML is laid out – with blanks and line ends between cells, by whatever program – a cell is what its element says.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from xml.parsers import expat

from statecollect.core.address import MAX_ROWS
from statecollect.core.errors import HostileFile
from statecollect.core.untrusted.archive import Archive, damaged
from statecollect.core.untrusted.watch import tick
from statecollect.workbook.number_format import look
from statecollect.workbook.read.cell_looks import comes_to_nothing
from statecollect.workbook.read.cell_values import CellValue, spelled_moment, spelled_number
from statecollect.workbook.read.floating_objects import bare_name, elements, told
from statecollect.workbook.read.gathered_cells import Gathered
from statecollect.workbook.read.ods_beside import OpenBeside
from statecollect.workbook.read.ods_styles import OpenFormats, prefixed
from statecollect.workbook.read.unusual_rows import error_cell, uncalculated_cell

_CONTENT, _STYLES, _SETTINGS = "content.xml", "styles.xml", "settings.xml"
_ERROR = re.compile(r"#(?:N/A|REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!)|Err:\d{3}")
_DURATION = re.compile(r"(-?)P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?")
_CELLS = {"table:table-cell", "table:covered-table-cell"}
_ASIDE = {"office:annotation", "table:tracked-changes", "table:shapes", "text:ruby-text", "table:dde-links"}
_HIDDEN = {"collapse", "filter"}
_NUMBERS = {"float", "percentage", "currency"}
_DAY = 24 * 3600
_MOST_REPEATED = 1_000_000


def open_sheets(archive: Archive, most_cells: int) -> Iterator[Gathered]:
    """Read all sheets. Raises UnreadableFile or HostileFile with one line."""
    formats = OpenFormats()
    reader = _OdsReader(formats, archive.file, most_cells)
    try:
        if _STYLES in archive.parts:
            formats.read(archive.pieces(_STYLES))
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = reader.start
        parser.EndElementHandler = reader.end
        parser.CharacterDataHandler = reader.text
        for piece in archive.pieces(_CONTENT):
            tick()
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, OverflowError) as fault:
        raise damaged(archive.file) from fault
    stale = _is_left_to_the_user(archive)
    for sheet in reader.sheets:
        sheet.stale = stale
        yield sheet


def _is_left_to_the_user(archive: Archive) -> bool:
    """Whether formulas are calculated only when somebody asks for it."""
    for item in elements(archive, _SETTINGS, "config-item"):
        if any(bare_name(key) == "name" and value == "AutoCalculate" for key, value in item.items()):
            return (item.text or "").strip() == "false"
    return False


class _OdsReader:
    """Takes the elements as they come."""

    def __init__(self, formats: OpenFormats, file: str, most_cells: int) -> None:
        self.sheets: list[Gathered] = []
        self._formats = formats
        self._file = file
        self._left = min(most_cells, _MOST_REPEATED)  # cells that may still be filled by repetition
        self._sheet: Gathered | None = None
        self._beside = OpenBeside()
        self._row, self._rows, self._column = 0, 1, 0
        self._pending: list[tuple[int, Mapping[str, str], str]] = []  # of the row: column, attributes, text
        self._cell: dict[str, str] | None = None
        self._text: list[str] = []
        self._paragraphs = self._inside_one = 0
        self._columns = 0
        self._defaults: list[tuple[int, str]] = []  # the style of each range of columns, by its end

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = prefixed(tag)
        if (
            self._beside.inside()
            or name in _ASIDE
            or (name.startswith("drawing:") and self._cell is not None)
        ):
            self._beside.start(name, (self._row, self._column))
            return
        said = {prefixed(key): value for key, value in attributes.items()}
        if self._sheet is None:
            self._formats.start(name, said)
        if name == "table:table":
            visible = said.get("table:style-name", "") not in self._formats.hidden_tables
            self._sheet = Gathered(said.get("table:name", ""), visible=visible)
            self._row = self._columns = 0
            self._defaults, self._beside = [], OpenBeside()
        elif self._sheet is None:
            return
        elif name == "table:table-column":
            self._take_columns(said)
        elif name == "table:table-row":
            self._column, self._pending = 0, []
            self._rows = _count(said.get("table:number-rows-repeated"))
            if said.get("table:visibility") in _HIDDEN and self._rows <= MAX_ROWS:
                self._sheet.hidden_rows.update(range(self._row, self._row + self._rows))
        elif name in _CELLS:
            self._cell, self._text, self._paragraphs, self._inside_one = said, [], 0, 0
        elif self._cell is not None:
            self._inside(name, said)

    def _inside(self, name: str, said: Mapping[str, str]) -> None:
        if name in ("text:p", "text:h"):
            if self._paragraphs:
                self._text.append("\n")
            self._paragraphs += 1
            self._inside_one += 1
        elif name == "text:s":
            self._text.append(" " * _count(said.get("text:c")))
        elif name == "text:tab":
            self._text.append("\t")
        elif name == "text:line-break":
            self._text.append("\n")

    def text(self, text: str) -> None:
        if self._beside.inside():
            self._beside.text(text)
        elif self._cell is not None and self._inside_one:
            self._text.append(text)
        elif self._sheet is None:
            self._formats.text(text)

    def end(self, tag: str) -> None:
        if self._beside.inside():
            self._beside.end()
            return
        name = prefixed(tag)
        if self._sheet is None:
            self._formats.end(name)
        elif name == "table:table":
            self._sheet.beside = told(self._beside.boxes, self._beside.pictures)
            self._sheet.comments = self._beside.comments
            self.sheets.append(self._sheet)
            self._sheet = None
        elif name == "table:table-row":
            self._end_row(self._sheet)
        elif name in ("text:p", "text:h") and self._inside_one:
            self._inside_one -= 1
        elif name in _CELLS and self._cell is not None:
            times = _count(self._cell.get("table:number-columns-repeated"))
            text = "".join(self._text)
            if text or "office:value-type" in self._cell or "table:formula" in self._cell:
                self._refuse_endless(times - 1)
                self._pending += [(self._column + at, self._cell, text) for at in range(times)]
            elif "table:number-columns-spanned" in self._cell or "table:number-rows-spanned" in self._cell:
                self._pending.append((self._column, self._cell, ""))
            self._column += times
            self._cell = None

    def _take_columns(self, said: Mapping[str, str]) -> None:
        first = self._columns
        self._columns += _count(said.get("table:number-columns-repeated"))
        self._defaults.append((self._columns, said.get("table:default-cell-style-name", "")))
        if said.get("table:visibility") in _HIDDEN and self._sheet is not None and self._columns <= 1 << 14:
            self._sheet.hidden_columns.update(range(first, self._columns))

    def _end_row(self, sheet: Gathered) -> None:
        if self._pending:
            self._refuse_endless((self._rows - 1) * len(self._pending))
            for row in range(self._row, self._row + self._rows):
                for column, said, text in self._pending:
                    self._put(sheet, row, column, said, text)
        self._row += self._rows

    def _refuse_endless(self, cells: int) -> None:
        self._left -= cells
        if self._left < 0:
            raise HostileFile(
                "内容重复得没有尽头，已拒绝打开",
                hint="删去整行、整列填满的内容后另存",
                where=self._file,
                reason="spread",
            )

    def _put(self, sheet: Gathered, row: int, column: int, said: Mapping[str, str], text: str) -> None:
        across = _count(said.get("table:number-columns-spanned"))
        down = _count(said.get("table:number-rows-spanned"))
        if across * down > 1:
            sheet.merge(row, column, row + down - 1, column + across - 1)
        formula, kind = "table:formula" in said, said.get("office:value-type", "")
        style = said.get("table:style-name") or self._default(column)
        value = _value(kind, said, text)
        if formula:
            sheet.formulas.add((row, column))
            if comes_to_nothing(value) or _ERROR.fullmatch(text):
                sheet.idle.add((row, column))
        if said.get("calcext:value-type") == "error" or (formula and _ERROR.fullmatch(text)):
            sheet.put_fault(row, column, error_cell(text or "#ERROR"))
            return
        if formula and not kind and not text:
            sheet.put_fault(row, column, uncalculated_cell())
            return
        if value is not None and self._formats.strikes(style):
            sheet.struck.add(row)
        if kind in _NUMBERS and value is not None:
            sheet.put(row, column, value)
            code = self._formats.code(style) or ("0%" if kind == "percentage" else "")
            sheet.shows(row, column, value, code, text)
        elif kind == "string" and (raw := said.get("office:string-value")) and raw != text:
            self._put_text(sheet, row, column, raw, text, self._formats.code(style))
        else:
            sheet.put(row, column, value)

    def _put_text(self, sheet: Gathered, row: int, column: int, raw: str, text: str, code: str) -> None:
        """Take a text that is shown as another; if its format does not say why, what is shown is all that counts."""
        seen = look(raw, code)
        if seen is not None and seen.text == text.strip():
            sheet.put_text(row, column, raw, code)
        else:
            sheet.put(row, column, text)

    def _default(self, column: int) -> str:
        return next((style for end, style in self._defaults if column < end), "")


def _value(kind: str, said: Mapping[str, str], text: str) -> CellValue:
    if kind in _NUMBERS:
        number = spelled_number(said.get("office:value", ""))
        return text if number is None else number
    if kind == "date":
        moment = spelled_moment(said.get("office:date-value", "")) or text
        if isinstance(moment, dt.datetime) and moment.time() == dt.time():
            return moment.date()
        return moment
    if kind == "time":
        return _time(said.get("office:time-value", ""), text)
    if kind == "boolean":
        return {"true": True, "false": False}.get(said.get("office:boolean-value", ""), text)
    return said.get("office:string-value", text) if kind == "string" and not text else text


def _time(value: str, text: str) -> CellValue:
    found = _DURATION.fullmatch(value)
    if found is None:
        return text
    sign, days, hours, minutes, seconds = found.groups()
    whole = float(seconds.replace(",", ".")) if seconds else 0.0
    total = int(days or 0) * _DAY + int(hours or 0) * 3600 + int(minutes or 0) * 60 + whole
    gone = dt.timedelta(seconds=-total if sign else total)
    return (dt.datetime.min + gone).time() if 0 <= total < _DAY and not sign else gone


def _count(text: str | None) -> int:
    """Return how often something is repeated; what is no number is once."""
    return max(int(text), 1) if text and text.isascii() and text.isdigit() and len(text) < 9 else 1
