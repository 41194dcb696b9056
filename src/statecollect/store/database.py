"""The DuckDB file: made from the journal's events, thrown away and made again whenever it does not fit.

Besides the catalog's tables it holds ``参数`` (one row), ``代码_<ID>`` (代码, 名称, 上级) for every code list, and
tables of its own whose names begin with ``_``.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager

import duckdb

from statecollect.catalog import Catalog, Table
from statecollect.core.errors import Refused, StoreError
from statecollect.store.delivery import Delivery, storable
from statecollect.store.derived_tables import derived_tables, feeding
from statecollect.store.merging import MERGED, Choice, merge, take_apart
from statecollect.store.parameters import CODE_TABLE, PARAMETERS, parameter_row, sql_type
from statecollect.store.sql_columns import (
    arrow_table,
    columns_of,
    create_table,
    insert_columns,
    insert_rows,
    quoted,
)

LAYOUT = 4  # raise when the tables below change: older files are then made again
FINDING_COLUMNS = (
    "rule",
    "severity",
    "table",
    "message",
    "hint",
    "field",
    "value",
    "file",
    "sheet",
    "row",
    "cell",
    "party",
)
_OWN_TABLES = (
    "_state (layout INTEGER, digest VARCHAR, parameters VARCHAR, applied BIGINT, hash VARCHAR, next_id BIGINT, derived BIGINT, merged BIGINT)",
    MERGED,
    '_deliveries (party VARCHAR, "table" VARCHAR, submission VARCHAR, file VARCHAR, sheet VARCHAR, columns VARCHAR, own_rows VARCHAR,'
    " rows INTEGER, nil BOOLEAN, seen BIGINT, stored BIGINT, rejected BIGINT, ignored BIGINT, seq BIGINT)",
    '_rejected ("table" VARCHAR, _id BIGINT, field VARCHAR)',
    '_findings (seq BIGINT, rule VARCHAR, severity VARCHAR, "table" VARCHAR, message VARCHAR, hint VARCHAR, field VARCHAR,'
    ' value VARCHAR, file VARCHAR, sheet VARCHAR, "row" INTEGER, cell VARCHAR, party VARCHAR, of VARCHAR)',
    '_underived ("table" VARCHAR, problem VARCHAR)',
    "_set_aside (seq BIGINT, reason VARCHAR)",
)


class Database:
    """One open database. ``applied`` is the number of the last event in it."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, catalog: Catalog) -> None:
        self.connection = connection
        self.catalog = catalog
        self._feeding = feeding(catalog)
        self._known: dict[str, int | str] | None = None  # the row of _state, until it changes
        self.choices: Callable[[], list[Choice]] = (
            list  # what was settled, for rows that contradict each other
        )

    @classmethod
    def create(cls, connection: duckdb.DuckDBPyConnection, catalog: Catalog, start: str) -> Database:
        """Make all tables in an empty database; ``start`` is the hash before the first event."""
        database = cls(connection, catalog)
        try:
            database._create(start)
        except duckdb.Error as error:
            raise unwritable(error) from error
        return database

    def set_parameters(self, parameters: Mapping[str, object]) -> None:
        """Put what rules and indicators are told of this school in place."""
        try:
            self._set_parameters(parameter_row(self.catalog, parameters))
        except duckdb.Error as error:
            raise unwritable(error) from error

    @property
    def applied(self) -> int:
        """Number of the last event in the database."""
        return int(self._state("applied"))

    def close(self) -> None:
        """Close the file; what is committed is on disk."""
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Run a block whole or not at all. Raises StoreError when the database itself fails."""
        try:
            self.connection.execute("BEGIN")
            yield
            self.connection.execute("COMMIT")
        except BaseException as error:
            self._known = None
            _roll_back(self.connection)
            if isinstance(error, duckdb.Error):
                raise unwritable(error) from error
            raise

    def apply(
        self,
        batch: Sequence[tuple[int, Sequence[Delivery]]],
        event_hash: str,
        *,
        beside: Collection[str] = (),
        vacated: Collection[tuple[str, str]] = (),
    ) -> None:
        """Put events (their numbers, and what each delivered) into the tables; inside a transaction.

        Older rows of each (party, table) are replaced, except those from an original of ``beside`` (its SHA-256); those
        ``vacated`` are taken out. ``event_hash`` is that of the last event. Raises Refused when a table is one the program
        computes itself.
        """
        deliveries = [delivery for _, those in batch for delivery in those]
        named = {(delivery.party, delivery.table): self.collected(delivery.table) for delivery in deliveries}
        named |= {
            (party, table_id): self.catalog.tables[table_id]
            for party, table_id in vacated
            if table_id in self.catalog.tables
        }
        parties = sorted({party for party, _ in named})
        found = self.connection.execute(
            'SELECT party, "table" FROM _deliveries WHERE party IN (SELECT unnest($1))', [parties]
        )
        held = set(found.fetchall())
        for table in {table.id: table for table in named.values()}.values():
            take_apart(self.connection, table)
        for (party, table_id), table in named.items():
            if (party, table_id) in held:
                self._remove(party, table, beside)
        self._insert(batch)
        touched = self._feeding.intersection(table_id for _, table_id in named)
        kept = "derived" if touched else "CASE WHEN derived = applied THEN $1 ELSE derived END"
        self._set_state(f"applied = $1, hash = $2, derived = {kept}", [batch[-1][0], event_hash])

    def refresh(self) -> None:
        """Merge what several parties say, then compute the derived tables again, if anything behind them changed.

        A derived table that fails stays empty, with the reason.
        """
        if self._state("merged") != self._state("applied"):
            merge(self.connection, self.catalog, self.choices(), self._to_be_merged)
            self._set_state("merged = applied")
        if self._state("derived") == self._state("applied"):
            return
        self.connection.execute("DELETE FROM _underived")
        for table in derived_tables(self.catalog):
            name = quoted(table.short)
            first = int(self._state("next_id"))
            key = ", ".join(map(quoted, table.key or [field.name for field in table.fields]))
            try:
                self.connection.execute("BEGIN")
                self.connection.execute(f"DELETE FROM {name}")
                self.connection.execute(
                    f"INSERT INTO {name} BY NAME SELECT {first} - 1 + row_number() OVER (ORDER BY {key}) AS _id,"
                    f" '' AS _party, '' AS _sheet, * FROM ({table.sql}) AS derived"
                )
                self._set_state(f"next_id = {first} + (SELECT count(*) FROM {name})")
                self.connection.execute("COMMIT")
            except duckdb.Error as error:
                self._known = None
                _roll_back(self.connection)
                self.connection.execute(f"DELETE FROM {name}")
                self.connection.execute("INSERT INTO _underived VALUES (?, ?)", [table.id, first_line(error)])
        self._set_state("derived = applied")

    def _to_be_merged(self, table_ids: Sequence[str]) -> None:
        """What is computed from these tables is out of date, whatever happens while they are merged."""
        if self._feeding.intersection(table_ids):
            self._set_state("derived = -1")

    def _state(self, column: str) -> int | str:
        """Return one value of the row that says how far this file is; asked for thousands of times, read once."""
        if self._known is None:
            found = self.connection.execute("SELECT * FROM _state")
            names = [column[0] for column in found.description or ()]
            # fetchall: a result that is fetched in part blocks the connection
            self._known = dict(zip(names, found.fetchall()[0], strict=True))
        return self._known[column]

    def _set_state(self, change: str, values: Sequence[object] = ()) -> None:
        self._known = None
        self.connection.execute(f"UPDATE _state SET {change}", values)

    def _create(self, start: str) -> None:
        with self.transaction():
            for columns in _OWN_TABLES:
                self.connection.execute(f"CREATE TABLE {columns}")
            for table in self.catalog.tables.values():
                self.connection.execute(create_table(table))
            self._create_codes()
            self.connection.execute(
                "INSERT INTO _state VALUES (?, ?, '', 0, ?, 1, -1, 0)", [LAYOUT, self.catalog.digest, start]
            )

    def _create_codes(self) -> None:
        """Make a table of each code list."""
        listed = [(codes.id, code) for codes in self.catalog.codes.values() for code in codes.values]
        columns = {
            "list": [codes_id for codes_id, _ in listed],
            "代码": [code.code for _, code in listed],
            "名称": [code.label for _, code in listed],
            "上级": [",".join(code.within) for _, code in listed],
        }
        self.connection.register("_incoming", arrow_table(columns))
        for codes_id in self.catalog.codes:
            name = quoted(f"{CODE_TABLE}{codes_id}")
            chosen = "SELECT 代码, 名称, 上级 FROM _incoming WHERE list = $1"
            self.connection.execute(f"CREATE TABLE {name} AS {chosen}", [codes_id])
        self.connection.unregister("_incoming")

    def _set_parameters(self, row: Mapping[str, object]) -> None:
        first = {table.id: table.precedence for table in self.catalog.tables.values() if table.precedence}
        wanted = json.dumps([row, first], ensure_ascii=False, sort_keys=True, default=str)
        if self._state("parameters") == wanted:
            return
        with self.transaction():
            self.connection.execute(f"DROP TABLE IF EXISTS {PARAMETERS}")
            columns = {"_one": 1, **row}
            types = ", ".join(f"{quoted(name)} {sql_type(value)}" for name, value in columns.items())  # type: ignore[arg-type]
            self.connection.execute(f"CREATE TABLE {PARAMETERS} ({types})")
            places = ", ".join("?" * len(columns))
            self.connection.execute(f"INSERT INTO {PARAMETERS} VALUES ({places})", list(columns.values()))
            self._set_state("parameters = ?, derived = -1, merged = -1", [wanted])

    def collected(self, table_id: str) -> Table:
        """Return the table that people fill. Raises Refused for one nobody fills, or that is not known."""
        table = self.catalog.tables.get(table_id)
        if table is None:
            raise Refused(f"数据目录中没有表 {table_id}", hint="报送时的数据目录与现在的不同，请恢复它")
        if table.sql:
            raise Refused(f"{table.title} 由程序自动生成，不收填报的数据", hint="从工作簿中删去这张表后重交")
        return table

    def set_aside(self, seq: int, reason: str) -> None:
        """Note that an event could not be read, and why; inside a transaction."""
        self.connection.execute("INSERT INTO _set_aside VALUES (?, ?)", [seq, reason])

    def were_set_aside(self) -> list[tuple[int, str]]:
        """Return the events that could not be read, with the reason."""
        return self.connection.execute("SELECT seq, reason FROM _set_aside ORDER BY seq").fetchall()

    def _remove(self, party: str, table: Table, beside: Collection[str]) -> None:
        name = quoted(table.short)
        gone = [table.id, party, list(beside)]
        self.connection.execute(
            f'DELETE FROM _rejected WHERE "table" = $1 AND _id IN'
            f" (SELECT _id FROM {name} WHERE _party = $2 AND NOT list_contains($3::VARCHAR[], _submission))",
            gone,
        )
        self.connection.execute(
            f"DELETE FROM {name} WHERE _party = $1 AND NOT list_contains($2::VARCHAR[], _submission)",
            gone[1:],
        )
        kept = 'SELECT seq FROM _deliveries WHERE "table" = $1 AND party = $2 AND list_contains($3::VARCHAR[], submission)'
        self.connection.execute(
            f'DELETE FROM _findings WHERE "table" = $1 AND of = $2 AND seq NOT IN ({kept})', gone
        )
        self.connection.execute(
            'DELETE FROM _deliveries WHERE "table" = $1 AND party = $2 AND NOT list_contains($3::VARCHAR[], submission)',
            gone,
        )

    def _insert(self, batch: Sequence[tuple[int, Sequence[Delivery]]]) -> None:
        """Insert what many workbooks hold with one statement a table: each statement costs as much as many rows."""
        first = int(self._state("next_id"))
        rows: dict[str, list[Delivery]] = defaultdict(list)
        first_ids: dict[str, list[int]] = defaultdict(list)
        rejected: list[list[object]] = []
        findings: list[list[object]] = []
        held: list[list[object]] = []
        for seq, deliveries in batch:
            for delivery in deliveries:
                table = self.catalog.tables[delivery.table]
                one = storable(delivery, table)
                if one.rows:
                    rows[table.id].append(one)
                    first_ids[table.id].append(first)
                for name, places in one.rejected.items():
                    rejected += [[table.id, first + at, name] for at in sorted(places)]
                for found in one.findings:
                    findings.append([seq, *map(found.as_json().__getitem__, FINDING_COLUMNS), one.party])
                held.append(_held(one, seq))
                first += len(one.rows)
        for table_id, those in rows.items():
            table = self.catalog.tables[table_id]
            insert_columns(
                self.connection, quoted(table.short), columns_of(table, those, first_ids[table_id])
            )
        for name, values in (("_rejected", rejected), ("_findings", findings), ("_deliveries", held)):
            if values:
                insert_rows(self.connection, name, values)
        self._set_state("next_id = ?", [first])


def _held(one: Delivery, seq: int) -> list[object]:
    """Return the line of ``_deliveries`` for one delivery."""
    counts = [one.cells_seen, one.cells_stored, one.cells_rejected, one.cells_ignored]
    cells = [json.dumps(dict(places), ensure_ascii=False) for places in (one.columns, one.own_rows)]
    place = [one.party, one.table, one.sha256, one.file, one.sheet, *cells]
    return [*place, len(one.rows), one.nil, *counts, seq]


def unwritable(error: duckdb.Error) -> StoreError:
    """Return what to tell when the database itself fails: mostly a full disk."""
    return StoreError(
        f"数据库写不进去：{first_line(error)}",
        hint="已收下的表没有丢失；检查磁盘空间后重试，仍不行请运行 statecollect rebuild",
    )


def first_line(error: Exception) -> str:
    """Return the sentence of a DuckDB error, without the picture of the query."""
    return str(error).strip().splitlines()[0]


def _roll_back(connection: duckdb.DuckDBPyConnection) -> None:
    """Undo what is open; a failed COMMIT has left nothing to undo."""
    try:
        connection.execute("ROLLBACK")
    except duckdb.Error:
        return
