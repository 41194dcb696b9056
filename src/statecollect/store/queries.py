"""What can be read from the database: rows, their places, findings, deliveries, digests."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, fields
from threading import Lock
from typing import TYPE_CHECKING, Any

import duckdb

from statecollect.catalog import Table
from statecollect.core.spelling import spelled
from statecollect.findings import Finding, Origin
from statecollect.store.database import FINDING_COLUMNS, Database
from statecollect.store.delivery import Delivery, Place
from statecollect.store.merging import as_returned
from statecollect.store.sql_columns import arrow_table, quoted, sql_of

if TYPE_CHECKING:
    import pyarrow as pa

_PLACE_ORDER = "_party, _sheet, _row, _id"


@dataclass(frozen=True, slots=True)
class Held:
    """A delivery as the store holds it: one sheet that stands for its party's table now."""

    party: str
    table: str
    sha256: str
    file: str
    sheet: str
    columns: Mapping[str, int]
    own_rows: Mapping[str, int]
    row_count: int
    nil: bool
    cells_seen: int
    cells_stored: int
    cells_rejected: int
    cells_ignored: int
    seq: int


LIMIT = 60.0  # seconds a statement may take: the slowest rule of a year needs less than one
MOST_ROWS = 1_000_000  # rows an answer may have: a cross join that only lists pairs fills the memory first
_LOOK = 0.1  # seconds between two looks at the clock
_PIECE = 10_000  # rows fetched at once


class Stopped(duckdb.Error):
    """A statement that was ended because it took too long or found too much."""


Answer = list[dict[str, Any]] | duckdb.Error


def ask(
    connection: duckdb.DuckDBPyConnection,
    statements: Sequence[str],
    side_by_side: int,
    limit: float = LIMIT,
) -> list[Answer]:
    """Return the rows of each statement, by column name, or why it cannot run; nothing can be written.

    One that takes more than ``limit`` seconds is ended; so are all when this call is interrupted.
    """
    side_by_side = max(1, min(side_by_side, len(statements)))
    parts = [statements[start::side_by_side] for start in range(side_by_side)]
    workers = [_Worker(connection if side_by_side == 1 else connection.cursor(), limit) for _ in parts]
    with ThreadPoolExecutor(side_by_side) as pool:
        futures = [pool.submit(worker.work, part) for worker, part in zip(workers, parts, strict=True)]
        try:
            while wait(futures, _LOOK).not_done:
                for worker in workers:
                    worker.stop_when_overdue()
        except BaseException:  # Ctrl-C: leaving the pool waits for its threads, and they for DuckDB
            while wait(futures, _LOOK).not_done:
                for worker in workers:
                    worker.stop()
            raise
        finally:
            if side_by_side > 1:
                for worker in workers:
                    worker.connection.close()
        answers = [iter(future.result()) for future in futures]
    return [next(answers[at % side_by_side]) for at in range(len(statements))]


class _Worker:
    """Runs statements one after the other on a connection of its own, and can be ended from outside."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, limit: float) -> None:
        self.connection = connection
        self._limit = limit
        self._lock = Lock()  # an interrupt must not hit the statement after the one it is meant for
        self._ends: float | None = None  # when the running statement has had its time
        self._overdue = self._ended = False

    def work(self, statements: Sequence[str]) -> list[Answer]:
        """Answer each statement; none is begun after ``stop``."""
        return [self._answer(statement) for statement in statements if not self._ended]

    def stop_when_overdue(self) -> None:
        """End the running statement if it has had its time."""
        with self._lock:
            if self._ends is not None and time.monotonic() > self._ends:
                self._overdue = True
                self.connection.interrupt()

    def stop(self) -> None:
        """End the running statement and begin no other; said again until it is heard."""
        self._ended = True
        with self._lock:
            if self._ends is not None:
                self.connection.interrupt()

    def _answer(self, statement: str) -> Answer:
        self.connection.execute(
            "BEGIN TRANSACTION READ ONLY"
        )  # one each: a failure spoils the transaction it happens in
        with self._lock:
            self._overdue, self._ends = False, time.monotonic() + self._limit
        try:
            return self._rows(statement)
        except duckdb.Error as error:
            return Stopped(f"运行超过 {self._limit:g} 秒，已停止") if self._overdue else error
        finally:
            with self._lock:
                self._ends = None
            self.connection.execute("ROLLBACK")

    def _rows(self, statement: str) -> Answer:
        found = self.connection.execute(statement)
        names = [column[0] for column in found.description or ()]
        rows: list[dict[str, Any]] = []
        while piece := found.fetchmany(_PIECE):
            rows += [dict(zip(names, row, strict=True)) for row in piece]
            if len(rows) > MOST_ROWS:
                return Stopped(f"找出的行超过 {MOST_ROWS} 条，已停止")
        return rows


def held(database: Database) -> list[Held]:
    """Return the current deliveries by party, table and sheet."""
    sql = 'SELECT * FROM _deliveries ORDER BY party, "table", seq, sheet'
    found = database.connection.execute(sql).fetchall()
    names = [field.name for field in fields(Held)]
    rows = [dict(zip(names, row, strict=True)) for row in found]
    return [Held(**row | {key: json.loads(row[key]) for key in ("columns", "own_rows")}) for row in rows]


def findings(database: Database) -> list[Finding]:
    """Return what was found when the current deliveries were read, in the order of work."""
    names = ", ".join(map(quoted, FINDING_COLUMNS))
    result = []
    for row in database.connection.execute(f"SELECT {names} FROM _findings").fetchall():
        data = dict(zip(FINDING_COLUMNS, row, strict=True))
        origin = Origin(data.pop("file"), data.pop("sheet"), data.pop("row"), data.pop("cell"))
        result.append(Finding(**data, origin=origin))
    return sorted(result, key=Finding.sort_key)


def content(database: Database, table: Table, with_party: bool = False) -> pa.Table:
    """Return the fields of a table in the order of its key: the same whoever came first; the party first, if asked."""
    names = [quoted(field.name) for field in table.fields]
    order = [*map(quoted, table.key), *(name for name in names if name not in set(map(quoted, table.key)))]
    first = ["_party"] if with_party else []
    sql = (
        f"SELECT {', '.join([*first, *names])} FROM {quoted(table.short)} ORDER BY {', '.join(order)}, _party"
    )
    return database.connection.sql(sql).to_arrow_table()


def party_rows(database: Database, table: Table, party: str) -> list[tuple[Any, ...]]:
    """Return what one party says in a table, row by row in field order, as it stands in its sheets."""
    names = ", ".join(quoted(field.name) for field in table.fields)
    rows = as_returned(database.connection, table)
    sql = f"SELECT {names} FROM {rows} WHERE _party = ? ORDER BY _submission, _sheet, _row"
    return database.connection.execute(sql, [party]).fetchall()


def as_delivered(
    database: Database, table: Table, names: Sequence[str], deliveries: Iterable[Held]
) -> list[Delivery]:
    """Return what each party said in some columns, sheet by sheet, with the places of the rows."""
    columns = ", ".join(map(quoted, names))
    sql = (
        f"SELECT _party, _submission, _sheet, _row, {columns} FROM {as_returned(database.connection, table)}"
        " ORDER BY _row"
    )
    rows: dict[tuple[str, str, str], list[tuple[Any, ...]]] = {}
    for party, submission, sheet, *row in database.connection.execute(sql).fetchall():
        rows.setdefault((party, submission, sheet), []).append(tuple(row))
    found = []
    for delivery in deliveries:
        if delivery.table == table.id and (
            said := rows.get((delivery.party, delivery.sha256, delivery.sheet))
        ):
            numbers, *values = zip(*said, strict=True)
            found.append(
                Delivery(
                    party=delivery.party,
                    table=delivery.table,
                    sha256=delivery.sha256,
                    file=delivery.file,
                    sheet=delivery.sheet,
                    columns=delivery.columns,
                    own_rows=delivery.own_rows,
                    rows=numbers,
                    values=dict(zip(names, values, strict=True)),
                )
            )
    return found


def row_texts(
    database: Database, table: Table, places: AbstractSet[tuple[str, str, int | None]]
) -> dict[tuple[str, str, int | None], str]:
    """Return what the rows at these places say, each as one text."""
    names = ", ".join(quoted(field.name) for field in table.fields)
    sql = f"SELECT _party, _sheet, _row, {names} FROM {as_returned(database.connection, table)}"
    return {
        (party, sheet, row): "\x1f".join(map(spelled, values))
        for party, sheet, row, *values in database.connection.execute(sql).fetchall()
        if (party, sheet, row) in places
    }


def digest(database: Database, table: Table, party: str | None) -> str:
    """Return a SHA-256 over what a table says (of one party, or all): fields, parties, nil returns.

    Neither row ids nor the order of arrival nor places in the workbooks count.
    """
    only, who = ("WHERE _party = ?", [party]) if party is not None else ("", [])
    rows = database.connection.execute(f"{_said(database, table)} {only}", who).fetchall()
    return _digest(table, rows, [filler for filler in _nil(database, table) if party in (None, filler)])


def digests(database: Database, table: Table, deliveries: Sequence[Held]) -> dict[str, str]:
    """Return the same of each party that returned the table. ``deliveries``: those of this table."""
    nil = {delivery.party for delivery in deliveries if delivery.nil}
    rows: dict[str, list[tuple[Any, ...]]] = {delivery.party: [] for delivery in deliveries}
    for row in database.connection.execute(_said(database, table)).fetchall():
        rows.setdefault(row[0], []).append(row)
    return {party: _digest(table, said, [party] if party in nil else []) for party, said in rows.items()}


def _said(database: Database, table: Table) -> str:
    texts = ", ".join(f"CAST({quoted(field.name)} AS VARCHAR)" for field in table.fields)
    return f"SELECT _party, {texts} FROM {as_returned(database.connection, table)}"


def _nil(database: Database, table: Table) -> list[str]:
    sql = 'SELECT DISTINCT party FROM _deliveries WHERE "table" = ? AND nil ORDER BY party'
    return [party for (party,) in database.connection.execute(sql, [table.id]).fetchall()]


def _digest(table: Table, rows: Iterable[tuple[Any, ...]], nil: Iterable[str]) -> str:
    names = [field.name for field in table.fields]
    total = hashlib.sha256(json.dumps([table.id, names, sorted(nil)], ensure_ascii=False).encode())
    for line in sorted(json.dumps(row, ensure_ascii=False) for row in rows):
        total.update(b"\n" + line.encode())
    return total.hexdigest()


def places(
    database: Database, table: Table, ids: Iterable[int], deliveries: Iterable[Held]
) -> dict[int, Place]:
    """Return where rows came from; an id that the table does not hold is left out."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    sheets = {
        (delivery.party, delivery.sha256, delivery.sheet): delivery
        for delivery in deliveries
        if delivery.table == table.id
    }
    rows = database.connection.execute(
        f"SELECT _id, _party, _submission, _sheet, _row FROM {quoted(table.short)} WHERE _id IN (SELECT unnest($1::BIGINT[]))"
        f" ORDER BY {_PLACE_ORDER}",
        [wanted],
    ).fetchall()
    found: dict[int, Place] = {}
    for row_id, party, submission, sheet, row in rows:
        one = sheets.get((party, submission, sheet))
        known = (one.columns, one.own_rows) if one else ({}, {})
        found[row_id] = Place(party, one.file if one else "", sheet, row, *known)
    return found


def rejected(database: Database, table: Table) -> dict[int, frozenset[str]]:
    """Return the fields whose cell could not be kept, by row id."""
    by_row: dict[int, set[str]] = {}
    found = database.connection.execute(
        'SELECT _id, field FROM _rejected WHERE "table" = ?', [table.id]
    ).fetchall()
    for row_id, name in found:
        by_row.setdefault(row_id, set()).add(name)
    return {row_id: frozenset(names) for row_id, names in by_row.items()}


def rows_of(rows: pa.Table) -> list[list[Any]]:
    """Return an Arrow table row by row."""
    return [list(row) for row in zip(*(column.to_pylist() for column in rows.columns), strict=True)]


def lay_beside(
    database: Database, table: Table, name: str, rows: Sequence[tuple[str, Mapping[str, Any]]]
) -> None:
    """Put rows into a table that goes when the connection does. A value that today's column cannot hold is left out."""
    columns: dict[str, list[str | None]] = {"_party": [party for party, _ in rows]}
    for field in table.fields:
        columns[field.name] = [spelled(row.get(field.name)) or None for _, row in rows]
    database.connection.register("_earlier", arrow_table(columns))
    casts = ", ".join(
        f"TRY_CAST({quoted(field.name)} AS {sql_of(field)}) AS {quoted(field.name)}" for field in table.fields
    )
    database.connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {quoted(name)} AS SELECT _party, {casts} FROM _earlier"
    )
    database.connection.unregister("_earlier")
