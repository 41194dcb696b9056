"""A blank workbook of the platform: which columns each sheet asks for, with comments and drop-downs.

Headers of one row and of two (a group above its columns) are read alike; ``组`` above ``列`` becomes ``组<列>``, as the
catalog names such fields.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from statecollect.core.address import area
from statecollect.core.untrusted.guard import Limits
from statecollect.core.untrusted.watch import watched
from statecollect.schemas.blank_extras import BlankExtras, defined_names, read_besides
from statecollect.schemas.drop_downs import Lists
from statecollect.schemas.sheet_titles import compared_name, printed_name
from statecollect.workbook.layout import OWN_SHEETS
from statecollect.workbook.read.container import inspect
from statecollect.workbook.read.raw_sheets import RawSheet
from statecollect.workbook.read.reader import read_book_safely

_HEADER_WITHIN = 15  # rows
_LONGEST_NAME = 60  # what is longer is an instruction, not a name
_COUNTERS = {"序号", "行号", "no", "no."}  # columns that number the rows; they ask for nothing
_LIMITS_LENGTH = "textLength"
HeaderGrid = Mapping[int, Mapping[int, str]]


@dataclass(frozen=True, slots=True)
class BlankColumn:
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
    """One sheet: its tab, the texts above the header, its columns; ``twice`` are names that stand there again."""

    sheet: str
    titles: tuple[str, ...]
    columns: tuple[BlankColumn, ...]
    twice: tuple[str, ...] = ()


def read_blanks(path: Path, known: Collection[str]) -> list[Blank]:
    """Read the sheets that ask for something. ``known`` are names of fields as ``compared_name`` gives them.

    Raises UnreadableFile or HostileFile with one line, as reading a return does.
    """
    limits = Limits()
    with watched(limits.seconds, limits.memory, path.name):
        archive = inspect(path).archive
        book = read_book_safely(path)
        if book.kind == "xlsx" and archive is not None:
            besides, names = read_besides(archive), defined_names(archive)
        else:  # other formats are read for their columns; comments and drop-downs are said in .xlsx only
            besides, names = {}, {}
    lists = Lists({sheet.name: sheet.rows for sheet in book.sheets}, names)
    return [
        blank
        for sheet in book.sheets
        if sheet.visible and sheet.name not in OWN_SHEETS
        if (blank := _blank(sheet, besides.get(sheet.name, BlankExtras()), lists, known)) is not None
    ]


def _blank(sheet: RawSheet, besides: BlankExtras, lists: Lists, known: Collection[str]) -> Blank | None:
    """Take for the header the row with the most known names, then the most names; the first of equals."""
    grid = _spread(sheet)
    best: tuple[int, int] = (0, 1)
    header: tuple[int, dict[int, str]] | None = None
    for row in sorted(grid):
        names = _names(sheet, grid, row)
        distinct = {compared_name(name) for name in names.values()}
        score = (sum(name in known for name in distinct), len(distinct))
        if score > best:
            best, header = score, (row, names)
    if header is None:
        return None
    last, names = header
    asked = {
        at: name
        for at, name in sorted(names.items())
        if compared_name(name).lower() not in _COUNTERS or compared_name(name) in known
    }
    counts = Counter(map(compared_name, asked.values()))
    first = {compared_name(name): at for at, name in reversed(asked.items())}
    return Blank(
        sheet.name,
        tuple(dict.fromkeys(text for row in sorted(grid) if row < last for text in grid[row].values())),
        tuple(
            _column(sheet, besides, lists, (last, at), name)
            for at, name in asked.items()
            if first[compared_name(name)] == at
        ),
        tuple(name for at, name in asked.items() if counts[compared_name(name)] > 1 and at in first.values()),
    )


def _spread(sheet: RawSheet) -> dict[int, dict[int, str]]:
    """Return the texts of the first rows by row and column; a merged cell's text stands in each of its cells."""
    grid: dict[int, dict[int, str]] = {}
    for row, cells in enumerate(sheet.rows[:_HEADER_WITHIN]):
        texts = {
            at: text for at, value in enumerate(cells) if value is not None if (text := str(value).strip())
        }
        if texts:
            grid[row] = texts
    for ref in sheet.merged:
        top, left, bottom, right = area(ref)
        shown = grid.get(top, {}).get(left)
        if shown is not None:
            for row in range(top, min(bottom, _HEADER_WITHIN - 1) + 1):
                grid.setdefault(row, {}).update(dict.fromkeys(range(left, right + 1), shown))
    return grid


def _names(sheet: RawSheet, grid: HeaderGrid, row: int) -> dict[int, str]:
    """Return the names by column if ``row`` is the header's last row."""
    above = grid.get(row - 1, {})
    groups = _groups(sheet, above, row)
    # under groups, a name may stand above an empty cell without being merged with it
    texts = {**above, **grid[row]} if groups else grid[row]
    names: dict[int, str] = {}
    for column, text in texts.items():
        name, group = printed_name(text), printed_name(above.get(column, ""))
        if not name or len(name) > _LONGEST_NAME:
            continue
        grouped = bool(groups) and column in grid[row] and group and group != name
        names[column] = f"{group}<{name}>" if grouped else name
    return names


def _groups(sheet: RawSheet, above: Mapping[int, str], row: int) -> Sequence[int]:
    """Return the columns under merged cells of the row above; a title across the sheet is no group."""
    if len(set(above.values())) < 2:
        return ()
    areas = [area(ref) for ref in sheet.merged]
    return [
        at
        for _, left, bottom, right in areas
        if bottom == row - 1 and right > left
        for at in range(left, right + 1)
    ]


def _column(
    sheet: RawSheet, besides: BlankExtras, lists: Lists, at: tuple[int, int], name: str
) -> BlankColumn:
    """Put together what is said of the column whose name stands in the 0-based cell ``at``."""
    last, column = at
    top = min([last, *(area(ref)[0] for ref in sheet.merged if _holds(area(ref), at))])
    comments = [besides.comments.get((row, column), "") for row in range(top, last + 2)]
    choices: tuple[str, ...] | None = None
    kind, prompt, length = "", "", None
    for validation in besides.validations:
        if validation.reaches(last + 1, column):
            first, second = validation.formulas
            choices = lists.choices(first, sheet.name) if validation.kind == "list" else None
            kind = validation.kind if validation.kind not in {"list", "none"} else ""
            longest = second or first
            length = int(longest) if kind == _LIMITS_LENGTH and longest.isdecimal() else None
            prompt = validation.prompt
    comment = next(filter(None, comments), "") or prompt
    return BlankColumn(name, comment, choices, kind, length, besides.number_format(last + 1, column))


def _holds(one: tuple[int, int, int, int], at: tuple[int, int]) -> bool:
    top, left, bottom, right = one
    return top <= at[0] <= bottom and left <= at[1] <= right
