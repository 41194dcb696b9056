"""A table that holds its own totals is not summed whole: everything in it would be counted twice.

``totals`` of a derived table says which of its rows are totals. A sum, count or average over it has to leave them out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from statecollect.catalog import Catalog, Table
from statecollect.catalog.sql import DIALECT, parsed

if TYPE_CHECKING:
    from sqlglot import exp


def counted_twice(catalog: Catalog, sql: str) -> str | None:
    """Say which table's totals a query adds to their own parts and what to write, or None where it does not."""
    tables = [table for table in catalog.tables.values() if table.totals and table.short in sql]
    if not tables or (tree := parsed(sql)) is None:
        return None
    for select in _aggregates(tree):
        read = _read(select)
        for table in tables:
            if table.short in read and not _leaves_out(select, table):
                return f"“{table.short}”里有合计行，求和会重复计；加上条件 {_without(table)}"
    return None


def _aggregates(tree: exp.Expr) -> Iterator[exp.Select]:
    """Yield the queries that aggregate, and those they aggregate over."""
    from sqlglot import exp

    for select in tree.find_all(exp.Select):
        if any(
            node.find_ancestor(exp.Select) is select
            for column in select.selects
            for node in column.find_all(exp.Sum, exp.Count, exp.Avg)
        ):
            yield select
            for source in _sources(select):
                if isinstance(source, exp.Subquery) and isinstance(source.this, exp.Select):
                    yield source.this


def _sources(select: exp.Select) -> list[exp.Expr]:
    sources = [select.args.get("from_"), *(select.args.get("joins") or ())]
    return [source.this for source in sources if source is not None]


def _read(select: exp.Select) -> set[str]:
    """Return the names of the tables that the query itself reads, those of its sub-queries left out."""
    from sqlglot import exp

    return {source.name for source in _sources(select) if isinstance(source, exp.Table)}


def _leaves_out(select: exp.Select, table: Table) -> bool:
    from sqlglot import exp

    where = select.args.get("where")
    if where is None:
        return False
    condition = where.this
    parts = list(condition.flatten()) if isinstance(condition, exp.And) else [condition]
    return _without(table) in {_plain(part) for part in parts}


def _without(table: Table) -> str:
    """Return the condition that leaves the totals out."""
    from sqlglot import exp

    totals = parsed(f"SELECT {table.totals}")
    return _plain(exp.not_(totals.selects[0])) if isinstance(totals, exp.Select) else ""


def _plain(node: exp.Expr) -> str:
    """Return a condition as text, its columns without their table, nothing in brackets."""
    from sqlglot import exp

    copy = node.copy().transform(lambda one: one.unnest() if isinstance(one, exp.Paren) else one)
    for column in copy.find_all(exp.Column):
        column.set("table", None)
    return copy.sql(dialect=DIALECT)
