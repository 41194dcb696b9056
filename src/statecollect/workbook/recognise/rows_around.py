"""Rows among the records that speak of others: totals, titles of pages, names of groups."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import islice

from statecollect.core.address import area
from statecollect.workbook.layout import plain_name
from statecollect.workbook.read.coded_sheet import CellRow
from statecollect.workbook.read.raw_sheets import RawSheet
from statecollect.workbook.recognise.total_rows import Sums, may_be_total

_PAGE = re.compile(r"续表.*|.+[(]续[表一二三四五六七八九\d]*[)]|第\d+页.*|.*共\d+页")
_GROUP = re.compile(r"(?:[一二三四五六七八九十]{1,3}[、.]|[(][一二三四五六七八九十]{1,3}[)]).+")
_LEADING = 3  # filled cells in which a row says what it is


class Around:
    """Rows that speak of others: totals, page titles, names of groups. Nothing is worked out before it is asked for."""

    def __init__(self, sheet: RawSheet, titles: Collection[str], width: int) -> None:
        self._sheet = sheet
        self._width = width
        self._titles = titles
        self._sums: Sums | None = None
        self._spread: set[tuple[int, int]] | None = None

    def is_total(self, cells: CellRow, records: Sequence[int]) -> bool:
        """Whether a row adds up the records (1-based) above it."""
        leading = list(islice((cell for cell in cells if cell is not None), _LEADING))
        texts = [cell for cell in leading if isinstance(cell, str)]
        if not leading or (texts and not any(map(may_be_total, texts))):
            return False
        self._sums = self._sums or Sums(self._sheet.rows)
        return self._sums.is_total(cells, records)

    def title_or_group(self, cells: CellRow, number: int) -> str | None:
        """Tell the title of a page, and a text over several columns that is the name of the rows below."""
        filled = [column for column, cell in enumerate(cells) if cell is not None]
        text = plain_name(str(cells[filled[0]])) if len(filled) <= _LEADING else ""
        if text and (_PAGE.fullmatch(text) or any(text.endswith(one) for one in self._titles)):
            return "是页标题"
        if len(filled) != 1 or self._width < 2:
            return None
        if self._spread is None:
            areas = map(area, self._sheet.merged)
            self._spread = {(top, left) for top, left, _, right in areas if right > left}
        return "是分组行" if _GROUP.fullmatch(text) or (number - 1, filled[0]) in self._spread else None
