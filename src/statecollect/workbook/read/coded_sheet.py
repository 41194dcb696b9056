"""The cells of one sheet as codes into the values of the workbook: what a cell costs is four bytes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Any, overload

import numpy as np

from statecollect.core.dictionary_column import Coded, Codes
from statecollect.workbook.read.cell_values import CellValue, as_seen

CellRow = tuple[CellValue, ...]


class CodedSheet(Sequence[CellRow]):
    """Rows of cells in absolute coordinates: ``grid[0]`` is row 1, index 0 is column A, an empty cell is None.

    ``codes`` has a line for each column; they index ``values``, of which number 0 is None.
    """

    __slots__ = ("codes", "values")

    def __init__(self, codes: Codes, values: Sequence[CellValue]) -> None:
        self.codes = codes
        self.values = values

    @classmethod
    def of(cls, rows: Iterable[Sequence[object]], height: int = 0, width: int = 0) -> CodedSheet:
        """Return rows as a parser gives them: as many rows and columns as hold something, or at least so many."""
        values: list[CellValue] = [None]
        known: dict[tuple[type, object], int] = {}

        def number(value: object) -> int:
            key = (type(value), value)
            code = known.get(key)
            if code is None:
                seen = as_seen(value)
                code = known[key] = 0 if seen is None else len(values)
                if code:
                    values.append(seen)
            return code

        columns = [np.fromiter(map(number, cells), np.int32) for cells in zip_longest(*rows)]
        read = np.stack(columns) if columns else np.zeros((0, 0), np.int32)
        across, down = np.nonzero(read)
        right, bottom = int(across.max(initial=-1)) + 1, int(down.max(initial=-1)) + 1
        codes = np.zeros((max(width, right), max(height, bottom)), np.int32)
        codes[:right, :bottom] = read[:right, :bottom]
        return cls(codes, values)

    @overload
    def __getitem__(self, at: int) -> CellRow: ...
    @overload
    def __getitem__(self, at: slice) -> list[CellRow]: ...
    def __getitem__(self, at: int | slice) -> CellRow | list[CellRow]:
        """Return one row, or several."""
        if isinstance(at, slice):
            return [self._row(line) for line in self.codes[:, at].T.tolist()]
        return self._row(self.codes[:, at].tolist())

    def __len__(self) -> int:
        """Return the number of the last row."""
        return int(self.codes.shape[1])

    def __eq__(self, other: object) -> bool:
        """Whether another sheet holds the same cells."""
        return isinstance(other, CodedSheet) and self[:] == other[:]

    __hash__ = None  # type: ignore[assignment]  # as a list

    @property
    def width(self) -> int:
        """How many columns there are."""
        return int(self.codes.shape[0])

    def filled(self, rows: slice = slice(None), columns: Any = slice(None)) -> int:
        """Return how many cells of a part hold something; everything 0-based."""
        return int(np.count_nonzero(self.codes[columns, rows]))

    def holds(self, row: int, column: int) -> bool:
        """Whether this cell (0-based) holds something; there may be no such cell."""
        inside = row < len(self) and column < self.width
        return inside and bool(self.codes[column, row])

    def column(self, column: int) -> Coded:
        """Return a column; empty where the sheet is not so wide."""
        return Coded(
            self.codes[column] if column < self.width else np.zeros(len(self), np.int32), self.values
        )

    def only(self, rows: Sequence[int]) -> CodedSheet:
        """Return these rows (1-based) alone."""
        return CodedSheet(self.codes[:, np.array(rows, np.int64) - 1], self.values)

    def _row(self, codes: list[int]) -> CellRow:
        return tuple(map(self.values.__getitem__, codes))
