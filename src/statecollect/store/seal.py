"""Seals: what only the holder of the campaign's key can put on a line of the journal.

The key lies in ``secret.key`` beside the journal (it signs the templates too). A seal names its key by a few digits, so
that a line sealed with a key that is gone can be told from a forged one.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from pathlib import Path

from statecollect.store.originals import sync_folder

KEY_FILE = "secret.key"
_PROPOSED = "secret.key.new"
_NAME = 8  # hexadecimal digits that tell one key from another


def read_key(folder: Path) -> bytes:
    """Return the key in this folder; empty where it is missing or cannot be read."""
    return _read(folder / KEY_FILE)


def key_of(folder: Path, named: str) -> bytes:
    """Return the key that counts where the journal last named this one: one that was proposed, if it is that."""
    proposed = _read(folder / _PROPOSED)
    return proposed if proposed and name_of(proposed) == named else read_key(folder)


def propose_key(folder: Path, key: bytes) -> None:
    """Put a new key beside the one there is: it counts once the journal names it, however the process ends."""
    _write(folder / _PROPOSED, key)


def settle_key(folder: Path, named: str) -> bytes:
    """Put the key that counts in its place, forget one that was only proposed, and return it; the lock is held."""
    proposed = folder / _PROPOSED
    if proposed.exists():
        if name_of(_read(proposed)) == named != "":
            proposed.replace(folder / KEY_FILE)
        else:
            proposed.unlink()
    return read_key(folder)


def write_key(folder: Path, key: bytes) -> None:
    """Put a key in place of the one there is."""
    _write(folder / KEY_FILE, key)


def _read(path: Path) -> bytes:
    try:
        return bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        return b""


def _write(path: Path, key: bytes) -> None:
    half = path.with_name(f"{path.name}.half")
    half.unlink(missing_ok=True)
    handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii", newline="\n") as stream:
        stream.write(key.hex() + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    half.replace(path)
    sync_folder(path.parent)


def name_of(key: bytes) -> str:
    """Return what a seal calls its key; empty without one."""
    return hashlib.sha256(b"statecollect key\0" + key).hexdigest()[:_NAME] if key else ""


def seal(digest: str, key: bytes) -> str:
    """Return the seal of a line with this hash; empty without a key."""
    if not key:
        return ""
    # not the bare key: what signs a template must never be usable as a seal
    own = hmac.new(key, b"journal", hashlib.sha256).digest()
    return f"{name_of(key)}:{hmac.new(own, digest.encode(), hashlib.sha256).hexdigest()}"


def sealed_by(mac: str) -> str:
    """Return the name of the key that made a seal."""
    return mac.partition(":")[0]


def holds(mac: str, digest: str, key: bytes) -> bool:
    """Whether the seal was made with this key for a line with this hash."""
    expected = seal(digest, key)
    return bool(expected) and hmac.compare_digest(expected.encode(), mac.encode())
