"""Look at a workbook's container before any parser does: which kind it is, and what it carries beside data.

The type is told by content, not by name. Macros, links to other workbooks and embedded files are mentioned, never
opened. What holds for every file from outside is in ``incoming``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from statecollect.errors import UnreadableFile
from statecollect.incoming.archive import RESAVE, Archive, damaged, open_archive
from statecollect.incoming.guard import (
    OLE,
    UTF16_MARKS,
    ZIP,
    Limits,
    check_parts,
    check_sizes,
    holds_stream,
    read_content,
)

FileKind = Literal["xlsx", "xlsb", "ods", "xls", "csv"]

_BOM = b"\xef\xbb\xbf"
_HTML = re.compile(
    rb"\s*(?:<!--.*?-->\s*)?<(?:!DOCTYPE\s+html|html|head|body|table|meta|style|div)\b", re.I | re.S
)
_XML = re.compile(rb"\s*<\?(?:xml|mso)", re.I)
_XLS_PASSWORD = re.compile(rb"\x09\x08\x10\x00\x00\x06\x05\x00.{12}(?:\x86\x00\x00\x00)?\x2f\x00", re.S)
_OTHERS = {
    b"%PDF": "PDF 文件",
    b"Rar!": "压缩包",
    b"7z\xbc\xaf": "压缩包",
    b"\x1f\x8b": "压缩包",
    b"\x89PNG": "图片",
    b"\xff\xd8\xff": "图片",
    b"GIF8": "图片",
}
_TEXT_SUFFIXES = {".csv", ".tsv", ".txt", ".xls", ".xlsx", ".et"}
_USUAL_SUFFIXES = {
    "xlsx": {".xlsx", ".xlsm", ".xltx", ".xltm"},
    "xlsb": {".xlsb"},
    "ods": {".ods", ".ots"},
    "xls": {".xls", ".xlt", ".et", ".ett"},
    "csv": {".csv", ".tsv", ".txt"},
}
_MANIFEST = "meta-inf/manifest.xml"
_KIND_SAYS = {
    "xlsx": ".xlsx 工作簿",
    "xlsb": ".xlsb 工作簿",
    "ods": ".ods 工作簿",
    "xls": "旧版 .xls 工作簿",
    "csv": "文本表格",
}


@dataclass(frozen=True, slots=True)
class Container:
    """A file that may be parsed: what it is, its bytes, and what it carries beside data (``notes``, for the user)."""

    name: str
    kind: FileKind
    content: bytes
    notes: tuple[str, ...] = ()
    archive: Archive | None = None

    @property
    def expanded(self) -> int:
        """How many bytes there are to parse."""
        if self.archive is None:
            return len(self.content)
        return self.archive.expanded


def inspect(path: Path, limits: Limits = Limits()) -> Container:  # noqa: B008  # immutable
    """Read a file and tell what it is. Raises UnreadableFile or HostileFile with one line."""
    return inspect_bytes(read_content(path, limits, "工作簿"), path.name, limits)


def inspect_bytes(content: bytes, name: str, limits: Limits) -> Container:
    """Tell what the content is; ``name`` is what the user calls the file."""
    if content.startswith(OLE):
        kind, archive, notes = "xls", None, _look_into_ole(content, name)
    elif content.startswith(ZIP):
        archive = open_archive(content, name)
        kind, notes = _look_into_zip(archive, len(content), limits)
    else:
        kind, archive, notes = _look_at_text(content, name), None, ()
    suffix = Path(name).suffix.lower()
    if suffix not in _USUAL_SUFFIXES[kind]:
        notes = (*notes, f"扩展名是 {suffix or '空的'}，内容是{_KIND_SAYS[kind]}，已按内容读取")
    return Container(name, kind, content, notes, archive)  # type: ignore[arg-type]


def _look_into_ole(content: bytes, name: str) -> tuple[str, ...]:
    if holds_stream(content, "EncryptedPackage") or _XLS_PASSWORD.search(content):
        raise UnreadableFile(
            "该文件有密码保护", hint="取消打开密码后另存再交，或加 --password 密码", where=name
        )
    for stream, what in (("WordDocument", "Word 文档"), ("PowerPoint Document", "演示文稿")):
        if holds_stream(content, stream):
            raise UnreadableFile(f"这是{what}，不是工作簿", hint="交 Excel 工作簿", where=name)
    if not (holds_stream(content, "Workbook") or holds_stream(content, "Book")):
        raise UnreadableFile("不是工作簿，或者已损坏", hint=RESAVE, where=name)
    return ("文件带有宏，没有运行",) if holds_stream(content, "_VBA_PROJECT") else ()


def _look_at_text(content: bytes, name: str) -> str:
    for magic, what in _OTHERS.items():
        if content.startswith(magic):
            raise UnreadableFile(f"这是{what}，不是工作簿", hint="交 Excel 工作簿", where=name)
    head = content[:4096].removeprefix(_BOM)
    suffix = Path(name).suffix.lower()
    if _HTML.match(head):
        said = f"，扩展名却是 {suffix}" if suffix in {".xls", ".xlsx", ".csv"} else ""
        raise UnreadableFile(f"内容是网页{said}", hint=RESAVE, where=name)
    if _XML.match(head):
        raise UnreadableFile("内容是“XML 表格”，不是工作簿", hint=RESAVE, where=name)
    binary = b"\x00" in content and not content.startswith((_BOM, *UTF16_MARKS))
    if binary or suffix not in _TEXT_SUFFIXES:
        raise UnreadableFile("不是工作簿文件，或者已损坏", hint=RESAVE, where=name)
    return "csv"


def _look_into_zip(archive: Archive, size: int, limits: Limits) -> tuple[str, tuple[str, ...]]:
    check_sizes(archive, size, limits)
    kind = _zip_kind(archive)
    check_parts(archive)
    return kind, tuple(_remarks(archive))


def _zip_kind(archive: Archive) -> str:
    parts = archive.parts
    if "xl/workbook.xml" in parts:
        return "xlsx"
    if "xl/workbook.bin" in parts:
        return "xlsb"
    if "content.xml" in parts and "mimetype" in parts and b"spreadsheet" in archive.read("mimetype"):
        if b"manifest:encryption-data" in (archive.read(_MANIFEST) if _MANIFEST in parts else b""):
            raise UnreadableFile(
                "该文件有密码保护", hint="取消打开密码后另存再交，或加 --password 密码", where=archive.file
            )
        return "ods"
    for part, what in (("word/document.xml", "Word 文档"), ("ppt/presentation.xml", "演示文稿")):
        if part in parts:
            raise UnreadableFile(f"这是{what}，不是工作簿", hint="交 Excel 工作簿", where=archive.file)
    if "[content_types].xml" in parts:
        raise damaged(archive.file)
    raise UnreadableFile("是压缩包，不是工作簿", hint="解压后交里面的工作簿", where=archive.file)


def _remarks(archive: Archive) -> list[str]:
    names = list(archive.parts)
    external = [name for name in names if name.startswith("xl/externallinks/") and name.endswith(".xml")]
    has = {
        "文件带有宏，没有运行": any(
            name.endswith("vbaproject.bin") or name.startswith(("xl/macrosheets/", "basic/"))
            for name in names
        ),
        "文件带有与其他程序的动态链接（DDE），没有执行": any(
            b"ddeLink" in archive.read(name) for name in external
        ),
        "文件链接到别的工作簿，只取已保存的数值": bool(external),
        "文件带有数据连接，没有更新": "xl/connections.xml" in archive.parts,
        "文件内嵌有别的文件，没有打开": any(name.startswith("xl/embeddings/") for name in names),
    }
    return [text for text, true in has.items() if true]
