"""From raw cells to typed columns: clean, check against the field's type, find every fault at its cell.

Column by column: a column's distinct values are cleaned once, then validated in one Pydantic call;
rows only count where something is to be said of them. What cannot be understood is rejected (stored as
empty) and reported with its cell; it is never guessed and never lost.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import repeat
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from statecollect.catalog import Catalog, CodeList, Field, Table
from statecollect.catalog.row_types import STORED_AS, column_type
from statecollect.cleaning import CellCleaner, Choices, Cleaned, Options, listed_choices, prepared
from statecollect.cleaning.zeros import lost_zeros
from statecollect.core.containment import contained
from statecollect.core.dictionary_column import Coded
from statecollect.core.errors import ProgramFault
from statecollect.core.spelling import readable, spelled
from statecollect.findings import Finding, Origin, Severity
from statecollect.findings.catalogue import Said
from statecollect.intake.cell_findings import (
    Stumbled,
    of_constant,
    of_fault,
    of_lost_zeros,
    of_other_type,
    of_outcome,
    of_unread,
    shown_raw,
)

_TYPES: dict[str, set[type]] = {storage: {kind, type(None)} for storage, kind in STORED_AS.items()}
_TYPES["decimal"].add(int)
_NAMED_BY_NUMBERS = frozenset({"staff_no", "student_no", "identifier"})


@dataclass(frozen=True, slots=True)
class RawColumn:
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
        known = _CHOICES[id(codes)] = (codes, listed_choices(codes))
    return known[1]


def options_of(field: Field, catalog: Catalog) -> Options:
    """Return what the field tells the cleaner."""
    codes = catalog.codes.get(field.codes) if field.codes else None
    return Options(
        unit=field.shown_unit,
        decimals=field.shown_decimals,
        length=field.length or field.spec.length,
        width=field.width,
        choices=choices_of(codes) if codes else None,
    )


class _Prepared(NamedTuple):
    """What a field's cells are cleaned and checked with, and what it was made for."""

    field: Field
    catalog: Catalog
    clean_on: Callable[[dt.date], CellCleaner]
    kind: TypeAdapter[list[Any]]


_PREPARED: dict[int, _Prepared] = {}


def _prepared(field: Field, catalog: Catalog) -> _Prepared:
    """Return what checks a field's cells, on any day; made once, for hundreds of workbooks."""
    known = _PREPARED.get(id(field))
    if known is None or known.field is not field or known.catalog is not catalog:
        cleaner = prepared(field.kind, options_of(field, catalog), personal=field.is_personal)
        known = _PREPARED[id(field)] = _Prepared(field, catalog, cleaner, column_type(field))
    return known


def check_column(
    table: Table,
    column: RawColumn,
    rows: Sequence[int],
    place: Origin,
    party: str,
    catalog: Catalog,
    today: dt.date,
) -> Checked:
    """Clean and validate one column as of a day; ``rows`` are the 1-based row numbers, ``place`` holds file and sheet.

    Every value that is kept has the type its field is stored as, among the distinct ones as well; whatever else a
    cleaner makes of a cell, an exception included, is a finding at that cell.
    """
    field = column.field
    required = field.required == "yes" and not field.auto
    raws, formats = _with_formats(Coded.of(column.raws), column.formats)
    if not (required or column.faults or raws.filled):
        return Checked(raws, frozenset(), ())  # nothing was typed and nothing is asked for
    ready = _prepared(field, catalog)
    told: dict[int, Cleaned] = {}  # outcomes of which something is to be said, by code
    kept: list[Any] = []
    for code, cleaned in enumerate(_cleaned(ready, raws.values, formats, today, place)):
        kept.append(cleaned.value)
        if (
            cleaned.error is not None
            or cleaned.changed
            or cleaned.doubt
            or (required and cleaned.value is None)
        ):
            told[code] = cleaned
    unfit = _type_faults(ready, kept)
    for code in unfit:
        kept[code] = None
    rejected: set[int] = set()
    findings: list[Finding] = []

    def report(position: int, what: Said) -> None:
        raw, row = raws[position], rows[position]
        findings.append(
            what.at(
                table.id,
                Origin(place.file, place.sheet, row, f"{column.letter}{row}"),
                field=field.name,
                value=None if raw is None else shown_raw(field, raw),
                party=party,
            )
        )

    for position, text in column.faults.items():
        rejected.add(position)
        report(position, of_unread(field, text))

    repeated: dict[int, Said] = {}  # what is said of a value, by code
    for position in raws.where(told.keys()):
        code = int(raws.codes[position])
        one = told[code]
        if position in rejected:
            continue
        if one.error is not None:
            rejected.add(position)
        elif code in unfit or not (one.doubt or _worth_a_word(field, one, required=required)):
            continue
        if code not in repeated:
            repeated[code] = of_outcome(field, raws.values[code], one, catalog, required=required)
        report(position, repeated[code])

    for position in raws.where(unfit.keys()):
        if position not in rejected:
            rejected.add(position)
            report(position, unfit[int(raws.codes[position])])

    if field.kind in _NAMED_BY_NUMBERS and not field.width:
        shorter, sure = lost_zeros(raws)
        lost = {code: padded for code, padded in shorter.items() if kept[code] == padded.lstrip("0")}
        weight: Severity = "warning" if sure else "note"
        for position in raws.where(lost.keys()):
            report(position, of_lost_zeros(field, lost[int(raws.codes[position])], weight))

    values = Coded(raws.codes, kept).without(rejected)
    if field.constant is not None:
        others = [
            code
            for code, value in enumerate(kept)
            if value is not None and not _is_constant(field, field.constant, value)
        ]
        for position in values.where(others):
            report(position, of_constant(field, field.constant))
    return Checked(values, frozenset(rejected), tuple(findings))


def _worth_a_word(field: Field, one: Cleaned, *, required: bool) -> bool:
    """Whether something is to be said of a cell that was understood: of an empty one, that it must not be, or was not."""
    return one.value is not None or required or (one.changed and not field.auto)


def fitting(field: Field, raws: Coded, catalog: Catalog, today: dt.date) -> dict[int, bool]:
    """Return the codes of those values of a column that another field would take, and which of them as they are."""
    ready = _prepared(field, catalog)
    outcomes = _cleaned(ready, raws.values, None, today, Origin(""))
    unfit = _type_faults(ready, [outcome.value for outcome in outcomes])
    return {
        code: not cleaned.changed
        for code, cleaned in enumerate(outcomes)
        if cleaned.error is None and cleaned.value is not None and code not in unfit
    }


def _cleaned(
    ready: _Prepared,
    values: Sequence[Any],
    formats: Sequence[str | None] | None,
    today: dt.date,
    place: Origin,
) -> list[Cleaned]:
    """Return the outcome of each value. A fault of the program costs the cells it happens at, not the workbook."""
    clean = ready.clean_on(today)
    try:
        with contained("读一格", f"{place.file} {place.sheet} {ready.field.name}"):
            return list(map(clean, values, formats or repeat(None)))
    except ProgramFault as fault:
        stumbled = Stumbled(error=fault.message, hint=fault.hint)

    def careful(value: Any, number_format: str | None) -> Cleaned:
        with suppress(Exception):
            return clean(value, number_format)
        return stumbled

    return list(map(careful, values, formats or repeat(None)))


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


def _type_faults(ready: _Prepared, values: Sequence[Any]) -> dict[int, Said]:
    """Return what is wrong with which of the values and how to repair it, by their place."""
    field, catalog, found = ready.field, ready.catalog, {}
    try:
        ready.kind.validate_python(values)
    except ValidationError as error:
        found = {int(fault["loc"][0]): of_fault(field, fault, catalog) for fault in error.errors()}
    wanted = {list, type(None)} if field.multi_valued else _TYPES[field.spec.storage]
    if not wanted.issuperset(map(type, values)):
        for code, value in enumerate(values):
            if value is not None and type(value) not in wanted:
                found.setdefault(code, of_other_type(field, catalog))
    return found


def _is_constant(field: Field, constant: str, value: Any) -> bool:
    """Whether a value is the one that the field must hold; numbers by size, however they are written."""
    if field.spec.storage in {"integer", "decimal"}:
        with suppress(ValueError):
            return spelled(value) == spelled(float(constant))
    return readable(value) == constant
