"""Text of a cell, freed of what cannot be seen."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]")
_BROKEN_LINE = re.compile(r"(?<![A-Za-z0-9 ])[^\S\n]*\n\s*|\s*\n[^\S\n]*(?![A-Za-z0-9 ])")


def visible(text: str) -> str:
    """Drop zero-width characters, unify line ends, strip blanks at both ends."""
    return _INVISIBLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n").strip()


def one_line(text: str) -> str:
    """Undo line wraps inside a cell: Chinese runs on, Latin words keep a blank."""
    return re.sub(r"\s+", " ", _BROKEN_LINE.sub("", text)).strip()


def bare(text: str) -> str:
    """Text for comparison: half-width, without any blank."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
