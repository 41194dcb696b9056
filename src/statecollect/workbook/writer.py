"""The one writer: templates, prefilled templates, marked returns and consolidated exports are the same sheets.

XlsxWriter in constant memory: rows are written in order, values always by their own type (a text that begins with
``=`` stays text), no time stamps, so that the same content gives the same bytes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from statecollect.catalog import Catalog
from statecollect.findings import Finding
from statecollect.workbook.book import new_book
from statecollect.workbook.content import BookContent, SheetContent, Task
from statecollect.workbook.cover import write_cover, write_problems
from statecollect.workbook.layout import (
    CAPACITY,
    CODES_SHEET,
    COVER_SHEET,
    FINDINGS_HEADER,
    FINDINGS_SHEET,
    FIRST_DATA_ROW,
    GUIDE_ROW,
    HEADER_ROW,
    HINT_ROW,
    SPARE_ROWS,
    STAMP_SHEET,
    TITLE_ROW,
    frozen_columns,
    guide_text,
    header_text,
    hint_text,
    lines_needed,
    number_format,
    sheet_name,
    width_of,
)
from statecollect.workbook.lists import ListSheet
from statecollect.workbook.livecheck import add_live_checks, add_validations
from statecollect.workbook.styles import ERROR_FILL, WARNING_FILL, Styles
from statecollect.workbook.values import format_for, write_value

__all__ = ["BookContent", "SheetContent", "Task", "write_workbook"]

PROBLEM_WIDTH = 50
PRINTED_WIDTH = 170  # characters across an A4 landscape page that can still be read
# Beyond, Excel takes minutes to open the sheet; the column 问题 still has every text
COMMENTS_A_SHEET = 2_000
_ALLOWED = {
    "insert_rows": True,
    "delete_rows": True,
    "sort": True,
    "autofilter": True,
    "format_columns": True,
    "format_rows": True,
}


def write_workbook(path: Path, content: BookContent, catalog: Catalog, secret: bytes = b"") -> None:
    """Write a workbook to ``path``; it appears whole or not at all."""
    with new_book(path, content.title, content.school) as book:
        _fill(book, content, catalog, secret)


def _fill(book: Any, content: BookContent, catalog: Catalog, secret: bytes) -> None:
    styles, lists = Styles(book), ListSheet(catalog)
    write_cover(book, book.add_worksheet(COVER_SHEET), content, styles)
    places = {id(finding): place for one in content.sheets for finding, place in _places(one)}
    if content.marked:
        write_problems(book.add_worksheet(FINDINGS_SHEET), content, places, styles)
    for one in content.sheets:
        _write_table(book.add_worksheet(sheet_name(one.table)), one, content, catalog, styles, lists)
    if lists.names:
        sheet = book.add_worksheet(CODES_SHEET)
        lists.write(book, sheet)
        sheet.hide()
    if content.stamp is not None:
        sheet = book.add_worksheet(STAMP_SHEET)
        *lines, (last, made) = content.stamp.rows(secret)
        for row, (key, value) in enumerate([*lines, (last, content.signature or made)]):
            sheet.write_string(row, 0, key)
            sheet.write_string(row, 1, value)
        sheet.very_hidden()


def _places(one: SheetContent) -> list[tuple[Finding, tuple[str, str | None]]]:
    """Return for each finding the tab and cell in the workbook being written."""
    tab = sheet_name(one.table)
    columns = {field.name: xl_col_to_name(index) for index, field in enumerate(one.table.fields)}
    rows = _new_rows(one)
    return [
        (
            finding,
            (tab, f"{columns[finding.field]}{rows[finding.origin.row]}")
            if finding.field in columns and finding.origin.row in rows
            else (tab, f"A{rows[finding.origin.row]}" if finding.origin.row in rows else None),
        )
        for finding in one.findings
    ]


def _new_rows(one: SheetContent) -> dict[int | None, int]:
    """Return by the row number a finding speaks of the row in the new sheet."""
    numbers = one.row_numbers or range(FIRST_DATA_ROW, FIRST_DATA_ROW + len(one.rows))
    return {number: FIRST_DATA_ROW + position for position, number in enumerate(numbers)}


def _write_table(
    sheet: Any, one: SheetContent, content: BookContent, catalog: Catalog, styles: Styles, lists: ListSheet
) -> None:
    table, locked = one.table, content.read_only
    formats = [number_format(field) for field in table.fields]
    plain = [styles.cell(text, locked) for text in formats]
    for column, field in enumerate(table.fields):
        sheet.set_column(column, column, width_of(field), plain[column])

    watermark = f"    【{content.watermark}】" if content.watermark else ""
    fixed = styles.get()  # the columns are unlocked for typing, the rows above the data are not
    sheet.set_row(TITLE_ROW - 1, 24, fixed)
    sheet.set_row(GUIDE_ROW - 1, 15, fixed)
    sheet.write_string(TITLE_ROW - 1, 0, f"{table.id} {table.name}{watermark}", styles.title())
    sheet.write_string(GUIDE_ROW - 1, 0, guide_text(table, catalog), styles.quiet(text_wrap=False))
    widths = [width_of(field) for field in table.fields]
    hints = [hint_text(field, catalog) for field in table.fields]
    lines = max(lines_needed(hint, width * 1.1) for hint, width in zip(hints, widths, strict=True))
    sheet.set_row(HINT_ROW - 1, min(8, lines) * 12.5 + 3, fixed)
    for column, hint in enumerate(hints):
        sheet.write_string(HINT_ROW - 1, column, hint, styles.quiet(text_wrap=True, valign="top"))
    sheet.set_row(HEADER_ROW - 1, 48, fixed)
    for column, field in enumerate(table.fields):
        necessity = "auto" if field.auto else field.required
        sheet.write_string(HEADER_ROW - 1, column, header_text(field), styles.header(necessity))
    if one.findings:
        sheet.set_column(
            len(table.fields), len(table.fields), PROBLEM_WIDTH, styles.get(text_wrap=True, locked=False)
        )
        sheet.write_string(HEADER_ROW - 1, len(table.fields), FINDINGS_HEADER, styles.header("auto"))

    if content.known_from:
        plain = [styles.cell(text, locked, known=True) for text in formats]
    _write_rows(sheet, one, formats, plain, styles, locked)

    last = max(CAPACITY, FIRST_DATA_ROW + len(one.rows) + SPARE_ROWS)
    if not content.read_only:
        add_validations(sheet, table, catalog, lists, last, content.offered)
        add_live_checks(sheet, table, last, styles)
    if one.rows:
        columns = len(table.fields) + bool(one.findings)
        sheet.autofilter(HEADER_ROW - 1, 0, FIRST_DATA_ROW + len(one.rows) - 2, columns - 1)
    frozen = frozen_columns(table, widths)
    sheet.freeze_panes(HEADER_ROW, frozen)
    sheet.protect("", {"autofilter": True} if locked else _ALLOWED)
    _print_setup(sheet, sum(widths), frozen, content)


def _write_rows(
    sheet: Any, one: SheetContent, formats: Sequence[str], plain: Sequence[Any], styles: Styles, locked: bool
) -> None:
    marks, by_row = _marks(one)
    width, comments = len(formats), 0
    for position, values in enumerate(one.rows):
        row = FIRST_DATA_ROW - 1 + position
        if row + 1 not in by_row and sheet.write_plain_row(row, values, formats, plain):
            continue
        marked = marks.get(row + 1, {})
        for column, value in enumerate(values):
            mark = marked.get(column)
            shown = format_for(value, formats[column])
            if mark is None:
                if value is not None:
                    style = plain[column] if shown is formats[column] else styles.cell(shown, locked)
                    write_value(sheet, row, column, value, style)
                continue
            fill = ERROR_FILL if any(finding.severity == "error" for finding in mark) else WARNING_FILL
            write_value(sheet, row, column, value, styles.cell(shown, locked, fill))
            comments += 1
            if comments <= COMMENTS_A_SHEET:
                text = "\n".join(f"{finding.message}\n→ {finding.hint}" for finding in mark)
                sheet.write_comment(row, column, text, {"author": "", "x_scale": 2, "y_scale": 1.2})
        if row + 1 in by_row:
            text = "；".join(dict.fromkeys(finding.message for finding in by_row[row + 1]))
            sheet.set_row(row, 17 * min(8, lines_needed(text, PROBLEM_WIDTH - 2)))
            sheet.write_string(
                row, width, text, styles.get(text_wrap=True, locked=False, font_color="#C00000")
            )


def _marks(
    one: SheetContent,
) -> tuple[Mapping[int, Mapping[int, list[Finding]]], Mapping[int, list[Finding]]]:
    """Return findings by new row and column, and by new row."""
    columns = {field.name: index for index, field in enumerate(one.table.fields)}
    rows = _new_rows(one)
    cells: dict[int, dict[int, list[Finding]]] = defaultdict(lambda: defaultdict(list))
    by_row: dict[int, list[Finding]] = defaultdict(list)
    for finding in one.findings:
        row = rows.get(finding.origin.row)
        if row is None or finding.severity == "note":  # what was tidied needs no repair; the list still tells
            continue
        by_row[row].append(finding)
        if finding.field in columns:
            cells[row][columns[finding.field]].append(finding)
    return cells, by_row


def _print_setup(sheet: Any, width: float, frozen: int, content: BookContent) -> None:
    """A4 landscape; a wide table goes over several pages, its first columns and its header on each."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(max(1, round(width / PRINTED_WIDTH)), 0)
    sheet.repeat_rows(TITLE_ROW - 1, HEADER_ROW - 1)
    if frozen and width > PRINTED_WIDTH:
        sheet.repeat_columns(0, frozen - 1)
    if content.watermark:
        sheet.set_header(f"&C&28{content.watermark}")
    sheet.set_footer(f"&L{content.party.split('/')[-1].replace('&', '&&')}&C&A&R第 &P 页，共 &N 页")
