"""The store of a campaign: one place for what was returned, and what was decided about it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import duckdb

from statecollect.catalog import Catalog
from statecollect.errors import StatecollectError, StoreError
from statecollect.findings import Finding, Origin
from statecollect.store import merging, queries
from statecollect.store.columns import quoted
from statecollect.store.database import Database
from statecollect.store.delivery import Delivery, Place
from statecollect.store.derived import sources
from statecollect.store.journal import EVIDENCE, RESOLUTION, START, SUBMISSION, Event, Journal, verify
from statecollect.store.lock import store_lock
from statecollect.store.originals import Originals, sha256_of

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

Parse = Callable[[Event, Path], Sequence[Delivery]]
EARLIER = "去年_"  # before the name of a table that holds what was submitted last year
_SIDE_BY_SIDE = min(4, os.cpu_count() or 1)
_GROUP = 100  # workbooks brought into the database together
JOURNAL, ORIGINALS, DATABASE = "journal.jsonl", "originals", "data.duckdb"


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


class Store:
    """Open with ``Store.open`` (on disk) or ``Store.in_memory`` (to check one file); a context manager."""

    def __init__(
        self,
        database: Database,
        journal: Journal | None,
        originals: Originals | None,
        parse: Parse,
        held: ExitStack,
    ) -> None:
        self._database = database
        self._journal = journal
        self._originals = originals
        self._parse = parse
        self._held = held
        self._known: tuple[int, list[queries.Held]] | None = None  # deliveries as of an event
        self._parties: tuple[Sequence[queries.Held], Mapping[str, Sequence[queries.Held]]] | None = None
        self._digests: dict[str, tuple[list[tuple[str, int]], dict[str, str]]] = {}  # as of these deliveries
        self._in_batch = False
        self._waiting: list[tuple[Event, Sequence[Delivery]]] = []  # committed, not yet in the database
        database.choices = self._choices
        self.earlier: frozenset[str] = frozenset()  # names of the tables of which last year's lie beside
        self.catalog = database.catalog

    @classmethod
    def open(
        cls, folder: Path, catalog: Catalog, parameters: Mapping[str, object], parse: Parse, wait: float = 30
    ) -> Store:
        """Open the store in ``folder`` (made if it is not there), alone; wait for others up to ``wait`` seconds.

        ``parse`` reads the original of a submission event again: the database is brought up to the journal, or
        made from it when it is missing, damaged or of another schema. Raises StoreBusy, StoreError.
        """
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with ExitStack() as stack:
            stack.enter_context(store_lock(folder, wait))
            journal = Journal.open(folder / JOURNAL)
            database = Database.open(folder / DATABASE, catalog, parameters, journal.hash_at)
            stack.callback(database.close)
            store = cls(database, journal, Originals(folder / ORIGINALS), parse, stack.pop_all())
        try:
            store._catch_up()
        except BaseException:
            store.close()
            raise
        return store

    @classmethod
    def rebuild(
        cls, folder: Path, catalog: Catalog, parameters: Mapping[str, object], parse: Parse, wait: float = 30
    ) -> Store:
        """Throw the database away, make it from originals and journal, and return the open store."""
        with store_lock(folder, wait):
            for name in (DATABASE, f"{DATABASE}.wal"):
                (folder / name).unlink(missing_ok=True)
        return cls.open(folder, catalog, parameters, parse, wait)

    @classmethod
    def in_memory(cls, catalog: Catalog, parameters: Mapping[str, object]) -> Store:
        """Return an empty store that keeps nothing; fill it with ``apply``."""
        database = Database.open(None, catalog, parameters, {0: START}.get)
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

    def submit(
        self, deliveries: Sequence[Delivery], event_data: Mapping[str, Any], original: Path, by: str, at: str
    ) -> bool:
        """Take in a workbook; return False when it is what this party's tables hold already.

        ``event_data`` is what ``parse`` needs beside the original. The workbook replaces, table by table, what its
        party returned before. Nothing has happened until the journal's line is on disk, and everything has then.
        """
        journal, originals = self._on_disk()
        sha256 = deliveries[0].sha256 if deliveries else sha256_of(original)
        if not self._waiting:
            self._catch_up()
        self._settle(one.party for one in deliveries)
        if deliveries and self._current(sha256, deliveries):
            return False
        name = originals.keep(original, sha256)
        event = journal.next(SUBMISSION, {**event_data, "sha256": sha256, "original": name}, by, at)
        if self._in_batch:
            for one in deliveries:
                self._database.collected(one.table)
            journal.append(event)
            self._waiting.append((event, deliveries))
            return True
        with self._database.transaction():
            self._database.apply([(event.seq, deliveries)], event.hash)
            journal.append(event)
        journal.remember()
        return True

    def submit_all(self, returns: Sequence[Return], by: str, at: str) -> list[Event | StatecollectError]:
        """Take in many workbooks together, each whole or not at all; return for each its event, or why it was not taken.

        No two are of one party, unless they are ``beside`` each other. Those that the database takes are journalled,
        the others leave no trace.
        """
        outcomes: list[Event | StatecollectError] = []
        for one in returns:
            try:
                self.submit(one.deliveries, one.data, one.original, by, at)
                outcomes.append(self._on_disk()[0].events[-1])
            except StatecollectError as error:
                outcomes.append(error)
        return outcomes

    def current(self, sha256: str, deliveries: Sequence[Delivery]) -> bool:
        """Whether these tables of this party are what stands already."""
        return bool(deliveries) and self._current(sha256, deliveries)

    def declare_nil(
        self, party: str, tables: Sequence[str], data: Mapping[str, Any], by: str, at: str
    ) -> Event:
        """Write down that a party has nothing to report in these tables: it replaces what it returned of them before."""
        raise NotImplementedError

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Take in many workbooks: each is committed by its line of the journal as ever, the database follows in groups.

        Should the process die before, the next one reads the originals again.
        """
        self._in_batch = True
        try:
            yield
        finally:
            self._in_batch = False
            self._settle()

    def _settle(self, parties: Iterable[str] | None = None) -> None:
        """Bring into the database what waits: when one of these parties is concerned, when it is much, or in any case."""
        waiting = {one.party for _, deliveries in self._waiting for one in deliveries}
        if not self._waiting or (
            parties is not None and not waiting & set(parties) and len(self._waiting) < _GROUP
        ):
            return
        batch = [(event.seq, deliveries) for event, deliveries in self._waiting]
        head, self._waiting = self._waiting[-1][0].hash, []
        self._on_disk()[0].remember()
        with self._database.transaction():
            self._database.apply(batch, head)

    def record(self, kind: str, data: Mapping[str, Any], by: str, at: str) -> Event:
        """Write down a decision: an event of any other kind, which changes no collected data."""
        journal, _ = self._on_disk()
        self._settle()
        self._catch_up()
        event = journal.next(kind, data, by, at)
        with self._database.transaction():
            self._database.apply([(event.seq, ())], event.hash)
            journal.append(event)
        journal.remember()
        return event

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

    def lay_beside(self, earlier: Mapping[str, Sequence[tuple[str, Mapping[str, Any]]]]) -> None:
        """Put last year's rows (party, values by field name) beside the tables of these ids, until the store is closed."""
        for table_id, rows in earlier.items():
            table = self.catalog.tables[table_id]
            queries.lay_beside(self._database, table, EARLIER + table.short, rows)
        self.earlier = frozenset(self.catalog.tables[table_id].short for table_id in earlier)

    def apply(self, deliveries: Sequence[Delivery]) -> None:
        """Fill a store in memory."""
        if self._journal is not None:
            raise StoreError("这个采集文件夹的数据只能经报送写入", hint="用 statecollect ingest 收表")
        with self._database.transaction():
            self._database.apply([(self._database.applied + 1, deliveries)], "")

    def events(self, kind: str | None = None) -> list[Event]:
        """Return what happened, oldest first; of one kind, or all."""
        events = self._journal.events if self._journal else []
        return [event for event in events if kind in (None, event.type)]

    def journal_head(self) -> str:
        """Return the hash of the last event: it stands for the whole history."""
        return (self._journal.hash_at(self._journal.seq) or START) if self._journal else START

    def original(self, sha256: str) -> Path:
        """Return the kept original of a submission. Raises StoreError when it is missing or changed."""
        _, originals = self._on_disk()
        names = [one.data["original"] for one in self.events(SUBMISSION) if one.data["sha256"] == sha256]
        if not names:
            raise StoreError("没有收过这份原件", hint="用 statecollect log 查看收过的文件", where=sha256[:12])
        return originals.get(names[0], sha256)

    @contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Give a connection for queries, derived tables up to date; nothing can be written through it."""
        self._database.refresh()
        connection = self._database.connection
        connection.execute("BEGIN TRANSACTION READ ONLY")
        try:
            yield connection
        finally:
            connection.execute("ROLLBACK")

    def ask(self, statements: Sequence[str]) -> list[queries.Answer]:
        """Run queries side by side, each on its own; DuckDB plans one on one core, and planning is what takes time."""
        self._database.refresh()
        side_by_side = 1 if self.earlier else _SIDE_BY_SIDE  # last year's tables are this connection's alone
        return queries.ask(self._database.connection, statements, side_by_side)

    def table(self, table_id: str, *, with_party: bool = False) -> pa.Table:
        """Return a table's fields in the order of its key; ``with_party``: who filled each row stands first."""
        self._database.refresh()
        return queries.content(self._database, self.catalog.tables[table_id], with_party)

    def frame(self, table_id: str) -> pd.DataFrame:
        """Return a table as a pandas DataFrame, one column a field."""
        frame: pd.DataFrame = self.table(table_id).to_pandas()
        return frame

    def rows(self, table_id: str) -> list[list[Any]]:
        """Return a table row by row, in the order of its key."""
        return queries.rows_of(self.table(table_id))

    def distinct(self, table_id: str, field: str, most: int) -> list[str]:
        """Return the values of a text field in their order, at most so many."""
        name, table = quoted(field), quoted(self.catalog.tables[table_id].short)
        sql = f"SELECT DISTINCT {name} FROM {table} WHERE {name} IS NOT NULL ORDER BY {name} LIMIT {most}"
        return [str(row[0]) for row in self._database.connection.execute(sql).fetchall()]

    def party_rows(self, table_id: str, party: str) -> list[tuple[Any, ...]]:
        """Return what one party says in a table, row by row in field order."""
        return queries.party_rows(self._database, self.catalog.tables[table_id], party)

    def as_delivered(self, table_id: str, fields: Sequence[str]) -> list[Delivery]:
        """Return what each party said in some columns of a table, with the places of the rows."""
        table = self.catalog.tables[table_id]
        return queries.as_delivered(self._database, table, fields, self.deliveries())

    def row_texts(
        self, table_id: str, places: Iterable[tuple[str, str, int | None]]
    ) -> dict[tuple[str, str, int | None], str]:
        """Return what the rows at these places (party, sheet, row) say, each as one text."""
        return queries.row_texts(self._database, self.catalog.tables[table_id], set(places))

    def row_count(self, table_id: str) -> int:
        """How many rows a table has."""
        self._database.refresh()
        name = quoted(self.catalog.tables[table_id].short)
        found = self._database.connection.execute(f"SELECT count(*) FROM {name}").fetchall()
        return int(found[0][0])

    def digest(self, table_id: str, party: str | None = None) -> str:
        """Return a SHA-256 over what a table says, of one party or all; ids and order of arrival do not count."""
        self._database.refresh()
        return queries.digest(self._database, self.catalog.tables[table_id], party)

    def digests(self, table_id: str) -> dict[str, str]:
        """Return the digest of what each party that returned a table says in it."""
        held = [one for one in self.deliveries() if one.table == table_id]
        stamp = [(one.party, one.seq) for one in held]
        known = self._digests.get(table_id)
        if known is None or known[0] != stamp:
            known = stamp, queries.digests(self._database, self.catalog.tables[table_id], held)
            self._digests[table_id] = known
        return dict(known[1])

    def places(self, table_id: str, ids: Iterable[int]) -> dict[int, Place]:
        """Return where rows came from, by row id."""
        return queries.places(self._database, self.catalog.tables[table_id], ids, self.deliveries())

    def origins(self, table_id: str, ids: Iterable[int], field: str | None) -> dict[int, Origin]:
        """Return the cells of a field, by row id."""
        return {row_id: place.origin(field) for row_id, place in self.places(table_id, ids).items()}

    def rejected(self, table_id: str) -> dict[int, frozenset[str]]:
        """Return the fields that were filled but could not be kept, by row id."""
        return queries.rejected(self._database, self.catalog.tables[table_id])

    def findings(self) -> list[Finding]:
        """Return what was found when the current deliveries were read."""
        return queries.findings(self._database)

    def deliveries(self) -> list[queries.Held]:
        """Return the current deliveries, nil returns included."""
        if self._known is None or self._known[0] != self._database.applied:
            self._known = (self._database.applied, queries.held(self._database))
        return self._known[1]

    def returned(self, party: str) -> frozenset[str]:
        """Return the ids of the tables a party has returned, nil returns included."""
        self._settle([party])
        return frozenset(one.table for one in self._by_party().get(party, ()))

    def parties(self, table_id: str) -> list[str]:
        """Return who has returned a table, nil returns included."""
        return sorted({one.party for one in self.deliveries() if one.table == table_id})

    def not_returned(self, table_ids: Iterable[str]) -> list[str]:
        """Return those collected tables behind ``table_ids`` that nobody has returned."""
        returned = {one.table for one in self.deliveries()}
        wanted = {source for one in table_ids for source in sources(self.catalog, self.catalog.tables[one])}
        return [table_id for table_id in self.catalog.tables if table_id in wanted - returned]

    def underived(self) -> dict[str, str]:
        """Return the derived tables that could not be computed, with the reason."""
        self._database.refresh()
        return dict(self._database.connection.execute('SELECT "table", problem FROM _underived').fetchall())

    def disagreements(self, table_id: str) -> list[list[merging.Row]]:
        """Return the groups of rows, each of another party, that have one key and contradict each other."""
        self._database.refresh()
        return merging.told_twice(self._database.connection, self.catalog.tables[table_id])

    def _choices(self) -> list[merging.Choice]:
        return [
            merging.Choice(data["table"], tuple(data["key"]), data["take"], data["said"])
            for data in (event.data for event in self.events(RESOLUTION))
        ]

    def _on_disk(self) -> tuple[Journal, Originals]:
        if self._journal is None or self._originals is None:
            raise StoreError("这里只检查文件，不保存", hint="在采集文件夹中用 statecollect ingest 收表")
        return self._journal, self._originals

    def _current(self, sha256: str, deliveries: Sequence[Delivery]) -> bool:
        given = {(one.party, one.table) for one in deliveries}
        held = [one for party, _ in given for one in self._by_party().get(party, ())]
        return given <= {(one.party, one.table) for one in held if one.sha256 == sha256}

    def _by_party(self) -> Mapping[str, Sequence[queries.Held]]:
        """Return the current deliveries by party: asked for twice for each of hundreds of workbooks."""
        held = self.deliveries()
        if self._parties is None or self._parties[0] is not held:
            parties: dict[str, list[queries.Held]] = {}
            for one in held:
                parties.setdefault(one.party, []).append(one)
            self._parties = held, parties
        return self._parties[1]

    def _catch_up(self) -> None:
        """Bring the database up to the journal."""
        journal, originals = self._on_disk()
        for event in journal.events[self._database.applied :]:
            deliveries: Sequence[Delivery] = ()
            if event.type == SUBMISSION:
                deliveries = self._parse(event, originals.get(event.data["original"], event.data["sha256"]))
            with self._database.transaction():
                self._database.apply([(event.seq, deliveries)], event.hash)


def verify_folder(folder: Path) -> list[str]:
    """Return what is wrong with the journal and the originals of a store's folder, one sentence each."""
    return verify(folder / JOURNAL, folder / ORIGINALS)
