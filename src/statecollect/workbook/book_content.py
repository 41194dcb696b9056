"""What a workbook is to contain: the same values describe a blank template, a prefilled one, a marked return and the
consolidated export. ``writer.write_workbook`` turns them into a file.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from statecollect.catalog import Table
from statecollect.findings import Finding
from statecollect.workbook.stamp import Stamp


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the cover: a table, who supplies, fills, reviews and answers for it, and until when."""

    table: Table
    sources: str
    fillers: str
    reviewers: str
    responsible: str
    due: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Leftovers:
    """What a returned sheet held besides the cells that were taken in.

    ``columns``: header and cells, one for each of the sheet's rows; they stand behind the table. ``lines``: rows, with
    their cells by 0-based column; they stand below the table, under a line that says so. ``comments``: the party's own
    comments by 0-based row and column of the new sheet.
    """

    columns: Sequence[tuple[object, Sequence[object]]] = ()
    lines: Sequence[Mapping[int, object]] = ()
    comments: Mapping[tuple[int, int], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SheetContent:
    """One table's sheet. ``rows`` are in field order, as typed or typed values; findings speak of the sheet's own cells."""

    table: Table
    rows: Sequence[Sequence[object]] = ()
    findings: Sequence[Finding] = ()
    nil: bool = False
    besides: Leftovers = Leftovers()


@dataclass(frozen=True, slots=True)
class Copy:
    """A sheet of the party's own that holds no table: its cells (and comments) again where they stood."""

    tab: str
    rows: Sequence[Sequence[object]]
    comments: Mapping[tuple[int, int], str] = field(default_factory=dict)
    visible: bool = True


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A cell or comment of a returned workbook for which the new one has no place: where it stood, and its content."""

    sheet: str
    cell: str
    content: object


def sheets_of(
    tables: Iterable[Table],
    rows: Mapping[str, Sequence[Sequence[object]]],
    besides: Mapping[str, Leftovers],
    findings: Mapping[str, Sequence[Finding]],
    nil: Container[str],
) -> list[SheetContent]:
    """Return the sheets of tables, with what there is of each by its id."""
    return [
        SheetContent(
            table,
            rows.get(table.id, ()),
            findings.get(table.id, ()),
            nil=table.id in nil,
            besides=besides.get(table.id, Leftovers()),
        )
        for table in tables
    ]


@dataclass(frozen=True, slots=True)
class BookContent:
    """A whole workbook. ``offered``: values known from other tables, by table id and field, as drop-downs.

    ``signature`` keeps the stamp's signature as found: whoever checks a workbook before returning it has no key.
    """

    title: str
    school: str
    party: str
    tasks: Sequence[Task]
    sheets: Sequence[SheetContent]
    stamp: Stamp | None = None
    signature: str = ""
    read_only: bool = False
    watermark: str | None = None
    deadline: str = ""
    contact: str = ""
    offered: Mapping[tuple[str, str], Sequence[str]] = field(default_factory=dict)
    known_from: str = ""  # where rows laid out for confirmation come from
    general: Sequence[Finding] = ()  # about no table, such as a sheet that was not taken in
    copies: Sequence[Copy] = ()
    elsewhere: Sequence[Elsewhere] = ()

    @property
    def marked(self) -> bool:
        """Whether this is a return with findings."""
        return any(sheet.findings for sheet in self.sheets) or (
            self.stamp is not None and self.stamp.kind == "marked"
        )
