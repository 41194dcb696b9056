"""Words around the data that office programs, web forms and habit put there; they stand in ``office_words.yaml``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from statecollect.catalog.yaml_file import read_yaml
from statecollect.workbook.layout import plain_name

_COPY = re.compile(r"(?:\(\d+\)|-?副本\d*)+$")
_FEW = 3  # filled cells of a sheet that a program added and somebody scribbled on
_OPEN, _CLOSE = r"[(<\[【〔{「]", r"[)>\]】〕}」]"
_NUMBER = re.compile(
    r"(?:第?[(\[【]?(?:[Qq]\.?)?\d{1,3}(?:-\d{1,2})?[)\]】]?题?|[(][一二三四五六七八九十]{1,3}[)]|[一二三四五六七八九十]{1,3}(?=[、.]))[、.,:;_\-)]*"
)


@dataclass(frozen=True, slots=True)
class OfficeWords:
    """The lists, as names are compared."""

    serial: frozenset[str]
    form_columns: frozenset[str]
    sheets: tuple[str, ...]
    default_tabs: tuple[str, ...]
    totals: frozenset[str]
    explaining: frozenset[str]
    answers: frozenset[str]
    units: frozenset[str]
    mark: re.Pattern[str]

    def knows_sheet(self, name: str, filled: int) -> bool:
        """Whether a sheet of this name holds no table as a rule, or came by itself and holds next to nothing."""
        tab = _COPY.sub("", _folded(name)) or name
        known = any(fnmatchcase(tab, sheet) for sheet in self.sheets)
        return known or (filled <= _FEW and any(fnmatchcase(tab, pattern) for pattern in self.default_tabs))

    def is_serial(self, heading: str) -> bool:
        """Whether a column of this heading counts the rows."""
        return self.undecorated(_folded(heading)) in self.serial

    def is_of_form(self, heading: str) -> bool:
        """Whether a web form adds a column of this heading by itself."""
        return self.undecorated(_folded(heading)) in self.form_columns

    def undecorated(self, heading: str) -> str:
        """Return a plain heading without the number of a question and marks such as （必填） and 【单选题】."""
        while True:
            bare = self.mark.sub("", heading).strip("*:★☆※● ")
            number = _NUMBER.match(bare)
            bare = bare[number.end() :] if number else bare
            if bare == heading or not bare:
                return heading
            heading = bare


@lru_cache(maxsize=8192)  # headings that come again in hundreds of workbooks
def undecorated(heading: str) -> str:
    """Return a plain heading without the number and the marks of a question."""
    return office_words().undecorated(heading)


@cache
def office_words() -> OfficeWords:
    """Return the shipped lists."""
    lists: dict[str, Any] = read_yaml(Path(__file__).with_name("office_words.yaml"))[0]
    kinds = "|".join(sorted(map(re.escape, map(plain_name, lists["form_marks"])), key=len, reverse=True))
    some = rf"(?:{kinds})(?:[,、/;](?:{kinds}))*"
    return OfficeWords(
        serial=frozenset(map(_folded, lists["serial"])),
        form_columns=frozenset(map(_folded, lists["form_columns"])),
        sheets=tuple(map(_folded, lists["sheets"])),
        default_tabs=tuple(map(_folded, lists["default_tabs"])),
        totals=frozenset(map(_folded, lists["totals"])),
        explaining=frozenset(map(_folded, lists["explaining"])),
        answers=frozenset(map(_folded, lists["answers"])),
        units=frozenset(map(_folded, lists["units"])),
        mark=re.compile(rf"{_OPEN}{some}{_CLOSE}"),
    )


def _folded(text: str) -> str:
    return plain_name(str(text)).casefold()
