"""From raw cells to typed columns: clean, check against the field's type, find every fault at its cell.

Column by column: a column's distinct values are cleaned once, then validated in one Pydantic call;
rows only count where something is to be said of them. What cannot
be understood is rejected (stored as empty) and reported with its cell; it is never guessed and never lost.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from statecollect.catalog import Catalog, CodeList, Field, Table
from statecollect.cleaning import CellCleaner, Choices, Cleaned, Options, cleaner_for
from statecollect.coded import Coded
from statecollect.families import family_of, field_rule
from statecollect.findings import Finding, Origin
from statecollect.masking import mask
from statecollect.types import column_type

_IF_WRONG = "如果不对，请在表中改正"


@dataclass(frozen=True, slots=True)
class Column:
    """One column as read: raw values in row order, faults and number formats by position (0-based)."""

    field: Field
    letter: str
    raws: Sequence[Any]
    faults: Mapping[int, str]
    formats: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Checked:
    """A typed column: one value (or None) a row, the positions that were rejected, what was found."""

    values: Coded
    rejected: frozenset[int]
    findings: tuple[Finding, ...]


_CHOICES: dict[int, tuple[CodeList, Choices]] = {}


def choices_of(codes: CodeList) -> Choices:
    """Return a code list as the cleaner's choices; made once, since folding a long list takes time."""
    known = _CHOICES.get(id(codes))
    if known is None or known[0] is not codes:
        choices = Choices.from_values(
            [(code.code, code.label, code.synonyms) for code in codes.values],
            extensible=codes.extensible,
            none_label=codes.none,
            mistaken=codes.mistaken,
            name=codes.name,
        )
        known = _CHOICES[id(codes)] = (codes, choices)
    return known[1]


def options_of(field: Field, catalog: Catalog) -> Options:
    """Return what the field tells the cleaner."""
    codes = catalog.codes.get(field.codes) if field.codes else None
    return Options(
        unit=field.shown_unit,
        decimals=field.shown_decimals,
        width=field.width,
        choices=choices_of(codes) if codes else None,
    )


class _Prepared(NamedTuple):
    """What a field's cells are cleaned and checked with, and what it was made for."""

    field: Field
    catalog: Catalog
    today: dt.date
    clean: CellCleaner
    kind: TypeAdapter[list[Any]]


_PREPARED: dict[int, _Prepared] = {}


def _prepared(field: Field, catalog: Catalog, today: dt.date) -> _Prepared:
    """Return what checks a field's cells; made once a day, for hundreds of workbooks."""
    known = _PREPARED.get(id(field))
    if known is None or known.field is not field or known.catalog is not catalog or known.today != today:
        cleaner = cleaner_for(field.kind, options_of(field, catalog), today)
        known = _PREPARED[id(field)] = _Prepared(field, catalog, today, cleaner, column_type(field))
    return known


def check_column(
    table: Table,
    column: Column,
    rows: Sequence[int],
    place: Origin,
    party: str,
    catalog: Catalog,
    today: dt.date | None = None,
) -> Checked:
    """Clean and validate one column; ``rows`` are the 1-based row numbers, ``place`` holds file and sheet."""
    field = column.field
    required = field.required == "yes" and not field.auto
    raws, formats = _with_formats(Coded.of(column.raws), column.formats)
    if not (required or column.faults or raws.filled):
        return Checked(raws, frozenset(), ())  # nothing was typed and nothing is asked for
    ready = _prepared(field, catalog, today or dt.date.today())
    kept: list[Any] = []
    told: dict[int, Cleaned] = {}  # outcomes of which something is to be said, by code
    for code, one in enumerate(map(ready.clean, raws.values, formats or repeat(None))):
        kept.append(one.value)
        if one.error is not None or one.changed or (required and one.value is None):
            told[code] = one
    rejected: set[int] = set()
    findings: list[Finding] = []

    def report(position: int, family: str, message: str, hint: str, severity: str = "error") -> None:
        raw = raws[position]
        findings.append(
            Finding(
                rule=field_rule(table, family),
                severity=severity,  # type: ignore[arg-type]
                table=table.id,
                field=field.name,
                value=_shown(field, raw),
                message=f"{field.name}：{_masked(field, raw, message)}",
                hint=hint,
                origin=Origin(place.file, place.sheet, rows[position], f"{column.letter}{rows[position]}"),
                party=party,
            )
        )

    for position, text in column.faults.items():
        rejected.add(position)
        report(position, "F00", text, "在 Excel 或 WPS 中打开，改成具体的值后保存")

    for position in raws.where(told.keys()):
        one = told[int(raws.codes[position])]
        if position in rejected:
            continue
        if one.error is not None:
            rejected.add(position)
            report(position, family_of(field), one.error, one.hint or _hint(field, catalog))
        elif one.changed and one.value is not None:
            report(position, "F11", f"已按「{_as_text(one.value)}」收下", _note(one), "note")
        elif one.value is None and required:
            report(position, "F01", "必填，没有填写", _hint(field, catalog))
        elif one.value is None and one.changed and not field.auto:
            typed = str(raws[position]).strip()
            report(position, "F11", f"「{typed}」按空白收下", _IF_WRONG, "note")

    faulty = _type_faults(ready, kept)
    for position in raws.where(faulty.keys()):
        if position not in rejected:
            rejected.add(position)
            report(position, family_of(field), faulty[int(raws.codes[position])], _hint(field, catalog))

    values = Coded(raws.codes, kept).without(rejected)
    if field.constant is not None:
        others = [
            code for code, one in enumerate(kept) if one is not None and _as_text(one) != field.constant
        ]
        for position in values.where(others):
            report(position, family_of(field), f"应为「{field.constant}」", f"改为 {field.constant}")
    return Checked(values, frozenset(rejected), tuple(findings))


def _with_formats(raws: Coded, formats: Mapping[int, str]) -> tuple[Coded, list[str | None] | None]:
    """Return the column with the number format of each value: 0.5 and 0.5 shown as 50% are two values."""
    if not formats:
        return raws, None
    shown: list[str | None] = [None] * len(raws.values)
    values, codes = list(raws.values), raws.codes.copy()
    known: dict[tuple[int, str], int] = {}
    for position, number_format in formats.items():
        code = int(codes[position])
        if code and (code, number_format) not in known:
            known[code, number_format] = len(values)
            values.append(values[code])
            shown.append(number_format)
        codes[position] = known.get((code, number_format), 0)
    return Coded(codes, values), shown


def _type_faults(ready: _Prepared, values: Sequence[Any]) -> dict[int, str]:
    """Return what is wrong with which of the values, by their place."""
    try:
        ready.kind.validate_python(values)
    except ValidationError as error:
        return {int(fault["loc"][0]): _fault_text(ready.field, fault) for fault in error.errors()}
    return {}


def _fault_text(field: Field, fault: Any) -> str:
    """Say in Chinese what Pydantic found in one value."""
    context = fault.get("ctx", {})
    match fault["type"]:
        case "string_too_long":
            return f"超过 {context['max_length']} 个字"
        case "string_pattern_mismatch":
            return f"格式不对，应为{field.spec.pattern_says or field.spec.label}"
        case "greater_than_equal":
            return f"不能小于 {context['ge']:g}"
        case "less_than_equal":
            return f"不能大于 {context['le']:g}"
        case _:
            return f"不是{field.spec.label}"


def _hint(field: Field, catalog: Catalog) -> str:
    """How to repair: the note of the field, or what its kind asks for."""
    codes = catalog.codes.get(field.codes) if field.codes else None
    if codes and not field.within:
        shown = "、".join(codes.labels[:8])
        return f"从下拉列表中选：{shown}{'等' if len(codes.labels) > 8 else ''}"
    if codes:
        return f"从下拉列表中选；可选项随“{field.within}”而定"
    example = field.example or field.spec.example
    parts = [field.note, f"填{field.spec.label}" + (f"，如 {example}" if example else "")]
    return "；".join(part for part in parts if part)


def _note(one: Cleaned) -> str:
    return one.note or _IF_WRONG


def _as_text(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _shown(field: Field, raw: object) -> str | None:
    if raw is None:
        return None
    return mask(str(raw)) if field.is_personal else str(raw)


def _masked(field: Field, raw: object, message: str) -> str:
    """Keep a personal value out of the message's text too."""
    text = "" if raw is None else str(raw).strip()
    return message.replace(text, mask(text)) if field.is_personal and len(text) > 3 else message
