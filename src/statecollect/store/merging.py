"""One thing, several reporters: rows of different parties with the same key become one row, or stay and are a finding.

Rows that do not contradict each other are joined: a cell one party left empty takes what the other says. Where they
differ, the table's precedence or a recorded choice decides; where neither does, both rows stay as they are, and rule
D01 names both cells. The rows as returned are set aside whole, so that each party's return can be seen again, compared
and taken back.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from statecollect.catalog import Catalog, Table
from statecollect.spelling import spelled
from statecollect.store.columns import quoted

_DIGITS = 16
Key = tuple[str, ...]
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Choice:
    """A recorded choice: for this key of this table, this party counts, as long as all say what they said then."""

    table: str
    key: Key
    take: str
    said: Mapping[str, str]  # party → a digest of its row


def mergeable(table: Table) -> bool:
    """Whether rows of this table can be the same thing told twice."""
    return bool(table.key) and table.rows != "one" and not table.sql


def aside(table: Table) -> str:
    """Return the name of the table that holds the rows as they were returned."""
    return quoted(f"_aside_{table.short}")


def as_returned(connection: duckdb.DuckDBPyConnection, table: Table) -> str:
    """Return SQL for all rows of a table as their parties returned them."""
    name = quoted(table.short)
    if not _merged(connection, table):
        return name
    return f"(SELECT * FROM {name} WHERE _id NOT IN (SELECT _id FROM {aside(table)}) UNION ALL BY NAME SELECT * FROM {aside(table)})"


def take_apart(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Put the rows back as they were returned."""
    if not _merged(connection, table):
        return
    name, away = quoted(table.short), aside(table)
    connection.execute(f"DELETE FROM {name} WHERE _id IN (SELECT _id FROM {away})")
    connection.execute(f"INSERT INTO {name} BY NAME SELECT * FROM {away}")
    connection.execute(f"DROP TABLE {away}")
    connection.execute('DELETE FROM _merged WHERE "table" = ?', [table.id])


def merge(connection: duckdb.DuckDBPyConnection, catalog: Catalog, choices: Iterable[Choice]) -> bool:
    """Merge every table anew; return whether any rows are, or were, merged."""
    before = _tables(connection)
    for table_id in before:
        take_apart(connection, catalog.tables[table_id])
    chosen: dict[str, dict[Key, Choice]] = defaultdict(dict)
    for one in choices:
        chosen[one.table][one.key] = one
    several = connection.execute(
        'SELECT "table" FROM _deliveries WHERE rows > 0 GROUP BY "table" HAVING count(DISTINCT party) > 1'
    ).fetchall()
    for (table_id,) in several:
        table = catalog.tables[table_id]
        if mergeable(table):
            for rows in told_twice(connection, table):
                joined = join(table, rows, chosen[table_id].get(key_of(table, rows[0])))
                if joined is not None:
                    _put(connection, table, rows, joined)
    return bool(before or _tables(connection))


def told_twice(connection: duckdb.DuckDBPyConnection, table: Table) -> list[list[Row]]:
    """Return the groups of rows with one key, each of another party."""
    key = ", ".join(f"coalesce(CAST({quoted(name)} AS VARCHAR), '')" for name in table.key)
    filled = " OR ".join(f"{quoted(name)} IS NOT NULL" for name in table.key)
    found = connection.execute(
        f"SELECT * FROM {quoted(table.short)} WHERE {filled} QUALIFY count(DISTINCT _party) OVER (PARTITION BY {key}) > 1"
        f" AND count(*) OVER (PARTITION BY {key}) = count(DISTINCT _party) OVER (PARTITION BY {key}) ORDER BY _id"
    )
    names = [column[0] for column in found.description or ()]
    groups: dict[Key, list[Row]] = defaultdict(list)
    for values in found.fetchall():
        row = dict(zip(names, values, strict=True))
        groups[key_of(table, row)].append(row)
    return list(groups.values())


def key_of(table: Table, row: Row) -> Key:
    """Return a row's key, spelled."""
    return tuple(spelled(row[name]) for name in table.key)


def said(table: Table, row: Row) -> str:
    """Return a digest of what a row says: it goes into the journal, where no personal value belongs."""
    text = "\x1f".join(spelled(row[field.name]) for field in table.fields)
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def join(table: Table, rows: Sequence[Row], choice: Choice | None) -> dict[str, int] | None:
    """Return for each filled field the ``_id`` of the row it comes from, the leading row first; None: undecided."""
    counts = choice is not None and dict(choice.said) == {row["_party"]: said(table, row) for row in rows}
    order = {party: rank for rank, party in enumerate(table.precedence)}
    leading = choice.take if choice is not None and counts else ""

    def rank(row: Row) -> tuple[bool, int, str]:
        return row["_party"] != leading, order.get(row["_party"], len(order)), row["_party"]

    ranked = sorted(rows, key=rank)
    decided = counts or sum(row["_party"] in order for row in rows) >= len(rows) - 1
    sources: dict[str, int] = {}
    for field in table.fields:
        telling = [row for row in ranked if row[field.name] is not None]
        if len({spelled(row[field.name]) for row in telling}) > 1 and not decided:
            return None
        if telling:
            sources[field.name] = telling[0]["_id"]
    return {"_id": ranked[0]["_id"], **sources}


def _put(
    connection: duckdb.DuckDBPyConnection, table: Table, rows: Sequence[Row], joined: Mapping[str, int]
) -> None:
    """Set the rows aside and leave the joined one, which keeps the place of the leading row."""
    name, away = quoted(table.short), aside(table)
    ids = [row["_id"] for row in rows]
    marks = ", ".join("?" * len(ids))
    if not _merged(connection, table):
        connection.execute(f"CREATE TABLE {away} AS SELECT * FROM {name} WHERE FALSE")
        connection.execute("INSERT INTO _merged VALUES (?)", [table.id])
    connection.execute(f"INSERT INTO {away} BY NAME SELECT * FROM {name} WHERE _id IN ({marks})", ids)
    first = joined["_id"]
    connection.execute(f"DELETE FROM {name} WHERE _id IN ({marks}) AND _id <> ?", [*ids, first])
    for field, source in joined.items():
        if field != "_id" and source != first:
            column = quoted(field)
            taken = f"(SELECT {column} FROM {away} WHERE _id = ?)"
            connection.execute(f"UPDATE {name} SET {column} = {taken} WHERE _id = ?", [source, first])


def _tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    return [table_id for (table_id,) in connection.execute('SELECT "table" FROM _merged').fetchall()]


def _merged(connection: duckdb.DuckDBPyConnection, table: Table) -> bool:
    return table.id in _tables(connection)
