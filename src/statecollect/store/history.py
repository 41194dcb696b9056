"""Whether the history is whole: what ``log --verify`` says, and what keeps a store from being opened.

Neither needs the database; what it remembers of the journal is one witness more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from statecollect.store import heads
from statecollect.store.journal import KEEPING, LOSS, REKEY, START, Event, last_key, read_events
from statecollect.store.originals import Originals
from statecollect.store.seal import holds, key_of, name_of, sealed_by

JOURNAL, ORIGINALS, DATABASE = "journal.jsonl", heads.ORIGINALS, "data.duckdb"
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found: ``problems`` mean that something was changed or is gone, ``remarks`` are worth knowing."""

    events: tuple[Event, ...]
    problems: tuple[str, ...]
    remarks: tuple[str, ...]


def events_of(folder: Path) -> list[Event]:
    """Return the events of a store's folder that can be read, oldest first; nothing is opened, mended or locked."""
    return list(read_events(folder / JOURNAL, []))


def verify_folder(folder: Path) -> Verified:
    """Check journal, seals and originals of a store's folder."""
    journal = folder / JOURNAL
    problems: list[str] = []
    remarks: list[str] = []
    events = list(read_events(journal, problems))
    if not problems:
        problems += heads.beyond(journal, events)
    problems += heads.whole(journal)
    kept = Originals(folder / ORIGINALS)
    for event in events:
        if event.type in KEEPING:
            name = str(event.data.get("original", ""))
            problem = kept.problem(name, str(event.data.get("sha256", "")))
            if problem:
                problems.append(f"第 {event.seq} 条记录：{problem}（{name}）")
    problems += unmentioned(kept, events)
    torn = journal.with_suffix(".torn")
    if torn.exists():
        remarks.append(f"有没写完的记录被另存在 {torn.name}（断电或强行结束时留下的，没有算数）")
    _check_seals(events, key_of(folder, last_key(events)), problems, remarks)
    remarks += _backwards(events)
    return Verified(tuple(events), tuple(problems), tuple(remarks))


def missing(folder: Path, events: Sequence[Event], remembered: tuple[int, str] | None) -> list[str]:
    """Say what shows that part of the history is gone. ``remembered``: number and hash of the database's last event."""
    journal = folder / JOURNAL
    if remembered is not None:
        seq, digest = remembered
        if seq > len(events):
            return [f"数据库里有 {seq} 条记录的数据，采集日志却只有 {len(events)} 条"]
        if digest != (events[seq - 1].hash if seq else START):
            return [f"采集日志第 {seq} 条与数据库记得的不是同一条"]
    agreed = remembered is not None and remembered[0] == len(events)
    if events and not heads.known(journal) and not agreed:
        return ["采集日志的末尾标记（journal.head）不见了，看不出日志是否完整"]
    return unmentioned(Originals(folder / ORIGINALS), events)


def unmentioned(originals: Originals, events: Iterable[Event]) -> list[str]:
    """Say which kept originals no event mentions: their events are gone."""
    known = mentioned(events)
    lost = [name for name in originals.names() if name not in known]
    if not lost:
        return []
    shown = "、".join(name[:12] for name in lost[:_SHOWN]) + ("等" if len(lost) > _SHOWN else "")
    return [f"{len(lost)} 份原件（{shown}）在采集日志中没有记录：日志缺了一段，或被旧备份覆盖"]


def mentioned(events: Iterable[Event]) -> frozenset[str]:
    """Return the names of the originals that events speak of, given up ones included."""
    names: set[str] = set()
    for event in events:
        if event.type in KEEPING:
            names.add(str(event.data.get("original", "")))
        elif event.type == LOSS:
            names.update(map(str, event.data.get("originals", ())))
    return frozenset(names)


def _check_seals(events: Sequence[Event], key: bytes, problems: list[str], remarks: list[str]) -> None:
    """Check the seals since the key was last made anew: those before are gone with their key, but chained to these."""
    sealed = [event for event in events if event.mac]
    if not sealed:
        if events:
            remarks.append("记录没有签名（旧版程序写的，或写的时候没有密钥），只核对了前后相连")
        return
    if not key:
        remarks.append("密钥 secret.key 不在，签名无从核对，只核对了前后相连")
        return
    began = max((event.seq for event in events if event.type == REKEY), default=sealed[0].seq)
    if began > 1:
        remarks.append(f"第 {began} 条以前的签名用的是旧密钥或没有签名，由第 {began} 条起的签名担保")
    for event in events[began - 1 :]:
        if not event.mac:
            problems.append(f"第 {event.seq} 条记录没有签名；若当时丢失过密钥，用 statecollect rekey 重做")
        elif sealed_by(event.mac) != name_of(key):
            problems.append(f"第 {event.seq} 条记录是用别的密钥签的")
        elif not holds(event.mac, event.hash, key):
            problems.append(f"第 {event.seq} 条记录的签名不对：内容不是本采集工作的程序写下的")


def _backwards(events: Sequence[Event]) -> list[str]:
    """Name the events whose time lies before that of the event before them."""
    found = []
    for name, said in (("at", "所记的时间"), ("recorded", "电脑的时间")):
        latest: dt.datetime | None = None
        places = []
        for event in events:
            time = _time(getattr(event, name))
            if time is None:
                continue
            if latest is not None and time < latest:
                places.append(event.seq)
            latest = time
        if places:
            shown = "、".join(map(str, places[:_SHOWN])) + (
                f" 等 {len(places)} 条" if len(places) > _SHOWN else ""
            )
            found.append(f"第 {shown} 条记录{said}早于它的上一条")
    return found


def _time(text: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError):
        return None
