"""Files with an opening password: told apart, and opened with the password the user gives."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from statecollect.core.errors import UnreadableFile
from statecollect.core.untrusted.child_process import in_child
from statecollect.core.untrusted.foreign_parser import foreign_parser
from statecollect.core.untrusted.guard import OLE, Limits, read_content
from statecollect.core.untrusted.scratch import scratch

_LONGEST = 0xFFFF  # bytes of a record


@contextmanager
def unlocked(path: Path, password: str) -> Iterator[Path]:
    """Give the file itself, or an open copy that is gone after the block; without a password always the file itself.

    Raises UnreadableFile when the password is wrong.
    """
    if not password:
        yield path
        return
    with scratch() as folder:
        yield _opened(path, password, folder)


def _opened(path: Path, password: str, folder: Path) -> Path:
    content = read_content(path, Limits(), "工作簿")
    if not content.startswith(OLE):
        return path
    limits = Limits()
    opened = in_child(
        decrypted, content, password, path.name, file=path.name, seconds=limits.seconds, memory=limits.memory
    )
    if opened is None:
        return path
    copy = folder / path.name
    copy.write_bytes(opened)
    return copy


def _whole_records(stream: bytes) -> bytes:
    """Return the records of an .xls so that they end where the stream ends.

    Small streams are filled up with zeros, which the library takes for records of four bytes; a rest of one to three
    makes it fail. They become one record behind the last.
    """
    at = last = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        if kind == size == 0:
            break
        last, at = at, at + 4 + size
    rest = len(stream) - at
    if rest >= 4:
        return stream[:at] + struct.pack("<HH", 0, min(rest - 4, _LONGEST)) + stream[at + 4 :]
    (size,) = struct.unpack_from("<H", stream, last + 2)
    return stream[: last + 2] + struct.pack("<H", size + max(rest, 0)) + stream[last + 4 :]


def decrypted(content: bytes, password: str, name: str) -> bytes | None:
    """Return the workbook inside; None where there is no password. What the child process does: a file decides itself
    how often the password is stirred, and how its directory leads around.
    """
    import msoffcrypto
    from msoffcrypto.exceptions import InvalidKeyError

    opened = io.BytesIO()

    def said(fault: BaseException) -> UnreadableFile:
        if isinstance(fault, InvalidKeyError):
            return UnreadableFile(
                "密码不对，打不开", hint="核对密码，注意大小写", where=name, reason="password"
            )
        hint = "请在 Excel 或 WPS 中打开，取消密码后另存再交"
        if str(fault).startswith("Unsupported"):
            return UnreadableFile(
                "加了密，这种加密方式这里解不开", hint=hint, where=name, reason="encryption"
            )
        return UnreadableFile("有密码保护，用这个密码打不开", hint=hint, where=name, reason="password")

    with foreign_parser(said):
        office = msoffcrypto.OfficeFile(io.BytesIO(content))
        if not office.is_encrypted():
            return None
        if office.format == "xls97":
            office.data.workbook.seek(0)
            records = _whole_records(office.data.workbook.read())
            office.data = office.data._replace(workbook=io.BytesIO(records))
        office.load_key(password=password)
        office.decrypt(opened)
    return opened.getvalue()
