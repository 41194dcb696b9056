"""Core indicators of a campaign: value, verdict, other readings, and why one cannot be computed.

Formulas and lines are the year's (``indicators.yaml``). Not computable is an answer with a reason, never 0.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import duckdb
from sqlglot import exp

from statecollect.catalog.indicator_model import UNVERIFIED, Indicator, Indicators, OtherReading
from statecollect.catalog.sql import parsed, tables_in
from statecollect.core.errors import UsageError
from statecollect.findings import Finding
from statecollect.findings.catalogue import Own, said
from statecollect.indicators.lineage import total
from statecollect.indicators.published_figures import ENDS, PREFIX, known_of
from statecollect.indicators.result import Computed, Other, ProfileLine, Result
from statecollect.indicators.thresholds import NOT_COMPUTABLE, PASS, RESTRICT, overall, verdict_of
from statecollect.school.config import IndicatorChoices
from statecollect.store import Store
from statecollect.store.database import first_line
from statecollect.store.sql_columns import quoted

KNOWN = frozenset({"S1", "S2"})  # marks that need no remark


@dataclass(frozen=True, slots=True)
class Quantities:
    """What is known: numbers by name, for the others the reason, and what to say about a number."""

    values: Mapping[str, float]
    reasons: Mapping[str, str]
    remarks: Mapping[str, str]


def compute(
    store: Store, parameters: Mapping[str, object], choices: IndicatorChoices | None = None
) -> Result:
    """Compute from the collected tables; ``parameters`` are the school's (category, figures no table holds)."""
    rules = store.catalog.indicators
    with store.reading() as connection:
        category = parameters.get(rules.category_parameter)
        if category is None and rules.category_sql:
            found = connection.execute(rules.category_sql).fetchone()
            category = found[0] if found else None
        level = parameters.get(
            rules.level_parameter, store.catalog.year.parameters.get(rules.level_parameter)
        )
        if level and level not in rules.levels:
            category = f"{level}层次"  # no group of its own: it is not held to the lines of another level
        known = _collect(store, connection, rules, parameters)
        return evaluate(connection, rules, known, str(category) if category else None, choices)


def known_quantities(store: Store, parameters: Mapping[str, object]) -> Quantities:
    """Return every quantity as the tables and the school's parameters give it."""
    with store.reading() as connection:
        return _collect(store, connection, store.catalog.indicators, parameters)


def compute_given(
    store: Store,
    given: Mapping[str, float],
    category: str | None,
    choices: IndicatorChoices | None = None,
) -> Result:
    """Compute from given quantities with the same formulas: published figures, a what-if."""
    rules = store.catalog.indicators
    with store.reading() as connection:
        known = _complete(connection, rules, dict(given), {}, {})
        return evaluate(connection, rules, known, category, choices)


def evaluate(
    connection: duckdb.DuckDBPyConnection,
    rules: Indicators,
    known: Quantities,
    category: str | None,
    choices: IndicatorChoices | None = None,
) -> Result:
    """Hold every indicator to the lines of the school's group. Raises UsageError for choices that name nothing."""
    choices = choices or IndicatorChoices()
    _refuse_unknown(rules, choices)
    printed = known_of(rules, choices, category)
    computed = tuple(
        replace(
            _one(connection, rules, known, name, category, choices.readings.get(name)),
            published=printed.shown.get(name),
            published_verdict=printed.verdicts.get(name),
        )
        for name in rules.indicators
    )
    basic = {
        indicator.id: indicator.verdict for indicator in computed if rules.indicators[indicator.id].basic
    }
    years = known.values.get(rules.yellow_parameter, 0)
    everything = replace(known, values={**known.values, **printed.numbers})
    findings = [
        *_alarms(connection, rules, everything),
        *(
            found
            for indicator in computed
            for found in _doubts(rules.indicators[indicator.id], indicator, printed.numbers)
        ),
    ]
    return Result(
        category,
        computed,
        overall(list(basic.values()), years),
        tuple(findings),
        tuple(_profiles(rules, computed, choices.profiles, rules.groups.get(category or ""))),
        printed.verdict(rules, years),
    )


def _refuse_unknown(rules: Indicators, choices: IndicatorChoices) -> None:
    for name, label in choices.readings.items():
        labels = [reading.label for reading in readings_of(rules, name)] if name in rules.indicators else []
        if label not in labels:
            hint = f"可用的算法：{'、'.join(labels)}" if labels else "指标名称见 statecollect indicators"
            raise UsageError(f"配置项 indicators.readings：「{name}」没有算法「{label}」", hint=hint)
    for name in choices.profiles:
        if name not in rules.profiles:
            raise UsageError(
                f"没有参照档案「{name}」", hint=f"可用的档案：{'、'.join(rules.profiles) or '无'}"
            )
    for name in choices.published:
        if not rules.may_be_published(name):
            raise UsageError(f"配置项 indicators.published：没有指标或量「{name}」")


def _collect(
    store: Store,
    connection: duckdb.DuckDBPyConnection,
    rules: Indicators,
    parameters: Mapping[str, object],
) -> Quantities:
    values: dict[str, float] = {}
    reasons: dict[str, str] = {}
    remarks: dict[str, str] = {}
    for name, quantity in rules.quantities.items():
        own = parameters.get(name)
        if isinstance(own, int | float) and math.isfinite(own):
            values[name] = float(own)
            remarks[name] = "由学校填写"
        elif quantity.sql:
            tables = [store.catalog.by_short[short] for short in sorted(tables_in(quantity.sql))]
            empty = [table for table in tables if not table.sql and not store.parties(table.id)] or [
                table for table in tables if table.sql and not _holds(connection, table.short)
            ]
            if empty:
                reasons[name] = f"表 {empty[0].id} {empty[0].name} 还没有数据"
                continue
            value, rows, blank = total(connection, quantity.sql)
            if value is None and rows:
                reasons[name] = f"表 {'、'.join(table.id for table in tables)} 中{name}没有填写"
                continue
            values[name] = value or 0.0  # a table that was returned without such rows says: none
            if blank:
                remarks[name] = f"{blank} 行没有填，未计入"
    return _complete(connection, rules, values, reasons, remarks)


def _holds(connection: duckdb.DuckDBPyConnection, short: str) -> bool:
    return connection.execute(f"SELECT 1 FROM {quoted(short)} LIMIT 1").fetchone() is not None


def _complete(
    connection: duckdb.DuckDBPyConnection,
    rules: Indicators,
    values: dict[str, float],
    reasons: dict[str, str],
    remarks: dict[str, str],
) -> Quantities:
    """Add defaults of parameters and what other quantities give, in the order of the file."""
    for name, quantity in rules.quantities.items():
        if name in values or name in reasons:
            continue
        if quantity.default is not None:
            values[name] = quantity.default
        elif quantity.expr:
            value, reason = _number(connection, Quantities(values, reasons, {}), quantity.expr)
            if value is None:
                reasons[name] = reason
            else:
                values[name] = value
        else:
            origin = "没有给出" if quantity.sql else "表中没有，请在 statecollect.toml 的 [parameters] 中填写"
            reasons[name] = f"{name}：{origin}"
    return Quantities(values, reasons, remarks)


def quantities_in(expression: str) -> list[str]:
    """Return the quantities an expression reads, in the order of mention."""
    tree = parsed(expression)
    columns = tree.find_all(exp.Column, bfs=False) if tree is not None else ()
    return list(dict.fromkeys(column.name for column in columns))


def _number(connection: duckdb.DuckDBPyConnection, known: Quantities, expression: str) -> tuple[Any, str]:
    """Return the value, or None and why not."""
    names = quantities_in(expression)
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
    value = found[0] if found else None
    if isinstance(value, float) and not math.isfinite(value):  # infinity would take sides in every comparison
        return None, f"{expression} 的除数为 0"
    return (value, "") if value is not None else (None, f"{expression} 没有结果")


def _ratio(
    connection: duckdb.DuckDBPyConnection, known: Quantities, reading: OtherReading, factor: float
) -> tuple[float | None, float | None, float | None, str]:
    numerator, why = _number(connection, known, reading.numerator)
    denominator, why_not = _number(connection, known, reading.denominator)
    reason = "；".join(dict.fromkeys(part for part in (why, why_not) if part))
    if not reason and not denominator:
        reason = f"分母（{reading.denominator}）为 0"
    if reason:
        return None, numerator, denominator, reason
    return float(numerator) * factor / float(denominator), float(numerator), float(denominator), ""


def readings_of(rules: Indicators, name: str) -> list[OtherReading]:
    """Return every reading of an indicator, its own first; then the alternatives that touch it."""
    one = rules.indicators[name]
    own = OtherReading(label=one.label, numerator=one.numerator, denominator=one.denominator, mark=one.mark)
    found = [own, *one.readings]
    for label, other in rules.alternatives.items():
        top, bottom = (_replaced(part, other.replace) for part in (one.numerator, one.denominator))
        if (top, bottom) != (one.numerator, one.denominator):
            found.append(OtherReading(label=label, numerator=top, denominator=bottom, mark=other.mark))
    return found


def that_counts(readings: list[OtherReading], chosen: str | None) -> OtherReading:
    """Return the reading the school has chosen; the indicator's own where it has chosen none."""
    return next((reading for reading in readings if reading.label == chosen), readings[0])


def _replaced(expression: str, names: Mapping[str, str]) -> str:
    tree = parsed(expression)
    if tree is None or not set(names) & set(quantities_in(expression)):
        return expression
    renamed = tree.transform(
        lambda node: (
            exp.column(names[node.name]) if isinstance(node, exp.Column) and node.name in names else node
        )
    )
    return renamed.sql(dialect="duckdb")


def _one(
    connection: duckdb.DuckDBPyConnection,
    rules: Indicators,
    known: Quantities,
    name: str,
    category: str | None,
    chosen: str | None,
) -> Computed:
    indicator = rules.indicators[name]
    every = readings_of(rules, name)
    main = that_counts(every, chosen)
    value, numerator, denominator, reason = _ratio(connection, known, main, indicator.factor)
    group = rules.groups.get(category or "")
    exempt = bool(indicator.exempt and _number(connection, known, indicator.exempt)[0])
    verdict = verdict_of(indicator, group, value, exempt)
    lines = indicator.lines_for(group)
    remarks = [] if main.mark in KNOWN else [f"公式{UNVERIFIED}"]
    numbers: dict[str, float] = {}
    for label, line in ((PASS, lines.pass_), (RESTRICT, lines.restrict)) if lines else ():
        if line:
            numbers[label] = line.value
            if line.mark not in KNOWN:
                remarks.append(f"{label}线{UNVERIFIED}")
    if exempt:
        remarks.append("符合豁免条件，按合格计")
    if value is not None and verdict_of(indicator, group, round(value, indicator.digits), exempt) != verdict:
        remarks.append(f"按未取整的 {value:.6g} 判定")
    if indicator.thresholds and not lines and value is not None:
        said = f"学校类别「{category}」没有对应的标准" if category else "没有学校类别，不能对照标准"
        asked = rules.level_parameter if (category or "").endswith("层次") else rules.category_parameter
        reason = f"{said}：请在 [parameters] 中核对 {asked}"
    others = []
    for reading in every:
        if reading is not main:
            figure, _, _, why = _ratio(connection, known, reading, indicator.factor)
            judged = verdict_of(indicator, group, figure, exempt)
            others.append(Other(reading.label, figure, judged, reading.mark, why or None))
    used = dict.fromkeys([*quantities_in(main.numerator), *quantities_in(main.denominator)])
    remarks += [f"{key}：{known.remarks[key]}" for key in used if key in known.remarks]
    return Computed(
        id=name,
        value=value,
        unit=indicator.unit,
        digits=indicator.digits,
        numerator=numerator,
        denominator=denominator,
        verdict=NOT_COMPUTABLE if value is None else verdict,
        threshold=numbers,
        inputs={key: known.values[key] for key in used if key in known.values},
        label=main.label,
        readings=tuple(others),
        source=indicator.source,
        remarks=tuple(remarks),
        reason=reason or None,
    )


def _alarms(connection: duckdb.DuckDBPyConnection, rules: Indicators, known: Quantities) -> list[Finding]:
    """FALSE is an alarm; what cannot be computed is none."""
    return [
        said("指标", "check", check.severity, message=Own(check.message), hint=Own(check.hint))
        ._replace(rule=f"指标-{name}")
        .at()
        for name, check in rules.checks.items()
        if _number(connection, known, check.check)[0] is False
    ]


def _doubts(indicator: Indicator, one: Computed, printed: Mapping[str, float]) -> list[Finding]:
    """What to look at before believing a value: its size, other readings, what was printed."""
    found = []
    if one.value is None:
        return []
    if indicator.plausible and not indicator.plausible[0] <= one.value <= indicator.plausible[1]:
        low, high = indicator.plausible
        told = said(
            "指标-量级", "unusual", indicator=one.id, value=one.shown, low=f"{low:g}", high=f"{high:g}"
        )
        found.append(told.at())
    for other in one.readings:
        if other.verdict not in (None, NOT_COMPUTABLE, one.verdict):
            blanks = {"label": one.label, "verdict": one.verdict, "other": other.label}
            told = said("指标-算法", "readings", indicator=one.id, other_verdict=other.verdict, **blanks)
            found.append(told.at())
    least, most = (printed.get(f"{PREFIX}{one.id}{end}") for end in ENDS[1:])
    if least is not None and most is not None and not least <= one.value <= most:
        told = said("指标-公布", "published", indicator=one.id, published=one.published, value=one.shown)
        found.append(told.at())
    return found


def _profiles(
    rules: Indicators, computed: tuple[Computed, ...], wanted: tuple[str, ...], group: str | None
) -> list[ProfileLine]:
    values = {indicator.id: indicator.value for indicator in computed}
    lines = []
    for name in wanted:
        for indicator, line in rules.profiles[name].lines_for(group).items():
            value = values[indicator]
            high = rules.indicators[indicator].better == "high"
            reached = None if value is None else (value >= line.value if high else value <= line.value)
            lines.append(ProfileLine(name, indicator, value, line.value, reached, line.mark))
    return lines
