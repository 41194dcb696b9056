"""Table ids: 1.2.1, 2.10.1."""

from __future__ import annotations


def table_order(table_id: str) -> tuple[int, ...]:
    """Sort key of a table id by number: 1.2.1 < 1.10.1; anything that is no id sorts first."""
    parts = table_id.split(".")
    return tuple(int(part) for part in parts) if all(part.isdigit() for part in parts) else ()
