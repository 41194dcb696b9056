"""Rules that follow from one field of a row: condition, dependent choice, period, formula, likely range."""

from __future__ import annotations

from collections.abc import Iterator

from statecollect.catalog import Catalog, Field, Rule, RuleSeverity, Table
from statecollect.catalog.sql import names_in
from statecollect.findings.catalogue import phrase, worded
from statecollect.store.parameters import PARAMETERS
from statecollect.store.sql_columns import quoted

DRAFT = "-"  # the id is given by generated.rules_of


def conditional(table: Table, field: Field) -> Rule:
    """Require the field where its condition holds; where that cannot be told, the row is not checkable."""
    governing = [
        other.name
        for other in table.fields
        if other.name in names_in(field.when or "") and other is not field
    ]
    on = "、".join(f"“{name}”" for name in governing)
    hint = phrase("C", "hint", "governed" if on else "row", field=field.name, governing=on)
    words = worded(
        "C", field=field.name, governing=on or phrase("C", "governing", "row"), hint=field.note or hint
    )
    return Rule(
        id=DRAFT,
        severity=_weight(field),
        name=words.name,
        check=f"CASE WHEN ({field.when}) THEN {quoted(field.name)} IS NOT NULL WHEN NOT ({field.when}) THEN TRUE END",
        fields=(field.name, *governing),
        needs=_needs(table, field.when or ""),
        message=words.message,
        hint=words.hint,
        evidence=field.evidence,
    )


def within(catalog: Catalog, table: Table, field: Field) -> Iterator[Rule]:
    """Require that the choice is offered under the value of the field it depends on."""
    if not field.codes or not field.within:
        return
    codes = catalog.codes[field.codes]
    offered = (
        f"SELECT (list_contains(string_split(c.上级, ','), {_own(table, field.within)}) OR c.上级 = '')"
        f" FROM {quoted('代码_' + codes.id)} AS c WHERE c.名称 = {_own(table, field.name)}"
    )
    if field.multi_valued:
        listed = f"list_contains(string_split({_own(table, field.name)}, ','), c.名称)"
        offered = (
            f"SELECT bool_and(list_contains(string_split(c.上级, ','), {_own(table, field.within)}) OR c.上级 = '')"
            f" FROM {quoted('代码_' + codes.id)} AS c WHERE {listed}"
        )
    words = worded(
        "L",
        field=field.name,
        value=f"{{{field.name}}}",
        within=field.within,
        within_value=f"{{{field.within}}}",
    )
    yield Rule(
        id=DRAFT,
        severity=_weight(field),
        name=words.name,
        check=f"({offered})",
        fields=(field.name, field.within),
        needs=(table.id,),
        message=words.message,
        hint=words.hint,
        evidence=field.evidence or codes.evidence,
    )


def period(catalog: Catalog, table: Table, field: Field) -> Iterator[Rule]:
    """Require that a date, month or year lies in the field's period, both ends included."""
    if not field.period:
        return
    first, last = (f"(SELECT {quoted(field.period + end)} FROM {PARAMETERS})" for end in ("开始", "结束"))
    value = quoted(field.name)
    match field.kind:
        case "date":
            check = f"{value} BETWEEN {first} AND {last}"
        case "datetime":
            check = f"CAST({value} AS DATE) BETWEEN {first} AND {last}"
        case "year_month":
            check = f"{value} BETWEEN strftime({first}, '%Y-%m') AND strftime({last}, '%Y-%m')"
        case "year" | "grade":
            check = f"CAST({value} AS INTEGER) BETWEEN year({first}) AND year({last})"
        case "school_year":
            check = f"{value} = concat(year({first}), '-', year({last}))"
        case _:
            return
    span = catalog.year.periods[field.period]
    shown = f"{span.start} 至 {span.end}" if span.start != span.end else str(span.start)
    words = worded("P", field=field.name, value=f"{{{field.name}}}", period=field.period, span=shown)
    yield Rule(
        id=DRAFT,
        severity=_weight(field),
        name=words.name,
        check=check,
        fields=(field.name,),
        needs=(table.id,),
        message=words.message,
        hint=words.hint,
        evidence=field.evidence or span.evidence,
    )


def formula(table: Table, field: Field) -> Iterator[Rule]:
    """Compare a typed value of an automatic field with what its formula gives, to one unit of its last decimal."""
    if not field.formula:
        return
    value = quoted(field.name)
    expected, differs = f"({field.formula})", f"typed.{value} <> typed.应填"
    if field.spec.storage in {"integer", "decimal"}:
        decimals = field.shown_decimals or 0
        expected = f"round(CAST(({field.formula}) AS DOUBLE), {decimals})"
        differs = f"abs(typed.{value} - typed.应填) > {10**-decimals if decimals else 0.5}"
    words = worded("A", field=field.name, value=f"{{{field.name}}}")
    yield Rule(
        id=DRAFT,
        severity=words.severity,
        name=words.name,
        find=(
            f"SELECT typed._id, typed.{value}, typed.应填 FROM (SELECT _id, {value}, {expected} AS 应填"
            f" FROM {quoted(table.short)} WHERE {value} IS NOT NULL) AS typed WHERE {differs}"
        ),
        fields=(field.name,),
        needs=_needs(table, field.formula),
        message=words.message,
        hint=words.hint,
        evidence=field.evidence,
    )


def likely(table: Table, field: Field) -> Iterator[Rule]:
    """Warn of a number outside the range where such numbers usually lie."""
    if not field.likely:
        return
    low, high = field.likely
    words = worded(
        "W",
        field=field.name,
        value=f"{{{field.name}}}",
        unit=field.shown_unit or "",
        low=f"{low:.10g}",
        high=f"{high:.10g}",
    )
    yield Rule(
        id=DRAFT,
        severity=words.severity,
        name=words.name,
        check=f"{quoted(field.name)} BETWEEN {low:.10g} AND {high:.10g}",
        fields=(field.name,),
        needs=(table.id,),
        message=words.message,
        hint=words.hint,
        evidence=field.evidence,
    )


def _weight(field: Field) -> RuleSeverity:
    """Return how much a declaration of the field weighs: what was inferred must not force a false entry."""
    return "warning" if field.inferred else "error"


def _own(table: Table, name: str) -> str:
    """Return a field of the checked row, safe inside a sub-query."""
    return f"{quoted(table.short)}.{quoted(name)}"


def _needs(table: Table, sql: str) -> tuple[str, ...] | None:
    """Leave it to the engine where other tables are mentioned; say it here where none is."""
    return None if "FROM" in map(str.upper, names_in(sql)) else (table.id,)
