"""What a breakdown in an Office file must be beside what the guard asks of all: of its suffix's type, of small spans.

The parts are looked at once by an XML parser that keeps nothing, before programs see them that make an object of every
cell, and of every position a merged cell covers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.parsers import expat

from statecollect.errors import HostileFile, UnreadableFile
from statecollect.incoming.archive import Archive, damaged, open_archive
from statecollect.incoming.guard import OLE, Limits, check_parts, check_sizes, holds_stream

# A breakdown lists some dozens of tables; openpyxl and python-docx need many times the XML's size in memory.
LIMITS = Limits(
    file=20 * 2**20, entries=2_000, expanded=100 * 2**20, xml=30 * 2**20, memory=2**30, seconds=15
)
_MOST_MERGED = 500_000  # positions
_MOST_ROWS = 3_000  # of the tables of a Word file: a cell merged downwards is looked up row by row
_WIDEST_SPAN = 100
_LONGEST_SPAN = 3  # digits
_AREA = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})(?::\$?([A-Za-z]{1,3})\$?(\d{1,7}))?")
_SPANS = frozenset({"gridSpan", "gridBefore", "gridAfter"})
_SHEETS = "xl/worksheets/"


@dataclass(slots=True)
class Measured:
    """How much there is in an Office file: bytes when unpacked, cells, positions under merged cells, rows of tables.

    ``formulas``: whether a sheet holds any.
    """

    expanded: int = 0
    cells: int = 0
    merged: int = 0
    rows: int = 0
    formulas: bool = False


def check_office_zip(content: bytes, name: str, *, main_part: str, kind: str) -> Measured:
    """Refuse what is not an .xlsx/.docx or would burst; returns how much is in it.

    Raises UnreadableFile (wrong type, encrypted, damaged) or HostileFile.
    """
    hint = f"请用 Office 或 WPS 打开后另存为 {kind}"
    if content.startswith(OLE):
        if holds_stream(content, "EncryptedPackage"):
            raise UnreadableFile(
                "文件设有打开密码，无法读取", hint="请在 Office 或 WPS 中取消密码后另存", where=name
            )
        raise UnreadableFile(f"扩展名是 {kind}，内容却是旧版 Office 格式", hint=hint, where=name)
    if not content.startswith(b"PK"):
        raise UnreadableFile(f"内容不是 {kind} 文件", hint=hint, where=name)
    try:
        archive = open_archive(content, name)
        check_sizes(archive, len(content), LIMITS)
        if main_part not in archive.parts:
            raise UnreadableFile(f"内容不是 {kind} 文件", where=name)
        check_parts(archive)
    except UnreadableFile as fault:
        hint = f"请用 Office 或 WPS 打开，只留任务分解表，另存为新的 {kind}；打不开就向发文部门重新索取"
        raise type(fault)(fault.message, hint=hint, where=name) from fault
    return _measured(archive, main_part)


def _measured(archive: Archive, main_part: str) -> Measured:
    found = Measured(archive.expanded)
    for part in archive.parts:
        if not part.endswith(".xml"):
            continue
        try:
            _Measure(archive.file, found, sheet=part.startswith(_SHEETS)).look(archive, part)
        except expat.ExpatError as fault:
            if part == main_part or part.startswith(_SHEETS):
                raise damaged(archive.file) from fault
    return found


class _Measure:
    """Counts what is in one part."""

    def __init__(self, file: str, found: Measured, *, sheet: bool) -> None:
        self._file = file
        self._found = found
        self._sheet = sheet

    def look(self, archive: Archive, part: str) -> None:
        """Go through the part. Raises HostileFile, and ExpatError for what is not well-formed."""
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        for piece in archive.pieces(part):
            parser.Parse(piece, False)
        parser.Parse(b"", True)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        found = self._found
        if name in _SPANS:
            self._check_span(next((attributes[one] for one in attributes if one.endswith("val")), ""))
        elif name == "mergeCell":
            found.merged += _covered(attributes.get("ref", ""))
            if found.merged > _MOST_MERGED:
                self._refuse_merged("取消整行、整列的合并")
        elif name in {"c", "tc"}:
            found.cells += 1
        elif name == "tr":
            found.rows += 1
            if found.rows > _MOST_ROWS:
                message = f"Word 里的表格超过 {_MOST_ROWS} 行，不像任务分解表，已拒绝读取"
                raise HostileFile(message, hint="只留任务分解表后另存", where=self._file)
        elif name == "f" and self._sheet:
            found.formulas = True

    def _check_span(self, said: str) -> None:
        digits = said.strip().lstrip("+0")
        if digits.isdecimal() and (len(digits) > _LONGEST_SPAN or int(digits) > _WIDEST_SPAN):
            self._refuse_merged("取消过宽的合并")

    def _refuse_merged(self, remedy: str) -> None:
        raise HostileFile("合并单元格的范围过大，已拒绝读取", hint=f"请{remedy}后另存", where=self._file)


def _covered(ref: str) -> int:
    """Return how many positions an area covers; more than any sheet has for what is none."""
    place = _AREA.fullmatch(ref.strip())
    if place is None:
        return _MOST_MERGED + 1
    left, top, right, bottom = place.groups()
    if right is None:
        return 1
    return (abs(_column(right) - _column(left)) + 1) * (abs(int(bottom) - int(top)) + 1)


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
