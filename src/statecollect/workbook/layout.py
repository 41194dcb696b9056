"""Where things are in a workbook: the contract between the writer and the reader.

One sheet a table::

    row 1   1.2.1 开设专业表                        title
    row 2   一行＝…；统计时段：…                      guidance
    row 3   6 位数字 │ 从下拉列表选 │ …                hint of each column
    row 4   *专业代码 │ △停招日期 │ ▣班级总数            header: field names with marks
    row 5…  data

Before them 封面 and, in a marked return, 问题清单; behind them the hidden lists and the very hidden stamp.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from statecollect.catalog import Catalog, Field, Table
from statecollect.workbook.tabs import CODES_SHEET as CODES_SHEET
from statecollect.workbook.tabs import COVER_SHEET as COVER_SHEET
from statecollect.workbook.tabs import FINDINGS_SHEET as FINDINGS_SHEET
from statecollect.workbook.tabs import OWN_SHEETS as OWN_SHEETS
from statecollect.workbook.tabs import STAMP_SHEET as STAMP_SHEET

TITLE_ROW = 1
GUIDE_ROW = 2
HINT_ROW = 3
HEADER_ROW = 4
FIRST_DATA_ROW = 5


TABLE_HEADER = "表号"  # of the cover's list of tables
NIL_HEADER = "零报告（本表无数据）"
NIL_YES = "是"
FINDINGS_HEADER = "问题"  # of the column a marked return adds behind the fields

REQUIRED_MARK = "*"
CONDITIONAL_MARK = "△"
AUTO_MARK = "▣"
_MARKS = REQUIRED_MARK + CONDITIONAL_MARK + AUTO_MARK

CAPACITY = 20_000  # drop-downs and live checks reach at least to this row …
SPARE_ROWS = 5_000  # … and this far beyond the rows given

MAX_TAB = 31  # Excel's limit
_WIDE = {"W", "F", "A"}
_BLANKS = re.compile(r"\s+")


def sheet_name(table: Table) -> str:
    """Return the tab of the table's sheet."""
    return table.title[:MAX_TAB]


def header_text(field: Field) -> str:
    """Return what stands above the field's column: its name behind the mark of how needed it is."""
    if field.auto:
        return AUTO_MARK + field.name
    return {"yes": REQUIRED_MARK, "conditional": CONDITIONAL_MARK, "no": ""}[field.required] + field.name


@lru_cache(maxsize=8192)  # headers and hints, which come again in hundreds of workbooks
def plain_name(text: str) -> str:
    """Return a name for comparison: widths unified (NFKC), without blanks; ``学制（年）`` becomes ``学制(年)``."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text))


def field_name_from_header(text: str) -> str:
    """Return the bare name in a header, without its marks, as ``plain_name`` gives it for the field's own name."""
    return plain_name(text).strip(_MARKS)


def frozen_columns(table: Table, widths: list[int]) -> int:
    """Return how many columns stay in sight: the leading key columns, while they leave room for the others."""
    count = 0
    for field in table.fields:
        if field.name not in table.key or sum(widths[: count + 1]) > 40:
            break
        count += 1
    return count


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


def number_format(field: Field) -> str:
    """Return the column's number format. All typed text is ``@``: Excel would turn 0035 into 35 and 1-2 into a date."""
    storage, decimals = field.spec.storage, field.shown_decimals
    if storage in {"date", "datetime"}:
        return "yyyy-mm-dd" if storage == "date" else "yyyy-mm-dd hh:mm"
    if storage in {"integer", "decimal"}:
        return "0." + "0" * decimals if decimals else "0"
    return "General" if field.kind in {"code", "yes_no"} else "@"


def width_of(field: Field) -> int:
    """Return the column's width in characters: room for the header on two lines and for a usual value."""
    longest = field.length or field.spec.length or 16
    usual = _WIDTHS.get(field.kind, max(10, min(longest + 2, 24)))
    return max(usual, min(30, display_width(header_text(field)) // 2 + 5))


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
    return "\n".join(part for part in (says, length, unit, field.note) if part)
