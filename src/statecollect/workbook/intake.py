"""What a workbook holds: blocks of tables, cells left out, findings about its structure.

Rule ids: S01 column missing, S02 column unknown or matched with a remark, S03 column twice, S04 sheet or header not
recognised, S05 table on several sheets, S06 row not taken, S07 what is not seen, or is
seen and is no cell: hidden rows, lines through them, text boxes, comments, S08 remark of the
guard, S10 merged cells, S11 two tables on one sheet, S12 nil return contradicted, S13 tab
and columns disagree, S14 rows laid out for confirmation that came back unchanged, S15 template of
another version of the schemas (both in ``reading``), S16 identity not to be believed, S17 most rows changed (both in
``ingest``), S18 formulas that may not have been calculated. S20–S22, whose rows they are, stand in ``ownership``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from statecollect.address import cell_name
from statecollect.catalog import Table
from statecollect.findings import Finding, Origin, Severity
from statecollect.masking import masked_text
from statecollect.workbook.sheets import RawSheet


@dataclass(frozen=True, slots=True)
class Ignored:
    """A filled cell that was not taken in, and why. ``row`` is 1-based."""

    sheet: str
    cell: str
    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Block:
    """One table on one sheet: its header's row (1-based), its columns (field → 0-based), its data rows (1-based).

    ``cells_seen``: filled cells below the header, our own column 问题 left out, from the independent count of the
    sheet. It equals the filled cells of ``rows`` × ``columns`` plus the sheet's ``Ignored`` below the header.
    """

    table: Table
    sheet: RawSheet
    header_row: int
    columns: Mapping[str, int]
    rows: tuple[int, ...]
    cells_seen: int


@dataclass(frozen=True, slots=True)
class Intake:
    """Tables found, nil returns, cells not taken in, findings, and expected tables that are not there."""

    blocks: tuple[Block, ...]
    nil: frozenset[str]
    ignored: tuple[Ignored, ...]
    findings: tuple[Finding, ...]
    missing: tuple[str, ...]


@dataclass(slots=True)
class Notebook:
    """What piles up while one file is looked at."""

    file: str
    ignored: list[Ignored] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def say(
        self,
        rule: str,
        severity: Severity,
        message: str,
        hint: str = "",
        *,
        sheet: str = "",
        table: str = "",
        row: int | None = None,
        column: int | None = None,
        value: str | None = None,
    ) -> None:
        """Write a finding down. ``row`` is 1-based, ``column`` 0-based."""
        cell = cell_name(row - 1, column) if row is not None and column is not None else None
        name = f"{table}-{rule}" if table else rule
        origin = Origin(self.file, sheet, row, cell)
        message, value = masked_text(message), masked_text(value) if value is not None else None
        self.findings.append(Finding(name, severity, table, message, hint, value=value, origin=origin))

    def leave_out(self, sheet: RawSheet, cells: Iterable[tuple[int, int]], reason: str) -> None:
        """List filled cells (0-based positions) that are not taken in."""
        self.ignored += [
            Ignored(sheet.name, cell_name(row, column), row + 1, reason) for row, column in cells
        ]
