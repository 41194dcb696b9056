"""From a file to grids, by its suffix. The parser of each kind is imported when a file of that kind is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from statecollect.breakdown.container import check_office_zip
from statecollect.breakdown.grids import Document, Grid, holds_codes
from statecollect.errors import HostileFile, UnreadableFile

_LONGEST_CELL = 4_000  # characters
_MOST_TEXT = 5_000_000  # of all cells and paragraphs; a merged cell counts wherever it stands
_SMALL_TEXT, _SMALL_PARTS, _FEW_CELLS, _FEW_ROWS = 250_000, 6 * 2**20, 20_000, 1_000
_MAIN_PARTS = {".xlsx": "xl/workbook.xml", ".docx": "word/document.xml"}


def check_suffix(name: str) -> None:
    """Raise UnreadableFile for a file that no breakdown is read from."""
    suffix = Path(name).suffix.lower()
    if suffix not in _READERS:
        raise UnreadableFile(
            f"不支持「{suffix or '无扩展名'}」类型的任务分解表",
            hint="请在 Excel 或 WPS 中另存为 .xlsx（Word 文档另存为 .docx）后再试",
            where=name,
        )


def is_small(content: bytes, name: str) -> bool:
    """Whether reading the file cannot cost much, whatever is in it. Raises UnreadableFile, HostileFile.

    No .xls is: what a parser of that format does with a broken one cannot be told beforehand.
    """
    suffix = Path(name).suffix.lower()
    if suffix in _MAIN_PARTS:
        found = check_office_zip(content, name, main_part=_MAIN_PARTS[suffix], kind=suffix)
        few = found.cells + found.merged <= _FEW_CELLS and found.rows <= _FEW_ROWS
        return few and found.expanded <= _SMALL_PARTS
    return suffix != ".xls" and len(content) <= _SMALL_TEXT


def is_short(document: Document) -> bool:
    """Whether there is little text to think about."""
    return sum(map(len, _texts(document))) <= _SMALL_TEXT


def read_document(content: bytes, name: str) -> Document:
    """Read .xlsx, .xls, .csv, .tsv or .docx; raises UnreadableFile, HostileFile with one line for the user."""
    document = _READERS[Path(name).suffix.lower()](content, name)
    _check_texts(document, name)
    return _with_prefixes(document)


def _check_texts(document: Document, name: str) -> None:
    for grid in document.grids:
        for row in grid.rows.values():
            for cell in row.values():
                if len(cell.text) > _LONGEST_CELL:
                    message = f"{cell.address} 一格里有 {len(cell.text)} 个字，不像任务分解表，已拒绝读取"
                    raise HostileFile(message, hint="只留任务分解表，删去大段文字后另存", where=name)
    if sum(map(len, _texts(document))) > _MOST_TEXT:
        raise HostileFile(
            "文字总量过大，不像任务分解表，已拒绝读取",
            hint="只留任务分解表，删去大段文字后另存",
            where=name,
        )


def _texts(document: Document) -> list[str]:
    cells = [cell.text for grid in document.grids for row in grid.rows.values() for cell in row.values()]
    return [*cells, *(text for _, text in document.paragraphs)]


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
