"""What the tables of a bundle say, whichever of its forms one reads: every value as one text, and a digest over all.

A CSV file holds texts, an Excel sheet binary fractions and days, Parquet typed columns. The digest of a table is over
the field names with their types and the values spelled in one way, sorted: neither the form nor the order counts.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from statecollect.core.spelling import spelled

Fields = Sequence[tuple[str, str]]  # name and how it is stored: text, integer, decimal, date, datetime
# What a spreadsheet might run; the wide forms are the same signs to an East Asian one
_RUN = re.compile(r"'*[=+\-@＝＋－＠\t\r\n]")


def guarded(text: str) -> str:
    """Return a text with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if _RUN.match(text) else text


def unguarded(text: str) -> str:
    """Return what ``guarded`` was given; an apostrophe that somebody typed stays."""
    return text[1:] if text.startswith("'") and _RUN.match(text) else text


def text_of(value: Any, storage: str) -> str:
    """Return the one spelling of a value, typed or as one of the forms holds it; nothing and an empty text are one."""
    if value is None or value == "":
        return ""
    if storage == "integer":
        return _whole(value)
    if storage == "decimal":
        return _fraction(value)
    if storage == "date":
        return _day(value)
    if storage == "datetime":
        return _moment(value)
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n")
    return spelled(value)


def _whole(value: Any) -> str:
    try:
        number = Decimal(value.strip() if isinstance(value, str) else value)
        return str(int(number)) if number == int(number) and abs(number) < 10**20 else spelled(value)
    except (InvalidOperation, ValueError, TypeError, OverflowError):
        return str(value)


def _fraction(value: Any) -> str:
    """Excel holds sixteen digits of a number, of which fifteen are sure."""
    try:
        return f"{float(f'{float(value):.16G}'):.15g}"
    except (ValueError, TypeError, OverflowError):
        return str(value)


def _day(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat()
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _moment(value: Any) -> str:
    """Excel holds moments as fractions of days: to the second they are sure."""
    moment: Any = value
    if isinstance(value, str):
        try:
            moment = dt.datetime.fromisoformat(value)
        except ValueError:
            return value
    elif isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        moment = dt.datetime.combine(value, dt.time())
    if not isinstance(moment, dt.datetime):
        return str(value)
    try:
        return (moment + dt.timedelta(microseconds=500_000)).isoformat(timespec="seconds")
    except OverflowError:
        return moment.isoformat(timespec="seconds")


def texts_of(rows: Iterable[Sequence[Any]], fields: Fields) -> list[list[str]]:
    """Return rows with every value in its one spelling."""
    kinds = [storage for _, storage in fields]
    known: dict[tuple[type, Any, str], str] = {}
    return [[_text_once(value, kind, known) for value, kind in zip(row, kinds, strict=True)] for row in rows]


def _text_once(value: Any, kind: str, known: dict[tuple[type, Any, str], str]) -> str:
    if value is None:
        return ""
    if kind == "text" and type(value) is str:
        return text_of(value, kind) if "\r" in value else value
    key = (type(value), value, kind)
    text = known.get(key)
    if text is None:
        text = known[key] = text_of(value, kind)
    return text


def digest_of(table_id: str, fields: Fields, rows: Iterable[Sequence[str]]) -> str:
    """Return a SHA-256 over rows of texts; rows in which nothing stands do not count, nor does the order."""
    head = json.dumps([table_id, [list(field) for field in fields]], ensure_ascii=False)
    total = hashlib.sha256(head.encode("utf-8", "surrogatepass"))
    for line in sorted(json.dumps(list(row), ensure_ascii=False) for row in rows if any(row)):
        total.update(b"\n" + line.encode("utf-8", "surrogatepass"))
    return total.hexdigest()
