"""Plain lists as a workbook: filterable, wide enough, printable. For reports and the data dictionary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from statecollect.workbook.book import new_book
from statecollect.workbook.layout import lines_needed
from statecollect.workbook.styles import Styles

_NARROWEST, _WIDEST, _MOST_LINES = 8, 60, 20


@dataclass(frozen=True, slots=True)
class Listing:
    """One sheet: a title, a header and rows of texts or numbers.

    ``widths`` in characters, one a column; without them they follow the content.
    """

    name: str
    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str | int | float | None]]
    widths: Sequence[float] = ()


def write_listings(path: Path, listings: Sequence[Listing], author: str = "") -> None:
    """Write the lists, one sheet each."""
    with new_book(path, listings[0].title, author) as book:
        styles = Styles(book)
        for one in listings:
            sheet = book.add_worksheet(one.name[:31])
            widths = one.widths or _widths(one)
            for column, width in enumerate(widths):
                sheet.set_column(column, column, width)
            sheet.write_string(0, 0, one.title, styles.title())
            for column, name in enumerate(one.header):
                sheet.write_string(2, column, name, styles.header("yes"))
            for row, values in enumerate(one.rows, start=3):
                shown = zip(values, widths, strict=True)
                lines = max(lines_needed(str(value or ""), width - 1) for value, width in shown)
                if lines > 1:  # not every program grows a row by itself
                    sheet.set_row(row, 15 * min(lines, _MOST_LINES))
                for column, value in enumerate(values):
                    if isinstance(value, str):
                        sheet.write_string(row, column, value, styles.boxed())
                    elif value is not None:
                        sheet.write_number(row, column, value, styles.boxed())
            sheet.autofilter(2, 0, 2 + max(len(one.rows), 1), len(one.header) - 1)
            sheet.freeze_panes(3, 0)
            sheet.set_landscape()
            sheet.set_paper(9)
            sheet.fit_to_pages(1, 0)
            sheet.repeat_rows(2)
            sheet.set_footer("&R第 &P 页，共 &N 页")


def _widths(one: Listing) -> list[float]:
    """Return column widths by the longest of the first rows; Chinese is double width."""
    sample = [one.header, *one.rows[:500]]
    longest = [max(_width(row[column]) for row in sample) for column in range(len(one.header))]
    return [min(max(width + 2, _NARROWEST), _WIDEST) for width in longest]


def _width(value: object) -> int:
    return sum(2 if ord(char) > 255 else 1 for char in str(value or ""))
