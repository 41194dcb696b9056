"""The comments people put at cells: no data, but in a marked return they come back with everything else.

Of .xlsx and .ods; those of .xls are not seen.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree

from statecollect.address import MAX_COLUMNS, MAX_ROWS, area
from statecollect.errors import UnreadableFile
from statecollect.incoming.archive import Archive
from statecollect.incoming.guard import Limits
from statecollect.workbook.guard import inspect
from statecollect.workbook.parts import outline

Comments = Mapping[tuple[int, int], str]  # by 0-based row and column

_LARGEST = 64 << 20  # bytes of XML; a part of more holds no remarks that anybody reads
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
        folder, name = posixpath.split(sheet.part)
        found: dict[tuple[int, int], str] = {}
        for relation in _elements(archive, f"{folder}/_rels/{name}.rels", "Relationship"):
            if relation.get("Type", "").endswith("/comments"):
                part = (
                    posixpath.normpath(posixpath.join(folder, relation.get("Target", ""))).lstrip("/").lower()
                )
                for comment in _elements(archive, part, "comment"):
                    text = "".join(one.text or "" for one in comment.iter() if _bare(one) == "t").strip()
                    at = _place(comment.get("ref", ""))
                    if text and at:
                        found[at] = text
        if found:
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


def _elements(archive: Archive, part: str, tag: str) -> Iterator[ElementTree.Element]:
    """Give the elements of a part, which may not be there."""
    known = archive.parts.get(part.lower())
    if known is None or known.size > _LARGEST:
        return
    try:
        root = ElementTree.fromstring(archive.read(part))
    except (ElementTree.ParseError, ValueError, LookupError):
        return
    yield from (one for one in root.iter() if _bare(one) == tag)


def _place(ref: str) -> tuple[int, int] | None:
    letters = ref.rstrip("0123456789")
    usual = letters.isascii() and letters.isalpha() and len(letters) <= 3 and letters != ref
    return area(ref)[:2] if usual else None


def _repeated(element: ElementTree.Element, what: str) -> int:
    count = _attribute(element, f"number-{what}-repeated")
    return int(count) if count.isascii() and count.isdigit() else 1


def _attribute(element: ElementTree.Element, name: str) -> str:
    return next((value for key, value in element.items() if key.rpartition("}")[2] == name), "")


def _bare(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
