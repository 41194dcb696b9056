"""The distinct values of a workbook: every cell is the number of one of them."""

from __future__ import annotations

import numpy as np

from statecollect.workbook.read import cell_tags as types
from statecollect.workbook.read.cell_values import (
    CellValue,
    KnownValues,
    day_of,
    duration_of,
    number_of,
    preserved_text_of,
    text_of,
    truth_of,
)
from statecollect.workbook.read.xlsx_parts import DAY, ELAPSED, SharedTexts


class Values:
    """The values by number: 0 is the empty cell, the shared texts come first."""

    def __init__(self, texts: SharedTexts) -> None:
        self.values: list[CellValue] = [None, *texts.values]
        self.texts = KnownValues(self.values, text_of)
        self.preserved = KnownValues(self.values, preserved_text_of)
        self.known = {
            types.NUMBER: KnownValues(self.values, number_of),
            types.TRUTH: KnownValues(self.values, truth_of),
            types.RESULT: self.texts,
            # numbers are told apart, behind the types, by what their style shows
            types.INLINE + DAY: KnownValues(self.values, day_of),
            types.INLINE + ELAPSED: KnownValues(self.values, duration_of),
        }
        self.sizes = texts.sizes
        self.shared = np.arange(1, len(texts.values) + 1, dtype=np.int32)
        self.shared[texts.empty] = 0
        self._spelled: dict[tuple[type, CellValue], int] = {}

    def number(self, value: CellValue) -> int:
        """Return the number of a value that was read by itself; 0 for none."""
        if value is None:
            return 0
        number = self._spelled.setdefault((type(value), value), len(self.values))
        if number == len(self.values):
            self.values.append(value)
        return number
