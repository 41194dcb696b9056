"""Which row of a sheet is a table's header, and which of its columns is which field.

Names are compared without width, blanks, line breaks and marks. A bracketed unit or remark may be dropped where only
one field can be meant; that is announced. A near miss is suggested, never taken.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from statecollect.address import cell_name
from statecollect.catalog import Table
from statecollect.findings import Severity
from statecollect.workbook.grid import Row
from statecollect.workbook.intake import Notebook
from statecollect.workbook.layout import FINDINGS_HEADER, field_name_from_header, plain_name
from statecollect.workbook.sheets import RawSheet

_HEADER_WITHIN = 30  # rows
_BRACKETS = re.compile(r"[(<《【\[〔{](.*?)[)>》】\]〕}]")
_LONGEST_NAME = 300  # characters; what is longer names no column
_MORE_MARKS = "★☆※●:"  # that people put beside ours


@dataclass(frozen=True, slots=True, eq=False)
class Names:
    """A table's field names as they may be met in a header. ``bare``: without brackets, where that is unambiguous."""

    table: Table
    exact: Mapping[str, str]
    bare: Mapping[str, str]
    required: frozenset[str]

    @classmethod
    def of(cls, table: Table) -> Names:
        """Prepare a table's names."""
        exact = {field_name_from_header(one.name): one.name for one in table.fields}
        shorts = [_without_brackets(name) for name in exact]
        bare = {
            short: exact[name] for short, name in zip(shorts, exact, strict=True) if shorts.count(short) == 1
        }
        required = frozenset(one.name for one in table.fields if one.required == "yes" and not one.auto)
        return cls(table, exact, bare, required)


@dataclass(frozen=True, slots=True)
class Header:
    """One row read as a table's header. ``row`` is 1-based, columns are 0-based.

    ``shortened``: columns taken after dropping a bracket; ``twice``: columns of a field that has one already;
    ``unknown``: columns of no field; ``ours``: the column 问题 of a marked return.
    """

    row: int
    columns: Mapping[str, int]
    shortened: frozenset[int] = frozenset()
    twice: tuple[tuple[int, str], ...] = ()
    unknown: tuple[tuple[int, str], ...] = ()
    ours: frozenset[int] = frozenset()

    def fits(self, names: Names) -> bool:
        """Whether this can hardly be anything else: half of the required fields, or of all."""
        hits = len(self.columns)
        enough = len(names.required & set(self.columns)) * 2 >= max(1, len(names.required))
        return hits >= min(2, len(names.exact)) and (enough or hits * 2 >= len(names.exact))


def find_header(sheet: RawSheet, names: Names, *, stamped: bool) -> Header | None:
    """Return the row among the first 30 with the most field names (at least two where the table has two)."""
    best: Header | None = None
    for row, cells in enumerate(sheet.rows[:_HEADER_WITHIN], start=1):
        header = match(cells, row, names, stamped=stamped)
        if len(header.columns) > (len(best.columns) if best else 0):
            best = header
    return best if best and len(best.columns) >= min(2, len(names.exact)) else None


@lru_cache(maxsize=1024)  # the same header comes again in hundreds of workbooks
def match(cells: Row, row: int, names: Names, *, stamped: bool) -> Header:
    """Match a row's texts to fields: exact names first, then names without brackets for fields still open."""
    columns: dict[str, int] = {}
    twice: list[tuple[int, str]] = []
    ours: set[int] = set()
    rest: list[tuple[int, str]] = []
    for column, cell in enumerate(cells):
        if not isinstance(cell, str) or not cell.strip():
            continue
        text = field_name_from_header(cell).strip(_MORE_MARKS)
        name = names.exact.get(text)
        if name is None and text == FINDINGS_HEADER and stamped:
            ours.add(column)
        elif name is None:
            rest.append((column, text))
        elif name in columns:
            twice.append((column, name))
        else:
            columns[name] = column
    meant = {
        column: name for column, text in rest if (name := _shortened(text, names)) and name not in columns
    }
    times = Counter(meant.values())
    taken = {column: name for column, name in meant.items() if times[name] == 1}
    columns.update({name: column for column, name in taken.items()})
    unknown = tuple((column, text) for column, text in rest if column not in taken)
    return Header(row, columns, frozenset(taken), tuple(twice), unknown, frozenset(ours))


def _shortened(text: str, names: Names) -> str | None:
    """Return the field meant when a bracket is on one side only: 占地面积(亩) for 占地面积, or the reverse."""
    name = names.bare.get(_without_brackets(text)) if len(text) <= _LONGEST_NAME else None
    if name is None or (_BRACKETS.search(text) and _BRACKETS.search(plain_name(name))):
        return None
    return name


def _without_brackets(name: str) -> str:
    return _BRACKETS.sub("", name) or name


def report_header(
    sheet: RawSheet, header: Header, names: Names, notebook: Notebook, lost: Mapping[int, int]
) -> None:
    """Write down what is odd about the columns. ``lost``: filled cells of data rows under columns not taken."""
    table = names.table
    cells = sheet.rows[header.row - 1]

    def say(rule: str, severity: Severity, message: str, hint: str, column: int | None = None) -> None:
        typed = None if column is None or column >= len(cells) else str(cells[column] or "").strip() or None
        place = {"row": header.row, "column": column}
        notebook.say(rule, severity, message, hint, sheet=sheet.name, table=table.id, value=typed, **place)

    for name, column in header.columns.items():
        if column in header.shortened:
            typed, field = str(cells[column]).strip(), table.by_name[name]
            remark = _BRACKETS.search(plain_name(typed))
            unit = field.shown_unit
            other_unit = remark is not None and unit is not None and plain_name(unit) != remark[1]
            hint = f"本表这一栏的单位是{unit}，请核对" if other_unit else "如果不对，请改回模板的栏目名"
            say("S02", "warning" if other_unit else "note", f"栏目「{typed}」按「{name}」收下", hint, column)
    for column, name in header.twice:
        first = cell_name(header.row - 1, header.columns[name])
        message = (
            f"栏目「{name}」出现了两次，只取了 {first} 这一列，本列的 {lost.get(column, 0)} 个单元格没有收"
        )
        say("S03", "error", message, "只留一列，删去另一列", column)
    absent = [one for one in table.fields if one.name not in header.columns and not one.auto]
    unknown = dict(header.unknown)
    for column in sorted({*unknown, *lost} - {column for column, _ in header.twice}):
        count = lost.get(column, 0)
        if any(column > ours for ours in header.ours):
            say("S02", "note", f"这一列是上次退回时没有收的内容，这次的 {count} 个单元格也没有收", "", column)
            continue
        near = difflib.get_close_matches(
            unknown.get(column, ""), [one.name for one in absent], n=1, cutoff=0.6
        )
        what = f"栏目「{str(cells[column]).strip()}」不在本表中" if column in unknown else "这一列没有栏目名"
        hint = (
            f"如果是「{near[0]}」，请把栏目名改成它" if near else "不用交的列请删去；要交的请写上模板的栏目名"
        )
        message = f"{what}，这一列的 {count} 个单元格没有收" if count else f"{what}，这一列是空的"
        say("S02", "warning" if count or near else "note", message, hint, column)
    repair = "照模板补上这一列，栏目名写在栏目名那一行"
    for one in absent:
        if one.required == "yes":
            say("S01", "error", f"缺少必填栏目「{one.name}」", repair)
        elif one.required == "conditional":
            say("S01", "warning", f"缺少栏目「{one.name}」（符合条件时必填）", repair)
    optional = "".join(f"「{one.name}」" for one in absent if one.required == "no")
    if optional:
        say("S01", "note", f"缺少选填栏目{optional}", "有数据的话照模板补上")
