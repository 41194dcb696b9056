"""What stands at a sheet or floats over it without being a cell: comments, text boxes, pictures."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from xml.etree import ElementTree

from statecollect.core.address import area
from statecollect.core.untrusted.archive import Archive

_LARGEST = 64 << 20  # bytes of XML; a part of more holds no remarks that anybody reads
_SHOWN = 30  # characters of a text box


def comments_at(archive: Archive, part: str) -> dict[tuple[int, int], str]:
    """Return the comments of a sheet's part by 0-based row and column."""
    found: dict[tuple[int, int], str] = {}
    for target in related_parts(archive, part, "comments"):
        for comment in elements(archive, target, "comment"):
            text = "".join(element.text or "" for element in comment.iter() if bare(element) == "t").strip()
            at = _place(comment.get("ref", ""))
            if text and at:
                found[at] = text
    return found


def floating(archive: Archive, part: str) -> tuple[str, ...]:
    """Say what floats over the cells of a sheet: the words of text boxes, how many pictures."""
    boxes: list[str] = []
    pictures = 0
    for target in related_parts(archive, part, "drawing"):
        for shape in elements(archive, target, "sp", "pic"):
            if bare(shape) == "pic":
                pictures += 1
            else:
                boxes.append("".join(element.text or "" for element in shape.iter() if bare(element) == "t"))
    return told(boxes, pictures)


def told(boxes: Iterable[str], pictures: int) -> tuple[str, ...]:
    """Say what texts and how many pictures float over the cells."""
    texts = [text for line in boxes if (text := " ".join(line.split()))]
    said = [f"有一个文本框，写着「{text[:_SHOWN]}{'…' if len(text) > _SHOWN else ''}」" for text in texts]
    return (*said, *([f"有 {pictures} 张图片"] if pictures else []))


def related_parts(archive: Archive, part: str, kind: str) -> Iterator[str]:
    """Give the parts that a sheet's part is related to in one way."""
    folder, name = posixpath.split(part)
    for relation in elements(archive, f"{folder}/_rels/{name}.rels", "Relationship"):
        if relation.get("Type", "").endswith(f"/{kind}"):
            target = posixpath.join("/" + folder, relation.get("Target", ""))
            yield posixpath.normpath(target).lstrip("/").lower()


def elements(archive: Archive, part: str, *tags: str) -> Iterator[ElementTree.Element]:
    """Give the elements of a part, which may not be there."""
    known = archive.parts.get(part.lower())
    if known is None or known.size > _LARGEST:
        return
    try:
        root = ElementTree.fromstring(archive.read(part))
    except (ElementTree.ParseError, ValueError, LookupError):
        return
    yield from (element for element in root.iter() if bare(element) in tags)


def bare(element: ElementTree.Element) -> str:
    """Return an element's name without its namespace."""
    return bare_name(element.tag) if isinstance(element.tag, str) else ""


def bare_name(name: str) -> str:
    """Return a name without its namespace."""
    return name.rpartition("}")[2]


def _place(ref: str) -> tuple[int, int] | None:
    letters = ref.rstrip("0123456789")
    usual = letters.isascii() and letters.isalpha() and len(letters) <= 3 and letters != ref
    return area(ref)[:2] if usual else None
