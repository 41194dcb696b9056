"""What a received cover says beside which tables have no data: the tasks, and whatever somebody wrote there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from statecollect.catalog import Table
from statecollect.workbook.book_content import Task
from statecollect.workbook.layout import (
    CONTACT,
    COVER_SHEET,
    DEADLINE,
    NIL_HEADER,
    NIL_YES,
    TABLE_HEADER,
    TASK_COLUMNS,
    field_name_from_header,
    plain_name,
)
from statecollect.workbook.read.reader import Book, CellValue, RawSheet

_COVER_LINES = 4  # above its list of tables
_OWN_ANSWERS = {NIL_YES, "否"}


@dataclass(frozen=True, slots=True)
class OnCover:
    """What a received cover says of the tasks."""

    tasks: tuple[Task, ...]
    deadline: str = ""
    contact: str = ""


def read_cover(book: Book, tables: Sequence[Table]) -> OnCover:
    """Return what the cover says of these tables' tasks, for whoever writes the workbook again without the campaign."""
    said: dict[str, list[str]] = {}
    lines: list[str] = []
    empty = [""] * len(TASK_COLUMNS)
    for sheet in book.sheets:
        if is_cover(sheet):
            lines += [cells[0] for cells in sheet.rows[:_COVER_LINES] if cells and isinstance(cells[0], str)]
            for cells in sheet.rows:
                texts = ["" if cell is None else str(cell) for cell in cells]
                said["".join(texts[:1])] = [*texts, *empty][: len(empty)]
    found = re.search(f"{DEADLINE}(\\S+)", "    ".join(lines))
    contact = re.search(f"{CONTACT}(.+?)(?:    |$)", "    ".join(lines))
    return OnCover(
        tuple(_task(table, said.get(table.id, empty)) for table in tables),
        found[1] if found else "",
        contact[1] if contact else "",
    )


def is_cover(sheet: RawSheet) -> bool:
    """Whether a sheet is our cover, by its tab and its list of tables."""
    return sheet.name.startswith(COVER_SHEET) and any(
        _says(cell) == plain_name(NIL_HEADER) for cells in sheet.rows for cell in cells
    )


def own_on_cover(sheet: RawSheet) -> list[tuple[int, int]]:
    """Return the cells of our cover in which somebody wrote: answers that are none, anything beside the texts."""
    head, texts = next(
        (row, [_says(cell) for cell in cells])
        for row, cells in enumerate(sheet.rows)
        if plain_name(NIL_HEADER) in [_says(cell) for cell in cells]
    )
    answer, table = (
        texts.index(plain_name(NIL_HEADER)),
        texts.index(TABLE_HEADER) if TABLE_HEADER in texts else 0,
    )
    tasks = {
        row for row in range(head, len(sheet.rows)) if row == head or _at(sheet, row, table + 1) is not None
    }
    return [
        (row, column)
        for row, column in sheet.filled()
        if (
            (column == answer and row != head and str(_at(sheet, row, column)).strip() not in _OWN_ANSWERS)
            if row in tasks and column < len(texts)
            else column > 0
        )
    ]


def _task(table: Table, line: Sequence[str]) -> Task:
    _, _, sources, fillers, reviewers, responsible, due, _, note = line
    return Task(table, sources, fillers, reviewers, responsible, due, note)


def _says(cell: object) -> str:
    return field_name_from_header(cell) if isinstance(cell, str) else ""


def _at(sheet: RawSheet, row: int, column: int) -> CellValue:
    cells = sheet.rows[row]
    return cells[column] if column < len(cells) else None
