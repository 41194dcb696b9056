"""What can be said about SQL without running it (sqlglot, DuckDB's dialect): all that takes a statement apart."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import TYPE_CHECKING

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


def parts(sql: str) -> tuple[str, str] | None:
    """Take one aggregate over one table apart: the table, and the statement of its rows (_id, contribution).

    None for SQL of another form.
    """
    from sqlglot import exp

    tree = parsed(sql)
    if not isinstance(tree, exp.Select) or len(tree.selects) != 1 or tree.args.get("joins"):
        return None
    source, aggregate = tree.args.get("from_"), tree.selects[0].unalias()
    if source is None or not isinstance(source.this, exp.Table) or tree.args.get("group"):
        return None
    if not isinstance(aggregate, exp.Sum | exp.Count):
        return None
    inner = aggregate.this
    if isinstance(inner, exp.Distinct):
        inner = inner.expressions[0]
    value = exp.Literal.number(1) if isinstance(inner, exp.Star) else inner
    rows = tree.copy()
    rows.set("expressions", [exp.column("_id"), exp.alias_(value.copy(), "_value")])
    return source.this.name, rows.sql(dialect=DIALECT)
