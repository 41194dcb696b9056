"""One table as a bare sheet, as a platform imports it: the field names in row 1, the values below, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from statecollect.catalog import Table
from statecollect.workbook.layout import number_format, sheet_name, width_of
from statecollect.workbook.write.cell_writer import format_for, write_value
from statecollect.workbook.write.styles import Styles
from statecollect.workbook.write.xlsx_file import new_book


def write_plain(
    path: Path, table: Table, rows: Sequence[Sequence[object]], school: str, watermark: str | None = None
) -> None:
    """Write the file; a watermark is printed over every page and stands in the sheet's tab, not among the cells."""
    with new_book(path, table.name, school) as book:
        sheet, styles = book.add_worksheet(sheet_name(table)), Styles(book)
        formats = [number_format(field) for field in table.fields]
        plain = [styles.cell(text, locked=False) for text in formats]
        for column, field in enumerate(table.fields):
            sheet.set_column(column, column, width_of(field), plain[column])
            sheet.write_string(0, column, field.name, styles.get(bold=True))
        for number, values in enumerate(rows, start=1):
            if sheet.write_plain_row(number, values, formats, plain):
                continue
            for column, value in enumerate(values):
                if value is not None:
                    shown = format_for(value, formats[column])
                    style = plain[column] if shown is formats[column] else styles.cell(shown, locked=False)
                    write_value(sheet, number, column, value, style)
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.repeat_rows(0)
        if watermark:
            sheet.set_header(f"&C&28{watermark}")
            sheet.set_tab_color("#C00000")
        sheet.set_footer("&C&A&R第 &P 页，共 &N 页")
