"""From a file to grids, by its suffix. The parser of each kind is imported when a file of that kind is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from statecollect.breakdown.container import LIMITS
from statecollect.breakdown.grids import Document, Grid, holds_codes
from statecollect.errors import UnreadableFile
from statecollect.incoming.guard import read_content


def read_document(path: Path) -> Document:
    """Read .xlsx, .xls, .csv, .tsv or .docx; raises UnreadableFile, HostileFile with one line for the user."""
    suffix = path.suffix.lower()
    reader = _READERS.get(suffix)
    if reader is None:
        raise UnreadableFile(
            f"不支持「{suffix or '无扩展名'}」类型的任务分解表",
            hint="请在 Excel 或 WPS 中另存为 .xlsx（Word 文档另存为 .docx）后再试",
            where=path.name,
        )
    return _with_prefixes(reader(read_content(path, LIMITS, "任务分解表"), path.name))


def _read_xlsx(content: bytes, name: str) -> Document:
    from statecollect.breakdown.sheets import read_xlsx

    return read_xlsx(content, name)


def _read_xls(content: bytes, name: str) -> Document:
    from statecollect.breakdown.sheets import read_xls

    return read_xls(content, name)


def _read_docx(content: bytes, name: str) -> Document:
    from statecollect.breakdown.wordfile import read_docx

    return read_docx(content, name)


def _read_delimited(content: bytes, name: str) -> Document:
    from statecollect.breakdown.textfile import read_delimited

    return read_delimited(content, name)


_READERS: dict[str, Callable[[bytes, str], Document]] = {
    ".xlsx": _read_xlsx,
    ".xls": _read_xls,
    ".csv": _read_delimited,
    ".tsv": _read_delimited,
    ".docx": _read_docx,
}


def _with_prefixes(document: Document) -> Document:
    """Put the sheet's name before addresses, except in the only sheet that lists tables."""
    sheets = [grid for grid in document.grids if grid.numbering == "A1" and grid.rows]
    listing = [grid for grid in sheets if holds_codes(grid)]
    plain = listing if len(listing) == 1 else sheets if len(sheets) == 1 else []
    grids = tuple(
        grid if grid.numbering == "word" or grid in plain else _prefixed(grid) for grid in document.grids
    )
    return replace(document, grids=grids)


def _prefixed(grid: Grid) -> Grid:
    prefix = f"{grid.title}!"
    rows = {
        number: {column: replace(cell, address=prefix + cell.address) for column, cell in row.items()}
        for number, row in grid.rows.items()
    }
    return replace(grid, rows=rows, prefix=prefix)
