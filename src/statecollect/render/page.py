"""A page to print, as a value: title, lines, tables, sections with charts, places for signature and seal.

Written as .docx, .xlsx (without sections) or .html (without signatures).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """A table with a header; ``widths`` are parts of the page's width, one a column."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart: its label, its parts (class of colour → amount), and a note at its end."""

    label: str
    parts: tuple[tuple[str, float], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars below each other; ``series`` tells what the colours mean."""

    title: str
    bars: Sequence[Bar]
    series: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report under its own heading."""

    heading: str
    lines: Sequence[str] = ()
    chart: Chart | None = None
    tables: Sequence[PrintedTable] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One document of A4 pages. ``signatures`` are the labels of lines to sign on, ``remark`` is small print."""

    title: str
    lines: Sequence[str]
    tables: Sequence[PrintedTable] = ()
    sections: Sequence[Section] = ()
    signatures: Sequence[str] = ()
    closing: Sequence[str] = ()
    remark: str = ""
    landscape: bool = False
