"""Fields as database columns: their SQL types, and a delivery as an Arrow table ready to insert."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from statecollect.catalog import Field, Table
from statecollect.store.delivery import Delivery

_SQL = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "decimal": "DECIMAL(18,4)",
    "date": "DATE",
    "datetime": "TIMESTAMP",
}
_ARROW = {
    "text": pa.string(),
    "integer": pa.int64(),
    "decimal": pa.float64(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us"),
}
PLACE_COLUMNS = "_id BIGINT, _party VARCHAR, _submission VARCHAR, _sheet VARCHAR, _row INTEGER"


def quoted(name: str) -> str:
    """Return a name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def sql_of(field: Field) -> str:
    """Return the SQL type of a field's column."""
    return _SQL[field.spec.storage]


def create_table(table: Table) -> str:
    """Return the statement that makes a catalog table; ``_…`` columns say where a row came from."""
    fields = ", ".join(f"{quoted(field.name)} {sql_of(field)}" for field in table.fields)
    return f"CREATE TABLE {quoted(table.short)} ({PLACE_COLUMNS}, {fields})"


def arrow_rows(delivery: Delivery, table: Table, first_id: int) -> pa.Table:
    """Return the rows of a delivery, numbered from ``first_id``; fields without a column are left out."""
    count = len(delivery.rows)
    columns: dict[str, Any] = {
        "_id": pa.array(range(first_id, first_id + count), pa.int64()),
        "_party": pa.array([delivery.party] * count, pa.string()),
        "_submission": pa.array([delivery.sha256] * count, pa.string()),
        "_sheet": pa.array([delivery.sheet] * count, pa.string()),
        "_row": pa.array(delivery.rows, pa.int32()),
    }
    for name, values in delivery.values.items():
        columns[name] = _arrow(table.by_name[name], values)
    return pa.table(columns)


def _arrow(field: Field, values: Sequence[Any]) -> Any:
    storage = field.spec.storage
    if storage == "text":
        values = [_text(value) for value in values]
    elif storage == "decimal":
        values = [None if value is None else float(value) for value in values]
    return pa.array(values, _ARROW[storage])


def _text(value: Any) -> str | None:
    """Return one text; several values are joined by a comma, none of them is NULL."""
    if isinstance(value, list | tuple):
        return ",".join(value) or None
    return value if value is None else str(value)
