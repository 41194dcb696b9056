"""Look at a workbook's container before any parser does: which kind it is, and what it carries beside data.

The type is told by content, not by name. Macros, links to other workbooks and embedded files are mentioned, never
opened. What holds for every file from outside is in ``core.untrusted``.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from statecollect.core.errors import UnreadableFile
from statecollect.core.untrusted.archive import RESAVE, Archive, damaged, open_archive
from statecollect.core.untrusted.child_process import in_child
from statecollect.core.untrusted.decoding import utf16_unmarked
from statecollect.core.untrusted.guard import (
    OLE,
    UTF16_MARKS,
    ZIP,
    Limits,
    check_parts,
    check_sizes,
    holds_stream,
    read_content,
    refuse_ciphertext,
)
from statecollect.core.untrusted.password import decrypted
from statecollect.core.untrusted.relations import main_part, root_element

FileKind = Literal["xlsx", "xlsb", "ods", "xls", "csv", "html", "xmlss"]

_BOM = b"\xef\xbb\xbf"
_HTML = re.compile(
    rb"\s*(?:<!--.*?-->\s*)?<(?:!DOCTYPE\s+html|html|head|body|table|meta|style|div)\b", re.I | re.S
)
_MHTML = re.compile(rb"\s*(?:MIME-Version:|From:\s|Content-Type:\s*multipart/related)", re.I)
_ANY_TAG = re.compile(rb"\s*<[a-z!?][^<>]*>", re.I)
_TABLE = re.compile(rb"<table[\s>]|<tr[\s>]", re.I)
_XML = re.compile(rb"\s*<\?(?:xml|mso)", re.I)
_SPREADSHEET_XML = b"urn:schemas-microsoft-com:office:spreadsheet"
_BARE_BIFF = (
    b"\x09\x00\x04\x00",
    b"\x09\x02\x06\x00",
    b"\x09\x04\x06\x00",
    b"\x09\x08\x08\x00",
    b"\x09\x08\x10\x00",
)
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
_TEXT_SUFFIXES = {".csv", ".tsv", ".txt", ".tab", ".xls", ".xlsx", ".et"}
_ENTROPY_FROM, _FEWEST_BYTES = (
    1024,
    200,
)  # a head of that many bytes with so many different ones says nothing in clear
_USUAL_SUFFIXES = {
    "xlsx": {".xlsx", ".xlsm", ".xltx", ".xltm"},
    "xlsb": {".xlsb"},
    "ods": {".ods", ".ots"},
    "xls": {".xls", ".xlt", ".et", ".ett"},
    "csv": {".csv", ".tsv", ".txt", ".tab"},
    "html": {".htm", ".html", ".mht", ".mhtml"},
    "xmlss": {".xml"},
}
_MANIFEST, _TYPES = "meta-inf/manifest.xml", "[content_types].xml"
_KIND_SAYS = {
    "xlsx": ".xlsx 工作簿",
    "xlsb": ".xlsb 工作簿",
    "ods": ".ods 工作簿",
    "xls": "旧版 .xls 工作簿",
    "csv": "文本表格",
    "html": "网页表格",
    "xmlss": "“XML 表格 2003”",
}
_PASSWORD_HINT = "取消打开密码后另存再交，或加 --password 密码"
_DEFAULT_PASSWORD = (
    "VelvetSweatshop"  # Excel's own, for what is to be read but not changed: it opens without asking
)
_DEFAULT_OPENED = "文件用 Excel 的默认密码加了密（只读保护），已打开"


@dataclass(frozen=True, slots=True)
class Container:
    """A file that may be parsed: what it is, its bytes, and what it carries beside data (``notes``, for the user).

    ``locked``: the bytes as they came, where ``content`` had to be decrypted.
    """

    name: str
    kind: FileKind
    content: bytes
    notes: tuple[str, ...] = ()
    archive: Archive | None = None
    locked: bytes = b""

    @property
    def sha256(self) -> str:
        """The digest of the file as it came."""
        return hashlib.sha256(self.locked or self.content).hexdigest()

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
    refuse_ciphertext(content, name)
    if content.startswith(OLE) and _locked(content):
        opened = _with_default_password(content, name, limits)
        inside = _inspect(opened, name, limits)
        return replace(inside, notes=(*inside.notes, _DEFAULT_OPENED), locked=content)
    return _inspect(content, name, limits)


def _inspect(content: bytes, name: str, limits: Limits) -> Container:
    archive: Archive | None = None
    kind: FileKind
    if content.startswith(OLE):
        kind, notes = "xls", _look_into_ole(content, name)
    elif content.startswith(ZIP):
        archive = open_archive(content, name)
        kind, notes = _look_into_zip(archive, len(content), limits)
    elif content.startswith(_BARE_BIFF):
        kind, notes = "xls", ()
    else:
        kind, notes = _look_at_text(content, name), ()
    suffix = Path(name).suffix.lower()
    if suffix not in _USUAL_SUFFIXES[kind]:
        notes = (*notes, f"扩展名是 {suffix or '空的'}，内容是{_KIND_SAYS[kind]}，已按内容读取")
    return Container(name, kind, content, notes, archive)


def _locked(ole: bytes) -> bool:
    """Whether an OLE file is encrypted: an .xlsx inside, or an .xls that says so at its beginning."""
    if holds_stream(ole, "EncryptedPackage"):
        return True
    return not _is_a_document(ole) and _XLS_PASSWORD.search(ole) is not None


def _is_a_document(ole: bytes) -> bool:
    return holds_stream(ole, "WordDocument") or holds_stream(ole, "PowerPoint Document")


def _with_default_password(content: bytes, name: str, limits: Limits) -> bytes:
    """Return the workbook inside. Raises UnreadableFile when its password is somebody's own, or its lock unknown."""
    try:
        opened = in_child(
            decrypted,
            content,
            _DEFAULT_PASSWORD,
            name,
            file=name,
            seconds=limits.seconds,
            memory=limits.memory,
        )
    except UnreadableFile as fault:
        if fault.reason == "encryption":
            raise
        raise UnreadableFile(
            "该文件有密码保护", hint=_PASSWORD_HINT, where=name, reason="password"
        ) from fault
    return content if opened is None else opened


def _look_into_ole(content: bytes, name: str) -> tuple[str, ...]:
    if not (holds_stream(content, "Workbook") or holds_stream(content, "Book")):
        for stream, what in (("WordDocument", "Word 文档"), ("PowerPoint Document", "演示文稿")):
            if holds_stream(content, stream):
                raise UnreadableFile(
                    f"这是{what}，不是工作簿", hint="交 Excel 工作簿", where=name, reason="other-document"
                )
        raise UnreadableFile("不是工作簿，或者已损坏", hint=RESAVE, where=name, reason="no-workbook")
    macros = holds_stream(content, "_VBA_PROJECT_CUR") or holds_stream(content, "_VBA_PROJECT")
    return ("文件带有宏，没有运行",) if macros else ()


def _look_at_text(content: bytes, name: str) -> FileKind:
    for magic, what in _OTHERS.items():
        if content.startswith(magic):
            raise UnreadableFile(
                f"这是{what}，不是工作簿", hint="交 Excel 工作簿", where=name, reason="other-document"
            )
    head = content[:4096].removeprefix(_BOM)
    suffix = Path(name).suffix.lower()
    if content.startswith(UTF16_MARKS):
        head = content[:8192].decode("utf-16", errors="replace").encode()
    if _MHTML.match(head):
        return "html"
    if _XML.match(head) and _SPREADSHEET_XML in head:
        return "xmlss"
    if _HTML.match(head) or (_ANY_TAG.match(head) and _TABLE.search(content.replace(b"\x00", b""))):
        return "html"
    if _XML.match(head):
        raise UnreadableFile("内容是 XML，不是工作簿", hint=RESAVE, where=name, reason="other-document")
    binary = (
        b"\x00" in content and not content.startswith((_BOM, *UTF16_MARKS)) and not utf16_unmarked(content)
    )
    if binary or suffix not in _TEXT_SUFFIXES:
        said = "不是工作簿文件，或者已损坏"
        if len(set(content[:_ENTROPY_FROM])) > _FEWEST_BYTES:
            said += "；也可能被单位的文档加密软件加密了"
        raise UnreadableFile(said, hint=RESAVE, where=name, reason="no-workbook")
    return "csv"


def _look_into_zip(archive: Archive, size: int, limits: Limits) -> tuple[FileKind, tuple[str, ...]]:
    check_sizes(archive, size, limits)
    kind = _zip_kind(archive)
    check_parts(archive)
    return kind, tuple(_remarks(archive))


def _zip_kind(archive: Archive) -> FileKind:
    parts = archive.parts
    main = main_part(archive)
    if main.endswith(".bin"):
        return "xlsb"
    element = root_element(archive, main) if main else ""
    if element == "workbook" or (not element and main.startswith("xl/")):
        return "xlsx"
    if "content.xml" in parts and _is_open_document(archive):
        if b"manifest:encryption-data" in (archive.read(_MANIFEST) if _MANIFEST in parts else b""):
            raise UnreadableFile(
                "该文件有密码保护", hint=_PASSWORD_HINT, where=archive.file, reason="password"
            )
        return "ods"
    for part, folder, what in (("document", "word/", "Word 文档"), ("presentation", "ppt/", "演示文稿")):
        if element == part or main.startswith(folder):
            raise UnreadableFile(
                f"这是{what}，不是工作簿", hint="交 Excel 工作簿", where=archive.file, reason="other-document"
            )
    if _TYPES in parts:
        raise damaged(archive.file)
    raise UnreadableFile(
        "是压缩包，不是工作簿", hint="解压后交里面的工作簿", where=archive.file, reason="zip"
    )


def _is_open_document(archive: Archive) -> bool:
    """Whether it is a spreadsheet by its mimetype, or, some programs leave that out, by its content."""
    if "mimetype" in archive.parts:
        return b"spreadsheet" in archive.read("mimetype")
    return b"office:spreadsheet" in archive.read("content.xml")


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
