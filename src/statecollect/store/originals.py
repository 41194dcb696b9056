"""Returned workbooks, byte for byte, each under its SHA-256: written once, never changed.

Until the journal mentions it, an original is called ``….pending``: one that has its own name and that no line mentions
is a trace of history that was lost, one that is pending a trace of a command that was killed.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from statecollect.core.errors import StoreError

_PRIVATE = 0o600
_PENDING = ".pending"
_HALF = ".half"
_HEX = 64  # digits of a SHA-256


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sync_folder(folder: Path) -> None:
    """Make a rename in this folder survive a power cut. Windows has no such call and needs none."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@dataclass(frozen=True, slots=True)
class Originals:
    """The folder ``store/originals``."""

    folder: Path

    def keep(self, source: Path, sha256: str) -> str:
        """Store a file and return its name here. Raises StoreError when its bytes are no longer ``sha256``.

        The bytes are checked, not believed: a workbook still open in Excel may be saved between reading and
        keeping, and then the data would not be those of the original. ``confirm`` it when it is journalled.
        """
        content = source.read_bytes()
        if hashlib.sha256(content).hexdigest() != sha256:
            raise StoreError(
                "文件在读取时被改动了", hint="关闭 Excel/WPS 中的这个文件，再收一次", where=source.name
            )
        name = sha256 + _suffix(source)
        if self.problem(name, sha256) is None:
            return name
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        half = self.folder / f"{name}{_HALF}"
        half.unlink(missing_ok=True)
        handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), _PRIVATE)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        half.replace(self.folder / f"{name}{_PENDING}")
        sync_folder(self.folder)
        return name

    def confirm(self, names: Collection[str]) -> None:
        """Give originals that the journal mentions their own names."""
        waiting = [name for name in names if (self.folder / f"{name}{_PENDING}").is_file()]
        for name in waiting:
            (self.folder / f"{name}{_PENDING}").replace(self.folder / name)
        if waiting:
            sync_folder(self.folder)

    def tidy(self, mentioned: Collection[str]) -> None:
        """Settle what a killed command left: mentioned files are confirmed, others were never taken in."""
        if not self.folder.is_dir():
            return
        self.confirm(mentioned)
        for path in self.folder.iterdir():
            if path.name.endswith((_PENDING, _HALF)) and len(path.name) > _HEX:
                path.unlink(missing_ok=True)

    def names(self) -> list[str]:
        """Return the names of all that are kept and confirmed."""
        if not self.folder.is_dir():
            return []
        return sorted(
            path.name
            for path in self.folder.iterdir()
            if len(path.name.partition(".")[0]) == _HEX and not path.name.endswith((_PENDING, _HALF))
        )

    def get(self, name: str, sha256: str) -> Path:
        """Return the path of a kept original. Raises StoreError when it is gone or no longer the same."""
        problem = self.problem(name, sha256)
        if problem:
            raise StoreError(problem, hint="从备份中恢复这个文件", where=f"store/originals/{name}")
        return self._path(name)

    def problem(self, name: str, sha256: str) -> str | None:
        """Say what is wrong with one original, or None."""
        path = self._path(name)
        if not path.is_file():
            return "报送的原件不见了"
        return None if sha256_of(path) == sha256 else "报送的原件被改动过"

    def _path(self, name: str) -> Path:
        waiting = self.folder / f"{name}{_PENDING}"
        return waiting if waiting.is_file() and not (self.folder / name).is_file() else self.folder / name


def _suffix(source: Path) -> str:
    """Return the suffix to keep: what people's programs call it, but nothing that does not fit a file name here."""
    suffix = source.suffix.lower()
    return suffix if suffix.isascii() and suffix[1:].isalnum() and len(suffix) <= 9 else ""
