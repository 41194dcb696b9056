"""From grids to the rows that carry a table: past titles, repeated headers, notes and other tables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from statecollect.core.plain_text import bare, one_line
from statecollect.school.breakdown.codes import group_number, item_number, looks_like_date, table_code
from statecollect.school.breakdown.column_roles import (
    LABELS,
    PARTY_COLUMNS,
    BreakdownHeader,
    header_problems,
    notice_order,
    read_header,
    second_header_row,
)
from statecollect.school.breakdown.grids import Cell, Grid, SourceDocument, holds_codes
from statecollect.school.breakdown.row_cells import Anchor, CellsByColumn, find_anchor
from statecollect.school.breakdown.tasks import Problem

_NOTES = re.compile(r"(?:填表)?(?:说明|注|附注|备注)(?:[:：]|$)")
_OTHER_TABLE = re.compile("时间安排|进度安排|日程|时间表|时间节点")
_OTHER_TITLES = frozenset({"工作阶段", "工作时间", "工作内容", "时间节点", "时间安排", "完成时间", "阶段"})


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A row with a table code, under the header that governs it; ``above`` is the row before it."""

    grid: Grid
    number: int
    row: CellsByColumn
    above: CellsByColumn
    header: BreakdownHeader
    anchor: Anchor


@dataclass(slots=True)
class Walk:
    """What a walk through a file collects: rows, numbered headings (1.1学校) and problems."""

    rows: list[FoundRow] = field(default_factory=list)
    headings: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def report(self, cell: str, message: str, hint: str) -> None:
        """Keep a problem."""
        self.problems.append(Problem(cell, message, hint))


def walk(document: SourceDocument) -> Walk:
    """Visit every visible grid in order; a grid without header continues the one before."""
    found = Walk()
    header: BreakdownHeader | None = None
    reported: set[str] = set()
    for grid in document.grids:
        if not grid.hidden:
            header = _walk_grid(grid, header, found, reported)
        elif holds_codes(grid):
            found.report(
                grid.address(1, 1),
                f"隐藏的工作表「{grid.title}」里也有数据表编号，没有读取",
                "如需读取，请取消隐藏后再试；不需要的请删除",
            )
    return found


def _walk_grid(
    grid: Grid, header: BreakdownHeader | None, found: Walk, reported: set[str]
) -> BreakdownHeader | None:
    carried = header
    region = "list"
    above: CellsByColumn = {}
    for number, row in grid.rows.items():
        previous, above = above, row
        new = read_header(number, row) if not _has_code(row) else None
        if new is None and header is not None and header is not carried and not _has_code(row):
            new = second_header_row(header, number, row)
        if new is not None:
            header, region = new, "list"
            continue
        region = _next_region(region, row)
        anchor = find_anchor(row, header)
        if anchor is None:
            if region == "list":
                _look_at_row_without_code(row, previous, header, found)
            continue
        if _is_aside(row, anchor, region, header, found):
            continue
        if anchor.cell in previous.values():
            _look_at_second_line(anchor, row, previous, found)
            continue
        if header is None:
            header = notice_order(number, anchor.column)
            found.report(
                anchor.cell.address,
                "这一行之前没有表头；已按「数据表单、数据源、填表用户、审核用户、责任人、备注」的顺序读取",
                "请补上表头行",
            )
            anchor = find_anchor(row, header) or anchor
        elif header is carried:
            carried = None
            found.report(
                anchor.cell.address,
                f"「{grid.title}」没有自己的表头，已按前一张表的列顺序读取",
                "请核对读取结果，或补上表头行",
            )
        for problem in header_problems(header):
            if problem.message not in reported:
                reported.add(problem.message)
                found.problems.append(problem)
        found.rows.append(FoundRow(grid, number, row, previous, header, anchor))
        if number in grid.marks:
            found.report(
                anchor.cell.address,
                f"「{anchor.title}」这一行{grid.marks[number]}，照样读取了",
                "不需要的请删除这一行；需要的请取消隐藏、去掉删除线",
            )
    return header


def _has_code(row: CellsByColumn) -> bool:
    return any(table_code(cell.text) is not None for cell in row.values())


def _distinct(row: CellsByColumn) -> list[Cell]:
    return list(dict.fromkeys(row.values()))


def _next_region(region: str, row: CellsByColumn) -> str:
    """``list`` until notes or another table begin; only a new header leads back."""
    cells = _distinct(row)
    if len(cells) == 1 and _OTHER_TABLE.search(bare(cells[0].text)) and not _has_code(row):
        return "other"
    if sum(bare(cell.text) in _OTHER_TITLES for cell in cells) >= 2:
        return "other"
    if region == "list" and _NOTES.match(bare(cells[0].text)):
        return "notes"
    return region


def _is_aside(
    row: CellsByColumn, anchor: Anchor, region: str, header: BreakdownHeader | None, found: Walk
) -> bool:
    """Whether a code stands in a sentence or in another table; what is left out is reported."""
    lone = len(_distinct(row)) == 1
    if region == "list" and not (lone and header is None):
        return False
    if region == "notes" and not lone and header is not None and len(_distinct(row)) > 2:
        found.report(
            anchor.cell.address,
            f"「{anchor.title}」排在说明文字之后，已按前面的表头读取",
            "请把这一行移到说明之前，或在它前面补上表头",
        )
        return False
    found.report(
        anchor.cell.address,
        f"「{_short(anchor.cell.text)}」以数据表编号开头，但不在任务分解表的行列中，没有读取",
        "如果它是一项任务，请移到表头之下",
    )
    return True


def _look_at_second_line(anchor: Anchor, row: CellsByColumn, previous: CellsByColumn, found: Walk) -> None:
    """A merged code cell reaches over several rows: only the first is read."""
    known = set(previous.values())
    for cell in _distinct(row):
        if cell not in known:
            found.report(
                cell.address,
                f"「{anchor.title}」的编号合并了多行，第二行起的「{_short(cell.text)}」没有读取",
                "请把同一张表的内容写在一行里，用「、」隔开",
            )


def _look_at_row_without_code(
    row: CellsByColumn, previous: CellsByColumn, header: BreakdownHeader | None, found: Walk
) -> None:
    cells = _distinct(row)
    for cell in cells:
        number = item_number(cell.text) or group_number(cell.text)
        if number:
            found.headings.setdefault(number, one_line(cell.text))
    if header is None or len(cells) == 1 or all(cell in previous.values() for cell in cells):
        return
    place = header.first("code") or header.first("name")
    at = row.get(place) if place is not None else None
    parties = [row[column] for column in _party_places(header) if column in row]
    if at is not None and (at.kind != "text" or looks_like_date(at.text)):
        what = _WHAT_STANDS.get(at.kind, "日期")
        found.report(
            at.address,
            f"编号格里是{what}「{at.text}」，不是数据表编号（如 1.1.1），这一行没有读取",
            "请把这一格设为文本格式，重新输入编号和表名",
        )
    elif parties:
        where = at.address if at is not None else parties[0].address
        found.report(
            where,
            f"这一行没有数据表编号（如 1.1.1），没有读取：「{_short('｜'.join(cell.text for cell in cells))}」",
            f"如果它是一项任务，请在「{LABELS['name']}」一栏补上编号；如果不是，请删去或移到表外",
        )


_WHAT_STANDS: Mapping[str, str] = {
    "number": "数字", "date": "日期", "error": "错误值", "formula": "没有计算结果的公式",
}  # fmt: skip


def _party_places(header: BreakdownHeader) -> list[int]:
    return [place for column in PARTY_COLUMNS for place in header.columns.get(column, ())]


def _short(text: str) -> str:
    line = one_line(text)
    return line if len(line) <= 40 else line[:39] + "…"
