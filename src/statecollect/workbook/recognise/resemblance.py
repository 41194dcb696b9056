"""Which table a sheet that was not taken is nearest to, and which of its columns fit."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from dataclasses import replace

from statecollect.core.untrusted.watch import tick
from statecollect.workbook.layout import plain_name
from statecollect.workbook.recognise.header_row import FieldNames, Header, forms_of, match
from statecollect.workbook.recognise.multi_row_header import Headline, Headlines
from statecollect.workbook.recognise.office_words import office_words
from statecollect.workbook.recognise.recognised import Resemblance

_ALIKE = 0.6  # of a heading and a field's name
_COMPARED = 200  # headings
_LONGEST = 60  # characters of a heading that is compared


def resemblance(
    sheet: str, lines: Headlines, tables: Iterable[FieldNames], wanted: Collection[str] = ()
) -> Resemblance | None:
    """Return the table with most of these headings; of equals one that is ``wanted``. None where hardly any fits."""
    found: list[tuple[float, bool, int, Resemblance]] = []
    for names in tables:
        tick()
        across = [*lines.single, *lines.joined]
        downwards = [lines.downwards] if names.table.rows == "one" else []
        near = [one for one in (*across, *downwards) if not names.forms.isdisjoint(forms_of(one))]
        line = max(near, key=lambda one: len(match(one, names, stamped=False).columns), default=None)
        if line is None or not match(line, names, stamped=False).columns:
            continue
        one = _compared(sheet, match(line, names, stamped=False), line, names)
        if line in downwards:  # the other texts are answers
            one = replace(one, unknown=(), meant=(), downwards=True)
        if one.weight > 1:
            found.append((one.weight, names.table.id in wanted, -len(names.exact), one))
    return max(found, key=lambda ranked: ranked[:3])[-1] if found else None


def _compared(sheet: str, header: Header, line: Headline, names: FieldNames) -> Resemblance:
    absent = [one for one in names.table.fields if one.name not in header.columns and not one.auto]
    words, meant = office_words(), []
    unknown = [
        (line.shown[column], text)
        for column, text in header.unknown
        if not (words.is_serial(text) or words.is_of_form(text))
    ]
    by_key = {plain_name(one.name): one.name for one in absent}
    for shown, text in unknown[:_COMPARED]:
        near = difflib.get_close_matches(text[:_LONGEST], by_key, n=1, cutoff=_ALIKE)
        if near:
            meant.append((shown, by_key.pop(near[0])))
    needed = [one for one in absent if one.required == "yes"] or absent
    return Resemblance(
        sheet=sheet,
        table=names.table,
        matched=tuple(one.name for one in names.table.fields if one.name in header.columns),
        missing=tuple(one.name for one in needed),
        unknown=tuple(shown for shown, _ in unknown),
        meant=tuple(meant),
    )
