"""Against last year: what vanished, what grew or shrank beyond measure, what cannot change and did.

Last year's tables lie beside today's as ``去年_<table>``, with the columns of today that they had. Tolerances are the
year's parameters. Only things that last are compared: a table whose key says when something happened starts anew.

====== =================================================== =========
id     says                                                severity
====== =================================================== =========
Y01    rows of last year that are gone                     warning
Y02    many more or fewer rows than last year              warning
Y03    a total (or the one value) far from last year's     warning
Y04    what does not change (birth date, ID number) did    warning
====== =================================================== =========
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from statecollect.catalog import Rule, Table
from statecollect.catalog.model import CHANGED, VANISHED
from statecollect.findings.catalogue import phrase, worded
from statecollect.rules.distribution import measures
from statecollect.rules.generated import BoundRule
from statecollect.rules.row_conditions import same_key
from statecollect.store.contents import EARLIER
from statecollect.store.sql_columns import quoted

FLOOR = 5  # rows: two more departments are no growth of 30 %
_EVIDENCE = "I：年度之间核对"


def yearly_rules(table: Table, before: AbstractSet[str]) -> tuple[BoundRule, ...]:
    """Return the rules that compare a table with last year's, which had the fields ``before``."""
    if table.sql or any(table.by_name[name].period for name in table.key):
        return ()
    rules: list[Rule] = []
    if table.key and set(table.key) <= before:
        rules += [_vanished(table), *_fixed(table, before)]
    if table.rows != "one":
        rules.append(_growth(table))
    rules += _totals(table, before)
    return tuple(BoundRule(table, rule) for rule in rules)


def _names(table: Table) -> tuple[str, str]:
    return quoted(table.short), quoted(EARLIER + table.short)


def _once(table: Table, name: str) -> str:
    """Return a table with the number of its rows that share a key: which of several is meant nobody can say."""
    key = ", ".join(map(quoted, table.key))
    return f"(SELECT *, count(*) OVER (PARTITION BY {key}) AS 同键 FROM {name})"


def _vanished(table: Table) -> Rule:
    now, then = _names(table)
    shown = " || ' ' || ".join(f"coalesce(CAST(b.{quoted(name)} AS VARCHAR), '')" for name in table.key)
    gone = f"SELECT b._party AS _party, {shown} AS 哪条 FROM {then} AS b LEFT JOIN {now} AS a ON {same_key(table)} WHERE a._id IS NULL"
    words = worded("Y01")
    return Rule(
        id=f"{table.id}-Y01",
        severity=words.severity,
        name=words.name,
        find=(
            f"WITH 没有了 AS ({gone})"
            f" SELECT _party, count(*) AS 条数, (SELECT count(*) FROM {then}) AS 去年, string_agg(哪条, '、' ORDER BY 哪条) AS 哪些"
            f" FROM 没有了 WHERE (SELECT count(*) FROM 没有了) > (SELECT {VANISHED} FROM 参数) * (SELECT count(*) FROM {then})"
            " GROUP BY _party"
        ),
        needs=(table.id,),
        message=words.message,
        hint=words.hint,
        evidence=_EVIDENCE,
    )


def _growth(table: Table) -> Rule:
    now, then = _names(table)
    words = worded("Y02")
    return Rule(
        id=f"{table.id}-Y02",
        severity=words.severity,
        name=words.name,
        find=(
            f"SELECT a.n AS 今年, b.n AS 去年, round(100.0 * (a.n - b.n) / nullif(b.n, 0), 1) AS 变化 FROM (SELECT count(*) AS n FROM {now}) AS a"
            f" CROSS JOIN (SELECT count(*) AS n FROM {then}) AS b WHERE b.n > 0 AND abs(a.n - b.n) >= {FLOOR}"
            f" AND abs(a.n - b.n) > (SELECT {CHANGED} FROM 参数) * b.n"
        ),
        needs=(table.id,),
        message=words.message,
        hint=words.hint,
        evidence=_EVIDENCE,
    )


def _totals(table: Table, before: AbstractSet[str]) -> Iterator[Rule]:
    fields = [field for field in measures(table) if field.name in before and not field.auto]
    if not fields:
        return
    now, then = _names(table)
    place = f"(SELECT min(_id) FROM {now})" if table.rows == "one" else "NULL"
    sums = " UNION ALL ".join(
        f"SELECT '{field.name.replace(chr(39), chr(39) * 2)}' AS 栏目, (SELECT CAST(sum({quoted(field.name)}) AS DOUBLE) FROM {now}) AS 今年,"
        f" (SELECT CAST(sum({quoted(field.name)}) AS DOUBLE) FROM {then}) AS 去年"
        for field in fields
    )
    words = worded("Y03", total="" if table.rows == "one" else phrase("Y03", "total", "sum"))
    yield Rule(
        id=f"{table.id}-Y03",
        severity=words.severity,
        name=words.name,
        find=(
            f"SELECT {place} AS _id, 栏目 AS _field, 栏目, 今年, 去年, round(100.0 * (今年 - 去年) / nullif(去年, 0), 1) AS 变化 FROM ({sums}) AS 两年"
            f" WHERE 去年 > 0 AND 今年 IS NOT NULL AND abs(今年 - 去年) > (SELECT {CHANGED} FROM 参数) * 去年"
        ),
        fields=tuple(field.name for field in fields),
        needs=(table.id,),
        message=words.message,
        hint=words.hint,
        evidence=_EVIDENCE,
    )


def _fixed(table: Table, before: AbstractSet[str]) -> Iterator[Rule]:
    now, then = (_once(table, name) for name in _names(table))
    fields = [
        field
        for field in table.fields
        if field.is_fixed and field.name in before and field.name not in table.key
    ]
    for number, field in enumerate(fields, start=1):
        column = quoted(field.name)
        keys = ", ".join(f"a.{quoted(name)} AS {quoted(name)}" for name in table.key)
        shown = "、".join(f"{name}「{{{name}}}」" for name in table.key)
        words = worded("Y", key=shown, field=field.name, value=f"{{{field.name}}}")
        yield Rule(
            id=f"{table.id}-Y{number + 3:02}",
            severity=words.severity,
            name=words.name,
            find=(
                f"SELECT a._id AS _id, {keys}, a.{column} AS {column}, b.{column} AS 去年的 FROM {now} AS a JOIN {then} AS b"
                f" ON {same_key(table)} WHERE a.同键 = 1 AND b.同键 = 1 AND CAST(a.{column} AS VARCHAR) <> CAST(b.{column} AS VARCHAR)"
            ),
            fields=(field.name,),
            needs=(table.id,),
            message=words.message,
            hint=words.hint,
            evidence=_EVIDENCE,
        )
