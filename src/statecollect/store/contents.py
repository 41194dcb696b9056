"""What a store holds: tables, deliveries, findings, events. Nothing here changes what was collected."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import duckdb

from statecollect.findings import Finding, Origin
from statecollect.store import merging, queries
from statecollect.store.database import Database
from statecollect.store.delivery import Delivery, Place
from statecollect.store.derived_tables import sources
from statecollect.store.journal import RESOLUTION, START, Event, Journal
from statecollect.store.replay import skipped
from statecollect.store.sql_columns import quoted

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

EARLIER = "去年_"  # before the name of a table that holds what was submitted last year
_SIDE_BY_SIDE = min(4, os.cpu_count() or 1)


class Contents:
    """The half of a store that only reads."""

    def __init__(self, database: Database, journal: Journal | None) -> None:
        self._database = database
        self._journal = journal
        self._known: tuple[int, list[queries.Held]] | None = None  # deliveries as of an event
        self._parties: tuple[Sequence[queries.Held], Mapping[str, Sequence[queries.Held]]] | None = None
        self._digests: dict[str, tuple[list[tuple[str, int]], dict[str, str]]] = {}  # as of these deliveries
        database.choices = self._choices
        self.earlier: frozenset[str] = frozenset()  # names of the tables of which last year's lie beside
        self.catalog = database.catalog

    def set_aside(self) -> list[tuple[int, str]]:
        """Return the numbers of the events that could not be read again and that nobody has given up, with the reason."""
        given_up = skipped(self.events())
        return [(seq, reason) for seq, reason in self._database.were_set_aside() if seq not in given_up]

    def lay_beside(self, earlier: Mapping[str, Sequence[tuple[str, Mapping[str, Any]]]]) -> None:
        """Put last year's rows (party, values by field name) beside the tables of these ids, until the store is closed."""
        for table_id, rows in earlier.items():
            table = self.catalog.tables[table_id]
            queries.lay_beside(self._database, table, EARLIER + table.short, rows)
        self.earlier = frozenset(self.catalog.tables[table_id].short for table_id in earlier)

    def events(self, kind: str | None = None) -> list[Event]:
        """Return what happened, oldest first; of one kind, or all."""
        events = self._journal.events if self._journal else []
        return [event for event in events if kind in (None, event.type)]

    def journal_head(self) -> str:
        """Return the hash of the last event: it stands for the whole history."""
        return (self._journal.hash_at(self._journal.seq) or START) if self._journal else START

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

    def ask(self, statements: Sequence[str], limit: float = queries.LIMIT) -> list[queries.Answer]:
        """Run queries side by side, each on its own; DuckDB plans one on one core, and planning is what takes time.

        One that takes more than ``limit`` seconds is ended.
        """
        self._database.refresh()
        side_by_side = 1 if self.earlier else _SIDE_BY_SIDE  # last year's tables are this connection's alone
        return queries.ask(self._database.connection, statements, side_by_side, limit)

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
        held = [delivery for delivery in self.deliveries() if delivery.table == table_id]
        stamp = [(delivery.party, delivery.seq) for delivery in held]
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
        return frozenset(delivery.table for delivery in self._by_party().get(party, ()))

    def current(self, sha256: str, deliveries: Sequence[Delivery]) -> bool:
        """Whether these tables of this party are what stands already."""
        given = {(delivery.party, delivery.table) for delivery in deliveries}
        held = [delivery for party, _ in given for delivery in self._by_party().get(party, ())]
        return bool(given) and given <= {
            (delivery.party, delivery.table) for delivery in held if delivery.sha256 == sha256
        }

    def parties(self, table_id: str) -> list[str]:
        """Return who has returned a table, nil returns included."""
        return sorted({delivery.party for delivery in self.deliveries() if delivery.table == table_id})

    def not_returned(self, table_ids: Iterable[str]) -> list[str]:
        """Return those collected tables behind ``table_ids`` that nobody has returned."""
        returned = {delivery.table for delivery in self.deliveries()}
        wanted = {
            source
            for table_id in table_ids
            for source in sources(self.catalog, self.catalog.tables[table_id])
        }
        return [table_id for table_id in self.catalog.tables if table_id in wanted - returned]

    def underived(self) -> dict[str, str]:
        """Return the derived tables that could not be computed, with the reason."""
        self._database.refresh()
        return dict(self._database.connection.execute('SELECT "table", problem FROM _underived').fetchall())

    def unmerged(self) -> dict[str, str]:
        """Return the tables in which what several parties say could not be put together, with the reason."""
        self._database.refresh()
        return merging.problems(self._database.connection)

    def disagreements(self, table_id: str) -> list[list[merging.MergedRow]]:
        """Return the groups of rows, each of another party, that have one key and contradict each other."""
        self._database.refresh()
        return merging.told_twice(self._database.connection, self.catalog.tables[table_id])

    def _choices(self) -> list[merging.Choice]:
        return [
            merging.Choice(data["table"], tuple(data["key"]), data["take"], data["said"])
            for data in (event.data for event in self.events(RESOLUTION))
        ]

    def _by_party(self) -> Mapping[str, Sequence[queries.Held]]:
        """Return the current deliveries by party: asked for twice for each of hundreds of workbooks."""
        held = self.deliveries()
        if self._parties is None or self._parties[0] is not held:
            parties: dict[str, list[queries.Held]] = {}
            for delivery in held:
                parties.setdefault(delivery.party, []).append(delivery)
            self._parties = held, parties
        return self._parties[1]
