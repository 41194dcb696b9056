"""Delimited text as a grid: the delimiter is found, never assumed."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

from statecollect.address import column_letter
from statecollect.breakdown.codes import table_code
from statecollect.breakdown.grids import Cell, Document, Grid
from statecollect.breakdown.text import visible
from statecollect.errors import HostileFile, UnreadableFile
from statecollect.incoming.decoding import decode

_DELIMITERS = ("\t", ",", ";")
_MOST_CELLS = 500_000


def read_delimited(content: bytes, name: str) -> Document:
    """Read .csv or .tsv."""
    text = decode(content, name)
    if text.count("\n") + max(map(text.count, _DELIMITERS)) > _MOST_CELLS:
        raise HostileFile("单元格过多，不像任务分解表，已拒绝读取", hint="只留任务分解表后另存", where=name)
    # The delimiter that cuts the rows of tables into most cells is the one that was meant.
    tables = [_rows(text, delimiter, name) for delimiter in _DELIMITERS]
    rows = max(tables, key=_cells_beside_codes)
    return Document((Grid(Path(name).stem, rows),))


def _rows(text: str, delimiter: str, name: str) -> dict[int, dict[int, Cell]]:
    rows: dict[int, dict[int, Cell]] = {}
    try:
        for number, values in enumerate(csv.reader(StringIO(text, newline=""), delimiter=delimiter), start=1):
            cells = {
                column: Cell(f"{column_letter(column - 1)}{number}", shown)
                for column, value in enumerate(values, start=1)
                if (shown := visible(value))
            }
            if cells:
                rows[number] = cells
    except csv.Error as fault:
        raise UnreadableFile(
            "文本的引号或分隔符有误，无法分列", hint="请用 Excel 或 WPS 打开后另存为 .xlsx", where=name
        ) from fault
    return rows


def _cells_beside_codes(rows: dict[int, dict[int, Cell]]) -> int:
    return sum(
        len(row) for row in rows.values() if any(table_code(cell.text) is not None for cell in row.values())
    )
