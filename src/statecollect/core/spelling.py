"""One spelling of a value, however it is held: typed, read from a sheet, or kept in the database."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

_DIGITS = 15  # of a binary float; beyond it only rounding rests remain
_LARGEST = 10**60
_SMALLEST = 1e-15


def spelled(value: object) -> str:
    """Return the text by which values are compared; an empty cell is the empty text."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return ",".join(map(str, value))
    if isinstance(value, int | float | Decimal):
        return f"{float(value):.15g}"
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        value = value.date()  # a cell that holds a day is read as its midnight
    return str(value)


def readable(value: object) -> str:
    """Return a value as a clerk reads it: whole numbers plain, no trailing zeros, no exponent, days in ISO form."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | tuple):
        return ",".join(map(readable, value))
    if isinstance(value, int | float | Decimal):
        return _number(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(" ", "seconds" if value.second else "minutes")
    return str(value)


def _number(value: float | Decimal) -> str:
    """Return all digits of a number; one that no sheet holds is only called large."""
    if not -_LARGEST < value < _LARGEST:  # not-a-number as well
        return f"{value}" if isinstance(value, float) else "位数极多的数"
    if isinstance(value, int):
        return str(value)
    if -_SMALLEST < value < _SMALLEST:
        return f"{value:g}" if value else "0"
    text = f"{Decimal(f'{value:.{_DIGITS}g}') if isinstance(value, float) else value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
