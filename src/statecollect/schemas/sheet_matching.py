"""Which table of the catalog a sheet is: by its number, else by its name, else by its columns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from statecollect.catalog import Catalog, Table
from statecollect.schemas.blank_workbooks import Blank
from statecollect.schemas.sheet_titles import compared_name
from statecollect.workbook.layout import plain_name

_ID = re.compile(r"(?<![\d.])(\d+\.\d+\.\d+)(?![\d.])")
_NUMBERED = re.compile(
    rf"[《〔【(（]?(?:附?表)?[\s　:：]*{_ID.pattern}"
)  # a title, not a remark that names a table
_SAME_COLUMNS = 0.6  # of a sheet's names that a table must have to be taken for it
_LONGEST_TITLE = 40

Match = Literal["id", "name", "columns", "new"]


@dataclass(frozen=True, slots=True)
class SheetIdentity:
    """What a sheet is. ``table`` is None for a new one; ``number`` and ``name`` are as the sheet prints them."""

    table: Table | None
    match: Match
    number: str | None
    name: str

    @property
    def same(self) -> str:
        """What two sheets of one table have in common."""
        return self.table.id if self.table else self.number or self.name


def identify(blank: Blank, catalog: Catalog) -> SheetIdentity:
    """Tell which table a sheet is. A number or name that another table bears now is believed before the columns."""
    number, name = _number(blank), _title(blank)
    numbered = catalog.tables.get(number or "")
    named = _named(blank, catalog)
    if numbered is not None and (named is None or named is numbered or not _alike(blank, named)):
        return SheetIdentity(numbered, "id", number, name)
    if named is not None:
        return SheetIdentity(named, "name", number, name)
    alike = None if number else _by_columns(blank, catalog)
    return SheetIdentity(alike, "columns" if alike else "new", number, name)


def names_of(table: Table) -> set[str]:
    """Return the names of a table's fields for comparison."""
    return {compared_name(field.name) for field in table.fields}


def _named(blank: Blank, catalog: Catalog) -> Table | None:
    texts = {plain_name(_ID.sub("", text)).strip("-_《》") for text in (blank.sheet, *blank.titles)}
    return next(
        (
            table
            for table in catalog.tables.values()
            if {plain_name(table.name), plain_name(table.short)} & texts
        ),
        None,
    )


def _alike(blank: Blank, table: Table) -> bool:
    names = {compared_name(column.name) for column in blank.columns}
    return len(names & names_of(table)) >= _SAME_COLUMNS * len(names)


def _by_columns(blank: Blank, catalog: Catalog) -> Table | None:
    names = {compared_name(column.name) for column in blank.columns}
    best = max(catalog.tables.values(), key=lambda table: len(names & names_of(table)), default=None)
    return best if best is not None and _alike(blank, best) else None


def _number(blank: Blank) -> str | None:
    """Return the number in the tab, else the one a title begins with."""
    found = _ID.search(blank.sheet) or next(filter(None, map(_NUMBERED.match, blank.titles)), None)
    return found[1] if found else None


def _title(blank: Blank) -> str:
    """Return the table's name as printed: the first short title, or the tab, without the number."""
    texts = (_ID.sub("", text).strip(" 　-_《》") for text in (*blank.titles, blank.sheet))
    return next((text for text in texts if text and len(text) <= _LONGEST_TITLE), blank.sheet)
