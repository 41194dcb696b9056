"""What the text of a cell stands for: numbers, days, texts.

The functions over bytes know the spellings of office programs and raise ``Unusual`` for any other; those over text, which
an XML parser has read, know every spelling. Both say the same of the same number. A number never fails: what is no day
or duration – a telephone number in a cell formatted as one – stays the number it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from math import floor, isfinite

CellValue = str | int | float | bool | date | datetime | time | timedelta | None

_EXACT = 10**15  # beyond, Excel itself has lost digits: the float is kept, so that the cleaner can say so
_NUMBER = re.compile(rb"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_SPELLED_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_EPOCH, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
_LEAP_DAY, _LAST_SERIAL = 60, 2_958_466  # before the former Excel counts a day less than the calendar
_MILLISECONDS = 86_400_000  # a day
_ENTITY = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6}));|&")
_CHARACTERS = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_ESCAPED = re.compile("(?:_x[0-9A-Fa-f]{4}_)+")  # how Excel writes characters that XML cannot hold
_BLANKS = " \t\r\n"  # what does not count at the edges of a text, unless it is to be preserved
_REMEMBERED = 1000  # bytes
_SURROGATES = range(0xD800, 0xE000)
_LONE = re.compile("[\x00\ud800-\udfff]")  # what no text may hold


class Unusual(ValueError):
    """Something is written in a way that is left to the parser."""


def as_seen(value: object) -> CellValue:
    """Return what the parser gives as a person sees it: empty text is nothing, a whole float is an integer."""
    if isinstance(value, timedelta) and not 0 <= value.days < _LAST_SERIAL:
        value = value / timedelta(days=1)  # no duration that anybody typed
    if isinstance(value, float):
        if value - value != 0:
            return str(value)  # no number that anything could be computed with
        return int(value) if value.is_integer() and -_EXACT < value < _EXACT else value
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
    number = number_of(raw)
    return None if number is None else moment_of(float(number))  # type: ignore[arg-type]


def duration_of(raw: bytes) -> CellValue:
    """Return how long a number is that is shown as hours, minutes or seconds gone by."""
    number = number_of(raw)
    return None if number is None else elapsed_of(float(number))  # type: ignore[arg-type]


def spelled_number(text: str) -> float | None:
    """Return the number a text spells, in any way XML allows; None where it spells none, infinite ones included."""
    text = text.strip(_BLANKS)
    return float(text) if _SPELLED_NUMBER.fullmatch(text) and isfinite(float(text)) else None


def moment_of(serial: float, *, from_1904: bool = False) -> CellValue:
    """Return the day, the day and time, or below one day the time; the number itself where no calendar has the day."""
    if not 0 <= serial < _LAST_SERIAL:
        return as_seen(serial)
    epoch = _EPOCH_1904 if from_1904 else _EPOCH
    days_short = not from_1904 and 1 <= serial < _LEAP_DAY
    try:
        moment = epoch + timedelta(days=days_short, milliseconds=floor(serial * _MILLISECONDS + 0.5))
    except OverflowError:
        return as_seen(serial)
    if serial < 1:
        return moment.time()
    return moment if moment.time() != time() else moment.date()


def elapsed_of(days: float) -> CellValue:
    """Return a duration; the number itself where it is longer than Excel's calendar, or below nothing."""
    if not 0 <= days < _LAST_SERIAL:
        return as_seen(days)
    return timedelta(milliseconds=floor(days * _MILLISECONDS + 0.5))


def spelled_moment(text: str) -> CellValue:
    """Return the day or time that is written out (``t="d"``); the text itself where it is none."""
    readers: tuple[Callable[[str], date | time], ...] = (
        date.fromisoformat,
        datetime.fromisoformat,
        time.fromisoformat,
    )
    for read in readers:
        try:
            moment = read(text.strip(_BLANKS))
        except ValueError:
            continue
        return text if getattr(moment, "tzinfo", None) else moment
    return text or None


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
    """Return a text without Excel's own escapes, such as ``_x000D_``; what no text may hold stays written as it is."""
    return _ESCAPED.sub(_characters, text) if "_x" in text else text


def trimmed(text: str, *, preserved: bool) -> str:
    """Return a text without the blanks at its edges, unless they are to be preserved."""
    return text if preserved else text.strip(_BLANKS)


def _characters(found: re.Match[str]) -> str:
    """Return what a run of escapes stands for; two may be the halves of one character."""
    units = bytes.fromhex(found[0].replace("_x", "").replace("_", ""))
    text = units.decode("utf-16-be", errors="surrogatepass")
    return _LONE.sub(lambda one: f"_x{ord(one[0]):04X}_", text)


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


class KnownValues(dict[bytes, int]):
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
