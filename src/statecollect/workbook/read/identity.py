"""Where a workbook says whose it is: stamps on whatever sheets they stand now, and the party's name on a cover."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from statecollect.core.spelling import spelled
from statecollect.workbook.layout import COVER_SHEET, PARTY_LABEL, STAMP_SHEET, plain_name
from statecollect.workbook.read.raw_sheets import CellValue, RawSheet
from statecollect.workbook.stamp import FORMAT, MARK, read_stamp

Lines = tuple[tuple[str, str], ...]

_COVER_ROWS = 8
_NAME_ENDS = re.compile(r"\s{2,}|\s(?=[^\s:：]{2,8}[:：])")
_LABEL = plain_name(PARTY_LABEL).rstrip(":")


@dataclass(frozen=True, slots=True)
class Identity:
    """``stamp``: the lines of the one that counts; ``others``: of stamps besides; ``sheets`` that hold nothing else."""

    stamp: Lines = ()
    others: tuple[Lines, ...] = ()
    sheets: frozenset[str] = frozenset()

    def parties(self) -> tuple[str, ...]:
        """Return whose workbooks were put together here; one where the stamps agree, none without any."""
        found = [read_stamp(lines) for lines in (self.stamp, *self.others)]
        return tuple(dict.fromkeys(stamped[0].party for stamped in found if stamped))


def find_identity(sheets: Sequence[RawSheet]) -> Identity:
    """Find stamps by their first key, on any sheet and at any place; of several the one of the highest round counts."""
    found: list[tuple[RawSheet, Lines]] = []
    marks: dict[
        int, list[int]
    ] = {}  # the sheets of a workbook share their values: told without a look at each
    for sheet in sheets:
        values = sheet.rows.values
        if id(values) not in marks:
            marks[id(values)] = _places_of(values, MARK)
        found += [(sheet, lines) for lines in _stamps_on(sheet, marks[id(values)])]
    alone = {sheet.name for sheet, lines in found if sheet.cells_seen <= 2 * len(lines)}
    if not found:  # unreadable, but ours
        named = next((sheet for sheet in sheets if sheet.name == STAMP_SHEET), None)
        lines = _lines(named, 0, 0) if named else ()
        return Identity(lines, (), frozenset({STAMP_SHEET} if named else ()))
    stamps = sorted((lines for _, lines in found), key=_rank, reverse=True)
    return Identity(stamps[0], tuple(stamps[1:]), frozenset(alone))


def _rank(lines: Lines) -> tuple[bool, int]:
    read = read_stamp(lines)
    return read is not None, read[0].round if read else 0


def _stamps_on(sheet: RawSheet, marks: Sequence[int]) -> list[Lines]:
    places = [place for code in marks for place in np.argwhere(sheet.rows.codes == code).tolist()]
    found = [_lines(sheet, row, column) for column, row in places]
    return [lines for lines in found if lines[0][1] == FORMAT]


def _places_of(values: Sequence[CellValue], wanted: str) -> list[int]:
    found: list[int] = []
    try:
        while True:
            found.append(values.index(wanted, found[-1] + 1 if found else 0))
    except ValueError:
        return found


def _lines(sheet: RawSheet, row: int, column: int) -> Lines:
    """Return keys and values from a cell downwards, as far as there are keys."""
    keys, values = sheet.rows.column(column), sheet.rows.column(column + 1)
    found = []
    for at in range(row, len(sheet.rows)):
        if keys[at] is None:
            break
        found.append((spelled(keys[at]), spelled(values[at])))
    return tuple(found)


def parties_on_covers(sheets: Iterable[RawSheet]) -> tuple[str, ...]:
    """Return the parties named at the top of covers; where there is no cover, at the top of any sheet."""
    every = list(sheets)
    covers = [sheet for sheet in every if sheet.name.startswith(COVER_SHEET)]
    for looked_at in (covers, every):
        found = [name for sheet in looked_at for name in _named_on(sheet)]
        if found:
            return tuple(dict.fromkeys(found))
    return ()


def _named_on(sheet: RawSheet) -> list[str]:
    found = []
    for cells in sheet.rows[:_COVER_ROWS]:
        for at, cell in enumerate(cells):
            before, label, behind = cell.partition(_LABEL) if isinstance(cell, str) else ("", "", "")
            if not label or (before and not before[-1].isspace()):
                continue
            behind = behind.lstrip()
            if not behind.startswith((":", "：")):
                continue  # a column of this name
            name = behind.lstrip(" :：\u3000")
            if not name and at + 1 < len(cells) and isinstance(cells[at + 1], str):
                name = str(cells[at + 1])
            name = _NAME_ENDS.split(name.strip())[0].strip()
            if name:
                found.append(name)
    return found
