"""What an .xlsx says outside its sheets: which part is which sheet, the shared texts, the percent styles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree

from statecollect.incoming.archive import Archive, damaged

_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_STRINGS = "xl/sharedstrings.xml"
_STYLES = "xl/styles.xml"
_BUILT_IN = {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 22: "yyyy-mm-dd hh:mm"}
_BUILT_IN |= dict.fromkeys((14, 15, 27, 28, 30, 31), "yyyy-mm-dd") | dict.fromkeys((17, 57), "yyyy-mm")

_DECLARED = re.compile(rb"""\bunique_?count\s*=\s*["']\s*\+?(\d+)""", re.IGNORECASE)
_SLACK = 100_000  # texts a part may declare beyond those it has
_STRING_END = re.compile(rb"</(?:\w+:)?si\s*>|<(?:\w+:)?si\s*/>")
_PHONETIC = re.compile(rb"<(?:\w+:)?rPh\b.*?</(?:\w+:)?rPh\s*>", re.DOTALL)
_KEPT_TEXT = rb"<(?:\w+:)?t\s[^>]*preserve[^>]*(?<!/)>[^<]"
_TEXT = re.compile(rb"<(?:\w+:)?t(?:\s[^>]*)?(?<!/)>\s*(?:[^<\s]|<!\[CDATA\[)|" + _KEPT_TEXT)


@dataclass(frozen=True, slots=True)
class SharedTexts:
    """The texts that cells point at: ``sizes`` in bytes by number, and which of them are empty."""

    sizes: tuple[int, ...] = ()
    empty: frozenset[int] = frozenset()

    @property
    def longest(self) -> int:
        """The size of the longest text."""
        return max(self.sizes, default=0)


def sheet_parts(archive: Archive) -> dict[str, str]:
    """Return the part of each sheet, by sheet name. Raises UnreadableFile when the workbook contradicts itself."""
    targets: dict[str, str] = {}
    for relation in _elements(archive, _RELATIONS, "Relationship"):
        if relation.get("Id", "") in targets:
            raise damaged(archive.file)
        targets[relation.get("Id", "")] = relation.get("Target", "")
    parts: dict[str, str] = {}
    for sheet in _elements(archive, _WORKBOOK, "sheet"):
        name = sheet.get("name", "")
        relation_id = next((value for key, value in sheet.items() if key.endswith("}id")), "")
        target = targets.get(relation_id, "")
        part = (target.lstrip("/") if target.startswith("/") else f"xl/{target}").lower()
        if name in parts or part not in archive.parts or part in parts.values():
            raise damaged(archive.file)
        parts[name] = part
    return parts


def shared_texts(archive: Archive) -> SharedTexts:
    """Measure the shared texts; phonetic remarks do not count, blanks that are not to be preserved neither."""
    if _STRINGS not in archive.parts:
        return SharedTexts()
    content = archive.read(_STRINGS)
    texts = _STRING_END.split(content)[:-1]
    declared = [int(number) for number in _DECLARED.findall(content)]
    if max(declared, default=0) > 2 * len(texts) + _SLACK:
        raise damaged(
            archive.file
        )  # calamine makes room for as many as the part says, and takes the process down
    sizes = tuple(map(len, texts))
    return SharedTexts(sizes, frozenset(number for number, text in enumerate(texts) if not _says(text)))


def _says(text: bytes) -> bool:
    return _TEXT.search(_PHONETIC.sub(b"", text) if b"rPh" in text else text) is not None


def number_formats(archive: Archive) -> Mapping[int, str]:
    """Return the number format of each cell style that has one, by style number."""
    if _STYLES not in archive.parts:
        return {}
    root = _root(archive, _STYLES)
    codes = dict(_BUILT_IN)
    for one in root.iter():
        if _bare(one.tag) == "numFmt":
            codes[_number(one.get("numFmtId"))] = one.get("formatCode", "")
    styles = next((one for one in root if _bare(one.tag) == "cellXfs"), ())
    numbers = [_number(one.get("numFmtId")) for one in styles]
    return {index: codes[number] for index, number in enumerate(numbers) if number in codes}


def percent_styles(archive: Archive) -> Mapping[int, str]:
    """Return the number format of each cell style that shows percentages, by style number."""
    return {index: code for index, code in number_formats(archive).items() if "%" in code}


def _elements(archive: Archive, part: str, tag: str) -> Iterator[ElementTree.Element]:
    if part not in archive.parts:
        raise damaged(archive.file)
    return (one for one in _root(archive, part).iter() if _bare(one.tag) == tag)


def _root(archive: Archive, part: str) -> ElementTree.Element:
    try:
        return ElementTree.fromstring(archive.read(part))
    except (ElementTree.ParseError, ValueError, LookupError) as fault:
        raise damaged(archive.file) from fault


def _bare(tag: str) -> str:
    """Return the name without its namespace: strict and transitional workbooks differ in that only."""
    return tag.rpartition("}")[2]


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() else 0
