"""Which part of a zipped Office file is what: by the relations between its parts, as office programs look them up.

Names are a custom only: the workbook of some programs is ``xl/workbook22.xml``, its sheets lie beside it or at the root.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote
from xml.etree import ElementTree

from statecollect.core.untrusted.archive import Archive, damaged

_PACKAGE = "_rels/.rels"
_TYPES = "[content_types].xml"
_MAIN = "officeDocument"
_MAIN_TYPES = {  # what the content types call the main part of a workbook or a Word document
    ".sheet.main+xml",
    ".template.main+xml",
    "sheet.macroenabled.main+xml",
    "template.macroenabled.main+xml",
    "addin.macroenabled.main+xml",
    "sheet.binary.macroenabled.main",
    ".document.main+xml",
    "document.macroenabled.main+xml",
    "template.macroenabledtemplate.main+xml",
}


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation of a part: its id, the last word of its type, the part it leads to (lower case; "" when outside)."""

    id: str
    kind: str
    target: str


def relations(archive: Archive, part: str) -> list[Relation]:
    """Return the relations of a part, of the package itself for "". Raises UnreadableFile when they are no XML."""
    folder, name = posixpath.split(part.lower())
    where = f"{folder}/_rels/{name}.rels".lstrip("/") if part else _PACKAGE
    if where not in archive.parts:
        return []
    return [
        Relation(
            element.get("Id", ""),
            element.get("Type", "").rstrip("/").rpartition("/")[2],
            "" if element.get("TargetMode") == "External" else _target(folder, element.get("Target", "")),
        )
        for element in _elements(archive, where, "Relationship")
    ]


def main_part(archive: Archive) -> str:
    """Return the workbook's or document's own part, in lower case; "" where nothing says which it is."""
    for relation in relations(archive, ""):
        if relation.kind.lower() == _MAIN.lower() and relation.target in archive.parts:
            return relation.target
    if _TYPES in archive.parts:
        for element in _elements(archive, _TYPES, "Override"):
            part = element.get("PartName", "").replace("\\", "/").lstrip("/").lower()
            if element.get("ContentType", "").lower().endswith(tuple(_MAIN_TYPES)) and part in archive.parts:
                return part
    return next((part for part in _CUSTOMARY if part in archive.parts), "")


_CUSTOMARY = ("xl/workbook.xml", "xl/workbook.bin", "word/document.xml", "ppt/presentation.xml")


def related(archive: Archive, part: str, kind: str, customary: str = "") -> str:
    """Return the first part of a kind that ``part`` leads to, or the one that is customary; "" when there is none."""
    for relation in relations(archive, part):
        if relation.kind == kind and relation.target in archive.parts:
            return relation.target
    return customary if customary in archive.parts else ""


def _target(folder: str, target: str) -> str:
    target = unquote(target).replace("\\", "/").partition("#")[0]
    if not target:
        return ""
    whole = target if target.startswith("/") else f"/{folder}/{target}"
    # "//xl/…" is a path on a network to posixpath
    return posixpath.normpath("/" + whole.lstrip("/")).lstrip("/").lower()


def _elements(archive: Archive, part: str, tag: str) -> Iterator[ElementTree.Element]:
    try:
        root = ElementTree.fromstring(archive.read(part))
    except (ElementTree.ParseError, ValueError, LookupError) as fault:
        raise damaged(archive.file) from fault
    return (element for element in root.iter() if element.tag.rpartition("}")[2] == tag)


def root_element(archive: Archive, part: str) -> str:
    """Return the name of a part's outermost element, without its namespace; "" for what is no XML."""
    parser: ElementTree.XMLPullParser[ElementTree.Element] = ElementTree.XMLPullParser(["start"])
    try:
        for piece in archive.pieces(part):
            parser.feed(piece)
            for event in parser.read_events():
                if isinstance(event[-1], ElementTree.Element):
                    return event[-1].tag.rpartition("}")[2]
    except (ElementTree.ParseError, ValueError, LookupError):
        return ""
    return ""
