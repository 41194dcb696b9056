"""What a workbook holds: blocks of tables, cells left out, findings about its structure.

What is said of a workbook's structure stands in ``findings/catalogue.yaml``, S01 to S19.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from statecollect.catalog import Table
from statecollect.core.address import cell_name
from statecollect.findings import Finding, Origin
from statecollect.findings.catalogue import Said, phrase
from statecollect.findings.masking import masked_text
from statecollect.workbook.read.raw_sheets import RawSheet

_SHOWN = 8  # names in a sentence


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

    Where a table of one row is written downwards, ``own_rows`` holds the row of each field and ``labels`` the place of
    its name (0-based), which is not counted; ``header_row`` is then the last row above.
    """

    table: Table
    sheet: RawSheet
    header_row: int
    columns: Mapping[str, int]
    rows: tuple[int, ...]
    cells_seen: int
    own_rows: Mapping[str, int] = field(default_factory=dict)
    labels: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def rows_of(self, name: str) -> tuple[int, ...]:
        """Return the rows (1-based) of a field's cells."""
        return tuple(self.own_rows[name] for _ in self.rows) if self.own_rows else self.rows

    def place(self, name: str, row: int) -> tuple[int, int]:
        """Return the cell (0-based) of a field in a row (1-based)."""
        return self.own_rows.get(name, row) - 1, self.columns[name]


@dataclass(frozen=True, slots=True)
class Resemblance:
    """The nearest table: fields found, fields it still needs, headings that are none of its fields.

    ``meant``: of such headings, the field that may be meant. ``downwards``: the names stand below each other.
    """

    sheet: str
    table: Table
    matched: tuple[str, ...]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    meant: tuple[tuple[str, str], ...] = ()
    downwards: bool = False

    @property
    def weight(self) -> float:
        """How near it is; a field found counts more than one that may be meant."""
        return len(self.matched) + len(self.meant) / 2

    def as_json(self) -> dict[str, Any]:
        """Return the shape of the command-line contract."""
        return {
            "table": self.table.id,
            "sheet": self.sheet,
            "matched": list(self.matched),
            "missing": list(self.missing),
            "unknown": list(self.unknown),
            "meant": dict(self.meant),
        }

    def sentence(self) -> str:
        """Return what to tell the office."""
        said = [phrase("S04", "near", "most", sheet=self.sheet, table=self.table.title)]
        if self.downwards:
            said.append(phrase("S04", "near", "downwards"))
        if self.matched:
            said.append(phrase("S04", "near", "matched", fields=_some(self.matched)))
        if self.unknown:
            unknown = _some(_with_meaning(self.unknown, dict(self.meant)))
            said.append(phrase("S04", "near", "unmatched", fields=unknown))
        if self.missing:
            said.append(phrase("S04", "near", "missing", fields=_some(self.missing)))
        return "；".join(said)


@dataclass(frozen=True, slots=True)
class Recognised:
    """Tables found, nil returns, cells not taken in, findings, and expected tables that are not there.

    ``resembles``: of the sheets that were not taken, the one nearest to a table.
    """

    blocks: tuple[Block, ...]
    nil: frozenset[str]
    ignored: tuple[Ignored, ...]
    findings: tuple[Finding, ...]
    missing: tuple[str, ...]
    resembles: Resemblance | None = None


@dataclass(slots=True)
class Notebook:
    """What piles up while one file is looked at."""

    file: str
    ignored: list[Ignored] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def say(
        self,
        said: Said,
        *,
        sheet: str = "",
        table: str = "",
        row: int | None = None,
        column: int | None = None,
        value: str | None = None,
    ) -> None:
        """Write a finding down. ``row`` is 1-based, ``column`` 0-based."""
        cell = cell_name(row - 1, column) if row is not None and column is not None else None
        value = masked_text(value) if value is not None else None
        self.findings.append(said.at(table, Origin(self.file, sheet, row, cell), value=value))

    def leave_out(self, sheet: RawSheet, cells: Iterable[tuple[int, int]], reason: str) -> None:
        """List filled cells (0-based positions) that are not taken in."""
        self.ignored += [
            Ignored(sheet.name, cell_name(row, column), row + 1, reason) for row, column in cells
        ]


def _with_meaning(unknown: Iterable[str], meant: dict[str, str]) -> list[str]:
    return [
        phrase("S04", "near", "meant", heading=heading, field=meant[heading]) if heading in meant else heading
        for heading in unknown
    ]


def _some(names: Collection[str]) -> str:
    shown = "、".join(list(names)[:_SHOWN])
    return f"{shown} 等 {len(names)} 栏" if len(names) > _SHOWN else shown
