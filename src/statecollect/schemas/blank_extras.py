"""What an .xlsx says beside its values: comments, drop-downs, number formats, defined names.

Read from the XML of a file the guard has let pass, row by row, because the drop-downs that Excel itself writes for lists
on other sheets stand in an extension that other readers drop.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree

from statecollect.core.address import area
from statecollect.core.untrusted.archive import Archive, damaged
from statecollect.core.untrusted.relations import main_part, relations
from statecollect.workbook.read.xlsx_parts import outline, styles

_FORMATTED_ROWS = 40  # a blank sheet says in its first rows what it wants
_CELL_OR_RANGE = re.compile(r"[A-Z]{1,3}\d{1,7}(?::[A-Z]{1,3}\d{1,7})?")
Area = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class CellValidation:
    """A data validation: its kind as Excel names it (list, whole, decimal, date, textLength …), formulas, prompt.

    ``areas`` as ``address.area`` gives them.
    """

    kind: str
    formulas: tuple[str, str]
    prompt: str
    areas: tuple[Area, ...]

    def reaches(self, row: int, column: int) -> bool:
        """Whether the cell, or the one below it, is validated."""
        return any(
            top <= row + 1 and row <= bottom and left <= column <= right
            for top, left, bottom, right in self.areas
        )


@dataclass(frozen=True, slots=True)
class BlankExtras:
    """Of one sheet, by 0-based row and column. ``column_formats`` hold where no cell says otherwise."""

    comments: Mapping[tuple[int, int], str] = field(default_factory=dict)
    validations: tuple[CellValidation, ...] = ()
    formats: Mapping[tuple[int, int], str] = field(default_factory=dict)
    column_formats: Mapping[int, str] = field(default_factory=dict)

    def number_format(self, row: int, column: int) -> str:
        """Return the number format of a cell, General where nothing is said."""
        return self.formats.get((row, column), self.column_formats.get(column, "General"))


def read_besides(archive: Archive) -> dict[str, BlankExtras]:
    """Return by sheet name what stands beside the values. Raises UnreadableFile for XML that is none."""
    try:
        formats = styles(archive).formats
        return {part.name: _besides(archive, part.part, formats) for part in outline(archive).sheets}
    except (ElementTree.ParseError, ValueError, LookupError) as fault:
        raise damaged(archive.file) from fault


def defined_names(archive: Archive) -> dict[str, str]:
    """Return the formula of each defined name."""
    found = (element for element in _elements(archive, main_part(archive)) if _bare(element) == "definedName")
    return {element.get("name", ""): element.text or "" for element in found}


def _besides(archive: Archive, part: str, styles: Mapping[int, str]) -> BlankExtras:
    validations: list[CellValidation] = []
    formats: dict[tuple[int, int], str] = {}
    columns: dict[int, str] = {}
    for element in _elements(archive, part):
        match _bare(element):
            case "dataValidation":
                validations.append(_validation(element))
            case "col" if style := styles.get(int(element.get("style", "0"))):
                first, last = int(element.get("min", "1")), int(element.get("max", "1"))
                columns |= dict.fromkeys(range(first - 1, last), style)
            case "c" if style := styles.get(int(element.get("s", "0"))):
                row, column, *_ = area(element.get("r", "A1"))
                if row < _FORMATTED_ROWS:
                    formats[row, column] = style
    return BlankExtras(_comments(archive, part), tuple(validations), formats, columns)


def _elements(archive: Archive, part: str) -> Iterator[ElementTree.Element]:
    """Give each element once it is complete; finished rows are let go."""
    parser: ElementTree.XMLPullParser[ElementTree.Element] = ElementTree.XMLPullParser(["start", "end"])
    rows: ElementTree.Element | None = None
    for piece in archive.pieces(part):
        parser.feed(piece)
        for event in parser.read_events():
            one = event[-1]
            if not isinstance(one, ElementTree.Element):
                continue  # other events are not asked for
            if event[0] == "start":
                rows = one if _bare(one) == "sheetData" else rows
                continue
            yield one
            if rows is not None and _bare(one) == "row":
                rows.clear()


def _validation(one: ElementTree.Element) -> CellValidation:
    """Read a validation; the extension's has its formulas and its area in elements of their own."""
    inner = {_bare(child): "".join(child.itertext()).strip() for child in one}
    refs = (one.get("sqref") or inner.get("sqref", "")).split()
    return CellValidation(
        kind=one.get("type", ""),
        formulas=(inner.get("formula1", ""), inner.get("formula2", "")),
        prompt=one.get("prompt", "").replace("_x000a_", "\n"),
        areas=tuple(area(ref) for ref in refs if _CELL_OR_RANGE.fullmatch(ref)),
    )


def _comments(archive: Archive, part: str) -> dict[tuple[int, int], str]:
    targets = [
        relation.target
        for relation in relations(archive, part)
        if relation.kind == "comments" and relation.target in archive.parts
    ]
    found = {}
    for target in targets:
        elements = list(_elements(archive, target))
        authors = [element.text or "" for element in elements if _bare(element) == "author"]
        for element in elements:
            if _bare(element) == "comment":
                text = "".join(run.text or "" for run in element.iter() if _bare(run) == "t").strip()
                for author in filter(None, authors):  # Excel begins a comment with its author's name
                    text = re.sub(rf"^{re.escape(author)}[:：]\s*", "", text)
                row, column, *_ = area(element.get("ref", "A1"))
                found[row, column] = text
    return found


def _bare(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]
