"""Merged cells among the records: what became of them is told area by area."""

from __future__ import annotations

from bisect import bisect_left

from statecollect.core.address import area
from statecollect.findings.catalogue import said
from statecollect.workbook.read.raw_sheets import RawSheet
from statecollect.workbook.recognise.data_rows import Body
from statecollect.workbook.recognise.header_row import FieldNames, Header
from statecollect.workbook.recognise.recognised import Notebook

_MOST_TOLD = 200  # merged areas of a sheet that are told one by one


def report_merged(sheet: RawSheet, header: Header, names: FieldNames, body: Body, notebook: Notebook) -> None:
    """Merged cells among the records: only the first cell holds the value, the others count as empty."""
    taken = set(header.columns.values())
    told = 0
    for ref in sheet.merged:
        top, left, bottom, right = area(ref)
        at = bisect_left(body.rows, top + 1)
        among_records = at < len(body.rows) and body.rows[at] <= bottom + 1
        if among_records and any(left <= column <= right for column in taken):
            told += 1
            if told > _MOST_TOLD:
                continue
            notebook.say(
                said("S10", "area", area=ref),
                sheet=sheet.name,
                table=names.table.id,
                row=top + 1,
                column=left,
            )
    if told > _MOST_TOLD:
        more = said("S10", "more", count=told - _MOST_TOLD)
        notebook.say(more, sheet=sheet.name, table=names.table.id)
