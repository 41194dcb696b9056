"""Fields as database columns: their SQL types, and deliveries as columns ready to insert."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import NoneType
from typing import TYPE_CHECKING, Any

from statecollect.catalog import Field, Table
from statecollect.store.delivery import Delivery

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_SQL = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "decimal": "DECIMAL(18,4)",
    "date": "DATE",
    "datetime": "TIMESTAMP",
}
PLACES = {
    "_id": "BIGINT",
    "_party": "VARCHAR",
    "_submission": "VARCHAR",
    "_sheet": "VARCHAR",
    "_row": "INTEGER",
}


def quoted(name: str) -> str:
    """Return a name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def sql_of(field: Field) -> str:
    """Return the SQL type of a field's column."""
    return _SQL[field.spec.storage]


def create_table(table: Table) -> str:
    """Return the statement that makes a catalog table; ``_…`` columns say where a row came from."""
    places = (f"{name} {kind}" for name, kind in PLACES.items())
    fields = (f"{quoted(field.name)} {sql_of(field)}" for field in table.fields)
    return f"CREATE TABLE {quoted(table.short)} ({', '.join([*places, *fields])})"


def empty_columns(table: Table) -> dict[str, list[str | None]]:
    """Return the columns of a catalog table, without a row."""
    return {name: [] for name in (*PLACES, *(field.name for field in table.fields))}


def add_rows(columns: dict[str, list[str | None]], delivery: Delivery, table: Table, first_id: int) -> None:
    """Put the rows of a delivery, numbered from ``first_id``, below those in ``columns``."""
    count = len(delivery.rows)
    columns["_id"] += map(str, range(first_id, first_id + count))
    columns["_party"] += [delivery.party] * count
    columns["_submission"] += [delivery.sha256] * count
    columns["_sheet"] += [delivery.sheet] * count
    columns["_row"] += map(str, delivery.rows)
    for field in table.fields:
        values = delivery.values.get(field.name)
        columns[field.name] += [None] * count if values is None else _texts(values)


def arrow_texts(columns: Mapping[str, Sequence[str | None]]) -> pa.Table:
    """Return columns of text as an Arrow table; DuckDB makes numbers and days of them where it puts them.

    Not ``pa.array``: that imports pandas, which takes longer than all the rest.
    """
    import pyarrow as pa

    arrays = []
    for values in columns.values():
        builder = pa.lib.StringBuilder()
        builder.append_values(values)
        arrays.append(builder.finish())
    return pa.Table.from_arrays(arrays, names=list(columns))


def insert_columns(
    connection: duckdb.DuckDBPyConnection, name: str, columns: Mapping[str, Sequence[str | None]]
) -> None:
    """Insert columns of text into a table by their names: one statement, however many rows."""
    connection.register("_incoming", arrow_texts(columns))
    connection.execute(f"INSERT INTO {name} BY NAME SELECT * FROM _incoming")
    connection.unregister("_incoming")


def _texts(values: Sequence[Any]) -> Sequence[str | None]:
    """Return values as texts; several in one cell are joined by a comma, none of them is NULL."""
    if set(map(type, values)) <= {str, NoneType}:
        return values
    return [
        value
        if value is None or type(value) is str
        else (",".join(value) or None)
        if isinstance(value, list | tuple)
        else str(value)
        for value in values
    ]
