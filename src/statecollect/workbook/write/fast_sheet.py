"""A worksheet with a quick way for rows of plain values, which are nearly all rows of a workbook.

XlsxWriter makes four objects and a dozen calls of every cell. A row in which nothing needs its care is written here as
the same bytes at once (a test compares the two); the first value that does need it sends the row the long way.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Container, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from statecollect.workbook.write.cell_writer import DATE, FIRST_DAY, format_for

_EPOCH = dt.date(1899, 12, 30)
_LONGEST_INTEGER = 10**15  # Excel keeps 15 digits
_LONGEST_TEXT = 32767
_letters = lru_cache(maxsize=None)(xl_col_to_name)


class FastSheet(Worksheet):  # type: ignore[misc]  # XlsxWriter has no types
    """What ``book.add_worksheet()`` returns for a book of ours."""

    def write_plain_row(
        self,
        row: int,
        values: Sequence[object],
        formats: Sequence[str] = (),
        styles: Sequence[Any] = (),
        styled: Container[int] = (),
    ) -> bool:
        """Write one row, 0-based, each value in its column's style; False, and nothing written, if one needs care.

        ``formats`` are the columns' number formats; ``styled`` are columns whose empty cells are written, too, for
        their style. Rows must come in their order.
        """
        if row > self.previous_row:
            self._write_single_row(row)  # first what waits: styles are numbered in the order of their use
        number, cells, filled = row + 1, [], []
        for column, value in enumerate(values):
            if value is None:
                if column in styled:
                    cells.append(f'<c r="{_letters(column)}{number}" s="{self._index(styles[column])}"/>')
                    filled.append(column)
                continue
            shown = _plain(value, formats[column] if formats else "")
            if shown is None:
                return False
            style = f' s="{self._index(styles[column])}"' if styles else ""
            cells.append(f'<c r="{_letters(column)}{number}"{style}{shown}</c>')
            filled.append(column)
        if cells:
            self._check_dimensions(row, filled[0])
            self._check_dimensions(row, filled[-1])
            self.row_data_fh.write(f'<row r="{number}">{"".join(cells)}</row>')
        return True

    def write_empty_rows(self, first: int, end: int, styles: Mapping[int, Any]) -> None:
        """Write rows, 0-based, ``end`` not included, of empty cells that only have a style, by column."""
        if not styles or first >= end:
            return
        self._write_single_row(first)
        for column in (min(styles), max(styles)):
            self._check_dimensions(first, column)
            self._check_dimensions(end - 1, column)
        cells = "".join(
            f'<c r="{_letters(column)}#" s="{self._index(style)}"/>' for column, style in styles.items()
        )
        row = f'<row r="#">{cells}</row>'  # no other # in it
        self.row_data_fh.write(
            "".join([row.replace("#", str(number)) for number in range(first + 1, end + 1)])
        )
        self.previous_row = end - 1

    def _index(self, style: Any) -> int:
        """Return the number of a cell style; XlsxWriter makes a long key of all its properties every time."""
        known: dict[int, int] = self.__dict__.setdefault("_indexes", {})
        index = known.get(id(style))
        if index is None:
            index = known[id(style)] = int(style._get_xf_index())
        return index

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        """Return a formula as the file wants it; the same few return thousands of times."""
        return _prepared(formula, expand_future_functions)


@lru_cache(maxsize=4096)
def _prepared(formula: str, expand: bool) -> str:
    return str(Worksheet._prepare_formula(_ANY, formula, expand))


_ANY = Worksheet()  # the books made here all leave XlsxWriter's ways with formulas as they are


def _plain(value: object, column_format: str) -> str | None:
    """Return the inside of a cell after its style, or None for a value that needs more than its characters."""
    if type(value) is str:
        if not value.isprintable() or "_x" in value or len(value) > _LONGEST_TEXT or value != value.strip():
            return None
        if value.startswith("<r>"):
            return None
        if "&" in value or "<" in value or ">" in value:
            value = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return f' t="inlineStr"><is><t>{value}</t></is>' if value else None
    if type(value) is int or type(value) is float or type(value) is Decimal:
        if format_for(value, column_format) is not column_format:
            return None
        if type(value) is int and abs(value) >= _LONGEST_INTEGER:
            return None
        number = float(value)
        return f"><v>{number:.16G}</v>" if math.isfinite(number) else None
    if type(value) is dt.date:
        if column_format != DATE or value < FIRST_DAY:
            return None
        return f"><v>{(value - _EPOCH).days}</v>"
    return None
