"""Everything that was given, file by file: what may be a workbook, what is refused unread, what is passed over and why.

The content decides, not the name: a browser's ``.download``, a workbook without suffix and one inside a zip are workbooks.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from statecollect.core.errors import StatecollectError
from statecollect.core.untrusted.guard import OLE, UTF16_MARKS, ZIP, Limits, holds_stream, read_content
from statecollect.core.untrusted.parcel import Parcel, ParcelFile, open_parcel
from statecollect.core.untrusted.scratch import scratch
from statecollect.intake.result import FileResult

_TABULAR = {".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb", ".xls", ".xlt", ".et", ".ett", ".ods", ".ots"}
_TEXT_TABLES = {".csv", ".tsv"}
_SYSTEM = {".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini", ".directory", ".localized", "icon\r"}
_LOCKS = ("~$", ".~")
_APPLE_DOUBLE = (b"\x00\x05\x16\x07", b"\x00\x05\x16\x00")
_MAC_FOLDER = "__MACOSX"
_PACKED = {
    b"Rar!": "rar",
    b"7z\xbc\xaf": "7z",
    b"\x1f\x8b": "gz",
    b"BZh": "bz2",
    b"\xfd7zXZ": "xz",
}
_OTHERS = {
    b"%PDF": "PDF 文件",
    b"\x89PNG": "图片",
    b"\xff\xd8\xff": "图片",
    b"GIF8": "图片",
    b"BM": "图片",
    b"II*\x00": "图片",
    b"MM\x00*": "图片",
}
_HEAD = 4096
_NO_WORKBOOK = "不是工作簿"

ArrivalKind = Literal["workbook", "archive", "refused", "passed_over"]


@dataclass(frozen=True, slots=True)
class Arrival:
    """One file: where it can be read, the name it is told by, and its place within what was given.

    ``outcome`` is set where nobody needs to read it. ``trouble``: it could not be looked into at all.
    """

    path: Path
    name: str
    place: str
    outcome: Literal["", "refused", "passed_over"] = ""
    reason: str = ""
    system: bool = False
    trouble: bool = False

    def result(self) -> FileResult:
        """Return what is told of a file that nobody needs to read."""
        return FileResult(
            self.name,
            self.outcome or "refused",
            reason=self.reason,
            place=self.place,
            system=self.system,
            unusable=self.trouble,
        )


def arrivals(
    paths: Iterable[Path], own: Path | None, opened: ExitStack, limits: Limits | None = None
) -> Iterator[Arrival]:
    """Go through the files given, and everything in the folders given; what zips hold lies open until ``opened`` ends.

    ``own``: the campaign's own store, which is no inbox.
    """
    limits = limits or Limits()
    for path in paths:
        if path.is_dir():
            for one in _walk(path, own):
                yield from _looked_at(one, opened, limits)
        else:
            whole = Arrival(path, _readable(path.name), _readable(path.name))
            if path.is_file() and _kind_of_zip(path) == "archive":
                yield from _unpacked(whole, opened, limits)
            else:
                yield whole


def _walk(top: Path, own: Path | None) -> Iterator[Arrival]:
    """Go through a folder in the order of names; links to folders are not followed, they may lead back."""
    open_folders = [top]
    while open_folders:
        folder = open_folders.pop()
        try:
            inside = sorted(folder.iterdir())
        except OSError as fault:
            said = f"文件夹打不开（{fault.strerror or fault}）；检查权限"
            yield Arrival(folder, _readable(folder.name), _place(folder, top), "refused", said, trouble=True)
            continue
        below = []
        for path in inside:
            found = Arrival(path, _readable(path.name), _place(path, top))
            try:
                if not path.is_dir():
                    yield (
                        found
                        if path.is_file()
                        else replace(found, outcome="passed_over", reason="不是普通文件")
                    )
                elif path.is_symlink():
                    yield replace(found, outcome="passed_over", reason="是指向别的文件夹的链接，没有进去")
                elif own is not None and path.samefile(own):
                    yield replace(found, outcome="passed_over", reason="是采集文件夹自己的数据", system=True)
                else:
                    below.append(path)
            except OSError as fault:
                said = f"看不到（{fault.strerror or fault}）；检查权限"
                yield replace(found, outcome="refused", reason=said, trouble=True)
        open_folders += reversed(below)


def _place(path: Path, top: Path) -> str:
    return _readable(path.name if path == top else path.relative_to(top).as_posix())


def _readable(name: str) -> str:
    """Return a file name as text: unpacked by other programs, names from Chinese Windows are no UTF-8."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return os.fsencode(name).decode("gb18030", errors="replace")
    return name


def _looked_at(found: Arrival, opened: ExitStack, limits: Limits) -> Iterator[Arrival]:
    """Decide by its content what a file of a folder is."""
    if found.outcome:
        yield found
        return
    try:
        kind, reason, system = _judge(found.path, found.place, limits)
    except OSError as fault:
        said = f"打不开（{fault.strerror or fault}），可能正在 Excel 或 WPS 中使用；关闭它再试"
        yield replace(found, outcome="refused", reason=said, trouble=True)
        return
    if kind == "workbook":
        yield found
    elif kind == "archive":
        yield from _unpacked(found, opened, limits)
    else:
        yield replace(found, outcome=kind, reason=reason, system=system)


def _unpacked(found: Arrival, opened: ExitStack, limits: Limits) -> Iterator[Arrival]:
    """Give the files of a zip like those of a folder, then the zip itself, which is none of them."""
    try:
        parcel = open_parcel(read_content(found.path, limits, "压缩包"), found.name, limits)
    except StatecollectError as error:
        yield replace(found, outcome="refused", reason=f"{error.message}；{error.hint}", trouble=True)
        return
    folder = opened.enter_context(scratch())
    for position, member in enumerate(parcel.members):
        yield _taken_out(found, parcel, member, folder / str(position), limits)
    said = f"是压缩包，里面的 {len(parcel.members)} 个文件已逐个列出" if parcel.members else "是空的压缩包"
    yield replace(found, outcome="passed_over", reason=said, system=bool(parcel.members))


def _taken_out(found: Arrival, parcel: Parcel, member: ParcelFile, folder: Path, limits: Limits) -> Arrival:
    inside = Arrival(found.path, f"{found.name}/{member.name}", f"{found.place}/{member.name}")
    if member.refusal:
        return replace(inside, outcome="refused", reason=member.refusal)
    try:
        folder.mkdir(mode=0o700)
        path = parcel.take_out(member, folder)
        kind, reason, system = _judge(path, member.name, limits)
    except StatecollectError as error:
        return replace(inside, outcome="refused", reason=f"{error.message}；{error.hint}", trouble=True)
    except OSError as fault:
        said = f"解压不出来（{fault.strerror or fault}）；解压后再收这一份"
        return replace(inside, outcome="refused", reason=said, trouble=True)
    if kind == "workbook":
        return replace(inside, path=path)
    path.unlink()
    if kind == "archive":
        return replace(inside, outcome="refused", reason="压缩包里还有压缩包；解压后再收里面的文件")
    return replace(inside, outcome=kind, reason=reason, system=system)


def _judge(path: Path, place: str, limits: Limits) -> tuple[ArrivalKind, str, bool]:
    """Return what a file is, what is said of it, and whether a system or an office program left it there."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    steps = place.split("/")
    suffix = Path(steps[-1]).suffix.lower()
    if not head.startswith((*ZIP, OLE)):
        if steps[-1].startswith(_LOCKS):
            return "passed_over", "是打开工作簿时产生的临时文件", True
        if head.startswith(_APPLE_DOUBLE) or _MAC_FOLDER in steps[:-1]:
            return "passed_over", "是苹果电脑的附属文件", True
    if steps[-1].lower() in _SYSTEM and not _may_be_workbook(path, head, limits):
        return "passed_over", "是系统文件", True
    if head.startswith(ZIP):
        return _of_zip(path, suffix)
    if suffix in _TABULAR | _TEXT_TABLES:
        return "workbook", "", False  # the reader says what is wrong with it
    if not head:
        return "passed_over", "是空文件", False
    if head.startswith(OLE):
        return _of_ole(path, limits)
    return _of_other(head, suffix)


def _of_zip(path: Path, suffix: str) -> tuple[ArrivalKind, str, bool]:
    kind = _kind_of_zip(path)
    if kind in {"archive", "workbook"} or suffix in _TABULAR:
        return ("archive" if kind == "archive" else "workbook"), "", False
    return "passed_over", f"是 {kind}，{_NO_WORKBOOK}", False


def _kind_of_zip(path: Path) -> str:
    """Return "archive", "workbook" (a broken one, too), or what else a zip is; for any other file "workbook"."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.lower().replace("\\", "/") for name in archive.namelist()}
            first = b""
            if "mimetype" in archive.namelist():
                with archive.open("mimetype") as part:
                    first = part.read(100)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError, EOFError):
        return "workbook"
    if {"xl/workbook.xml", "xl/workbook.bin"} & names or b"spreadsheet" in first:
        return "workbook"
    if "word/document.xml" in names or b"opendocument.text" in first:
        return "Word 文档"
    if "ppt/presentation.xml" in names or b"opendocument" in first:
        return "演示文稿"
    return "workbook" if "[content_types].xml" in names else "archive"


def _of_ole(path: Path, limits: Limits) -> tuple[ArrivalKind, str, bool]:
    try:
        content = read_content(path, limits, "文件")
    except StatecollectError as error:
        return "refused", f"{error.message}；{error.hint}", False
    if any(holds_stream(content, name) for name in ("Workbook", "Book", "EncryptedPackage")):
        return "workbook", "", False
    if holds_stream(content, "__substg1.0_"):
        return "refused", "是邮件；把附件另存出来再收", False
    for stream, what in (("WordDocument", "Word 文档"), ("PowerPoint Document", "演示文稿")):
        if holds_stream(content, stream):
            return "passed_over", f"是 {what}，{_NO_WORKBOOK}", False
    return "passed_over", _NO_WORKBOOK, False


def _may_be_workbook(path: Path, head: bytes, limits: Limits) -> bool:
    if head.startswith(ZIP):
        return True
    return head.startswith(OLE) and _of_ole(path, limits)[0] == "workbook"


def _of_other(head: bytes, suffix: str) -> tuple[ArrivalKind, str, bool]:
    for magic, what in _PACKED.items():
        if head.startswith(magic):
            return "refused", f"是 {what} 压缩包，程序打不开；解压后再收里面的文件", False
    for magic, what in _OTHERS.items():
        if head.startswith(magic):
            return "passed_over", f"是 {what}，{_NO_WORKBOOK}", False
    if suffix == ".txt" and _looks_like_table(head):
        return "workbook", "", False
    return "passed_over", _NO_WORKBOOK, False


def _looks_like_table(head: bytes) -> bool:
    """Whether a text begins with a line of several columns; a note to the reader does not."""
    wide = head.startswith(UTF16_MARKS)
    text = head.decode("utf-16" if wide else "utf-8", errors="replace")
    first = next((line for line in text.splitlines() if line.strip()), "")
    return "\t" in first or first.count(",") > 1
