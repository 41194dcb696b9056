"""What one school decided about the rules: its own rules, the rules it switched off and why, and its parameters.

A receiver needs all three to come to the school's verdict again, so they stand in the manifest and in the reports.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from statecollect.catalog import Catalog
from statecollect.catalog.model import RuleSeverity


@dataclass(frozen=True, slots=True)
class LocalRule:
    """A rule of the school: its whole text as JSON, and the digest of that text."""

    id: str
    table: str
    said: str
    severity: RuleSeverity
    text: str
    digest: str


@dataclass(frozen=True, slots=True)
class LocalRules:
    """``off``: why a rule does not apply here, by its id; ``parameters`` and ``periods``: all that rules read besides."""

    own: tuple[LocalRule, ...]
    off: Mapping[str, str]
    parameters: Mapping[str, str | int | float]
    periods: Mapping[str, Mapping[str, str]]

    def as_json(self) -> dict[str, Any]:
        """Return the keys of a bundle's manifest."""
        return {
            "own_rules": [asdict(rule) for rule in self.own],
            "off": dict(self.off),
            "parameters": dict(self.parameters),
            "periods": {name: dict(period) for name, period in self.periods.items()},
        }


def local_rules(catalog: Catalog) -> LocalRules:
    """Return what a campaign's catalog holds that is the school's own."""
    own = []
    for table in catalog.tables.values():
        for rule in table.rules:
            if rule.own:
                text = json.dumps(
                    rule.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False, sort_keys=True
                )
                digest = hashlib.sha256(text.encode()).hexdigest()
                own.append(
                    LocalRule(rule.id, table.id, rule.name or rule.message, rule.severity, text, digest)
                )
    periods = {
        name: {"start": period.start.isoformat(), "end": period.end.isoformat()}
        for name, period in catalog.year.periods.items()
    }
    off = dict(sorted(catalog.off.items()))
    return LocalRules(tuple(own), off, dict(catalog.year.parameters), periods)
