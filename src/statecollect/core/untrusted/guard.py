"""What every file from outside must pass before a parser sees it, whatever it holds.

The file is read once; what was looked at here is what is parsed later. Everything refused ends in one line.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from statecollect.core.errors import HostileFile, UnreadableFile
from statecollect.core.untrusted.archive import RESAVE, XML, Archive
from statecollect.core.untrusted.ole import root_entries

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_ARCHIVES = (b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
_MAY_EMBED = ("xl/embeddings/", "xl/media/", "word/embeddings/", "word/media/", "thumbnails/", "object ")
_LONGEST_DECLARED = len("<!DOCTYPE")
_CIPHER_HEAD = 512  # bytes
_CIPHERS = {  # what stands at the head of a file, and whose software puts it there
    b"%TSD-Header-###%": "天锐绿盾、TSD 等",
    b"E-SafeNet": "亿赛通",
    b"b\x14#e": "亿赛通",
    b"IP-guard": "IP-guard",
    b"LDSEC": "绿盾",
}
_LOCK_PREFIXES = ("~$", ".~")  # Office, WPS and LibreOffice while a file is open


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may cost. Sizes in bytes.

    ``expanded``, ``xml``, ``ratio``: of the zip, all its parts and those that are XML; the ratio only from
    ``ratio_from`` on (small files of blank cells compress well). ``cells`` bounds the rectangle around the filled
    cells of a sheet, ``text`` the characters of all cells together. ``memory`` and ``seconds`` are the ceiling of the
    child process that reads what is large or unusual.
    """

    file: int = 100 * 2**20
    entries: int = 5_000
    expanded: int = 400 * 2**20
    xml: int = 400 * 2**20
    ratio: int = 200
    ratio_from: int = 20 * 2**20
    cells: int = 20_000_000
    text: int = 300 * 2**20
    memory: int = 3 * 2**30
    seconds: float = 120


PATIENT = Limits(
    memory=6 * 2**30, seconds=600
)  # what was taken in once is no stranger: a slow day must not lose it


def read_content(path: Path, limits: Limits, wanted: str) -> bytes:
    """Read a file whole; ``wanted`` is what the user calls it, such as 工作簿. Raises UnreadableFile, HostileFile."""
    name = path.name
    if name.startswith(_LOCK_PREFIXES):
        hint = f"改用名称不带 {name[:2]} 的那份"
        raise HostileFile(f"这是打开{wanted}时产生的临时文件，不是{wanted}", hint=hint, where=name)
    try:
        if not path.exists():
            raise UnreadableFile("文件不存在", hint="核对文件名和所在文件夹", where=name, reason="not-there")
        if not path.is_file():
            raise UnreadableFile("这不是文件，读不了", hint=f"指定文件夹里的{wanted}", where=name)
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
        raise UnreadableFile("文件是空的", hint="重新发送一次", where=name, reason="empty")
    refuse_ciphertext(content, name)
    return content


def refuse_ciphertext(content: bytes, name: str) -> None:
    """Refuse what an office's own encryption software has written: no program outside that office can open it."""
    head = content[:_CIPHER_HEAD]
    for mark, product in _CIPHERS.items():
        if mark in head:
            raise UnreadableFile(
                f"文件被单位的文档加密软件（{product}）加密了，外面的程序打不开",
                hint="请本单位管理员解密（常叫“外发”或“解密审批”），再交解密后的文件",
                where=name,
                reason="company-encryption",
            )


def holds_stream(ole: bytes, stream: str) -> bool:
    """Whether an OLE file (the old Office formats, and encrypted new ones) has this stream at its root.

    Names in an OLE file are the same in capitals and not. Where its directory cannot be followed, a search must do.
    """
    names = root_entries(ole)
    return stream.encode("utf-16-le") in ole if names is None else stream.lower() in names


def check_sizes(archive: Archive, size: int, limits: Limits) -> None:
    """Refuse what would burst; ``size`` is that of the zip itself. Raises HostileFile."""
    parts, file = archive.parts.values(), archive.file
    expanded = archive.expanded
    xml = sum(part.size for name, part in archive.parts.items() if name.endswith(XML))
    if len(parts) > limits.entries or expanded > limits.expanded or xml > limits.xml:
        raise HostileFile(
            "解压后过大，已拒绝打开", hint="删去无关内容后另存为新文件", where=file, reason="bomb"
        )
    if expanded > limits.ratio_from and expanded > size * limits.ratio:
        raise HostileFile(
            "压缩比异常，像是压缩炸弹，已拒绝打开",
            hint="把数据复制到新的模板中再交",
            where=file,
            reason="bomb",
        )
    if sum(len(part.packed) for part in parts) > size:
        raise HostileFile("压缩包内的文件互相重叠，已拒绝打开", hint=RESAVE, where=file, reason="bomb")


def check_parts(archive: Archive) -> None:
    """Inflate every part once, which checks sizes and checksums, and refuse what parsers could be tricked with."""
    for name in archive.parts:
        _check_part(archive, name)


def _check_part(archive: Archive, name: str) -> None:
    before = b""
    for number, piece in enumerate(archive.pieces(name)):
        if number == 0 and piece.startswith(_ARCHIVES) and not name.startswith(_MAY_EMBED):
            raise HostileFile(
                "压缩包里还有压缩包，已拒绝打开", hint=RESAVE, where=archive.file, reason="nested-zip"
            )
        if not name.endswith(XML):
            continue
        if number == 0 and b"\x00" in piece[:8]:
            raise UnreadableFile(
                "用了不常见的文字编码，打不开", hint=RESAVE, where=archive.file, reason="encoding"
            )
        # one letter is found ten times as fast, and most pieces of cells have none
        joined = before + piece if b"!" in piece or b"!" in before else b""
        if b"<!DOCTYPE" in joined or b"<!ENTITY" in joined:
            raise HostileFile(
                "文件内含不允许的声明，已拒绝打开", hint=RESAVE, where=archive.file, reason="declaration"
            )
        before = (before + piece[-_LONGEST_DECLARED:])[-_LONGEST_DECLARED:]
