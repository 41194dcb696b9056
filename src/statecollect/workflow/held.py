"""Workbooks that are kept, but do not count until somebody accepts them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from statecollect.core.errors import UsageError
from statecollect.store import HELD, NIL, SUBMISSION, Event, Store

SHORTEST = 8  # digits of a SHA-256 by which a held workbook may be named


def held_returns(store: Store) -> list[Event]:
    """Return the workbooks that wait for a decision: neither accepted since, nor overtaken by a later return."""
    return pending(store.events())


def pending(events: Iterable[Event]) -> list[Event]:
    """Return what waits after these events, oldest first."""
    waiting: dict[tuple[str, str], Event] = {}
    for event in events:
        if event.type == HELD:
            waiting[event.data["party"], event.data["sha256"]] = event
        elif event.type in {SUBMISSION, NIL} and waiting:
            party, tables = event.data.get("party"), set(event.data.get("tables", ()))
            waiting = {
                place: event
                for place, event in waiting.items()
                if place[0] != party or not tables & set(event.data.get("tables", ()))
            }
    return list(waiting.values())


def held_named(store: Store, prefix: str) -> Event:
    """Return the one held workbook whose SHA-256 begins so. Raises UsageError, with all that are held."""
    waiting = held_returns(store)
    prefix = prefix.strip().lower()
    found = [
        event for event in waiting if len(prefix) >= SHORTEST and event.data["sha256"].startswith(prefix)
    ]
    if len(found) == 1:
        return found[0]
    listed = "；".join(
        f"{event.data['sha256'][:12]} {event.data['file']}（{event.data['party']}）" for event in waiting
    )
    said = f"「{prefix}」对得上 {len(found)} 份待确认的表" if found else f"没有待确认的表「{prefix}」"
    hint = f"待确认的有：{listed}" if waiting else "现在没有待确认的表"
    raise UsageError(said, hint=hint)


def hold(
    store: Store, path: Path, sha256: str, said: Mapping[str, Any], reason: str, by: str, at: str
) -> None:
    """Keep the original and write down that it waits, and why."""
    original = store.keep_original(path, sha256)
    store.record(HELD, {**said, "sha256": sha256, "original": original, "reason": reason}, by, at)
