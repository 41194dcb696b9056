"""Blank workbooks against the present catalog: which sheet is which table, what is new, changed or gone.

A sheet is a table by its number, else by its name, else by its columns. A field is the same when its name is; a new
name that looks like a vanished one is suggested as its new name, never taken for it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from statecollect.catalog import Catalog, Field, Table
from statecollect.official.blanks import Blank, Column
from statecollect.workbook.layout import field_name_from_header, plain_name

_ID = re.compile(r"(?<![\d.])(\d+\.\d+\.\d+)(?![\d.])")
_SAME_COLUMNS = 0.6  # of a sheet's names that a table must have to be taken for it
_YES_NO = ("是", "否")

Match = Literal["id", "name", "columns", "new"]


@dataclass(frozen=True, slots=True)
class ChoiceDifference:
    """A drop-down that offers other values than the code list."""

    field: str
    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableDifference:
    """One sheet against one table. ``renamed``: for a new name the vanished one that looks like it."""

    table: str
    name: str
    sheet: str
    match: Match
    new: tuple[str, ...] = ()
    vanished: tuple[str, ...] = ()
    moved: bool = False
    renamed: Mapping[str, str] = field(default_factory=dict)
    choices: tuple[ChoiceDifference, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether the sheet asks for exactly what the table has."""
        return self.match != "new" and not (self.new or self.vanished or self.moved or self.choices)


@dataclass(frozen=True, slots=True)
class Comparison:
    """All sheets; ``tables`` and ``blanks`` go together."""

    tables: tuple[TableDifference, ...]
    blanks: tuple[Blank, ...]
    not_seen: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Whether nothing differs."""
        return all(one.empty for one in self.tables)

    def as_json(self) -> dict[str, Any]:
        """Return the differences as plain values."""
        return {
            "differences": sum(not one.empty for one in self.tables),
            "tables": [asdict(one) for one in self.tables],
            "not_seen": list(self.not_seen),
        }


def known_names(catalog: Catalog) -> set[str]:
    """Return all field names for comparison."""
    return {name for table in catalog.tables.values() for name in _names(table)}


def compare(blanks: Sequence[Blank], catalog: Catalog) -> Comparison:
    """Compare every sheet with the table it is; a sheet that is none is a new table."""
    found = []
    free = 1
    for blank in blanks:
        table, match = _table_of(blank, catalog)
        if table is None:
            number = _number_in(blank)
            if number is None:
                number, free = f"9.9.{free}", free + 1
            names = tuple(column.name for column in blank.columns)
            found.append(TableDifference(number, _title(blank), blank.sheet, "new", new=names))
        else:
            found.append(_difference(blank, table, match, catalog))
    seen = {one.table for one in found}
    return Comparison(tuple(found), tuple(blanks), tuple(one for one in catalog.tables if one not in seen))


def _table_of(blank: Blank, catalog: Catalog) -> tuple[Table | None, Match]:
    number = _number_in(blank)
    if number is not None:
        return catalog.tables.get(number), "id"
    texts = {plain_name(text) for text in (blank.sheet, *blank.titles)}
    for table in catalog.tables.values():
        if {plain_name(table.name), plain_name(table.short)} & texts:
            return table, "name"
    names = {field_name_from_header(column.name) for column in blank.columns}
    best = max(catalog.tables.values(), key=lambda table: len(names & _names(table)))
    if names and len(names & _names(best)) >= _SAME_COLUMNS * len(names):
        return best, "columns"
    return None, "new"


def _number_in(blank: Blank) -> str | None:
    return next((found[1] for text in (blank.sheet, *blank.titles) if (found := _ID.search(text))), None)


def _title(blank: Blank) -> str:
    """Return the new table's name: the tab, or the first title, without the number."""
    texts = (_ID.sub("", text).strip(" 　-_《》") for text in (*blank.titles, blank.sheet))
    return next((text for text in texts if text and len(text) <= 40), blank.sheet)


def _names(table: Table) -> set[str]:
    return {field_name_from_header(one.name) for one in table.fields}


def _difference(blank: Blank, table: Table, match: Match, catalog: Catalog) -> TableDifference:
    fields = {field_name_from_header(one.name): one for one in table.fields}
    asked = [field_name_from_header(column.name) for column in blank.columns]
    new = tuple(column.name for column in blank.columns if field_name_from_header(column.name) not in fields)
    vanished = tuple(known.name for name, known in fields.items() if name not in asked)
    common = [name for name in asked if name in fields]
    moved = common != [name for name in fields if name in asked]
    choices = [
        one
        for column in blank.columns
        if (known := fields.get(field_name_from_header(column.name))) is not None
        if (one := _choice_difference(column, known, catalog)) is not None
    ]
    close = {name: near[0] for name in new if (near := difflib.get_close_matches(name, vanished, 1, 0.6))}
    return TableDifference(
        table.id, table.name, blank.sheet, match, new, vanished, moved, close, tuple(choices)
    )


def _choice_difference(column: Column, known: Field, catalog: Catalog) -> ChoiceDifference | None:
    codes = catalog.codes.get(known.codes or "")
    if column.choices is None or known.within or (codes is None and known.kind != "yes_no"):
        return None
    offered = {plain_name(one): one for one in column.choices}
    ours = {plain_name(one): one for one in (codes.labels if codes else _YES_NO)}
    added = tuple(text for name, text in offered.items() if name not in ours)
    removed = tuple(text for name, text in ours.items() if name not in offered)
    return ChoiceDifference(known.name, added, removed) if added or removed else None
