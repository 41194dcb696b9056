"""Files with an opening password: told apart, and opened with the password the user gives."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from statecollect.core.errors import UnreadableFile
from statecollect.core.untrusted.child_process import in_child
from statecollect.core.untrusted.foreign_parser import foreign_parser
from statecollect.core.untrusted.guard import OLE, Limits, read_content
from statecollect.core.untrusted.scratch import scratch


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
        hint = "请在 Excel 或 WPS 中取消密码后另存"
        return UnreadableFile("有密码保护，用这个密码打不开", hint=hint, where=name, reason="password")

    with foreign_parser(said):
        office = msoffcrypto.OfficeFile(io.BytesIO(content))
        if not office.is_encrypted():
            return None
        office.load_key(password=password)
        office.decrypt(opened)
    return opened.getvalue()
