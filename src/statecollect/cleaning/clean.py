"""The way in: one value, or a column whose distinct values are cleaned once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from math import isfinite

from statecollect.catalog import load_catalog
from statecollect.catalog.kinds import MULTI_VALUED
from statecollect.cleaning import (
    certificates,
    choices,
    contacts,
    dates,
    identifiers,
    numbers,
    people,
    text,
    years,
)
from statecollect.cleaning.keys import tidy
from statecollect.cleaning.presets import PRESETS
from statecollect.cleaning.ready import READY, number
from statecollect.cleaning.values import (
    Call,
    Choices,
    Cleaned,
    Cleaner,
    Options,
    Outcome,
    Raw,
    Took,
    Value,
    Wrong,
)

Lists = Callable[[str], Choices | None]
CellCleaner = Callable[[object, str | None], Cleaned]  # raw value, number format

CLEANERS: dict[str, Cleaner] = {
    "text": text.clean_text,
    "department": text.clean_department,
    "name": people.clean_name,
    "name_list": people.clean_name_list,
    "code": choices.clean_code,
    "codes": choices.clean_codes,
    "text_list": choices.clean_text_list,
    "yes_no": choices.clean_yes_no,
    "integer": numbers.clean_integer,
    "decimal": numbers.clean_decimal,
    "percent": numbers.clean_percent,
    "date": dates.clean_date,
    "datetime": dates.clean_datetime,
    "year_month": dates.clean_year_month,
    "year": years.clean_year,
    "school_year": years.clean_school_year,
    "grade": years.clean_grade,
    "grades": years.clean_grades,
    "years_of_study": years.clean_years_of_study,
    "id_number": certificates.clean_id_number,
    "uscc": certificates.clean_uscc,
    "isbn": certificates.clean_isbn,
    "student_no": identifiers.clean_number_of_person,
    "staff_no": identifiers.clean_number_of_person,
    "identifier": identifiers.clean_identifier,
    "major_code": identifiers.clean_major_code,
    "school_code": identifiers.clean_school_code,
    "table_id": identifiers.clean_table_id,
    "postcode": identifiers.clean_postcode,
    "mobile": contacts.clean_mobile,
    "phone": contacts.clean_phone,
    "email": contacts.clean_email,
    "url": contacts.clean_url,
}
_READS_EMPTY_WORDS = {"code", "codes", "yes_no"}  # where 无 may be a value
_TIDIED = "去掉了多余的空格、换行或不可见字符，全角已改为半角"
_BLANK = Cleaned()
_MISSING = Cleaned(error="必填，没有填写", hint="填写内容")


def clean(
    kind: str,
    raw: Raw,
    *,
    options: Options | None = None,
    number_format: str | None = None,
    today: dt.date | None = None,
    lists: Lists | None = None,
) -> Cleaned:
    """Clean one cell.

    ``kind`` is a kind of the catalog or a name in ``PRESETS`` (money_wan, gender); ``options`` is what the field
    says. ``number_format`` is the cell's, for numbers shown as percentages. ``lists`` resolves a named list
    (default: the newest catalog). Raises KeyError for an unknown kind.
    """
    return cleaner_for(kind, options, today, lists)(raw, number_format)


def clean_column(
    kind: str,
    raws: Sequence[object],
    options: Options | None = None,
    formats: Sequence[str | None] | None = None,
    *,
    today: dt.date | None = None,
    lists: Lists | None = None,
) -> list[Cleaned]:
    """Clean a column, in order. Equal cells share one outcome: do not change a list value in place."""
    one = cleaner_for(kind, options, today, lists)
    shown = formats if formats is not None else [None] * len(raws)
    # 1, 1.0 and True are equal, but not the same cell
    keys = [(type(raw), raw, number_format) for raw, number_format in zip(raws, shown, strict=True)]
    by_key = {key: one(key[1], key[2]) for key in set(keys)}
    return [by_key[key] for key in keys]


def named_choices(name: str) -> Choices | None:
    """Return a list of the newest catalog by id or alias (gender, XB); None if there is none."""
    return _named(name)


@lru_cache(maxsize=64)
def _named(name: str) -> Choices | None:
    codes = load_catalog().code_list(name)
    if codes is None:
        return None
    return Choices.from_values(
        [(code.code, code.label, code.synonyms) for code in codes.values],
        extensible=codes.extensible,
        none_label=codes.none,
        mistaken=codes.mistaken,
        name=codes.name,
    )


def cleaner_for(
    kind: str, options: Options | None = None, today: dt.date | None = None, lists: Lists | None = None
) -> CellCleaner:
    """Return the cleaner of one column: everything that does not depend on the cell is settled here."""
    kind_name, preset = PRESETS.get(kind, (kind, Options()))
    options = options or preset
    cleaner = CLEANERS[kind_name]
    if options.list_name and options.choices is None:
        options = replace(options, choices=(lists or named_choices)(options.list_name))
    call = Call(options, today or dt.date.today())
    several = kind_name in MULTI_VALUED
    listed = options.choices.labels if options.choices else ()
    labels = {label: Cleaned([label] if several else label) for label in listed}
    words = _broken if kind_name in _READS_EMPTY_WORDS else _stand_in
    blank = _MISSING if options.required else _BLANK
    ready = READY.get(kind_name)
    numeric = kind_name == "decimal"

    def one(raw: object, number_format: str | None) -> Cleaned:
        if raw is None:
            return blank
        if not isinstance(raw, str):
            if isinstance(raw, float) and not isfinite(raw):
                return Cleaned(error="不是有效的数字", hint="重新填写")
            if numeric and number_format is None and (type(raw) is float or type(raw) is int):
                value = number(raw, options)
                if value is not None:
                    return Cleaned(value)
            return _finished(raw, cleaner(raw, call._replace(number_format=number_format)), blank)  # type: ignore[arg-type]
        if ready and (kept := ready(raw, call)) is not None:
            return Cleaned(kept)
        if raw in labels:
            return labels[raw]
        typed = text.unescape(raw)
        tidied = tidy(typed)
        if not tidied:
            return blank
        outcome = words(raw, tidied)
        if outcome is None:
            outcome = cleaner(typed, call._replace(number_format=number_format))
            if isinstance(outcome, Took) and isinstance(outcome.value, str) and outcome.value != raw:
                outcome = (
                    words(outcome.value, outcome.value) or outcome
                )  # what is left may be a word for none
        return _finished(raw, outcome, blank)

    return one


def _stand_in(raw: str, tidied: str) -> Outcome | None:
    """Return what a text that stands in for a value comes to: 无 is empty, 同上 and broken characters are errors."""
    if text.means_empty(tidied):
        return Took(None, f"“{tidied}”按没有填写处理")
    return text.fault(tidied) or _broken(raw, tidied)


def _broken(raw: str, tidied: str) -> Outcome | None:
    """Return the error of broken characters alone, where the words themselves are the cleaner's business."""
    return None if raw.isascii() else text.broken(raw) or (text.broken(tidied) if tidied != raw else None)


def _finished(raw: object, outcome: Outcome, blank: Cleaned) -> Cleaned:
    if isinstance(outcome, Wrong):
        return Cleaned(error=outcome.error, hint=outcome.hint)
    value, note = outcome
    if value is None or value == "":
        return blank._replace(changed=bool(note), note=note) if blank.error is None else blank
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        changed = not same_spelling(str(int(raw)) if raw == int(raw) else repr(raw), value)
    else:
        changed = not same_spelling(raw, value) if isinstance(raw, str) else bool(note)
    return Cleaned(value, changed, note=(note or _TIDIED) if changed else "")


def same_spelling(raw: str, value: Value) -> bool:
    """Whether the text typed already was the value, format apart (12 and 12.00 are the same number)."""
    if isinstance(value, str):
        return raw == value
    if isinstance(value, list):
        return raw == ",".join(value)
    if isinstance(value, dt.datetime):
        return raw in {value.isoformat(), value.isoformat(" "), value.isoformat(" ", "minutes")}
    if isinstance(value, dt.date):
        return raw == value.isoformat()
    return numbers.PLAIN_NUMBER.fullmatch(raw) is not None
