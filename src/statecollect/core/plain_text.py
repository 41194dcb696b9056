"""Text of a cell, freed of what cannot be seen."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]")
_MOST_IN_A_CELL = 32_767  # characters, in Excel
_LATIN = re.compile("[A-Za-z0-9]")


def visible(text: str) -> str:
    """Drop zero-width characters, unify line ends, strip blanks at both ends; a text no cell can hold is left as it is."""
    if len(text) > _MOST_IN_A_CELL:
        return text
    return _INVISIBLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n").strip()


def one_line(text: str) -> str:
    """Undo line wraps inside a cell: Chinese runs on, Latin words keep a blank."""
    lines = [joined for line in text.split("\n") if (joined := " ".join(line.split()))]
    whole = lines[:1]
    for before, line in pairwise(lines):
        apart = _LATIN.fullmatch(before[-1]) and _LATIN.fullmatch(line[0])
        whole += [" ", line] if apart else [line]
    return "".join(whole)


def bare(text: str) -> str:
    """Text for comparison: half-width, without any blank."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
