"""Core indicators of a campaign: value, verdict, other readings, and why one cannot be computed.

Formulas and lines are the year's (``indicators.yaml``). Not computable is an answer with a reason, never 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
from sqlglot import exp

from statecollect.catalog.indicators import UNVERIFIED, Indicator, Indicators, Threshold
from statecollect.findings import Finding
from statecollect.store import Store
from statecollect.store.columns import quoted
from statecollect.store.database import first_line
from statecollect.store.derived import parsed, tables_in

NOT_COMPUTABLE = "无法计算"
PASS, RESTRICT, FAIL = "合格", "限制招生", "不合格"


@dataclass(frozen=True, slots=True)
class Quantities:
    """What is known: numbers by name, and for the others the reason."""

    values: Mapping[str, float]
    reasons: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Computed:
    """One indicator as it came out. ``value`` is not rounded: verdicts use it as it is."""

    id: str
    value: float | None
    unit: str | None
    digits: int
    numerator: float | None
    denominator: float | None
    verdict: str | None  # None: there is no line to hold it to
    threshold: Mapping[str, float]
    inputs: Mapping[str, float]
    readings: Mapping[str, float | None]
    source: str
    remarks: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """All indicators, the school's verdict (黄牌, 红牌) and what does not agree."""

    category: str | None
    indicators: tuple[Computed, ...]
    verdict: str
    findings: tuple[Finding, ...]

    def as_json(self) -> dict[str, Any]:
        """The shape of the command-line contract."""
        return {
            "category": self.category,
            "verdict": self.verdict,
            "indicators": [
                {
                    "id": one.id, "value": one.value, "unit": one.unit, "numerator": one.numerator,
                    "denominator": one.denominator, "verdict": one.verdict, "threshold": dict(one.threshold),
                    "inputs": dict(one.inputs), "source": one.source, "readings": dict(one.readings),
                    "remarks": list(one.remarks), "reason": one.reason,
                }
                for one in self.indicators
            ],
            "findings": [finding.as_json() for finding in self.findings],
        }  # fmt: skip


def compute(store: Store, parameters: Mapping[str, object], years_yellow: int = 0) -> Result:
    """Compute from the collected tables; ``parameters`` are the school's (category, figures no table holds)."""
    rules = store.catalog.indicators
    with store.reading() as connection:
        category = parameters.get(rules.category_parameter)
        if category is None and rules.category_sql:
            found = connection.execute(rules.category_sql).fetchone()
            category = found[0] if found else None
        known = _collect(store, connection, rules, parameters)
        return evaluate(connection, rules, known, str(category) if category else None, years_yellow)


def compute_given(
    store: Store, given: Mapping[str, float], category: str | None, years_yellow: int = 0
) -> Result:
    """Compute from given quantities with the same formulas: published figures, a what-if."""
    rules = store.catalog.indicators
    with store.reading() as connection:
        known = _complete(connection, rules, dict(given), {})
        return evaluate(connection, rules, known, category, years_yellow)


def evaluate(
    connection: duckdb.DuckDBPyConnection,
    rules: Indicators,
    known: Quantities,
    category: str | None,
    years_yellow: int = 0,
) -> Result:
    """Hold every indicator to the lines of the school's group."""
    computed = tuple(_one(connection, rules, known, name, category) for name in rules.indicators)
    beyond = [one for one in computed if rules.indicators[one.id].basic and one.verdict == RESTRICT]
    unknown = [one for one in computed if rules.indicators[one.id].basic and one.verdict == NOT_COMPUTABLE]
    failed = [one for one in computed if rules.indicators[one.id].basic and one.verdict == FAIL]
    if len(beyond) >= 2 or (beyond and years_yellow >= 2):
        verdict = "红牌（暂停招生）"
    elif unknown:
        verdict = NOT_COMPUTABLE
    elif beyond:
        verdict = "黄牌（限制招生）"
    else:
        verdict = "不合格，未限制招生" if failed else PASS
    findings = tuple(_alarms(connection, rules, known))
    return Result(category, computed, verdict, findings)


def _collect(
    store: Store,
    connection: duckdb.DuckDBPyConnection,
    rules: Indicators,
    parameters: Mapping[str, object],
) -> Quantities:
    values: dict[str, float] = {}
    reasons: dict[str, str] = {}
    for name, quantity in rules.quantities.items():
        own = parameters.get(name)
        if isinstance(own, int | float):
            values[name] = float(own)
        elif quantity.sql:
            shorts = [store.catalog.by_short[short] for short in sorted(tables_in(quantity.sql))]
            empty = [table for table in shorts if not table.sql and not store.parties(table.id)] or [
                table for table in shorts if table.sql and not _holds(connection, table.short)
            ]
            if empty:
                reasons[name] = f"表 {empty[0].id} {empty[0].name} 还没有数据"
                continue
            found = connection.execute(quantity.sql).fetchone()
            if found is None or found[0] is None:
                reasons[name] = f"表 {'、'.join(table.id for table in shorts)} 中{name}没有填写"
            else:
                values[name] = float(found[0])
    return _complete(connection, rules, values, reasons)


def _holds(connection: duckdb.DuckDBPyConnection, short: str) -> bool:
    return connection.execute(f"SELECT 1 FROM {quoted(short)} LIMIT 1").fetchone() is not None


def _complete(
    connection: duckdb.DuckDBPyConnection,
    rules: Indicators,
    values: dict[str, float],
    reasons: dict[str, str],
) -> Quantities:
    """Add defaults of parameters and what other quantities give, in the order of the file."""
    for name, quantity in rules.quantities.items():
        if name in values or name in reasons:
            continue
        if quantity.default is not None:
            values[name] = quantity.default
        elif quantity.expr:
            value, reason = _number(connection, Quantities(values, reasons), quantity.expr)
            if value is None:
                reasons[name] = reason
            else:
                values[name] = value
        else:
            origin = "没有给出" if quantity.sql else "表中没有，请在 statecollect.toml 的 [parameters] 中填写"
            reasons[name] = f"{name}：{origin}"
    return Quantities(values, reasons)


def _quantities_in(expression: str) -> list[str]:
    """Return the quantities an expression reads, in the order of mention."""
    tree = parsed(expression)
    columns = tree.find_all(exp.Column, bfs=False) if tree is not None else ()
    return list(dict.fromkeys(column.name for column in columns))


def _number(connection: duckdb.DuckDBPyConnection, known: Quantities, expression: str) -> tuple[Any, str]:
    """Return the value, or None and why not."""
    names = _quantities_in(expression)
    missing = [known.reasons.get(name, f"没有「{name}」这个量") for name in names if name not in known.values]
    if missing:
        return None, "；".join(dict.fromkeys(missing))
    columns = ", ".join(f"CAST(? AS DOUBLE) AS {quoted(name)}" for name in names) or "1"
    try:
        found = connection.execute(
            f"SELECT ({expression}) FROM (SELECT {columns})", [known.values[name] for name in names]
        ).fetchone()
    except duckdb.Error as error:
        return None, first_line(error)
    return (found[0], "") if found and found[0] is not None else (None, f"{expression} 没有结果")


def _ratio(
    connection: duckdb.DuckDBPyConnection, known: Quantities, top: str, bottom: str, factor: float
) -> tuple[float | None, float | None, float | None, str]:
    numerator, why = _number(connection, known, top)
    denominator, why_not = _number(connection, known, bottom)
    reason = "；".join(dict.fromkeys(part for part in (why, why_not) if part))
    if not reason and not denominator:
        reason = f"分母（{bottom}）为 0"
    if reason:
        return None, numerator, denominator, reason
    return float(numerator) * factor / float(denominator), float(numerator), float(denominator), ""


def _one(
    connection: duckdb.DuckDBPyConnection,
    rules: Indicators,
    known: Quantities,
    name: str,
    category: str | None,
) -> Computed:
    indicator = rules.indicators[name]
    value, numerator, denominator, reason = _ratio(
        connection, known, indicator.numerator, indicator.denominator, indicator.factor
    )
    readings = {indicator.label: value} if indicator.readings else {}
    for other in indicator.readings:
        readings[other.label] = _ratio(
            connection, known, other.numerator, other.denominator, indicator.factor
        )[0]
    used = dict.fromkeys([*_quantities_in(indicator.numerator), *_quantities_in(indicator.denominator)])
    lines = indicator.thresholds.get(rules.groups.get(category or "", "")) or indicator.thresholds.get("*")
    remarks = [] if indicator.mark in {"S1", "S2"} else [f"公式{UNVERIFIED}"]
    numbers: dict[str, float] = {}
    verdict: str | None = None
    if lines:
        for label, line in ((PASS, lines.pass_), (RESTRICT, lines.restrict)):
            if line:
                numbers[label] = line.value
                if line.mark not in {"S1", "S2"}:
                    remarks.append(f"{label}线{UNVERIFIED}")
    if indicator.thresholds:
        exempt = bool(indicator.exempt and _number(connection, known, indicator.exempt)[0])
        verdict = _verdict(indicator, lines, value, exempt)
        if not lines and value is not None:
            reason = f"没有学校类别，不能对照标准：请填写 {rules.category_parameter}"
    return Computed(
        name, value, indicator.unit, indicator.digits, numerator, denominator,
        NOT_COMPUTABLE if value is None else verdict, numbers,
        {key: known.values[key] for key in used if key in known.values},
        readings, indicator.source, tuple(remarks), reason or None,
    )  # fmt: skip


def _verdict(indicator: Indicator, lines: Threshold | None, value: float | None, exempt: bool) -> str:
    if value is None or lines is None:
        return NOT_COMPUTABLE
    sign = 1 if indicator.better == "high" else -1
    if exempt or (lines.pass_ and value * sign >= lines.pass_.value * sign):
        return PASS
    if lines.restrict and value * sign < lines.restrict.value * sign:
        return RESTRICT
    return FAIL


def _alarms(connection: duckdb.DuckDBPyConnection, rules: Indicators, known: Quantities) -> list[Finding]:
    """FALSE is an alarm; what cannot be computed is none."""
    return [
        Finding(f"指标-{name}", "warning", "", check.message, check.hint)
        for name, check in rules.checks.items()
        if _number(connection, known, check.check)[0] is False
    ]
