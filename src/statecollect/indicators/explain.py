"""An indicator taken apart: every quantity it is made of, down to the rows of the returned workbooks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from statecollect.catalog.indicator_model import UNVERIFIED, Indicators
from statecollect.indicators.compute import KNOWN, known_quantities, quantities_in, readings_of, that_counts
from statecollect.indicators.lineage import rows_behind
from statecollect.school.config import IndicatorChoices
from statecollect.store import Store


def explain(
    store: Store,
    indicator: str,
    parameters: Mapping[str, object],
    choices: IndicatorChoices,
    most: int,
) -> list[dict[str, Any]]:
    """Return the quantities in the order of the formula, each before those it is computed from."""
    rules = store.catalog.indicators
    known = known_quantities(store, parameters)
    readings = readings_of(rules, indicator)
    main = that_counts(readings, choices.readings.get(indicator))
    names = [*quantities_in(main.numerator), *quantities_in(main.denominator)]
    result = []
    for name in dict.fromkeys(inner for top in names for inner in _closure(rules, top)):
        quantity = rules.quantities[name]
        own = isinstance(parameters.get(name), int | float)
        count, rows, origin = (
            (0, [], "") if own or not quantity.sql else rows_behind(store, quantity.sql, most)
        )
        said = (
            "由学校填写" if own else origin or _origin(store, quantity.sql, quantity.expr, quantity.default)
        )
        result.append(
            {
                "quantity": name,
                "value": known.values.get(name),
                "reason": known.reasons.get(name),
                "from": "；".join(
                    part for part in (said, quantity.note, known.remarks.get(name, "")) if part
                ),
                "mark": quantity.mark if quantity.mark in KNOWN else f"{quantity.mark}（{UNVERIFIED}）",
                "count": count,
                "rows": [asdict(row) for row in rows],
            }
        )
    return result


def _closure(rules: Indicators, name: str) -> Iterator[str]:
    yield name
    expression = rules.quantities[name].expr
    for part in quantities_in(expression) if expression else ():
        yield from _closure(rules, part)


def _origin(store: Store, sql: str | None, expr: str | None, default: float | None) -> str:
    if sql:
        from statecollect.catalog.sql import tables_in

        titles = [store.catalog.by_short[short].title for short in sorted(tables_in(sql))]
        return "、".join(titles)
    return f"= {expr}" if expr else f"由学校填写，缺省 {default:g}" if default is not None else "由学校填写"
