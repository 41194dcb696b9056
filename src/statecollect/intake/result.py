"""What became of each file that was given, and how it is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from statecollect.findings import Finding
from statecollect.intake.return_diff import Changes
from statecollect.store import Delivery
from statecollect.workbook.recognise.recognised import Ignored, Resemblance

FileOutcome = Literal["accepted", "unchanged", "superseded", "held", "refused", "passed_over"]


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file; ``unusable`` marks files that could not be read at all (exit status 2).

    ``place``: where it lay in the folder that was given. ``changes``: by table, what is different from this party's
    return before; ``late``: days after the deadline; ``voided``: tables whose review begins again, since their data
    changed; ``revived``: tables that say again what was once reviewed, by the step that counts again. ``system``: a
    dropping of an operating system or an office program, which nobody misses. ``reason_id``: why a file could not be read,
    for programs.
    """

    file: str
    outcome: FileOutcome
    party: str = ""
    sha256: str = ""
    reason: str | None = None
    deliveries: tuple[Delivery, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    findings: tuple[Finding, ...] = ()
    missing: tuple[str, ...] = ()
    changes: Mapping[str, Changes] = field(default_factory=dict)
    late: Mapping[str, int] = field(default_factory=dict)
    voided: tuple[str, ...] = ()
    revived: Mapping[str, str] = field(default_factory=dict)
    unusable: bool = False
    waiting: int = 0  # rules that ``check`` leaves to the whole college's data
    place: str = ""
    system: bool = False
    reason_id: str = ""
    resembles: Resemblance | None = None  # of a file in which no table was found, the nearest one

    def as_json(self) -> dict[str, Any]:
        """Return the shape of the command-line contract."""
        return {
            "file": self.file,
            "path": self.place or self.file,
            "sha256": self.sha256,
            "party": self.party,
            "outcome": self.outcome,
            "reason": self.reason,
            **({"reason_id": self.reason_id} if self.reason_id else {}),
            "tables": {
                table: self._table_json(table)
                for table in dict.fromkeys(one.table for one in self.deliveries)
            },
            "missing": list(self.missing),
            "late": dict(self.late),
            "review_voided": list(self.voided),
            "review_revived": dict(self.revived),
            "ignored": [{"sheet": one.sheet, "cell": one.cell, "reason": one.reason} for one in self.ignored],
            "findings": [finding.as_json() for finding in self.findings],
            "rules_waiting": self.waiting,
            "resembles": self.resembles.as_json() if self.resembles else None,
        }

    def _table_json(self, table: str) -> dict[str, Any]:
        """Return what became of a table, whose rows may stand on several sheets."""
        sheets = [one for one in self.deliveries if one.table == table]
        return {
            "rows": sum(len(one.rows) for one in sheets),
            "cells_seen": sum(one.cells_seen for one in sheets),
            "cells_stored": sum(one.cells_stored for one in sheets),
            "cells_rejected": sum(one.cells_rejected for one in sheets),
            "cells_ignored": sum(one.cells_ignored for one in sheets),
            "nil": any(one.nil for one in sheets),
            "changes": self.changes[table].as_json() if table in self.changes else None,
        }


def totals(results: Iterable[FileResult]) -> dict[str, int]:
    """Return how many files had each outcome."""
    count = Counter(one.outcome for one in results)
    return {outcome: count[outcome] for outcome in get_args(FileOutcome)}
