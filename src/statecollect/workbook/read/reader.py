"""The one reader: a workbook as sheets of raw cells in absolute coordinates.

``read_book`` reads in this process, ``read_book_safely`` decides: an .xlsx or a text that is not large is read here, by
code of ours whose cost grows with what there is to read; large files, and formats that a foreign parser reads, go to a
child process (about 0.2 s more) with a ceiling of memory and time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from statecollect.core.containment import contained
from statecollect.core.untrusted.guard import Limits
from statecollect.core.untrusted.watch import watched
from statecollect.workbook.read.child_reader import parse_in_child
from statecollect.workbook.read.container import Container, FileKind, inspect
from statecollect.workbook.read.identity import Identity, Lines, find_identity
from statecollect.workbook.read.raw_sheets import CellValue, RawSheet, blind_spots, parse
from statecollect.workbook.read.scan import CellFault

__all__ = ["Book", "CellFault", "CellValue", "RawSheet", "read_book", "read_book_safely"]

# bytes to parse, by kind: 120,000 rows of 40 columns; a text may need four times its size, twice
_SMALL: dict[FileKind, int] = {"xlsx": 320 * 2**20, "csv": 16 * 2**20}


@dataclass(frozen=True, slots=True)
class Book:
    """One file: its name, digest, kind, sheets in order, remarks for the user, and whose it says it is."""

    name: str
    sha256: str
    kind: FileKind
    sheets: tuple[RawSheet, ...]
    notes: tuple[str, ...] = ()
    identity: Identity = field(default_factory=Identity)

    @property
    def stamp_rows(self) -> Lines:
        """The lines of the stamp, none without one."""
        return self.identity.stamp


def read_book(path: Path, limits: Limits = Limits()) -> Book:  # noqa: B008  # immutable
    """Read a workbook in this process. Raises UnreadableFile or HostileFile with one line."""
    container = inspect(path, limits)
    return _book(container, parse(container, limits))


def read_book_safely(path: Path, limits: Limits = Limits()) -> Book:  # noqa: B008  # immutable
    """Read a file from outside under one watch, in a child process where it could be costly. Raises as ``read_book``."""
    with watched(limits.seconds, limits.memory, path.name), contained("读取", path.name):
        container = inspect(path, limits)
        in_this_process = container.expanded <= _SMALL.get(container.kind, 0)
        return _book(
            container, parse(container, limits) if in_this_process else parse_in_child(container, limits)
        )


def _book(container: Container, sheets: tuple[RawSheet, ...]) -> Book:
    return Book(
        name=container.name,
        sha256=container.sha256,
        kind=container.kind,
        sheets=sheets,
        notes=(*container.notes, *blind_spots(container)),
        identity=find_identity(sheets),
    )
