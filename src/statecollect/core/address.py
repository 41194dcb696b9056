"""Addresses of cells: 0-based positions in code, A1 in everything a person reads."""

from __future__ import annotations

from functools import lru_cache

MAX_ROWS = 1_048_576  # of an .xlsx sheet
MAX_COLUMNS = 16_384


@lru_cache(maxsize=1024)
def column_letter(index: int) -> str:
    """Return the letters of a 0-based column: 0 → A, 26 → AA."""
    letters = ""
    while index >= 0:
        index, rest = divmod(index, 26)
        letters, index = chr(65 + rest) + letters, index - 1
    return letters


def column_index(letters: str) -> int:
    """Return the 0-based column of its letters: A → 0, AA → 26."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def cell_name(row: int, column: int) -> str:
    """Return the A1 address of a 0-based position."""
    return f"{column_letter(column)}{row + 1}"


def area(ref: str) -> tuple[int, int, int, int]:
    """Return first row, first column, last row and last column (0-based, both ends included) of ``B2:C9`` or ``B2``."""
    first, _, last = ref.partition(":")
    (top, left), (bottom, right) = _position(first), _position(last or first)
    return min(top, bottom), min(left, right), max(top, bottom), max(left, right)


def _position(cell: str) -> tuple[int, int]:
    letters = cell.rstrip("0123456789")
    return int(cell[len(letters) :]) - 1, column_index(letters)
