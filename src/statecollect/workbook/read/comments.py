"""The comments people put at cells: no data, but in a marked return they come back with everything else.

Of .xlsx and .ods; those of .xls are not seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree

from statecollect.core.address import MAX_COLUMNS, MAX_ROWS
from statecollect.core.errors import UnreadableFile
from statecollect.core.untrusted.archive import Archive
from statecollect.core.untrusted.guard import Limits
from statecollect.workbook.read.container import inspect
from statecollect.workbook.read.floating_objects import bare as _bare
from statecollect.workbook.read.floating_objects import comments_at
from statecollect.workbook.read.floating_objects import elements as _elements
from statecollect.workbook.read.xlsx_parts import outline

Comments = Mapping[tuple[int, int], str]  # by 0-based row and column

_ODS_CONTENT = "content.xml"


def comments_of(path: Path, limits: Limits = Limits()) -> dict[str, Comments]:  # noqa: B008  # immutable
    """Return the comments of a workbook by sheet; what cannot be read as such counts for none."""
    try:
        container = inspect(path, limits)
        if container.archive is None:
            return {}
        if container.kind == "xlsx":
            return dict(_of_xlsx(container.archive))
        return dict(_of_ods(container.archive)) if container.kind == "ods" else {}
    except UnreadableFile:
        return {}


def _of_xlsx(archive: Archive) -> Iterator[tuple[str, Comments]]:
    for sheet in outline(archive).sheets:
        if found := comments_at(archive, sheet.part):
            yield sheet.name, found


def _of_ods(archive: Archive) -> Iterator[tuple[str, Comments]]:
    for table in _elements(archive, _ODS_CONTENT, "table"):
        found: dict[tuple[int, int], str] = {}
        row = 0
        for line in (one for one in table.iter() if _bare(one) == "table-row"):
            column = 0
            for cell in line:
                note = next((one for one in cell if _bare(one) == "annotation"), None)
                if note is not None:
                    said = ("".join(one.itertext()) for one in note.iter() if _bare(one) == "p")
                    if text := "\n".join(said).strip():
                        found[row, column] = text
                column += min(_repeated(cell, "columns"), MAX_COLUMNS)
            row += min(_repeated(line, "rows"), MAX_ROWS)
        if found:
            yield _attribute(table, "name"), found


def _repeated(element: ElementTree.Element, what: str) -> int:
    count = _attribute(element, f"number-{what}-repeated")
    return int(count) if count.isascii() and count.isdigit() else 1


def _attribute(element: ElementTree.Element, name: str) -> str:
    return next((value for key, value in element.items() if key.rpartition("}")[2] == name), "")
