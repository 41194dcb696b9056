"""What stands above the columns of a sheet: one row, or two or three rows in which groups are written over their parts.

A group is merged over its parts, or stands over the first one with blanks beside it; a simple column is merged over all
rows, or leaves some of them blank. Each column has a path of texts from the top down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from statecollect.core.address import area
from statecollect.workbook.layout import plain_name
from statecollect.workbook.read.coded_sheet import CellRow
from statecollect.workbook.read.raw_sheets import CellValue, RawSheet

HEADER_WITHIN = 30  # rows
_DEEPEST = 3  # rows of a header
_FEWEST = 2  # texts in a row of groups, or of parts
_FORM_ROWS, _LEFT = 200, 10  # rows and columns of a form
_WIDEST, _WIDEST_GROUP = 1000, 50  # columns
_LONGEST = 1000  # characters of a cell that is looked at

CellPlace = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Headline:
    """Rows ``top`` to ``row`` (1-based) read as a header: by column the plain texts from the top down, and as typed.

    ``guessed``: columns whose group is a text further left with only blanks between.
    """

    row: int
    top: int
    paths: tuple[tuple[str, ...], ...]
    shown: tuple[str, ...]
    guessed: frozenset[int] = frozenset()


def headline(cells: CellRow, row: int) -> Headline:
    """Return one row as a header."""
    typed = tuple(_text(cell) for cell in cells)
    return Headline(row, row, tuple((plain_name(one),) if one else () for one in typed), typed)


class Headlines:
    """What may be the header of a sheet: its first rows one by one, and joined."""

    def __init__(self, sheet: RawSheet) -> None:
        self._sheet = sheet
        self.single = [headline(cells, row) for row, cells in enumerate(sheet.rows[:HEADER_WITHIN], start=1)]

    @cached_property
    def joined(self) -> list[Headline]:
        """The first rows joined with those above; looked at only where no row alone will do."""
        return _joined_headlines(self._sheet)

    @cached_property
    def downwards(self) -> Headline:
        """The texts at the left of the first rows as one header: a form has its names below each other."""
        part = [cells[:_LEFT] for cells in self._sheet.rows[:_FORM_ROWS]]
        return headline(tuple(cell for cells in part for cell in cells), 1)


def _joined_headlines(sheet: RawSheet) -> list[Headline]:
    """Return the first rows, each with one or two rows above it, where together they say more than alone."""
    rows = sheet.rows[:HEADER_WITHIN]
    origins = _origins(sheet, len(rows))
    found = []
    for depth in range(2, _DEEPEST + 1):
        for bottom in range(depth - 1, len(rows)):
            top = bottom - depth + 1
            if all(sum(bool(_text(cell)) for cell in rows[at]) >= 1 for at in (top, bottom)):
                joined = _joined(rows, origins, top, bottom)
                if sum(map(bool, joined.paths)) >= _FEWEST and any(len(path) > 1 for path in joined.paths):
                    found.append(joined)
    return found


def _origins(sheet: RawSheet, height: int) -> dict[CellPlace, CellPlace]:
    """Return for each cell of a merged area among the first rows (0-based) its first cell."""
    found: dict[CellPlace, CellPlace] = {}
    for ref in sheet.merged:
        top, left, bottom, right = area(ref)
        if top < height:
            for row in range(top, min(bottom, height - 1) + 1):
                for column in range(left, min(right, sheet.rows.width - 1) + 1):
                    found[row, column] = (top, left)
    return found


def _joined(rows: Sequence[CellRow], origins: dict[CellPlace, CellPlace], top: int, bottom: int) -> Headline:
    paths: list[tuple[str, ...]] = []
    shown: list[str] = []
    guessed: set[int] = set()
    for column in range(min(len(rows[bottom]), _WIDEST)):
        places: list[CellPlace] = []
        for row in range(bottom, top - 1, -1):
            place = origins.get((row, column), (row, column))
            if place in places or place[0] < top:
                continue
            if not _at(rows, place) and place == (row, column) and places:
                beside = _beside(rows, origins, place)
                if beside is not None:
                    guessed.add(column)
                    places.append(beside)
                continue
            if _at(rows, place):
                places.append(place)
        typed = [_at(rows, place) for place in reversed(places)]
        paths.append(tuple(map(plain_name, typed)))
        shown.append(
            "".join(f"<{one}" if at else one for at, one in enumerate(typed)) + ">" * (len(typed) - 1)
        )
    return Headline(bottom + 1, top + 1, tuple(paths), tuple(shown), frozenset(guessed))


def _beside(
    rows: Sequence[CellRow], origins: dict[CellPlace, CellPlace], place: CellPlace
) -> CellPlace | None:
    """Return the text left of a blank cell that may reach over it: nothing merged, and something written below it."""
    row, column = place
    for left in range(column - 1, max(column - _WIDEST_GROUP, 0) - 1, -1):
        if (row, left) in origins:
            return None
        if _at(rows, (row, left)):
            below = (row + 1, left)
            return (row, left) if below not in origins and _at(rows, below) else None
    return None


def _at(rows: Sequence[CellRow], place: CellPlace) -> str:
    return _text(rows[place[0]][place[1]]) if place[1] < len(rows[place[0]]) else ""


def _text(cell: CellValue) -> str:
    return cell.strip() if isinstance(cell, str) and len(cell) <= _LONGEST else ""
