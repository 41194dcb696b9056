"""Where things are in a workbook: the contract between the writer and the reader.

One sheet a table::

    row 1   1.2.1 开设专业表                        title
    row 2   一行＝…；统计时段：…                      guidance
    row 3   6 位数字 │ 从下拉列表选 │ …                hint of each column
    row 4   *专业代码 │ △停招日期 │ ▣班级总数            header: field names with marks
    row 5…  data

Before them 封面 and, in a marked return, 问题清单; behind them the hidden lists and the very hidden stamp. A marked
return also repeats what was not taken in: columns behind the table and its column 问题, rows below the line
以下内容没有收, other sheets as they were, and the rest on 原件其他内容.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from statecollect.catalog import Catalog, CodeList, Field, Table
from statecollect.workbook.sheet_names import CODES_SHEET as CODES_SHEET
from statecollect.workbook.sheet_names import COVER_SHEET as COVER_SHEET
from statecollect.workbook.sheet_names import ELSEWHERE_SHEET as ELSEWHERE_SHEET
from statecollect.workbook.sheet_names import FINDINGS_SHEET as FINDINGS_SHEET
from statecollect.workbook.sheet_names import OWN_SHEETS as OWN_SHEETS
from statecollect.workbook.sheet_names import PRINT_SHEET as PRINT_SHEET
from statecollect.workbook.sheet_names import STAMP_SHEET as STAMP_SHEET

TITLE_ROW = 1
GUIDE_ROW = 2
HINT_ROW = 3
HEADER_ROW = 4
FIRST_DATA_ROW = 5


CREATED = dt.datetime(2022, 1, 1)  # of every workbook of ours: the same content gives the same bytes
PARTY_LABEL = "填报单位："  # on the cover, before the party's name
TABLE_HEADER = "表号"  # of the cover's list of tables
NIL_HEADER = "零报告（本表无数据）"
DEADLINE, CONTACT = "最早截止：", "联系："
TASK_COLUMNS = (  # sources to due are those of a Task, in its order
    (TABLE_HEADER, 8),
    ("数据表", 30),
    ("数据源", 20),
    ("填表", 18),
    ("审核", 16),
    ("责任人", 10),
    ("截止日期", 12),
    (NIL_HEADER, 13),
    ("备注", 14),
)
NIL_YES = "是"
FINDINGS_HEADER = "问题"  # of the column a marked return adds behind the fields
NOT_TAKEN = "以下内容没有收"  # how the line begins below which a marked return repeats what was not taken in
NOT_TAKEN_LINE = f"{NOT_TAKEN}：原样附在这里，供核对；要交的请移到上面的表里，不交的不用管。"
NOT_TAKEN_COLUMNS = "右边各列没有收，原样附在这里；要交的请移到左边对应的栏目下。"
FOUND_MARK = "【检查发现】"  # in a comment, what we say stands behind it, the party's own words before

REQUIRED_MARK = "*"
CONDITIONAL_MARK = "△"
AUTO_MARK = "▣"
MARKS = REQUIRED_MARK + CONDITIONAL_MARK + AUTO_MARK

CAPACITY = 20_000  # drop-downs and live checks reach at least to this row …
SPARE_ROWS = 5_000  # … and this far beyond the rows given

_FREE_ROWS = 10  # between the data and the line below which stands what was not taken in
_NAMING = 3  # columns among which is what a row is called by
_FROZEN_WIDTH = 60  # characters, a third of an ordinary screen

TEXT, PLAIN = "@", "General"  # number formats

MAX_TAB = 31  # Excel's limit
_WIDE = {"W", "F", "A"}
_BLANKS = re.compile(r"\s+")
_LIKE_NUMBERS = re.compile(
    r"^(?:[+-]?\d[\d.,:/%eE+-]*|\d{2,4}年\d{1,2}月(?:\d{1,2}日)?|\d{1,2}月\d{1,2}日)$", re.MULTILINE
)
_MOST_DIGITS = 15  # that a cell keeps of a number
_LAST_REMARK = re.compile(r"(?<=.)[（(][^（()）]*[)）]$")
_WRAPPED_WIDTH = 14
_CLAUSES = re.compile(r"[，；]?[^，；]+")
_SAID = ("英文逗号分隔", "可不填")
_EDGES = 3  # characters by which a bold header is wider than its letters count, with the cell's own edges


def sheet_name(table: Table) -> str:
    """Return the tab of the table's sheet."""
    return table.title[:MAX_TAB]


def header_text(field: Field) -> str:
    """Return what stands above the field's column: its name behind the mark of how needed it is.

    A remark at its end that does not fit on the first line has the second one, undivided.
    """
    marked = _marked_name(field)
    remark = _LAST_REMARK.search(marked)
    if remark is None or display_width(marked) + _EDGES <= width_of(field):
        return marked
    return f"{marked[: remark.start()]}\n{remark[0]}"


def _marked_name(field: Field) -> str:
    if field.auto:
        return AUTO_MARK + field.name
    return {"yes": REQUIRED_MARK, "conditional": CONDITIONAL_MARK, "no": ""}[field.required] + field.name


@lru_cache(maxsize=8192)  # headers and hints, which come again in hundreds of workbooks
def plain_name(text: str) -> str:
    """Return a name for comparison: widths unified (NFKC), without blanks; ``学制（年）`` becomes ``学制(年)``."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text))


def field_name_from_header(text: str) -> str:
    """Return the bare name in a header, without its marks, as ``plain_name`` gives it for the field's own name."""
    return plain_name(text).strip(MARKS)


def frozen_columns(table: Table, widths: Sequence[int]) -> int:
    """Return how many columns stay in sight: as far as the last one that says whose row it is, among the first three.

    That is a part of the key or a name, while it leaves room for the others. A table of one row needs none.
    """
    if table.rows == "one":
        return 0
    return max(
        (
            count
            for count, field in enumerate(table.fields[:_NAMING], start=1)
            if (field.name in table.key or field.kind == "name") and sum(widths[:count]) <= _FROZEN_WIDTH
        ),
        default=0,
    )


def first_besides(table: Table) -> int:
    """Return the column (0-based) at which a marked return begins with columns that were not taken in."""
    return len(table.fields) + 1


def line_of_not_taken(rows: int) -> int:
    """Return the row (1-based) of the line behind so many rows of data; some are left free for what is moved up."""
    return FIRST_DATA_ROW + rows + _FREE_ROWS


def display_width(text: str) -> int:
    """Return the width in half-width characters; a Chinese character counts two."""
    return sum(2 if unicodedata.east_asian_width(char) in _WIDE else 1 for char in text)


def lines_needed(text: str, width: float) -> int:
    """Return how many lines the text takes when wrapped at ``width`` half-width characters."""
    return sum(max(1, -(-display_width(line) // max(1, int(width)))) for line in text.split("\n"))


LEGEND = f"栏目名前 {REQUIRED_MARK} 必填，{CONDITIONAL_MARK} 符合条件时必填，{AUTO_MARK} 由平台自动生成、可以不填。"

_WIDTHS = {
    "yes_no": 12,
    "code": 15,
    "date": 12,
    "datetime": 17,
    "year_month": 11,
    "integer": 10,
    "decimal": 12,
    "percent": 10,
}


def number_format(field: Field, codes: CodeList | None = None) -> str:
    """Return the column's number format. All typed text is ``@``: Excel would turn 0035 into 35 and 1-2 into a date.

    ``codes``: the field's list, if it has one; of most lists each entry is taken as it is typed.
    """
    storage, decimals = field.spec.storage, field.shown_decimals
    if storage in {"date", "datetime"}:
        return "yyyy-mm-dd" if storage == "date" else "yyyy-mm-dd hh:mm"
    if storage in {"integer", "decimal"}:
        if decimals and codes:  # 3 and 2.5, as the list writes them
            return PLAIN
        return "0." + "0" * decimals if decimals else "0"
    chosen = field.kind in {"code", "yes_no"}
    return PLAIN if chosen and not (codes and _change_when_typed(codes.labels)) else TEXT


def is_number(text: str) -> bool:
    """Whether a cell into which these digits are typed shows them again: no leading zero, not too many."""
    return text.isascii() and text.isdigit() and str(int(text)) == text and len(text) <= _MOST_DIGITS


def _change_when_typed(texts: Sequence[str]) -> bool:
    """Whether Excel makes a number or a day of one of them that looks otherwise: 01, 1-2, 50%, 3/4."""
    return any(not is_number(found_text) for found_text in _LIKE_NUMBERS.findall("\n".join(texts)))


def width_of(field: Field) -> int:
    """Return the column's width in characters: room for the header on two lines and for a usual value."""
    longest = field.length or field.spec.length or 16
    usual = _WIDTHS.get(field.kind, max(10, min(longest + 2, 24)))
    return max(usual, min(30, display_width(_marked_name(field)) // 2 + 5))


def widths_of(table: Table) -> list[int]:
    """Return the widths of a table's columns; those of a table of one row, whose cells wrap, let it be printed."""
    widths = [width_of(field) for field in table.fields]
    return widths if table.rows == "many" else [min(width, _WRAPPED_WIDTH) for width in widths]


def guide_text(table: Table, catalog: Catalog) -> str:
    """Return the line below the title: what a row is, of which time, what tells rows apart."""
    period = catalog.year.periods.get(table.period) if table.period else None
    parts = [
        table.about.rstrip("。"),
        f"统计时段：{period.label}" if period else "",
        "本表只填一行" if table.rows == "one" else "",
        f"各行的{'＋'.join(table.key)}不能重复" if table.key and table.rows == "many" else "",
    ]
    return "；".join(part for part in parts if part)


def hint_text(field: Field, catalog: Catalog) -> str:
    """Return the small text above the header: what to type, the unit, and the note of the field list."""
    codes = catalog.codes.get(field.codes) if field.codes else None
    example = field.example or field.spec.example
    if field.auto:
        says = "由平台自动生成，可不填"
    elif field.constant is not None:
        says = f"固定填 {field.constant}"
    elif field.multi_valued:
        says = field.spec.label
    elif codes is not None:
        says = "从下拉列表选" + ("，没有的可直接填" if codes.extensible else "")
    elif field.kind == "yes_no":
        says = "选“是”或“否”"
    else:
        says = field.spec.pattern_says or (field.spec.label if field.kind != "text" else "")
        if example and not field.is_personal:
            says = f"{says}，如 {example}" if says else f"如 {example}"
    length = f"不超过 {field.length} 字" if field.length and field.kind == "text" else ""
    unit = f"单位：{field.shown_unit}" if field.shown_unit else ""
    return "\n".join(part for part in (says, length, unit, _not_yet_said(field.note or "", says)) if part)


def _not_yet_said(note: str, says: str) -> str:
    """Return a note without the clauses that repeat what the line above says."""
    clauses = _CLAUSES.findall(note)  # each with the sign before it
    new = [clause for clause in clauses if not _repeated(clause.lstrip("，；"), says)]
    return "".join(new).lstrip("，；") if len(new) < len(clauses) else note


def _repeated(clause: str, says: str) -> bool:
    return (
        clause in says
        or clause.removeprefix("填 ").replace("固定为 ", "固定填 ") in says
        or any(clause.endswith(said) and said in says for said in _SAID)
    )


def own_words(comment: str) -> str:
    """Return what of a comment is the party's own."""
    return comment.partition(FOUND_MARK)[0].strip()
