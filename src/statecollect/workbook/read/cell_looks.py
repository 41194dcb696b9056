"""What is remembered of cells beside their values: formats that say something, formulas that say nothing, lines through.

Only cells at which there is something to remember cost anything; a sheet of plain values is passed over at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from statecollect.core.dictionary_column import Codes
from statecollect.workbook.number_format import ROUNDING, TELLING, decimals
from statecollect.workbook.read.cell_values import CellValue
from statecollect.workbook.read.xlsx_parts import CellStyles

CellPlaces = set[tuple[int, int]]

_NOTHING = re.compile(r"[\s0.,%¥￥/\\—–-]*")  # what formulas filled down over empty rows come to
_YEARS = (1800, 2200)  # 2021.10 is kept as 2021.1: the format alone knows which month is meant


class CellLooks(Protocol):
    """Where it is put, by 0-based row and column."""

    formats: dict[tuple[int, int], str]
    struck: set[int]
    formulas: CellPlaces
    idle: CellPlaces


def remember_looks(
    kept: CellLooks,
    styles: CellStyles,
    values: Sequence[CellValue],
    rows: Codes,
    columns: Codes,
    style: Codes,
    codes: Codes,
) -> None:
    """Keep the formats that change what the cells say, and the rows of text that is struck through."""
    if not styles.remarkable:
        return
    seen = styles.has_more(style).nonzero()[0]
    if not len(seen):
        return
    rows, columns, style, codes = rows[seen], columns[seen], style[seen], codes[seen]
    effects = styles.effect(style)
    telling = effects == TELLING
    rough = (effects == ROUNDING).nonzero()[0]
    if len(rough):
        telling[rough] = _loses(styles, values, style[rough], codes[rough])
    for cell in telling.nonzero()[0].tolist():
        kept.formats[int(rows[cell]), int(columns[cell])] = styles.formats[int(style[cell])]
    kept.struck.update(rows[styles.strikes(style)].tolist())


def _loses(
    styles: CellStyles, values: Sequence[CellValue], style: Codes, codes: Codes
) -> npt.NDArray[np.bool_]:
    """Tell of numbers in formats that only round whether digits of theirs are not shown, or are a year's month."""
    numbers = _of_each(codes, lambda code: one if type(one := values[code]) is float else 0.0)
    places = _of_each(style, lambda number: float(decimals(styles.formats[number])))
    scaled = numbers * 10.0**places
    lost = np.abs(scaled - np.rint(scaled)) > 1e-9 + 1e-13 * np.abs(scaled)
    of_year = (numbers > _YEARS[0]) & (numbers < _YEARS[1]) & (numbers != np.rint(numbers))
    return np.asarray(lost | of_year)


def _of_each(codes: Codes, wanted: Callable[[int], float]) -> npt.NDArray[np.float64]:
    """Return a number for each code; each distinct one is asked for once."""
    found = np.zeros(int(codes.max(initial=0)) + 1)
    present = np.bincount(codes).nonzero()[0]
    found[present] = list(map(wanted, present.tolist()))
    return found[codes]


def remember_formulas(
    kept: CellLooks, values: Sequence[CellValue], rows: Codes, columns: Codes, codes: Codes
) -> None:
    """Keep where formulas stand, and which of them come to nothing: 0, blanks, an error, no result."""
    places = list(zip(rows.tolist(), columns.tolist(), strict=True))
    nothing = {code for code in np.unique(codes).tolist() if comes_to_nothing(values[code])}
    kept.formulas.update(places)
    kept.idle.update(place for place, code in zip(places, codes.tolist(), strict=True) if code in nothing)


def comes_to_nothing(value: CellValue) -> bool:
    """Whether a formula's result is what a formula over empty cells has."""
    if isinstance(value, str):
        return _NOTHING.fullmatch(value) is not None
    return value is None or (isinstance(value, int | float) and value == 0)
