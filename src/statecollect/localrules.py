"""What one school decided about the rules: its own rules, the rules it switched off and why, and its parameters.

A receiver needs all three to come to the school's verdict again, so they stand in the manifest and in the reports.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from statecollect.catalog import Catalog
from statecollect.store.parameters import parameter_row


@dataclass(frozen=True, slots=True)
class OwnRule:
    """A rule of the school: its whole text as JSON, and the digest of that text."""

    id: str
    table: str
    said: str
    severity: str
    text: str
    digest: str


@dataclass(frozen=True, slots=True)
class LocalRules:
    """``off``: why a rule does not apply here, by its id; ``parameters``: all that rules and indicators read."""

    own: tuple[OwnRule, ...]
    off: Mapping[str, str]
    parameters: Mapping[str, str | int | float]

    def as_json(self) -> dict[str, Any]:
        """Return the keys of a bundle's manifest."""
        return {
            "own_rules": [asdict(one) for one in self.own],
            "off": dict(self.off),
            "parameters": dict(self.parameters),
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
                own.append(OwnRule(rule.id, table.id, rule.name or rule.message, rule.severity, text, digest))
    row = parameter_row(catalog, {})
    parameters = {
        name: value.isoformat() if isinstance(value, dt.date) else value for name, value in row.items()
    }
    return LocalRules(tuple(own), dict(sorted(catalog.off.items())), parameters)
