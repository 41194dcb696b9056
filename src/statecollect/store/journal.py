"""The journal: what happened, in order, one JSON line an event, each chained to the one before.

A line that is on disk *is* the commit: the database is brought up to it afterwards, now or at the next start.
Beside it, ``journal.head`` remembers the last line, so that lines cut from the end are noticed too.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from statecollect.errors import StoreError
from statecollect.store.originals import Originals, sync_folder

START = "0" * 64
SUBMISSION = "submission"
EVIDENCE = "evidence"  # a supporting document was filed
DECISION = "decision"  # somebody submitted, approved, returned, finalised or reopened
WAIVER = "waiver"  # somebody explained a warning
RESOLUTION = "resolution"  # somebody settled what two parties report differently
HELD = "held"  # a workbook was kept, but counts only once somebody accepts it
NIL = "nil"  # somebody declared for a party that it has nothing to report
ROSTER = "roster"  # who the teachers of a group are
EXEMPTION = "exemption"  # somebody excused a party, or a teacher, from tables that it owes
_KEYS = {"seq", "at", "type", "by", "data", "prev", "hash"}


@dataclass(frozen=True, slots=True)
class Event:
    """One line. ``hash`` is over the line without it, ``prev`` (the hash of the line before) included."""

    seq: int
    at: str
    type: str
    by: str
    data: Mapping[str, Any]
    prev: str
    hash: str

    def as_line(self) -> str:
        """Return the line as written, without its end."""
        return canonical(asdict(self))


def canonical(value: Mapping[str, Any]) -> str:
    """Return JSON with one spelling: sorted keys, no spaces, characters as they are."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def chained(seq: int, at: str, kind: str, by: str, data: Mapping[str, Any], prev: str) -> Event:
    """Return an event with its hash."""
    body = {"seq": seq, "at": at, "type": kind, "by": by, "data": data, "prev": prev}
    return Event(seq, at, kind, by, data, prev, _hash(body))


def _hash(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(body).encode()).hexdigest()


class Journal:
    """The journal open for writing. The caller holds the store's lock."""

    def __init__(self, path: Path, events: list[Event]) -> None:
        self.path = path
        self.events = events

    @classmethod
    def open(cls, path: Path) -> Journal:
        """Read and check the journal, first cutting a last line that a kill left half written.

        Raises StoreError when it was changed by other hands.
        """
        _mend_end(path)
        problems: list[str] = []
        events = list(_read(path, problems))
        problems += _beyond(path, events)
        if problems:
            raise StoreError(
                problems[0],
                hint="从备份中恢复 journal.jsonl；用 statecollect log --verify 看全部问题",
                where=str(path),
            )
        return cls(path, events)

    @property
    def seq(self) -> int:
        """Number of the last event; 0 for none."""
        return self.events[-1].seq if self.events else 0

    def hash_at(self, seq: int) -> str | None:
        """Return the hash of an event; None when the journal does not reach so far."""
        if seq == 0:
            return START
        return self.events[seq - 1].hash if seq <= len(self.events) else None

    def next(self, kind: str, data: Mapping[str, Any], by: str, at: str) -> Event:
        """Return the event that would come next; nothing is written."""
        return chained(self.seq + 1, at, kind, by, data, self.hash_at(self.seq) or START)

    def append(self, event: Event) -> None:
        """Write an event; when this returns it is on disk and can no longer be lost. See ``remember``."""
        fresh = not self.path.exists()
        handle = os.open(
            self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o600
        )
        before = os.fstat(handle).st_size
        try:
            try:
                _write_all(handle, event.as_line().encode() + b"\n")
                os.fsync(handle)
            except OSError as error:  # disk full: take the half line back, so that the next one stands alone
                os.ftruncate(handle, before)
                raise StoreError(
                    f"不能写入采集日志：{error}", hint="检查磁盘空间和权限", where=str(self.path)
                ) from error
        finally:
            os.close(handle)
        if fresh:
            sync_folder(self.path.parent)
        self.events.append(event)

    def remember(self) -> None:
        """Note down, beside the journal, which line is its last."""
        if self.events:
            _write_head(self.path, self.events[-1])


def verify(journal: Path, originals: Path) -> list[str]:
    """Return what is wrong with journal and originals, one sentence each; empty when all is as it was written."""
    problems: list[str] = []
    events = list(_read(journal, problems))
    if not problems:
        problems += _beyond(journal, events)
    kept = Originals(originals)
    for event in events:
        if event.type in {SUBMISSION, EVIDENCE}:
            problem = kept.problem(event.data["original"], event.data["sha256"])
            if problem:
                problems.append(f"第 {event.seq} 条记录：{problem}（{event.data['original']}）")
    return problems


def _read(path: Path, problems: list[str]) -> Iterator[Event]:
    """Yield the events whose lines are readable; say of each line that does not fit what is wrong with it."""
    if not path.exists():
        return
    previous = START
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            event = _parse(line)
            if event is None:
                problems.append(f"采集日志第 {number} 行不能读，可能被改动过或没有写完")
                continue
            if _hash({key: value for key, value in asdict(event).items() if key != "hash"}) != event.hash:
                problems.append(f"采集日志第 {number} 行的内容被改动过")
            elif event.prev != previous or event.seq != number:
                problems.append(f"采集日志第 {number} 行与上一行接不上：有行被删除、插入或调换了顺序")
            previous = event.hash
            yield event


def _parse(line: bytes) -> Event | None:
    """Return the event of a whole line, or None."""
    try:
        data = json.loads(line) if line.endswith(b"\n") else None
    except ValueError:
        return None
    if not isinstance(data, dict) or data.keys() != _KEYS or not isinstance(data["data"], dict):
        return None
    return Event(**data)


def _mend_end(path: Path) -> None:
    """Cut a torn last line: its fsync never returned, so it was never committed.

    Torn is a line without an end, or with zero bytes (a file that grew before its content arrived). A line that
    only lacks its end is whole and gets one. Anything else that is wrong is not ours to repair.
    """
    if not path.exists():
        return
    content = path.read_bytes()
    start = content.rstrip(b"\n").rfind(b"\n") + 1
    last = content[start:]
    if not last or (last.endswith(b"\n") and b"\0" not in last):
        return
    whole = b"\0" not in last and _parse(last + b"\n") is not None
    with path.open("r+b") as stream:
        if whole:
            stream.seek(0, os.SEEK_END)
            stream.write(b"\n")
        else:
            stream.truncate(start)
        stream.flush()
        os.fsync(stream.fileno())


def _head(path: Path) -> Path:
    return path.with_suffix(".head")


def _write_head(path: Path, event: Event) -> None:
    """Remember the last line. Not fsynced: after a kill it may be some events behind, never ahead."""
    half = _head(path).with_suffix(".half")
    half.write_text(f"{event.seq} {event.hash}\n", encoding="utf-8", newline="\n")
    half.replace(_head(path))


def _beyond(path: Path, events: list[Event]) -> list[str]:
    """Say whether the journal ends before the last line that is known to have been written."""
    try:
        words = _head(path).read_text(encoding="utf-8").split()
    except FileNotFoundError:
        return []
    if len(words) != 2 or not words[0].isdigit():
        return []
    known = int(words[0])
    if known > len(events):
        return [f"采集日志末尾少了 {known - len(events)} 行"]
    if known and events[known - 1].hash != words[1]:
        return [f"采集日志第 {known} 行不是当时写下的那一行"]
    return []


def _write_all(handle: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(handle, view) :]
