"""Values that are clean already, recognised at a glance: most of a returned workbook.

Speed only: whatever is recognised here, the cleaners would keep unchanged (a property test compares the two).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from statecollect.cleaning.certificates import birth_and_check_digit_fit
from statecollect.cleaning.contacts import MAIL
from statecollect.cleaning.dates import EARLIEST_YEAR, YEARS_AHEAD
from statecollect.cleaning.free_text import is_plain
from statecollect.cleaning.outcome import Call, Options, Value

Ready = Callable[[str, Call], Value]
_HAN_NAME = re.compile(r"[\u4e00-\u9fa5]{2,3}")
_NOT_IN_A_NAME = re.compile(r"[和与及等某人位名个士生志师学授任长记理男女]")
_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_DIGITS = re.compile(r"\d{4,15}", re.ASCII)
_MAJOR = re.compile(r"\d{6}[KHT]?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(?:0[1-9]|1[0-2])", re.ASCII)
_NUMBER = re.compile(r"(?:0|[1-9]\d{0,8})(?:\.\d{1,4})?", re.ASCII)


def _text(raw: str, call: Call) -> Value:
    return raw if is_plain(raw) else None


def _name(raw: str, call: Call) -> Value:
    return raw if _HAN_NAME.fullmatch(raw) and not _NOT_IN_A_NAME.search(raw) and is_plain(raw) else None


def _mobile(raw: str, call: Call) -> Value:
    return raw if _MOBILE.fullmatch(raw) else None


def _email(raw: str, call: Call) -> Value:
    return raw if MAIL.fullmatch(raw) and ".." not in raw and raw[0] not in ".'" else None


def _digits(raw: str, call: Call) -> Value:
    return raw if _DIGITS.fullmatch(raw) and len(raw) >= (call.options.width or 0) else None


def _major(raw: str, call: Call) -> Value:
    return raw if _MAJOR.fullmatch(raw) else None


def _id_number(raw: str, call: Call) -> Value:
    return raw if len(raw) == 18 and birth_and_check_digit_fit(raw, call.today) else None


def _date(raw: str, call: Call) -> Value:
    if not _DAY.fullmatch(raw):
        return None
    try:
        day = dt.date.fromisoformat(raw)
    except ValueError:
        return None
    return day if 1900 < day.year <= call.today.year + YEARS_AHEAD else None


def _month(raw: str, call: Call) -> Value:
    found = _MONTH.fullmatch(raw)
    return raw if found and EARLIEST_YEAR <= int(found[1]) <= call.today.year + YEARS_AHEAD else None


def _number(raw: str, call: Call) -> Value:
    return number(float(raw), call.options) if _NUMBER.fullmatch(raw) else None


def number(raw: float, options: Options) -> float | None:
    """Return a short number inside the field's limits as it is; None leaves the decision to the cleaner."""
    value = float(raw)
    if (
        abs(value) >= 1e9
        or round(value, 4 if options.decimals is None else min(options.decimals, 4)) != value
    ):
        return None
    if options.minimum is not None and value < options.minimum:
        return None
    if options.maximum is not None and value > options.maximum:
        return None
    if options.ceiling is not None and abs(value) >= options.ceiling:
        return None
    return value + 0.0  # there is no negative zero on paper


READY: dict[str, Ready] = {
    "text": _text,
    "name": _name,
    "mobile": _mobile,
    "email": _email,
    "student_no": _digits,
    "staff_no": _digits,
    "identifier": _digits,
    "major_code": _major,
    "id_number": _id_number,
    "date": _date,
    "year_month": _month,
    "decimal": _number,
}
