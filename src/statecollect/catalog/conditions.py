"""Simple conditions: fields compared with values, joined by AND. What Excel, a person or an example can be told of them.

``when`` is SQL, and SQL stays the language of rules; this only recognises its simplest form. Anything else is None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_NAME = r"""(?:"([^"]+)"|([^\s"'=<>()]+))"""
_TEXTS = r"'[^']*'(?:\s*,\s*'[^']*')*"
_COMPARED = re.compile(
    rf"{_NAME}\s*(?:(=|<>)\s*('[^']*')|IN\s*\(\s*({_TEXTS})\s*\)|(IS NOT NULL))", re.IGNORECASE
)
_AND = re.compile(r"\s+AND\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One field against texts: it is one of them, it is not the one, or (``filled``) it is not empty."""

    field: str
    sign: Literal["one of", "not", "filled"]
    values: tuple[str, ...] = ()


def comparisons(when: str) -> tuple[Comparison, ...] | None:
    """Return the comparisons that must all hold, or None for a condition of another form."""
    found = [_COMPARED.fullmatch(part.strip()) for part in _AND.split(when)]
    read = tuple(_comparison(match) for match in found if match is not None)
    return read if len(read) == len(found) else None


def _comparison(found: re.Match[str]) -> Comparison:
    quoted, plain, sign, value, values, _ = found.groups()
    texts = tuple(re.findall(r"'([^']*)'", value or values or ""))
    if not texts:
        return Comparison(quoted or plain, "filled")
    return Comparison(quoted or plain, "not" if sign == "<>" else "one of", texts)
