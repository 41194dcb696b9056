"""What is said of one cell: which sentence of the catalogue, with what the field asks for as its hint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from statecollect.catalog import Catalog, CodeList, Field
from statecollect.cleaning import Cleaned, as_typed, shortened
from statecollect.core.spelling import readable
from statecollect.findings import Severity
from statecollect.findings.catalogue import Own, Said, phrase, said
from statecollect.findings.masking import shown
from statecollect.rules.field_rules import CLEANED, GENERAL, MISSING, UNREADABLE, family_of

_LONGEST = 200  # characters of a cell that a finding repeats
_CHOICES_NAMED = 8


class Stumbled(Cleaned):
    """The outcome for a cell at which the cleaner itself failed; ``error`` is the fault."""

    __slots__ = ()


def of_unread(field: Field, fault: str) -> Said:
    """Say why a cell could not be read."""
    return said(UNREADABLE, "unread", field=Own(field.name), fault=fault)


def of_outcome(field: Field, raw: object, one: Cleaned, catalog: Catalog, *, required: bool) -> Said:
    """Say what a cleaner made of a cell: an error, an empty cell that must be filled, or another spelling."""
    name = Own(field.name)
    if one.error is not None:
        hint = Own(one.hint) if one.hint else hint_of(field, catalog)
        if isinstance(one, Stumbled):
            return said(UNREADABLE, "stumbled", field=name, fault=Own(one.error), hint=hint)
        key = "cleaned_of_itself" if one.error.startswith(field.name) else "cleaned"
        return said(family_of(field), key, field=name, error=Own(one.error), hint=hint)
    if one.doubt:
        listed = _from_list(field, catalog.codes[field.codes], "listed") if field.codes else Own()
        return said(family_of(field), "doubtful", field=name, doubt=Own(one.doubt), listed=listed)
    if one.value is not None:
        value, note = Own(shortened(shown(field, one.value))), Own(one.note)
        return said(
            CLEANED, "taken_as", field=name, value=value, hint=note or phrase(CLEANED, "hint", "look")
        )
    if required:
        return said(MISSING, "empty", field=name, hint=_missing_hint(field, catalog))
    blank = Own(shortened(shown_raw(field, raw)))
    return said(CLEANED, "as_blank", field=name, typed=blank, hint=phrase(CLEANED, "hint", "look"))


def of_fault(field: Field, fault: Any, catalog: Catalog) -> Said:
    """Say what Pydantic found in one value."""
    family, name, context = family_of(field), Own(field.name), fault.get("ctx", {})
    match fault["type"]:
        case "string_too_long":
            return said(family, "too_long", field=name, most=context["max_length"])
        case "string_pattern_mismatch":
            pattern = Own(field.spec.pattern_says or field.spec.label)
            return said(family, "pattern", field=name, pattern=pattern, hint=hint_of(field, catalog))
        case "greater_than_equal":
            least = Own(readable(context["ge"]))
            return said(family, "below", field=name, least=least, hint=_range_hint(field))
        case "less_than_equal":
            most = Own(readable(context["le"]))
            return said(family, "above", field=name, most=most, hint=_range_hint(field))
        case "string_unicode":
            return said(family, "broken", field=name)
        case "too_long":
            return said(family, "too_many", field=name, most=context["max_length"])
        case _:
            return of_other_type(field, catalog)


def of_other_type(field: Field, catalog: Catalog) -> Said:
    """Say that a value is not what the field holds."""
    kind = Own(field.spec.label)
    return said(
        family_of(field), "other_type", field=Own(field.name), kind=kind, hint=hint_of(field, catalog)
    )


def of_lost_zeros(field: Field, padded: str, severity: Severity) -> Said:
    """Ask whether a number has lost its zeros in front."""
    return said(family_of(field), "zeros", severity, field=Own(field.name), padded=Own(shown(field, padded)))


def of_constant(field: Field, constant: str) -> Said:
    """Say which value the field must hold."""
    return said(family_of(field), "constant", field=Own(field.name), constant=Own(constant))


def shown_raw(field: Field, raw: object) -> str:
    """Return a cell's raw value as it may be shown, a long one shortened."""
    text = as_typed(raw)
    text = " ".join(text.split()) if field.is_personal else text.strip()
    masked = shown(field, text[: 2 * _LONGEST])  # what is cut off is cut from a masked text
    return f"{masked[:_LONGEST]}…" if len(text) > _LONGEST else masked


def _range_hint(field: Field) -> Own:
    """Name the bounds of a field: an example number would not help."""
    lowest = field.min if field.min is not None else field.spec.minimum
    if lowest is None or field.max is None:
        return phrase(GENERAL, "hint", "number")
    return phrase(GENERAL, "hint", "range", least=Own(readable(lowest)), most=Own(readable(field.max)))


def _missing_hint(field: Field, catalog: Catalog) -> Own:
    """How to fill an empty cell: choose, or write what the column is called."""
    if field.codes:
        return hint_of(field, catalog)
    first = phrase(MISSING, "hint", "write", field=Own(field.name))
    return _joined(field.note, [_example(field)], first)


def hint_of(field: Field, catalog: Catalog) -> Own:
    """How to repair: choose from the list, or what the field's note and its kind ask for."""
    codes = catalog.codes.get(field.codes) if field.codes else None
    if codes:
        return _from_list(field, codes, "hint")
    label = field.spec.label
    asked = label if label.startswith(("可", "从")) else f"填{label}"
    return _joined(field.note, [*asked.split("，"), _example(field)])


def _from_list(field: Field, codes: CodeList, blank: str) -> Own:
    """Name what can be chosen, in the words for a ``blank`` of the sentence."""
    if field.within:
        return phrase(GENERAL, blank, "choose_within", field=Own(field.within))
    named = Own("、".join(codes.labels[:_CHOICES_NAMED]))
    more = len(codes.labels) > _CHOICES_NAMED
    return phrase(GENERAL, blank, "choose_of_many" if more else "choose", choices=named)


def _example(field: Field) -> str:
    example = "" if field.is_personal else field.example or field.spec.example
    return f"如 {example}" if example else ""


def _joined(note: str, clauses: Sequence[str], first: str = "") -> Own:
    """Join what is asked and a field's note, without the clauses that the note says itself."""
    new = [clause for clause in clauses if clause and not _repeats(clause, note)]
    note = note.rstrip("。；")
    asked = "，".join(part for part in (first, *new) if part)
    return Own("；".join(part for part in ((asked, note) if first else (note, asked)) if part))


def _repeats(clause: str, note: str) -> bool:
    """Whether a note says a clause: four characters of it in a row (英文逗号), or an example of its own."""
    if clause.startswith("如 ") and "如 " in note:
        return True
    clause = clause.removeprefix("填").removeprefix("如 ")
    return any(clause[at : at + 4] in note for at in range(max(1, len(clause) - 3)))
