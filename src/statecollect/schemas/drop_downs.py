"""What a drop-down offers: a list in quotes, a range, or a defined name; a list that depends on a cell is left alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from statecollect.core.address import area, column_index
from statecollect.workbook.read.raw_sheets import CellValue

_MANY = 2000  # entries that are read
_RANGE = re.compile(r"[A-Z]{1,3}\d{1,7}(?::[A-Z]{1,3}\d{1,7})?")
_COLUMNS = re.compile(r"([A-Z]{1,3}):([A-Z]{1,3})")


@dataclass(frozen=True, slots=True)
class DropDownLists:
    """The cells by sheet name and the defined names of one workbook."""

    rows: Mapping[str, Sequence[Sequence[CellValue]]]
    names: Mapping[str, str]

    def choices(self, formula: str, sheet: str) -> tuple[str, ...] | None:
        """Return the values of a list validation on ``sheet``; None for one that a cell decides, or is empty."""
        formula = formula.strip().removeprefix("=")
        if formula.startswith('"'):
            return _distinct(formula.strip('"').split(","))
        formula = self.names.get(formula, formula)
        tab, _, cells = formula.replace("$", "").rpartition("!")
        tab = tab.strip("'").replace("''", "'") or sheet
        if tab not in self.rows:
            return None
        if found := _COLUMNS.fullmatch(cells):
            left, right = (column_index(letters) for letters in found.groups())
            top, bottom = 0, len(self.rows[tab]) - 1
        elif _RANGE.fullmatch(cells):
            top, left, bottom, right = area(cells)
        else:
            return None
        values = [cell for row in self.rows[tab][top : bottom + 1] for cell in row[left : right + 1]]
        return _distinct(str(value) for value in values if value is not None)


def _distinct(values: Iterable[str]) -> tuple[str, ...] | None:
    texts = (value.strip() for value in values)
    return tuple(dict.fromkeys(text for text in texts if text))[:_MANY] or None
