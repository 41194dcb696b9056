"""The cells among the tags of a piece: where they stand, in which style, of which type.

Everything is computed for all cells at once, eight bytes at a time. What is not written the usual way raises Unusual.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from statecollect.core.dictionary_column import Codes
from statecollect.workbook.read import xml_tags as kinds
from statecollect.workbook.read.cell_values import Unusual
from statecollect.workbook.read.xml_tags import Offsets, Tags, Words, first_bytes

NUMBER, SHARED, TRUTH, ERROR, RESULT, INLINE = range(
    6
)  # what the attribute t says: none or n, s, b, e, str, inlineStr
_UNKNOWN = 6
_NAMES = (b'n"', b's"', b'b"', b'e"', b'str"', b'inlineStr"')
_BYTE = np.uint64(255)
_EVERY_BYTE = 0x0101010101010101


def _word(text: bytes) -> np.uint64:
    return np.uint64(int.from_bytes(text[:8], "little"))


_STYLE, _TYPE, _REST_OF_INLINE = _word(b' s="'), _word(b' t="'), _word(b'lineStr"')
_MASKS = np.array([0, *(first_bytes(count) for count in range(1, 9))], np.uint64)
_TYPE_OF = np.full(1 << 16, _UNKNOWN, np.uint8)  # by the first two bytes of the name
for _kind, _name in enumerate(_NAMES):
    _TYPE_OF[int.from_bytes(_name[:2], "little")] = _kind
_WIDTHS = np.array([*map(len, _NAMES), 0], np.int64)
_NAME_WORDS = np.array([*map(_word, _NAMES), 0], np.uint64)
_NAME_MASKS = np.array([*(first_bytes(min(4, len(name))) for name in _NAMES), 0], np.uint64)
_ONES, _TOPS, _QUOTES = (np.uint64(_EVERY_BYTE * byte) for byte in (0x01, 0x80, ord('"')))
_LOW, _HIGH, _SIXES, _ZEROS = (np.uint64(_EVERY_BYTE * byte) for byte in (0x0F, 0xF0, 0x06, ord("0")))
# each step joins neighbours: eight digits, four pairs, two fours, one number
_STEPS = tuple(
    (np.uint64(mask), np.uint64(factor), np.uint64(shift))
    for mask, factor, shift in (
        (0x0F0F0F0F0F0F0F0F, (10 << 8) + 1, 8),
        (0x00FF00FF00FF00FF, (100 << 16) + 1, 16),
        (0x0000FFFF0000FFFF, (10_000 << 32) + 1, 32),
    )
)


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
    rows = ((tags.kinds | kinds.EMPTY) == (kinds.ROW | kinds.EMPTY)).nonzero()[0]
    digits = words[tags.starts[rows] + 8]  # behind <row r="
    widths = _until_quote(digits)
    numbers = decimal(digits, widths)
    if np.count_nonzero((widths > 7) | (numbers < 1)):
        raise Unusual
    cells = tags.of(kinds.CELL)
    held = np.diff(np.searchsorted(cells, rows), append=len(cells))  # how many cells each row holds
    at = tags.starts[cells] + 6  # behind <c r="
    addresses = words[at]
    columns, letters = _columns(addresses)
    signs = np.repeat(widths + 1, held)  # the digits of the row and the quote behind them
    behind = addresses >> (letters << 3).astype(np.uint64)
    cut = (letters + signs > 8).nonzero()[0]
    behind[cut] = words[at[cut] + letters[cut]]
    if np.count_nonzero((letters < 1) | (((behind ^ np.repeat(digits, held)) & _MASKS.take(signs)) > 0)):
        raise Unusual
    at += letters + signs
    styles, types = _attributes(words, at, tags.ends[cells])
    return Cells(
        np.repeat((numbers - 1).astype(np.int32), held), columns, styles, types, int(numbers[-1]) - 1
    )


def decimal(words: Words, widths: Offsets) -> Offsets:
    """Return the numbers that the first bytes spell. Raises Unusual where they are no digits, or more than eight."""
    if not len(words):
        return np.zeros(0, np.int64)
    if np.count_nonzero((widths > 8) | (widths < 1)):
        raise Unusual
    unused = (64 - 8 * widths).astype(np.uint64)
    numbers = words << unused  # the last digit in the highest byte, nothing in front of the first
    inside = ~np.uint64(0) << unused
    if np.count_nonzero((((numbers ^ _ZEROS) & inside) | ((numbers & _LOW) + _SIXES)) & _HIGH):
        raise Unusual
    for mask, factor, shift in _STEPS:
        numbers = ((numbers & mask) * factor) >> shift
    return numbers.astype(np.int64)


def _columns(words: Words) -> tuple[Codes, Offsets]:
    """Return 0-based columns, and how many letters they have (0: not an address)."""
    columns = np.zeros(len(words), np.int32)
    letters = np.zeros(len(words), np.int64)
    going = np.ones(len(words), bool)
    for place in range(3):
        letter = ((words >> np.uint64(8 * place)) & _BYTE).astype(np.int32) - (ord("A") - 1)
        going = going & (letter > 0) & (letter < 27)
        if not np.count_nonzero(going):
            break
        columns = np.where(going, columns * 26 + letter, columns)
        letters += going
    return columns - 1, letters


def _attributes(words: Words, at: Offsets, ends: Offsets) -> tuple[Codes, npt.NDArray[np.uint8]]:
    """Return style and type, written in any order between two places and nothing else. Raises Unusual."""
    styles = np.zeros(len(at), np.int32)
    types = np.zeros(len(at), np.uint8)
    _read_styles(words, at, styles)
    typed, found = _begin_with(words, at, _TYPE)
    if len(typed):
        kind = _TYPE_OF.take(found.astype(np.uint16))
        kind[((found ^ _NAME_WORDS.take(kind)) & _NAME_MASKS.take(kind)) > 0] = _UNKNOWN
        inline = typed[kind == INLINE]
        types[typed] = kind
        types[inline[words[at[inline] + 6] != _REST_OF_INLINE]] = _UNKNOWN
        at[typed] += 4 + _WIDTHS.take(types[typed])
        more = (at != ends).nonzero()[0]
        if len(more):
            behind, last = at[more], np.zeros(len(more), np.int32)
            _read_styles(words, behind, last)
            at[more], styles[more] = behind, last
    if np.count_nonzero((at != ends) | (types == _UNKNOWN)):
        raise Unusual
    return styles, types


def _read_styles(words: Words, at: Offsets, styles: Codes) -> None:
    """Read the style where one is written; its place moves behind it."""
    styled, digits = _begin_with(words, at, _STYLE)
    if len(styled):
        widths = _until_quote(digits)
        long = (widths > 3).nonzero()[0]  # the quote is not among the four bytes seen
        digits[long] = words[at[styled[long]] + 4]
        widths[long] = _until_quote(digits[long])
        styles[styled] = decimal(digits, widths)
        at[styled] += 5 + widths


def _begin_with(words: Words, at: Offsets, name: np.uint64) -> tuple[Offsets, Words]:
    """Return which of the places have these four bytes, and the four bytes behind them."""
    seen = words[at]
    found: Offsets = ((seen & _MASKS[4]) == name).nonzero()[0]
    return found, seen[found] >> np.uint64(32)


def _until_quote(words: Words) -> Offsets:
    """Return how many bytes stand before the quote (8: it is not among them)."""
    other = words ^ _QUOTES
    marks = (
        (other - _ONES) & ~other & _TOPS
    )  # the lowest bit that is set is the top of the first quote's byte
    below = (marks & (~marks + np.uint64(1))) - np.uint64(1)
    return np.bitwise_count(below).astype(np.int64) >> 3
