"""The parts of a zipped workbook or document, inflated under a cap.

A zip directory may lie about sizes, and other programs inflate until the data end. So each part is inflated here with
zlib itself: more bytes than declared, fewer, or a wrong checksum end the reading.
"""

from __future__ import annotations

import codecs
import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from statecollect.core.errors import HostileFile, UnreadableFile

_CHUNK = 1 << 20
_KEPT = 32 << 20  # bytes
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_ENCRYPTED = 0x1
XML = (".xml", ".rels", ".vml")
_WIDE = {b"\xff\xfe": "utf-16-le", b"<\x00": "utf-16-le", b"\xfe\xff": "utf-16-be", b"\x00<": "utf-16-be"}
_DECLARED = re.compile(r"^\s*<\?xml[^>]*\?>")  # says an encoding that is no longer true


@dataclass(frozen=True, slots=True)
class Part:
    """One file inside the zip; ``size`` is the declared size after inflating."""

    name: str
    size: int
    packed: memoryview
    method: int
    checksum: int


@dataclass(frozen=True, slots=True)
class Archive:
    """The parts by lower-case name with forward slashes (that is how spreadsheet programs look them up)."""

    file: str
    parts: Mapping[str, Part]
    _inflated: dict[str, list[bytes]] = field(default_factory=dict, repr=False)

    @property
    def expanded(self) -> int:
        """How many bytes all parts have, as declared."""
        return sum(part.size for part in self.parts.values())

    def pieces(self, name: str) -> Iterator[bytes]:
        """Inflate a part in pieces of about 1 MB, XML in UTF-8. Raises HostileFile, UnreadableFile; KeyError if not there.

        What was inflated is kept, unless the archive is large: guard and scan both look at every part.
        """
        if name.lower() in self._inflated:
            yield from self._inflated[name.lower()]
            return
        kept: list[bytes] | None = [] if self.expanded <= _KEPT else None
        pieces = self.as_it_is(name)
        for piece in _in_utf8(pieces, self.file) if name.lower().endswith(XML) else pieces:
            if kept is not None:
                kept.append(piece)
            yield piece
        if kept is not None:
            self._inflated[name.lower()] = kept

    def as_it_is(self, name: str) -> Iterator[bytes]:
        """Inflate a part without touching its text; what comes must be what the directory says."""
        part = self.parts[name.lower()]
        size = checksum = 0
        for piece in _inflate(part, self.file):
            size += len(piece)
            checksum = zlib.crc32(piece, checksum)
            if size > part.size:
                raise HostileFile(
                    "压缩包内的大小与声明不符，已拒绝打开", hint=RESAVE, where=self.file, reason="zip-tricks"
                )
            yield piece
        if size != part.size or checksum != part.checksum:
            raise damaged(self.file)

    def read(self, name: str) -> bytes:
        """Inflate a whole part."""
        return b"".join(self.pieces(name))


RESAVE = "用 Excel 或 WPS 打开后另存为 .xlsx 再交"


def damaged(file: str) -> UnreadableFile:
    """The error of a file that broke off or was altered on its way."""
    return UnreadableFile(
        "文件不完整或已损坏，打不开",
        hint="重新发送一次，或用 Office、WPS 打开后另存再交",
        where=file,
        reason="damaged",
    )


def cut_off(file: str) -> UnreadableFile:
    """The error of a file of which a part is not there: what is left of it could be read, but would be less than was sent."""
    return UnreadableFile(
        "文件缺了一截，后面的数据不在里面，没有收",
        hint="请对方重新发送一次；在 Office、WPS 中打开后核对，另存再交",
        where=file,
        reason="incomplete",
    )


def open_archive(content: bytes, file: str) -> Archive:
    """Read the directory of a zip. Raises UnreadableFile (damaged, encrypted) or HostileFile (path tricks)."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error) as fault:
        raise damaged(file) from fault
    view = memoryview(content)
    parts: dict[str, Part] = {}
    for info in infos:
        name = _safe_name(info, file)
        if name in parts:
            raise HostileFile("压缩包内有重名文件，已拒绝打开", hint=RESAVE, where=file, reason="zip-tricks")
        parts[name] = part_of(info, view, file)
    return Archive(file, parts)


def _safe_name(info: zipfile.ZipInfo, file: str) -> str:
    name = info.filename.replace("\\", "/")
    steps = name.split("/")
    if name.startswith("/") or ".." in steps or ":" in steps[0] or "\x00" in info.orig_filename:
        raise HostileFile("压缩包内的路径异常，已拒绝打开", hint=RESAVE, where=file, reason="zip-tricks")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise HostileFile(
            "压缩包内有指向别处的链接，已拒绝打开", hint=RESAVE, where=file, reason="zip-tricks"
        )
    return name.lower()


def part_of(info: zipfile.ZipInfo, view: memoryview, file: str) -> Part:
    """Return where a file lies inside the zip. Raises UnreadableFile when it is encrypted or broken off."""
    if info.flag_bits & _ENCRYPTED:
        raise UnreadableFile("该文件有密码保护", hint="取消密码后另存再交", where=file, reason="password")
    header = view[info.header_offset : info.header_offset + _LOCAL_HEADER.size]
    if info.header_offset < 0 or len(header) < _LOCAL_HEADER.size:
        raise damaged(file)
    magic, name, extra = _LOCAL_HEADER.unpack(header)
    start = info.header_offset + _LOCAL_HEADER.size + name + extra
    packed = view[start : start + info.compress_size]
    if magic != b"PK\x03\x04" or len(packed) < info.compress_size:
        raise damaged(file)
    return Part(info.filename, info.file_size, packed, info.compress_type, info.CRC)


def _in_utf8(pieces: Iterator[bytes], file: str) -> Iterator[bytes]:
    """Give XML in UTF-16, as some programs write it, in UTF-8; all other as it is. Raises UnreadableFile."""
    first = next(pieces, b"")
    encoding = _WIDE.get(first[:2], "")
    if not encoding:
        yield first
        yield from pieces
        return
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        text = decoder.decode(first)
        yield _DECLARED.sub("", text.removeprefix("\ufeff"), count=1).encode()
        for piece in pieces:
            yield decoder.decode(piece).encode()
        decoder.decode(b"", final=True)
    except UnicodeError as fault:
        raise UnreadableFile(
            "用了不常见的文字编码，打不开", hint=RESAVE, where=file, reason="encoding"
        ) from fault


def _inflate(part: Part, file: str) -> Iterator[bytes]:
    if part.method == zipfile.ZIP_STORED:
        for start in range(0, len(part.packed), _CHUNK):
            yield bytes(part.packed[start : start + _CHUNK])
        return
    if part.method != zipfile.ZIP_DEFLATED:
        raise UnreadableFile("用了不常见的压缩方式，打不开", hint=RESAVE, where=file, reason="compression")
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for start in range(0, len(part.packed), _CHUNK):
            rest: bytes | memoryview = part.packed[start : start + _CHUNK]
            while not inflater.eof:
                piece = inflater.decompress(rest, _CHUNK)
                rest = inflater.unconsumed_tail
                if piece:
                    yield piece
                if not rest and len(piece) < _CHUNK:
                    break
    except zlib.error as fault:
        raise damaged(file) from fault
    if not inflater.eof:
        raise damaged(file)
