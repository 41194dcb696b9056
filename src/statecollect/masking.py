"""Keep personal values (ID numbers, phones) out of everything shown outside the party that supplied them."""

from __future__ import annotations

_STAR = "*"


def mask(value: str) -> str:
    """Keep the first 3 and the last 2 characters; of a short value only the first.

    The length stays visible, since "one digit too few" is what most messages about such values say.
    """
    if len(value) <= 2:
        return _STAR * len(value)
    if len(value) <= 6:
        return value[0] + _STAR * (len(value) - 1)
    return value[:3] + _STAR * (len(value) - 5) + value[-2:]
