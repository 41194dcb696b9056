"""Where the cells of a received workbook have gone in the one written anew, and findings that follow them.

A finding speaks of the file as it was received: its own cell, and in its words others of the same workbook. The person
who repairs has the new workbook before them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from statecollect.core.address import area, cell_name, column_letter
from statecollect.findings import Finding, Origin


@dataclass(slots=True)
class Moves:
    """Where cells of received sheets have gone: by sheet and row (1-based) the tab and row, by sheet the columns.

    A row that was copied as it stood keeps its columns. ``cells``: cells (0-based) that went each to a place of its own, by
    sheet, row and column: those of a form. ``files`` are the received workbooks' names.
    """

    files: set[str] = field(default_factory=set)
    rows: dict[tuple[str, int], tuple[str, int, bool]] = field(default_factory=dict)
    columns: dict[str, dict[int, int]] = field(default_factory=dict)
    cells: dict[tuple[str, int, int], tuple[str, int, int]] = field(default_factory=dict)

    def cell(self, sheet: str, row: int, column: int) -> tuple[str, int, int] | None:
        """Return tab, row (1-based) and column (0-based) of a cell in the new workbook."""
        if (sheet, row - 1, column) in self.cells:
            return self.cells[sheet, row - 1, column]
        place = self.rows.get((sheet, row))
        if place is None:
            return None
        tab, new, as_it_stood = place
        there = column if as_it_stood else self.columns.get(sheet, {}).get(column)
        return None if there is None else (tab, new, there)


def moved(findings: Iterable[Finding], moves: Moves) -> list[Finding]:
    """Make findings about received workbooks speak of the new one: their cells, and those their messages name."""
    also = _also(moves)
    return [_moved(finding, moves, also) for finding in findings]


def _moved(finding: Finding, moves: Moves, also: re.Pattern[str] | None) -> Finding:
    origin = finding.origin
    place = moves.rows.get((origin.sheet, origin.row)) if origin.row is not None else None
    there = None
    if origin.cell:
        top, left = area(origin.cell)[:2]
        there = moves.cell(origin.sheet, top + 1, left)
        place = (there[0], there[1], False) if there else place
    message = (
        also.sub(lambda found: _there(found, place, moves), finding.message) if also else finding.message
    )
    if place is None:
        tab, _, _ = moves.rows.get((origin.sheet, 1), (origin.sheet, 0, False))  # of a copied sheet
        return replace(finding, message=message, hint=_hint(finding.hint), origin=Origin(origin.file, tab))
    tab, row, _ = place
    cell = cell_name(there[1] - 1, there[2]) if there else None
    message = message.replace(f"第 {origin.row} 行", f"第 {row} 行")
    message = _OWN_CELLS.sub(lambda found: _area(found[0], origin.sheet, moves), message)
    place_now = Origin(origin.file, tab, row, cell)
    return replace(finding, message=message, hint=_hint(finding.hint), origin=place_now)


# the cells that messages about the layout of a sheet name: at their beginning, and of a column met twice
_OWN_CELLS = re.compile(
    r"^[A-Z]{1,3}\d+:[A-Z]{1,3}\d+(?= 是合并的单元格)|(?<=只取了 )[A-Z]{1,3}\d+(?= 这一列)"
)


# hints that speak of the received sheet: the new one has every column of the template again
_HINTS = (
    (re.compile("如果是「(.+?)」，请把栏目名改成它"), r"如果是「\1」，请把内容移到左边「\1」一栏下面"),
    (
        re.compile("不用交的列请删去；要交的请写上模板的栏目名"),
        "不用交的不用管；要交的请移到左边对应的栏目下面",
    ),
    (re.compile("只留一列，删去另一列"), "以哪一列为准，请把它的内容留在左边这一栏下面"),
    (re.compile("照模板补上这一列，栏目名写在栏目名那一行"), "这份工作簿里已补上这一列，请填写"),
    (re.compile("有数据的话照模板补上"), "这份工作簿里已补上，有数据就填"),
    (re.compile("照模板恢复栏目名一行"), "内容在“以下内容没有收”下面，请移到上面对应的栏目下"),
    (
        re.compile("一张工作表只放一张表，请把它移到自己的工作表"),
        "内容在“以下内容没有收”下面，请移到它自己的工作表",
    ),
)


def _hint(hint: str) -> str:
    for known, new in _HINTS:
        hint = known.sub(new, hint)
    return hint


def _area(ref: str, sheet: str, moves: Moves) -> str:
    top, left, bottom, right = area(ref)
    ends = [moves.cell(sheet, row + 1, column) for row, column in ((top, left), (bottom, right))]
    names = [cell_name(end[1] - 1, end[2]) for end in ends if end]
    return ":".join(dict.fromkeys(names)) if len(names) == len(ends) else ref


def _also(moves: Moves) -> re.Pattern[str] | None:
    """Return what finds "see also" where it names a cell of the received workbooks themselves."""
    if not moves.rows:
        return None

    def one_of(names: Iterable[str]) -> str:
        return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))

    files, sheets = one_of(moves.files), one_of({sheet for sheet, _ in moves.rows})
    return re.compile(
        rf"（另见 (?:{files}) (?P<sheet>{sheets})(?:!(?P<letters>[A-Z]{{1,3}})(?P<number>\d+)| 第 (?P<row>\d+) 行)(?:，[^）]*)?）"
    )


def _there(found: re.Match[str], of: tuple[str, int, bool] | None, moves: Moves) -> str:
    place = moves.rows.get((found["sheet"], int(found["number"] or found["row"])))
    if place is None:
        return found[0]
    tab, row, _ = place
    if of is not None and of[0] == tab:
        return f"（另见第 {row} 行）"
    column = area(f"{found['letters']}1")[1] if found["letters"] else None
    cell = moves.cell(found["sheet"], int(found["number"]), column) if column is not None else None
    return f"（另见 {tab}!{column_letter(cell[2])}{row}）" if cell else f"（另见 {tab} 第 {row} 行）"
