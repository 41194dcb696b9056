"""One process at a time in a campaign's store, and a name for whoever is in."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from statecollect.core.errors import StoreBusy


@contextmanager
def store_lock(folder: Path, wait: float) -> Iterator[None]:
    """Hold the lock of ``folder``. Raises StoreBusy after ``wait`` seconds, naming the holder.

    The operating system frees the lock when a process dies, so a killed command blocks nobody. The holder's
    name is in a file of its own, since Windows lets nobody read a locked file.
    """
    lock = FileLock(folder / ".lock", timeout=wait, mode=0o600)
    info = folder / ".lock.info"
    with ExitStack() as held:
        try:
            held.enter_context(lock.acquire())
        except Timeout:
            raise StoreBusy(
                f"另一个命令正在使用这个采集文件夹（{_holder(info)}）",
                hint="等它结束后再试",
                where=str(folder),
            ) from None
        held.callback(info.unlink, missing_ok=True)
        info.unlink(missing_ok=True)
        handle = os.open(info, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(_myself())
        yield


def _myself() -> str:
    # the sub-command and no more: what follows it may be a password
    words = [word for word in sys.argv[1:] if word.isascii() and word.replace("-", "").isalpha()]
    command = " ".join([Path(sys.argv[0]).name, *[word for word in words if not word.startswith("-")][:1]])
    return json.dumps({"pid": os.getpid(), "host": platform.node(), "command": command}, ensure_ascii=False)


def _holder(info: Path) -> str:
    """Say who holds the lock; the file may be missing or half written at this very moment."""
    try:
        who = json.loads(info.read_text(encoding="utf-8"))
        return f"进程 {who['pid']}，电脑 {who['host']}，命令 {who['command']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "未能得知是哪个命令"
