"""Word tables as grids, and the paragraphs around them."""

from __future__ import annotations

from io import BytesIO

import docx
from docx.table import Table

from statecollect.breakdown.container import check_office_zip
from statecollect.breakdown.grids import Cell, Document, Grid
from statecollect.breakdown.text import visible
from statecollect.incoming.archive import damaged
from statecollect.incoming.foreign import foreign_parser
from statecollect.incoming.watch import tick


def read_docx(content: bytes, name: str) -> Document:
    """Read all tables of a .docx, in order; a merged cell stands at every position it covers."""
    check_office_zip(content, name, main_part="word/document.xml", kind=".docx")
    with foreign_parser(lambda _: damaged(name)):
        document = docx.Document(BytesIO(content))
        paragraphs = tuple(
            (f"第{number}段", text)
            for number, paragraph in enumerate(document.paragraphs, start=1)
            if (text := visible(paragraph.text))
        )
        grids = tuple(_grid(table, number) for number, table in enumerate(document.tables, start=1))
    return Document(grids, paragraphs)


def _grid(table: Table, number: int) -> Grid:
    title = f"表{number} "
    grid = Grid(title.strip(), {}, numbering="word", prefix=title)
    rows: dict[int, dict[int, Cell]] = {}
    seen: dict[object, Cell] = {}
    for row_number, row in enumerate(table.rows, start=1):
        tick()
        for column, cell in enumerate(row.cells, start=1 + row.grid_cols_before):
            key = cell._tc
            if key not in seen:
                seen[key] = Cell(grid.address(row_number, column), visible(cell.text))
            if seen[key].text:
                rows.setdefault(row_number, {})[column] = seen[key]
    return Grid(grid.title, rows, grid.numbering, grid.prefix)
