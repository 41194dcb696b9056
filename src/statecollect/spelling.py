"""One spelling of a value, however it is held: typed, read from a sheet, or kept in the database."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal


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
