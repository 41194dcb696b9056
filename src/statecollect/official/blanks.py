"""A blank workbook of the platform: which columns each sheet asks for, with comments and drop-downs.

Headers of one row and of two (a group above its columns) are read alike; ``组`` above ``列`` becomes ``组<列>``, as the
catalog names such fields.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from statecollect.errors import UnreadableFile
from statecollect.workbook.guard import inspect
from statecollect.workbook.layout import OWN_SHEETS, field_name_from_header

_HEADER_WITHIN = 15  # rows
_LONGEST_NAME = 60  # what is longer is an instruction, not a name
_MANY = 2000  # entries of a drop-down that are read
# what openpyxl raises of a file whose container is sound and whose content is not
_BROKEN = (ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, SyntaxError)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the name as printed (marks taken off), the comment, what its drop-down offers.

    ``choices`` is None without a drop-down, and where the list depends on another column. ``kind`` is what a data
    validation says of the values (whole, decimal, date, textLength), ``length`` the longest text it allows.
    """

    name: str
    comment: str = ""
    choices: tuple[str, ...] | None = None
    kind: str = ""
    length: int | None = None
    number_format: str = "General"


@dataclass(frozen=True, slots=True)
class Blank:
    """One sheet: its tab, the texts above the header, its columns."""

    sheet: str
    titles: tuple[str, ...]
    columns: tuple[Column, ...]


def read_blanks(path: Path, known: Collection[str]) -> list[Blank]:
    """Read the sheets that ask for something. ``known`` are names of fields as ``field_name_from_header`` gives them.

    Raises UnreadableFile or HostileFile with one line, as reading a return does.
    """
    import openpyxl

    container = inspect(path)
    if container.kind not in {"xlsx", "xlsm"}:
        raise UnreadableFile("只能从 .xlsx 导入模板", hint="在 Excel 或 WPS 中另存为 .xlsx", where=path.name)
    try:
        book = openpyxl.load_workbook(io.BytesIO(container.content))
    except _BROKEN as error:
        raise UnreadableFile(
            "打不开这个文件", hint="在 Excel 或 WPS 中打开并另存", where=path.name
        ) from error
    return [
        blank
        for sheet in book.worksheets
        if sheet.sheet_state == "visible" and sheet.title not in OWN_SHEETS
        if (blank := _blank(book, sheet, known)) is not None
    ]


def _blank(book: Any, sheet: Any, known: Collection[str]) -> Blank | None:
    grid = _spread(sheet)
    best: tuple[int, int] = (0, 1)
    header: tuple[int, dict[int, str]] | None = None
    for row in sorted(grid):
        names = _names(sheet, grid, row)
        distinct = set(names.values())
        score = (sum(field_name_from_header(name) in known for name in distinct), len(distinct))
        if score > best:
            best, header = score, (row, names)
    if header is None:
        return None
    last, names = header
    validations = _validations(book, sheet, last + 1)
    columns = tuple(
        _column(sheet, last, column, name, validations.get(column)) for column, name in sorted(names.items())
    )
    titles = tuple(dict.fromkeys(text for row in sorted(grid) if row < last for text in grid[row].values()))
    return Blank(sheet.title, titles, columns)


def _spread(sheet: Any) -> dict[int, dict[int, str]]:
    """Return the texts of the first rows by row and column; a merged cell's text stands in each of its cells."""
    grid: dict[int, dict[int, str]] = {}
    for cells in sheet.iter_rows(max_row=_HEADER_WITHIN):
        texts = {cell.column: str(cell.value).strip() for cell in cells if cell.value is not None}
        if texts:
            grid[cells[0].row] = texts
    for area in sheet.merged_cells.ranges:
        text = grid.get(area.min_row, {}).get(area.min_col)
        if text is not None:
            for row in range(area.min_row, min(area.max_row, _HEADER_WITHIN) + 1):
                for column in range(area.min_col, area.max_col + 1):
                    grid.setdefault(row, {})[column] = text
    return grid


def _names(sheet: Any, grid: Mapping[int, Mapping[int, str]], row: int) -> dict[int, str]:
    """Return the names by column if ``row`` is the header's last row."""
    groups = {
        (area.min_row, column): area
        for area in sheet.merged_cells.ranges
        if area.max_row == row - 1 and area.max_col > area.min_col
        for column in range(area.min_col, area.max_col + 1)
    }
    above, everything = grid.get(row - 1, {}), len(grid[row])
    names: dict[int, str] = {}
    for column, text in grid[row].items():
        name = field_name_from_header(text)
        if not name or len(name) > _LONGEST_NAME:
            continue
        group = next((area for (_, at), area in groups.items() if at == column), None)
        if group is not None and group.max_col - group.min_col + 1 < everything:
            name = f"{field_name_from_header(above[column])}<{name}>"
        names[column] = name
    return names


def _column(sheet: Any, row: int, column: int, name: str, validation: Any) -> Column:
    cell, below = sheet.cell(row, column), sheet.cell(row + 1, column)
    comment = cell.comment.text.strip() if cell.comment else ""
    choices, kind, length = validation or (None, "", None)
    return Column(name, comment, choices, kind, length, below.number_format or "General")


def _validations(
    book: Any, sheet: Any, row: int
) -> dict[int, tuple[tuple[str, ...] | None, str, int | None]]:
    """Return choices, kind and longest text by column, of the validations that reach ``row``."""
    found: dict[int, tuple[tuple[str, ...] | None, str, int | None]] = {}
    for one in sheet.data_validations.dataValidation:
        columns = [
            column
            for area in one.sqref.ranges
            if area.min_row <= row + 1 and area.max_row >= row
            for column in range(area.min_col, area.max_col + 1)
        ]
        choices = _choices(book, sheet, one.formula1 or "") if one.type == "list" else None
        length = int(one.formula2 or one.formula1) if one.type == "textLength" and _whole(one) else None
        for column in columns:
            found[column] = (choices, one.type if one.type not in {None, "list", "none"} else "", length)
    return found


def _whole(validation: Any) -> bool:
    return str(validation.formula2 or validation.formula1 or "").isdigit()


def _choices(book: Any, sheet: Any, formula: str) -> tuple[str, ...] | None:
    """Return what a drop-down offers: a list in quotes, a range, a defined name; None for anything else."""
    if formula.startswith('"'):
        return tuple(text.strip() for text in formula.strip('"').split(",") if text.strip())
    formula = formula.lstrip("=")
    names = {**book.defined_names, **sheet.defined_names}
    if formula in names:
        formula = names[formula].attr_text
    tab, _, area = formula.rpartition("!")
    tab = tab.strip("'").replace("''", "'") or sheet.title
    if tab not in book.sheetnames or "(" in area:
        return None
    try:
        cells = book[tab][area.replace("$", "")]
    except ValueError:
        return None
    rows = cells if isinstance(cells, tuple) else ((cells,),)
    flat = [cell for row in rows for cell in (row if isinstance(row, tuple) else (row,))]
    return tuple(str(cell.value).strip() for cell in flat[:_MANY] if cell.value is not None)
