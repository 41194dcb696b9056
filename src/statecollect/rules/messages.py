"""A rule's message for one row: placeholders filled as the clerk sees the values, personal ones masked first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from decimal import Decimal

from statecollect.findings import Origin
from statecollect.findings.masking import shown_as

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_MEASURED = re.compile(r"\{([^{}]+)\}」(万元|元|人次|人|万册|册|平方米|条|门|种|台|个|天|家|行|)")
_COMPARES = re.compile(r"相等|一致|大于|多于|少于|相差")
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
    """Return a value as it may be shown in a message; None for an empty cell."""
    return None if value is None else shown_as(value, personal)


def difference(message: str, row: Mapping[str, object]) -> str:
    """Return by how much the two numbers differ that a message compares in one unit; empty where it does not."""
    if not _COMPARES.search(message):
        return ""
    told = [
        (name, unit)
        for name, unit in _MEASURED.findall(message)
        if isinstance(row.get(name), int | float | Decimal)
    ]
    if len(told) != 2 or told[0][1] != told[1][1]:
        return ""
    first, second = (Decimal(str(row[name])) for name, _ in told)
    return f"，相差「{shown(abs(first - second))}」{told[0][1]}" if first != second else ""


def also(origin: Origin, party: str) -> str:
    """Return the words that point at the second cell of a finding."""
    cell = f"!{origin.cell}" if origin.cell else f" 第 {origin.row} 行" if origin.row else ""
    place = " ".join(part for part in (origin.file, f"{origin.sheet}{cell}") if part)
    return f"（另见 {'，'.join(part for part in (place, party) if part)}）"
