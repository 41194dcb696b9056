"""Blank workbooks against the present catalog: what is new, changed or gone in each table.

A field is the same when its name is; a new name that looks like a vanished one is suggested as its new name, never
taken for it.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from statecollect.catalog import Catalog, Field, Table, table_references
from statecollect.schemas.blank_workbooks import Blank, BlankColumn
from statecollect.schemas.sheet_matching import Match, SheetIdentity, identify, names_of
from statecollect.schemas.sheet_titles import compared_name, without_remark
from statecollect.workbook.layout import plain_name

_YES_NO = ("是", "否")
_CLOSE = 0.6


@dataclass(frozen=True, slots=True)
class ChoiceDifference:
    """A drop-down that offers other values than the code list; without a code list all of them are ``added``."""

    field: str
    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableDifference:
    """One sheet against one table. ``renamed``: for a new name the vanished one that looks like it.

    ``number`` is the table's number on the sheet where the catalog has another; ``twice`` are names that stand in the
    header more than once.
    """

    table: str
    name: str
    sheet: str
    match: Match
    new: tuple[str, ...] = ()
    vanished: tuple[str, ...] = ()
    moved: bool = False
    renamed: Mapping[str, str] = field(default_factory=dict)
    choices: tuple[ChoiceDifference, ...] = ()
    number: str = ""
    twice: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether the sheet asks for exactly what the table has."""
        changed = self.new or self.vanished or self.moved or self.choices or self.number or self.twice
        return self.match != "new" and not changed


@dataclass(frozen=True, slots=True)
class BlankComparison:
    """All sheets; ``tables`` and ``blanks`` go together."""

    tables: tuple[TableDifference, ...]
    blanks: tuple[Blank, ...]
    not_seen: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Whether nothing differs."""
        return all(table.empty for table in self.tables)

    def as_json(self) -> dict[str, Any]:
        """Return the differences as plain values."""
        return {
            "differences": sum(not table.empty for table in self.tables),
            "tables": [asdict(table) for table in self.tables],
            "not_seen": list(self.not_seen),
        }


def known_names(catalog: Catalog) -> set[str]:
    """Return all field names for comparison."""
    return {name for table in catalog.tables.values() for name in names_of(table)}


def compare(blanks: Sequence[Blank], catalog: Catalog) -> BlankComparison:
    """Compare every sheet with the table it is; a sheet that is none is a new table.

    Sheets of the same table, in one workbook or in several, count as one that asks for the columns of all.
    """
    together: dict[str, tuple[Blank, SheetIdentity]] = {}
    for blank in blanks:
        identity = identify(blank, catalog)
        before = together.get(identity.same)
        together[identity.same] = (_joined(before[0], blank), before[1]) if before else (blank, identity)
    found, free = [], _free_numbers(catalog)
    for blank, identity in together.values():
        if identity.table is None:
            names = tuple(column.name for column in blank.columns)
            number = identity.number or next(free)
            new = TableDifference(number, identity.name, blank.sheet, "new", names, twice=blank.twice)
            found.append(new)
        else:
            found.append(_difference(blank, identity.table, identity, catalog))
    seen = {blank.table for blank in found}
    merged = tuple(blank for blank, _ in together.values())
    return BlankComparison(
        tuple(found), merged, tuple(table for table in catalog.tables if table not in seen)
    )


def _free_numbers(catalog: Catalog) -> Iterator[str]:
    """Give numbers that no table has, for new tables whose sheet does not say its own."""
    last = max((int(table.split(".")[0]) for table in catalog.tables), default=0)
    return (f"{last + 1}.0.{number}" for number in range(1, 1000))


def _joined(first: Blank, second: Blank) -> Blank:
    have = {compared_name(column.name) for column in first.columns}
    more = tuple(column for column in second.columns if compared_name(column.name) not in have)
    return replace(first, columns=first.columns + more)


def _difference(blank: Blank, table: Table, identity: SheetIdentity, catalog: Catalog) -> TableDifference:
    fields = {compared_name(field.name): field for field in table.fields}
    asked = {compared_name(column.name): column for column in blank.columns}
    new = {key: column.name for key, column in asked.items() if key not in fields}
    vanished = {key: known.name for key, known in fields.items() if key not in asked}
    referring = {name for reference in table_references(table) for name in reference.fields}
    return TableDifference(
        table=table.id,
        name=table.name,
        sheet=blank.sheet,
        match=identity.match,
        new=tuple(new.values()),
        vanished=tuple(vanished.values()),
        moved=[key for key in asked if key in fields] != [key for key in fields if key in asked],
        renamed={name: vanished[near] for key, name in new.items() if (near := _near(key, list(vanished)))},
        choices=tuple(
            one
            for key, column in asked.items()
            if key in fields
            and (one := _choice_difference(column, fields[key], referring, catalog)) is not None
        ),
        number=identity.number if identity.number and identity.number != table.id else "",
        twice=blank.twice,
    )


def _near(name: str, vanished: Sequence[str]) -> str:
    """Return the vanished name that differs in its bracket only, else the one spelt most alike, else nothing."""
    bare = [gone for gone in vanished if without_remark(gone) == without_remark(name)]
    close = difflib.get_close_matches(name, vanished, 1, _CLOSE)
    return bare[0] if len(bare) == 1 else close[0] if close else ""


def _choice_difference(
    column: BlankColumn, known: Field, referring: Collection[str], catalog: Catalog
) -> ChoiceDifference | None:
    """Compare a drop-down with the code list. A ``referring`` field offers what other tables hold, no list."""
    codes = catalog.codes.get(known.codes or "")
    if column.choices is None or known.within or (codes is None and known.name in referring):
        return None
    labels = codes.labels if codes else _YES_NO if known.kind == "yes_no" else ()
    offered = {plain_name(choice): choice for choice in column.choices}
    ours = {plain_name(label): label for label in labels}
    added = tuple(text for name, text in offered.items() if name not in ours)
    removed = tuple(text for name, text in ours.items() if name not in offered)
    return ChoiceDifference(known.name, added, removed) if added or removed else None
