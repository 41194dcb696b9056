"""Printed pages as a workbook: one A4 sheet that is printed, signed and sealed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from statecollect.render.page import Page, PrintedTable
from statecollect.workbook.layout import lines_needed
from statecollect.workbook.write.styles import Styles
from statecollect.workbook.write.xlsx_file import new_book

_PAGE_WIDTH = {False: 92.0, True: 135.0}  # characters across an A4 page, portrait and landscape


def write_form(path: Path, page: Page, tab: str, author: str = "") -> None:
    """Write a page; its tables share one grid of columns, so the first one's widths count."""
    with new_book(path, page.title, author) as book:
        sheet, styles = book.add_worksheet(tab[:31]), Styles(book)
        _fill(sheet, page, styles)


def _fill(sheet: Any, page: Page, styles: Styles) -> None:
    widths = _widths(page)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    last = len(widths) - 1
    sheet.hide_gridlines(2)
    sheet.set_row(0, 30)
    sheet.merge_range(0, 0, 0, last, page.title, styles.get(bold=True, font_size=16, align="center"))
    row = 1
    for line in page.lines:
        row = _line(sheet, row, widths, line, styles.get(text_wrap=True))
    for table in page.tables:
        row = _table(sheet, row + 1, table, widths, styles)
    for line in page.closing:
        row = _line(sheet, row + 1, widths, line, styles.get(text_wrap=True))
    for label in page.signatures:
        sheet.set_row(row + 1, 24)
        row = _line(sheet, row + 1, widths, label, styles.get())
    if page.remark:
        _line(sheet, row + 1, widths, page.remark, styles.quiet(text_wrap=True))
    sheet.set_paper(9)
    sheet.set_landscape() if page.landscape else sheet.set_portrait()
    sheet.set_margins(left=0.6, right=0.6, top=0.6, bottom=0.7)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&R第 &P 页，共 &N 页")


def _table(sheet: Any, row: int, table: PrintedTable, widths: list[float], styles: Styles) -> int:
    if table.caption:
        row = _line(sheet, row, widths, table.caption, styles.get(bold=True))
    spans = _spans(len(table.header), len(widths))
    _cells(sheet, row, table.header, spans, styles.header("yes"))
    for values in table.rows:
        row += 1
        shown = [
            lines_needed(text, sum(widths[first : end + 1]) - 2)
            for text, (first, end) in zip(values, spans, strict=True)
        ]
        sheet.set_row(row, 16 * max(shown))
        _cells(sheet, row, values, spans, styles.boxed())
    return row + 1


def _cells(sheet: Any, row: int, values: Any, spans: list[tuple[int, int]], style: Any) -> None:
    for text, (first, end) in zip(values, spans, strict=True):
        if end > first:
            sheet.merge_range(row, first, row, end, text, style)
        else:
            sheet.write_string(row, first, text, style)


def _spans(cells: int, columns: int) -> list[tuple[int, int]]:
    """Lay fewer cells over the page's columns; the last one takes what is left."""
    return [(at, at if at < cells - 1 else columns - 1) for at in range(cells)]


def _line(sheet: Any, row: int, widths: list[float], text: str, style: Any) -> int:
    height = lines_needed(text, sum(widths) - 4)
    if height > 1:
        sheet.set_row(row, 16 * height)
    if len(widths) > 1:
        sheet.merge_range(row, 0, row, len(widths) - 1, "", style)
    sheet.write_string(row, 0, text, style)
    return row + 1


def _widths(page: Page) -> list[float]:
    table = max(page.tables, key=lambda one: len(one.header))
    room = _PAGE_WIDTH[page.landscape]
    return [room * part / sum(table.widths) for part in table.widths]
