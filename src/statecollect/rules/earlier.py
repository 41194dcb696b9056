"""What is known from before: last year's submission, or what a campaign has collected so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from statecollect.catalog import Table
from statecollect.store import Store

EarlierRow = Mapping[str, Any]  # values by field name


@dataclass(frozen=True, slots=True)
class EarlierTable:
    """A table as it was: its name, its fields in their order, and who said which row."""

    name: str
    fields: tuple[str, ...]
    rows: Sequence[tuple[str, EarlierRow]]  # party, row


@dataclass(frozen=True, slots=True)
class Earlier:
    """What is known already, and from where (``title`` is what a clerk reads).

    ``campaign``: which campaign said it. ``current``: this one itself, so that nothing in it is old and waits to be
    confirmed.
    """

    title: str
    tables: Mapping[str, EarlierTable]
    campaign: tuple[str, str] = ("", "")  # year and name
    current: bool = False


def collected(store: Store, title: str) -> Earlier:
    """Return what a campaign has collected, computed tables left out."""
    tables = {}
    for table in store.catalog.tables.values():
        names = tuple(field.name for field in table.fields)
        if not table.sql:
            rows = [
                (party, dict(zip(names, row, strict=True)))
                for party in store.parties(table.id)
                for row in store.party_rows(table.id, party)
            ]
            tables[table.id] = EarlierTable(table.short, names, rows)
    return Earlier(title, tables)


def earlier_of(table: Table, earlier: Earlier) -> EarlierTable | None:
    """Return what a table was before, or None where there was none."""
    found = found_in(table, earlier)
    return found[1] if found else None


def found_in(table: Table, earlier: Earlier) -> tuple[str, EarlierTable] | None:
    """Find a table by its name; by its number only where most columns agree, since numbers are given anew."""
    for table_id, before in earlier.tables.items():
        if before.name in {table.short, table.name}:
            return table_id, before
    same = earlier.tables.get(table.id)
    if same is None:
        return None
    shared = len(set(same.fields) & {field.name for field in table.fields})
    return (table.id, same) if shared * 2 > len(same.fields) else None
