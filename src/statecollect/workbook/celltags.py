"""The cells among the tags of a piece: where they stand, in which style, of which type.

Everything is computed for all cells at once, eight bytes at a time. What is not written the usual way raises Unusual.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from statecollect.coded import Codes
from statecollect.workbook import tags as kinds
from statecollect.workbook.cellvalues import Unusual
from statecollect.workbook.tags import Places, Tags, Words, first_bytes

NUMBER, SHARED, TRUTH, ERROR, RESULT, INLINE = range(
    6
)  # what the attribute t says: none or n, s, b, e, str, inlineStr
_UNKNOWN = 6
_TYPES = {b's"': SHARED, b'n"': NUMBER, b'b"': TRUTH, b'e"': ERROR, b'str"': RESULT, b"inlineSt": INLINE}
_WIDTHS = np.array([2, 2, 2, 2, 4, 10, 0], np.int64)  # of the names of these types, quote included
_BYTE = np.uint64(255)
_MASKS = np.array([0, *(first_bytes(count) for count in range(1, 9))], np.uint64)


def _word(text: bytes) -> np.uint64:
    return np.uint64(int.from_bytes(text, "little"))


_QUOTE = _word(b'"')
_STYLE, _TYPE, _INLINE_END = _word(b' s="'), _word(b' t="'), _word(b'lineStr"')


class Cells(NamedTuple):
    """The cells that hold something: 0-based row and column, style and type; ``last_row`` is that of the piece."""

    rows: Codes
    columns: Codes
    styles: Codes
    types: npt.NDArray[np.uint8]
    last_row: int

    def place(self, cell: int) -> tuple[int, int]:
        """Return row and column of one cell."""
        return int(self.rows[cell]), int(self.columns[cell])


def cells_of(tags: Tags) -> Cells:
    """Return the cells of a piece that hold anything, in their order. Raises Unusual."""
    words = tags.words
    is_row = (tags.kinds | kinds.EMPTY) == (kinds.ROW | kinds.EMPTY)
    digits = words[tags.starts[is_row] + 8]  # behind <row r="
    widths = _until_quote(digits, 8)
    if int(widths.min()) < 1 or int(widths.max()) > 7:
        raise Unusual
    numbers = decimal(digits, widths)
    if int(numbers.min()) < 1:
        raise Unusual
    cells = tags.of(kinds.CELL)
    row_of = (np.cumsum(is_row) - 1)[cells]
    at = tags.starts[cells] + 6  # behind <c r="
    columns, letters = _columns(words[at])
    at += letters
    # the digits of the row and the quote behind them
    if (letters < 1).any() or ((words[at] ^ digits[row_of]) & _MASKS[widths[row_of] + 1]).any():
        raise Unusual
    at += widths[row_of] + 1
    styles, types = _attributes(words, at)
    if (at != tags.ends[cells]).any() or (types == _UNKNOWN).any():
        raise Unusual
    return Cells((numbers[row_of] - 1).astype(np.int32), columns, styles, types, int(numbers[-1]) - 1)


def decimal(words: Words, widths: Places) -> Places:
    """Return the numbers that the first bytes spell. Raises Unusual where they are no digits, or too many."""
    numbers = np.zeros(len(words), np.int64)
    if not len(words):
        return numbers
    widest = int(widths.max())
    if widest > 8 or int(widths.min()) < 1:
        raise Unusual
    for place in range(widest):
        digit = ((words >> np.uint64(8 * place)) & _BYTE).astype(np.int64) - ord("0")
        inside = widths > place
        if (((digit < 0) | (digit > 9)) & inside).any():
            raise Unusual
        numbers = np.where(inside, numbers * 10 + digit, numbers)
    return numbers


def _columns(words: Words) -> tuple[Codes, Places]:
    """Return 0-based columns, and how many letters they have (0: not an address)."""
    columns = np.zeros(len(words), np.int32)
    letters = np.zeros(len(words), np.int64)
    going = np.ones(len(words), bool)
    for place in range(3):
        letter = ((words >> np.uint64(8 * place)) & _BYTE).astype(np.int32) - (ord("A") - 1)
        going = going & (letter > 0) & (letter < 27)
        if not going.any():
            break
        columns = np.where(going, columns * 26 + letter, columns)
        letters += going
    return columns - 1, letters


def _attributes(words: Words, at: Places) -> tuple[Codes, npt.NDArray[np.uint8]]:
    """Return style and type, written in any order; ``at`` moves behind them."""
    styles = np.zeros(len(at), np.int32)
    types = np.zeros(len(at), np.uint8)
    for _ in range(2):
        heads = words[at] & first_bytes(4)
        styled = np.flatnonzero(heads == _STYLE)
        if len(styled):
            digits = words[at[styled] + 4]
            widths = _until_quote(digits, 7)
            styles[styled] = decimal(digits, widths)
            at[styled] += 5 + widths
        typed = np.flatnonzero(heads == _TYPE)
        if len(typed):
            names = words[at[typed] + 4]
            found = np.full(len(typed), _UNKNOWN, np.uint8)
            for name, kind in _TYPES.items():
                found[(names & first_bytes(len(name))) == _word(name)] = kind
            found[(found == INLINE) & (words[at[typed] + 6] != _INLINE_END)] = _UNKNOWN
            types[typed] = found
            at[typed] += 4 + _WIDTHS[found]
        if len(styled) + len(typed) == 0:
            break
    return styles, types


def _until_quote(words: Words, most: int) -> Places:
    """Return how many bytes stand before the quote (``most``: it is not among the first)."""
    found = np.full(len(words), most, np.int64)
    for place in range(most - 1, -1, -1):
        found[((words >> np.uint64(8 * place)) & _BYTE) == _QUOTE] = place
    return found
