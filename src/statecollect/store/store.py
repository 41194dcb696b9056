"""The store of a campaign: one place for what was returned, and what was decided about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from statecollect.catalog import Catalog
from statecollect.core import containment
from statecollect.core.errors import Refused, StatecollectError, StoreError
from statecollect.store import history
from statecollect.store.connection import fresh
from statecollect.store.contents import Contents
from statecollect.store.database import Database
from statecollect.store.delivery import Delivery
from statecollect.store.journal import (
    DIFFERENCE,
    EVIDENCE,
    KEEPING,
    LOSS,
    NIL,
    REKEY,
    SKIP,
    START,
    SUBMISSION,
    Entry,
    Event,
    Journal,
)
from statecollect.store.lock import store_lock
from statecollect.store.opening import Difference, Opening, open_database
from statecollect.store.originals import Originals, sha256_of
from statecollect.store.replay import Parse, bring_up, is_environment, nil_returns, skipped
from statecollect.store.seal import name_of, propose_key, read_key, settle_key


@dataclass(frozen=True, slots=True)
class Return:
    """A workbook as read, to be taken in. ``data``: what ``parse`` needs beside the original, and what the log tells.

    ``beside``: SHA-256 of originals of the same party whose tables go on counting: this one is a part of the same
    return, not a newer version of it.
    """

    deliveries: Sequence[Delivery]
    data: Mapping[str, Any]
    original: Path
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Consent:
    """Who lets a rebuild go on although something is lost (``loss``) or reads differently (``differences``), and why."""

    by: str
    reason: str
    at: str
    loss: bool = False
    differences: bool = False


class Store(Contents):
    """Open with ``Store.open`` (on disk) or ``Store.in_memory`` (to check one file); a context manager.

    ``differences``: the cells that a database made anew on opening reads differently from the one before.
    """

    def __init__(
        self,
        database: Database,
        journal: Journal | None,
        originals: Originals | None,
        parse: Parse,
        held: ExitStack,
        differences: Sequence[Difference] = (),
    ) -> None:
        super().__init__(database, journal)
        self._originals = originals
        self._parse = parse
        self._held = held
        self.differences = tuple(differences)

    @classmethod
    def open(
        cls,
        folder: Path,
        catalog: Catalog,
        parameters: Mapping[str, object],
        parse: Parse,
        wait: float = 30,
        *,
        anew: bool = False,
        consent: Consent | None = None,
    ) -> Store:
        """Open the store in ``folder`` (made if it is not there), alone; wait for others up to ``wait`` seconds.

        ``parse`` reads the original of a submission event again: the database is brought up to the journal, or
        made from it when it is missing, damaged or of another schema, or ``anew``. Raises StoreBusy, StoreError, and
        Refused when signed tables would read differently.
        """
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        losing, differing = (consent.loss, consent.differences) if consent else (False, False)
        with ExitStack() as stack:
            stack.enter_context(store_lock(folder, wait))
            originals = Originals(folder / history.ORIGINALS)
            journal = Journal.open(folder / history.JOURNAL, losing=losing)
            journal.sealed_with(settle_key(folder, journal.key_named))
            asked = Opening(folder, catalog, parameters, parse, anew, losing, differing)
            opened = open_database(asked, journal, originals)
            stack.callback(opened.database.close)
            store = cls(opened.database, journal, originals, parse, stack.pop_all(), opened.differences)
        try:
            if consent is not None:
                store._consented(consent, opened.lost)
        except BaseException:
            store.close()
            raise
        return store

    @classmethod
    def rebuild(
        cls,
        folder: Path,
        catalog: Catalog,
        parameters: Mapping[str, object],
        parse: Parse,
        wait: float = 30,
        consent: Consent | None = None,
    ) -> Store:
        """Make the database again from originals and journal, and return the open store; the old one stays until then."""
        return cls.open(folder, catalog, parameters, parse, wait, anew=True, consent=consent)

    @classmethod
    def in_memory(cls, catalog: Catalog, parameters: Mapping[str, object]) -> Store:
        """Return an empty store that keeps nothing; fill it with ``apply``."""
        database = Database.create(fresh(None), catalog, START)
        database.set_parameters(parameters)
        held = ExitStack()
        held.callback(database.close)
        return cls(database, None, None, lambda _event, _path: (), held)

    def close(self) -> None:
        """Close the database, then free the lock."""
        self._held.close()

    def __enter__(self) -> Self:
        """Return the store itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()

    def submit_all(self, returns: Sequence[Return], by: str, at: str) -> list[Event | StatecollectError]:
        """Take in many workbooks together, each whole or not at all; return for each its event, or why it was not taken.

        Each replaces, table by table, what its party returned before; no two are of one party, unless they are
        ``beside`` each other. The database tries first: what it does not take leaves no trace. Nothing has happened
        until the journal's lines are on disk, and everything has then. Raises StoreError when disk or database fail.
        """
        _, originals = self._on_disk()
        self._catch_up()
        outcomes: dict[int, Event | StatecollectError] = {}
        names: dict[int, tuple[str, str]] = {}
        for place, arrived in enumerate(returns):
            sha256 = arrived.deliveries[0].sha256 if arrived.deliveries else sha256_of(arrived.original)
            try:
                with containment.contained(
                    "保存原件", str(arrived.data.get("file", "")), originals.folder.parent
                ):
                    for delivery in arrived.deliveries:
                        self._database.collected(delivery.table)
                    names[place] = originals.keep(arrived.original, sha256), sha256
            except StatecollectError as error:
                outcomes[place] = error
        waiting = [list(names)]  # a group of which one fails is tried again by halves
        while waiting:
            group = waiting.pop()
            if not group:
                continue
            given = [(returns[place], *names[place]) for place in group]
            before = self._on_disk()[0].seq
            try:
                outcomes |= zip(group, self._take(given, by, at), strict=True)
            except (KeyboardInterrupt, SystemExit, GeneratorExit):
                raise
            except BaseException as error:
                if is_environment(error):
                    raise
                written = self._reload(before)
                outcomes |= zip(group, written, strict=False)
                left = group[len(written) :]
                if len(left) == 1 and not written:
                    outcomes[left[0]] = self._refused(error, returns[left[0]])
                else:
                    waiting += [left[len(left) // 2 :], left[: len(left) // 2]]
        return [outcomes[place] for place in range(len(returns))]

    def submit(
        self, deliveries: Sequence[Delivery], event_data: Mapping[str, Any], original: Path, by: str, at: str
    ) -> bool:
        """Take in one workbook; return False when it is what this party's tables hold already."""
        if deliveries and self.current(deliveries[0].sha256, deliveries):
            return False
        (outcome,) = self.submit_all([Return(deliveries, event_data, original)], by, at)
        if isinstance(outcome, StatecollectError):
            raise outcome
        return True

    def declare_nil(
        self, party: str, tables: Sequence[str], data: Mapping[str, Any], by: str, at: str
    ) -> Event:
        """Write down that a party has nothing to report in these tables: it replaces what it returned of them before."""
        return self.record(NIL, {**data, "party": party, "tables": list(tables)}, by, at)

    def record(self, kind: str, data: Mapping[str, Any], by: str, at: str) -> Event:
        """Write down an event of any other kind than a return."""
        journal, originals = self._on_disk()
        self._catch_up()
        (event,) = journal.next([Entry(kind, data, by, at)])
        deliveries = nil_returns(data) if kind == NIL else ()
        with self._database.transaction():
            self._database.apply([(event.seq, deliveries)], event.hash)
            journal.append([event])
        if kind in KEEPING:
            originals.confirm([str(data["original"])])
        journal.remember()
        return event

    def keep_original(self, path: Path, sha256: str) -> str:
        """Keep a file that does not count yet; return its name for the event that tells of it."""
        return self._on_disk()[1].keep(path, sha256)

    def keep_document(self, path: Path, table: str, party: str, by: str, at: str) -> tuple[Event, bool]:
        """Keep a supporting document; return the event that filed it for this table and party, and whether it is new."""
        _, originals = self._on_disk()
        sha256 = sha256_of(path)
        filed = {"table": table, "party": party, "sha256": sha256}
        for event in self.documents():
            if filed.items() <= event.data.items():
                return event, False
        kept = {**filed, "file": path.name, "original": originals.keep(path, sha256)}
        return self.record(EVIDENCE, kept, by, at), True

    def documents(self) -> list[Event]:
        """Return the events by which supporting documents were filed."""
        return self.events(EVIDENCE)

    def skip(self, seq: int, *, undo: bool, by: str, reason: str, at: str) -> Event:
        """Give up a record that cannot be read again: its tables count as not returned. ``undo`` takes it up again."""
        waiting = [number for number, _ in self.set_aside()]
        if seq not in (skipped(self.events()) if undo else waiting):
            known = "、".join(map(str, waiting)) or "没有"
            said = "没有被放弃" if undo else "能正常读出，不用放弃"
            raise Refused(f"第 {seq} 条记录{said}", hint=f"读不出来的记录：{known}")
        return self.record(SKIP, {"skip": seq, "reason": reason, **({"undo": True} if undo else {})}, by, at)

    def rekey(self, key: bytes, *, by: str, reason: str, at: str) -> Event:
        """Seal and sign with another key from now on: templates made before are no longer recognised."""
        journal, _ = self._on_disk()
        folder = journal.path.parent
        before = read_key(folder)
        propose_key(folder, key)
        journal.sealed_with(key)
        told = {"key": name_of(key), "before": name_of(before), "reason": reason}
        event = self.record(REKEY, told, by, at)
        settle_key(folder, journal.key_named)
        return event

    def apply(self, deliveries: Sequence[Delivery]) -> None:
        """Fill a store in memory."""
        if self._journal is not None:
            raise StoreError("这个采集文件夹的数据只能经报送写入", hint="用 statecollect ingest 收表")
        with self._database.transaction():
            self._database.apply([(self._database.applied + 1, deliveries)], "")

    def original(self, sha256: str) -> Path:
        """Return the kept original of a return or of one that is held. Raises StoreError when it is missing or changed."""
        _, originals = self._on_disk()
        kept = [
            event.data for event in self.events() if event.type in KEEPING and event.data["sha256"] == sha256
        ]
        if not kept:
            raise StoreError("没有收过这份原件", hint="用 statecollect log 查看收过的文件", where=sha256[:12])
        return originals.get(str(kept[0]["original"]), sha256)

    def _take(self, given: Sequence[tuple[Return, str, str]], by: str, at: str) -> list[Event]:
        """Put returns, with the names and digests of their originals, into database and journal, all or none."""
        journal, originals = self._on_disk()
        entries = [
            Entry(
                SUBMISSION, {**arrived.data, **_beside(arrived), "sha256": sha256, "original": name}, by, at
            )
            for arrived, name, sha256 in given
        ]
        events = journal.next(entries)
        with self._database.transaction():
            for beside, those in groupby(
                zip(given, events, strict=True),
                lambda pair: (pair[0][0].beside, pair[0][0].beside and pair[1].seq),
            ):
                pairs = [(event, arrived.deliveries) for (arrived, *_), event in those]
                batch = [(event.seq, deliveries) for event, deliveries in pairs]
                self._database.apply(batch, pairs[-1][0].hash, beside=beside[0])
            journal.append(events)
        originals.confirm([name for _, name, _ in given])
        journal.remember()
        return events

    def _reload(self, before: int) -> list[Event]:
        """Find out what reached the disk when something went wrong; return the events after ``before`` that did."""
        journal, _ = self._on_disk()
        self._known = self._parties = None
        self._journal = Journal.open(journal.path, read_key(journal.path.parent))
        self._catch_up()
        return self._journal.events[before:]

    def _refused(self, error: BaseException, one: Return) -> StatecollectError:
        if isinstance(error, StatecollectError) and not isinstance(error, StoreError):
            return error
        folder = self._on_disk()[0].path.parent
        return containment.fault_of(error, "把内容存进数据库", str(one.data.get("file", "")), folder)

    def _consented(self, consent: Consent, lost: Sequence[str]) -> None:
        if lost:
            known = history.mentioned(self.events())
            extra = [name for name in self._on_disk()[1].names() if name not in known]
            data = {"lost": list(lost), "originals": extra, "reason": consent.reason}
            self.record(LOSS, data, consent.by, consent.at)
        if self.differences:
            tables = sorted({difference.table for difference in self.differences})
            about: dict[str, Any] = {
                "tables": tables,
                "cells": len(self.differences),
                "reason": consent.reason,
            }
            self.record(DIFFERENCE, about, consent.by, consent.at)

    def _on_disk(self) -> tuple[Journal, Originals]:
        if self._journal is None or self._originals is None:
            raise StoreError("这里只检查文件，不保存", hint="在采集文件夹中用 statecollect ingest 收表")
        return self._journal, self._originals

    def _catch_up(self) -> None:
        """Bring the database up to the journal."""
        journal, originals = self._on_disk()
        bring_up(self._database, journal, originals, self._parse)


def _beside(one: Return) -> dict[str, Any]:
    return {"beside": list(one.beside)} if one.beside else {}
