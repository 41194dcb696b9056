"""One value into one cell, by its own type: never a formula, never a link, never a lost digit."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Any

_DIGITS_EXCEL_KEEPS = 15
FIRST_DAY = dt.date(1900, 3, 1)  # before it Excel counts days differently, or not at all
_NOT_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
DATE, DATE_TIME, PLAIN = "yyyy-mm-dd", "yyyy-mm-dd hh:mm", "General"


def format_for(value: object, column_format: str) -> str:
    """Return the number format under which the value looks as typed; mostly the column's own."""
    if isinstance(value, dt.datetime):
        return DATE_TIME if value.time() != dt.time() else DATE
    if isinstance(value, dt.date):
        return DATE
    # 19901231 typed into a date column would be shown as ##### or as some day of the year 54000
    if column_format in {DATE, DATE_TIME} and isinstance(value, int | float):
        return PLAIN
    # 12.5 in a column of whole numbers must not look like 13
    if isinstance(value, float) and column_format.startswith("0"):
        decimals = len(column_format.partition(".")[2])
        return column_format if round(value, decimals) == value else PLAIN
    return column_format


def write_value(sheet: Any, row: int, column: int, value: object, style: Any) -> None:
    """Write a value; what no cell can hold (a list, a time, 18 digits, a day before 1900) is written as text."""
    if value is None:
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, str):
        _write_text(sheet, row, column, value, style)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, style)
    elif isinstance(value, dt.date):
        day = value.date() if isinstance(value, dt.datetime) else value
        if day < FIRST_DAY:
            sheet.write_string(row, column, value.isoformat(), style)
        else:
            sheet.write_datetime(row, column, value, style)
    elif isinstance(value, list | tuple):
        _write_text(sheet, row, column, ",".join(map(str, value)), style)
    elif isinstance(value, dt.time | dt.timedelta):
        sheet.write_string(row, column, str(value), style)
    else:
        _write_number(sheet, row, column, value, style)


def _write_text(sheet: Any, row: int, column: int, text: str, style: Any) -> None:
    if not text.isprintable():
        text = _NOT_XML.sub("\ufffd", text)
    if text.startswith("<r>") and text.endswith("</r>"):
        # XlsxWriter would take such a text for its own mark-up and write it unescaped; in two pieces it cannot
        sheet.write_rich_string(row, column, text[:1], style, text[1:], style)
    else:
        sheet.write_string(row, column, text, style)


def _write_number(sheet: Any, row: int, column: int, value: Any, style: Any) -> None:
    if isinstance(value, int) and len(str(abs(value))) > _DIGITS_EXCEL_KEEPS:
        sheet.write_string(row, column, str(value), style)
        return
    number = float(value)  # int, float or Decimal
    if math.isfinite(number):
        sheet.write_number(row, column, number, style)
    else:
        sheet.write_string(row, column, str(value), style)
