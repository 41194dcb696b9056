"""One table of one submission, typed: what ingest hands to the store."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from statecollect.catalog import Field, Table
from statecollect.core.address import cell_name
from statecollect.core.dictionary_column import Coded
from statecollect.findings import Finding, Origin
from statecollect.findings.catalogue import said
from statecollect.findings.masking import mask

DECIMAL_LIMIT = 10**14  # DECIMAL(18,4) has 14 digits before the point
INTEGER_LIMIT = 2**63


@dataclass(frozen=True, slots=True)
class Delivery:
    """One sheet of one submission, column by column.

    ``columns``: field name → 0-based Excel column. ``rows``: 1-based row numbers. ``values``: field name → one
    typed value or None a row. ``rejected``: field name → positions in ``rows`` whose cell could not be kept.
    ``nil``: the party declares that it has nothing to report. A submission may hold a table on several sheets.
    ``own_rows``: the row of each field where a table of one row is written downwards.
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
    own_rows: Mapping[str, int] = field(default_factory=dict)

    def origin(self, position: int, field_name: str | None) -> Origin:
        """Return the cell of a field in the row at a position, or the row where the sheet has no such column."""
        place = Place(self.party, self.file, self.sheet, self.rows[position], self.columns, self.own_rows)
        return place.origin(field_name)

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
    """Where a stored row came from; ``columns`` and ``own_rows`` as in its Delivery."""

    party: str
    file: str
    sheet: str
    row: int | None
    columns: Mapping[str, int]
    own_rows: Mapping[str, int] = field(default_factory=dict)

    def origin(self, field_name: str | None) -> Origin:
        """Return the cell of a field, or the row where the sheet has no such column."""
        index = self.columns.get(field_name) if field_name else None
        if field_name is None or index is None or self.row is None:
            return Origin(self.file, self.sheet, self.row)
        row = self.own_rows.get(field_name, self.row)
        return Origin(self.file, self.sheet, row, cell_name(row - 1, index))


def storable(delivery: Delivery, table: Table) -> Delivery:
    """Turn away values that the database cannot hold, each with a finding; usually returns its argument.

    Such a value would otherwise stop the whole workbook, or be cut without a word.
    """
    values = dict(delivery.values)
    rejected = dict(delivery.rejected)
    findings: list[Finding] = []
    for name, given in delivery.values.items():
        column = Coded.of(given)
        field = table.by_name[name]
        faulty = _unfit(column.values, field.spec.storage)
        positions = column.where(faulty)
        if not positions:
            continue
        values[name] = column.without(positions).compact()  # not even among the values that do not occur
        rejected[name] = {*rejected.get(name, ()), *positions}
        for position in positions:
            shown = _printable(column[position])
            findings.append(
                said("F04", faulty[int(column.codes[position])], field=name).at(
                    table.id,
                    delivery.origin(position, name),
                    field=name,
                    value=mask(shown) if field.is_personal else shown,
                    party=delivery.party,
                )
            )
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


_HELD_AS: dict[str, tuple[type, ...]] = {
    "text": (str, list, tuple),
    "integer": (int,),
    "decimal": (int, float, Decimal),
    "date": (dt.date,),
    "datetime": (dt.datetime,),
}


def _unfit(values: Sequence[Any], storage: str) -> dict[int, str]:
    """Return which of the values, by their place, do not fit, with the key of what to say."""
    kinds = _HELD_AS[storage]
    if storage not in {"integer", "decimal"} and _plainly_fit(values, kinds[0]):
        return {}
    found: dict[int, str] = {}
    for code, value in enumerate(values):
        if value is None:
            continue
        held: Any = value
        if not isinstance(value, kinds) or isinstance(value, bool):
            found[code] = "not_stored"
        elif (storage == "integer" and not -INTEGER_LIMIT <= held < INTEGER_LIMIT) or (
            storage == "decimal" and not (math.isfinite(held) and abs(held) < DECIMAL_LIMIT - 1)
        ):
            found[code] = "too_big"
        elif storage == "date" and isinstance(value, dt.datetime):
            found[code] = "not_stored"
        elif storage == "text" and not _whole(held):
            found[code] = "not_whole"
    return found


def _plainly_fit(values: Sequence[Any], kind: type) -> bool:
    """Whether all values are of the one type, whole texts: told for a column at once."""
    if not set(map(type, values)) <= {kind, type(None)}:
        return False
    return kind is not str or _whole("".join(filter(None, values)))


def _whole(value: str | Sequence[Any]) -> bool:
    """Whether a text, or every text of several, has a spelling in UTF-8: half a surrogate pair has none."""
    if not isinstance(value, str):
        return all(isinstance(item, str) and _whole(item) for item in value)
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _printable(value: Any) -> str:
    return str(value).encode("utf-8", "replace").decode()
