"""What calamine hides: a look at the bytes of an .xlsx sheet.

calamine shows error cells and formulas that were never calculated as empty, and believes that a rectangle of any size
fits in memory. Counting bytes in the unzipped part is cheap; only a hit needs a second look. The count of filled
cells made here is independent of the parser, so that the two can be compared.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"

_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_FILLED_REF = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*[^/]>')
_REF = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_STYLE = re.compile(rb'\bs="(\d+)"')
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>(.*?)</(?:\w+:)?v>", re.DOTALL)
_TEXT = re.compile(rb"<(?:\w+:)?t(?:\s[^>]*)?>([^<]+)</(?:\w+:)?t>")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\b(?=[^>]*\bhidden="(?:1|true)")[^>]*\br="(\d+)"')
_COLUMN = re.compile(rb"<(?:\w+:)?col\b[^>]*>")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*ref="([A-Z]+\d+(?::[A-Z]+\d+)?)"')
_EMPTY_STRING = re.compile(
    rb"<(?:\w+:)?si>\s*(?:<(?:\w+:)?t(?:\s[^>]*)?/>|<(?:\w+:)?t(?:\s[^>]*)?></(?:\w+:)?t>|)\s*</(?:\w+:)?si>|<(?:\w+:)?si/>"
)
_STRING = re.compile(rb"<(?:\w+:)?si(?:/>|>)")


@dataclass(frozen=True, slots=True)
class CellFault:
    """A cell that shows nothing a reader could take: an error value, or a formula without a result."""

    kind: Literal["error", "uncalculated"]
    text: str


@dataclass(frozen=True, slots=True)
class SheetScan:
    """What the bytes of one sheet say; positions are 0-based (row, column)."""

    cells_seen: int = 0
    rows: int = 0
    columns: int = 0
    faults: Mapping[tuple[int, int], CellFault] = field(default_factory=dict)
    formats: Mapping[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[str, ...] = ()


def scan_xlsx(path: Path) -> dict[str, SheetScan]:
    """Scan all sheets of an .xlsx, by sheet name. The guard has looked at the container before."""
    with zipfile.ZipFile(path) as archive:
        percent = _percent_styles(archive)
        empty = _empty_strings(archive)
        return {name: _scan(archive.read(part), percent, empty) for name, part in _parts(archive)}


def _parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Return sheet names with their parts."""
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {one.get("Id"): one.get("Target", "") for one in relations.iter(f"{_PACKAGE}Relationship")}
    names = set(archive.namelist())
    for sheet in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter(f"{_MAIN}sheet"):
        target = targets.get(sheet.get(f"{_REL}id"), "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part in names:
            yield sheet.get("name", ""), part


def _scan(xml: bytes, percent: Mapping[int, str], empty: frozenset[bytes]) -> SheetScan:
    rows = columns = 0
    letters: set[bytes] = set()
    for column, row in _FILLED_REF.findall(xml):
        rows = max(rows, int(row))
        letters.add(column)
    columns = max((column_index(one.decode()) + 1 for one in letters), default=0)
    seen = sum(bool(text) for text in _VALUE.findall(xml)) + _inline(xml)
    if empty:
        seen -= sum(_points_at(cell, empty) for cell in _CELL.findall(xml))
    faults: dict[tuple[int, int], CellFault] = {}
    if b't="e"' in xml or _FORMULA.search(xml):
        faults = dict(_faults(xml))
        seen += sum(fault.kind == "uncalculated" for fault in faults.values())
    return SheetScan(
        cells_seen=seen,
        rows=rows,
        columns=columns,
        faults=faults,
        formats=dict(_formats(xml, percent)) if percent else {},
        hidden_rows=frozenset(int(row) - 1 for row in _HIDDEN_ROW.findall(xml)),
        hidden_columns=frozenset(_hidden_columns(xml)),
        merged=tuple(ref.decode() for ref in _MERGED.findall(xml)),
    )


def _inline(xml: bytes) -> int:
    """Count cells whose text stands in the cell itself."""
    if b"inlineStr" not in xml:
        return 0
    cells = _CELL.finditer(xml)
    return sum(
        b'"inlineStr"' in one.group(1) and _TEXT.search(one.group(2) or b"") is not None for one in cells
    )


def _points_at(cell: tuple[bytes, bytes], empty: frozenset[bytes]) -> bool:
    found = _VALUE.search(cell[1]) if b't="s"' in cell[0] else None
    return found is not None and found.group(1) in empty


def _faults(xml: bytes) -> Iterator[tuple[tuple[int, int], CellFault]]:
    for cell in _CELL.finditer(xml):
        attributes, inner = cell.group(1), cell.group(2) or b""
        error = b't="e"' in attributes
        formula = _FORMULA.search(inner) is not None
        if not (error or formula):
            continue
        place = _REF.search(attributes)
        if place is None:
            continue
        position = (int(place.group(2)) - 1, column_index(place.group(1).decode()))
        value = _VALUE.search(inner)
        if error:
            text = unescape(value.group(1).decode("utf-8", "replace")) if value else "#ERROR"
            yield position, CellFault("error", f"单元格是错误值 {text}")
        elif value is None and b"<v/>" not in inner:
            yield position, CellFault("uncalculated", "公式还没有算出结果")


def _formats(xml: bytes, percent: Mapping[int, str]) -> Iterator[tuple[tuple[int, int], str]]:
    """Return the percent formats of cells that have one."""
    if not any(f's="{style}"'.encode() in xml for style in percent):
        return
    for cell in _CELL.finditer(xml):
        style, place = _STYLE.search(cell.group(1)), _REF.search(cell.group(1))
        if style and place and int(style.group(1)) in percent:
            position = (int(place.group(2)) - 1, column_index(place.group(1).decode()))
            yield position, percent[int(style.group(1))]


def _hidden_columns(xml: bytes) -> Iterator[int]:
    for column in _COLUMN.findall(xml[: xml.find(b"<sheetData") + 1 or None]):
        if b'hidden="1"' in column or b'hidden="true"' in column:
            low, high = (re.search(rb'\b%s="(\d+)"' % end, column) for end in (b"min", b"max"))
            if low and high:
                yield from range(int(low.group(1)) - 1, min(int(high.group(1)), 16_384))


def _percent_styles(archive: zipfile.ZipFile) -> dict[int, str]:
    """Return the cell styles that show percentages."""
    if "xl/styles.xml" not in archive.namelist():
        return {}
    root = ElementTree.fromstring(archive.read("xl/styles.xml"))
    codes = {9: "0%", 10: "0.00%"}
    for one in root.iter(f"{_MAIN}numFmt"):
        if "%" in one.get("formatCode", ""):
            codes[int(one.get("numFmtId", "0"))] = one.get("formatCode", "")
    formats = root.find(f"{_MAIN}cellXfs")
    numbers = [int(one.get("numFmtId", "0")) for one in formats] if formats is not None else []
    return {index: codes[number] for index, number in enumerate(numbers) if number in codes}


def _empty_strings(archive: zipfile.ZipFile) -> frozenset[bytes]:
    """Return the numbers of shared strings that are empty: a cell that points at one is empty."""
    if "xl/sharedStrings.xml" not in archive.namelist():
        return frozenset()
    xml = archive.read("xl/sharedStrings.xml")
    empty = {one.start() for one in _EMPTY_STRING.finditer(xml)}
    if not empty:
        return frozenset()
    return frozenset(
        str(number).encode() for number, one in enumerate(_STRING.finditer(xml)) if one.start() in empty
    )


def column_index(letters: str) -> int:
    """Return the 0-based column of its letters: A → 0, AA → 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
