"""A returned workbook laid out again: what was taken under the template's columns, everything else where it is seen.

Nothing is forgotten: columns without a field stand behind the table, rows that were not taken below it, other sheets on
sheets of their own, comments at their cells, and what is left in a list. ``Moves`` knows where each cell has gone, so
that findings, which speak of the file as received, can be made to speak of the new one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from statecollect.campaign.outgoing.moved_cells import Moves
from statecollect.catalog import Catalog, Table
from statecollect.core.address import cell_name
from statecollect.workbook.book_content import Copy, Elsewhere, Leftovers
from statecollect.workbook.layout import (
    ELSEWHERE_SHEET,
    FINDINGS_HEADER,
    FIRST_DATA_ROW,
    GUIDE_ROW,
    HEADER_ROW,
    HINT_ROW,
    MAX_TAB,
    NOT_TAKEN,
    NOT_TAKEN_COLUMNS,
    OWN_SHEETS,
    TITLE_ROW,
    field_name_from_header,
    first_besides,
    header_text,
    line_of_not_taken,
    own_words,
    plain_name,
    sheet_name,
)
from statecollect.workbook.read.reader import Book, CellFault, CellValue, RawSheet
from statecollect.workbook.recognise.cover_text import is_cover, own_on_cover
from statecollect.workbook.recognise.tables import Block, find_tables, is_ours
from statecollect.workbook.write.leftovers import ELSEWHERE_FIRST_ROW

_TAB_FORBIDS = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


@dataclass(frozen=True, slots=True)
class Source:
    """One received workbook: ``tables`` are those for which it is the party's current return."""

    book: Book
    tables: frozenset[str]


@dataclass(frozen=True, slots=True)
class Returned:
    """What the new workbook repeats of the received ones."""

    rows: Mapping[str, list[list[object]]]
    besides: Mapping[str, Leftovers]
    copies: tuple[Copy, ...]
    elsewhere: tuple[Elsewhere, ...]
    moves: Moves


def lay_out(sources: Sequence[Source], catalog: Catalog, tables: Sequence[Table]) -> Returned:
    """Lay received workbooks out again under the columns of ``tables``, which are those of the new workbook."""
    laying = _Laying(catalog, {table.id: table for table in tables})
    for source in sources:
        laying.take(source)
    return laying.result()


@dataclass(slots=True)
class _ReceivedSheet:
    """One table's sheet in the making."""

    table: Table
    rows: list[list[object]] = field(default_factory=list)
    sources: list[tuple[str, int]] = field(default_factory=list)  # sheet and row, of each of the rows
    columns: dict[tuple[str, int], tuple[object, dict[int, object]]] = field(default_factory=dict)
    lines: list[dict[int, object]] = field(default_factory=list)
    line_sources: list[tuple[str, int]] = field(default_factory=list)


class _Laying:
    """Takes one received workbook after the other."""

    def __init__(self, catalog: Catalog, tables: Mapping[str, Table]) -> None:
        self.catalog = catalog
        self.sheets = {table_id: _ReceivedSheet(table) for table_id, table in tables.items()}
        self.tabs = {name.lower() for name in OWN_SHEETS} | {
            sheet_name(one).lower() for one in tables.values()
        }
        self.copies: list[Copy] = []
        self.elsewhere: list[Elsewhere] = []
        self.comments: list[tuple[str, int, int, str]] = []  # sheet, row, column, text
        self.moves = Moves()

    def take(self, source: Source) -> None:
        book = replace(source.book, sheets=tuple(map(readable_again, source.book.sheets)))
        self.moves.files.add(book.name)
        intake = find_tables(book, self.catalog, list(self.sheets))
        blocks = {block.sheet.name: block for block in intake.blocks}
        meant = {one.origin.sheet: one.table for one in intake.findings if one.table in self.sheets}
        for sheet in book.sheets:
            block = blocks.get(sheet.name)
            table_id = block.table.id if block else meant.get(sheet.name, "")
            if sheet.name == ELSEWHERE_SHEET and book.stamp_rows:
                self.elsewhere += _listed(sheet)
            elif is_cover(sheet):
                self.elsewhere += [_elsewhere(sheet, row, column) for row, column in own_on_cover(sheet)]
            elif sheet.name in book.identity.sheets or is_ours(sheet.name, stamped=bool(book.stamp_rows)):
                continue
            elif block and table_id in source.tables and block.own_rows:
                self._form(block)
            elif block and table_id in source.tables:
                self._table(block, stamped=bool(book.stamp_rows))
            elif table_id in source.tables:
                self._lines(self.sheets[table_id], sheet, sorted({row + 1 for row, _ in sheet.filled()}))
            elif table_id not in self.sheets and sheet.filled():
                self._copy(sheet)
                continue
            elif table_id:  # of a table that came again since
                continue
            for (row, column), text in sheet.comments.items():
                if words := own_words(text):
                    self.comments.append((sheet.name, row, column, words))

    def _table(self, block: Block, *, stamped: bool) -> None:
        """Lay one block's rows under the template's columns, the rest behind and below them."""
        sheet, made = block.sheet, self.sheets[block.table.id]
        places = {
            block.columns[one.name]: at
            for at, one in enumerate(block.table.fields)
            if one.name in block.columns
        }
        header = sheet.rows[block.header_row - 1]
        ours = {
            at
            for at, cell in enumerate(header)
            if stamped and _says(cell) == FINDINGS_HEADER and at not in places
        }
        start = len(made.rows)
        made.rows += _typed_rows(block)
        made.sources += [(sheet.name, row) for row in block.rows]
        position = {row - 1: start + at for at, row in enumerate(block.rows)}
        not_taken: dict[int, list[int]] = defaultdict(list)
        below: set[int] = set()
        outside = _outside(block)
        apart = next(
            (at[0] for at in outside if str(typed(sheet, *at)).startswith(NOT_TAKEN)), len(sheet.rows)
        )
        for row, column in outside:
            if column in ours and row < apart:
                continue
            if row in position:
                not_taken[column].append(row)
            else:
                below.add(row + 1)
        headed = {
            at for at, cell in enumerate(header) if cell is not None and at not in places and at not in ours
        }
        columns = dict(places)
        for column in sorted({*not_taken, *headed}):
            head = header[column] if column < len(header) else None
            known = [key for key in made.columns if key[0] == str(head or "")]
            same = [
                key for key in known if made.columns[key][1].keys().isdisjoint(range(start, len(made.rows)))
            ]
            key = same[0] if same else (str(head or ""), len(known))
            _, cells = made.columns.setdefault(key, (head, {}))
            cells |= {position[row]: typed(sheet, row, column) for row in not_taken[column]}
            columns[column] = first_besides(block.table) + list(made.columns).index(key)
        self.moves.columns[sheet.name] = columns
        self.moves.rows[sheet.name, block.header_row] = (sheet_name(block.table), HEADER_ROW, False)
        gone = {(row - 1, column) for row in below for column in ours if row <= apart}
        self._lines(made, sheet, sorted(below), gone)
        self.elsewhere += [_elsewhere(sheet, *at) for at in _own_above(block, places, stamped=stamped)]

    def _form(self, block: Block) -> None:
        """Lay the answers of a form out as a row of the template, and what else stood there below the table."""
        sheet, made = block.sheet, self.sheets[block.table.id]
        tab, row = sheet_name(block.table), FIRST_DATA_ROW + len(made.rows)
        fields = block.table.fields
        answers = {one.name: block.place(one.name, 0) for one in fields if one.name in block.columns}
        if block.rows:
            made.rows.append(
                [typed(sheet, *answers[one.name]) if one.name in answers else None for one in fields]
            )
            made.sources.append((sheet.name, block.rows[0]))
        for at, field_ in enumerate(fields):
            if field_.name in answers:
                for place in (answers[field_.name], block.labels[field_.name]):
                    self.moves.cells[sheet.name, *place] = (tab, row, at)
        gone = {*answers.values(), *block.labels.values()}
        left = [at for at in sheet.filled() if at[0] >= block.header_row and at not in gone]
        self._lines(made, sheet, sorted({at[0] + 1 for at in left}), gone)
        self.elsewhere += [_elsewhere(sheet, *at) for at in _own_names(block)]

    def _lines(
        self,
        made: _ReceivedSheet,
        sheet: RawSheet,
        rows: Iterable[int],
        leave: Container[tuple[int, int]] = (),
    ) -> None:
        """Put whole rows (1-based) below the table, as they stood, without some cells (0-based)."""
        faults: dict[int, set[int]] = defaultdict(set)
        for row, column in sheet.faults:
            faults[row].add(column)
        for number in rows:
            cells = sheet.rows[number - 1] if number <= len(sheet.rows) else ()
            filled = {at for at, cell in enumerate(cells) if cell is not None} | faults[number - 1]
            line: dict[int, object] = {
                at: typed(sheet, number - 1, at) for at in filled if (number - 1, at) not in leave
            }
            texts = [str(line[at]).strip() for at in sorted(line)]
            if any(texts) and not texts[0].startswith(NOT_TAKEN):
                made.lines.append(line)
                made.line_sources.append((sheet.name, number))

    def _copy(self, sheet: RawSheet) -> None:
        tab = self._free_tab(sheet.name)
        faulty = {row for row, _ in sheet.faults}
        rows = [
            [typed(sheet, at, column) for column in range(sheet.rows.width)] if at in faulty else list(cells)
            for at, cells in enumerate(sheet.rows)
        ]
        words = {at: own for at, text in sheet.comments.items() if (own := own_words(text))}
        self.copies.append(Copy(tab, rows, words, sheet.visible))
        for number in range(1, len(rows) + 1):
            self.moves.rows[sheet.name, number] = (tab, number, True)

    def _free_tab(self, name: str) -> str:
        name = _TAB_FORBIDS.sub("_", name).strip("'") or "工作表"
        for number in range(1000):
            mark = f"（原{number or ''}）" if number else ""
            tab = name[: MAX_TAB - len(mark)] + mark
            if tab.lower() not in self.tabs:
                break
        self.tabs.add(tab.lower())
        return tab

    def result(self) -> Returned:
        for made in self.sheets.values():
            tab = sheet_name(made.table)
            for at, source in enumerate(made.sources):
                self.moves.rows[source] = (tab, FIRST_DATA_ROW + at, False)
            first = line_of_not_taken(len(made.rows)) + 1
            for at, source in enumerate(made.line_sources):
                if self.moves.rows.setdefault(source, (tab, first + at, True))[1] != first + at:
                    name, row = source  # of a form, whose answers have gone elsewhere
                    for column in made.lines[at]:
                        self.moves.cells[name, row - 1, column] = (tab, first + at, column)
        comments: dict[str, dict[tuple[int, int], str]] = defaultdict(dict)
        for sheet, row, column, text in self.comments:
            place = self.moves.cell(sheet, row + 1, column)
            if place is None:
                self.elsewhere.append(Elsewhere(sheet, cell_name(row, column), f"批注：{text}"))
            else:
                tab, number, there = place
                comments[tab][number - 1, there] = text
        besides = {
            table_id: Leftovers(
                columns=[
                    (head, [cells.get(at) for at in range(len(made.rows))])
                    for head, cells in made.columns.values()
                ],
                lines=made.lines,
                comments=comments[sheet_name(made.table)],
            )
            for table_id, made in self.sheets.items()
        }
        rows = {table_id: made.rows for table_id, made in self.sheets.items()}
        return Returned(rows, besides, tuple(self.copies), tuple(dict.fromkeys(self.elsewhere)), self.moves)


def readable_again(sheet: RawSheet) -> RawSheet:
    """Return a sheet with each cell as it is shown: the new one has the template's number formats."""
    return replace(sheet, rows=sheet.as_shown(), formats={}) if sheet.formats else sheet


def typed(sheet: RawSheet, row: int, column: int) -> CellValue:
    """Return what a cell (0-based) shows: its value, its error value, nothing where a formula has no result."""
    fault = sheet.faults.get((row, column))
    if fault is not None:
        return _shown(fault)
    cells = sheet.rows[row] if row < len(sheet.rows) else ()
    return cells[column] if column < len(cells) else None


def _shown(fault: CellFault) -> str | None:
    """Return what can stand in the cell again: words of ours would be taken for an answer when it comes back."""
    error = fault.text.rpartition(" ")[2]
    return error if fault.kind == "error" and error.startswith("#") else None


def _typed_rows(block: Block) -> list[list[object]]:
    """Return a block's rows as typed, in the order of the table's fields."""
    order = [block.columns.get(field.name) for field in block.table.fields]
    cells = block.sheet.rows.only(block.rows)
    nothing = (None,) * len(cells)
    columns = [nothing if index is None else cells.column(index) for index in order]
    result: list[list[object]] = list(map(list, zip(*columns, strict=True)))
    position = {number - 1: at for at, number in enumerate(block.rows)}
    place = {index: at for at, index in enumerate(order) if index is not None}
    for (row, column), fault in block.sheet.faults.items():
        if row in position and column in place:
            result[position[row]][place[column]] = _shown(fault)
    return result


def _outside(block: Block) -> list[tuple[int, int]]:
    """Return the filled cells (0-based) below the header that are no field of a record; of a long table there are few."""
    left = block.sheet.rows.codes != 0
    left[:, : block.header_row] = False
    rows, columns = [number - 1 for number in block.rows], sorted(block.columns.values())
    inside = [column for column in columns if column < len(left)]
    left[np.ix_(inside, rows)] = False
    found = {(row, column) for row, column in np.argwhere(left.T).tolist()}
    records, fields = set(rows), set(columns)
    return sorted(
        found
        | {
            (row, column)
            for row, column in block.sheet.faults
            if row >= block.header_row and not (row in records and column in fields)
        }
    )


def _filled(sheet: RawSheet, rows: slice) -> list[tuple[int, int]]:
    """Return the filled cells (0-based) of the first rows in reading order."""
    cells = {(row, column) for row, column in np.argwhere(sheet.rows.codes[:, rows].T).tolist()}
    return sorted(cells | {(row, column) for row, column in sheet.faults if row < rows.stop})


def _own_above(block: Block, places: Mapping[int, int], *, stamped: bool) -> list[tuple[int, int]]:
    """Return the cells above the data that the new workbook will not have: all but title, guidance, hints and names."""
    sheet, table = block.sheet, block.table
    furniture = {plain_name(header_text(one)) for one in table.fields} | {
        plain_name(one.name) for one in table.fields
    }
    furniture |= {plain_name(table.title), plain_name(NOT_TAKEN_COLUMNS)}
    found: list[tuple[int, int]] = []
    seen: set[int] = set()
    for row, column in _filled(sheet, slice(block.header_row)):
        text = _says(typed(sheet, row, column))
        below = row + 1 - block.header_row + HEADER_ROW  # the row of the template, wherever its header is
        if row + 1 == block.header_row:
            known = column not in places or text == plain_name(table.fields[places[column]].name)
        elif stamped and below in {TITLE_ROW, GUIDE_ROW}:
            known = row not in seen
            seen.add(row)
        else:
            known = stamped and below == HINT_ROW and column in places
        if not known and text not in furniture:
            found.append((row, column))
    return found


def _own_names(block: Block) -> list[tuple[int, int]]:
    """Return the cells above a form, and its names where they are not written as the template writes them."""
    table = block.table
    furniture = {plain_name(one) for one in (table.title, table.name)}
    above = [
        at
        for at in _filled(block.sheet, slice(block.header_row))
        if _says(typed(block.sheet, *at)) not in furniture
    ]
    return above + [
        at
        for name, at in block.labels.items()
        if _says(typed(block.sheet, *at))
        not in {plain_name(name), plain_name(header_text(table.by_name[name]))}
    ]


def _listed(sheet: RawSheet) -> list[Elsewhere]:
    """Return what an earlier marked return had in its list."""
    lines = [(*cells, None, None, None)[:3] for cells in sheet.rows[ELSEWHERE_FIRST_ROW - 1 :]]
    return [Elsewhere(str(a or ""), str(b or ""), content) for a, b, content in lines if content is not None]


def _elsewhere(sheet: RawSheet, row: int, column: int) -> Elsewhere:
    return Elsewhere(sheet.name, cell_name(row, column), typed(sheet, row, column))


def _says(cell: object) -> str:
    return field_name_from_header(cell) if isinstance(cell, str) else ""
