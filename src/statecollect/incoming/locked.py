"""Files with an opening password: told apart, and opened with the password the user gives."""

from __future__ import annotations

import io
import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from statecollect.errors import UnreadableFile
from statecollect.incoming.guard import OLE, Limits, read_content

# what the decoder raises of a file that only looks like one of Office's
_BROKEN = (ValueError, OSError, KeyError, IndexError, TypeError, AttributeError, AssertionError, struct.error)


@contextmanager
def unlocked(path: Path, password: str) -> Iterator[Path]:
    """Give the file itself, or an open copy that is gone after the block; without a password always the file itself.

    Raises UnreadableFile when the password is wrong.
    """
    if not password:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="statecollect-") as folder:
        yield _opened(path, password, Path(folder))


def _opened(path: Path, password: str, folder: Path) -> Path:
    import msoffcrypto
    from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError

    content = read_content(path, Limits(), "工作簿")
    if not content.startswith(OLE):
        return path
    opened = io.BytesIO()
    try:
        office = msoffcrypto.OfficeFile(io.BytesIO(content))
        if not office.is_encrypted():
            return path
        office.load_key(password=password)
        office.decrypt(opened)
    except InvalidKeyError as error:
        raise UnreadableFile("密码不对，打不开", hint="核对密码，注意大小写", where=path.name) from error
    except (DecryptionError, FileFormatError, *_BROKEN) as error:
        raise UnreadableFile(
            "有密码保护，用这个密码打不开", hint="请在 Excel 或 WPS 中取消密码后另存", where=path.name
        ) from error
    copy = folder / path.name
    copy.write_bytes(opened.getvalue())
    return copy
