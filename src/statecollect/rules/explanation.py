"""What an id in a report means: a field rule or a remark of the catalogue of findings, a written or a generated rule."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from statecollect.catalog import Catalog, Rule, Table
from statecollect.core.errors import UsageError
from statecollect.findings import SEVERITY_LABEL, Severity
from statecollect.findings.catalogue import Entry, cleaner_sentences, entries, family
from statecollect.rules.field_rules import CLEANED, FAMILIES, GENERAL, field_rule, field_rules, fields_of
from statecollect.rules.generated import rules_of
from statecollect.rules.year_over_year import yearly_rules
from statecollect.school.parties import near

INDICATOR = "指标"
_BLANK = re.compile(r"\{+[^{}]*\}+")
_OF_A_WORKBOOK = re.compile(r"S\d\d")


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is known of an id. ``sentences``: what it may say, each with how to repair; … stands for what is filled in.

    ``sql`` and ``evidence`` are those of a rule; ``fields`` the columns of its table that it looks at; ``off`` why a
    school does not apply it.
    """

    id: str
    name: str
    severities: tuple[Severity, ...]
    table: str = ""
    means: str = ""
    repair: str = ""
    sentences: tuple[tuple[str, str], ...] = ()
    fields: tuple[str, ...] = ()
    sql: str = ""
    evidence: str = ""
    cause: str = ""
    raised: tuple[str, ...] = ()
    off: str = ""

    @property
    def levels(self) -> str:
        """The severities in words."""
        return "、".join(SEVERITY_LABEL[severity] for severity in self.severities)

    def as_json(self) -> dict[str, Any]:
        """Return the keys of the command-line contract."""
        return {
            "id": self.id,
            "name": self.name,
            "severity": list(self.severities),
            "table": self.table,
            "means": self.means,
            "repair": self.repair,
            "sentences": [{"message": message, "hint": hint} for message, hint in self.sentences],
            "fields": list(self.fields),
            "sql": self.sql,
            "evidence": self.evidence,
            "cause": self.cause,
            "raised": list(self.raised),
            "off": self.off,
        }


def explain(catalog: Catalog, rule_id: str) -> Explanation:
    """Return what an id means. Raises UsageError, with near ones, for an id that nothing has."""
    asked = rule_id.strip()
    for table in catalog.tables.values():
        if asked.startswith(f"{table.id}-") or any(rule.id == asked for rule in table.rules):
            found = _of_table(catalog, table, asked)
            if found:
                return found
    entry = family(asked)
    if entry:
        return _of_entry(asked, entry)
    check = catalog.indicators.checks.get(asked.removeprefix(f"{INDICATOR}-"))
    if check and asked.startswith(INDICATOR):
        known = entries()[INDICATOR]
        return Explanation(
            asked, known.name, (check.severity,), means=known.means, sentences=((check.message, check.hint),),
            sql=check.check, raised=known.raised,
        )  # fmt: skip
    close = near(asked, dict.fromkeys(_all_ids(catalog)))[:_NEAR]
    hint = f"相近的有：{'、'.join(close)}" if close else "编号见报告的“规则”一列，如 F02"
    raise UsageError(f"没有编号「{rule_id}」", hint=hint)


_NEAR = 5  # ids that a refusal names


def _of_table(catalog: Catalog, table: Table, asked: str) -> Explanation | None:
    """Return what an id of a table means: one of its rules, or what the catalogue says of cells and sheets."""
    name = asked.removeprefix(f"{table.id}-")
    rule = next((rule for rule in _rules(catalog, table) if rule.id == asked), None)
    if rule is not None:
        entry = None if rule in table.rules else family(asked, table.id)
        return Explanation(
            asked,
            rule.name or (entry.name if entry else ""),
            (rule.severity,),
            table.title,
            entry.means if entry else "",
            entry.repair if entry else "",
            ((rule.message, rule.hint),),
            rule.fields,
            rule.check or rule.find or "",
            rule.evidence,
            entry.cause if entry else "",
            entry.raised if entry else (),
            catalog.off.get(asked, ""),
        )
    entry = entries().get(name)
    if entry is None or not (_OF_A_WORKBOOK.fullmatch(name) or name in _families(table)):
        return None
    fields = fields_of(table, name) if name in FAMILIES else ()
    return _of_entry(asked, entry, table.title, fields, catalog.off.get(asked, ""))


def _of_entry(
    asked: str, entry: Entry, table: str = "", fields: tuple[str, ...] = (), off: str = ""
) -> Explanation:
    both = [entry, entries()[entry.like]] if entry.like else [entry]
    own = [*entry.sentences.values(), *([entry.rule] if entry.rule else [])]
    said = [
        (f"…：{message}", blank(hint))
        for one in both
        for module in one.cleaners
        for message, hint in cleaner_sentences()[module]
    ]
    said += [(blank(one.message), blank(one.hint)) for one in (*own, *both[-1].sentences.values())]
    return Explanation(
        asked,
        entry.name,
        entry.severities,
        table,
        entry.means,
        entry.repair,
        tuple(pair for pair in dict.fromkeys(said) if pair[0].strip("：…")),
        fields,
        cause=entry.cause,
        raised=entry.raised,
        off=off,
    )


def blank(text: str) -> str:
    """Return a sentence with … for what is filled in; nothing for one that is filled in whole."""
    shown = _BLANK.sub("…", text)
    return shown if shown.strip("…") else ""


def _rules(catalog: Catalog, table: Table) -> list[Rule]:
    last_year = yearly_rules(table, frozenset(table.by_name))
    return [bound.rule for bound in (*rules_of(catalog, table), *last_year)]


def _families(table: Table) -> set[str]:
    return {bound.id.removeprefix(f"{table.id}-") for bound in field_rules(table)} | {CLEANED}


def _all_ids(catalog: Catalog) -> Iterator[str]:
    yield from (name for name in entries() if name != GENERAL)
    yield from (f"{INDICATOR}-{name}" for name in catalog.indicators.checks)
    for table in catalog.tables.values():
        yield from (rule.id for rule in _rules(catalog, table))
        yield from (field_rule(table, name) for name in sorted(_families(table)))
