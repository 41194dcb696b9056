"""What goes into cleaning and what comes out."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Cleaned:
    """One cleaned value. With ``error`` (what is wrong, in words) the value is None; an empty cell is None too.

    ``changed``: the value is spelt differently from what was typed, ``note`` says how; ``hint`` how to repair.
    """

    value: Any = None
    changed: bool = False
    error: str | None = None
    hint: str = ""
    note: str = ""


EMPTY = Cleaned()


def wrong(error: str, hint: str = "") -> Cleaned:
    """Return a value that was not understood."""
    return Cleaned(error=error, hint=hint)


@dataclass(frozen=True, slots=True)
class Choices:
    """A list to choose from. ``spellings`` maps folded labels, synonyms and codes to the label."""

    name: str
    labels: frozenset[str]
    spellings: Mapping[str, str] = field(repr=False)
    mistaken: Mapping[str, str] = field(default_factory=dict)
    extensible: bool = False
    none_label: str | None = None

    @classmethod
    def from_values(
        cls,
        values: Iterable[tuple[str, str, Iterable[str]]],
        *,
        name: str = "",
        extensible: bool = False,
        none_label: str | None = None,
        mistaken: Mapping[str, str] | None = None,
    ) -> Choices:
        """Build from (code, label, synonyms); a label wins over a synonym, a synonym over a code."""
        values = list(values)
        spellings: dict[str, str] = {}
        for source in (
            [(label, label) for _, label, _ in values],
            [(synonym, label) for _, label, synonyms in values for synonym in synonyms],
            [(code, label) for code, label, _ in values if code],
        ):
            for spelling, label in source:
                spellings.setdefault(fold(spelling), label)
        folded = {fold(word): reason for word, reason in (mistaken or {}).items()}
        labels = frozenset(label for _, label, _ in values)
        return cls(name, labels, spellings, folded, extensible, none_label)


@dataclass(frozen=True, slots=True)
class Options:
    """What a field says about its values.

    ``decimals``: more than these are an error. ``width``: identifiers of fixed length get their lost zeros back.
    ``most``: a bare number above it is in doubt (yuan typed where 万元 is asked for). ``required``: empty is an error.
    """

    unit: str | None = None
    decimals: int | None = None
    width: int | None = None
    choices: Choices | None = None
    most: float | None = None
    required: bool = False


Raw = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta | None


def fold(text: str) -> str:
    """Return a spelling that people's variants share: width, blanks and case folded."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()
