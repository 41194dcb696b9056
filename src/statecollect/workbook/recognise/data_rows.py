"""Which rows below a header are records; everything else that people leave there is listed with its reason."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from statecollect.catalog import Catalog, Table
from statecollect.core.untrusted.watch import tick
from statecollect.findings.catalogue import phrase, said
from statecollect.workbook.layout import NOT_TAKEN, header_text, hint_text, plain_name
from statecollect.workbook.read.coded_sheet import CellRow, CodedSheet
from statecollect.workbook.read.raw_sheets import CellValue, RawSheet
from statecollect.workbook.recognise.header_row import FieldNames, Header, match
from statecollect.workbook.recognise.multi_row_header import headline
from statecollect.workbook.recognise.recognised import Notebook
from statecollect.workbook.recognise.rows_around import Around
from statecollect.workbook.recognise.total_rows import may_be_total

OPENERS = "本全以合总小共累续第填说备注制审复负经单盖签示样范例"  # with which remarks, signatures, page titles and examples begin
_REMARK = re.compile(r"(?:填[表报]|填写)?(?:说明|备注|注意|注意事项|注释?)\d*[:.、]|注\d?:")
_SIGNATURE = re.compile(
    r"(?:填[表报]人|制表人?|审核人|复核人|负责人|经办人|填[表报](?:单位|日期|时间)|单位(?:负责人|盖章)|盖章|签字|签名)[^:]{0,8}:"
)
_EXAMPLE = re.compile(r"(?:填写|填报)?(?:示例|样例|范例|例)(?:行|数据)?\d*(?:[:.、]|$)")
_NUMBERED = re.compile(r"\(?(\d{1,3})\)?")
# a letter, digit or sign of writing as it is, with which none of the words above begins
_PLAIN_BEGINNING = re.compile(f"[A-Za-z0-9]|(?![{OPENERS}])[\u4e00-\u9fff]")
_NEAR_HEADER = 3  # rows in which hints and column numbers are looked for
_LEADING = 3  # filled cells in which a row says what it is
_BLANK = "只有空格"  # listed, but not worth a finding
_DOUBTFUL = {"是合计行", "是说明文字", "是示例行", "是分组行"}
_REPEATED = "是重复的栏目名"
_AROUND = "*△▣★☆※●:： \n"
_FEWEST_NAMES = 2  # by which a row is a header


@dataclass(frozen=True, slots=True)
class Body:
    """The data rows (1-based) and, by 0-based column, the filled cells of data rows under columns not taken."""

    rows: tuple[int, ...]
    lost: Mapping[int, int]


class KnownRows:
    """Texts by which tables, and other rows than records, are recognised: names of tables, all header names, hints."""

    def __init__(self, catalog: Catalog, all_names: Sequence[FieldNames]) -> None:
        self.catalog = catalog
        self.all_names = all_names
        fields = [one for names in all_names for one in names.table.fields]
        self._hints: dict[str, set[str]] = {}
        self.titles = {
            names.table.id: {plain_name(one) for one in (names.table.title, names.table.name)}
            for names in all_names
        }
        self.tables_named: dict[str, list[str]] = defaultdict(list)
        for table in catalog.tables.values():
            for name in {plain_name(table.short), plain_name(table.name)}:
                self.tables_named[name].append(table.id)
        marked = {header_text(one) for one in fields}
        self._headings = {one.name for one in fields} | marked | {one.replace("\n", "") for one in marked}

    def hints(self, table: Table) -> set[str]:
        """Return what stands above the header of a table's template; made when first asked for."""
        if table.id not in self._hints:
            said = {plain_name(hint_text(field, self.catalog)) for field in table.fields}
            self._hints[table.id] = said - {""}
        return self._hints[table.id]

    def is_heading(self, cell: CellValue) -> bool:
        """Whether a cell holds a field's name, as it is or with the marks that people put around it."""
        return isinstance(cell, str) and (cell in self._headings or cell.strip(_AROUND) in self._headings)


def read_body(
    sheet: RawSheet, header: Header, names: FieldNames, known: KnownRows, notebook: Notebook, *, stamped: bool
) -> Body:
    """Sort the rows below the header into records and the rest; list what is left out."""
    hints = known.hints(names.table)
    faults: dict[int, set[int]] = {}
    for row, column in sheet.faults:
        faults.setdefault(row + 1, set()).add(column)
    taken = frozenset(header.columns.values())
    titles = sheet.rows[header.top - 1 : header.row]
    around = Around(sheet, known.titles[names.table.id], len(taken))
    plain = _plainly_records(sheet.rows, titles, known, names.table.id) if 0 in taken else []
    idle: dict[int, set[int]] = {}
    for row, column in sheet.idle:
        idle.setdefault(row + 1, set()).add(column)
    came_to_nothing: list[int] = []
    rows: list[int] = []
    after_remark = False
    for number in range(header.row + 1, len(sheet.rows) + 1):
        if plain and plain[number - 1] and number > header.row + _NEAR_HEADER and not after_remark:
            rows.append(number)
            continue
        tick()
        cells = sheet.rows[number - 1]
        texts = _leading_texts(cells)
        if texts is None and number not in faults:
            continue
        if number in idle and _filled_columns(sheet, number) & taken <= idle[number]:
            came_to_nothing.append(number)
            continue
        if texts and texts[0].startswith(NOT_TAKEN):
            below = range(number, len(sheet.rows) + 1)
            notebook.leave_out(sheet, _filled(sheet, below, header.ours), "是上次退回时没有收的内容")
            break
        reason = _repeats(cells, titles, taken) if texts else None
        if (
            reason is None
            and texts
            and (again := _heading(cells, texts, header, names, known, stamped=stamped))
        ):
            if isinstance(again, FieldNames):
                _stop(sheet, header, number, names, again, notebook)
                break
            reason = again
        if reason is None and texts is not None and around.is_total(cells, rows):
            reason = "是合计行"
        if reason is None and texts:
            reason = says_no_record(cells, texts, len(taken), after_remark=after_remark)
            reason = reason or (None if number in faults else around.title_or_group(cells, number))
        if reason is None and number <= header.row + _NEAR_HEADER:
            reason = _is_guidance(cells, hints)
        if reason is None and not _touches(cells, taken) and not faults.get(number, set()) & taken:
            reason = "只在没有栏目的列里有内容"
        after_remark = reason in {"是说明文字", "是签字栏"}
        if reason is None or (reason == _BLANK and number in faults):
            rows.append(number)
            continue
        notebook.leave_out(sheet, _filled(sheet, [number], header.ours), reason)
        if reason != _BLANK:
            hint = phrase("S06", "hint", "doubtful") if reason in _DOUBTFUL else ""
            told = said("S06", "row", row=number, reason=reason, hint=hint)
            notebook.say(told, sheet=sheet.name, table=names.table.id, row=number)
    rows = _without_idle(sheet, header, rows, came_to_nothing, names.table.id, notebook)
    return Body(tuple(rows), _leave_out_columns(sheet, header, rows, notebook))


def _without_idle(
    sheet: RawSheet, header: Header, rows: list[int], idle: list[int], table: str, notebook: Notebook
) -> list[int]:
    """Return the records with those rows of formulas that may be some after all; list and tell the others, all at once.

    A formula filled down over empty rows comes to 0, to a blank or to an error. Among the records an error, or no result
    at all, may be a person's whole answer; below the last record it is nobody's.
    """
    faulty = {row + 1 for row, _ in sheet.faults}
    last = max(rows, default=0)
    kept = [
        number for number in idle if (number in faulty and number < last) or (not last and number in faulty)
    ]
    empty = [number for number in idle if number not in set(kept)]
    if empty:
        notebook.leave_out(sheet, _filled(sheet, empty, header.ours), "只有公式，没有填写内容")
        told = said(
            "S06",
            "formulas",
            "warning" if faulty & {*empty} else "note",
            rows=phrase("S06", "rows", "one", row=empty[0])
            if len(empty) == 1
            else phrase("S06", "rows", "several", first=empty[0], last=empty[-1], count=len(empty)),
            results=phrase("S06", "results", "faults" if faulty & {*empty} else "blank"),
        )
        notebook.say(told, sheet=sheet.name, table=table, row=empty[0])
    return sorted([*rows, *kept])


def _plainly_records(
    rows: CodedSheet, titles: Sequence[CellRow], known: KnownRows, table_id: str
) -> list[bool]:
    """Tell of every row whether it begins as only records do: with a text that is no word of other rows, no column's name.

    Speed only, for most rows of long tables: those that begin so come out as records below, too.
    """
    first, second, third = (rows.column(at).compact() for at in range(_LEADING))
    headings = {row[0] for row in titles if row}
    page_titles = tuple(known.titles[table_id])

    def begins_one(cell: CellValue) -> bool:
        if not isinstance(cell, str) or cell in headings or known.is_heading(cell):
            return False
        if cell.isdecimal() and cell.isascii():
            return True  # a number is no word at all
        return (
            _PLAIN_BEGINNING.match(cell) is not None
            and "续" not in cell
            and not cell.endswith(page_titles)
            and not may_be_total(cell)
        )

    begins = list(map(begins_one, first.values))
    goes_on = [
        one is not None and not known.is_heading(one) and not _maybe_total(one) for one in second.values
    ]
    ends = [not _maybe_total(one) for one in third.values]
    plain: list[bool] = (
        np.array(begins)[first.codes] & np.array(goes_on)[second.codes] & np.array(ends)[third.codes]
    ).tolist()
    return plain


def _leading_texts(cells: Sequence[CellValue]) -> list[str] | None:
    """Return the texts among the first filled cells (a running number may stand first); None for an empty row."""
    filled = list(islice((cell for cell in cells if cell is not None), _LEADING))
    return [cell for cell in filled if isinstance(cell, str)] if filled else None


def says_no_record(
    cells: Sequence[CellValue], texts: Sequence[str], width: int, *, after_remark: bool
) -> str | None:
    """Tell remarks, signatures and examples by the first text of the row."""
    text = next((plain for one in texts if (plain := plain_name(one))), "")
    if not text and all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells):
        return _BLANK
    if _EXAMPLE.match(text):
        return "是示例行"
    signature, remark = _SIGNATURE.match(text), _REMARK.match(text)
    if not (signature or remark or after_remark):
        return None
    filled = sum(cell is not None for cell in cells)
    if filled > max(2, width // 3):
        return None
    if signature:
        return "是签字栏"
    return "是说明文字" if remark or filled == 1 else None


def _is_guidance(cells: Sequence[CellValue], hints: set[str]) -> str | None:
    """Tell the template's hints and the numbers of columns, which stand near the header."""
    filled = [cell for cell in cells if cell is not None]
    told = sum(isinstance(cell, str) and plain_name(cell) in hints for cell in filled)
    if told >= 2 and told * 2 >= len(filled):
        return "是填写提示"
    return "是栏目编号" if _is_numbering(filled) else None


def _touches(cells: Sequence[CellValue], taken: frozenset[int]) -> bool:
    return any(cell is not None and column in taken for column, cell in enumerate(cells))


def _repeats(cells: Sequence[CellValue], titles: Sequence[CellRow], taken: frozenset[int]) -> str | None:
    """Tell a header repeated for printing: all filled cells, or the first and half of the names, are the header's."""
    filled = [column for column, cell in enumerate(cells) if cell is not None]
    for line in titles:
        if filled[0] >= len(line) or cells[filled[0]] != line[filled[0]]:
            continue
        same = sum(column < len(line) and cells[column] == line[column] for column in filled)
        if same == len(filled) or sum(column in taken for column in filled) <= same * 2 >= len(taken):
            return _REPEATED
    return None


def _is_numbering(filled: Sequence[CellValue]) -> bool:
    """Whether the row counts the columns: 1, 2, 3 … or (1), (2), (3) …"""
    texts = [str(cell).strip() for cell in filled]
    numbers = [int(found[1]) for text in texts if (found := _NUMBERED.fullmatch(plain_name(text)))]
    return len(numbers) >= 4 and len(numbers) == len(texts) and numbers == list(range(1, len(numbers) + 1))


def _heading(
    cells: CellRow,
    texts: Sequence[str],
    header: Header,
    names: FieldNames,
    known: KnownRows,
    *,
    stamped: bool,
) -> FieldNames | str | None:
    """Tell whether this row is a header again: this table's under the same columns, or, as its names, another one."""
    if sum(map(known.is_heading, texts)) < _FEWEST_NAMES:
        return None
    line = headline(cells, 0)
    own = match(line, names, stamped=stamped)
    others = [(match(line, one, stamped=stamped), one) for one in known.all_names if one is not names]
    fitting = [
        (len(other.columns), one)
        for other, one in others
        if other.fits(one) and len(other.columns) > len(own.columns)
    ]
    if fitting:
        return max(fitting, key=lambda ranked: ranked[0])[1]
    if len(own.columns) * 2 < len(header.columns) or len(own.columns) < _FEWEST_NAMES:
        return None
    moved = any(header.columns.get(name) != column for name, column in own.columns.items())
    return names if moved else _REPEATED


def _maybe_total(cell: CellValue) -> bool:
    return isinstance(cell, str) and may_be_total(cell)


def _stop(
    sheet: RawSheet, header: Header, number: int, names: FieldNames, other: FieldNames, notebook: Notebook
) -> None:
    """A second table begins, or this one in another order: nothing from here on stands under the header's columns."""
    title, below = other.table.title, _filled(sheet, range(number, len(sheet.rows) + 1), header.ours)
    if other is names:
        notebook.leave_out(sheet, below, "上面的栏目换了次序")
        told = said("S11", "reordered", row=number, header=header.row)
    else:
        notebook.leave_out(sheet, below, f"下面是另一张表（{title}）")
        told = said("S11", "another", row=number, table=title)
    notebook.say(told, sheet=sheet.name, table=names.table.id, row=number)


def _leave_out_columns(
    sheet: RawSheet, header: Header, rows: Sequence[int], notebook: Notebook
) -> dict[int, int]:
    """List the filled cells of records that stand under no field's column; count them by column."""
    taken = {*header.columns.values(), *header.ours}
    others = np.array([column for column in range(sheet.rows.width) if column not in taken], np.int64)
    below = np.array(rows, np.int64) - 1
    filled = sheet.rows.codes[np.ix_(others, below)] != 0
    for row, column in sheet.faults:
        filled[np.ix_(others == column, below == row)] = True
    lost: dict[int, int] = {}
    twice = {column for column, _ in header.twice}
    for at, other in np.argwhere(filled.T).tolist():
        column = int(others[other])
        lost[column] = lost.get(column, 0) + 1
        reason = "这一列的栏目名重复" if column in twice else "这一列没有对应的栏目"
        notebook.leave_out(sheet, [(int(below[at]), column)], reason)
    return lost


def _filled(sheet: RawSheet, numbers: Iterable[int], ours: frozenset[int]) -> list[tuple[int, int]]:
    """Return the 0-based positions of filled cells in these rows, our own columns left out."""
    return [
        (number - 1, column)
        for number in numbers
        for column, cell in enumerate(sheet.rows[number - 1])
        if column not in ours and (cell is not None or (number - 1, column) in sheet.faults)
    ]


def _filled_columns(sheet: RawSheet, number: int) -> set[int]:
    """Return the 0-based columns in which a row (1-based) holds something."""
    return {column for _, column in _filled(sheet, [number], frozenset())}
