"""One returned workbook as typed tables: read, find its tables, clean and check every column.

The same function serves ``ingest``, ``check`` and the replay of the journal, so that a rebuild sees what the
first reading saw.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from statecollect.catalog import Catalog, Field
from statecollect.catalog.table_digest import table_digest
from statecollect.core.address import cell_name, column_letter
from statecollect.core.dictionary_column import Coded
from statecollect.core.errors import UnreadableFile
from statecollect.core.untrusted.guard import Limits
from statecollect.core.untrusted.watch import tick, watched
from statecollect.findings import Finding, Origin
from statecollect.findings.catalogue import said
from statecollect.intake.columns import Checked, RawColumn, check_column
from statecollect.intake.swapped_columns import without_swapped
from statecollect.store.delivery import Delivery
from statecollect.workbook.read.raw_sheets import RawSheet
from statecollect.workbook.read.reader import Book, read_book_safely
from statecollect.workbook.read.scan import doubtful_cells
from statecollect.workbook.recognise.recognised import Resemblance
from statecollect.workbook.recognise.tables import Block, Ignored, find_tables
from statecollect.workbook.stamp import Stamp, read_stamp, row_digest


@dataclass(frozen=True, slots=True)
class ReadReturn:
    """What one workbook holds. ``stamp`` is None for a workbook made without the template.

    ``findings`` are about the file and about sheets that were not taken; what is wrong with the layout of a table
    that was taken is a finding of its delivery, and so counts until the table comes again.
    """

    book: Book
    stamp: Stamp | None
    signature: str
    deliveries: tuple[Delivery, ...]
    ignored: tuple[Ignored, ...]
    findings: tuple[Finding, ...]
    missing: tuple[str, ...]
    resembles: Resemblance | None = None

    def all_findings(self) -> list[Finding]:
        """Structure first, then the tables' findings in the order of work."""
        cells = [finding for delivery in self.deliveries for finding in delivery.findings]
        return [*self.findings, *sorted(cells, key=Finding.sort_key)]


def several_parties(parties: Sequence[str]) -> str:
    """Say that the returns of two or more parties were put into one workbook."""
    named = "、".join(f"「{party.split('/')[-1]}」" for party in parties)
    return f"这份工作簿里有 {len(parties)} 个单位的报送：{named}，分不清哪些行是谁的；请分开，各交各的工作簿"


def proposed(covers: Sequence[str]) -> str:
    """Say whom the cover of a workbook without a stamp names; the empty text where it names nobody."""
    named = "、".join(f"「{one}」" for one in covers)
    return f"封面写的是{named}" if covers else ""


def no_table(resembles: Resemblance | None) -> str:
    """Say of a workbook without a table that has rows what it is near to, or that nothing is filled in."""
    if resembles is None:
        return "没有找到任何填了数据的表；请核对是不是要上交的工作簿，确无数据的表在封面选“零报告”"
    return f"没有认出要交的表：{resembles.sentence()}；请照模板改正栏目名后再交"


def read_return(
    path: Path,
    catalog: Catalog,
    *,
    name: str = "",
    party: str = "",
    expected: Sequence[str] = (),
    limits: Limits | None = None,
    today: dt.date | None = None,
) -> ReadReturn:
    """Read a workbook. ``name`` is the file name to report (default: the path's), ``party`` who returns it.

    ``expected`` are the tables this party was asked for. ``today`` is the day on which it is read (default: this one);
    what a value means may depend on it, so a replay gives the day of the first reading. Reading and checking together are
    under one watch of time and memory. Raises UnreadableFile or HostileFile; everything else that is wrong with the
    workbook is a finding.
    """
    limits = limits or Limits()
    with watched(limits.seconds, limits.memory, name or path.name):
        book = replace(read_book_safely(path, limits), name=name or path.name)
        return _read(book, catalog, party, expected, today or dt.date.today())


def _read(book: Book, catalog: Catalog, party: str, expected: Sequence[str], today: dt.date) -> ReadReturn:
    stamped = read_stamp(book.stamp_rows)
    stamp, signature = stamped if stamped else (None, "")
    party = party or (stamp.party if stamp else "")
    asked = expected or (stamp.tables if stamp else ())
    intake = find_tables(book, catalog, asked)
    ignored: dict[str, list[Ignored]] = defaultdict(list)
    for one in intake.ignored:
        ignored[one.sheet].append(one)
    deliveries = [
        _deliver(block, book, catalog, party, ignored[block.sheet.name], today) for block in intake.blocks
    ]
    deliveries += [
        Delivery.empty(party=party, table=table_id, sha256=book.sha256, file=book.name)
        for table_id in sorted(intake.nil)
        if table_id not in {delivery.table for delivery in deliveries if delivery.rows}
    ]
    structure = [replace(finding, party=party) for finding in intake.findings]
    if stamp:
        structure += [*_outdated(stamp, catalog, book.name, party), *_unconfirmed(stamp, deliveries, catalog)]
    kept = tuple(_with_structure(_without_blank(deliveries), structure))
    returned = {delivery.table for delivery in kept}
    findings = tuple(finding for finding in structure if finding.table not in returned)
    missing = tuple(table_id for table_id in asked if table_id in catalog.tables and table_id not in returned)
    return ReadReturn(book, stamp, signature, kept, intake.ignored, findings, missing, intake.resembles)


def _without_blank(deliveries: Sequence[Delivery]) -> list[Delivery]:
    """Drop tables left empty without a nil return: they count as not returned."""
    nil = {delivery.table for delivery in deliveries if delivery.nil}
    return [
        delivery for delivery in deliveries if delivery.nil or (delivery.rows and delivery.table not in nil)
    ]


def _with_structure(deliveries: Sequence[Delivery], structure: Sequence[Finding]) -> list[Delivery]:
    """Give each finding about a table's layout to the first delivery of that table."""
    open_findings: dict[str, list[Finding]] = defaultdict(list)
    for finding in structure:
        open_findings[finding.table].append(finding)
    return [replace(one, findings=(*open_findings.pop(one.table, ()), *one.findings)) for one in deliveries]


def _outdated(stamp: Stamp, catalog: Catalog, file: str, party: str) -> list[Finding]:
    """Say which tables of a template were made from other schemas: their columns are matched by name."""
    if stamp.year != catalog.year.year:
        return []
    if stamp.schema_of:
        changed = _changed(stamp.schema_of, catalog)
        told = said("S15", "changed", tables="、".join(changed)) if changed else None
    else:
        told = None if stamp.schema == catalog.digest[: len(stamp.schema)] else said("S15", "older")
    return [told.at(origin=Origin(file), party=party)] if told else []


def _changed(made_with: Mapping[str, str], catalog: Catalog) -> list[str]:
    """Name the tables whose schema is another one now, or gone."""
    tables = {table_id: catalog.tables.get(table_id) for table_id in made_with}
    return [
        table.title if table else table_id
        for table_id, table in tables.items()
        if table is None or table_digest(catalog, table) != made_with[table_id]
    ]


def _unconfirmed(stamp: Stamp, deliveries: Sequence[Delivery], catalog: Catalog) -> list[Finding]:
    """Count the rows that came back exactly as they were laid out; a table of nothing else asks to be confirmed."""
    found = []
    for one in deliveries:
        laid_out = set(stamp.prefilled.get(one.table, ()))
        if not laid_out or not one.rows:
            continue
        fields = [field for field in catalog.tables[one.table].fields if not field.auto]
        rows = [row_digest(row) for row in one.by_row(fields)]
        same = sum(row in laid_out for row in rows)
        whole = same == len(rows) == len(laid_out)
        if same:
            told = (
                said("S14", "all", count=same) if whole else said("S14", "some", rows=len(rows), count=same)
            )
            found.append(told.at(one.table, Origin(one.file, one.sheet), party=one.party))
    return found


def _deliver(
    block: Block, book: Book, catalog: Catalog, party: str, ignored: Sequence[Ignored], today: dt.date
) -> Delivery:
    sheet, rows = block.sheet, block.rows
    place = Origin(book.name, sheet.name)
    values: dict[str, Coded] = {}
    rejected: dict[str, frozenset[int]] = {}
    checked_columns: dict[str, tuple[RawColumn, Checked]] = {}
    stored = turned_away = 0
    across = _Cells(sheet, rows)
    for name, index in block.columns.items():
        tick()
        numbers = block.rows_of(name)
        cells = across if numbers == rows else _Cells(sheet, numbers)
        raws = cells.column(index)
        column = cells.known(block.table.by_name[name], index, raws)
        checked = check_column(block.table, column, numbers, place, party, catalog, today)
        values[name] = checked.values
        if checked.rejected:
            rejected[name] = checked.rejected
        checked_columns[name] = (column, checked)
        unread = sum(raws[position] is None for position in column.faults) if column.faults else 0
        turned_away += len(checked.rejected)
        stored += raws.filled + unread - len(checked.rejected)
    below = [one for one in ignored if one.row > block.header_row]
    if block.cells_seen != stored + turned_away + len(below):
        raise _not_accounted_for(
            block, book.name, below, block.cells_seen - stored - turned_away - len(below)
        )
    header = replace(place, row=block.header_row)
    findings = without_swapped(block.table, checked_columns, rows, header, party, catalog, today)
    return Delivery(
        party=party,
        table=block.table.id,
        sha256=book.sha256,
        file=book.name,
        sheet=sheet.name,
        columns=dict(block.columns),
        rows=tuple(rows),
        values=values,
        rejected=rejected,
        findings=tuple(findings),
        nil=False,
        cells_seen=block.cells_seen,
        cells_stored=stored,
        cells_rejected=turned_away,
        cells_ignored=len(below),
        own_rows=dict(block.own_rows),
    )


class _Cells:
    """The cells of some rows of a sheet, by column."""

    def __init__(self, sheet: RawSheet, rows: Sequence[int]) -> None:
        positions = {row - 1: position for position, row in enumerate(rows)}
        self._cells = sheet.rows.only(rows)
        self._faults = _by_column({at: fault.text for at, fault in sheet.faults.items()}, positions)
        self._formats = _by_column(sheet.formats, positions)

    def column(self, index: int) -> Coded:
        """Return the values of a column (0-based)."""
        return self._cells.column(index).compact()

    def known(self, field: Field, index: int, raws: Coded) -> RawColumn:
        """Return what is known of a column that holds a field."""
        return RawColumn(
            field=field,
            letter=column_letter(index),
            raws=raws,
            faults=self._faults.get(index, {}),
            formats=self._formats.get(index, {}),
        )


def _by_column(
    by_cell: Mapping[tuple[int, int], str], positions: Mapping[int, int]
) -> dict[int, dict[int, str]]:
    """Return what is said of cells (0-based row and column) by column and position among the data rows."""
    found: dict[int, dict[int, str]] = {}
    for (row, column), text in by_cell.items():
        if row in positions:
            found.setdefault(column, {})[positions[row]] = text
    return found


def _not_accounted_for(block: Block, file: str, ignored: Sequence[Ignored], missing: int) -> UnreadableFile:
    """The error of a sheet of which not every filled cell was stored, rejected or listed: nothing is lost in silence."""
    taken = {block.place(name, row) for row in block.rows for name in block.columns}
    named = {one.cell for one in ignored}
    cells = [
        at
        for at in block.sheet.filled()
        if at[0] >= block.header_row
        and at not in taken
        and at not in block.labels.values()
        and cell_name(*at) not in named
    ]
    return doubtful_cells(cells if missing > 0 else (), abs(missing), file, block.sheet.name)
