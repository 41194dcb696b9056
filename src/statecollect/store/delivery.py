"""One table of one submission, typed: what ingest hands to the store."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from statecollect.address import column_letter
from statecollect.catalog import Field, Table
from statecollect.coded import Coded
from statecollect.findings import Finding, Origin

DECIMAL_LIMIT = 10**14  # DECIMAL(18,4) has 14 digits before the point
INTEGER_LIMIT = 2**63


@dataclass(frozen=True, slots=True)
class Delivery:
    """One sheet of one submission, column by column.

    ``columns``: field name → 0-based Excel column. ``rows``: 1-based row numbers. ``values``: field name → one
    typed value or None a row. ``rejected``: field name → positions in ``rows`` whose cell could not be kept.
    ``nil``: the party declares that it has nothing to report. A submission may hold a table on several sheets.
    """

    party: str
    table: str
    sha256: str
    file: str
    sheet: str = ""
    columns: Mapping[str, int] = field(default_factory=dict)
    rows: Sequence[int] = ()
    values: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    rejected: Mapping[str, Collection[int]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    nil: bool = False
    cells_seen: int = 0
    cells_stored: int = 0
    cells_rejected: int = 0
    cells_ignored: int = 0

    def by_row(self, fields: Iterable[Field]) -> Iterator[tuple[Any, ...]]:
        """Go through the rows, values in the order of the fields; None where the sheet has no such column."""
        nothing = (None,) * len(self.rows)
        return zip(*(self.values.get(field.name, nothing) for field in fields), strict=True)

    @classmethod
    def empty(cls, *, party: str, table: str, sha256: str, file: str) -> Delivery:
        """Return a nil return: nothing to report in this table."""
        return cls(party=party, table=table, sha256=sha256, file=file, nil=True)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stored row came from; ``columns`` as in its Delivery."""

    party: str
    file: str
    sheet: str
    row: int | None
    columns: Mapping[str, int]

    def origin(self, field_name: str | None) -> Origin:
        """Return the cell of a field, or the row where the sheet has no such column."""
        index = self.columns.get(field_name) if field_name else None
        cell = None if index is None or self.row is None else f"{column_letter(index)}{self.row}"
        return Origin(self.file, self.sheet, self.row, cell)


def storable(delivery: Delivery, table: Table) -> Delivery:
    """Turn away numbers that the database cannot hold, each with a finding; usually returns its argument.

    Such a number would otherwise stop the whole workbook, or be cut without a word.
    """
    place = Place(delivery.party, delivery.file, delivery.sheet, 0, delivery.columns)
    values = dict(delivery.values)
    rejected = dict(delivery.rejected)
    findings: list[Finding] = []
    for name, given in delivery.values.items():
        column = Coded.of(given)
        positions = column.where(_too_big(column.values, table.by_name[name].spec.storage))
        if not positions:
            continue
        values[name] = column.without(positions)
        rejected[name] = {*rejected.get(name, ()), *positions}
        findings += [
            Finding(
                rule=f"{table.id}-F04",
                severity="error",
                table=table.id,
                message=f"{name}：数字「{column[position]}」太大，不能保存",
                hint="核对单位和小数点，改成合理的数",
                field=name,
                value=str(column[position]),
                origin=replace(place, row=delivery.rows[position]).origin(name),
                party=delivery.party,
            )
            for position in positions
        ]
    if not findings:
        return delivery
    return replace(
        delivery,
        values=values,
        rejected=rejected,
        findings=(*delivery.findings, *findings),
        cells_stored=delivery.cells_stored - len(findings),
        cells_rejected=delivery.cells_rejected + len(findings),
    )


def _too_big(values: Sequence[Any], storage: str) -> list[int]:
    """Return which of the values do not fit."""
    if storage == "integer":
        return [
            code
            for code, value in enumerate(values)
            if value is not None and not -INTEGER_LIMIT <= value < INTEGER_LIMIT
        ]
    if storage == "decimal":
        return [
            code
            for code, value in enumerate(values)
            if value is not None and not (math.isfinite(value) and abs(value) < DECIMAL_LIMIT - 1)
        ]
    return []
