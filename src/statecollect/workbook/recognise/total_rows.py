"""Lines that add up others: 合计, 小计, 甲系 小计, Excel's 国家奖学金 汇总 and the totals row of its tables.

A line that only calls itself a total is one. Behind a word of its own, or without any, it must be the sum as well: a
record may be called 2022年工作汇总.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import numpy as np

from statecollect.workbook.layout import plain_name
from statecollect.workbook.read.coded_sheet import CodedSheet
from statecollect.workbook.read.raw_sheets import CellValue
from statecollect.workbook.recognise.office_words import office_words

_LEADING = 3  # filled cells in which a row says what it is
_NUMBER = re.compile(r"[-+¥$]*\d[\d,]*(?:\.\d+)?(?:%|[^\d\W]{0,3})")
_NOTHING = {"", "-", "--", "—", "——", "/", "无", "*"}
_BEHIND = re.compile(r"(?:\([^()]*\)|:)+$")
_BEFORE = r"(?:本页|全校|全院|以上|全部|本表|本列|各项|各系)?"
_CLOSE = 1e-6  # of two sums, relative


class Sums:
    """What the records of a sheet add up to so far: all of them, and those since the last total."""

    def __init__(self, grid: CodedSheet) -> None:
        self._grid = grid
        self._numbers = np.array([_number(one) or 0.0 for one in grid.values])
        self._all = np.zeros(grid.width)
        self._section = np.zeros(grid.width)
        self._added = 0

    def is_total(self, cells: Sequence[CellValue], records: Sequence[int]) -> bool:
        """Whether this row adds up the ``records`` (1-based rows) above it."""
        leading = [(at, cell) for at, cell in enumerate(cells) if cell is not None][:_LEADING]
        texts = [(at, plain_name(cell)) for at, cell in leading if isinstance(cell, str) and cell.strip()]
        self._add(records)
        total = self._called(texts, cells, records) if texts else self._unnamed(cells, records)
        if total:
            self._section[:] = 0
        return total

    def _called(
        self, texts: Sequence[tuple[int, str]], cells: Sequence[CellValue], records: Sequence[int]
    ) -> bool:
        if _plain(texts[0][1]):
            return True
        for at, text in texts:
            if not (_plain(text) or _ending().search(_BEHIND.sub("", text))):
                continue
            rest = [cell for cell in cells[at + 1 :] if cell is not None]
            if not all(_is_number(cell) for cell in rest):
                return False
            if _plain(text):
                return True
            own = _ending().sub("", _BEHIND.sub("", text))
            above = self._grid[records[-1] - 1][at] if records else None
            return self._agrees(cells, at + 1) or (isinstance(above, str) and plain_name(above) == own)
        return False

    def _unnamed(self, cells: Sequence[CellValue], records: Sequence[int]) -> bool:
        """Whether a row of nothing but sums stands where the records have a name."""
        if len(records) < 2 or not all(cell is None or _is_number(cell) for cell in cells):
            return False
        named = [self._grid[row - 1] for row in records[-2:]]
        first = next(at for at, cell in enumerate(cells) if cell is not None)
        return self._agrees(cells, 0) and any(
            all(isinstance(row[at], str) for row in named) for at in range(first)
        )

    def _agrees(self, cells: Sequence[CellValue], start: int) -> bool:
        """Whether all numbers from a column on are sums, and one at least is not nothing."""
        numbers = {at: number for at, cell in enumerate(cells) if at >= start and (number := _number(cell))}
        return bool(numbers) and all(
            any(
                abs(number - sums[at]) <= _CLOSE * max(1.0, abs(number))
                for sums in (self._all, self._section)
            )
            for at, number in numbers.items()
        )

    def _add(self, records: Sequence[int]) -> None:
        fresh = np.array(records[self._added :], np.int64) - 1
        self._added = len(records)
        more = self._numbers[self._grid.codes[:, fresh]].sum(axis=1)
        self._all += more
        self._section += more


@cache
def _words() -> str:
    return "|".join(sorted(map(re.escape, office_words().totals), key=len, reverse=True))


@cache
def _calls() -> re.Pattern[str]:
    return re.compile(rf"{_BEFORE}(?:{_words()})(?:数|人数)?")


@cache
def _ending() -> re.Pattern[str]:
    return re.compile(rf"(?:{_words()})$", re.IGNORECASE)


@cache
def _inside() -> re.Pattern[str]:
    return re.compile(
        "|".join(r"\s*".join(map(re.escape, one)) for one in office_words().totals), re.IGNORECASE
    )


def may_be_total(text: str) -> bool:
    """Whether a text holds a word of totals, however it is spaced."""
    return not text.isdecimal() and _inside().search(text) is not None


def _plain(text: str) -> bool:
    return _calls().fullmatch(_BEHIND.sub("", text).casefold()) is not None


def _is_number(cell: CellValue) -> bool:
    if isinstance(cell, str):
        text = plain_name(cell)
        return text in _NOTHING or _NUMBER.fullmatch(text) is not None
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _number(cell: CellValue) -> float | None:
    if isinstance(cell, bool):
        return None
    if isinstance(cell, str):
        cell = cell.strip().replace(",", "")
        return float(cell) if cell.replace(".", "", 1).isdecimal() and cell.isascii() else None
    return float(cell) if isinstance(cell, int | float) else None
