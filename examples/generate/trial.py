"""A whole college in memory: put one fault into clean rows, ask one rule, and take the fault back.

The rows go the way of a returned workbook: every column is cleaned and checked as ``ingest`` does it, so that a
fault which the fields already turn away never counts as found by a rule.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from statecollect.campaign.demo import FIRST_DAY, FilledRows, typed_cell, typed_row
from statecollect.catalog import Catalog, Field, Table
from statecollect.core.address import column_letter
from statecollect.findings import Finding, Origin
from statecollect.intake.columns import Checked, RawColumn, check_column
from statecollect.rules import BoundRule, RuleResult, rules_of, run
from statecollect.store import Delivery, Store
from statecollect.workbook.layout import FIRST_DATA_ROW

Row = dict[str, str]
UNREADABLE = "#REF!"  # stands for a cell whose formula broke: the reader tells of it beside the values


class Trial:
    """The college's rows by party and table, in a store; close the store when done."""

    def __init__(self, catalog: Catalog, rows: FilledRows) -> None:
        self.catalog = catalog
        self.rows = rows
        self.store = Store.in_memory(catalog, {})
        self.rules = {
            bound.id: bound for table in catalog.tables.values() for bound in rules_of(catalog, table)
        }
        self._columns: dict[
            tuple[str, str, str], tuple[list[str | int | float | None], Checked]
        ] = {}  # of the clean rows
        self._clean = {key: self._delivery(*key, given) for key, given in rows.items()}
        self.store.apply(list(self._clean.values()))

    def results(self, rules: Sequence[BoundRule]) -> list[RuleResult]:
        """Run rules over the college as it is now."""
        return run(self.store, rules)

    def findings(self, table: str) -> list[Finding]:
        """Return what the fields say about the clean rows of a table."""
        return [
            one for (_, own), delivery in self._clean.items() if own == table for one in delivery.findings
        ]

    @contextmanager
    def changed(self, changes: Mapping[tuple[str, str], list[Row]]) -> Iterator[list[Finding]]:
        """Replace what parties returned, for the length of a ``with`` block; give what the fields say of it."""
        deliveries = [self._delivery(party, table, rows) for (party, table), rows in changes.items()]
        self.store.apply(deliveries)
        try:
            yield [one for delivery in deliveries for one in delivery.findings]
        finally:
            self.store.apply([self._clean.get(key) or self._delivery(*key, []) for key in changes])

    def matching(self, table: Table, where: str) -> list[tuple[str, int]]:
        """Return party and place (from 0) of the rows for which a condition holds, in their order."""
        name = f'"{table.short}"'
        with self.store.reading() as connection:
            found = connection.execute(
                f"SELECT _party, _row FROM {name} WHERE ({where}) ORDER BY _id"
            ).fetchall()
        return [(party, row - FIRST_DATA_ROW) for party, row in found if row is not None]

    def accepts(self, table: Table, field: Field, text: str) -> bool:
        """Whether a field takes this text without an error."""
        column = RawColumn(field, "A", [typed_cell(field, text)], {}, {})
        checked = check_column(table, column, (1,), Origin("", ""), "", self.catalog, FIRST_DAY.date())
        return not checked.rejected

    def cell(self, table: Table, field: str, row: int) -> str:
        """Return the cell of a field in the n-th row (from 0) of a party's sheet."""
        return f"{column_letter(list(table.by_name).index(field))}{row + FIRST_DATA_ROW}"

    def _delivery(self, party: str, table_id: str, given: Sequence[Row]) -> Delivery:
        table = self.catalog.tables[table_id]
        file, numbers = f"{party}.xlsx", range(FIRST_DATA_ROW, FIRST_DATA_ROW + len(given))
        typed = [typed_row(table, row) for row in given]
        values: dict[str, Sequence[object]] = {}
        rejected: dict[str, frozenset[int]] = {}
        found: list[Finding] = []
        for index, field in enumerate(table.fields):
            raws = [row[index] for row in typed]
            key = (party, table_id, field.name)
            known = self._columns.get(key)
            if known is None or known[0] != raws:
                unreadable = {at: f"单元格是错误值 {raw}" for at, raw in enumerate(raws) if raw == UNREADABLE}
                column = RawColumn(field, column_letter(index), raws, unreadable, {})
                place = Origin(file, table.title)
                known = (
                    raws,
                    check_column(table, column, tuple(numbers), place, party, self.catalog, FIRST_DAY.date()),
                )
                self._columns.setdefault(key, known)
            checked = known[1]
            values[field.name] = checked.values
            found += checked.findings
            if checked.rejected:
                rejected[field.name] = checked.rejected
        return Delivery(
            party=party,
            table=table_id,
            sha256="",
            file=file,
            sheet=table.title,
            columns={field.name: index for index, field in enumerate(table.fields)},
            rows=tuple(numbers),
            values=values,
            rejected=rejected,
            findings=tuple(found),
        )


def parties_of(rows: FilledRows) -> dict[str, list[str]]:
    """Return who has rows in a table, by table id."""
    found: dict[str, list[str]] = defaultdict(list)
    for party, table in rows:
        found[table].append(party)
    return found
