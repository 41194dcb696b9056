"""The marked return: the party's own rows again, as typed, with what is wrong at each cell.

The rows are read from the kept original, so that invalid values come back exactly as they were typed, and marks
of an earlier round never accumulate.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from statecollect.catalog import Catalog
from statecollect.filenames import file_names
from statecollect.findings import Finding
from statecollect.store import Held, Store
from statecollect.templates import Issuer, book_content
from statecollect.workbook.reader import Book, read_book_safely
from statecollect.workbook.stamp import read_stamp
from statecollect.workbook.tables import Block, find_tables
from statecollect.workbook.writer import BookContent, write_workbook


def write_marked(
    issuer: Issuer,
    store: Store,
    findings: Iterable[Finding],
    tasks: Mapping[str, Sequence[str]],
    out: Path,
    progress: Callable[[str, int, int], None],
) -> list[Path]:
    """Write a marked workbook for every party with errors or warnings; return the paths.

    ``tasks``: table ids by party. Tables a party has not returned are included empty, so that the same workbook
    can be completed.
    """
    of_party: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.severity != "note" and finding.party:
            of_party[finding.party].append(finding)
    held: dict[str, list[Held]] = defaultdict(list)
    for one in store.deliveries():
        held[one.party].append(one)
    written = []
    names = file_names([*tasks, *sorted(held.keys() | of_party.keys())])
    for position, party in enumerate(sorted(one for one in of_party if tasks.get(one))):  # others: ``status``
        progress(party, position, len(of_party))
        path = out / f"{names[party]}-退回修改.xlsx"
        path.parent.mkdir(parents=True, exist_ok=True)
        content = _content(issuer, store, party, held[party], of_party[party], tasks[party])
        write_workbook(path, content, issuer.catalog, issuer.secret)
        written.append(path)
    progress("", len(of_party), len(of_party))
    return written


def _content(
    issuer: Issuer,
    store: Store,
    party: str,
    held: Sequence[Held],
    findings: Sequence[Finding],
    tasks: Sequence[str],
) -> BookContent:
    """Return one party's workbook again: the rows of its current originals, and what was found in them."""
    known = issuer.catalog.tables
    wanted: dict[str, list[str]] = defaultdict(list)
    for one in held:
        if one.sha256:
            wanted[one.sha256].append(one.table)
    rows: dict[str, list[list[object]]] = defaultdict(list)
    numbers: dict[str, list[int]] = defaultdict(list)
    prefilled: dict[str, tuple[str, ...]] = {}
    for sha256, tables in wanted.items():
        book = read_book_safely(store.original(sha256))
        stamped = read_stamp(book.stamp_rows)
        prefilled |= {
            one: said for one, said in (stamped[0].prefilled if stamped else {}).items() if one in tables
        }
        typed, places = as_typed(book, issuer.catalog, tables)
        for table_id in typed:
            rows[table_id] += typed[table_id]
            numbers[table_id] += places[table_id]
    return book_content(
        issuer,
        party,
        [known[table_id] for table_id in tasks if table_id in known],
        rows=rows,
        row_numbers=numbers,
        findings=by_table(findings),
        nil=[one.table for one in held if one.nil],
        kind="marked",
        prefilled=prefilled,
    )


def as_typed(
    book: Book, catalog: Catalog, tables: Sequence[str]
) -> tuple[dict[str, list[list[object]]], dict[str, list[int]]]:
    """Return by table the rows of a workbook as typed, and their row numbers."""
    rows: dict[str, list[list[object]]] = defaultdict(list)
    numbers: dict[str, list[int]] = defaultdict(list)
    for block in find_tables(book, catalog, tables).blocks:
        if block.table.id in tables:
            rows[block.table.id] += raw_rows(block)
            numbers[block.table.id] += block.rows
    return rows, numbers


def by_table(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Return findings by table id, in their order."""
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        found[finding.table].append(finding)
    return found


def raw_rows(block: Block) -> list[list[object]]:
    """Return a block's rows as typed, in the order of the table's fields."""
    order = [block.columns.get(field.name) for field in block.table.fields]
    cells = block.sheet.rows.only(block.rows)
    nothing = (None,) * len(cells)
    columns = [nothing if index is None else cells.column(index) for index in order]
    result: list[list[object]] = list(map(list, zip(*columns, strict=True)))
    for number, row in zip(block.rows, result, strict=True):
        for position, index in enumerate(order):
            fault = block.sheet.faults.get((number - 1, index)) if index is not None else None
            if fault is not None:
                row[position] = fault.text
    return result
