"""Fields as database columns: their SQL types, and deliveries as columns ready to insert."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from statecollect.catalog import Field, Table
from statecollect.core.dictionary_column import Coded, joined
from statecollect.store.delivery import Delivery

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

Incoming = Sequence[Any] | npt.NDArray[np.int64]  # a column on its way into the database
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


def columns_of(table: Table, deliveries: Sequence[Delivery], first_ids: Sequence[int]) -> dict[str, Incoming]:
    """Return the rows of deliveries of one table, one below the other; those of each are numbered from its first id."""
    counts = [len(delivery.rows) for delivery in deliveries]

    def said(values: Iterable[str]) -> Coded:
        return joined([Coded.same(value, count) for value, count in zip(values, counts, strict=True)])

    ids = [np.arange(first, first + count) for first, count in zip(first_ids, counts, strict=True)]
    columns: dict[str, Incoming] = {
        "_id": np.concatenate(ids),
        "_party": said(delivery.party for delivery in deliveries),
        "_submission": said(delivery.sha256 for delivery in deliveries),
        "_sheet": said(delivery.sheet for delivery in deliveries),
        "_row": np.concatenate([np.array(delivery.rows, np.int64) for delivery in deliveries]),
    }
    for field in table.fields:
        given = [delivery.values.get(field.name) for delivery in deliveries]
        columns[field.name] = joined(
            [
                Coded.same(None, count) if value is None else Coded.of(value)
                for value, count in zip(given, counts, strict=True)
            ]
        )
    return columns


def arrow_table(columns: Mapping[str, Incoming]) -> pa.Table:
    """Return columns as an Arrow table: of texts, each distinct one once, or of whole numbers.

    DuckDB makes numbers and days of the texts where it puts them. Not ``pa.array``: that imports pandas, which takes
    longer than all the rest.
    """
    import pyarrow as pa

    arrays = [
        pa.Array.from_buffers(pa.int64(), len(column), [None, pa.py_buffer(column)])
        if isinstance(column, np.ndarray)
        else _texts(Coded.of(column))
        for column in columns.values()
    ]
    return pa.Table.from_arrays(arrays, names=list(columns))


def _texts(column: Coded) -> pa.Array:
    import pyarrow as pa

    texts = list(map(_text, column.values))
    builder = pa.lib.StringBuilder()
    builder.append_values([text or "" for text in texts])
    holds = np.array([text is not None for text in texts])[column.codes]
    valid = pa.py_buffer(np.packbits(holds, bitorder="little"))
    codes = pa.py_buffer(np.ascontiguousarray(column.codes))
    indices = pa.Array.from_buffers(pa.int32(), len(column), [valid, codes])
    return pa.DictionaryArray.from_arrays(indices, builder.finish())


def insert_columns(connection: duckdb.DuckDBPyConnection, name: str, columns: Mapping[str, Incoming]) -> None:
    """Insert columns into a table by their names: one statement, however many rows."""
    connection.register("_incoming", arrow_table(columns))
    connection.execute(f"INSERT INTO {name} BY NAME SELECT * FROM _incoming")
    connection.unregister("_incoming")


def insert_rows(connection: duckdb.DuckDBPyConnection, name: str, rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows whose values stand in the order of the table's columns."""
    columns = dict(zip(map(str, range(len(rows[0]))), zip(*rows, strict=True), strict=True))
    connection.register("_incoming", arrow_table(columns))
    connection.execute(f"INSERT INTO {name} SELECT * FROM _incoming")
    connection.unregister("_incoming")


def _text(value: Any) -> str | None:
    """Return a value as text; several in one cell are joined by a comma, none of them is NULL."""
    if value is None or type(value) is str:
        return value
    if isinstance(value, list | tuple):
        return ",".join(value) or None
    return str(value)
