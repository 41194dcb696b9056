"""A page to print and sign, as a value: title, lines, tables, places for signature and seal. Written as .docx or .xlsx."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """A table with a header; ``widths`` are parts of the page's width, one a column."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Printed:
    """One document of A4 pages. ``signatures`` are the labels of lines to sign on, ``remark`` is small print."""

    title: str
    lines: Sequence[str]
    tables: Sequence[PrintedTable]
    signatures: Sequence[str] = ()
    closing: Sequence[str] = ()
    remark: str = ""
    landscape: bool = False
