"""Tables computed from others (``sql`` in their schema), such as 自动生成 tables: computed again when data changed."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from statecollect.catalog import Catalog, Table

if TYPE_CHECKING:
    from sqlglot import exp

DIALECT = "duckdb"
_NAMES = re.compile(r"""'(?:[^']|'')*'|"([^"]+)"|(\w+)""")


def names_in(sql: str) -> frozenset[str]:
    """Return every name that stands in the text, of table, column or function: quick, where a few too many do no harm."""
    return frozenset(quoted or plain for quoted, plain in _NAMES.findall(sql))


@lru_cache(maxsize=8192)
def parsed(sql: str) -> exp.Expression | None:
    """Return the tree of one query or condition; None for anything else. Parsing is slow: everybody asks here."""
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    try:
        trees = sqlglot.parse(sql, dialect=DIALECT)
    except SqlglotError:
        return None
    tree = trees[0] if len(trees) == 1 else None
    return tree if isinstance(tree, exp.Expression) else None


@lru_cache(maxsize=8192)
def tables_in(sql: str) -> frozenset[str]:
    """Return the names of the tables a query or condition reads, those it defines itself (WITH) left out.

    Unreadable SQL reads none: running it says what is wrong with it.
    """
    from sqlglot import exp

    tree = parsed(sql)
    if tree is None:
        return frozenset()
    own = {cte.alias_or_name for cte in tree.find_all(exp.CTE)}
    return frozenset(table.name for table in tree.find_all(exp.Table) if table.name and table.name not in own)


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
