"""Number formats: what a cell shows of the value that it holds.

A clerk sees 0061 where 61 is stored, 0.3万元 where 0.3 is, 男 where 1 is. Only what a format adds to a value or hides of
it is of interest here: days, times and fractions are left to others (``look`` returns None for them).
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import NamedTuple

from statecollect.core.spelling import readable
from statecollect.workbook.format_sections import FormatSection, sections_of

PLAIN, TELLING, ROUNDING = range(
    3
)  # a format shows the value, changes what it says, or only drops digits of it
LONGEST = 255  # characters; Excel allows no more

_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]")
_OWN_CURRENCY = "¥￥"
_HARMLESS = re.compile(rf"[\s()（）+\-—–/'{_OWN_CURRENCY}]*")
_NOT_QUOTED = re.compile(r'"[^"]*"?|[\\!_*].')


class Look(NamedTuple):
    """How a cell looks. ``text``: what it shows; ``exact``: the same with all digits that are stored.

    ``hidden``: nothing of the value is seen. ``alike``: the number shown is the one that is stored, digits dropped by
    rounding apart. ``unsigned``: a negative number is shown as if it were none. ``power``: in scientific notation.
    """

    text: str
    exact: str
    hidden: bool = False
    alike: bool = False
    unsigned: bool = False
    power: bool = False


def effect(code: str) -> int:
    """Return what a format does to values: PLAIN, TELLING or ROUNDING."""
    sections = sections_of(code[:LONGEST])
    if not sections or all(section.beyond for section in sections):
        return TELLING if parts_of_day(code) in _PARTIAL else PLAIN
    if len(sections) == 1 and sections[0].pieces in {(("text", "@"),), (("general", "General"),)}:
        return PLAIN
    of_negatives = _chosen(sections, Decimal(-1))
    unsigned = of_negatives is not None and of_negatives[1] and not _shows_sign(of_negatives[0])
    return TELLING if unsigned or any(map(_tells, sections)) else ROUNDING


def decimals(code: str) -> int:
    """Return how many digits behind the point a format shows at least of any number."""
    return min(
        (section.decimals for section in sections_of(code[:LONGEST]) if section.has("digit")), default=0
    )


def matters(value: object, code: str) -> bool:
    """Whether a cell says something else by its format than by its value; an only rounded number where digits are lost."""
    kind = effect(code)
    if kind == ROUNDING and isinstance(value, float):
        return round(value, decimals(code)) != value or (1800 < value < 2200 and value != int(value))
    return kind == TELLING


def look(value: object, code: str) -> Look | None:
    """Return how a cell of this value and format looks; None where the format adds and hides nothing, or is beyond us."""
    if isinstance(value, bool) or not isinstance(value, str | int | float) or len(code) > LONGEST:
        return None
    sections = sections_of(code)
    if not sections:
        return None
    if isinstance(value, str):
        return _text_look(value, sections)
    if isinstance(value, float) and value - value != 0:
        return None
    number = Decimal(f"{value:.15g}") if isinstance(value, float) else Decimal(value)
    found = _chosen(sections, number)
    if found is None or found[0].beyond:
        return None
    section, implied = found  # implied: the section itself says that the number is negative
    negative = number < 0 and not implied
    text, exact = _written(section, abs(number), exact=False), _written(section, abs(number), exact=True)
    if not text.strip() or (not section.shows_number and not section.literal.strip(" *")):
        return Look("", "", hidden=True)
    if negative and section.shows_number:
        text, exact = (f"-{digits}" if re.search("[1-9]", digits) else digits for digits in (text, exact))
    text, exact = text.strip(), exact.strip()
    harmless = section.shows_number and not _tells(section)
    unsigned = implied and harmless and number < 0 and not _shows_sign(section)
    return Look(text, exact, alike=harmless, unsigned=unsigned, power=section.has("power"))


@lru_cache(maxsize=4096)
def parts_of_day(code: str) -> str:
    """Return which of y, m and d a format of days shows; nothing for other formats, and for times."""
    code = _NOT_QUOTED.sub("", code[:LONGEST]).partition(";")[0].lower()
    shown = re.sub(r"\[[^\]]*\]", "", code)
    if _ELAPSED.search(code) or re.search(r"[hs]|general|standard", shown) or not re.search(r"[dmy]", shown):
        return ""
    return "".join(letter for letter in "ymd" if letter in shown or (letter == "y" and "e" in shown))


_PARTIAL = {"y", "m", "d", "ym", "md", "yd"}  # a day of which one part is not seen


def _shows_sign(section: FormatSection) -> bool:
    """Whether a section for negative numbers shows that they are: by a minus, brackets or a colour."""
    return section.coloured or any(sign in section.literal for sign in "-(（")


def _tells(section: FormatSection) -> bool:
    """Whether a section changes what its number says, not only how exactly it says it."""
    if section.beyond:
        return False
    return (
        not section.shows_number
        or section.has("percent")
        or section.has("power")
        or section.scale > 0
        or section.least_digits > 1
        or _HARMLESS.fullmatch(section.literal) is None
    )


def _chosen(sections: tuple[FormatSection, ...], number: Decimal) -> tuple[FormatSection, bool] | None:
    """Return the section for a number, and whether it is the one for negative numbers."""
    numeric = [
        section for section in sections[:3] if not section.has("text")
    ]  # a format of texts alone leaves numbers
    if not numeric:
        return None
    conditional = [section for section in numeric if section.condition]
    if conditional:
        for section in numeric:
            if section.condition is None:
                return section, False
            if _holds(section.condition, number):
                only_negative = section.condition[0] in {"<", "<="} and section.condition[1] <= 0
                return section, only_negative
        return None
    if number < 0 and len(numeric) > 1:
        return numeric[1], True
    return (numeric[2] if number == 0 and len(numeric) > 2 else numeric[0]), False


def _holds(condition: tuple[str, Decimal], number: Decimal) -> bool:
    sign, bound = condition
    return {
        "=": number == bound,
        "<>": number != bound,
        "<": number < bound,
        "<=": number <= bound,
        ">": number > bound,
        ">=": number >= bound,
    }[sign]


def _text_look(value: str, sections: tuple[FormatSection, ...]) -> Look | None:
    """Return how a text looks: as it is, unless a section is meant for texts."""
    if len(sections) >= 4:
        section = sections[3]
    elif sections[-1].has("text"):
        section = sections[-1]
    else:
        return None
    if section.beyond or section.pieces == (("text", "@"),):
        return None
    shown = "".join(
        value if kind == "text" else text for kind, text in section.pieces if kind in {"text", "literal"}
    )
    if not section.has("text") and not section.literal.strip(" *"):
        return Look("", "", hidden=True)
    return None if shown.strip() == value.strip() else Look(shown.strip(), shown.strip())


def _written(section: FormatSection, number: Decimal, *, exact: bool) -> str:
    """Return a number, which is not negative, in the look of a section."""
    number = number * 100 ** sum(kind == "percent" for kind, _ in section.pieces)
    number = number.scaleb(-3 * section.scale)
    if section.has("power"):
        return _with_power(section, number)
    whole, part = _digits(section, number, exact=exact)
    places = [at for at, (kind, _) in enumerate(section.pieces) if kind == "digit"]
    point = next((at for at, (kind, _) in enumerate(section.pieces) if kind == "point"), len(section.pieces))
    before = [at for at in places if at < point]
    behind = [at for at in places if at > point]
    written = _before_point(section, before, whole)
    written |= _behind_point(section, behind, part)
    said: list[str] = []
    for at, (kind, text) in enumerate(section.pieces):
        if kind == "literal":
            said.append(text)
        elif kind in {"general", "text"}:
            said.append(readable(float(number)) if number % 1 else f"{number:f}".partition(".")[0])
        elif kind == "percent":
            said.append("%")
        elif kind == "digit":
            said.append(written[at])
        elif kind == "point" and not before:
            said.append(f"{whole}.")
        elif kind == "point":
            said.append("." if any(written[position] for position in behind) else "")
        last = (behind or before or [-1])[-1]
        if at == last and len(part) > len(behind):
            rest = part[len(behind) :]
            dotted = bool(behind) or any("." in text for k, text in section.pieces[:at] if k == "literal")
            said.append(rest if dotted else f".{rest}")
    return "".join(said)


def _digits(section: FormatSection, number: Decimal, *, exact: bool) -> tuple[str, str]:
    """Return the digits before and behind the point, rounded to what is shown unless all are wanted."""
    shown = section.decimals
    if not exact:
        number = number.quantize(Decimal(1).scaleb(-shown), ROUND_HALF_UP)
    whole, _, part = f"{number:f}".partition(".")
    part = part.rstrip("0")
    return whole.lstrip("0"), part + "0" * (shown - len(part))


def _before_point(section: FormatSection, places: list[int], digits: str) -> dict[int, str]:
    """Give the digits before the point to their places from the right; the first place takes what is left."""
    given: dict[int, str] = {}
    grouped = any(
        kind == "comma" and any(place < at for place in places) and any(place > at for place in places)
        for at, (kind, _) in enumerate(section.pieces)
    )
    left = digits
    for count, place in enumerate(reversed(places)):
        taken = left[-1:] or {"0": "0", "?": " ", "#": ""}[section.pieces[place][1]]
        left = left[:-1]
        if place == places[0]:
            text = left + taken
            if grouped:
                text = _grouped(text, count)
        else:
            text = taken
            if grouped and count and count % 3 == 0 and taken.strip():
                text = f"{taken},"
        given[place] = text
    return given


def _grouped(text: str, behind: int) -> str:
    """Write commas into the leading digits, behind which stand ``behind`` more."""
    said = ""
    for at, char in enumerate(reversed(text)):
        if (at + behind) and (at + behind) % 3 == 0 and char.isdigit():
            said = "," + said if at else said + ","
        said = char + said
    return said


def _behind_point(section: FormatSection, places: list[int], digits: str) -> dict[int, str]:
    given: dict[int, str] = {}
    meant = digits.rstrip("0")
    for at, place in enumerate(places):
        optional = section.pieces[place][1]
        shown = digits[at : at + 1]
        given[place] = (
            shown if at < len(meant) or optional == "0" else (" " if optional == "?" else "")
        ) or "0" * (optional == "0")
    return given


def _with_power(section: FormatSection, number: Decimal) -> str:
    """Return a number, which is not negative, in scientific notation; ``##0`` in front: only every third exponent."""
    at = next(at for at, (kind, _) in enumerate(section.pieces) if kind == "power")
    before, behind = section.pieces[:at], section.pieces[at + 1 :]
    kinds = [kind for kind, _ in before]
    point = kinds.index("point") if "point" in kinds else len(kinds)
    width, places = max(kinds[:point].count("digit"), 1), kinds[point:].count("digit")
    exponent = number.adjusted() // width * width if number else 0
    said = number.scaleb(-exponent).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    if said >= 10**width:
        exponent += width
        said = said.scaleb(-width).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    whole, dot, part = f"{said:f}".partition(".")
    sign = "-" if exponent < 0 else "+" if section.pieces[at][1] == "E+" else ""
    digits = str(abs(exponent)).rjust(sum(kind == "digit" for kind, _ in behind), "0")
    least = section.least_digits
    front, back = ("".join(text for kind, text in pieces if kind == "literal") for pieces in (before, behind))
    return f"{front}{whole.rjust(least, '0')}{dot}{part}E{sign}{digits}{back}".strip()
