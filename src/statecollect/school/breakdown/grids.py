"""Files as grids of cells: one shape for sheets, text files and Word tables.

A grid holds only cells that are not empty. A merged area is filled: every position of it holds the same cell,
whose address is where the reader sees the text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from statecollect.core.address import column_letter
from statecollect.school.breakdown.codes import table_code

CellKind = Literal["text", "number", "date", "error", "formula"]
Numbering = Literal["A1", "word"]


@dataclass(frozen=True, slots=True)
class Cell:
    """The visible text of one cell. ``kind`` formula: one that was never calculated, so it has no value."""

    address: str
    text: str
    kind: CellKind = "text"


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet or Word table: row number → column number → cell, both from 1, rows in order.

    ``marks``: rows that may not be meant any more, and why it looks so.
    """

    title: str
    rows: Mapping[int, Mapping[int, Cell]]
    numbering: Numbering = "A1"
    prefix: str = ""
    hidden: bool = False
    marks: Mapping[int, str] = field(default_factory=dict)

    def address(self, row: int, column: int) -> str:
        """How a user finds this position, whether or not a cell stands there."""
        if self.numbering == "word":
            return f"{self.prefix}第{row}行第{column}列"
        return f"{self.prefix}{column_letter(column - 1)}{row}"


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """All grids of a file, and the paragraphs around Word tables as (place, text)."""

    grids: tuple[Grid, ...]
    paragraphs: tuple[tuple[str, str], ...] = ()


def holds_codes(grid: Grid) -> bool:
    """Whether any cell of the grid begins with a table code."""
    return any(table_code(cell.text) for row in grid.rows.values() for cell in row.values())
