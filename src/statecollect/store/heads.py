"""The head: which line of the journal is its last, noted beside it and again among the originals.

A journal that was cut, or that somebody put an older copy in place of, is known by a head that names a later line.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

ORIGINALS = "originals"


class _HeadLine(Protocol):
    @property
    def hash(self) -> str: ...


def write(journal: Path, seq: int, digest: str) -> None:
    """Remember the last line, in both places. Not fsynced: after a kill it may be some events behind, never ahead."""
    for path in _places(journal):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        half = path.with_suffix(".half")
        half.write_text(f"{seq} {digest}\n", encoding="utf-8", newline="\n")
        half.chmod(0o600)
        half.replace(path)


def known(journal: Path) -> bool:
    """Whether either place holds a head."""
    return any(_read(path) for path in _places(journal))


def whole(journal: Path) -> list[str]:
    """Say which of the two places lacks its head although there is a journal."""
    if not journal.exists():
        return []
    return [f"{path.name} 不见了或不能读" for path in _places(journal)[:1] if _read(path) is None]


def beyond(journal: Path, events: Sequence[_HeadLine]) -> list[str]:
    """Say whether the journal ends before the last line that is known to have been written."""
    for found in filter(None, map(_read, _places(journal))):
        seq, digest = found
        if seq > len(events):
            lost = (
                f"采集日志末尾少了 {seq - len(events)} 行"
                if events
                else f"采集日志不见了，里面应有 {seq} 条记录"
            )
            return [lost]
        if seq and events[seq - 1].hash != digest:
            return [f"采集日志第 {seq} 行不是当时写下的那一行"]
    return []


def _places(journal: Path) -> tuple[Path, Path]:
    return journal.with_suffix(".head"), journal.parent / ORIGINALS / journal.with_suffix(".head").name


def _read(path: Path) -> tuple[int, str] | None:
    """Return number and hash; None where there is no head or it is garbage."""
    try:
        words = path.read_text(encoding="utf-8").split()
    except (OSError, ValueError):
        return None
    if len(words) != 2 or not words[0].isdecimal() or len(words[0]) > 9:
        return None
    return int(words[0]), words[1]
