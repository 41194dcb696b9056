"""Rounds of checking: every full validate run is kept, and compared with the one before, party by party.

A round is one line of ``reports/rounds.jsonl``: when, and a short digest of every error and warning by party. It holds
no value of any cell.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from statecollect.core.outputs import json_object, make_folder, write_atomically
from statecollect.findings import Finding

NAME = "rounds.jsonl"
_DIGITS = 12  # of a finding's digest: enough to tell some ten thousand apart


@dataclass(frozen=True, slots=True)
class RoundProgress:
    """What became of the findings since the last round."""

    new: int = 0
    resolved: int = 0
    remaining: int = 0


@dataclass(frozen=True, slots=True)
class SinceLast:
    """The whole school, and each party that has or had findings."""

    school: RoundProgress
    parties: Mapping[str, RoundProgress] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the shape of the command-line contract, and the parties beside it."""
        return {
            **asdict(self.school),
            "parties": {name: asdict(party) for name, party in self.parties.items()},
        }


def next_round(folder: Path, findings: Iterable[Finding], at: str) -> SinceLast:
    """Compare with the last round in ``folder`` and keep this one."""
    now: dict[str, set[str]] = defaultdict(set)
    for finding in findings:
        if finding.severity in {"error", "warning"}:
            now[finding.party].add(_digest(finding))
    before = _last(folder / NAME)
    parties = {
        party: _progress(before.get(party, set()), now.get(party, set())) for party in sorted({*now, *before})
    }
    line = json.dumps(
        {"at": at, "findings": {party: sorted(keys) for party, keys in now.items()}}, ensure_ascii=False
    )
    _append(folder / NAME, line.encode("utf-8", "backslashreplace") + b"\n")
    return SinceLast(_sum(parties.values()), parties)


def _append(path: Path, line: bytes) -> None:
    """Write a line behind the others and wait until it is on disk.

    A line without an end, which a power failure left, is moved to ``rounds.torn``: it would spoil this one.
    """
    make_folder(path.parent)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o600)
    path.chmod(0o600)  # it may be older than this rule
    with os.fdopen(handle, "r+b") as stream:
        content = stream.read()
        start = content.rfind(b"\n") + 1
        if _round_in(content[start:]) is not None:  # whole, only its end is missing
            stream.write(b"\n")
        elif content[start:]:
            write_atomically(path.with_suffix(".torn"), content[start:], private=True)
            stream.truncate(start)
        stream.write(line)
        stream.flush()
        os.fsync(stream.fileno())


def _progress(before: set[str], now: set[str]) -> RoundProgress:
    return RoundProgress(len(now - before), len(before - now), len(before & now))


def _sum(parts: Iterable[RoundProgress]) -> RoundProgress:
    listed = list(parts)
    return RoundProgress(
        *(sum(getattr(progress, name) for progress in listed) for name in ("new", "resolved", "remaining"))
    )


def _last(path: Path) -> dict[str, set[str]]:
    """Return the last round that can be read; a line cut off by a power failure is passed over."""
    if not path.is_file():
        return {}
    for line in reversed(path.read_bytes().split(b"\n")):
        found = _round_in(line)
        if found is not None:
            return found
    return {}


def _round_in(line: bytes) -> dict[str, set[str]] | None:
    """Return the digests by party that a line holds; None for a line that is no whole round."""
    found = (json_object(line) or {}).get("findings")
    if not isinstance(found, dict) or not all(isinstance(digests, list) for digests in found.values()):
        return None
    return {party: set(map(str, digests)) for party, digests in found.items()}


def _digest(finding: Finding) -> str:
    """Return what tells a finding apart from others of its party: rule, table, field and cell, not its value."""
    where = (
        finding.rule,
        finding.table,
        finding.field or "",
        finding.origin.sheet,
        finding.origin.cell or "",
    )
    return hashlib.sha256("\x1f".join(where).encode()).hexdigest()[:_DIGITS]
