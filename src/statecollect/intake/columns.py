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
from statecollect.catalog.field_rules import family_of, field_rule
from statecollect.catalog.row_types import STORED_AS, column_type
from statecollect.cleaning import CellCleaner, Choices, Cleaned, Options, as_typed, prepared, shortened
from statecollect.cleaning.zeros import lost_zeros
from statecollect.core.containment import contained
from statecollect.core.dictionary_column import Coded
from statecollect.core.errors import ProgramFault
from statecollect.core.spelling import readable, spelled
from statecollect.findings import Finding, Origin, Severity
from statecollect.findings.masking import masked_text, shown

_IF_WRONG = "如果不对，请在表中改正"
_TYPES: dict[str, set[type]] = {storage: {kind, type(None)} for storage, kind in STORED_AS.items()}
_TYPES["decimal"].add(int)
_NAMED_BY_NUMBERS = frozenset({"staff_no", "student_no", "identifier"})
_LONGEST = 200  # characters of a cell that a finding repeats


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
            guessed=codes.guessed,
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
    column: Column,
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
    for code, one in enumerate(_cleaned(ready, raws.values, formats, today, place)):
        kept.append(one.value)
        if one.error is not None or one.changed or one.doubt or (required and one.value is None):
            told[code] = one
    unfit = _type_faults(ready, kept)
    for code in unfit:
        kept[code] = None
    rejected: set[int] = set()
    findings: list[Finding] = []

    def report(position: int, family: str, message: str, hint: str, severity: Severity = "error") -> None:
        raw = raws[position]
        findings.append(
            Finding(
                rule=field_rule(table, family),
                severity=severity,
                table=table.id,
                field=field.name,
                value=None if raw is None else shown_raw(field, raw),
                message=message if message.startswith(field.name) else f"{field.name}：{message}",
                hint=hint,
                origin=Origin(place.file, place.sheet, rows[position], f"{column.letter}{rows[position]}"),
                party=party,
            )
        )

    for position, text in column.faults.items():
        rejected.add(position)
        report(position, "F00", masked_text(text), "在 Excel 或 WPS 中打开，改成具体的值后保存")

    for position in raws.where(told.keys()):
        code = int(raws.codes[position])
        one = told[code]
        if position in rejected:
            continue
        if one.error is not None:
            rejected.add(position)
            family = "F00" if isinstance(one, _Stumbled) else family_of(field)
            report(position, family, one.error, one.hint or hint_of(field, catalog))
        elif one.doubt and code not in unfit:
            listed = hint_of(field, catalog).replace("从下拉列表中选", "列出的有")
            report(position, family_of(field), one.doubt, f"确实如此的不用改；{listed}", "warning")
        elif one.changed and one.value is not None and code not in unfit:
            kept_as = shortened(shown(field, one.value))
            report(position, "F11", f"已按「{kept_as}」收下", one.note or _IF_WRONG, "note")
        elif one.value is None and required:
            report(position, "F01", "必填，没有填写", missing_hint(field, catalog))
        elif one.value is None and one.changed and not field.auto:
            blank = shortened(shown_raw(field, raws[position]))
            report(position, "F11", f"「{blank}」按空白收下", _IF_WRONG, "note")

    for position in raws.where(unfit.keys()):
        if position not in rejected:
            rejected.add(position)
            message, hint = unfit[int(raws.codes[position])]
            report(position, family_of(field), message, hint or hint_of(field, catalog))

    if field.kind in _NAMED_BY_NUMBERS and not field.width:
        shorter, sure = lost_zeros(raws)
        lost = {code: padded for code, padded in shorter.items() if kept[code] == padded.lstrip("0")}
        weight: Severity = "warning" if sure else "note"
        for position in raws.where(lost.keys()):
            padded = shown(field, lost[int(raws.codes[position])])
            message = f"按数字存放，比同一列的其他号码短，开头的 0 可能丢了；是否应为「{padded}」？"
            report(position, family_of(field), message, "把单元格设为文本格式，重新填写完整的号码", weight)

    values = Coded(raws.codes, kept).without(rejected)
    if field.constant is not None:
        others = [
            code
            for code, one in enumerate(kept)
            if one is not None and not _is_constant(field, field.constant, one)
        ]
        for position in values.where(others):
            report(position, family_of(field), f"应为「{field.constant}」", f"改为 {field.constant}")
    return Checked(values, frozenset(rejected), tuple(findings))


def fitting(field: Field, raws: Coded, catalog: Catalog, today: dt.date) -> dict[int, bool]:
    """Return the codes of those values of a column that another field would take, and which of them as they are."""
    ready = _prepared(field, catalog)
    outcomes = _cleaned(ready, raws.values, None, today, Origin(""))
    unfit = _type_faults(ready, [one.value for one in outcomes])
    return {
        code: not one.changed
        for code, one in enumerate(outcomes)
        if one.error is None and one.value is not None and code not in unfit
    }


class _Stumbled(Cleaned):
    """The outcome for a cell at which the cleaner itself failed."""

    __slots__ = ()


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
        stumbled = _Stumbled(error=f"这一格读不懂（{fault.message}）", hint=fault.hint)

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


def _type_faults(ready: _Prepared, values: Sequence[Any]) -> dict[int, tuple[str, str]]:
    """Return what is wrong with which of the values and how to repair it, by their place."""
    field, found = ready.field, {}
    try:
        ready.kind.validate_python(values)
    except ValidationError as error:
        found = {int(fault["loc"][0]): _fault_text(field, fault) for fault in error.errors()}
    wanted = {list, type(None)} if field.multi_valued else _TYPES[field.spec.storage]
    if not wanted.issuperset(map(type, values)):
        for code, value in enumerate(values):
            if value is not None and type(value) not in wanted:
                found.setdefault(code, (f"不是{field.spec.label}，不能保存", ""))
    return found


def _fault_text(field: Field, fault: Any) -> tuple[str, str]:
    """Say in Chinese what Pydantic found in one value, and how to repair it where the field's hint does not say so."""
    context = fault.get("ctx", {})
    match fault["type"]:
        case "string_too_long":
            return f"超过 {context['max_length']} 个字", f"缩短到 {context['max_length']} 个字以内"
        case "string_pattern_mismatch":
            return f"格式不对，应为{field.spec.pattern_says or field.spec.label}", ""
        case "greater_than_equal":
            return f"不能小于 {readable(context['ge'])}", _range_hint(field)
        case "less_than_equal":
            return f"不能大于 {readable(context['le'])}", _range_hint(field)
        case "string_unicode":
            return "含有残缺的字符，不能保存", "删去显示成方框或问号的字符，重新输入"
        case "too_long":
            return f"超过 {context['max_length']} 项", "只留要填的内容"
        case _:
            return f"不是{field.spec.label}，不能保存", ""


def _range_hint(field: Field) -> str:
    """Name the bounds of a field: an example number would not help."""
    lowest = field.min if field.min is not None else field.spec.minimum
    if lowest is None or field.max is None:
        return "核对数字和单位后改正"
    return f"应在 {readable(lowest)} 至 {readable(field.max)} 之间，核对数字和单位后改正"


def missing_hint(field: Field, catalog: Catalog) -> str:
    """How to fill an empty cell: choose, or write what the column is called."""
    if field.codes:
        return hint_of(field, catalog)
    return _joined(field.note, [_example(field)], f"请填写“{field.name}”")


def hint_of(field: Field, catalog: Catalog) -> str:
    """How to repair: choose from the list, or what the field's note and its kind ask for."""
    codes = catalog.codes.get(field.codes) if field.codes else None
    if codes and not field.within:
        chosen = "、".join(codes.labels[:8])
        return f"从下拉列表中选：{chosen}{'等' if len(codes.labels) > 8 else ''}"
    if codes:
        return f"从下拉列表中选；可选项随“{field.within}”而定"
    label = field.spec.label
    asked = label if label.startswith(("可", "从")) else f"填{label}"
    return _joined(field.note, [*asked.split("，"), _example(field)])


def _example(field: Field) -> str:
    example = "" if field.is_personal else field.example or field.spec.example
    return f"如 {example}" if example else ""


def _joined(note: str, clauses: Sequence[str], first: str = "") -> str:
    """Join what is asked and a field's note, without the clauses that the note says itself."""
    new = [clause for clause in clauses if clause and not _said(clause, note)]
    note = note.rstrip("。；")
    asked = "，".join(part for part in (first, *new) if part)
    return "；".join(part for part in ((asked, note) if first else (note, asked)) if part)


def _said(clause: str, note: str) -> bool:
    """Whether a note says a clause: four characters of it in a row (英文逗号), or an example of its own."""
    if clause.startswith("如 ") and "如 " in note:
        return True
    clause = clause.removeprefix("填").removeprefix("如 ")
    return any(clause[at : at + 4] in note for at in range(max(1, len(clause) - 3)))


def _is_constant(field: Field, constant: str, value: Any) -> bool:
    """Whether a value is the one that the field must hold; numbers by size, however they are written."""
    if field.spec.storage in {"integer", "decimal"}:
        with suppress(ValueError):
            return spelled(value) == spelled(float(constant))
    return readable(value) == constant


def shown_raw(field: Field, raw: object) -> str:
    """Return a cell's raw value as it may be shown, a long one shortened."""
    text = as_typed(raw)
    text = " ".join(text.split()) if field.is_personal else text.strip()
    masked = shown(field, text[: 2 * _LONGEST])  # what is cut off is cut from a masked text
    return f"{masked[:_LONGEST]}…" if len(text) > _LONGEST else masked
