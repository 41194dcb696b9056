"""The one reader: a workbook as sheets of raw cells in absolute coordinates.

``read_book`` reads in this process, ``read_book_safely`` decides: a small .xlsx that guard and scan have measured
cannot cost much and is read here; large files and formats the scan cannot look into go to a child process (about
0.2 s more) with a ceiling of memory and time.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from statecollect.incoming.guard import Limits
from statecollect.workbook.child import parse_in_child
from statecollect.workbook.guard import Container, FileKind, inspect
from statecollect.workbook.layout import STAMP_SHEET
from statecollect.workbook.scan import CellFault, SheetScan
from statecollect.workbook.sheets import CellValue, RawSheet, blind_spots, parse, scan_container

__all__ = ["Book", "CellFault", "CellValue", "RawSheet", "read_book", "read_book_safely"]

_SMALL = 320 * 2**20  # bytes to parse: about 120,000 rows of 40 columns
_SMALL_AREA = 5_000_000  # cells


@dataclass(frozen=True, slots=True)
class Book:
    """One file: its name, digest, kind, sheets in order, remarks for the user, and the lines of the stamp if any."""

    name: str
    sha256: str
    kind: FileKind
    sheets: tuple[RawSheet, ...]
    notes: tuple[str, ...] = ()
    stamp_rows: tuple[tuple[str, str], ...] = ()


def read_book(path: Path, limits: Limits = Limits()) -> Book:  # noqa: B008  # immutable
    """Read a workbook in this process. Raises UnreadableFile or HostileFile with one line."""
    container = inspect(path, limits)
    return _book(container, parse(container, limits, scan_container(container, limits)))


def read_book_safely(path: Path, limits: Limits = Limits()) -> Book:  # noqa: B008  # immutable
    """Read a file from outside, in a child process where it could be costly. Raises as ``read_book``."""
    container = inspect(path, limits)
    if container.kind in {"xlsx", "csv"} and container.expanded <= _SMALL:
        scans = scan_container(container, limits)
        if _cheap(scans):
            return _book(container, parse(container, limits, scans))
    return _book(container, parse_in_child(container, limits))


def _cheap(scans: dict[str, SheetScan]) -> bool:
    """Whether nothing is left to the parser, or not much: it makes an object of every cell of the rectangle."""
    return sum(scan.area for scan in scans.values() if not scan.cells) <= _SMALL_AREA


def _book(container: Container, sheets: tuple[RawSheet, ...]) -> Book:
    stamp = next((sheet for sheet in sheets if sheet.name == STAMP_SHEET), None)
    lines = tuple((_text(row[0]), _text(row[1])) for row in stamp.rows if len(row) > 1) if stamp else ()
    return Book(
        name=container.name,
        sha256=hashlib.sha256(container.content).hexdigest(),
        kind=container.kind,
        sheets=sheets,
        notes=(*container.notes, *blind_spots(container)),
        stamp_rows=lines,
    )


def _text(value: CellValue) -> str:
    return "" if value is None else str(value)
