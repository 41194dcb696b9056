"""Returned workbooks, byte for byte, each under its SHA-256: written once, never changed."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from statecollect.errors import StoreError

_PRIVATE = 0o600


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
        keeping, and then the data would not be those of the original.
        """
        content = source.read_bytes()
        if hashlib.sha256(content).hexdigest() != sha256:
            raise StoreError(
                "文件在读取时被改动了", hint="关闭 Excel/WPS 中的这个文件，再收一次", where=source.name
            )
        name = sha256 + source.suffix.lower()
        target = self.folder / name
        if target.is_file() and sha256_of(target) == sha256:
            return name
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        half = self.folder / f"{name}.half"
        half.unlink(missing_ok=True)
        handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), _PRIVATE)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        half.replace(target)
        sync_folder(self.folder)
        return name

    def get(self, name: str, sha256: str) -> Path:
        """Return the path of a kept original. Raises StoreError when it is gone or no longer the same."""
        problem = self.problem(name, sha256)
        if problem:
            raise StoreError(problem, hint="从备份中恢复这个文件", where=f"store/originals/{name}")
        return self.folder / name

    def problem(self, name: str, sha256: str) -> str | None:
        """Say what is wrong with one original, or None."""
        path = self.folder / name
        if not path.is_file():
            return "报送的原件不见了"
        return None if sha256_of(path) == sha256 else "报送的原件被改动过"
