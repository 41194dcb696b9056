"""A rule's message for one row: placeholders filled as the clerk sees the values, personal ones masked."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from decimal import Decimal

from statecollect.findings import Origin
from statecollect.masking import mask

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
EMPTY = "空"


def placeholders(message: str) -> tuple[str, ...]:
    """Return the names a message uses, in order."""
    return tuple(dict.fromkeys(_PLACEHOLDER.findall(message)))


def fill(message: str, row: Mapping[str, object], personal: AbstractSet[str]) -> str:
    """Put the row's values into the message; a name the row does not have stays as written."""

    def value(match: re.Match[str]) -> str:
        name = match[1]
        return (shown(row[name], name in personal) or EMPTY) if name in row else match[0]

    return _PLACEHOLDER.sub(value, message)


def shown(value: object, personal: bool = False) -> str | None:
    """Return a value as it stands in the sheet: no trailing zeros, ISO dates; personal text masked."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    text = str(value)
    return mask(text) if personal and isinstance(value, str) else text


def also(origin: Origin, party: str) -> str:
    """Return the words that point at the second cell of a finding."""
    cell = f"!{origin.cell}" if origin.cell else f" 第 {origin.row} 行" if origin.row else ""
    place = " ".join(part for part in (origin.file, f"{origin.sheet}{cell}") if part)
    return f"（另见 {'，'.join(part for part in (place, party) if part)}）"
