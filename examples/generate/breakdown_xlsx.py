"""Write ``examples/2022-任务分解表.xlsx``: the appendix of the notice, cell by cell, laid out as an office would.

``notice.txt`` beside this script is the text of the appendix: one line a row, a tab between cells. Nothing is
repaired: rows that slipped, the department too many and the repeated page titles stay, as in the original.

    python examples/generate/breakdown_xlsx.py [OUT.xlsx]

Two runs write the same bytes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

HERE = Path(__file__).resolve().parent
WIDTHS = (11, 17, 38, 25, 20, 20, 17, 13, 11)
LAST = len(WIDTHS) - 1
CHARACTERS_A_LINE = 62  # of the wide column of the timetable
Line = tuple[str, ...]


def write(out: Path, notice: Path = HERE / "notice.txt") -> None:
    """Write the workbook; the notice's lines fall into titles, table rows, notes and the timetable."""
    lines = [tuple(cell.strip() for cell in line.split("\t")) for line in _text_lines(notice)]
    timetable = next(at for at, line in enumerate(lines) if "时间安排表" in line[0])
    book = xlsxwriter.Workbook(str(out))
    book.set_properties(
        {
            "title": "2022年高职状态数据采集工作任务分解表",
            "author": "教务处",
            "created": datetime(2022, 9, 13),
        }
    )
    sheet = book.add_worksheet("任务分解表")
    styles = _styles(book)
    _prepare_page(sheet)
    row, breaks = _write_breakdown(sheet, styles, lines[:timetable])
    _write_timetable(sheet, styles, lines[timetable:], row)
    sheet.set_h_pagebreaks([*breaks, row])
    book.close()


def _text_lines(notice: Path) -> Iterator[str]:
    for line in notice.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield line


def _styles(book: Workbook) -> dict[str, Format]:
    font = {"font_name": "宋体", "font_size": 10, "valign": "vcenter", "text_wrap": True}
    cell = {**font, "border": 1}
    return {
        "title": book.add_format({**font, "font_size": 16, "bold": True, "align": "center"}),
        "header": book.add_format({**cell, "bold": True, "align": "center", "bg_color": "#D9E2F3"}),
        "centre": book.add_format({**cell, "align": "center"}),
        "left": book.add_format({**cell, "align": "left"}),
        "note": book.add_format({**font, "align": "left"}),
    }


def _prepare_page(sheet: Worksheet) -> None:
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.center_horizontally()
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.set_footer("&C第 &P 页 共 &N 页")


def _write_breakdown(
    sheet: Worksheet, styles: dict[str, Format], lines: Sequence[Line]
) -> tuple[int, list[int]]:
    """Write the pages and the notes below; returns the next free row and the page breaks."""
    row = 0
    breaks: list[int] = []
    page: list[Line] = []
    for line in (*lines, ("",)):
        if len(line) > 1 and line[0] != "数据架构":
            page.append(line)
            continue
        row = _write_page(sheet, styles, page, row)
        page = []
        if line[0] == "数据架构":
            _write_cells(sheet, styles["header"], line, row)
            sheet.set_row(row, 22)
        elif line[0].startswith(("说明", "2. ")):
            sheet.merge_range(row, 0, row, LAST, line[0], styles["note"])
            sheet.set_row(row, 30)
        elif line[0]:
            if row:
                breaks.append(row)
            sheet.merge_range(row, 0, row, LAST, line[0], styles["title"])
            sheet.set_row(row, 32)
        row += bool(line[0])
    return row, breaks


def _write_page(sheet: Worksheet, styles: dict[str, Format], page: Sequence[Line], top: int) -> int:
    for offset, line in enumerate(page):
        _write_cells(sheet, styles["centre"], line, top + offset)
        place = next(at for at, cell in enumerate(line) if cell.count(".") >= 2)
        sheet.write_string(top + offset, place, line[place], styles["left"])
        sheet.set_row(top + offset, 15 * _lines(line) + 6)
    for column in (0, 1):
        for start, end in _spans(page, column):
            if end > start:
                text = page[start][column]
                sheet.merge_range(top + start, column, top + end, column, text, styles["centre"])
    return top + len(page)


def _write_cells(sheet: Worksheet, style: Format, line: Line, row: int) -> None:
    for column in range(LAST + 1):
        text = line[column] if column < len(line) else ""
        sheet.write(row, column, text, style) if text else sheet.write_blank(row, column, None, style)


def _lines(line: Line) -> int:
    """How many lines the fullest cell needs; headings span rows and do not count. A Chinese letter is two wide."""
    needed = [
        -(-2 * len(cell) // width)
        for cell, width in zip(line, WIDTHS, strict=False)
        if cell.count(".") != 1 and not cell.startswith(("1基础", "2专项"))
    ]
    return max(1, *needed)


def _spans(page: Sequence[Line], column: int) -> Iterator[tuple[int, int]]:
    """First and last row of every heading: it reaches down to the next text in its own or an earlier column."""
    start: int | None = None
    for at, line in enumerate(page):
        slipped = column == 1 and not line[1] and line[2].count(".") == 1
        if any(line[: column + 1]) or slipped:
            if start is not None:
                yield start, at - 1
            start = at if line[column] and line[column].count(".") < 2 else None
    if start is not None:
        yield start, len(page) - 1


def _write_timetable(sheet: Worksheet, styles: dict[str, Format], lines: Sequence[Line], row: int) -> None:
    sheet.merge_range(row, 0, row, LAST, lines[0][0], styles["title"])
    sheet.set_row(row, 32)
    for line in lines[1:]:
        row += 1
        cells = [cell for cell in line if cell]
        # The last text takes the width that is left; a slipped row slips here, too.
        place = line.index(cells[-1]) if len(line) > 3 and line[3] else max(line.index(cells[-1]), 1)
        style = styles["header"] if line[0] == "序号" else styles["left"]
        for column in range(place):
            sheet.write(
                row, column, line[column], styles["header"] if line[0] == "序号" else styles["centre"]
            )
        if len(line) > 3 and not line[3] and place == 2:
            sheet.write(row, 2, line[2], styles["centre"])
            sheet.merge_range(row, 3, row, LAST, "", style)
        else:
            sheet.merge_range(row, place, row, LAST, line[place], style)
        sheet.set_row(row, 15 * max(1, -(-len(line[place]) // CHARACTERS_A_LINE)) + 8)


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent / "2022-任务分解表.xlsx")
