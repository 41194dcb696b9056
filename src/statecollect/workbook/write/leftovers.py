"""What a marked return repeats without taking it in: rows below the table, sheets of the party's own, the rest in a list.

It is written as plain values, apart from the table and in another look; reading the workbook again passes it by.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from statecollect.findings import Finding
from statecollect.workbook.book_content import Copy, Elsewhere, Leftovers
from statecollect.workbook.layout import FOUND_MARK, NOT_TAKEN_LINE, lines_needed
from statecollect.workbook.write.cell_writer import PLAIN, format_for, write_value
from statecollect.workbook.write.styles import Styles

ELSEWHERE_HEADER = ("工作表", "单元格", "内容")
ELSEWHERE_FIRST_ROW = 4  # 1-based, of its list
_ELSEWHERE_TITLE = "原件中还有这些内容，不在任何一张表里，没有收；附在这里，免得丢失。"
_ELSEWHERE_WIDTHS = (30, 10, 80)
COMMENT = {"author": "", "x_scale": 2, "y_scale": 1.2}
_LONGEST_COMMENT = 32_767


def write_not_taken(sheet: Any, row: int, besides: Leftovers, styles: Styles) -> None:
    """Write the line (``row`` is 0-based) and below it the rows that were not taken in."""
    sheet.set_row(row, 20)
    sheet.write_string(row, 0, NOT_TAKEN_LINE, styles.get(bold=True, font_color="#C00000"))
    for number, cells in enumerate(besides.lines, start=row + 1):
        for column in sorted(cells):
            value = cells[column]
            write_value(sheet, number, column, value, styles.not_taken(format_for(value, PLAIN)))
            if (number, column) in besides.comments:
                sheet.write_comment(number, column, besides.comments[number, column], COMMENT)


def write_copy(sheet: Any, copy: Copy, styles: Styles) -> None:
    """Write a sheet of the party's own again, cell by cell where it stood."""
    plain = styles.get()
    width = max((len(row) for row in copy.rows), default=0)
    formats, columns = [PLAIN] * width, [plain] * width
    sheet.set_column(0, max(width - 1, 0), 14)
    said: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for (row, column), text in copy.comments.items():
        said[row].append((column, text))
    for number in range(max(len(copy.rows), max(said, default=-1) + 1)):
        values = copy.rows[number] if number < len(copy.rows) else ()
        if number not in said and sheet.write_plain_row(number, values, formats, columns):
            continue
        for column, value in enumerate(values):
            if value is not None:
                shown = format_for(value, PLAIN)
                style = plain if shown == PLAIN else styles.get(num_format=shown)
                write_value(sheet, number, column, value, style)
        for column, text in said[number]:
            sheet.write_comment(number, column, comment_text(text, ()), COMMENT)
    if not copy.visible:
        sheet.hide()


def write_elsewhere(sheet: Any, found: Sequence[Elsewhere], styles: Styles) -> None:
    """Write the list of what has no place in the new workbook."""
    for column, width in enumerate(_ELSEWHERE_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.write_string(0, 0, _ELSEWHERE_TITLE, styles.get(bold=True))
    for column, name in enumerate(ELSEWHERE_HEADER):
        sheet.write_string(ELSEWHERE_FIRST_ROW - 2, column, name, styles.header("auto"))
    for row, elsewhere in enumerate(found, start=ELSEWHERE_FIRST_ROW - 1):
        sheet.set_row(row, 16.0 * min(20, lines_needed(str(elsewhere.content), _ELSEWHERE_WIDTHS[-1])))
        sheet.write_string(row, 0, elsewhere.sheet, styles.boxed())
        sheet.write_string(row, 1, elsewhere.cell, styles.boxed())
        write_value(
            sheet,
            row,
            2,
            elsewhere.content,
            styles.boxed(num_format=format_for(elsewhere.content, PLAIN), align="left"),
        )
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def comment_text(own: str, found: Iterable[Finding]) -> str:
    """Return a cell's comment: the party's own words, then ours behind a mark by which they are known again."""
    ours = "\n".join(f"{finding.message}\n→ {finding.hint}" for finding in found)
    if ours:
        own = f"{own}\n\n{FOUND_MARK}\n{ours}" if own else f"{FOUND_MARK}\n{ours}"
    return own[:_LONGEST_COMMENT]
