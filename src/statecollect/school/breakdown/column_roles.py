"""Which column holds what: read from the header's text, in any order."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from statecollect.core.plain_text import bare, one_line
from statecollect.school.breakdown.grids import Cell
from statecollect.school.breakdown.tasks import Problem

ColumnRole = Literal[
    "index", "group", "item", "code", "name", "sources", "fillers", "reviewers", "responsible", "remark"
]
PARTY_COLUMNS: tuple[ColumnRole, ...] = ("sources", "fillers", "reviewers", "responsible")

LABELS: Mapping[ColumnRole, str] = {
    "index": "序号", "group": "数据架构", "item": "数据项目", "code": "表号", "name": "数据表单", "sources": "数据源",
    "fillers": "填表用户", "reviewers": "审核用户", "responsible": "责任人", "remark": "备注",
}  # fmt: skip

_WORDINGS: Mapping[ColumnRole, str] = {
    "index": "序号|序|行号|no|no.",
    "group": "数据架构|架构|类别|数据类别|数据分类|数据大类|大类|分类",
    "item": "数据项目|项目|数据项|项目名称|数据项目名称",
    "code": "表号|编号|编码|表编号|表编码|表代码|代码|数据表编号|数据表编码|表单编号|数据表号|数据表代码",
    "name": "数据表单|数据表|数据表名称|数据表单名称|表单|表单名称|表名|表名称|采集表|采集表名称|数据采集表",
    "sources": "数据源|数据源部门|数据来源|数据来源部门|数据提供部门|提供部门|源数据部门|来源部门",
    "fillers": "填表用户|填报用户|填表部门|填报部门|填报单位|填表单位|填表人|填报人|采集部门|采集用户|采集人|采集单位",
    "reviewers": "审核用户|审核部门|审核人|审核单位|复审用户|复审部门",
    "responsible": "责任人|负责人|责任人员|部门责任人|部门负责人|责任领导",
    "remark": "备注|备注说明|附注|采集方式",
}
_COLUMN_OF: Mapping[str, ColumnRole] = {
    wording: column for column, wordings in _WORDINGS.items() for wording in wordings.split("|")
}
# A wording not in the list is taken by what it says, and reported.
_LIKELY: tuple[tuple[ColumnRole, re.Pattern[str]], ...] = (
    ("reviewers", re.compile("审核|复审")),
    ("fillers", re.compile("填[表报]|采集(?:部门|单位|用户|人)")),
    ("sources", re.compile("数据.?来?源|数据提供")),
    ("responsible", re.compile("责任人|负责人")),
    ("name", re.compile("表单|数据表|表名")),
)
_BRACKETS = re.compile(r"\([^()]*\)")


@dataclass(frozen=True, slots=True)
class BreakdownHeader:
    """Column numbers of one header row; ``name`` and ``code`` may be the same cell of a table's row."""

    row: int
    columns: Mapping[ColumnRole, tuple[int, ...]]
    cells: Mapping[int, Cell]
    likely: tuple[tuple[ColumnRole, Cell], ...] = ()
    unknown: tuple[Cell, ...] = ()
    assumed: bool = False

    def first(self, column: ColumnRole) -> int | None:
        """The (first) column number of ``column``."""
        numbers = self.columns.get(column)
        return numbers[0] if numbers else None


def read_header(number: int, row: Mapping[int, Cell]) -> BreakdownHeader | None:
    """The header in this row, or None: at least three known titles, the table's among them."""
    header = _titles(number, row)
    known = [column for column in header.columns if column != "index"]
    if len(known) < 3 or not {"name", "code"} & set(known):
        return None
    return header


def second_header_row(above: BreakdownHeader, number: int, row: Mapping[int, Cell]) -> BreakdownHeader | None:
    """The header completed by the row below it (责任部门 above, 数据源 and 填表用户 below), or None."""
    if number != above.row + 1:
        return None
    below = _titles(number, row)
    if not {"sources", "fillers", "reviewers"} & set(below.columns):
        return None
    covered = set(below.cells)
    columns = dict(below.columns)
    for column, places in above.columns.items():
        columns.setdefault(column, places)
    return replace(
        below,
        columns=columns,
        cells={**above.cells, **below.cells},
        likely=tuple((column, cell) for column, cell in above.likely if column not in below.columns)
        + below.likely,
        unknown=tuple(
            cell for column, cell in above.cells.items() if cell in above.unknown and column not in covered
        )
        + below.unknown,
    )


def notice_order(number: int, anchor: int) -> BreakdownHeader:
    """The columns of a breakdown that has no header: the order every breakdown uses, beginning at the table."""
    order: tuple[ColumnRole, ...] = ("name", *PARTY_COLUMNS, "remark")
    columns: dict[ColumnRole, tuple[int, ...]] = {
        column: (anchor + step,) for step, column in enumerate(order)
    }
    return BreakdownHeader(number, columns, {}, assumed=True)


def header_problems(header: BreakdownHeader) -> list[Problem]:
    """What the header leaves open: columns missing, doubled, not understood."""
    if header.assumed:
        return []
    first = next(iter(header.cells.values()))
    problems = [
        Problem(
            first.address,
            f"表头缺少「{LABELS[column]}」一列",
            f"请补上标题为「{LABELS[column]}」的列；没有这一列的内容按空白处理",
        )
        for column in ("fillers", "reviewers", "sources", "responsible")
        if column not in header.columns
    ]
    for column, cell in header.likely:
        problems.append(
            Problem(
                cell.address,
                f"列标题「{one_line(cell.text)}」按「{LABELS[column]}」读取",
                f"如果不对，请把标题改为「{LABELS[column]}」以外的常用名称；如果对，请改为「{LABELS[column]}」",
            )
        )
    for cell in dict.fromkeys(header.unknown):
        problems.append(
            Problem(
                cell.address,
                f"不认识列标题「{one_line(cell.text)}」，这一列没有读取",
                "如果这一列有用，请改用「数据源」「填表用户」「审核用户」「责任人」「备注」等标题",
            )
        )
    for column, places in header.columns.items():
        addresses = list(dict.fromkeys(header.cells[place].address for place in places))
        if column in PARTY_COLUMNS and len(addresses) > 1:
            problems.append(
                Problem(
                    addresses[1],
                    f"「{LABELS[column]}」一列出现了 {len(addresses)} 次，各列内容已合并读取",
                    "请核对，并只保留一列",
                )
            )
    return problems


def _titles(number: int, row: Mapping[int, Cell]) -> BreakdownHeader:
    columns: dict[ColumnRole, tuple[int, ...]] = {}
    rest: list[tuple[int, Cell]] = []
    for place, cell in sorted(row.items()):
        column = _COLUMN_OF.get(_title(cell.text))
        if column is None:
            rest.append((place, cell))
        else:
            columns[column] = (*columns.get(column, ()), place)
    likely: list[tuple[ColumnRole, Cell]] = []
    unknown: list[Cell] = []
    for place, cell in rest:
        guess = next(
            (
                column
                for column, words in _LIKELY
                if column not in columns and words.search(_title(cell.text))
            ),
            None,
        )
        if guess is None or len(cell.text) > 20:
            unknown.append(cell)
        else:
            columns[guess] = (place,)
            likely.append((guess, cell))
    return BreakdownHeader(number, columns, row, tuple(likely), tuple(unknown))


def _title(text: str) -> str:
    return _BRACKETS.sub("", bare(text)).strip(":：*").lower()
