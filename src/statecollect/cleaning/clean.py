"""The way in: one value, or the cleaner of a kind for many."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from statecollect.catalog import CodeList, load_catalog
from statecollect.catalog.kinds import KINDS
from statecollect.cleaning import (
    certificates,
    choices,
    contacts,
    dates,
    free_text,
    identifiers,
    numbers,
    person_names,
    years,
)
from statecollect.cleaning.fast_path import READY, number
from statecollect.cleaning.kind_aliases import PRESETS
from statecollect.cleaning.outcome import (
    Call,
    CellOutcome,
    Choices,
    Cleaned,
    Cleaner,
    Options,
    Raw,
    Took,
    Value,
    Wrong,
    rendered,
)
from statecollect.cleaning.shown_values import NUMERIC, as_shown
from statecollect.core.characters import tidy
from statecollect.core.spelling import readable
from statecollect.findings.masking import mask, masked_text

Lists = Callable[[str], Choices | None]
CellCleaner = Callable[[object, str | None], Cleaned]  # raw value, number format

CLEANERS: dict[str, Cleaner] = {
    "text": free_text.clean_text,
    "department": free_text.clean_department,
    "name": person_names.clean_name,
    "name_list": person_names.clean_name_list,
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
_CHOSEN = {"code", "codes"}  # whose value is a label of the list; other kinds only use a list as a limit
_READS_EMPTY_WORDS = {"code", "codes", "yes_no"}  # where 无 may be a value
# Characters a cell may hold: more never reach a cleaner, so that no cell costs more than these do.
_PROSE = {"text", "department", "url", "name_list", "codes", "text_list", "grades"}
_LONGEST_PROSE, _LONGEST = 2000, 200
_LARGEST = 10.0**300
_SURROGATE = re.compile("[\ud800-\udfff]")
_TIDIED = "去掉了多余的空格、换行或不可见字符，全角已改为半角"
_UNSIGNED = "去掉了开头的撇号"
_BLANK = Cleaned()
_MISSING = Cleaned(error="必填，没有填写", hint="填写内容")
_NO_NUMBER = Cleaned(error="不是有效的数字", hint="重新填写")
_TORN = Cleaned(error="含有残缺的字符，不能保存", hint="删去显示成方框或问号的字符，重新输入")


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
    (default: the newest catalog). ``today`` decides what two-digit years and "too far ahead" mean; without it, and
    only here, the clock of this machine does. Raises KeyError for an unknown kind.
    """
    return cleaner_for(kind, options, today or dt.date.today(), lists)(raw, number_format)


def named_choices(name: str) -> Choices | None:
    """Return a list of the newest catalog by id or alias (gender, XB); None if there is none."""
    return _named(name)


@lru_cache(maxsize=64)
def _named(name: str) -> Choices | None:
    codes = load_catalog().code_list(name)
    return listed_choices(codes) if codes is not None else None


def listed_choices(codes: CodeList) -> Choices:
    """Return a code list of the catalog as choices; folding a long one takes time."""
    return Choices.from_values(
        [(code.code, code.label, code.synonyms) for code in codes.values],
        extensible=codes.extensible,
        guessed=codes.guessed,
        none_label=codes.none,
        mistaken=codes.mistaken,
        name=codes.name,
    )


def cleaner_for(
    kind: str,
    options: Options | None,
    today: dt.date,
    lists: Lists | None = None,
    personal: bool | None = None,
) -> CellCleaner:
    """Return the cleaner of one column as of a day: everything that does not depend on the cell is settled here."""
    return prepared(kind, options, lists, personal)(today)


def prepared(
    kind: str,
    options: Options | None = None,
    lists: Lists | None = None,
    personal: bool | None = None,
) -> Callable[[dt.date], CellCleaner]:
    """Return what makes a column's cleaner for any day: everything that depends on neither cell nor day.

    ``personal``: whether what was typed is masked in messages (default: as the kind says).
    """
    kind_name, preset = PRESETS.get(kind, (kind, Options()))
    options = options or preset
    cleaner = CLEANERS[kind_name]
    if options.list_name and options.choices is None:
        options = replace(options, choices=(lists or named_choices)(options.list_name))
    listed = options.choices.labels if options.choices and kind_name in _CHOSEN else ()
    labels = {label: Cleaned([label] if kind_name == "codes" else label) for label in listed}
    words = _broken if kind_name in _READS_EMPTY_WORDS else _stand_in
    blank = _MISSING if options.required else _BLANK
    ready = READY.get(kind_name)
    numeric = kind_name == "decimal"
    longest = max(_LONGEST_PROSE if kind_name in _PROSE else _LONGEST, 2 * (options.length or 0))
    secret = (kind_name in KINDS and KINDS[kind_name].personal) if personal is None else personal
    show = mask if secret else masked_text

    def on(today: dt.date) -> CellCleaner:
        call = Call(options, today)

        def one(raw: object, number_format: str | None) -> Cleaned:
            if raw is None:
                return blank
            if number_format is not None and not (
                kind_name in NUMERIC and numbers.shown_as_percent(number_format)
            ):
                seen = as_shown(raw, number_format, kind_name, plain, show)
                if seen is not None:
                    return seen
            if not isinstance(raw, str):
                if isinstance(raw, (float, int)) and not -_LARGEST < raw < _LARGEST:
                    return _NO_NUMBER
                if numeric and number_format is None and (type(raw) is float or type(raw) is int):
                    value = number(raw, options)
                    if value is not None:
                        return Cleaned(value)
                outcome = cleaner(raw, call._replace(number_format=number_format))  # type: ignore[arg-type]
                return _finished(raw, outcome, blank, show)
            if len(raw) > longest:
                raw = raw.strip()
                if len(raw) > longest:
                    return _too_long(raw, options.length or longest)
            if ready and (kept := ready(raw, call)) is not None:
                return Cleaned(kept)
            if raw in labels:
                return labels[raw]
            if not raw.isascii() and _SURROGATE.search(raw):
                return _TORN
            unescaped = free_text.unescape(raw)
            typed = free_text.without_text_sign(unescaped)
            tidied = tidy(typed)
            if not tidied:
                return blank
            said = words(raw, tidied)
            if said is not None:
                return _finished(raw, said, blank, show)
            outcome = cleaner(typed, call._replace(number_format=number_format))
            if isinstance(outcome, Took) and isinstance(outcome.value, str) and outcome.value != raw:
                # what is left may be a word for none
                outcome = words(outcome.value, outcome.value) or outcome
            if typed is not unescaped and isinstance(outcome, Took) and not outcome.note:
                outcome = outcome._replace(note=_UNSIGNED)
            return _finished(raw, outcome, blank, show)

        def plain(raw: object) -> Cleaned:
            return one(raw, None)

        return one

    return on


def _too_long(raw: str, allowed: int) -> Cleaned:
    return Cleaned(
        error=f"内容有 {len(raw):,} 个字，超过 {allowed:,} 个字，没有读",
        hint="这一格多半贴错了内容，只留要填的内容",
    )


def _stand_in(raw: str, tidied: str) -> CellOutcome | None:
    """Return what a text that stands in for a value comes to: 无 is empty, 同上 and broken characters are errors."""
    if free_text.means_empty(tidied):
        return Took(None, f"“{tidied}”按没有填写处理")
    return free_text.no_answer(tidied) or free_text.fault(tidied) or _broken(raw, tidied)


def _broken(raw: str, tidied: str) -> CellOutcome | None:
    """Return the error of broken characters alone, where the words themselves are the cleaner's business."""
    if nothing := free_text.no_answer(tidied):
        return nothing
    return (
        None
        if raw.isascii()
        else free_text.broken(raw) or (free_text.broken(tidied) if tidied != raw else None)
    )


def _finished(raw: object, outcome: CellOutcome, blank: Cleaned, show: Callable[[str], str]) -> Cleaned:
    """Return a cleaner's outcome as that of the cell, whatever was typed shown as it may be."""
    if isinstance(outcome, Wrong):
        return Cleaned(error=rendered(outcome.error, show), hint=rendered(outcome.hint, show))
    value, note, doubt = outcome
    note = rendered(note, show)
    if value is None or value == "":
        return blank._replace(changed=bool(note), note=note) if blank.error is None else blank
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        changed = not same_spelling(readable(raw), value)
    else:
        changed = not same_spelling(raw, value) if isinstance(raw, str) else bool(note)
    return Cleaned(value, changed, note=(note or _TIDIED) if changed else "", doubt=rendered(doubt, show))


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
