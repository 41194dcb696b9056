"""Which part of which sheet is which table.

Our own templates are recognised by tab and header; a workbook made from scratch by its header alone. People rename
tabs, move headers down, reorder, add and drop columns, type totals and remarks below the data: all of that is read,
and whatever is not taken in is listed with its cell. Near matches are suggested, never taken.

Rule ids of what is found here: S01 column missing, S02 column unknown, S03 column twice, S04 header not found,
S05 table twice, S06 row not taken, S07 hidden rows, columns or sheets, S08 remark of the guard.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from statecollect.catalog import Catalog, Table
from statecollect.findings import Finding, Origin, Severity
from statecollect.workbook.layout import (
    COVER,
    NIL_HEADER,
    OWN_SHEETS,
    PROBLEM_HEADER,
    TABLE_HEADER,
    field_name_from_header,
    plain_name,
)
from statecollect.workbook.reader import Book, RawSheet

_TABLE_ID = re.compile(r"(?<![\d.])(\d+\.\d+\.\d+)(?![\d.])")
_HEADER_WITHIN = 40
_ENOUGH = 0.5  # of the table's required columns must be in a header row
_TOTALS = re.compile(r"^(合计|总计|小计|合\s+计|共计|累计)[:：]?$")
_REMARKS = re.compile(r"^(说明|备注|注|填表说明|填报说明|注意)[:：\d一]")
_BRACKETS = re.compile(r"[（(<《【\[].*?[）)>》】\]]")


@dataclass(frozen=True, slots=True)
class Ignored:
    """A filled cell that was not taken in, and why."""

    sheet: str
    cell: str
    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Block:
    """One table on one sheet: its header's row (1-based), its columns (field → 0-based), its data rows (1-based)."""

    table: Table
    sheet: RawSheet
    header_row: int
    columns: Mapping[str, int]
    rows: tuple[int, ...]
    cells_seen: int


@dataclass(frozen=True, slots=True)
class Intake:
    """What a workbook holds: tables, nil returns, cells not taken in, findings, and expected tables not there."""

    blocks: tuple[Block, ...]
    nil: frozenset[str]
    ignored: tuple[Ignored, ...]
    findings: tuple[Finding, ...]
    missing: tuple[str, ...]


@dataclass
class _Found:
    """What piles up while the sheets are looked at."""

    book: Book
    catalog: Catalog
    blocks: list[Block] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def note(
        self,
        rule: str,
        severity: Severity,
        table: str,
        sheet: str,
        message: str,
        hint: str = "",
        row: int | None = None,
        cell: str | None = None,
    ) -> None:
        origin = Origin(self.book.name, sheet, row, cell)
        self.findings.append(
            Finding(f"{table}-{rule}" if table else rule, severity, table, message, hint, origin=origin)
        )

    def leave_out(self, sheet: RawSheet, cells: Sequence[tuple[int, int]], reason: str) -> None:
        self.ignored += [
            Ignored(sheet.name, cell_name(row, column), row + 1, reason) for row, column in cells
        ]


def find_tables(book: Book, catalog: Catalog, expected: Sequence[str] = ()) -> Intake:
    """Find the tables of a workbook. ``expected`` are the ids its sender was asked for; they decide doubtful cases."""
    found = _Found(book, catalog)
    for remark in book.notes:
        found.note("S08", "note", "", "", remark)
    for sheet in book.sheets:
        if sheet.name not in OWN_SHEETS:
            _read_sheet(sheet, found, expected)
    _report_twice(found)
    nil = _nil_returns(book)
    present = {block.table.id for block in found.blocks} | nil
    missing = tuple(
        table_id for table_id in expected if table_id not in present and table_id in catalog.tables
    )
    return Intake(tuple(found.blocks), nil, tuple(found.ignored), tuple(found.findings), missing)


def _read_sheet(sheet: RawSheet, found: _Found, expected: Sequence[str]) -> None:
    filled = _filled(sheet)
    if not filled:
        return
    table, header = _identify(sheet, found, expected)
    if table is None:
        found.leave_out(sheet, filled, "不是要采集的表")
        return
    if header is None:
        found.leave_out(sheet, filled, "没有找到栏目名一行")
        found.note(
            "S04",
            "error",
            table.id,
            sheet.name,
            f"工作表「{sheet.name}」中没有找到栏目名一行",
            "照模板恢复第 4 行的栏目名",
        )
        return
    columns, ours = _columns(sheet, table, header, found)
    rows, furniture = _data_rows(sheet, table, header, columns, found)
    taken = set(columns.values())
    outside = [(r, c) for r, c in filled if r + 1 in rows and c not in taken and c not in ours]
    found.leave_out(sheet, outside, "这一列没有对应的栏目")
    seen = sheet.cells_seen - sum(r < header or r + 1 in furniture or c in ours for r, c in filled)
    _report_hidden(sheet, table, found)
    found.blocks.append(Block(table, sheet, header, columns, tuple(sorted(rows)), seen))


def _identify(sheet: RawSheet, found: _Found, expected: Sequence[str]) -> tuple[Table | None, int | None]:
    """Return the sheet's table and the 1-based row of its header."""
    tables = found.catalog.tables
    named = _TABLE_ID.search(sheet.name)
    titles = [named.group(1)] if named else []
    for row in sheet.rows[:3]:
        titles += [
            match.group(1)
            for cell in row
            if isinstance(cell, str) and (match := _TABLE_ID.match(cell.strip()))
        ]
    for table_id in titles:
        if table_id in tables:
            return tables[table_id], _header_row(sheet, tables[table_id])[0]
    wanted = [tables[one] for one in expected if one in tables] or list(tables.values())
    scored = sorted(((_header_row(sheet, table), table) for table in wanted), key=lambda one: -one[0][1])
    (header, best), table = scored[0]
    rival = scored[1][0][1] if len(scored) > 1 else 0.0
    if header is None or best <= rival:
        return None, None
    return table, header


def _header_row(sheet: RawSheet, table: Table) -> tuple[int | None, float]:
    """Return the 1-based row that looks most like the table's header, and how many of its names it has."""
    names = {plain_name(one.name) for one in table.fields}
    required = {plain_name(one.name) for one in table.fields if one.required == "yes" and not one.auto}
    best_row, best = None, 0.0
    for number, row in enumerate(sheet.rows[:_HEADER_WITHIN], start=1):
        texts = {field_name_from_header(cell) for cell in row if isinstance(cell, str)}
        hits = len(texts & names)
        enough = len(texts & required) >= _ENOUGH * len(required) or hits >= _ENOUGH * len(names)
        score = hits + hits / len(names)
        if hits >= min(2, len(names)) and enough and score > best:
            best_row, best = number, score
    return best_row, best


def _columns(sheet: RawSheet, table: Table, header: int, found: _Found) -> tuple[dict[str, int], set[int]]:
    """Match header cells to fields; return the columns and those that are our own marks."""
    exact = {plain_name(one.name): one.name for one in table.fields}
    bare = _unambiguous({plain_name(_BRACKETS.sub("", one.name)): one.name for one in table.fields}, table)
    columns: dict[str, int] = {}
    ours: set[int] = set()
    unknown: list[tuple[int, str]] = []
    for index, cell in enumerate(sheet.rows[header - 1]):
        if not isinstance(cell, str):
            continue
        text = field_name_from_header(cell)
        if text == PROBLEM_HEADER and PROBLEM_HEADER not in exact:
            ours.add(index)
            continue
        name = exact.get(text)
        if name is None and (name := bare.get(plain_name(_BRACKETS.sub("", text)))) and name not in columns:
            message = f"栏目「{cell.strip()}」按「{name}」收下"
            found.note(
                "S02",
                "note",
                table.id,
                sheet.name,
                message,
                "如果不对，请改回模板的栏目名",
                header,
                cell_name(header - 1, index),
            )
        if name is None:
            unknown.append((index, cell.strip()))
        elif name in columns:
            first = cell_name(header - 1, columns[name])
            message = f"栏目「{name}」出现了两次（{first} 与本格），只取前一列"
            found.note(
                "S03",
                "error",
                table.id,
                sheet.name,
                message,
                "删去多余的一列",
                header,
                cell_name(header - 1, index),
            )
        else:
            columns[name] = index
    _report_columns(sheet, table, header, columns, unknown, found)
    return columns, ours


def _unambiguous(bare: dict[str, str], table: Table) -> dict[str, str]:
    """Keep short names that stand for one field only."""
    shorts = [plain_name(_BRACKETS.sub("", one.name)) for one in table.fields]
    return {short: name for short, name in bare.items() if short and shorts.count(short) == 1}


def _report_columns(
    sheet: RawSheet,
    table: Table,
    header: int,
    columns: Mapping[str, int],
    unknown: Sequence[tuple[int, str]],
    found: _Found,
) -> None:
    absent = [one for one in table.fields if one.name not in columns and not one.auto]
    for index, text in unknown:
        near = difflib.get_close_matches(text, [one.name for one in absent], n=1, cutoff=0.6)
        hint = f"如果是“{near[0]}”，请把栏目名改成它" if near else "多出来的列不采集；如有用，请移到备注"
        where = cell_name(header - 1, index)
        found.note(
            "S02",
            "warning",
            table.id,
            sheet.name,
            f"栏目「{text}」不在本表中，这一列没有收",
            hint,
            header,
            where,
        )
    for one in absent:
        if one.required == "yes":
            message, severity = f"缺少必填栏目「{one.name}」", "error"
        else:
            message, severity = f"缺少栏目「{one.name}」", "note"
        found.note("S01", severity, table.id, sheet.name, message, "照模板补上这一列", header)  # type: ignore[arg-type]


def _data_rows(
    sheet: RawSheet, table: Table, header: int, columns: Mapping[str, int], found: _Found
) -> tuple[set[int], set[int]]:
    """Return the 1-based data rows, and rows that repeat our own header."""
    rows: set[int] = set()
    furniture = {header}
    names = sheet.rows[header - 1]
    faulty = {row + 1 for row, _ in sheet.faults}
    for number in range(header + 1, len(sheet.rows) + 1):
        row = sheet.rows[number - 1]
        cells = [cell for cell in row if cell is not None]
        if not cells and number not in faulty:
            continue
        if cells and list(row) == list(names):
            furniture.add(number)
            continue
        reason = _not_data(row, cells, columns)
        if reason:
            where = [(number - 1, index) for index, cell in enumerate(row) if cell is not None]
            found.leave_out(sheet, where, reason)
            found.note("S06", "note", table.id, sheet.name, f"第 {number} 行没有收：{reason}", row=number)
            continue
        rows.add(number)
    return rows, furniture


def _not_data(row: Sequence[object], cells: Sequence[object], columns: Mapping[str, int]) -> str | None:
    """Say why a row below the header is no record: a total, a remark, or nothing in any known column."""
    first = str(cells[0]).strip() if cells else ""
    if _TOTALS.match(first) and len(cells) < max(len(columns), 2):
        return "是合计行"
    if _REMARKS.match(first) and len(cells) <= 2:
        return "是说明文字"
    taken = set(columns.values())
    if cells and all(cell is None or index not in taken for index, cell in enumerate(row)):
        return "只在没有栏目的列里有内容"
    return None


def _report_hidden(sheet: RawSheet, table: Table, found: _Found) -> None:
    hidden = [
        text
        for text, present in (
            ("工作表是隐藏的", not sheet.visible),
            (f"有 {len(sheet.hidden_rows)} 行隐藏（可能在筛选）", sheet.hidden_rows),
            (f"有 {len(sheet.hidden_columns)} 列隐藏", sheet.hidden_columns),
        )
        if present
    ]
    if hidden:
        found.note(
            "S07",
            "note",
            table.id,
            sheet.name,
            f"{'，'.join(hidden)}；隐藏的内容也照样收了",
            "不该交的内容请删去",
        )


def _report_twice(found: _Found) -> None:
    sheets: dict[str, list[str]] = {}
    for block in found.blocks:
        if block.rows:
            sheets.setdefault(block.table.id, []).append(block.sheet.name)
    for table_id, names in sheets.items():
        if len(names) > 1:
            text = "、".join(f"「{name}」" for name in names)
            found.note(
                "S05",
                "warning",
                table_id,
                names[1],
                f"同一张表在 {text} 各有一份，两份的行都收了",
                "只留一份，删去另一份",
            )


def _nil_returns(book: Book) -> frozenset[str]:
    """Read the cover: tables declared to have no data."""
    cover = next((sheet for sheet in book.sheets if sheet.name == COVER), None)
    if cover is None:
        return frozenset()
    for position, row in enumerate(cover.rows):
        texts = [plain_name(cell) if isinstance(cell, str) else "" for cell in row]
        if plain_name(NIL_HEADER) in texts and TABLE_HEADER in texts:
            answer, table = texts.index(plain_name(NIL_HEADER)), texts.index(TABLE_HEADER)
            return frozenset(
                str(line[table]).strip()
                for line in cover.rows[position + 1 :]
                if len(line) > answer and str(line[answer] or "").strip() == "是"
            )
    return frozenset()


def _filled(sheet: RawSheet) -> list[tuple[int, int]]:
    """Return the 0-based positions of all filled cells, faults included."""
    cells = [(r, c) for r, row in enumerate(sheet.rows) for c, value in enumerate(row) if value is not None]
    return sorted({*cells, *sheet.faults}) if sheet.faults else cells


def column_letter(index: int) -> str:
    """Return the letters of a 0-based column: 0 → A, 26 → AA."""
    letters = ""
    while index >= 0:
        index, rest = divmod(index, 26)
        letters, index = chr(65 + rest) + letters, index - 1
    return letters


def cell_name(row: int, column: int) -> str:
    """Return the A1 address of a 0-based position."""
    return f"{column_letter(column)}{row + 1}"
