"""A folder for what must lie on disk for a moment: opened workbooks, what a parcel held. Nothing of it outlives a kill."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = "statecollect-"  # then the number of the process
_STALE = 86_400  # seconds, where nobody can be asked whether a process lives


@contextmanager
def scratch() -> Iterator[Path]:
    """Give an empty folder that only its owner can open and that is gone after the block.

    What killed processes left of such folders is removed first: it may hold what a password protected.
    """
    root = Path(tempfile.gettempdir())
    for left in root.glob(f"{_PREFIX}*-*"):
        if _abandoned(left):
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _abandoned(folder: Path) -> bool:
    number = folder.name.removeprefix(_PREFIX).partition("-")[0]
    if not number.isdecimal():
        return False
    try:
        about = folder.lstat()
        if not folder.is_dir() or folder.is_symlink():
            return False
        if os.name == "nt":  # asking a process there would end it
            return time.time() - about.st_mtime > _STALE
        if about.st_uid != os.getuid():
            return False
        os.kill(int(number), 0)
    except (ProcessLookupError, OverflowError):
        return True
    except OSError:  # it lives and is somebody else's, or the folder has just gone
        return False
    return False
