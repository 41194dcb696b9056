"""From a quantity back to its rows: which rows of which returned workbook made the number, and with how much each.

A quantity is one aggregate over one table (``SELECT sum(...) FROM table WHERE ...``): its rows are those of the table
under the same condition. ``schema check`` refuses quantities of another form.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

from statecollect.catalog.sql import parts
from statecollect.store import Store
from statecollect.store.derived_tables import sources


@dataclass(frozen=True, slots=True)
class BackingRow:
    """One row behind a number, at its place; ``value`` is what it adds."""

    table: str
    party: str
    file: str
    sheet: str
    row: int | None
    value: float | str | None


def total(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[float | None, int, int]:
    """Return the number, how many rows are behind it, and how many of them are blank where the number is read."""
    found = connection.execute(sql).fetchone()
    value = None if found is None or found[0] is None else float(found[0])
    behind = parts(sql)
    if behind is None:
        return value, 0 if value is None else 1, 0
    counted = connection.execute(f"SELECT count(*), count(_value) FROM ({behind[1]})").fetchone()
    rows, filled = counted if counted else (0, 0)
    return value, rows, rows - filled


def rows_behind(store: Store, sql: str, most: int) -> tuple[int, list[BackingRow], str]:
    """Return how many rows make a quantity, the first ``most`` of them, and where a derived table has its data from."""
    behind = parts(sql)
    if behind is None:
        return 0, [], ""
    table = store.catalog.by_short[behind[0]]
    with store.reading() as connection:
        values: dict[int, Any] = dict(connection.execute(behind[1]).fetchall())
    shown = dict(sorted(values.items())[:most])
    if table.sql:
        origin = "、".join(
            store.catalog.tables[source].title for source in sorted(sources(store.catalog, table))
        )
        rows = [BackingRow(table.id, "", "", "", None, _plain(value)) for value in shown.values()]
        return len(values), rows, f"{table.title} 由 {origin} 自动汇总"
    places = store.places(table.id, shown)
    rows = [
        BackingRow(table.id, row.party, row.file, row.sheet, row.row, _plain(shown[row_id]))
        for row_id, row in places.items()
    ]
    return len(values), rows, ""


def _plain(value: Any) -> float | str | None:
    if value is None or isinstance(value, str):
        return value
    return float(value)
