"""A zip that somebody sends instead of workbooks: its files, each guarded like a file of a folder.

One file that cannot be taken out (a password, a path that leads elsewhere) costs that file; a zip that would burst is
refused as a whole.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import stat
import struct
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from statecollect.core.errors import HostileFile, UnreadableFile
from statecollect.core.untrusted.archive import Archive, Part, damaged, part_of
from statecollect.core.untrusted.guard import Limits, check_sizes

_UTF8_NAME = 0x800
_UNICODE_PATH = 0x7075  # extra field in which some programs keep the name in UTF-8
_LONGEST_NAME = 80  # characters of a member's name on disk: at most 240 bytes, suffix included
_FORBIDDEN = set('\\/:*?"<>|')


@dataclass(frozen=True, slots=True)
class ParcelFile:
    """One file of the zip: its path inside, why it cannot be taken out (if so), and when it was last changed."""

    name: str
    refusal: str = ""
    key: str = ""
    changed: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Parcel:
    """An opened zip."""

    archive: Archive
    members: tuple[ParcelFile, ...]

    def take_out(self, member: ParcelFile, folder: Path) -> Path:
        """Write a member into ``folder``, readable by its owner only. Raises HostileFile, UnreadableFile."""
        target = folder / _on_disk(member.name.rpartition("/")[2])
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(handle, "wb") as stream:
            for piece in self.archive.as_it_is(member.key):
                stream.write(piece)
        if member.changed is not None:
            os.utime(target, (member.changed.timestamp(),) * 2)
        return target


def open_parcel(content: bytes, file: str, limits: Limits) -> Parcel:
    """Read the directory of a zip. Raises UnreadableFile when it is damaged, HostileFile when it would burst."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            infos = [info for info in opened.infolist() if not info.is_dir()]
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error) as fault:
        raise damaged(file) from fault
    if len(infos) > limits.entries:
        raise HostileFile("压缩包里的文件太多，已拒绝打开", hint="分几次收", where=file)
    view = memoryview(content)
    parts: dict[str, Part] = {}
    members = []
    for position, info in enumerate(infos):
        name, key = name_of(info), str(position)
        refusal = _refusal(name, info)
        if not refusal:
            try:
                parts[key] = part_of(info, view, file)
            except UnreadableFile as fault:
                refusal = f"{fault.message}；{fault.hint}"
        members.append(ParcelFile(_shown(name), refusal, key, _changed(info)))
    archive = Archive(file, parts)
    check_sizes(archive, len(content), limits)
    return Parcel(archive, tuple(members))


def name_of(info: zipfile.ZipInfo) -> str:
    """Return a member's name as its sender saw it.

    Chinese Windows writes names in its own encoding without saying so; Python then takes them for cp437.
    """
    if info.flag_bits & _UTF8_NAME:
        return info.orig_filename
    try:
        raw = info.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return info.orig_filename
    told = _unicode_path(info.extra, raw)
    if told is not None:
        return told
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.orig_filename


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        data, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == _UNICODE_PATH and len(data) > 5 and data[1:5] == struct.pack("<I", zlib.crc32(raw)):
            return data[5:].decode("utf-8", errors="replace")
    return None


def _refusal(name: str, info: zipfile.ZipInfo) -> str:
    steps = name.replace("\\", "/").split("/")
    if steps[0] == "" or ".." in steps or ":" in steps[0] or "\x00" in name:
        return "压缩包内的路径异常，没有打开；解压后再收这一份"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "压缩包内是指向别处的链接，没有打开；解压后再收这一份"
    return ""


def _shown(name: str) -> str:
    """Return the name with forward slashes and without characters that would disturb a line of text."""
    plain = "".join("_" if unicodedata.category(char) in {"Cc", "Cf"} else char for char in name)
    return plain.replace("\\", "/")


def _on_disk(name: str) -> str:
    safe = Path("".join("_" if char in _FORBIDDEN else char for char in name))
    suffix = safe.suffix[:12]
    return (safe.stem[: _LONGEST_NAME - len(suffix)] or "_") + suffix


def _changed(info: zipfile.ZipInfo) -> dt.datetime | None:
    try:
        return dt.datetime(*info.date_time).astimezone()
    except (ValueError, OverflowError, OSError):
        return None
