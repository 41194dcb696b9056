"""What a breakdown in an Office file must be beside what the guard asks of all: of its suffix's type, of small spans."""

from __future__ import annotations

import re

from statecollect.errors import HostileFile, UnreadableFile
from statecollect.incoming.archive import Archive, open_archive
from statecollect.incoming.guard import OLE, Limits, check_parts, check_sizes, holds_stream

# A breakdown lists some dozens of tables; openpyxl and python-docx need many times the XML's size in memory.
LIMITS = Limits(file=20 * 2**20, entries=2_000, expanded=100 * 2**20, xml=30 * 2**20)
_MOST_MERGED = 500_000
_WIDEST_SPAN = 100
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*?ref\s*=\s*[\"']([A-Za-z]+)(\d+):([A-Za-z]+)(\d+)")
_SPAN = re.compile(rb"(?:gridSpan|gridBefore|gridAfter)\b[^>]*?val\s*=\s*[\"']\s*(\d+)")
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")


def check_office_zip(content: bytes, name: str, *, main_part: str, kind: str) -> bool:
    """Refuse what is not an .xlsx/.docx or would burst; returns whether a sheet holds formulas.

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
    return _scan_parts(archive)


def _scan_parts(archive: Archive) -> bool:
    formulas = False
    merged = 0
    for part in archive.parts:
        if not part.endswith(".xml"):
            continue
        xml = archive.read(part)
        merged += sum(_area(*match.groups()) for match in _MERGE.finditer(xml))
        if merged > _MOST_MERGED or any(int(span[-9:]) > _WIDEST_SPAN for span in _SPAN.findall(xml)):
            raise HostileFile(
                "合并单元格的范围过大，已拒绝读取",
                hint="请取消整行、整列的合并后另存",
                where=archive.file,
            )
        if part.startswith("xl/worksheets/") and not formulas:
            formulas = _FORMULA.search(xml) is not None
    return formulas


def _area(left: bytes, top: bytes, right: bytes, bottom: bytes) -> int:
    width = abs(_column(right) - _column(left)) + 1
    height = abs(int(bottom[-9:]) - int(top[-9:])) + 1
    return width * height


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper()[:4]:
        number = number * 26 + letter - 64
    return number
