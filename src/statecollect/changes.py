"""What a newer return changes in the one before it: rows added and removed, and every changed cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from statecollect.catalog import Table
from statecollect.masking import shown
from statecollect.spelling import spelled

Row = Sequence[Any]  # values in the order of the table's fields


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell: of which row (by its key), which field, what it was and is; personal values are masked."""

    key: str
    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Changes:
    """The difference of two returns of one table. ``added`` and ``removed`` count rows."""

    added: int
    removed: int
    cells: tuple[CellChange, ...]

    @property
    def empty(self) -> bool:
        """Whether the newer return says the same."""
        return not (self.added or self.removed or self.cells)

    def as_json(self) -> dict[str, Any]:
        """Return the shape of the command-line contract."""
        return {"added": self.added, "removed": self.removed, "changed": [asdict(one) for one in self.cells]}


def changes(table: Table, before: Sequence[Row], after: Sequence[Row]) -> Changes:
    """Compare by the table's key; rows whose key is not unique, or that have none, count as whole rows."""
    names = [field.name for field in table.fields]
    places = [names.index(name) for name in table.key]
    if table.rows == "one" and len(before) == len(after) == 1:
        return Changes(0, 0, tuple(_cells(table, "", before[0], after[0])))
    old, new = _by_key(before, places), _by_key(after, places)
    cells: list[CellChange] = []
    for key in old.keys() & new.keys():
        cells += _cells(table, _shown(table, key), old[key], new[key])
    rest_before = _rest(before, places, old)
    rest_after = _rest(after, places, new)
    added = len(new.keys() - old.keys()) + sum((rest_after - rest_before).values())
    removed = len(old.keys() - new.keys()) + sum((rest_before - rest_after).values())
    return Changes(added, removed, tuple(sorted(cells, key=lambda one: (one.key, names.index(one.field)))))


def _by_key(rows: Sequence[Row], places: Sequence[int]) -> Mapping[tuple[str, ...], Row]:
    """Return the rows whose key no other row has."""
    if not places:
        return {}
    keys = [_key(row, places) for row in rows]
    count = Counter(keys)
    return {key: row for key, row in zip(keys, rows, strict=True) if count[key] == 1}


def _rest(rows: Sequence[Row], places: Sequence[int], by_key: Mapping[tuple[str, ...], Row]) -> Counter[str]:
    return Counter(
        "\x1f".join(map(spelled, row)) for row in rows if not places or _key(row, places) not in by_key
    )


def _key(row: Row, places: Sequence[int]) -> tuple[str, ...]:
    return tuple(spelled(row[place]) for place in places)


def _shown(table: Table, key: tuple[str, ...]) -> str:
    parts = zip(table.key, key, strict=True)
    return " ".join(shown(table.by_name[name], text) for name, text in parts if text)


def _cells(table: Table, key: str, before: Row, after: Row) -> list[CellChange]:
    found = []
    for field, old, new in zip(table.fields, before, after, strict=True):
        if spelled(old) != spelled(new):
            found.append(CellChange(key, field.name, *(shown(field, spelled(one)) for one in (old, new))))
    return found
