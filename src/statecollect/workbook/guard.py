"""Look at a file's container before any parser does: is it what it claims, and small enough to open.

The type is told by content, not by name. Sizes are what the zip directory declares, which bounds what is inflated;
everything refused ends in one line.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from statecollect.errors import HostileFile, UnreadableFile

FileKind = Literal["xlsx", "xlsb", "ods", "xls", "csv"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP = re.compile(rb"^\s*(?:<!DOCTYPE\s+html|<html|<\?xml)", re.IGNORECASE)
_RESAVE = "用 Excel 或 WPS 打开后另存为 .xlsx 再交"
_LOCK_PREFIX = "~$"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a workbook may cost. Sizes in bytes; ``cells`` bounds the rectangle around all filled cells."""

    file: int = 100 * 2**20
    entries: int = 5_000
    expanded: int = 600 * 2**20
    ratio: int = 200
    ratio_from: int = 50 * 2**20
    cells: int = 40_000_000


@dataclass(frozen=True, slots=True)
class Container:
    """What the file is, and what it carries beside data (macros, links): said, not read."""

    kind: FileKind
    notes: tuple[str, ...] = ()


def inspect(path: Path, limits: Limits) -> Container:
    """Tell what a file is. Raises UnreadableFile or HostileFile with one line."""
    name = path.name
    if name.startswith(_LOCK_PREFIX):
        raise HostileFile(
            "这是 Office 打开文件时的临时锁文件，不是工作簿", hint="交名称不带 ~$ 的那份", where=name
        )
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            head = stream.read(4096)
    except IsADirectoryError:
        raise UnreadableFile("这是文件夹，不是工作簿", where=name) from None
    except FileNotFoundError:
        raise UnreadableFile("文件不存在", hint="核对文件名和所在文件夹", where=name) from None
    if size == 0:
        raise UnreadableFile("文件是空的", hint="重新发送一次", where=name)
    if size > limits.file:
        raise HostileFile(f"文件有 {size // 2**20} MB，超过上限", hint="删去图片等无关内容后另存", where=name)
    if head.startswith(_OLE):
        return _ole(path, name)
    if head.startswith(b"PK"):
        return _zip(path, name, size, limits)
    if _MARKUP.match(head):
        raise UnreadableFile("内容是网页，不是工作簿", hint=_RESAVE, where=name)
    if path.suffix.lower() in {".csv", ".tsv", ".txt"}:
        return Container("csv")
    raise UnreadableFile("不是工作簿文件", hint=_RESAVE, where=name)


def _ole(path: Path, name: str) -> Container:
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise UnreadableFile("该文件有密码保护", hint="取消打开密码后另存再交", where=name)
    if "WordDocument".encode("utf-16-le") in content:
        raise UnreadableFile("这是 Word 文档，不是工作簿", hint=_RESAVE, where=name)
    return Container("xls")


def _zip(path: Path, name: str, size: int, limits: Limits) -> Container:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            _check_sizes(parts, name, size, limits)
            names = {part.filename for part in parts}
            kind = _kind(archive, names, name)
            _check_markup(archive, parts, name)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        OSError,
    ) as fault:
        raise UnreadableFile(
            "文件已损坏，打不开", hint="重新发送一次，或用 Excel、WPS 打开后另存", where=name
        ) from fault
    notes = []
    if any(part.endswith("vbaProject.bin") for part in names):
        notes.append("文件带有宏，没有运行")
    if any(part.startswith("xl/externalLinks/") for part in names):
        notes.append("文件链接到别的工作簿，只取已保存的数值")
    return Container(kind, tuple(notes))


def _check_sizes(parts: list[zipfile.ZipInfo], name: str, size: int, limits: Limits) -> None:
    expanded = sum(part.file_size for part in parts)
    if len(parts) > limits.entries or expanded > limits.expanded:
        raise HostileFile("解压后过大，已拒绝打开", hint="删去无关内容后另存为新文件", where=name)
    if expanded > limits.ratio_from and expanded > size * limits.ratio:
        raise HostileFile("压缩比异常，像是压缩炸弹，已拒绝打开", hint="复制数据到新模板中再交", where=name)
    names = [part.filename for part in parts]
    if len(set(names)) < len(names):
        raise HostileFile("压缩包内有重名文件，已拒绝打开", hint=_RESAVE, where=name)
    for part in parts:
        pure = PurePosixPath(part.filename.replace("\\", "/"))
        if pure.is_absolute() or ".." in pure.parts:
            raise HostileFile("压缩包内的路径异常，已拒绝打开", hint=_RESAVE, where=name)


def _kind(archive: zipfile.ZipFile, names: set[str], name: str) -> FileKind:
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "content.xml" in names and "mimetype" in names and b"spreadsheet" in archive.read("mimetype"):
        return "ods"
    if "word/document.xml" in names:
        raise UnreadableFile("这是 Word 文档，不是工作簿", hint=_RESAVE, where=name)
    raise UnreadableFile("是压缩包，不是工作簿", hint="解压后交里面的工作簿", where=name)


def _check_markup(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo], name: str) -> None:
    """Refuse document types and entities; reading every part also compares its checksum."""
    for part in parts:
        with archive.open(part) as stream:
            head = stream.read(65_536)
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                raise HostileFile("文件内含不允许的声明，已拒绝打开", hint=_RESAVE, where=name)
            if head.startswith(b"PK\x03\x04") and not part.filename.startswith(
                ("xl/embeddings/", "Thumbnails/")
            ):
                raise HostileFile("压缩包里还有压缩包，已拒绝打开", hint=_RESAVE, where=name)
            while stream.read(1 << 20):
                pass
