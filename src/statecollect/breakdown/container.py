"""Look at an Office file before a parser does: is it what its name says, and small enough to open."""

from __future__ import annotations

import re
import zipfile
import zlib
from io import BytesIO

from statecollect.errors import HostileFile, UnreadableFile

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK"
_LARGEST_XML = 30 * 1024 * 1024
_LARGEST_TOTAL = 100 * 1024 * 1024
_MOST_MERGED = 500_000
_WIDEST_SPAN = 100
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*?ref\s*=\s*[\"']([A-Za-z]+)(\d+):([A-Za-z]+)(\d+)")
_SPAN = re.compile(rb"(?:gridSpan|gridBefore|gridAfter)\b[^>]*?val\s*=\s*[\"']\s*(\d+)")
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")


def check_office_zip(content: bytes, name: str, *, main_part: str, kind: str) -> bool:
    """Refuse what is not an .xlsx/.docx or would burst; returns whether a sheet holds formulas.

    Declared sizes bound what Python's zipfile inflates, so summing the directory is enough.
    Raises UnreadableFile (wrong type, encrypted, damaged) or HostileFile.
    """
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise UnreadableFile(
                "文件设有打开密码，无法读取", hint="请在 Office 或 WPS 中取消密码后另存", where=name
            )
        raise UnreadableFile(
            f"扩展名是 {kind}，内容却是旧版 Office 格式",
            hint=f"请用 Office 或 WPS 打开后另存为 {kind}",
            where=name,
        )
    if not content.startswith(_ZIP):
        raise UnreadableFile(
            f"内容不是 {kind} 文件", hint=f"请用 Office 或 WPS 打开后另存为 {kind}", where=name
        )
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            _check_sizes(archive, name)
            if main_part not in archive.namelist():
                raise UnreadableFile(
                    f"内容不是 {kind} 文件", hint=f"请用 Office 或 WPS 打开后另存为 {kind}", where=name
                )
            return _scan_parts(archive, name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as fault:
        raise damaged(name) from fault


def damaged(name: str) -> UnreadableFile:
    """The error of a file that broke off or was altered on its way."""
    return UnreadableFile(
        "文件已损坏，无法读取", hint="请向发文部门重新索取，或用 Office、WPS 打开后另存", where=name
    )


def _check_sizes(archive: zipfile.ZipFile, name: str) -> None:
    parts = archive.infolist()
    xml = sum(part.file_size for part in parts if _is_xml(part.filename))
    total = sum(part.file_size for part in parts)
    if xml > _LARGEST_XML or total > _LARGEST_TOTAL or len(parts) > 2000:
        raise HostileFile(
            "文件解压后过大，不像任务分解表", hint="请只保留任务分解表，另存为新文件", where=name
        )


def _scan_parts(archive: zipfile.ZipFile, name: str) -> bool:
    formulas = False
    merged = 0
    for part in archive.infolist():
        if not _is_xml(part.filename):
            continue
        xml = archive.read(part)
        if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml or b"\x00" in xml[:4]:
            raise HostileFile(
                "文件内含不允许的声明，已拒绝读取", hint="请用 Office 或 WPS 打开后另存为新文件", where=name
            )
        merged += sum(_area(*match.groups()) for match in _MERGE.finditer(xml))
        if merged > _MOST_MERGED or any(int(span[-9:]) > _WIDEST_SPAN for span in _SPAN.findall(xml)):
            raise HostileFile(
                "合并单元格的范围过大，已拒绝读取", hint="请取消整行、整列的合并后另存", where=name
            )
        if part.filename.startswith("xl/worksheets/") and not formulas:
            formulas = _FORMULA.search(xml) is not None
    return formulas


def _is_xml(filename: str) -> bool:
    return filename.lower().endswith((".xml", ".rels"))


def _area(left: bytes, top: bytes, right: bytes, bottom: bytes) -> int:
    width = abs(_column(right) - _column(left)) + 1
    height = abs(int(bottom[-9:]) - int(top[-9:])) + 1
    return width * height


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper()[:4]:
        number = number * 26 + letter - 64
    return number
