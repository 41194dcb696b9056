"""The rules that hold for every field by its kind: their ids, which tables they speak of, what became of them.

What breaks them is found while a workbook is read (``intake.columns``); their words and severity stand, like those of all
rules, in ``findings/catalogue.yaml`` under F00 to F11.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from statecollect.catalog import Field, Rule, Table
from statecollect.findings.catalogue import entries
from statecollect.rules.engine import RuleResult
from statecollect.rules.generated import BoundRule
from statecollect.store import Store

UNREADABLE, MISSING, CLEANED = "F00", "F01", "F11"
GENERAL = "F02–F10"  # of the catalogue: what these have in common
_FAMILY = {
    "code": "F02",
    "codes": "F02",
    "yes_no": "F02",
    "date": "F03",
    "datetime": "F03",
    "year_month": "F03",
    "year": "F03",
    "school_year": "F03",
    "grade": "F03",
    "grades": "F03",
    "integer": "F04",
    "decimal": "F04",
    "percent": "F04",
    "years_of_study": "F04",
    "id_number": "F06",
    "uscc": "F07",
    "isbn": "F08",
    "mobile": "F09",
    "phone": "F09",
    "postcode": "F09",
    "school_code": "F09",
    "email": "F09",
    "url": "F09",
    "major_code": "F10",
}
_OTHERS = "F05"
FAMILIES = tuple(sorted({UNREADABLE, MISSING, CLEANED, _OTHERS, *_FAMILY.values()}))


def field_rule(table: Table, family: str) -> str:
    """Return the id of a field rule, such as ``1.4.1-F02``."""
    return f"{table.id}-{family}"


def family_of(field: Field) -> str:
    """Return the field rule that a wrong value of this field breaks."""
    return _FAMILY.get(field.kind, _OTHERS)


def families_of(table: Table) -> list[str]:
    """Return the field rules that can say something about this table, notes left out."""
    kinds = {family_of(field) for field in table.fields}
    return [
        UNREADABLE,
        *([MISSING] if any(field.required == "yes" for field in table.fields) else []),
        *sorted(kinds),
    ]


def fields_of(table: Table, family: str) -> tuple[str, ...]:
    """Return the fields of a table that a field rule speaks of."""
    if family == MISSING:
        return tuple(field.name for field in table.fields if field.required == "yes" and not field.auto)
    every = family in {UNREADABLE, CLEANED}
    return tuple(field.name for field in table.fields if every or family_of(field) == family)


def field_rules(table: Table) -> tuple[BoundRule, ...]:
    """Return the field rules of a table as rules; none for a computed table, whose cells nobody types."""
    return () if table.sql else tuple(BoundRule(table, _rule(table, family)) for family in families_of(table))


def results(store: Store, tables: Iterable[Table], failed: Mapping[str, int]) -> list[RuleResult]:
    """Report the field rules like any other. ``failed``: how many findings there are, by the id of the rule."""
    return [
        _result(store, bound, failed.get(bound.id, 0)) for table in tables for bound in field_rules(table)
    ]


def _rule(table: Table, family: str) -> Rule:
    entry = entries()[family]
    severity = entry.severities[0]
    return Rule(
        id=field_rule(table, family),
        severity="error" if severity == "note" else severity,
        name=entry.name,
        check="TRUE",
        message=entry.name,
        hint=entry.repair,
    )


def _result(store: Store, bound: BoundRule, failed: int) -> RuleResult:
    if bound.id in store.catalog.off:
        return RuleResult(bound.rule, "not_run", f"本校停用：{store.catalog.off[bound.id]}", 0, 0)
    if not store.parties(bound.table.id):
        return RuleResult(bound.rule, "not_run", f"{bound.table.id} 还没有单位返回", 0, 0)
    return RuleResult(bound.rule, "failed" if failed else "passed", None, failed, 0)
