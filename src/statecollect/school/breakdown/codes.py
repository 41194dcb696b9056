"""Numbers that head a cell: table codes (three parts), items (two parts), groups (one part)."""

from __future__ import annotations

import re
from dataclasses import dataclass

# ``\d`` matches full-width digits too, and int() reads them; an input method writes the dot as . ． or 。
_DOT = r"\s*[.．。]\s*"
_PART = r"(\d{1,2})"
_END = r"(?![.．。]?\d)"
_TABLE = re.compile(
    rf"\s*(?:数据表|附表|表)?\s*[（(]?{_PART}{_DOT}{_PART}{_DOT}{_PART}{_END}[)）]?\s*[、:：.．\-—]?\s*(.*)",
    re.DOTALL,
)
_INSIDE = re.compile(rf"(?<![\d.．]){_PART}[.．]{_PART}[.．]{_PART}{_END}")
_ITEM = re.compile(rf"\s*{_PART}{_DOT}{_PART}{_END}(?!{_DOT}\d)\s*(\D.*)", re.DOTALL)
_GROUP = re.compile(rf"\s*{_PART}{_END}\s*[、.．]?\s*(\D.*)", re.DOTALL)
_DATE_LIKE = re.compile(r"\s*\d{2,4}\s*[-/年.]\s*\d{1,2}\s*[-/月.]\s*\d{1,2}\s*日?(?:[ T]\d.*)?")


@dataclass(frozen=True, slots=True)
class HeadingNumber:
    """A table code at the head of a cell, and the rest of the cell."""

    id: str
    rest: str

    @property
    def parts(self) -> tuple[int, int, int]:
        """The code as numbers."""
        first, second, third = (int(part) for part in self.id.split("."))
        return first, second, third


def table_code(text: str) -> HeadingNumber | None:
    """Read the code that heads ``text``: 1.1.1, 表 1.1.1, １．１．１ are the same; a year (2022.9.3) is none."""
    match = _TABLE.fullmatch(text)
    if match is None:
        return None
    return HeadingNumber(".".join(str(int(part)) for part in match.groups()[:3]), match[4])


def codes_inside(text: str) -> tuple[str, ...]:
    """All table codes anywhere in ``text``."""
    return tuple(".".join(str(int(part)) for part in match.groups()) for match in _INSIDE.finditer(text))


def item_number(text: str) -> str | None:
    """``1.1`` of ``1.1学校``."""
    match = _ITEM.fullmatch(text)
    return None if match is None else f"{int(match[1])}.{int(match[2])}"


def group_number(text: str) -> str | None:
    """``1`` of ``1基础数据表``; an item or a table code is no group."""
    match = _GROUP.fullmatch(text)
    return None if match is None else str(int(match[1]))


def without_number(text: str) -> str:
    """``基础数据表`` of ``1基础数据表``."""
    match = _ITEM.fullmatch(text) or _GROUP.fullmatch(text)
    return text if match is None else match[match.re.groups]


def looks_like_date(text: str) -> bool:
    """Whether a text is what a spreadsheet makes of a code such as 2.1.1: 2002/1/1."""
    return _DATE_LIKE.fullmatch(text) is not None
