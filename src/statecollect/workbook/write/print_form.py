"""Tables of one row once more as forms on paper: a field a line, which somebody can check and sign.

The cells are formulas that show what stands on the table's own sheet; nothing is typed here, and nothing is read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from statecollect.catalog import Catalog
from statecollect.workbook.book_content import BookContent, SheetContent
from statecollect.workbook.layout import (
    FIRST_DATA_ROW,
    guide_text,
    header_text,
    hint_text,
    lines_needed,
    sheet_name,
)
from statecollect.workbook.write.styles import Styles

_WIDTHS = (32, 34, 34)
_HEADER = ("栏目", "填写的内容", "说明")
_SAYS = "本页供打印、签字，内容取自各表；要改请到各表里改。"
_SIGNED = "填表人：                审核人：                责任人：                日期："


def forms_of(content: BookContent) -> list[SheetContent]:
    """Return the sheets that come again as forms; a workbook that nobody fills needs none."""
    return [] if content.read_only else [sheet for sheet in content.sheets if sheet.table.rows == "one"]


def write_forms(
    sheet: Any, forms: Sequence[SheetContent], content: BookContent, catalog: Catalog, styles: Styles
) -> None:
    """Write the forms below each other, each on a page of its own."""
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.write_string(0, 0, _SAYS, styles.quiet())
    row, breaks = 2, []
    for form in forms:
        breaks.append(row)
        row = _write_form(sheet, row, form, catalog, styles) + 2
    sheet.set_h_pagebreaks(breaks[1:])
    sheet.set_portrait()
    sheet.set_paper(9)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)
    party = content.party.split("/")[-1].replace("&", "&&")
    sheet.set_footer(f"&L{party}&R第 &P 页，共 &N 页")
    sheet.protect("", {"format_columns": True, "format_rows": True})


def _write_form(sheet: Any, row: int, one: SheetContent, catalog: Catalog, styles: Styles) -> int:
    table, tab = one.table, sheet_name(one.table)
    sheet.set_row(row, 24)
    sheet.write_string(row, 0, table.title, styles.title())
    guide = guide_text(table, catalog)
    sheet.set_row(row + 1, 15.0 * lines_needed(guide, sum(_WIDTHS)))
    sheet.merge_range(row + 1, 0, row + 1, 2, guide, styles.quiet(text_wrap=True))
    row += 2
    for column, name in enumerate(_HEADER):
        sheet.write_string(row, column, name, styles.header("no"))
    values = one.rows[0] if one.rows else [None] * len(table.fields)
    for at, field in enumerate(table.fields):
        row += 1
        texts = (header_text(field).replace("\n", ""), hint_text(field, catalog))
        sheet.set_row(
            row,
            15.0
            * max(lines_needed(text, width - 2) for text, width in zip(texts, _WIDTHS[::2], strict=True)),
        )
        sheet.write_string(row, 0, texts[0], styles.boxed())
        cell = f"'{tab}'!{xl_col_to_name(at)}{FIRST_DATA_ROW}"
        style = styles.boxed(align="left", num_format=_format(field.spec.storage))
        sheet.write_formula(row, 1, f'=IF({cell}="","",{cell})', style, _shown(values[at]))
        sheet.write_string(row, 2, texts[1], styles.boxed(font_size=10, font_color="#404040"))
    sheet.set_row(row + 1, 36)
    sheet.write_string(row + 1, 0, _SIGNED, styles.get())
    return row + 2


def _format(storage: str) -> str:
    return {"date": "yyyy-mm-dd", "datetime": "yyyy-mm-dd hh:mm"}.get(storage, "General")


def _shown(value: object) -> object:
    """Return what the formula gives now, for whoever does not calculate it."""
    if isinstance(value, dt.date):
        return (value - dt.date(1899, 12, 30)).days if type(value) is dt.date else str(value)
    return value if isinstance(value, int | float) else str(value or "")
