"""What rules read from the one-row table ``参数``: periods of the year, and numbers that stand in no table.

A period NAME gives ``NAME开始``, ``NAME结束`` (dates), ``NAME开始年月``, ``NAME结束年月`` (text YYYY-MM) and
``NAME年度``, the year it starts in (a 年 at the end is not doubled: 学年度, 财务年度, 时点年度). A period of one
day is also a date under its own name (时点).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from statecollect.catalog import Catalog

PARAMETERS = "参数"
CODE_TABLE = "代码_"  # and the id of the code list
ParameterValue = str | int | float | dt.date


def parameter_row(catalog: Catalog, parameters: Mapping[str, object]) -> dict[str, ParameterValue]:
    """Return the columns of ``参数``; ``parameters`` are the campaign's, which win over the year's."""
    row: dict[str, ParameterValue] = {}
    for name, period in catalog.year.periods.items():
        row[f"{name}开始"] = period.start
        row[f"{name}结束"] = period.end
        row[f"{name}开始年月"] = f"{period.start:%Y-%m}"
        row[f"{name}结束年月"] = f"{period.end:%Y-%m}"
        row[f"{name.removesuffix('年')}年度"] = period.start.year
        if period.start == period.end:
            row[name] = period.start
    for name, value in {**catalog.year.parameters, **parameters}.items():
        row[name] = value if isinstance(value, str | int | float | dt.date) else str(value)
    return row


def sql_type(value: ParameterValue) -> str:
    """Return the column type of one parameter."""
    if isinstance(value, bool):
        return "BOOLEAN"
    if isinstance(value, int):
        return "BIGINT"
    if isinstance(value, float):
        return "DOUBLE"
    return "DATE" if isinstance(value, dt.date) else "VARCHAR"
