"""What has happened so far with the workbooks of one party, and what of them counts today."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from statecollect.store import HELD, NIL, SUBMISSION, Delivery, Event, Store
from statecollect.workflow.held import pending


@dataclass(frozen=True, slots=True)
class Past:
    """One party: its events in order, what waits for a decision, and by SHA-256 the tables that count today."""

    events: Sequence[Event] = ()
    waiting: Sequence[Event] = ()
    counting: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def taken_in(self, sha256: str) -> Event | None:
        """Return the last event by which this workbook was taken in."""
        return self._last(SUBMISSION, sha256)

    def counts(self, sha256: str, deliveries: Sequence[Delivery]) -> bool:
        """Whether everything that was taken of this workbook still counts."""
        event = self.taken_in(sha256)
        tables = event.data.get("tables", {delivery.table for delivery in deliveries}) if event else ()
        return bool(tables) and set(tables) <= self.counting.get(sha256, frozenset())

    def waits(self, sha256: str) -> Event | None:
        """Return the event by which this workbook is held now."""
        return next((event for event in self.waiting if event.data["sha256"] == sha256), None)

    def overtaken(self, sha256: str) -> tuple[Event, Event] | None:
        """Return how this workbook came, and the later return that took its place; None where none did."""
        came = self._last(SUBMISSION, sha256) or self._last(HELD, sha256)
        if came is None:
            return None
        tables = set(came.data["tables"])
        later = [
            event
            for event in self.events
            if event.seq > came.seq
            and event.type in {SUBMISSION, NIL}
            and event.data.get("sha256") != sha256
            and tables & set(event.data.get("tables", ()))
        ]
        return (came, later[-1]) if later else None

    def _last(self, kind: str, sha256: str) -> Event | None:
        return next(
            (
                event
                for event in reversed(self.events)
                if event.type == kind and event.data["sha256"] == sha256
            ),
            None,
        )


def pasts(store: Store) -> dict[str, Past]:
    """Return the past of every party that has one."""
    events: dict[str, list[Event]] = defaultdict(list)
    for event in store.events():
        if event.type in {SUBMISSION, HELD, NIL}:
            events[event.data.get("party", "")].append(event)
    counting: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for delivery in store.deliveries():
        counting[delivery.party][delivery.sha256].add(delivery.table)
    return {
        party: Past(
            events[party],
            pending(events[party]) if any(event.type == HELD for event in events[party]) else (),
            {sha256: frozenset(tables) for sha256, tables in counting[party].items() if sha256},
        )
        for party in {*events, *counting}
    }


def saved(event: Event | None) -> tuple[int, dt.datetime | None]:
    """Return round and time of saving of a workbook that was taken in; older events do not say."""
    if event is None:
        return 0, None
    text = event.data.get("modified", "")
    return int(event.data.get("round", 0)), dt.datetime.fromisoformat(text) if text else None


def day(event: Event) -> str:
    """Return the day of an event as people say it."""
    found = dt.date.fromisoformat(event.at[:10])
    return f"{found.month} 月 {found.day} 日"
