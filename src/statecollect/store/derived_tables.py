"""Tables computed from others (``sql`` in their schema), such as 自动生成 tables: computed again when data changed."""

from __future__ import annotations

from statecollect.catalog import Catalog, Table
from statecollect.catalog.sql import names_in


def derived_tables(catalog: Catalog) -> list[Table]:
    """Return the derived tables, each after those it reads."""
    waiting = {table.short: table for table in catalog.tables.values() if table.sql}
    ordered: list[Table] = []

    def place(table: Table) -> None:
        for name in sorted(names_in(table.sql or "")):
            source = waiting.pop(name, None)
            if source is not None:
                place(source)
        ordered.append(table)

    while waiting:
        place(waiting.pop(next(iter(waiting))))
    return ordered


def sources(catalog: Catalog, table: Table) -> frozenset[str]:
    """Return the ids of the collected tables behind a table: itself, or what it is derived from in the end."""
    found: set[str] = set()
    seen: set[str] = set()
    open_tables = [table]
    while open_tables:
        one = open_tables.pop()
        if one.id in seen:
            continue
        seen.add(one.id)
        if not one.sql:
            found.add(one.id)
            continue
        open_tables += [
            catalog.by_short[name] for name in sorted(names_in(one.sql)) if name in catalog.by_short
        ]
    return frozenset(found)


def feeding(catalog: Catalog) -> frozenset[str]:
    """Return the ids of the collected tables behind any derived table: a change of others leaves these as they are."""
    return frozenset().union(*(sources(catalog, table) for table in derived_tables(catalog)))
