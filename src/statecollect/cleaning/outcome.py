"""The values of cleaning: what a field says, a list to choose from, and the outcome for one cell."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from statecollect.core.characters import choice_key
from statecollect.core.spelling import readable

Raw = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta | None
Value = str | int | float | dt.date | dt.datetime | list[str] | None


class Cleaned(NamedTuple):
    """The outcome for one cell.

    ``value`` is None for an empty cell and for an error. ``changed``: what is stored is spelled differently from
    what was typed, and ``note`` says how. ``error`` says what is wrong (a sentence without the cell), ``hint``
    how to repair it. ``doubt``: the value is kept, and this is why somebody should look at it.
    """

    value: Value = None
    changed: bool = False
    error: str | None = None
    hint: str = ""
    note: str = ""
    doubt: str = ""


class Took(NamedTuple):
    """A cleaner took the value. A non-empty note announces what was done to it, a non-empty doubt what to look at."""

    value: Value
    note: str = ""
    doubt: str = ""


class Wrong(NamedTuple):
    """A cleaner could not understand the value, or it has more than one meaning."""

    error: str
    hint: str = ""


CellOutcome = Took | Wrong


@dataclass(frozen=True, eq=False)
class Choices:
    """A list to choose from. ``by_key`` maps every known spelling (label, synonym, code) to its label.

    ``mistaken``: typical wrong values and why they are wrong. ``none_label``: what 无 means in this list;
    without it 无 is an empty cell. ``extensible``: a school may use values that are not in the list;
    ``guessed``: they are then worth a look, since nobody has seen the list itself.
    """

    labels: tuple[str, ...]
    by_key: Mapping[str, str]
    mistaken: Mapping[str, str] = field(default_factory=dict)
    extensible: bool = False
    guessed: bool = False
    none_label: str | None = None
    name: str = ""

    @classmethod
    def from_values(
        cls,
        values: Iterable[tuple[str, str, Iterable[str]]],
        *,
        extensible: bool = False,
        guessed: bool = False,
        none_label: str | None = None,
        mistaken: Mapping[str, str] | None = None,
        name: str = "",
    ) -> Choices:
        """Build from (code, label, synonyms). A label wins over a synonym, a synonym over a code."""
        entries = [(code, label, tuple(synonyms)) for code, label, synonyms in values]
        by_key: dict[str, str] = {}
        for code, label, _ in entries:
            if code:
                by_key[choice_key(code)] = label
        for code, label, _ in entries:
            if code.isdigit():  # a number cell has lost the zero of 01
                by_key.setdefault(str(int(code)), label)
        for _, label, synonyms in entries:
            for synonym in synonyms:
                by_key[choice_key(synonym)] = label
        for _, label, _ in entries:
            by_key[choice_key(label)] = label
        return cls(
            labels=tuple(label for _, label, _ in entries),
            by_key=by_key,
            mistaken={choice_key(word): why for word, why in (mistaken or {}).items()},
            extensible=extensible,
            guessed=guessed,
            none_label=none_label,
            name=name,
        )


@dataclass(frozen=True, slots=True)
class Options:
    """What a field says beyond its kind.

    ``unit``: of the column, such as 万元. ``decimals``: more are an error. ``length``: of the text, which decides
    from where on a cell is too long to be looked at. ``width``: of an identifier of fixed
    length, whose lost leading zeros can be restored. ``minimum``: less is an error; ``ceiling``: a number
    without a unit from here on is most likely in another unit. ``maximum``: more is an error. ``check_digit``:
    verify the check digit of an ISBN (that of an ID number always is). ``choices`` or ``list_name``: the list
    to choose from, given or by name. ``required``: an empty cell is an error.
    """

    unit: str | None = None
    decimals: int | None = None
    length: int | None = None
    width: int | None = None
    required: bool = False
    choices: Choices | None = None
    list_name: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    ceiling: float | None = None
    check_digit: bool = True


class Call(NamedTuple):
    """What a cleaner gets beside the raw value."""

    options: Options
    today: dt.date
    number_format: str | None = None


Cleaner = Callable[[Raw, Call], CellOutcome]


_SHOWN = 40  # characters of a value in a sentence
_KEPT = 400  # characters that are looked at to decide what may be shown
_OPEN, _CLOSE = "\x02", "\x03"  # around what was typed, until it is known whether it may be shown
_TYPED = re.compile(f"{_OPEN}([^{_CLOSE}]*){_CLOSE}")
_NO_MARKS = str.maketrans("", "", _OPEN + _CLOSE)


def quoted(raw: object) -> str:
    """Quote a value as typed; it is shortened, and masked where it must be, when the sentence is ``rendered``."""
    return f"「{typed(raw)}」"


def typed(raw: object) -> str:
    """Mark a value as typed inside a sentence: every piece of a cell in an error, a hint or a note passes here."""
    text = as_typed(raw)[:_KEPT].translate(_NO_MARKS)
    return f"{_OPEN}{' '.join(text.split())}{_CLOSE}"


def as_typed(raw: object) -> str:
    """Return a cell as it looks in the sheet: TRUE, a day without its midnight, all digits of a number."""
    if isinstance(raw, bool):
        return str(raw).upper()
    if isinstance(raw, dt.datetime) and raw.time() == dt.time():
        return raw.date().isoformat()
    if isinstance(raw, dt.timedelta):
        minutes, seconds = divmod(round(raw.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02d}" + (f":{seconds:02d}" if seconds else "")
    return raw if isinstance(raw, str) else readable(raw)


def rendered(text: str, show: Callable[[str], str]) -> str:
    """Return a sentence whose typed parts are passed through ``show`` and shortened."""
    if _OPEN not in text:
        return text
    return _TYPED.sub(lambda found: shortened(show(found[1])), text)


def shortened(text: str) -> str:
    """Return the beginning of a long text."""
    return f"{text[:_SHOWN]}…" if len(text) > _SHOWN + 1 else text
