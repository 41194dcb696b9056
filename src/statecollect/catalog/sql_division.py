"""A divisor that may be 0 decides nothing: DuckDB makes infinity of it, or an error, and infinity takes sides.

``x / 0 <= 20`` is false there, an alarm where nothing can be said; Spark ends the whole query. A condition whose divisor
is ``nullif(x, 0)`` is NULL instead: not checkable. So every divisor has to be a number, a ``nullif``, or looked at by
the CASE around it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from statecollect.catalog.sql import DIALECT, parsed

if TYPE_CHECKING:
    from sqlglot import exp

_FUNCTIONS = frozenset({"divide", "fdiv", "fmod", "mod", "rem"})


def unguarded(sql: str) -> str | None:
    """Say which divisor may be 0 and what to write instead, or None where none may."""
    divisors = _unguarded(sql)
    if not divisors:
        return None
    return f"除数「{divisors[0]}」可能是 0；写成 nullif({divisors[0]}, 0)，除不了的就不下结论"


@lru_cache(maxsize=4096)
def _unguarded(sql: str) -> tuple[str, ...]:
    if not any(sign in sql for sign in "/%") and not any(name in sql.lower() for name in _FUNCTIONS):
        return ()  # most rules: reading SQL takes longer than running it
    tree = parsed(sql)
    if tree is None:
        return ()
    found = (_text(by) for node, by in _divisions(tree) if not _never_zero(by, _looked_at(node)))
    return tuple(dict.fromkeys(found))


def _divisions(tree: exp.Expr) -> Iterator[tuple[exp.Expr, exp.Expr]]:
    """Yield each division with its divisor."""
    from sqlglot import exp

    for node in tree.walk():
        if isinstance(node, exp.Div | exp.IntDiv | exp.Mod):
            yield node, node.expression
        elif (
            isinstance(node, exp.Anonymous) and node.name.lower() in _FUNCTIONS and len(node.expressions) == 2
        ):
            yield node, node.expressions[1]


def _never_zero(node: exp.Expr, looked_at: frozenset[str]) -> bool:
    """Whether a divisor is NULL or something else than 0."""
    from sqlglot import exp

    if _text(node) in looked_at:
        return True
    if isinstance(node, exp.Literal):
        return _number(node) != 0
    if isinstance(node, exp.Nullif):
        return _number(node.expression) == 0
    if isinstance(node, exp.Paren | exp.Neg | exp.Abs):
        return _never_zero(node.this, looked_at)
    if isinstance(node, exp.Mul | exp.Div):
        return _never_zero(node.left, looked_at) and _never_zero(node.right, looked_at)
    if isinstance(node, exp.Cast):  # to a whole number 0.4 becomes 0
        return node.to.is_type("double", "float") and _never_zero(node.this, looked_at)
    return False


def _looked_at(node: exp.Expr) -> frozenset[str]:
    """Return what the CASE branches around a division have found to be other than 0."""
    from sqlglot import exp

    found: set[str] = set()
    while node.parent is not None and not isinstance(node, exp.Query):
        above = node.parent
        if isinstance(above, exp.If) and not (isinstance(above.parent, exp.Case) and above.parent.this):
            if above.args.get("true") is node:
                found.update(_parts(above.this, exp.And))
            elif above.args.get("false") is node:
                found.update(_parts(above.this, exp.Or))
        if isinstance(above, exp.Case) and not above.this and above.args.get("default") is node:
            for branch in above.args["ifs"]:
                found.update(_parts(branch.this, exp.Or))
        node = above
    return frozenset(found)


def _parts(condition: exp.Expr, joined_by: type[exp.Connector]) -> Iterator[str]:
    """Yield what is not 0 where a condition holds (joined by AND), or where it does not (joined by OR)."""
    from sqlglot import exp

    holds = joined_by is exp.And
    for operand in (
        condition.unnest().flatten() if isinstance(condition.unnest(), joined_by) else [condition.unnest()]
    ):
        part = operand.unnest()
        if not isinstance(part, exp.Binary):
            continue
        for told, number, turned in ((part.left, part.right, False), (part.right, part.left, True)):
            value = _number(number)
            if value is not None and _excludes_zero(_sign(part, turned), value, holds):
                yield _text(told)


def _sign(part: exp.Expr, turned: bool) -> str:
    from sqlglot import exp

    signs: dict[type[exp.Expr], str] = {
        exp.EQ: "=", exp.NEQ: "<>", exp.GT: ">", exp.GTE: ">=", exp.LT: "<", exp.LTE: "<=",
    }  # fmt: skip
    sign = signs.get(type(part), "")
    return sign.translate(str.maketrans("<>", "><")) if turned and sign != "<>" else sign


def _excludes_zero(sign: str, value: float, holds: bool) -> bool:
    """Whether 0 compared so with a number is false (``holds``), or true."""
    outcome = {
        "=": value == 0,
        "<>": value != 0,
        ">": value < 0,
        ">=": value <= 0,
        "<": value > 0,
        "<=": value >= 0,
    }
    return sign in outcome and outcome[sign] is not holds


def _number(node: exp.Expr) -> float | None:
    from sqlglot import exp

    node = node.unnest()
    if isinstance(node, exp.Neg):
        value = _number(node.this)
        return None if value is None else -value
    try:
        return float(node.name) if isinstance(node, exp.Literal) and not node.is_string else None
    except ValueError:
        return None


def _text(node: exp.Expr) -> str:
    from sqlglot import exp

    while isinstance(node, exp.Paren):  # not ``unnest``: a query keeps its parentheses
        node = node.this
    return node.sql(dialect=DIALECT)
