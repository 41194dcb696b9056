"""The same rows as every kind of file an office sends."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

Rows = Sequence[Sequence[str]]
HEADER = ["数据架构", "数据项目", "数据表单", "数据源", "填表用户", "审核用户", "责任人", "备注"]


def notice_rows() -> list[list[str]]:
    """The rows of the notice's appendix, as the example is generated from; rows[i] is row i + 1 of the sheet."""
    notice = Path(__file__).parents[2] / "examples/generate/notice.txt"
    lines = notice.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line.strip()]


def write_xlsx(path: Path, *sheets: Rows, merges: Sequence[str] = ()) -> Path:
    """Write sheets named Sheet, Sheet1, …; ``merges`` belong to the first."""
    from openpyxl import Workbook

    book = Workbook()
    for number, rows in enumerate(sheets):
        sheet = book.worksheets[0] if number == 0 else book.create_sheet()
        for row in rows:
            sheet.append([value or None for value in row])
    for area in merges:
        book.worksheets[0].merge_cells(area)
    book.save(path)
    return path


def write_xls(path: Path, rows: Rows) -> Path:
    """Write an Excel 97 workbook in which the group cell covers the rows below it."""
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("任务分解表")
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if value:
                sheet.write(number, column, value)
    book.save(str(path))
    return path


def delimited(rows: Rows, delimiter: str) -> str:
    """The rows as text."""
    out = StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def write_docx(path: Path, pages: Sequence[Rows], paragraphs: Sequence[str] = ()) -> Path:
    """Write one Word table a page."""
    import docx

    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    for rows in pages:
        width = max(len(row) for row in rows)
        table = document.add_table(rows=0, cols=width)
        for row in rows:
            cells = table.add_row().cells
            for cell, value in zip(cells, row, strict=False):
                cell.text = value
    document.save(str(path))
    return path
