"""Two columns whose contents changed places: told once, instead of at every cell.

Such a pair is seen by what does not fit: most of a column is rejected, would fit another column, and what stands there
would fit here. A single row proves nothing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from statecollect.catalog import Catalog, Table
from statecollect.core.address import cell_name, column_index
from statecollect.core.dictionary_column import Coded
from statecollect.findings import Finding, Origin
from statecollect.findings.catalogue import said
from statecollect.intake.columns import Checked, RawColumn, fitting

FEWEST = 3  # rows in which both columns are filled
_MOST = 0.8  # of these rows: nearly all, since people begin rightly, or repair some
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two columns, and the positions in which each holds what the other asks for.

    ``likely``: the second does not fit itself either, or holds just what the first asks for, as it is written.
    """

    one: RawColumn
    other: RawColumn
    positions: frozenset[int]
    filled: int
    likely: tuple[bool, bool]


def without_swapped(
    table: Table,
    columns: Mapping[str, tuple[RawColumn, Checked]],
    rows: Sequence[int],
    header: Origin,
    party: str,
    catalog: Catalog,
    today: dt.date,
) -> list[Finding]:
    """Return the findings of all columns, those of two that changed places as one of them.

    ``rows`` are the 1-based row numbers, ``header`` holds file, sheet and row of the columns' names.
    """
    findings = [finding for _, checked in columns.values() for finding in checked.findings]
    told: set[tuple[str, int]] = set()  # field and row
    swapped: list[Finding] = []
    for pair in _pairs(columns, catalog, today):
        names = [pair.one.field.name, pair.other.field.name]
        told |= {(name, rows[position]) for name in names for position in pair.positions}
        where = cell_name((header.row or 1) - 1, column_index(pair.one.letter))
        what = said(
            "S19", "swapped", first=names[0], second=names[1], filled=pair.filled, count=len(pair.positions)
        )
        place = Origin(header.file, header.sheet, header.row, where)
        swapped.append(what.at(table.id, place, field=names[0], party=party))
    kept = [one for one in findings if (one.field or "", one.origin.row or 0) not in told]
    return [*swapped, *kept]


def _pairs(columns: Mapping[str, tuple[RawColumn, Checked]], catalog: Catalog, today: dt.date) -> list[_Pair]:
    """Return the pairs, each column in one of them at most; where two others would do, none."""
    rejected = [one for one in columns.values() if _mostly_rejected(*one)]
    found: list[_Pair] = []
    taken: set[str] = set()
    for column, checked in rejected:
        if column.field.name in taken:
            continue
        pairs = [
            pair
            for other, its in columns.values()
            if other is not column and other.field.name not in taken
            if (pair := _pair(column, checked, other, its, catalog, today))
        ]
        best = max((pair.likely for pair in pairs), default=None)
        likely = [pair for pair in pairs if pair.likely == best]
        if len(likely) == 1:
            found.append(likely[0])
            taken |= {column.field.name, likely[0].other.field.name}
    return found


def _mostly_rejected(column: RawColumn, checked: Checked) -> bool:
    wrong = len(checked.rejected - set(column.faults))
    return wrong >= FEWEST and wrong >= _MOST * Coded.of(column.raws).filled


def _pair(
    column: RawColumn, checked: Checked, other: RawColumn, others: Checked, catalog: Catalog, today: dt.date
) -> _Pair | None:
    """Return two columns as a pair where nearly all rows that fill both would fit the other way round."""
    mine, its = Coded.of(column.raws), Coded.of(other.raws)
    both = [
        at for at, (one, two) in enumerate(zip(mine, its, strict=True)) if one is not None and two is not None
    ]
    need = max(FEWEST, _MOST * len(both))
    wrong = [at for at in both if at in checked.rejected]
    if column.field.spec.storage in {"integer", "decimal"}:  # a number written badly is no text
        wrong = [at for at in wrong if not _DIGIT.search(str(mine[at]))]
    if len(wrong) < need:
        return None
    there = fitting(other.field, mine, catalog, today)
    here = fitting(column.field, its, catalog, today)
    positions = frozenset(at for at in wrong if mine.codes[at] in there and its.codes[at] in here)
    if len(positions) < need:
        return None
    likely = _mostly_rejected(other, others), all(here[int(its.codes[at])] for at in positions)
    return _Pair(column, other, positions, len(both), likely)
