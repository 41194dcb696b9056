"""A column as codes: every distinct value once, and for each row the number of its value.

The columns of a long table hold few values many times. What is done to a value – cleaning, checking, making text of it
for the database – is done once for each, and no row costs a Python object of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, overload

import numpy as np
import numpy.typing as npt

_FEW = 40  # rows; a step over all values of a workbook does not pay for fewer
Codes = npt.NDArray[np.int32]


class Coded(Sequence[Any]):
    """A column of values. ``codes`` index ``values``; code 0 is the empty cell, and ``values[0]`` is None.

    Two codes may stand for the same value. A column compares equal to any sequence of the same values.
    """

    __slots__ = ("codes", "values")

    def __init__(self, codes: Codes, values: Sequence[Any]) -> None:
        self.codes = codes
        self.values = values

    @classmethod
    def of(cls, column: Sequence[Any]) -> Coded:
        """Return any column as a coded one; 1, 1.0 and True are equal, but not the same value."""
        if isinstance(column, Coded):
            return column
        values: list[Any] = [None]
        known: dict[tuple[type, Any], int] = {}
        codes = np.empty(len(column), np.int32)
        for at, value in enumerate(column):
            if value is None:
                codes[at] = 0
                continue
            key = (type(value), tuple(value) if isinstance(value, list) else value)
            code = known.setdefault(key, len(values))
            if code == len(values):
                values.append(value)
            codes[at] = code
        return cls(codes, values)

    @classmethod
    def same(cls, value: Any, rows: int) -> Coded:
        """Return a column that says the same in every row."""
        return cls(np.full(rows, 0 if value is None else 1, np.int32), [None, value])

    @overload
    def __getitem__(self, at: int) -> Any: ...
    @overload
    def __getitem__(self, at: slice) -> Coded: ...
    def __getitem__(self, at: int | slice) -> Any:
        """Return the value of one row, or the column of several."""
        if isinstance(at, slice):
            return Coded(self.codes[at], self.values)
        return self.values[self.codes[at]]

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self.codes)

    def __iter__(self) -> Iterator[Any]:
        """Go through the rows."""
        return map(self.values.__getitem__, self.codes.tolist())

    def __eq__(self, other: object) -> bool:
        """Whether another sequence holds the same values."""
        return isinstance(other, Sequence) and len(self) == len(other) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # as a list

    def __repr__(self) -> str:
        """Show the first rows."""
        return f"Coded({list(self[:20])}{'…' if len(self) > 20 else ''})"

    @property
    def filled(self) -> int:
        """How many rows hold something."""
        return int(np.count_nonzero(self.codes))

    def where(self, wanted: Collection[int]) -> list[int]:
        """Return the rows (0-based) that have one of these codes, in their order."""
        if not wanted:
            return []
        chosen = np.zeros(len(self.values), bool)
        chosen[list(wanted)] = True
        found: list[int] = chosen[self.codes].nonzero()[0].tolist()
        return found

    def without(self, rows: Collection[int]) -> Coded:
        """Return the column with these rows (0-based) emptied."""
        if not rows:
            return self
        codes = self.codes.copy()
        codes[list(rows)] = 0
        return Coded(codes, self.values)

    def compact(self) -> Coded:
        """Return the same column with the values that occur, and no others."""
        if len(self.codes) <= _FEW:
            listed = self.codes.tolist()
            numbers_of = {code: at for at, code in enumerate(sorted({0, *listed}))}
            codes = np.array(list(map(numbers_of.__getitem__, listed)), np.int32)
            return Coded(codes, list(map(self.values.__getitem__, numbers_of)))
        occurs = np.zeros(len(self.values), bool)
        occurs[self.codes] = True
        occurs[0] = True
        used = occurs.nonzero()[0]
        numbers = np.zeros(len(self.values), np.int32)
        numbers[used] = np.arange(len(used), dtype=np.int32)
        return Coded(numbers[self.codes], [self.values[code] for code in used.tolist()])


def joined(columns: Sequence[Coded]) -> Coded:
    """Return columns one below the other."""
    if len(columns) == 1:
        return columns[0]
    values: list[Any] = [None]
    before = []  # how many values stand before those of each column
    for coded in columns:
        before.append(len(values) - 1)
        values += coded.values[1:]
    codes = np.concatenate([coded.codes for coded in columns])
    shifts = np.repeat(np.array(before, np.int32), list(map(len, columns)))
    return Coded(np.where(codes > 0, codes + shifts, codes), values)
