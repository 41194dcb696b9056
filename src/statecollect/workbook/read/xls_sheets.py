"""Sheets of an old .xls (and WPS's .et) through xlrd, in a child process only.

It takes BIFF8's texts for what they are, whatever the record CODEPAGE says, knows streams by names in any letters, and
sees what other parsers of the format do not: merged cells, hidden rows and columns, error values, number formats, lines
through texts, comments. What it passes over itself is in ``oldrecords``.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import xlrd
from xlrd.biffh import XLRDError

from statecollect.core.errors import UnreadableFile
from statecollect.core.untrusted.archive import cut_off, damaged
from statecollect.core.untrusted.foreign_parser import foreign_parser
from statecollect.core.untrusted.watch import tick
from statecollect.workbook.read.cell_looks import comes_to_nothing
from statecollect.workbook.read.floating_objects import told
from statecollect.workbook.read.gathered_cells import ERRORS, Gathered
from statecollect.workbook.read.unusual_rows import error_cell
from statecollect.workbook.read.xls_records import SheetRecords, sheet_records
from statecollect.workbook.read.xls_repair import is_cut_short, mended
from statecollect.workbook.read.xlsx_parts import DAY, PLAIN, shown_as

_BIFF8 = 80
_WESTERN = {1252, 10000, 32769}
_SAMPLE = 200  # rows of a sheet that tell the encoding
_CHINESE = "gb18030"


def old_sheets(content: bytes, file: str) -> Iterator[Gathered]:
    """Read all sheets of cells. Raises UnreadableFile with one line."""
    source = _XlsSource(content, file)
    for number in range(source.book.nsheets):
        tick()
        sheet = source.sheet(number)
        found = _gathered(source.book, sheet, source.records[number])
        source.book.unload_sheet(number)
        yield found


class _XlsSource:
    """A workbook, opened as it is; where the parser cannot, once more with its records made good."""

    def __init__(self, content: bytes, file: str) -> None:
        self._content, self._file = content, file
        self._mended = False
        self.book, self.records = self._tried(lambda: _with_records(self._content))

    def sheet(self, number: int) -> Any:
        """Return a sheet. Raises UnreadableFile."""
        return self._tried(lambda: self.book.sheet_by_index(number))

    def _tried(self, work: Callable[[], Any]) -> Any:
        try:
            with foreign_parser(self._said):
                return work()
        except UnreadableFile as fault:
            better = (
                None
                if self._mended or fault.reason not in {"damaged", "incomplete"}
                else mended(self._content)
            )
            if better is None:
                raise
        self._content, self._mended = better, True
        with foreign_parser(self._said):
            self.book, self.records = _with_records(better)
            return work()

    def _said(self, fault: BaseException) -> UnreadableFile:
        if isinstance(fault, XLRDError) and "encrypted" in str(fault):
            hint = "请在 Excel 或 WPS 中打开，取消密码后另存再交"
            return UnreadableFile("该文件有密码保护", hint=hint, where=self._file, reason="password")
        return cut_off(self._file) if is_cut_short(self._content) else damaged(self._file)


def _with_records(content: bytes) -> tuple[Any, list[SheetRecords]]:
    book = _opened(content)
    return book, sheet_records(book)


def _opened(content: bytes) -> Any:
    """Open a workbook; one of the nineties that says nothing of its encoding, or a western one, may be Chinese."""
    book = _open(content)
    if (
        book.biff_version < _BIFF8
        and (book.codepage is None or book.codepage in _WESTERN)
        and _is_chinese(book)
    ):
        return _open(content, _CHINESE)
    return book


def _open(content: bytes, encoding: str | None = None) -> Any:
    return xlrd.open_workbook(
        file_contents=content,
        logfile=io.StringIO(),
        formatting_info=True,
        on_demand=True,
        ragged_rows=True,
        encoding_override=encoding,
    )


def _is_chinese(book: Any) -> bool:
    """Whether every text that is not ASCII would be Chinese, too, if its bytes were taken for GB18030."""
    texts = list(book.sheet_names())
    for number in range(book.nsheets):
        sheet = book.sheet_by_index(number)
        for row in range(min(sheet.nrows, _SAMPLE)):
            texts += [value for value in sheet.row_values(row) if isinstance(value, str)]
    strange = [text for text in texts if not text.isascii()]
    try:
        read = [text.encode(book.encoding).decode(_CHINESE) for text in strange]
    except (UnicodeError, LookupError):
        return False
    return bool(read) and all(any("\u4e00" <= char <= "\u9fff" for char in text) for text in read)


def _gathered(book: Any, sheet: Any, records: SheetRecords) -> Gathered:
    found = Gathered(sheet.name, visible=sheet.visibility == 0)
    written = {
        key: number_format.format_str
        for key, number_format in book.format_map.items()
        if number_format.format_str and _is_written(book, key)
    }
    keys = [cell_format.format_key for cell_format in book.xf_list]
    shows = [shown_as(key, written) for key in keys]
    codes = [(book.format_map[key].format_str or "") if key in book.format_map else "" for key in keys]
    fonts = {at for at, font in enumerate(book.font_list) if font.struck_out}
    struck = {at for at, cell_format in enumerate(book.xf_list) if cell_format.font_index in fonts}
    for row in range(sheet.nrows):
        kinds, values = sheet.row_types(row), sheet.row_values(row)
        for column, kind in enumerate(kinds):
            if kind in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
                continue
            value, style = values[column], sheet.cell_xf_index(row, column)
            if (row, column) in records.formulas and (kind == xlrd.XL_CELL_ERROR or comes_to_nothing(value)):
                found.idle.add((row, column))
            if style in struck and value != "":
                found.struck.add(row)
            if kind == xlrd.XL_CELL_ERROR:
                found.put_fault(row, column, error_cell(ERRORS.get(value, "#ERROR")))
            elif kind == xlrd.XL_CELL_BOOLEAN:
                found.put(row, column, bool(value))
            elif kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
                known = style < len(shows)
                how = shows[style] if known else DAY if kind == xlrd.XL_CELL_DATE else PLAIN
                found.put_number(
                    row, column, value, how, codes[style] if known else "", from_1904=book.datemode == 1
                )
            else:
                found.put_text(row, column, value, codes[style] if style < len(codes) else "")
    found.hidden_rows = {row for row, shown_row in sheet.rowinfo_map.items() if shown_row.hidden}
    found.hidden_columns = {
        column for column, shown_column in sheet.colinfo_map.items() if shown_column.hidden
    }
    for top, bottom, left, right in sheet.merged_cells:
        found.merge(top, left, bottom - 1, right - 1)
    found.formulas, found.stale = records.formulas, records.waiting
    found.beside = told(records.boxes, records.pictures)
    found.comments = {
        place: text for place, note in sheet.cell_note_map.items() if (text := (note.text or "").strip())
    }
    return found


def _is_written(book: Any, key: int) -> bool:
    """Whether a format is one of the workbook's own; what stands for a built-in number says the program's language."""
    return key >= _OWN_FORMATS or book.biff_version < _BIFF8


_OWN_FORMATS = 164
