"""Bringing a database up to the journal: which events still count, and what becomes of one that cannot be read again.

Such an event is set aside: its tables count as not returned, everybody is told, and the campaign goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from statecollect.core import containment
from statecollect.core.errors import StatecollectError, StoreBusy, StoreError
from statecollect.store.database import Database
from statecollect.store.delivery import Delivery
from statecollect.store.journal import KINDS, NIL, SKIP, SUBMISSION, Event, Journal
from statecollect.store.originals import Originals


class Unreplayable(StoreError):
    """The event is sound, but what it speaks of cannot be had again."""


Parse = Callable[[Event, Path], Sequence[Delivery]]


def bring_up(database: Database, journal: Journal, originals: Originals, parse: Parse) -> None:
    """Put the events that the database lacks into it, one transaction each."""
    pending = journal.events[database.applied :]
    if not pending:
        return
    old, given_up = superseded(journal.events), skipped(journal.events)
    for event in pending:
        if event.seq in given_up or event.seq in old:
            _put(database, event, (), vacated=_places(event) if event.seq in given_up else ())
            continue
        try:
            with containment.contained("再读它的原件", str(event.data.get("file", "")), journal.path.parent):
                _put(database, event, deliveries_of(event, originals, parse))
        except StoreBusy:
            raise
        except StatecollectError as error:
            if is_environment(error):
                raise
            _aside(database, event, error.message)


def deliveries_of(event: Event, originals: Originals, parse: Parse) -> Sequence[Delivery]:
    """Return what an event brought, its original read again. Raises whatever makes that impossible."""
    if event.type not in KINDS:
        raise Unreplayable("是较新版本的程序写下的，本版不认识", hint="升级程序")
    if event.type == NIL:
        return nil_returns(event.data)
    if event.type != SUBMISSION:
        return ()
    try:
        original = originals.get(event.data["original"], event.data["sha256"])
    except StoreError as error:
        raise Unreplayable(error.message, hint=error.hint, where=error.where) from error
    return parse(event, original)


def nil_returns(data: Mapping[str, Any]) -> list[Delivery]:
    """Return what a declaration says: nothing to report in these tables."""
    return [
        Delivery.empty(party=str(data["party"]), table=str(table), sha256="", file="")
        for table in data["tables"]
    ]


def superseded(events: Iterable[Event]) -> frozenset[int]:
    """Return the numbers of the returns of which no table counts any more: nothing of them need be read."""
    standing: dict[tuple[str, str], list[tuple[int, str]]] = {}  # event and original, by party and table
    known: set[int] = set()
    for event in events:
        if event.type not in {SUBMISSION, NIL} or "tables" not in event.data:
            continue
        known.add(event.seq)
        beside = event.data.get("beside", ())
        for place in _places(event):
            kept = [delivery for delivery in standing.get(place, ()) if delivery[1] in beside]
            standing[place] = [*kept, (event.seq, str(event.data.get("sha256", "")))]
    return frozenset(known - {seq for those in standing.values() for seq, _ in those})


def skipped(events: Iterable[Event]) -> frozenset[int]:
    """Return the numbers of the events that somebody has given up, and nobody has taken up again since."""
    given_up: set[int] = set()
    for event in events:
        if event.type == SKIP:
            (given_up.discard if event.data.get("undo") else given_up.add)(event.data["skip"])
    return frozenset(given_up)


def is_environment(error: BaseException) -> bool:
    """Whether the disk or the database failed, not what was to be stored."""
    cause = error.__cause__ if isinstance(error, StoreError) else error
    if isinstance(cause, duckdb.Error):
        return isinstance(cause, duckdb.OperationalError | duckdb.InternalError)
    return isinstance(error, StoreError) and not isinstance(error, Unreplayable)


def _places(event: Event) -> list[tuple[str, str]]:
    return [(str(event.data.get("party", "")), str(table)) for table in event.data.get("tables", ())]


def _put(
    database: Database,
    event: Event,
    deliveries: Sequence[Delivery],
    vacated: Sequence[tuple[str, str]] = (),
) -> None:
    with database.transaction():
        beside = event.data.get("beside", ())
        database.apply([(event.seq, deliveries)], event.hash, beside=beside, vacated=vacated)


def _aside(database: Database, event: Event, reason: str) -> None:
    with database.transaction():
        database.set_aside(event.seq, reason)
        beside = event.data.get("beside", ())
        database.apply([(event.seq, ())], event.hash, beside=beside, vacated=_places(event))
