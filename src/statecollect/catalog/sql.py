"""What can be said about a rule's SQL without running it (sqlglot, DuckDB's dialect)."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import TYPE_CHECKING

from statecollect.store.derived_tables import DIALECT, parsed
from statecollect.store.derived_tables import names_in as names_in
from statecollect.store.derived_tables import tables_in as tables_in

if TYPE_CHECKING:
    from sqlglot import exp


def _parsed(sql: str) -> exp.Expression | None:
    """Return the tree of one condition or query; None for what is neither (a DROP, nonsense)."""
    from sqlglot import exp

    tree = parsed(sql)
    if isinstance(tree, exp.DDL | exp.DML | exp.Command) and not isinstance(tree, exp.Query):
        return None
    return tree


def fault(sql: str, *, query: bool) -> str | None:
    """Say why this is not one query (``query``) or one condition, or None when it is.

    The engine puts rules inside larger statements; only what passes here may go there.
    """
    from sqlglot import exp

    tree = _parsed(sql)
    if tree is None:
        return "不是一条能看懂的 SQL"
    if query != (isinstance(tree, exp.Query) and not isinstance(tree, exp.Subquery)):
        return "find 要写成 SELECT 查询" if query else "check 要写成条件，不是查询"
    return None


@lru_cache(maxsize=4096)
def columns_in(sql: str) -> frozenset[str]:
    """Return the names of all columns mentioned, of whatever table."""
    from sqlglot import exp

    tree = _parsed(sql)
    return frozenset(column.name for column in tree.find_all(exp.Column)) if tree is not None else frozenset()


def tainted(sql: str, personal: AbstractSet[str]) -> frozenset[str]:
    """Return the personal column names and every alias whose value is made from one of them, at any depth."""
    from sqlglot import exp

    tree = _parsed(sql)
    found = set(personal)
    if tree is None:
        return frozenset(found)
    aliases = [
        (alias.alias, {column.name for column in alias.this.find_all(exp.Column)})
        for alias in tree.find_all(exp.Alias)
    ]
    grown = True
    while grown:
        new = {name for name, columns in aliases if columns & found} - found
        found |= new
        grown = bool(new)
    return frozenset(found)


def to_spark(sql: str) -> str:
    """Return the same SQL for Spark, which a ministry runs over every school. Raises ValueError when it cannot be."""
    import sqlglot
    from sqlglot.errors import SqlglotError

    try:
        tree = sqlglot.parse_one(sql, dialect=DIALECT)
        return tree.sql(dialect="spark", identify=True, unsupported_level=sqlglot.ErrorLevel.RAISE)
    except SqlglotError as error:
        raise ValueError(str(error).splitlines()[0]) from error
