"""Plain lists as a workbook: filterable, wide enough, printable. For reports and the data dictionary."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from statecollect.workbook.layout import display_width
from statecollect.workbook.write.styles import Styles
from statecollect.workbook.write.xlsx_file import new_book

_NARROWEST, _WIDEST = 8, 60
_MOST_LINES = 25  # higher than this Excel makes no row
LINKS_A_SHEET = 65_000  # Excel allows 65,530
_WORD = re.compile(r"[\x21-\x7e]+|[\s\S]")  # wrapping keeps a Latin word whole


@dataclass(frozen=True, slots=True)
class Listing:
    """One sheet: a title, a header and rows of texts or numbers.

    ``widths`` in characters, one a column; without them they follow the content. ``links``: where a cell leads to, by
    row of ``rows`` and column: the name of another sheet and the row there (0-based, as in its ``rows``).
    """

    name: str
    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str | int | float | None]]
    widths: Sequence[float] = ()
    links: Mapping[tuple[int, int], tuple[str, int]] = field(default_factory=dict)


def write_listings(path: Path, listings: Sequence[Listing], author: str = "") -> None:
    """Write the lists, one sheet each."""
    with new_book(path, listings[0].title, author) as book:
        styles = Styles(book)
        for listing in listings:
            sheet = book.add_worksheet(listing.name[:31])
            widths = listing.widths or _widths(listing)
            for column, width in enumerate(widths):
                sheet.set_column(column, column, width)
            sheet.write_string(0, 0, listing.title, styles.title())
            for column, name in enumerate(listing.header):
                sheet.write_string(2, column, name, styles.header("yes"))
            for row, values in enumerate(listing.rows, start=3):
                shown = zip(values, widths, strict=True)
                lines = max(_lines(str(value or ""), int(width) - 1) for value, width in shown)
                if lines > 1:  # not every program grows a row by itself
                    sheet.set_row(row, 16 * min(lines, _MOST_LINES))
                for column, value in enumerate(values):
                    link = listing.links.get((row - 3, column))
                    if link is not None and row < LINKS_A_SHEET:
                        target = f"internal:'{link[0]}'!A{link[1] + 4}"
                        style = styles.boxed(font_color="#1F4E79", underline=1)
                        sheet.write_url(row, column, target, style, str(value))
                    elif isinstance(value, str):
                        sheet.write_string(row, column, value, styles.boxed())
                    elif value is not None:
                        sheet.write_number(row, column, value, styles.boxed())
            sheet.autofilter(2, 0, 2 + max(len(listing.rows), 1), len(listing.header) - 1)
            sheet.freeze_panes(3, 0)
            sheet.set_landscape()
            sheet.set_paper(9)
            sheet.set_margins(left=0.4, right=0.4, top=0.4, bottom=0.6)
            sheet.fit_to_pages(1, 0)
            sheet.repeat_rows(2)
            sheet.set_footer("&L&A&R第 &P 页，共 &N 页")


def _lines(text: str, width: int) -> int:
    """Return how many lines a text takes; a word that does not fit begins a new one, and is broken only if it must."""
    lines, used = 1, 0
    for word in _WORD.findall(text):
        size = display_width(word)
        if word == "\n" or (used and used + size > width):
            lines, used = lines + 1, 0
        lines += max(0, -(-size // width) - 1)
        used += size if size <= width else size % width
    return lines


def _widths(one: Listing) -> list[float]:
    """Return column widths by the longest of the first rows; Chinese is double width."""
    sample = [one.header, *one.rows[:500]]
    longest = [max(_width(row[column]) for row in sample) for column in range(len(one.header))]
    return [min(max(width + 2, _NARROWEST), _WIDEST) for width in longest]


def _width(value: object) -> int:
    return sum(2 if ord(char) > 255 else 1 for char in str(value or ""))
