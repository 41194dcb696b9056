"""Tables that information systems write as a web page (HTML, MHTML) or as "XML Spreadsheet 2003" and name .xls."""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from html.parser import HTMLParser

from statecollect.core.errors import HostileFile, UnreadableFile
from statecollect.core.untrusted.archive import RESAVE
from statecollect.core.untrusted.decoding import decode
from statecollect.core.untrusted.watch import tick
from statecollect.workbook.read.gathered_cells import Gathered
from statecollect.workbook.read.spreadsheet_xml import xml_sheets

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([A-Za-z0-9_-]{2,20})", re.I)
_TAB = re.compile(r"<x:Name>([^<]{1,31})</x:Name>", re.I)
_MHTML = re.compile(rb"\s*(?:MIME-Version:|From:\s|Content-Type:\s*multipart/related)", re.I)
_A_LOGIN = re.compile(r"<input[^>]+type\s*=\s*[\"']?password", re.I)
_NAVIGATION = ("tabstrip.htm", "tabstrip.html")  # Excel's own strip of tabs
_CHINESE = {"gb2312", "gbk", "hz-gb-2312", "x-gbk", "gb18030"}
_CELLS = {"td", "th"}
_UNSEEN = {"script", "style", "head", "title", "xml"}
_BREAKS = {"br", "p", "div", "li"}
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.I)
_WIDEST_SPAN = 16_384


def markup_sheets(content: bytes, file: str, kind: str, most_cells: int) -> Iterator[Gathered]:
    """Read the tables. Raises UnreadableFile or HostileFile with one line."""
    stem = file.rpartition(".")[0] or file
    if kind == "xmlss":
        yield from xml_sheets(content, file, most_cells)
        return
    pages = list(_pages(content, file))
    found = [
        table for number, page in enumerate(pages) for table in _tables(page, stem, number, file, most_cells)
    ]
    if not found:
        what = "登录页面" if any(map(_A_LOGIN.search, pages)) else "没有表格"
        raise UnreadableFile(
            f"内容是网页（{what}），不是工作簿",
            hint="在系统里重新导出，或" + RESAVE,
            where=file,
            reason="web-page",
        )
    yield from found


def _pages(content: bytes, file: str) -> Iterator[str]:
    """Return the pages of a file: one, or those packed into an MHTML."""
    if not _MHTML.match(content):
        yield _decoded(content, file)
        return
    for part in email.message_from_bytes(content).walk():
        tick()
        if part.get_content_type() == "text/html" and not part.get("Content-Location", "").endswith(
            _NAVIGATION
        ):
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                yield _decoded(payload, file, part.get_content_charset() or "")


def _decoded(content: bytes, file: str, charset: str = "") -> str:
    said = _CHARSET.search(content[:4096])
    name = charset or (said[1].decode().lower() if said else "")
    try:
        return (
            content.decode("gb18030" if name.lower() in _CHINESE else name) if name else decode(content, file)
        )
    except (UnicodeDecodeError, LookupError):
        return decode(content, file)


def _tables(page: str, stem: str, number: int, file: str, most_cells: int) -> Iterator[Gathered]:
    tab = _TAB.search(page)
    name = tab[1] if tab else stem if not number else f"{stem} {number + 1}"
    reader = _MarkupPage(Gathered(name), file, most_cells)
    for start in range(0, len(page), 1 << 16):
        tick()
        reader.feed(page[start : start + (1 << 16)])
    reader.close()
    reader.end_cell()
    if reader.tables and reader.sheet.filled:
        yield reader.sheet


class _MarkupPage(HTMLParser):
    """Takes a page's tables, one below the other as Excel lays them; what is in their cells is text."""

    def __init__(self, sheet: Gathered, file: str, most_cells: int) -> None:
        super().__init__(convert_charrefs=True)
        self.sheet = sheet
        self.tables = 0
        self._file = file
        self._left = most_cells
        self._depth = 0  # of tables
        self._unseen = 0
        self._row, self._column = -1, 0
        self._taken: dict[int, int] = {}  # columns that a cell above reaches down to, until which row
        self._text: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the beginning of an element."""
        if tag in _UNSEEN:
            self._unseen += 1
        if self._unseen:
            return
        said = dict(attrs)
        if tag == "table":
            if self._depth and self._text is not None:
                raise UnreadableFile(
                    "网页里的表格套着表格，读不准", hint=RESAVE, where=self._file, reason="web-page-nested"
                )
            self._depth += 1
            self.tables += 1
        elif tag == "tr":
            self._start_row(said)
        elif tag in _CELLS:
            self._start_cell(said)
        elif self._text is not None and tag in _BREAKS and (tag == "br" or any(self._text)):
            self._text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """Take the end of an element."""
        if tag in _UNSEEN:
            self._unseen = max(self._unseen - 1, 0)
        elif tag in _CELLS or tag == "tr":
            self.end_cell()
        elif tag == "table":
            self.end_cell()
            self._depth = max(self._depth - 1, 0)

    def handle_data(self, data: str) -> None:
        """Take a text; blanks and line ends of the page's source are one blank."""
        if self._text is not None and not self._unseen:
            self._text.append(_BLANKS.sub(" ", data))

    def _start_row(self, said: dict[str, str | None]) -> None:
        self.end_cell()
        self.tables = max(self.tables, 1)  # some pages begin with the row
        self._row += 1
        self._column = 0
        if _HIDDEN.search(said.get("style") or ""):
            self.sheet.hidden_rows.add(self._row)

    def _start_cell(self, said: dict[str, str | None]) -> None:
        if self._row < 0:
            self._start_row({})
        self.end_cell()
        while self._taken.get(self._column, -1) >= self._row:
            self._column += 1
        across, down = _span(said.get("colspan")), _span(said.get("rowspan"))
        self._left -= across
        if self._left < 0:
            raise HostileFile(
                "网页表格的单元格过多，已拒绝打开", hint="只保留要交的数据", where=self._file, reason="spread"
            )
        self.sheet.merge(self._row, self._column, self._row + down - 1, self._column + across - 1)
        if down > 1:
            self._taken |= dict.fromkeys(range(self._column, self._column + across), self._row + down - 1)
        self._at = self._column
        self._column += across
        self._text = []

    def end_cell(self) -> None:
        """Put down the cell that is being read, if any; pages leave out the ends of cells."""
        if self._text is None:
            return
        lines = "".join(self._text).split("\n")
        text = "\n".join(line.strip(" \xa0") for line in lines).strip("\n")
        self._text = None
        if not self._row % 1000:
            tick()
        self.sheet.put(self._row, self._at, text)


def _span(said: str | None) -> int:
    usual = said is not None and said.isascii() and said.strip().isdigit() and len(said) < 8
    return min(max(int(said), 1), _WIDEST_SPAN) if usual and said else 1
