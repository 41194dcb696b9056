"""What a breakdown in Word must be beside what the guard asks of all files: a .docx, of small spans.

The parts are looked at once by an XML parser that keeps nothing, before an object is made of every element.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.parsers import expat

from statecollect.core.errors import HostileFile, UnreadableFile
from statecollect.core.untrusted.archive import Archive, damaged, open_archive
from statecollect.core.untrusted.guard import OLE, Limits, check_parts, check_sizes, holds_stream
from statecollect.core.untrusted.relations import main_part, root_element

# A breakdown lists some dozens of tables; a tree of elements needs many times the XML's size in memory.
LIMITS = Limits(
    file=20 * 2**20,
    entries=2_000,
    expanded=100 * 2**20,
    xml=30 * 2**20,
    cells=5_000_000,
    memory=2**30,
    seconds=15,
)
_MOST_ROWS = 3_000  # of the tables of a Word file: a cell merged downwards is looked up row by row
_WIDEST_SPAN = 100
_LONGEST_SPAN = 3  # digits
_SPANS = frozenset({"gridSpan", "gridBefore", "gridAfter"})


@dataclass(slots=True)
class Measured:
    """How much there is in a Word file: bytes when unpacked, cells and rows of tables."""

    expanded: int = 0
    cells: int = 0
    rows: int = 0


def check_office_zip(content: bytes, name: str) -> Measured:
    """Refuse what is no .docx or would burst; returns how much is in it.

    Raises UnreadableFile (wrong type, encrypted, damaged) or HostileFile.
    """
    hint = "请用 Word 或 WPS 打开后另存为 .docx"
    if content.startswith(OLE):
        if holds_stream(content, "EncryptedPackage"):
            raise UnreadableFile(
                "文件设有打开密码，无法读取",
                hint="请在 Office 或 WPS 中取消密码后另存",
                where=name,
                reason="password",
            )
        raise UnreadableFile(
            "扩展名是 .docx，内容却是旧版 Office 格式", hint=hint, where=name, reason="other-document"
        )
    if not content.startswith(b"PK"):
        raise UnreadableFile("内容不是 .docx 文件", hint=hint, where=name, reason="other-document")
    try:
        archive = open_archive(content, name)
        check_sizes(archive, len(content), LIMITS)
        main = main_part(archive)
        if not main or root_element(archive, main) not in {"document", ""}:
            raise UnreadableFile("内容不是 .docx 文件", where=name, reason="other-document")
        check_parts(archive)
    except UnreadableFile as fault:
        hint = "请用 Word 或 WPS 打开，只留任务分解表，另存为新的 .docx；打不开就向发文部门重新索取"
        raise type(fault)(fault.message, hint=hint, where=name, reason=fault.reason) from fault
    return _measured(archive, main)


def _measured(archive: Archive, main: str) -> Measured:
    found = Measured(archive.expanded)
    for part in archive.parts:
        if not part.endswith(".xml"):
            continue
        try:
            _Measure(archive.file, found).look(archive, part)
        except expat.ExpatError as fault:
            if part == main:
                raise damaged(archive.file) from fault
    return found


class _Measure:
    """Counts what is in one part."""

    def __init__(self, file: str, found: Measured) -> None:
        self._file = file
        self._found = found

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
            self._check_span(
                next((attributes[attribute] for attribute in attributes if attribute.endswith("val")), "")
            )
        elif name == "tc":
            found.cells += 1
        elif name == "tr":
            found.rows += 1
            if found.rows > _MOST_ROWS:
                message = f"Word 里的表格超过 {_MOST_ROWS} 行，不像任务分解表，已拒绝读取"
                raise HostileFile(message, hint="只留任务分解表后另存", where=self._file)

    def _check_span(self, said: str) -> None:
        digits = said.strip().lstrip("+0")
        if digits.isdecimal() and (len(digits) > _LONGEST_SPAN or int(digits) > _WIDEST_SPAN):
            self._refuse_merged()

    def _refuse_merged(self) -> None:
        raise HostileFile(
            "合并单元格的范围过大，已拒绝读取",
            hint="请取消过宽的合并后另存",
            where=self._file,
            reason="merged",
        )
