"""Look at a file's container before any parser does: is it what it claims, and small enough to open.

The type is told by content, not by name. The file is read once; what was looked at here is what is parsed later.
Everything refused ends in one line. Macros, links to other workbooks and embedded files are mentioned, never opened.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from statecollect.errors import HostileFile, UnreadableFile
from statecollect.workbook.archive import RESAVE, Archive, damaged, open_archive

FileKind = Literal["xlsx", "xlsb", "ods", "xls", "csv"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_BOM = b"\xef\xbb\xbf"
_TEXT_BOMS = (_BOM, b"\xff\xfe", b"\xfe\xff")
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
_ARCHIVES = (b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
_LOCK_PREFIXES = ("~$", ".~")  # Office, WPS and LibreOffice while a workbook is open
_TEXT_SUFFIXES = {".csv", ".tsv", ".txt", ".xls", ".xlsx", ".et"}
_USUAL_SUFFIXES = {
    "xlsx": {".xlsx", ".xlsm", ".xltx", ".xltm"},
    "xlsb": {".xlsb"},
    "ods": {".ods", ".ots"},
    "xls": {".xls", ".xlt", ".et", ".ett"},
    "csv": {".csv", ".tsv", ".txt"},
}
_KIND_SAYS = {
    "xlsx": ".xlsx 工作簿",
    "xlsb": ".xlsb 工作簿",
    "ods": ".ods 工作簿",
    "xls": "旧版 .xls 工作簿",
    "csv": "文本表格",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a workbook may cost. Sizes in bytes.

    ``expanded``, ``ratio``: of the zip, the ratio only from ``ratio_from`` on (small files of blank cells compress
    well). ``cells`` bounds the rectangle around the filled cells of a sheet, ``text`` the characters of all cells
    together. ``memory`` and ``seconds`` are the ceiling of the child process that reads what is large or unusual.
    """

    file: int = 100 * 2**20
    entries: int = 5_000
    expanded: int = 400 * 2**20
    ratio: int = 200
    ratio_from: int = 20 * 2**20
    cells: int = 20_000_000
    text: int = 300 * 2**20
    memory: int = 3 * 2**30
    seconds: float = 120


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
        return sum(part.size for part in self.archive.parts.values())


def inspect(path: Path, limits: Limits = Limits()) -> Container:  # immutable
    """Read a file and tell what it is. Raises UnreadableFile or HostileFile with one line."""
    name = path.name
    if name.startswith(_LOCK_PREFIXES):
        hint = f"交名称不带 {name[:2]} 的那份"
        raise HostileFile("这是打开工作簿时产生的临时文件，不是工作簿", hint=hint, where=name)
    return inspect_bytes(_content(path, limits), name, limits)


def inspect_bytes(content: bytes, name: str, limits: Limits) -> Container:
    """Tell what the content is; ``name`` is what the user calls the file."""
    if content.startswith(_OLE):
        kind, archive, notes = "xls", None, _look_into_ole(content, name)
    elif content.startswith(_ZIP):
        archive = open_archive(content, name)
        kind, notes = _look_into_zip(archive, len(content), limits)
    else:
        kind, archive, notes = _look_at_text(content, name), None, ()
    suffix = Path(name).suffix.lower()
    if suffix not in _USUAL_SUFFIXES[kind]:
        notes = (*notes, f"扩展名是 {suffix or '空的'}，内容是{_KIND_SAYS[kind]}，已按内容读取")
    return Container(name, kind, content, notes, archive)  # type: ignore[arg-type]


def _content(path: Path, limits: Limits) -> bytes:
    name = path.name
    try:
        if not path.exists():
            raise UnreadableFile("文件不存在", hint="核对文件名和所在文件夹", where=name)
        if not path.is_file():
            raise UnreadableFile("这不是文件，读不了", hint="指定文件夹里的工作簿", where=name)
        size = path.stat().st_size
        if size > limits.file:
            hint = "删去图片等无关内容后另存"
            raise HostileFile(
                f"文件有 {size // 2**20} MB，超过 {limits.file // 2**20} MB", hint=hint, where=name
            )
        content = path.read_bytes()
    except PermissionError as fault:
        raise UnreadableFile(
            "文件打不开，可能正在 Excel 或 WPS 中使用", hint="关闭它再试", where=name
        ) from fault
    except OSError as fault:
        raise UnreadableFile("文件读不出来", hint="复制到本机磁盘后再试", where=name) from fault
    if not content:
        raise UnreadableFile("文件是空的", hint="重新发送一次", where=name)
    return content


def _look_into_ole(content: bytes, name: str) -> tuple[str, ...]:
    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in content

    if holds("EncryptedPackage") or _XLS_PASSWORD.search(content):
        raise UnreadableFile("该文件有密码保护", hint="取消打开密码后另存再交", where=name)
    for stream, what in (("WordDocument", "Word 文档"), ("PowerPoint Document", "演示文稿")):
        if holds(stream):
            raise UnreadableFile(f"这是{what}，不是工作簿", hint="交 Excel 工作簿", where=name)
    if not (holds("Workbook") or holds("Book")):
        raise UnreadableFile("不是工作簿，或者已损坏", hint=RESAVE, where=name)
    return ("文件带有宏，没有运行",) if holds("_VBA_PROJECT") else ()


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
    binary = b"\x00" in content and not content.startswith(_TEXT_BOMS)
    if binary or suffix not in _TEXT_SUFFIXES:
        raise UnreadableFile("不是工作簿文件，或者已损坏", hint=RESAVE, where=name)
    return "csv"


def _look_into_zip(archive: Archive, size: int, limits: Limits) -> tuple[str, tuple[str, ...]]:
    _check_sizes(archive, size, limits)
    kind = _zip_kind(archive)
    for name in archive.parts:
        _check_part(archive, name)
    return kind, tuple(_remarks(archive))


def _check_sizes(archive: Archive, size: int, limits: Limits) -> None:
    parts, file = archive.parts.values(), archive.file
    expanded = sum(part.size for part in parts)
    if len(parts) > limits.entries or expanded > limits.expanded:
        raise HostileFile("解压后过大，已拒绝打开", hint="删去无关内容后另存为新文件", where=file)
    if expanded > limits.ratio_from and expanded > size * limits.ratio:
        raise HostileFile(
            "压缩比异常，像是压缩炸弹，已拒绝打开", hint="把数据复制到新的模板中再交", where=file
        )
    if sum(len(part.packed) for part in parts) > size:
        raise HostileFile("压缩包内的文件互相重叠，已拒绝打开", hint=RESAVE, where=file)


def _zip_kind(archive: Archive) -> str:
    parts = archive.parts
    if "xl/workbook.xml" in parts:
        return "xlsx"
    if "xl/workbook.bin" in parts:
        return "xlsb"
    if "content.xml" in parts and "mimetype" in parts and b"spreadsheet" in archive.read("mimetype"):
        if b"manifest:encryption-data" in (archive.read(_MANIFEST) if _MANIFEST in parts else b""):
            raise UnreadableFile("该文件有密码保护", hint="取消打开密码后另存再交", where=archive.file)
        return "ods"
    for part, what in (("word/document.xml", "Word 文档"), ("ppt/presentation.xml", "演示文稿")):
        if part in parts:
            raise UnreadableFile(f"这是{what}，不是工作簿", hint="交 Excel 工作簿", where=archive.file)
    if "[content_types].xml" in parts:
        raise damaged(archive.file)
    raise UnreadableFile("是压缩包，不是工作簿", hint="解压后交里面的工作簿", where=archive.file)


_MANIFEST = "meta-inf/manifest.xml"
_MAY_EMBED = ("xl/embeddings/", "xl/media/", "thumbnails/", "object ")


def _check_part(archive: Archive, name: str) -> None:
    """Inflate the part once, which checks size and checksum, and refuse what parsers could be tricked with."""
    before = b""
    for number, piece in enumerate(archive.pieces(name)):
        if number == 0 and piece.startswith(_ARCHIVES) and not name.startswith(_MAY_EMBED):
            raise HostileFile("压缩包里还有压缩包，已拒绝打开", hint=RESAVE, where=archive.file)
        if not name.endswith((".xml", ".rels", ".vml")):
            continue
        if number == 0 and (piece.startswith(_TEXT_BOMS[1:]) or b"\x00" in piece[:8]):
            raise UnreadableFile("用了不常见的文字编码，打不开", hint=RESAVE, where=archive.file)
        joined = before[-16:] + piece
        if b"<!DOCTYPE" in joined or b"<!ENTITY" in joined:
            raise HostileFile("文件内含不允许的声明，已拒绝打开", hint=RESAVE, where=archive.file)
        before = piece


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
