"""Findings: what is wrong, at which cell, and how to repair it.

A finding is a value. Every stage returns ``(data, findings)``; nothing here prints or raises.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from statecollect.core.table_ids import table_order

Severity = Literal["error", "warning", "trial", "note"]

SEVERITY_LABEL: dict[Severity, str] = {"error": "错误", "warning": "警告", "trial": "试行", "note": "提示"}
_SEVERITY_ORDER: dict[Severity, int] = {"error": 0, "warning": 1, "trial": 2, "note": 3}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a stored value came from: file, sheet, 1-based row, and A1 address where one cell is meant."""

    file: str = ""
    sheet: str = ""
    row: int | None = None
    cell: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault at one cell (or row, or table), in the shape of the JSON contract."""

    rule: str
    severity: Severity
    table: str
    message: str
    hint: str = ""
    field: str | None = None
    value: str | None = None
    origin: Origin = Origin()
    party: str = ""

    def as_json(self) -> dict[str, Any]:
        """Flatten to the keys of the command-line contract."""
        origin = self.origin
        return {
            "rule": self.rule,
            "severity": self.severity,
            "table": self.table,
            "message": self.message,
            "hint": self.hint,
            "field": self.field,
            "value": self.value,
            "party": self.party,
            "file": origin.file,
            "sheet": origin.sheet,
            "row": origin.row,
            "cell": origin.cell,
        }

    def sort_key(self) -> tuple[Any, ...]:
        """Order for work: table, row, cell, then severity (table ids compare by number)."""
        origin = self.origin
        return (
            table_order(self.table),
            origin.file,
            origin.sheet,
            origin.row or 0,
            column_order(origin.cell),
            _SEVERITY_ORDER[self.severity],
            self.rule,
        )


def column_order(cell: str | None) -> tuple[int, str]:
    """Sort key of an A1 address by column: B2 before AA2."""
    letters = "".join(char for char in cell or "" if char.isalpha())
    return len(letters), letters


def count(findings: list[Finding], severity: Severity) -> int:
    """How many findings have this severity."""
    return sum(finding.severity == severity for finding in findings)
