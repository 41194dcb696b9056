"""What the text of a cell stands for: numbers, days, texts, as the parser makes them of the same bytes.

A spelling that no office program uses raises ``Unusual``: what it means is the parser's to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from math import floor

CellValue = str | int | float | bool | date | datetime | time | timedelta | None

ERRORS = frozenset({b"#DIV/0!", b"#N/A", b"#NAME?", b"#NULL!", b"#NUM!", b"#REF!", b"#VALUE!"})
_EXACT = 10**15  # beyond, Excel itself has lost digits: the float is kept, so that the cleaner can say so
_NUMBER = re.compile(rb"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_EPOCH = datetime(1899, 12, 30)
_FIRST_SERIAL, _LAST_SERIAL = 61, 2_958_466  # days on which Excel and the calendar agree
_MILLISECONDS = 86_400_000  # a day
_ENTITY = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6}));|&")
_CHARACTERS = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")  # how Excel writes characters that XML cannot hold
_REMEMBERED = 1000  # bytes
_SURROGATES = range(0xD800, 0xE000)


class Unusual(ValueError):
    """Something is written in a way that is left to the parser."""


def as_seen(value: object) -> CellValue:
    """Return what the parser gives as a person sees it: empty text is nothing, a whole float is an integer."""
    if isinstance(value, float) and value.is_integer() and -_EXACT < value < _EXACT:
        return int(value)
    return None if value == "" else value  # type: ignore[return-value]


def number_of(raw: bytes) -> CellValue:
    """Return the number; none where nothing is written."""
    if not raw:
        return None
    if not _NUMBER.fullmatch(raw):
        raise Unusual
    value = float(raw)
    if value - value != 0:
        raise Unusual  # beyond any float
    return as_seen(value)


def day_of(raw: bytes) -> CellValue:
    """Return the day, or day and time, of a number that is shown as one (of the calendar that begins in 1900)."""
    if not raw:
        return None
    serial = float(raw) if _NUMBER.fullmatch(raw) else 0.0
    if not _FIRST_SERIAL <= serial < _LAST_SERIAL:
        raise Unusual
    moment = _EPOCH + timedelta(milliseconds=floor(serial * _MILLISECONDS + 0.5))
    return moment if moment.time() != time() else moment.date()


def truth_of(raw: bytes) -> CellValue:
    """Return a truth value; none where nothing is written."""
    if raw not in (b"0", b"1", b""):
        raise Unusual
    return raw == b"1" if raw else None


def text_of(raw: bytes) -> CellValue:
    """Return a text whose blanks at the edges would count for nothing; the empty text is no value."""
    return _known_text(raw) if len(raw) <= _REMEMBERED else _text(raw)


def _text(raw: bytes) -> CellValue:
    text = raw.decode()
    # letters, digits and signs of writing alone are what they are
    return text if text.isalnum() else plain_text(text, preserved=False)


_known_text = lru_cache(maxsize=4096)(_text)  # headers and hints come again in hundreds of workbooks


def preserved_text_of(raw: bytes) -> CellValue:
    """Return a text with its blanks at the edges; the empty text is no value."""
    return plain_text(raw.decode(), preserved=True)


def plain_text(text: str, *, preserved: bool) -> CellValue:
    """Return what XML and Excel's own escapes stand for."""
    if "\r" in text:  # a line end that XML would make another
        raise Unusual
    if "&" in text:
        text = _ENTITY.sub(_character, text)
    text = unescaped(text)
    if not preserved and text != text.strip():
        raise Unusual
    return text or None


def unescaped(text: str) -> str:
    """Return a text without Excel's own escapes, such as ``_x000D_``."""
    return _ESCAPED.sub(lambda found: _checked(int(found[1], 16)), text) if "_x" in text else text


def _character(found: re.Match[str]) -> str:
    name, decimal, hexadecimal = found.groups()
    if name:
        return _CHARACTERS[name]
    if not (decimal or hexadecimal):
        raise Unusual
    return _checked(int(decimal) if decimal else int(hexadecimal, 16))


def _checked(code: int) -> str:
    if code == 0 or code in _SURROGATES or code > 0x10FFFF:
        raise Unusual
    return chr(code)


class Known(dict[bytes, int]):
    """Numbers of values by their bytes; a new one is made a value of, appended to ``values`` and numbered."""

    def __init__(self, values: list[CellValue], make: Callable[[bytes], CellValue]) -> None:
        super().__init__()
        self._values = values
        self._make = make

    def __missing__(self, raw: bytes) -> int:
        """Number a value met for the first time; nothing is number 0. Raises Unusual."""
        value = self._make(raw)
        if value is None:
            code = 0
        else:
            code = len(self._values)
            self._values.append(value)
        self[raw] = code
        return code
