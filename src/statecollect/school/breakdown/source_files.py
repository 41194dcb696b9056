"""From a file to grids, by its suffix. The parser of each kind is imported when a file of that kind is read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from statecollect.core.errors import HostileFile, UnreadableFile
from statecollect.school.breakdown.grids import Grid, SourceDocument, holds_codes
from statecollect.school.breakdown.word_container import LIMITS, check_office_zip

_LONGEST_CELL = 4_000  # characters
_MOST_TEXT = 5_000_000  # of all cells and paragraphs; a merged cell counts wherever it stands
_SMALL_TEXT, _SMALL_PARTS, _FEW_CELLS, _FEW_ROWS = 250_000, 6 * 2**20, 20_000, 1_000
_WORD = {".docx", ".docm", ".dotx"}
_SHEETS = {
    ".xlsx",
    ".xlsm",
    ".xltx",
    ".xltm",
    ".xlsb",
    ".xls",
    ".xlt",
    ".et",
    ".ett",
    ".ods",
    ".ots",
    ".csv",
    ".tsv",
}
_OLD_WORD = {".doc", ".wps", ".wpt", ".rtf", ".odt"}


def check_suffix(name: str) -> None:
    """Raise UnreadableFile for a file that no breakdown is read from."""
    suffix = Path(name).suffix.lower()
    if suffix in _OLD_WORD:
        raise UnreadableFile(
            f"这是「{suffix}」文档，不能直接读",
            hint="请用 Word 或 WPS 打开后另存为 .docx 再试",
            where=name,
            reason="old-word",
        )
    if suffix not in _WORD | _SHEETS:
        raise UnreadableFile(
            f"不支持「{suffix or '无扩展名'}」类型的任务分解表",
            hint="请在 Excel 或 WPS 中另存为 .xlsx（Word 文档另存为 .docx）后再试",
            where=name,
            reason="suffix",
        )


def is_small(content: bytes, name: str) -> bool:
    """Whether reading the file cannot cost much, whatever is in it. Raises UnreadableFile, HostileFile.

    No .xls is: what a parser of that format does with a broken one cannot be told beforehand.
    """
    if Path(name).suffix.lower() in _WORD:
        found = check_office_zip(content, name)
        return found.cells <= _FEW_CELLS and found.rows <= _FEW_ROWS and found.expanded <= _SMALL_PARTS
    from statecollect.school.breakdown.sheet_grids import is_small, looked_at

    return is_small(looked_at(content, name, LIMITS))


def is_short(document: SourceDocument) -> bool:
    """Whether there is little text to think about."""
    return sum(map(len, _texts(document))) <= _SMALL_TEXT


def read_document(content: bytes, name: str) -> SourceDocument:
    """Read any workbook, a text table or a .docx; raises UnreadableFile, HostileFile with one line for the user."""
    if Path(name).suffix.lower() in _WORD:
        from statecollect.school.breakdown.word_grids import read_docx

        document = read_docx(content, name)
    else:
        from statecollect.school.breakdown.sheet_grids import looked_at, read_sheets

        document = read_sheets(looked_at(content, name, LIMITS), LIMITS)
    _check_texts(document, name)
    return _with_prefixes(document)


def _check_texts(document: SourceDocument, name: str) -> None:
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


def _texts(document: SourceDocument) -> list[str]:
    cells = [cell.text for grid in document.grids for row in grid.rows.values() for cell in row.values()]
    return [*cells, *(text for _, text in document.paragraphs)]


def _with_prefixes(document: SourceDocument) -> SourceDocument:
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
