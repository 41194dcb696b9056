"""The marked return: the party's own rows again, as typed, with what is wrong at each cell.

The rows are read from the kept original, so that invalid values come back exactly as they were typed, and marks
of an earlier round never accumulate.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from statecollect.breakdown import Breakdown
from statecollect.catalog import Catalog, Stage
from statecollect.config import Config
from statecollect.findings import Finding
from statecollect.templates import book_content
from statecollect.workbook.reader import read_book
from statecollect.workbook.tables import Block, find_tables
from statecollect.workbook.writer import write_workbook


def write_marked(
    path: Path,
    party: str,
    sources: Sequence[tuple[Path, str, Sequence[str]]],
    nil: Sequence[str],
    findings: Sequence[Finding],
    *,
    breakdown: Breakdown,
    catalog: Catalog,
    config: Config,
    stages: Sequence[Stage],
    secret: bytes,
    tasks: Sequence[str],
) -> None:
    """Write one party's marked workbook.

    ``sources`` are its current originals: path, file name as sent, the tables taken from it. Tables the party has
    not returned are included empty, so that the same workbook can be completed.
    """
    rows: dict[str, list[list[object]]] = {}
    numbers: dict[str, list[int]] = {}
    for original, _, wanted in sources:
        for block in find_tables(read_book(original), catalog, wanted).blocks:
            if block.table.id in wanted:
                rows.setdefault(block.table.id, []).extend(raw_rows(block))
                numbers.setdefault(block.table.id, []).extend(block.rows)
    by_table: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_table[finding.table].append(finding)
    content = book_content(
        party,
        [catalog.tables[table_id] for table_id in tasks if table_id in catalog.tables],
        breakdown,
        catalog,
        config,
        stages,
        rows=rows,
        row_numbers=numbers,
        findings=by_table,
        nil=nil,
        kind="marked",
    )
    write_workbook(path, content, catalog, secret)


def raw_rows(block: Block) -> list[list[object]]:
    """Return a block's rows as typed, in the order of the table's fields."""
    order = [block.columns.get(field.name) for field in block.table.fields]
    result: list[list[object]] = []
    for number in block.rows:
        cells = block.sheet.rows[number - 1]
        row: list[object] = [
            cells[index] if index is not None and index < len(cells) else None for index in order
        ]
        for position, index in enumerate(order):
            fault = block.sheet.faults.get((number - 1, index)) if index is not None else None
            if fault is not None:
                row[position] = fault.text
        result.append(row)
    return result
