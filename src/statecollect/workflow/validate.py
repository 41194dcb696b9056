"""Run every rule on what was collected, and put the findings of all stages together."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from statecollect.catalog import Catalog, Table
from statecollect.findings import Finding
from statecollect.rules import BoundRule, RuleResult, field_rules, rules_of, run
from statecollect.rules.earlier import Earlier, earlier_of
from statecollect.rules.ownership import KnownPeople, findings_of_store
from statecollect.rules.year_over_year import yearly_rules
from statecollect.store import Store
from statecollect.workflow.rounds import SinceLast
from statecollect.workflow.waivers import SortedFindings, Waiver, sort_out


@dataclass(frozen=True)
class Validation:
    """One validate run: per table rows and parties, per rule its outcome, all findings in the order of work.

    ``findings`` are open; ``waived`` are those somebody has explained. ``since_last`` compares a run over everything
    with the one before. ``looked_at``: the parties that are clean where nothing is found of them; None for all.
    """

    tables: dict[str, tuple[int, int]]
    results: tuple[RuleResult, ...]
    findings: tuple[Finding, ...]
    since_last: SinceLast | None = None
    waived: tuple[tuple[Finding, Waiver], ...] = ()
    waivers: tuple[Waiver, ...] = ()
    looked_at: frozenset[str] | None = None

    def count(self, severity: str) -> int:
        """How many findings have this severity."""
        return sum(finding.severity == severity for finding in self.findings)

    def at(self, table_id: str, party: str) -> list[Finding]:
        """Findings of one party at one table: asked for thousands of times, sorted once."""
        return self._places.get((table_id, party), [])

    @cached_property
    def _places(self) -> dict[tuple[str, str], list[Finding]]:
        places: dict[tuple[str, str], list[Finding]] = defaultdict(list)
        for finding in self.findings:
            places[finding.table, finding.party].append(finding)
        return dict(places)

    def as_json(self) -> dict[str, Any]:
        """Return the shape of the command-line contract."""
        return {
            "tables": {
                table: {"rows": rows, "parties": parties} for table, (rows, parties) in self.tables.items()
            },
            "rules": {
                result.rule.id: {
                    "status": result.status,
                    "reason": result.reason,
                    "failed": result.failed,
                    "not_checkable": result.not_checkable,
                    "waived": result.waived,
                }
                for result in self.results
            },
            "errors": self.count("error"),
            "warnings": self.count("warning"),
            "findings": [finding.as_json() for finding in self.findings],
            "waived": [
                {**finding.as_json(), "reason": waiver.reason, "by": waiver.by}
                for finding, waiver in self.waived
            ],
            "waivers": [waiver.as_json() for waiver in self.waivers],
            "since_last": self.since_last.as_json() if self.since_last else None,
        }


def validate(
    store: Store,
    catalog: Catalog,
    tables: Sequence[str] = (),
    parties: Sequence[str] = (),
    earlier: Earlier | None = None,
    known: KnownPeople | None = None,
) -> Validation:
    """Run the rules of ``tables`` (default: all) and keep the findings of ``parties`` (default: all).

    ``earlier``: what was submitted last year, to be compared with. ``known``: who there is, to say whose rows are whose.
    """
    chosen = [table for table in catalog.tables.values() if not tables or table.id in tables]
    collected = [
        finding
        for finding in (*store.findings(), *(findings_of_store(store, known) if known else ()))
        if (not tables or finding.table in tables) and finding.rule not in catalog.off
    ]
    failed = Counter(finding.rule for finding in collected)
    results = field_rules.results(store, chosen, failed)
    rules = [rule for table in chosen for rule in rules_of(catalog, table)]
    results += run(store, [*rules, *(_yearly(store, chosen, earlier) if earlier else ())])
    findings = [*collected, *(finding for result in results for finding in result.findings)]
    sorted_out = _of(parties, sort_out(store, findings, tables))
    waived = Counter(finding.rule for finding, _ in sorted_out.waived)
    results = [
        replace(result, waived=waived[result.rule.id]) if waived[result.rule.id] else result
        for result in results
    ]
    counts = {table.id: (store.row_count(table.id), len(store.parties(table.id))) for table in chosen}
    return Validation(
        counts,
        tuple(results),
        tuple(sorted(sorted_out.open, key=Finding.sort_key)),
        waived=sorted_out.waived,
        waivers=sorted_out.waivers,
        # some tables alone do not show that anybody is clean
        looked_at=frozenset() if tables else frozenset(parties) or None,
    )


def _of(parties: Sequence[str], found: SortedFindings) -> SortedFindings:
    """Keep what concerns these parties (none named: all); a waiver is judged by all its cases before that."""
    if not parties:
        return found
    return SortedFindings(
        tuple(finding for finding in found.open if finding.party in parties),
        tuple(pair for pair in found.waived if pair[0].party in parties),
        tuple(waiver for waiver in found.waivers if waiver.party in ("", *parties)),
    )


def _yearly(store: Store, tables: Sequence[Table], earlier: Earlier) -> list[BoundRule]:
    """Lay last year's tables beside today's and return the rules that compare them."""
    pairs = {table.id: was for table in tables if (was := earlier_of(table, earlier)) and was.rows}
    store.lay_beside({table_id: was.rows for table_id, was in pairs.items()})
    return [
        rule
        for table in tables
        if table.id in pairs
        for rule in yearly_rules(table, frozenset(pairs[table.id].fields))
    ]
