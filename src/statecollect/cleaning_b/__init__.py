"""From what a clerk typed to a value, by field kind (floor 1).

A change of spelling is announced; an ambiguity is an error; nothing is guessed. ``clean`` serves one value,
``clean_column`` a whole column, where every distinct value is cleaned once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from statecollect.cleaning_b import choices, dates, identifiers, numbers, text
from statecollect.cleaning_b.presets import PRESETS, preset
from statecollect.cleaning_b.values import EMPTY, Choices, Cleaned, Options, Raw

__all__ = ["Choices", "Cleaned", "Options", "Raw", "clean", "clean_column"]

Cleaner = Callable[[Raw, Options], Cleaned]
_NUMBERS = {"integer": True, "decimal": False, "percent": False}

_CLEANERS: dict[str, Cleaner] = {
    "text": text.clean_text,
    "name": text.clean_name,
    "name_list": text.clean_list,
    "text_list": text.clean_list,
    "department": text.clean_department,
    "yes_no": choices.clean_yes_no,
    "code": choices.clean_choice,
    "codes": choices.clean_choices,
    "date": dates.clean_date,
    "datetime": dates.clean_datetime,
    "year_month": dates.clean_year_month,
    "year": dates.clean_year,
    "school_year": dates.clean_school_year,
    "grade": dates.clean_grade,
    "grades": dates.clean_grades,
    "years_of_study": dates.clean_years_of_study,
    "id_number": identifiers.identifier(identifiers.id_number),
    "uscc": identifiers.identifier(identifiers.uscc),
    "isbn": identifiers.identifier(identifiers.isbn),
    "mobile": identifiers.identifier(identifiers.mobile),
    "phone": identifiers.identifier(identifiers.phone),
    "postcode": identifiers.identifier(identifiers.postcode),
    "school_code": identifiers.identifier(identifiers.school_code),
    "major_code": identifiers.identifier(identifiers.major_code),
    "staff_no": identifiers.identifier(identifiers.staff_no),
    "student_no": identifiers.identifier(identifiers.plain_identifier),
    "identifier": identifiers.identifier(identifiers.plain_identifier),
    "table_id": identifiers.identifier(identifiers.table_id),
    "email": identifiers.identifier(identifiers.email),
    "url": identifiers.identifier(identifiers.url),
}


def clean(
    kind: str, raw: Raw, *, options: Options | None = None, number_format: str | None = None
) -> Cleaned:
    """Clean one value. ``kind`` is a field kind, an everyday name (money_wan) or a code list (gender, XB).

    Raises ValueError for a kind nobody knows; bad values never raise.
    """
    if options is None and (kind in PRESETS or (kind not in _CLEANERS and kind not in _NUMBERS)):
        kind, options = preset(kind) or (kind, options)
    options = options or Options()
    if kind in _NUMBERS:
        return (
            EMPTY if raw is None else numbers.clean_number(raw, options, number_format, whole=_NUMBERS[kind])
        )
    if kind not in _CLEANERS:
        raise ValueError(f"unknown kind: {kind}")
    return text.missing(options) if raw is None else _CLEANERS[kind](raw, options)


def clean_column(
    kind: str, raws: Sequence[Raw], options: Options, formats: Sequence[str | None] | None = None
) -> list[Cleaned]:
    """Clean a column; ``formats`` are the cells' number formats where they matter."""
    known: dict[tuple[type, Raw, str | None], Cleaned] = {}
    result = []
    for position, raw in enumerate(raws):
        if raw is None:
            result.append(EMPTY)
            continue
        number_format = formats[position] if formats else None
        key = (type(raw), raw, number_format)
        found = known.get(key)
        if found is None:
            found = known[key] = clean(kind, raw, options=options, number_format=number_format)
        result.append(found)
    return result
