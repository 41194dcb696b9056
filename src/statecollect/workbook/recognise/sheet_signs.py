"""What a table's sheet says by other means than values: lines through rows, text boxes, comments, formulas of yesterday."""

from __future__ import annotations

from collections.abc import Sequence

from statecollect.core.address import cell_name
from statecollect.findings.catalogue import Own, said
from statecollect.findings.masking import masked_text
from statecollect.workbook.layout import own_words
from statecollect.workbook.read.raw_sheets import RawSheet
from statecollect.workbook.recognise.data_rows import Body
from statecollect.workbook.recognise.header_row import Header
from statecollect.workbook.recognise.recognised import Notebook

_NAMED = 5  # cells or rows that a message names
_SHOWN = 30  # characters of a comment


def report_beside(sheet: RawSheet, header: Header, body: Body, table: str, notebook: Notebook) -> None:
    """Say, of the records of one table, what no value of theirs says."""
    rows = {number - 1 for number in body.rows}
    columns = set(header.columns.values())
    if struck := sorted(sheet.struck & rows):
        named = _listed([str(row + 1) for row in struck])
        notebook.say(
            said("S07", "struck", rows=named, count=len(struck)),
            sheet=sheet.name,
            table=table,
            row=struck[0] + 1,
        )
    for text in sheet.beside:
        notebook.say(said("S07", "beside", what=text), sheet=sheet.name, table=table)
    for (row, column), comment in sorted(sheet.comments.items()):
        own = " ".join(own_words(comment).split())
        if own and row in rows and column in columns and not sheet.rows.holds(row, column):
            shown = masked_text(own[:_SHOWN]) + ("…" if len(own) > _SHOWN else "")
            notebook.say(
                said("S07", "comment", text=Own(shown)),
                sheet=sheet.name,
                table=table,
                row=row + 1,
                column=column,
            )
    _report_stale(sheet, rows, columns, table, notebook)


def _report_stale(sheet: RawSheet, rows: set[int], columns: set[int], table: str, notebook: Notebook) -> None:
    """Ask about results of 0 in a workbook that has yet to be calculated; tell of its other results."""
    stale = sorted(
        at
        for at in sheet.stale
        if at[0] in rows and at[1] in columns and at not in sheet.faults
        if not str(sheet.at(*at)).startswith("=")  # a picture: it has no result
    )
    nothing = [at for at in stale if at in sheet.idle]
    others = len(stale) - len(nothing)
    if nothing:
        named = _listed([cell_name(*at) for at in nothing])
        notebook.say(
            said("S18", "nothing", cells=named, count=len(nothing)),
            sheet=sheet.name,
            table=table,
            row=nothing[0][0] + 1,
            column=nothing[0][1],
        )
    if others:
        first = next(at for at in stale if at not in sheet.idle)
        notebook.say(
            said("S18", "others", count=others),
            sheet=sheet.name,
            table=table,
            row=first[0] + 1,
            column=first[1],
        )


def _listed(names: Sequence[str]) -> str:
    return "、".join(names[:_NAMED]) + ("等" if len(names) > _NAMED else "")
