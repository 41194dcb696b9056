"""A fault of this program while it works on one file costs that file, never the others.

What happened is written to a log file, which only the owner can read and which holds the way through the code, not the
data: long runs of digits and whatever stands around an ``@`` are blotted out.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from statecollect.core.errors import ProgramFault, StatecollectError

FOLDER = "程序出错记录"  # inside the campaign; outside one, a folder of the user's
_PRIVATE = re.compile(r"\d{5,}|[^\s'\"@]+@[^\s'\"@]+")
_PASS = (KeyboardInterrupt, SystemExit, GeneratorExit, StatecollectError)


@contextmanager
def contained(doing: str, where: str, folder: Path | None = None) -> Iterator[None]:
    """Turn any exception that is not for the user into ProgramFault, parsers' panics and exhausted memory included.

    ``doing`` says in Chinese what was being done, ``where`` names the file; ``folder`` is the campaign's.
    """
    try:
        yield
    except _PASS:
        raise
    except BaseException as error:
        if interrupted(error):
            raise KeyboardInterrupt from error
        raise fault_of(error, doing, where, folder) from error


def interrupted(error: BaseException) -> bool:
    """Whether this is Ctrl-C as DuckDB passes it on while it works for the main thread."""
    return isinstance(error, KeyboardInterrupt) or (
        isinstance(error, RuntimeError) and str(error) == "Query interrupted"
    )


def fault_of(error: BaseException, doing: str, where: str, folder: Path | None = None) -> ProgramFault:
    """Write down an unexpected exception and return what the user is told of it."""
    log = _write(error, folder)
    hint = f"把 {log} 发给维护人员" if log else "加 --debug 重新运行，把显示的内容发给维护人员"
    return ProgramFault(f"{doing}时程序出错（{type(error).__name__}）", hint=hint, where=where)


def _write(error: BaseException, folder: Path | None) -> Path | None:
    """Write the log and return its path; None where nothing can be written."""
    target = (folder or Path(tempfile.gettempdir()) / f"statecollect-{_user()}") / FOLDER
    text = "".join(traceback.format_exception(error, limit=-40))
    now = dt.datetime.now().astimezone()
    try:
        target.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(".txt", f"{now:%Y%m%d-%H%M%S}-", target)
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as stream:
            stream.write(f"{now.isoformat(timespec='seconds')}\n{_PRIVATE.sub('…', text)}")
    except OSError:
        return None
    return Path(name)


def _user() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else os.environ.get("USERNAME", "")
