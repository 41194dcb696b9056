"""What a column says about itself: values far from all others, by a measure that a few wrong values cannot bend."""

from __future__ import annotations

from collections.abc import Iterator

from statecollect.catalog import Field, Rule, Table
from statecollect.catalog.model import OUTLYING
from statecollect.findings.catalogue import worded
from statecollect.rules.field_conditions import DRAFT
from statecollect.store.sql_columns import quoted

LEAST = 20  # values; of fewer nobody can say what is usual
_NORMAL = 1.4826  # makes the median deviation comparable with a standard deviation


def measures(table: Table) -> list[Field]:
    """Return the fields that count or measure something."""
    return [
        field
        for field in table.fields
        if field.kind in {"integer", "decimal"} and field.name not in table.key
    ]


def outliers(table: Table) -> Iterator[Rule]:
    """Point at numbers far from their column's median, in medians of the distance to it (MAD)."""
    fields = measures(table)
    if table.rows == "one" or table.sql or not fields:
        return
    name, words = quoted(table.short), worded("O")
    values = " UNION ALL ".join(
        f"SELECT _id, {_text(field.name)} AS 栏目, CAST({quoted(field.name)} AS DOUBLE) AS 数 FROM {name}"
        f" WHERE {quoted(field.name)} IS NOT NULL"
        for field in fields
    )
    yield Rule(
        id=DRAFT,
        severity=words.severity,
        name=words.name,
        find=(
            f"WITH 各值 AS ({values}),"
            f" 居中 AS (SELECT 栏目, median(数) AS 中位数 FROM 各值 GROUP BY 栏目 HAVING count(*) >= {LEAST}),"
            " 散开 AS (SELECT 各值.栏目 AS 栏目, 居中.中位数 AS 中位数, median(abs(各值.数 - 居中.中位数)) AS 离差 FROM 各值"
            " JOIN 居中 ON 各值.栏目 = 居中.栏目 GROUP BY 各值.栏目, 居中.中位数)"
            " SELECT 各值._id AS _id, 各值.栏目 AS _field, 各值.栏目 AS 栏目, 各值.数 AS _value, 各值.数 AS 数, 散开.中位数 AS 中位数,"
            f" 散开.离差 AS 离差, round(abs(各值.数 - 散开.中位数) / ({_NORMAL} * nullif(散开.离差, 0)), 1) AS 倍数"
            " FROM 各值 JOIN 散开 ON 各值.栏目 = 散开.栏目 WHERE 散开.离差 > 0"
            f" AND abs(各值.数 - 散开.中位数) > (SELECT {OUTLYING} FROM 参数) * {_NORMAL} * 散开.离差"
        ),
        fields=tuple(field.name for field in fields),
        needs=(table.id,),
        least_rows=LEAST,
        message=words.message,
        hint=words.hint,
        evidence="I：中位数与绝对中位差（MAD），不受少数错值影响",
    )


def _text(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"
