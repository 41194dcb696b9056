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

from statecollect.catalog import Catalog, Table
from statecollect.core.address import area
from statecollect.findings import Finding
from statecollect.workbook.book_content import BookContent, SheetContent, Task
from statecollect.workbook.layout import (
    CAPACITY,
    CODES_SHEET,
    COVER_SHEET,
    ELSEWHERE_SHEET,
    FINDINGS_HEADER,
    FINDINGS_SHEET,
    FIRST_DATA_ROW,
    GUIDE_ROW,
    HEADER_ROW,
    HINT_ROW,
    NOT_TAKEN_COLUMNS,
    PLAIN,
    PRINT_SHEET,
    SPARE_ROWS,
    STAMP_SHEET,
    TEXT,
    TITLE_ROW,
    first_besides,
    frozen_columns,
    guide_text,
    header_text,
    hint_text,
    line_of_not_taken,
    lines_needed,
    number_format,
    sheet_name,
    widths_of,
)
from statecollect.workbook.write.cell_writer import format_for, write_value
from statecollect.workbook.write.cover import write_cover, write_problems
from statecollect.workbook.write.dropdowns import ListSheet
from statecollect.workbook.write.leftovers import (
    COMMENT,
    comment_text,
    write_copy,
    write_elsewhere,
    write_not_taken,
)
from statecollect.workbook.write.print_form import forms_of, write_forms
from statecollect.workbook.write.styles import ERROR_FILL, WARNING_FILL, Styles
from statecollect.workbook.write.validations import add_live_checks, add_validations
from statecollect.workbook.write.xlsx_file import new_book

__all__ = ["BookContent", "SheetContent", "Task", "write_workbook"]

PROBLEM_WIDTH = 50
PRINTED_WIDTH = 170  # characters across an A4 landscape page that can still be read
FORM_WIDTH = 270
# Beyond, Excel takes minutes to open the sheet; the column 问题 still has every text
COMMENTS_A_SHEET = 2_000
STYLED_ROWS = 200  # in which empty text cells carry their style: some web editors drop that of whole columns
_TITLE_SIZE = 1.4  # how much wider than usual a title's letters are


def write_workbook(path: Path, content: BookContent, catalog: Catalog, secret: bytes = b"") -> None:
    """Write a workbook to ``path``; it appears whole or not at all."""
    with new_book(path, content.title, content.school) as book:
        _fill(book, content, catalog, secret)


def _fill(book: Any, content: BookContent, catalog: Catalog, secret: bytes) -> None:
    styles, lists = Styles(book), ListSheet(catalog)
    write_cover(book.add_worksheet(COVER_SHEET), content, styles)
    places = {id(finding): place for sheet in content.sheets for finding, place in _places(sheet)}
    if content.marked:
        write_problems(book.add_worksheet(FINDINGS_SHEET), content, places, styles)
    for table_sheet in content.sheets:
        _write_table(
            book.add_worksheet(sheet_name(table_sheet.table)), table_sheet, content, catalog, styles, lists
        )
    if forms := forms_of(content):
        write_forms(book.add_worksheet(PRINT_SHEET), forms, content, catalog, styles)
    for copy in content.copies:
        write_copy(book.add_worksheet(copy.tab), copy, styles)
    if content.elsewhere:
        write_elsewhere(book.add_worksheet(ELSEWHERE_SHEET), content.elsewhere, styles)
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
    """Return for each finding its tab and cell."""
    tab = sheet_name(one.table)
    columns = {field.name: xl_col_to_name(index) for index, field in enumerate(one.table.fields)}
    places: list[tuple[Finding, tuple[str, str | None]]] = []
    for finding in one.findings:
        row, cell = finding.origin.row, finding.origin.cell
        if row is not None and finding.field in columns:
            cell = f"{columns[finding.field]}{row}"
        elif row is not None and cell is None:
            cell = f"A{row}"
        places.append((finding, (tab, cell)))
    return places


def _write_table(
    sheet: Any, one: SheetContent, content: BookContent, catalog: Catalog, styles: Styles, lists: ListSheet
) -> None:
    table, locked, besides = one.table, content.read_only, one.besides
    formats = [number_format(field, catalog.codes.get(field.codes or "")) for field in table.fields]
    form = table.rows == "one"
    plain = [styles.cell(text, locked, wrapped=form) for text in formats]
    widths = widths_of(table)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width, plain[column])
    if one.findings:
        open_text = styles.get(text_wrap=True, locked=False)
        sheet.set_column(len(widths), len(widths), PROBLEM_WIDTH, open_text)

    frozen = frozen_columns(table, widths)
    _write_title(sheet, table, content, catalog, styles, widths[:frozen])
    hints = [hint_text(field, catalog) for field in table.fields]
    lines = max(lines_needed(hint, width) for hint, width in zip(hints, widths, strict=True))
    sheet.set_row(HINT_ROW - 1, min(12, lines) * 13.5 + 3)
    for column, hint in enumerate(hints):
        sheet.write_string(HINT_ROW - 1, column, hint, styles.quiet(text_wrap=True, valign="top"))
    first = first_besides(table)
    if besides.columns:
        sheet.set_column(first, first + len(besides.columns) - 1, 16)
        sheet.write_string(HINT_ROW - 1, first, NOT_TAKEN_COLUMNS, styles.not_taken())
    sheet.set_row(HEADER_ROW - 1, 48)
    for column, field in enumerate(table.fields):
        necessity = "auto" if field.auto else field.required
        sheet.write_string(
            HEADER_ROW - 1, column, header_text(field), styles.header(necessity, formats[column])
        )
    if one.findings:
        sheet.write_string(HEADER_ROW - 1, len(widths), FINDINGS_HEADER, styles.header("auto"))
    for column, (header, _) in enumerate(besides.columns, start=first):
        write_value(sheet, HEADER_ROW - 1, column, header, styles.not_taken())
    for (row, column), text in besides.comments.items():  # each before the writer leaves its row
        if row == HEADER_ROW - 1:
            sheet.write_comment(row, column, text, COMMENT)

    if content.known_from:
        plain = [styles.cell(text, locked, known=True, wrapped=form) for text in formats]
    _write_rows(sheet, one, formats, plain, styles, locked)
    end = FIRST_DATA_ROW + len(one.rows) - 1  # the last row with data
    last = end if locked else max(CAPACITY, end + 1 + SPARE_ROWS)
    if besides.lines:
        last = line_of_not_taken(len(one.rows)) - 1
        write_not_taken(sheet, last, besides, styles)
    elif not locked:
        texts = {column: plain[column] for column in _text_columns(table, formats)}
        rows = 1 if table.rows == "one" else STYLED_ROWS
        sheet.write_empty_rows(end, FIRST_DATA_ROW - 1 + rows, texts)
    if not locked:
        add_validations(sheet, table, catalog, lists, last, content.offered)
        add_live_checks(sheet, table, last, styles)
    if one.rows or not locked:
        sheet.autofilter(HEADER_ROW - 1, 0, last - 1, len(widths) - (not one.findings))
    sheet.freeze_panes(HEADER_ROW, frozen)
    if locked:
        sheet.protect("", {"autofilter": True})
    _print_setup(sheet, one, widths, frozen, content)


def _write_title(
    sheet: Any,
    table: Table,
    content: BookContent,
    catalog: Catalog,
    styles: Styles,
    frozen: Sequence[int],
) -> None:
    """Write the two lines above the hints so that none is cut where the first columns come again on every page.

    There the title keeps to these columns; the guidance begins behind them.
    """
    watermark = f"    【{content.watermark}】" if content.watermark else ""
    title = f"{table.id} {table.name}{watermark}"
    style = styles.title()
    height = 24.0
    if frozen:
        style = styles.title(text_wrap=True)
        height = max(height, 20.0 * lines_needed(title, sum(frozen) / _TITLE_SIZE))
    sheet.set_row(TITLE_ROW - 1, height)
    if len(frozen) > 1:
        sheet.merge_range(TITLE_ROW - 1, 0, TITLE_ROW - 1, len(frozen) - 1, "", style)
    sheet.write_string(TITLE_ROW - 1, 0, title, style)
    sheet.set_row(GUIDE_ROW - 1, 16)
    sheet.write_string(GUIDE_ROW - 1, len(frozen), guide_text(table, catalog), styles.quiet(text_wrap=False))


def _write_rows(
    sheet: Any, one: SheetContent, formats: Sequence[str], plain: Sequence[Any], styles: Styles, locked: bool
) -> None:
    marks, by_row = _marks(one)
    width, written = len(formats), 0
    rows, own = one.rows, one.besides.comments
    commented = {row for row, _ in own}
    styled = frozenset(() if locked else _text_columns(one.table, formats))
    if one.besides.columns:
        behind = [cells for _, cells in one.besides.columns]
        rows = [[*row, None, *cells] for row, *cells in zip(one.rows, *behind, strict=True)]
        formats = [*formats, *[PLAIN] * (1 + len(behind))]
        plain = [*plain, *[styles.not_taken()] * (1 + len(behind))]
    for position, values in enumerate(rows):
        row = FIRST_DATA_ROW - 1 + position
        kept = styled if position < STYLED_ROWS else frozenset[int]()
        needs_care = row + 1 in by_row or row in commented
        if not needs_care and sheet.write_plain_row(row, values, formats, plain, kept):
            continue
        marked = marks.get(row + 1, {})
        for column, value in enumerate(values):
            mark, words = marked.get(column), own.get((row, column))
            shown = format_for(value, formats[column])
            if words is not None:
                sheet.write_comment(row, column, comment_text(words, mark or ()), COMMENT)
            if mark is None:
                if value is not None or column in kept:
                    known = shown is formats[column] or column >= width
                    write_value(
                        sheet, row, column, value, plain[column] if known else styles.cell(shown, locked)
                    )
                continue
            fill = ERROR_FILL if any(finding.severity == "error" for finding in mark) else WARNING_FILL
            write_value(sheet, row, column, value, styles.cell(shown, locked, fill))
            written += 1
            if words is None and written <= COMMENTS_A_SHEET:
                sheet.write_comment(row, column, comment_text("", mark), COMMENT)
        if row + 1 in by_row:
            text = "；".join(dict.fromkeys(finding.message for finding in by_row[row + 1]))
            sheet.set_row(row, 17 * min(8, lines_needed(text, PROBLEM_WIDTH - 2)))
            sheet.write_string(
                row, width, text, styles.get(text_wrap=True, locked=False, font_color="#C00000")
            )


def _text_columns(table: Table, formats: Sequence[str]) -> list[int]:
    """Return the columns into which somebody types texts."""
    return [
        at
        for at, (field, text) in enumerate(zip(table.fields, formats, strict=True))
        if text == TEXT and not field.auto
    ]


def _marks(
    one: SheetContent,
) -> tuple[Mapping[int, Mapping[int, list[Finding]]], Mapping[int, list[Finding]]]:
    """Return findings by row and column, and by row."""
    columns = {field.name: index for index, field in enumerate(one.table.fields)}
    rows = range(FIRST_DATA_ROW, FIRST_DATA_ROW + len(one.rows))
    cells: dict[int, dict[int, list[Finding]]] = defaultdict(lambda: defaultdict(list))
    by_row: dict[int, list[Finding]] = defaultdict(list)
    for finding in one.findings:
        row, cell = finding.origin.row, finding.origin.cell
        if (
            row is None or row not in rows or finding.severity == "note"
        ):  # what was tidied needs no repair; the list tells
            continue
        by_row[row].append(finding)
        column = columns.get(finding.field or "")
        if column is None and cell is not None:
            _, column = area(cell)[:2]
        if column is not None and column < len(columns):
            cells[row][column].append(finding)
    return cells, by_row


def _print_setup(
    sheet: Any, one: SheetContent, widths: Sequence[int], frozen: int, content: BookContent
) -> None:
    """A4 landscape; a wide table goes over several pages, its first columns and its header on each.

    The footer has the table's title on every page.
    """
    width = sum(widths)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.7)
    # a table of one row is read as a form: rather small than on many nearly empty pages
    pages = max(1, round(width / (PRINTED_WIDTH if one.table.rows == "many" else FORM_WIDTH)))
    sheet.fit_to_pages(pages, 0)
    sheet.repeat_rows(TITLE_ROW - 1, HEADER_ROW - 1)
    if frozen and pages > 1:
        sheet.repeat_columns(0, frozen - 1)
    if content.watermark:
        sheet.set_header(f"&C&28{content.watermark}")
    party, title = (text.replace("&", "&&") for text in (content.party.split("/")[-1], one.table.title))
    sheet.set_footer(f"&L{party}&C{title}&R第 &P 页，共 &N 页")
