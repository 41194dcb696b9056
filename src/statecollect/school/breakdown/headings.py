"""Group (数据架构) and item (数据项目) of a table: written once, carried down the rows they cover."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from statecollect.core.plain_text import one_line
from statecollect.school.breakdown.codes import group_number, item_number
from statecollect.school.breakdown.column_roles import LABELS, ColumnRole
from statecollect.school.breakdown.grids import Cell
from statecollect.school.breakdown.row_cells import RowReading
from statecollect.school.breakdown.tasks import Problem
from statecollect.school.breakdown.walk import FoundRow

_LEVELS: tuple[tuple[ColumnRole, Callable[[str], str | None]], ...] = (
    ("group", group_number),
    ("item", item_number),
)


@dataclass(slots=True)
class Headings:
    """Headings met so far: by their number (1.1), and the last one without number."""

    by_number: dict[str, str] = field(default_factory=dict)
    last: dict[ColumnRole, str] = field(default_factory=dict)

    def of(self, row: FoundRow, reading: RowReading) -> tuple[str, str, list[Problem]]:
        """Group and item of a row, in order of the file; a number that disagrees with the code is reported."""
        problems: list[Problem] = []
        texts = [self._find(column, number, row, reading, problems) for column, number in _LEVELS]
        return texts[0], texts[1], problems

    def _find(
        self,
        column: ColumnRole,
        number_of: Callable[[str], str | None],
        row: FoundRow,
        reading: RowReading,
        problems: list[Problem],
    ) -> str:
        depth = 1 if column == "group" else 2
        wanted = ".".join(str(part) for part in row.anchor.code.parts[:depth])
        own = _beside(row, reading, column)
        for cell in own:
            if number_of(cell.text) == wanted:
                self.by_number[wanted] = one_line(cell.text)
        titled = reading.cells.get(column, ()) if reading.shift == 0 else ()
        plain = [cell for cell in titled if number_of(cell.text) is None]
        if plain:
            self.last[column] = one_line(plain[0].text)
        numbered = [cell for cell in titled if number_of(cell.text) not in (None, wanted)]
        if numbered:
            problems.append(
                Problem(
                    numbered[0].address,
                    f"「{row.anchor.title}」对应的{LABELS[column]}写的是「{one_line(numbered[0].text)}」，与编号不一致",
                    f"请核对编号，或补上 {wanted} 的{LABELS[column]}",
                )
            )
        if numbered or wanted in self.by_number:
            return self.by_number.get(wanted, "")
        if column in self.last:
            return self.last[column]
        if column in row.header.columns:
            problems.append(
                Problem(
                    row.anchor.cell.address,
                    f"没有找到「{row.anchor.title}」所属的{LABELS[column]}（{wanted}）",
                    f"请在「{LABELS[column]}」一栏补上",
                )
            )
        return ""


def starting_with(headings: Mapping[str, str]) -> Headings:
    """Headings that stand in rows of their own."""
    return Headings(by_number=dict(headings))


def _beside(row: FoundRow, reading: RowReading, column: ColumnRole) -> list[Cell]:
    """Cells that may hold the heading: under its title, and everything left of the code."""
    left = [cell for place, cell in row.row.items() if place < row.anchor.column]
    return [*reading.cells.get(column, ()), *left]
