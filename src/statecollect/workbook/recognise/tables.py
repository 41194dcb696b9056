"""Which part of which sheet is which table.

Our own templates are recognised by tab and header; a workbook made from scratch by its header alone. People rename
tabs, move headers down, reorder, add and drop columns, type totals and remarks below the data: all of that is read,
and whatever is not taken in is listed with its cell. What is only likely is suggested, never taken.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from statecollect.catalog import Catalog, Table
from statecollect.core.address import cell_name, column_letter
from statecollect.core.untrusted.watch import tick
from statecollect.findings import Severity
from statecollect.findings.catalogue import Own, phrase, said
from statecollect.workbook.layout import (
    COVER_SHEET,
    NIL_HEADER,
    NIL_YES,
    OWN_SHEETS,
    PRINT_SHEET,
    TABLE_HEADER,
    field_name_from_header,
    plain_name,
)
from statecollect.workbook.read.raw_sheets import RawSheet
from statecollect.workbook.read.reader import Book
from statecollect.workbook.recognise.data_rows import KnownRows, read_body
from statecollect.workbook.recognise.form_rows import take_form
from statecollect.workbook.recognise.forms import Form, Texts, find_form
from statecollect.workbook.recognise.header_row import FieldNames, Header, find_header, report_header
from statecollect.workbook.recognise.merged_cells import report_merged
from statecollect.workbook.recognise.multi_row_header import Headlines
from statecollect.workbook.recognise.office_words import office_words
from statecollect.workbook.recognise.recognised import Block, Ignored, Notebook, Recognised, Resemblance
from statecollect.workbook.recognise.repeated_tables import without_repeated
from statecollect.workbook.recognise.resemblance import resemblance
from statecollect.workbook.recognise.sheet_signs import report_beside

__all__ = ["Block", "Ignored", "Recognised", "cell_name", "cells_seen", "column_letter", "find_tables"]

_TABLE_ID = re.compile(r"(?<![\d.])(\d+\.\d+\.\d+)(?![\d.])")
_TITLE_ROWS = 3


def find_tables(book: Book, catalog: Catalog, expected: Sequence[str] = ()) -> Recognised:
    """Find the tables of a workbook. ``expected`` are the ids its sender was asked for; they decide doubtful cases."""
    finder = _Finder(book, catalog, expected)
    for remark in book.notes:
        finder.notebook.say(said("S08", "remark", remark=remark))
    nil = frozenset[str]()
    for sheet in book.sheets:
        tick()
        answers = _nil_answers(sheet)
        if answers is not None:
            nil |= finder.nil_returns(sheet, *answers)
        elif sheet.name not in book.identity.sheets and not is_ours(sheet.name, stamped=finder.stamped):
            finder.read(sheet)
    finder.blocks = without_repeated(finder.blocks, finder.notebook)
    finder.report_contradictions(nil)
    present = {block.table.id for block in finder.blocks} | nil
    missing = tuple(one for one in expected if one not in present and one in catalog.tables)
    notebook = finder.notebook
    return Recognised(
        blocks=tuple(finder.blocks),
        nil=nil,
        ignored=tuple(notebook.ignored),
        findings=tuple(notebook.findings),
        missing=missing,
        resembles=max(finder.resembling, key=lambda one: one.weight, default=None),
    )


def is_ours(tab: str, *, stamped: bool) -> bool:
    """Whether a tab is one that the templates bring along: it holds no data of its own."""
    return tab == PRINT_SHEET or (stamped and tab in OWN_SHEETS)


def cells_seen(sheet: RawSheet) -> int:
    """Return how many filled cells were read from the sheet, faults included; compare with ``sheet.cells_seen``."""
    return sheet.rows.filled() + sum(not sheet.rows.holds(*place) for place in sheet.faults)


_NAMES: list[tuple[dict[str, FieldNames], KnownRows]] = []  # of the catalog last asked for


def _names_of(catalog: Catalog) -> tuple[dict[str, FieldNames], KnownRows]:
    """Return the names by which a catalog's tables are recognised; made once, for hundreds of workbooks."""
    for made in _NAMES:
        if made[1].catalog is catalog:
            return made
    names = {table_id: FieldNames.of(table) for table_id, table in catalog.tables.items()}
    fresh = (names, KnownRows(catalog, tuple(names.values())))
    _NAMES[:] = [fresh]
    return fresh


class _Finder:
    """Looks at the sheets of one book in turn."""

    def __init__(self, book: Book, catalog: Catalog, expected: Sequence[str]) -> None:
        self.catalog = catalog
        self.expected = expected
        self.stamped = bool(book.stamp_rows)
        self.names, self.known = _names_of(catalog)
        self.notebook = Notebook(book.name)
        self.blocks: list[Block] = []
        self.resembling: list[Resemblance] = []

    def read(self, sheet: RawSheet) -> None:
        """Take in one sheet, or list all its cells as ignored."""
        if not sheet.cells_seen:
            return
        lines = Headlines(sheet)
        names, header, doubt = self._identify(sheet, lines)
        if names is None or header is None:
            self._leave_out(sheet, names, doubt, lines)
            return
        if names.table.sql:
            self._leave_computed(sheet, names.table)
            return
        if isinstance(header, Form):
            self.blocks.append(take_form(header, names, self.notebook))
            self._report_hidden(sheet, names)
            return
        body = read_body(sheet, header, names, self.known, self.notebook, stamped=self.stamped)
        report_header(sheet, header, names, self.notebook, body.lost)
        report_merged(sheet, header, names, body, self.notebook)
        self._report_hidden(sheet, names)
        report_beside(sheet, header, body, names.table.id, self.notebook)
        seen = sheet.cells_seen - _furniture(sheet, header)
        self.blocks.append(Block(names.table, sheet, header.row, header.columns, body.rows, seen))

    def _identify(
        self, sheet: RawSheet, lines: Headlines
    ) -> tuple[FieldNames | None, Header | Form | None, str]:
        """Return the sheet's table and its header or form, and what is doubtful where one of them is None."""
        labelled = [self.names[one] for one in _labels(sheet, self.known)]
        weak: tuple[FieldNames, Header] | None = None
        for names in labelled:
            header = find_header(lines, names, stamped=self.stamped)
            if header is not None and header.fits(names):
                return names, _or_form(sheet, names, header), ""
            weak = weak or ((names, header) if header else None)
        found, header, doubt = self._by_header(lines)
        if found and header and (weak is None or len(header.columns) > len(weak[1].columns)):
            if labelled:
                says, looks = labelled[0].table.title, found.table.title
                told = said("S13", "differ", sheet=sheet.name, said=says, table=looks)
                self.notebook.say(told, sheet=sheet.name, table=found.table.id, row=header.row)
            return found, _or_form(sheet, found, header), ""
        texts = Texts(sheet)
        for names in dict.fromkeys([*labelled, *self.names.values()]):
            tick()
            form = find_form(texts, names)
            if form is not None:
                return names, form, ""
        if weak:
            return *weak, ""
        return (labelled[0], None, phrase("S04", "doubt", "headless")) if labelled else (None, None, doubt)

    def _by_header(self, lines: Headlines) -> tuple[FieldNames | None, Header | None, str]:
        found = [(names, find_header(lines, names, stamped=self.stamped)) for names in self.names.values()]
        fitting = [(names, header) for names, header in found if header and header.fits(names)]
        if not fitting:
            return None, None, phrase("S04", "doubt", "unknown")
        most = max(len(header.columns) for _, header in fitting)
        best = [(names, header) for names, header in fitting if len(header.columns) == most]
        wanted = [(names, header) for names, header in best if names.table.id in self.expected]
        whole = [(names, header) for names, header in best if most == len(names.exact)]
        for choice in (best, wanted, whole):
            if len(choice) == 1:
                return *choice[0], ""
        tables = "还是".join(f"「{names.table.title}」" for names, _ in best)
        return None, None, phrase("S04", "doubt", "several", tables=tables)

    def _leave_out(self, sheet: RawSheet, names: FieldNames | None, doubt: str, lines: Headlines) -> None:
        """List a sheet's cells, and say what it is near to. A foreign sheet that everybody knows is worth a note only."""
        unknown = next((one for one in _TABLE_ID.findall(sheet.name) if one not in self.catalog.tables), None)
        if names is None and unknown:
            doubt = phrase("S04", "doubt", "no_such", table=unknown)
        self.notebook.leave_out(sheet, sheet.filled(), doubt)
        near = resemblance(sheet.name, lines, [names] if names else self.names.values(), self.expected)
        if near:
            self.resembling.append(near)
        foreign = near is None and office_words().knows_sheet(sheet.name, sheet.cells_seen)
        kind = "unknown" if names is None else "headless"
        blanks = {
            "sheet": sheet.name,
            "doubt": doubt,
            "near": Own(f"{near.sentence()}；") if near else "",
            "hint": "" if foreign else phrase("S04", "hint", kind),
        }
        stray: Severity = "warning" if sheet.visible and not foreign else "note"
        told = said("S04", "headless", **blanks) if names else said("S04", "unknown", stray, **blanks)
        self.notebook.say(told, sheet=sheet.name, table=names.table.id if names else "")

    def _leave_computed(self, sheet: RawSheet, table: Table) -> None:
        """List the cells of a table that the program makes itself: what somebody typed there is for nobody."""
        self.notebook.leave_out(sheet, sheet.filled(), "由程序自动生成的表")
        told = said("S04", "computed", sheet=sheet.name, table=table.title)
        self.notebook.say(told, sheet=sheet.name, table=table.id)

    def _report_hidden(self, sheet: RawSheet, names: FieldNames) -> None:
        counts = {
            "sheet": int(not sheet.visible),
            "rows": len(sheet.hidden_rows),
            "columns": len(sheet.hidden_columns),
        }
        hidden = "，".join(
            phrase("S07", "hidden", what, count=count) for what, count in counts.items() if count
        )
        if hidden:
            self.notebook.say(said("S07", "hidden", hidden=hidden), sheet=sheet.name, table=names.table.id)

    def nil_returns(self, sheet: RawSheet, header: int, table: int, answer: int) -> frozenset[str]:
        """Read the cover: tables declared to have no data."""
        nil: set[str] = set()
        for row, line in enumerate(sheet.rows[header:], start=header + 1):
            reply = plain_name(str(line[answer])) if len(line) > answer and line[answer] is not None else ""
            table_id = plain_name(str(line[table] or ""))
            if not reply or table_id not in self.catalog.tables:
                continue
            if reply == NIL_YES:
                nil.add(table_id)
            elif reply != "否":
                self.notebook.say(
                    said("S12", "answer", column=NIL_HEADER, typed=str(line[answer])),
                    sheet=sheet.name,
                    table=table_id,
                    row=row,
                    column=answer,
                    value=str(line[answer]),
                )
        return frozenset(nil)

    def report_contradictions(self, nil: frozenset[str]) -> None:
        """Say where a table declared to be empty has rows."""
        for block in self.blocks:
            if block.rows and block.table.id in nil:
                told = said("S12", "rows", count=len(block.rows))
                self.notebook.say(told, sheet=block.sheet.name, table=block.table.id)


def _or_form(sheet: RawSheet, names: FieldNames, header: Header) -> Header | Form:
    """Return the form of a short table whose rows of two pairs look like headers; else the header."""
    if names.table.rows != "one" or len(header.columns) == len(names.exact):
        return header
    form = find_form(Texts(sheet), names)
    return form if form and len(form.labels) > len(header.columns) else header


def _labels(sheet: RawSheet, known: KnownRows) -> list[str]:
    """Return the tables a sheet claims to be, by the number in its tab, in its title, then by its name."""
    found = _TABLE_ID.findall(sheet.name)
    for row in sheet.rows[:_TITLE_ROWS]:
        found += [id_[1] for cell in row if isinstance(cell, str) and (id_ := _TABLE_ID.match(cell.strip()))]
    found += known.tables_named.get(plain_name(sheet.name), ())
    return [one for one in dict.fromkeys(found) if one in known.catalog.tables]


def _furniture(sheet: RawSheet, header: Header) -> int:
    """Count the filled cells that are no data: everything down to the header, and our own column 问题."""
    rows = sheet.rows
    filled = rows.filled(rows=slice(header.row))
    filled += rows.filled(rows=slice(header.row, None), columns=list(header.ours))
    return filled + sum(
        (row < header.row or column in header.ours) and not rows.holds(row, column)
        for row, column in sheet.faults
    )


def _nil_answers(sheet: RawSheet) -> tuple[int, int, int] | None:
    """Return header row (1-based), table column and answer column (0-based) where the sheet is our cover."""
    if not sheet.name.startswith(COVER_SHEET):
        return None
    for row, cells in enumerate(sheet.rows, start=1):
        texts = [field_name_from_header(cell) if isinstance(cell, str) else "" for cell in cells]
        if plain_name(NIL_HEADER) in texts and TABLE_HEADER in texts:
            return row, texts.index(TABLE_HEADER), texts.index(plain_name(NIL_HEADER))
    return None
