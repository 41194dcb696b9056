"""One thing, several reporters: rows of different parties with the same key become one row, or stay and are a finding.

Rows that do not contradict each other are joined: a cell one party left empty takes what the other says. Where they
differ, the table's precedence or a recorded choice decides; where neither does, both rows stay as they are, and rule
D01 names both cells. The rows as returned are set aside whole, so that each party's return can be seen again, compared
and taken back.

Whole tables are joined by a handful of statements, however many rows they have, and only those of which the returns,
the choices or the precedence changed: ``_merged`` remembers of each table what it was made from.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np

from statecollect.catalog import Catalog, Table
from statecollect.core.containment import contained
from statecollect.core.errors import StatecollectError, StoreError
from statecollect.core.spelling import spelled
from statecollect.store.sql_columns import PLACES, arrow_table, quoted

MERGED = '_merged ("table" VARCHAR, stamp VARCHAR, joined BOOLEAN, problem VARCHAR)'  # how far each table is
_DIGITS = 16
Key = tuple[str, ...]
MergedRow = Mapping[str, Any]


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
    if not _joined(connection, table):
        return name
    return f"(SELECT * FROM {name} WHERE _id NOT IN (SELECT _id FROM {aside(table)}) UNION ALL BY NAME SELECT * FROM {aside(table)})"


def take_apart(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Put the rows back as they were returned."""
    if _joined(connection, table):
        name, away = quoted(table.short), aside(table)
        connection.execute(f"DELETE FROM {name} WHERE _id IN (SELECT _id FROM {away})")
        connection.execute(f"INSERT INTO {name} BY NAME SELECT * FROM {away}")
        connection.execute(f"DROP TABLE {away}")
    connection.execute('DELETE FROM _merged WHERE "table" = ?', [table.id])


def merge(
    connection: duckdb.DuckDBPyConnection,
    catalog: Catalog,
    choices: Iterable[Choice],
    before: Callable[[Sequence[str]], None] | None = None,
) -> bool:
    """Merge the tables of which anything changed, each in a transaction of its own; return whether there were any.

    ``before`` is told their ids first, so that what is made from them is known to be out of date should this process
    die in between. A table that fails stays as it was returned, and ``problems`` says why: it costs no other.
    """
    chosen: dict[str, dict[Key, Choice]] = defaultdict(dict)
    for choice in choices:
        chosen[choice.table][choice.key] = choice
    due = _due(connection, catalog, chosen)
    if due and before is not None:
        before(list(due))
    for table_id, stamp in due.items():
        table = catalog.tables[table_id]
        try:
            with contained("合并几个单位填的内容", table.title):
                _merge(connection, table, stamp, chosen[table_id])
        except StatecollectError as error:
            _not_merged(connection, table, error.message)
    return bool(due)


def problems(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return the tables whose rows could not be merged, with the reason."""
    found = connection.execute('SELECT "table", problem FROM _merged WHERE problem IS NOT NULL')
    return dict(found.fetchall())


def told_twice(connection: duckdb.DuckDBPyConnection, table: Table) -> list[list[MergedRow]]:
    """Return the groups of rows with one key, each of another party; none of a table whose rows are never the same thing."""
    if not mergeable(table):
        return []
    sql = (
        f"SELECT told.number, t.* FROM {quoted(table.short)} AS t JOIN (SELECT *, row_number() OVER () AS number"
        f" FROM ({_groups(table, ())}) AS g) AS told ON {_same_key(table, 'told')} ORDER BY t._id"
    )
    groups: dict[int, list[MergedRow]] = defaultdict(list)
    for row in _rows(connection.execute(sql)):
        groups[row["number"]].append(row)
    return list(groups.values())


def key_of(table: Table, row: MergedRow) -> Key:
    """Return a row's key, spelled."""
    return tuple(spelled(row[name]) for name in table.key)


def said(table: Table, row: MergedRow) -> str:
    """Return a digest of what a row says: it goes into the journal, where no personal value belongs."""
    text = "\x1f".join(spelled(row[field.name]) for field in table.fields)
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def _due(
    connection: duckdb.DuckDBPyConnection, catalog: Catalog, chosen: Mapping[str, Mapping[Key, Choice]]
) -> dict[str, str]:
    """Return the tables to be merged anew and what they are made from; nothing where one party is left."""
    known = dict(connection.execute('SELECT "table", stamp FROM _merged').fetchall())
    several = connection.execute(
        'SELECT "table", string_agg(party || chr(31) || seq, chr(30) ORDER BY party, seq) FROM _deliveries WHERE rows > 0'
        ' GROUP BY "table" HAVING count(DISTINCT party) > 1 ORDER BY "table"'
    ).fetchall()
    due = dict.fromkeys(known, "")
    for table_id, returns in several:
        table = catalog.tables[table_id]
        if not mergeable(table):
            continue
        settled = [
            [choice.key, choice.take, sorted(choice.said.items())]
            for choice in chosen.get(table_id, {}).values()
        ]
        made_from = repr([returns, list(table.precedence), sorted(settled)])
        due[table_id] = hashlib.sha256(made_from.encode()).hexdigest()[:_DIGITS]
    return {table_id: stamp for table_id, stamp in due.items() if not stamp or known.get(table_id) != stamp}


def _merge(
    connection: duckdb.DuckDBPyConnection, table: Table, stamp: str, chosen: Mapping[Key, Choice]
) -> None:
    try:
        connection.execute("BEGIN")
        take_apart(connection, table)
        if stamp:
            joined = _join(connection, table, chosen)
            connection.execute("INSERT INTO _merged VALUES (?, ?, ?, NULL)", [table.id, stamp, joined])
        connection.execute("COMMIT")
    except BaseException as error:
        _undo(connection)
        if isinstance(error, duckdb.Error):
            raise StoreError(str(error).strip().partition("\n")[0]) from error
        raise


def _not_merged(connection: duckdb.DuckDBPyConnection, table: Table, why: str) -> None:
    """Leave a table as its parties returned it, without a stamp: it is tried again when anything happens."""
    joined = _joined(connection, table)
    if joined:  # only when even taking apart fails does the table stay as it was merged last
        try:
            connection.execute("BEGIN")
            take_apart(connection, table)
            connection.execute("COMMIT")
            joined = False
        except duckdb.Error:
            _undo(connection)
    connection.execute('DELETE FROM _merged WHERE "table" = ?', [table.id])
    connection.execute("INSERT INTO _merged VALUES (?, '', ?, ?)", [table.id, joined, why])


def _undo(connection: duckdb.DuckDBPyConnection) -> None:
    try:
        connection.execute("ROLLBACK")
    except duckdb.Error:
        return  # the failed statement was COMMIT itself, or BEGIN


def _join(connection: duckdb.DuckDBPyConnection, table: Table, chosen: Mapping[Key, Choice]) -> bool:
    """Set aside the rows that are one thing and leave one for each group, which has the place of the leading row."""
    name, away = quoted(table.short), aside(table)
    _lay_out_members(connection, table)
    if chosen:
        leading = _leading(connection, table, chosen)
        connection.execute(
            "UPDATE _members SET place = -1 WHERE _id IN (SELECT unnest($1::BIGINT[]))", [leading]
        )
        connection.execute(
            "UPDATE _members SET decided = TRUE WHERE number IN (SELECT number FROM _members WHERE place = -1)"
        )
    connection.execute("DELETE FROM _members WHERE contrary AND NOT decided")
    found = connection.execute("SELECT count(*) FROM _members").fetchall()
    if found[0][0]:
        connection.execute(
            f"CREATE TABLE {away} AS SELECT * FROM {name} WHERE _id IN (SELECT _id FROM _members)"
        )
        connection.execute(f"DELETE FROM {name} WHERE _id IN (SELECT _id FROM _members)")
        columns = [*PLACES, *(field.name for field in table.fields)]
        # arg_min leaves empty cells out: of each column the first value in the order of the parties
        values = ", ".join(f"arg_min({quoted(column)}, place) AS {quoted(column)}" for column in columns)
        connection.execute(
            f"INSERT INTO {name} BY NAME SELECT {values} FROM (SELECT a.*, m.number, m.place FROM {away} AS a"
            " JOIN _members AS m ON a._id = m._id) AS told GROUP BY number"
        )
    connection.execute("DROP TABLE _members")
    return bool(found[0][0])


def _lay_out_members(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Make ``_members``: each row of a group with its group's number, its own place in it, and what is known of the group."""
    order = _order(table)
    parties = [
        party
        for (party,) in connection.execute(f"SELECT DISTINCT _party FROM {quoted(table.short)}").fetchall()
    ]
    parties.sort(key=order)
    connection.register("_parties", arrow_table({"party": parties, "place": np.arange(len(parties))}))
    differing = " OR ".join(
        f"min({quoted(field.name)}) <> max({quoted(field.name)})" for field in table.fields
    )
    preferred = "_party IN (SELECT unnest($1::VARCHAR[]))"
    about = (
        f"coalesce({differing}, FALSE) AS contrary",
        f"count(*) FILTER ({preferred}) >= count(*) - 1 AS decided",
    )
    connection.execute(
        "CREATE TEMP TABLE _members AS SELECT t._id, told.number, told.contrary, told.decided, p.place"
        f" FROM {quoted(table.short)} AS t JOIN (SELECT *, row_number() OVER () AS number FROM ({_groups(table, about)}) AS g)"
        f" AS told ON {_same_key(table, 'told')} JOIN _parties AS p ON p.party = t._party",
        [list(table.precedence)],
    )
    connection.unregister("_parties")


def _leading(connection: duckdb.DuckDBPyConnection, table: Table, chosen: Mapping[Key, Choice]) -> list[int]:
    """Return the ids of the rows that lead by a choice that still counts, one a group."""
    order = _order(table)
    # of thousands that differ few are settled: those whose key cannot be among the choices are not even fetched
    texts = [at for at, name in enumerate(table.key) if table.by_name[name].spec.storage == "text"]
    wanted = [sorted({key[at] for key in chosen if at < len(key)}) for at in texts]
    named = "".join(
        f" AND coalesce(t.{quoted(table.key[at])}, '') IN (SELECT unnest(${number}::VARCHAR[]))"
        for number, at in enumerate(texts, start=1)
    )
    groups: dict[int, list[MergedRow]] = defaultdict(list)
    found = connection.execute(
        f"SELECT m.number, t.* FROM {quoted(table.short)} AS t JOIN _members AS m ON m._id = t._id WHERE m.contrary{named}",
        wanted,
    )
    for row in _rows(found):
        if key_of(table, row) in chosen:
            groups[row["number"]].append(row)
    leading = []
    for rows in groups.values():
        choice = chosen[key_of(table, rows[0])]
        if dict(choice.said) == {row["_party"]: said(table, row) for row in rows}:
            first = min(rows, key=lambda row: (row["_party"] != choice.take, order(row["_party"])))
            leading.append(first["_id"])
    return leading


def _order(table: Table) -> Callable[[str], tuple[int, str]]:
    """Return the order of the parties: those the school prefers, then by name, so that arrival does not count."""
    preferred = {party: rank for rank, party in enumerate(table.precedence)}
    return lambda party: (preferred.get(party, len(preferred)), party)


def _groups(table: Table, about: Sequence[str]) -> str:
    """Return SQL for the keys that several parties tell, each once, and what is asked ``about`` them."""
    keys = [f"{_text(name)} AS k{at}" for at, name in enumerate(table.key)]
    filled = " OR ".join(f"{quoted(name)} IS NOT NULL" for name in table.key)
    return (
        f"SELECT {', '.join([*keys, *about])} FROM {quoted(table.short)} WHERE {filled} GROUP BY {', '.join(map(_text, table.key))}"
        " HAVING count(*) > 1 AND count(*) = count(DISTINCT _party)"
    )


def _same_key(table: Table, groups: str) -> str:
    """Return SQL for "row t has the key of this group"."""
    return " AND ".join(f"{_text(name, 't.')} = {groups}.k{at}" for at, name in enumerate(table.key))


def _text(name: str, of: str = "") -> str:
    return f"coalesce(CAST({of}{quoted(name)} AS VARCHAR), '')"


def _rows(found: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, values, strict=True)) for values in found.fetchall()]


def _joined(connection: duckdb.DuckDBPyConnection, table: Table) -> bool:
    found = connection.execute('SELECT 1 FROM _merged WHERE "table" = ? AND joined', [table.id])
    return bool(found.fetchall())
