"""The journal: what happened, in order, one JSON line an event, each chained to the one before.

A line that is on disk *is* the commit: the database is brought up to it afterwards, now or at the next start. A line
tells the time that was claimed (``at``, which ``--as-of`` sets) and the clock's (``recorded``), who is said to have done
it (``by``) and whose account it was (``user``). ``mac`` seals the line with the campaign's key, where there is one: without
the key the chain can be made anew, the seals cannot.
"""

from __future__ import annotations

import datetime as dt
import getpass
import hashlib
import json
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from statecollect.core.errors import StoreError
from statecollect.store import heads
from statecollect.store.originals import sync_folder
from statecollect.store.seal import seal

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
SKIP = "skip"  # somebody gave up a record that can no longer be read
LOSS = "loss"  # somebody went on although part of the history is missing
DIFFERENCE = "difference"  # somebody accepted that a newer program reads some cells differently
REKEY = "rekey"  # the key that seals templates and this journal was made anew
KINDS = frozenset(
    {SUBMISSION, EVIDENCE, DECISION, WAIVER, RESOLUTION, HELD, NIL, ROSTER, EXEMPTION}
    | {SKIP, LOSS, DIFFERENCE, REKEY}
)
KEEPING = frozenset({SUBMISSION, EVIDENCE, HELD})  # events with an original
_NEEDED = {"seq", "at", "type", "by", "data", "prev", "hash"}


@dataclass(frozen=True, slots=True)
class Event:
    """One line. ``hash`` is over the line without it and ``mac``, ``prev`` (the hash of the line before) included."""

    seq: int
    at: str
    type: str
    by: str
    data: Mapping[str, Any]
    prev: str
    hash: str
    recorded: str = ""
    user: str = ""
    mac: str = ""

    def as_line(self) -> str:
        """Return the line as written, without its end."""
        return canonical(asdict(self))


def canonical(value: Mapping[str, Any]) -> str:
    """Return JSON with one spelling: sorted keys, no spaces, characters as they are."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be written down: an event without its place in the chain."""

    type: str
    data: Mapping[str, Any]
    by: str
    at: str


def _chained(entry: Entry, seq: int, prev: str, key: bytes) -> Event:
    body = {
        **asdict(entry),
        "seq": seq,
        "prev": prev,
        "recorded": dt.datetime.now().astimezone().isoformat(timespec="seconds"),
        "user": _user(),
    }
    own = _hash(body)
    return Event(**body, hash=own, mac=seal(own, key))


@cache
def _user() -> str:
    """Return the account and the machine; an account without a name is told by its number."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError, ImportError):
        name = str(os.getuid()) if hasattr(os, "getuid") else "?"
    return f"{name}@{platform.node()}"


def _hash(body: Mapping[str, Any]) -> str:
    said = {name: value for name, value in body.items() if name not in {"hash", "mac"}}
    return hashlib.sha256(canonical(said).encode()).hexdigest()


class Journal:
    """The journal open for writing. The caller holds the store's lock."""

    def __init__(self, path: Path, events: list[Event], key: bytes) -> None:
        self.path = path
        self.events = events
        self._key = key

    @classmethod
    def open(cls, path: Path, key: bytes = b"", *, losing: bool = False) -> Journal:
        """Read and check the journal, first setting aside a last line that a kill left half written.

        Raises StoreError when it was changed by other hands, or lacks lines that are known to have been written;
        with ``losing`` the latter is let pass.
        """
        mend_end(path)
        problems: list[str] = []
        events = list(read_events(path, problems))
        if not losing:
            problems += heads.beyond(path, events)
        if problems:
            raise StoreError(
                problems[0],
                hint="从备份中恢复整个 store 文件夹；用 statecollect log --verify 看全部问题",
                where=str(path),
            )
        return cls(path, events, key)

    @property
    def seq(self) -> int:
        """Number of the last event; 0 for none."""
        return self.events[-1].seq if self.events else 0

    def hash_at(self, seq: int) -> str | None:
        """Return the hash of an event; None when the journal does not reach so far."""
        if seq == 0:
            return START
        return self.events[seq - 1].hash if 0 < seq <= len(self.events) else None

    def next(self, entries: Sequence[Entry]) -> list[Event]:
        """Return the events that would come next; nothing is written."""
        events: list[Event] = []
        prev = self.hash_at(self.seq) or START
        for place, entry in enumerate(entries, start=self.seq + 1):
            events.append(_chained(entry, place, prev, self._key))
            prev = events[-1].hash
        return events

    def append(self, events: Sequence[Event]) -> None:
        """Write events; when this returns they are on disk and can no longer be lost. See ``remember``."""
        fresh = not self.path.exists()
        if fresh:
            heads.write(self.path, 0, START)  # from now on a journal without a head is one that lost it
        handle = os.open(
            self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o600
        )
        before = os.fstat(handle).st_size
        try:
            try:
                _write_all(handle, b"".join(event.as_line().encode() + b"\n" for event in events))
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
        self.events.extend(events)

    def remember(self) -> None:
        """Note down, beside the journal, which line is its last. After a kill it may be behind, never ahead."""
        if self.events:
            heads.write(self.path, self.seq, self.events[-1].hash)

    @property
    def key_named(self) -> str:
        """What the seals call the key that was last made anew; empty where none was."""
        return last_key(self.events)

    def sealed_with(self, key: bytes) -> None:
        """Seal what is written from now on with another key."""
        self._key = key


def last_key(events: Sequence[Event]) -> str:
    """Return what the seals call the key that was last made anew; empty where none was."""
    return next((str(event.data.get("key", "")) for event in reversed(events) if event.type == REKEY), "")


def read_events(path: Path, problems: list[str]) -> Iterator[Event]:
    """Yield the events whose lines are readable; say of each line that does not fit what is wrong with it."""
    if not path.exists():
        return
    previous = START
    content = path.read_bytes().removeprefix(
        b"\xef\xbb\xbf"
    )  # an editor saved it: the lines tell whether it changed
    for number, line in enumerate(content.rstrip(b"\r\n").splitlines(), start=1):
        body = _parse(line)
        if body is None:
            problems.append(f"采集日志第 {number} 行不能读，可能被改动过或没有写完")
            continue
        event = Event(**{name: body[name] for name in Event.__slots__ if name in body})
        if _hash(body) != event.hash:
            problems.append(f"采集日志第 {number} 行的内容被改动过")
        elif event.prev != previous or event.seq != number:
            problems.append(f"采集日志第 {number} 行与上一行接不上：有行被删除、插入或调换了顺序")
        previous = event.hash
        yield event


def _parse(line: bytes) -> dict[str, Any] | None:
    """Return what a whole line says, or None. A newer program may say more than this one knows."""
    try:
        body = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(body, dict) or not body.keys() >= _NEEDED or not isinstance(body["data"], dict):
        return None
    right = isinstance(body["seq"], int) and all(
        isinstance(body[key], str) for key in _NEEDED - {"seq", "data"}
    )
    return body if right else None


def mend_end(path: Path) -> None:
    """Set aside a torn last line, in ``journal.torn``: its fsync never returned, so it was never committed.

    Torn is a line without an end, or with zero bytes (a file that grew before its content arrived). A line that
    only lacks its end is whole and gets one. Anything else that is wrong is not ours to repair.
    """
    if not path.exists():
        return
    content = path.read_bytes()
    start = content.rstrip(b"\r\n").rfind(b"\n") + 1
    last = content[start:]
    if not last.strip(b"\r\n") or (last.endswith(b"\n") and b"\0" not in last):
        return
    whole = b"\0" not in last and _parse(last) is not None
    if not whole:
        with path.with_suffix(".torn").open("ab") as kept:
            kept.write(last + b"\n")
            kept.flush()
            os.fsync(kept.fileno())
    with path.open("r+b") as stream:
        if whole:
            stream.seek(0, os.SEEK_END)
            stream.write(b"\n")
        else:
            stream.truncate(start)
        stream.flush()
        os.fsync(stream.fileno())


def _write_all(handle: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(handle, view) :]
