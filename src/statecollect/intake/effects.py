"""What a return would do to what its party said before: rows that would be gone, rows that would be others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from statecollect.catalog import Catalog, Field
from statecollect.core.spelling import spelled
from statecollect.findings import Finding, Origin
from statecollect.findings.catalogue import said
from statecollect.intake.candidate import Candidate
from statecollect.intake.return_diff import ReturnedRow, gone
from statecollect.store import Delivery

RowsByTable = Mapping[str, Sequence[ReturnedRow]]  # by table id


def rows_by_table(catalog: Catalog, deliveries: Iterable[Delivery]) -> dict[str, list[ReturnedRow]]:
    """Return by table the rows of a workbook, as the database will hold them."""
    rows: dict[str, list[ReturnedRow]] = {}
    for one in deliveries:
        fields = catalog.tables[one.table].fields
        rows.setdefault(one.table, []).extend(list(map(_kept, fields, row)) for row in one.by_row(fields))
    return rows


def _kept(spec: Field, value: Any) -> Any:
    """Return a value with the digits that the database keeps."""
    if spec.spec.storage == "decimal" and value is not None:
        return round(float(value), 4)
    return value


def loss(catalog: Catalog, before: RowsByTable, after: RowsByTable, of: str) -> str | None:
    """Say that half or more of what was said would be gone."""
    tables = {table_id: rows for table_id, rows in before.items() if table_id in after and rows}
    total = sum(map(len, tables.values()))
    lost = {
        table_id: count
        for table_id, rows in tables.items()
        if (count := gone(catalog.tables[table_id], rows, after[table_id]))
    }
    gone_rows = sum(lost.values())
    if not gone_rows or 2 * gone_rows < total:
        return None
    where = "、".join(f"{table_id} {count} 行" for table_id, count in lost.items())
    return (
        f"{of} {total} 行中有 {gone_rows} 行这一份里没有了（{where}），先不收；"
        "确实要这样，用 ingest --accept 收下；若是同一份报送的另一部分，把几部分放在一起收"
    )


def mostly_other(read: Candidate, before: RowsByTable, after: RowsByTable) -> list[Finding]:
    """Tell that most of what the party had said is different now, where the workbook is not the one sent back."""
    if read.made_from or not before:
        return []
    was, now = (
        {t: Counter(tuple(map(spelled, row)) for row in rows) for t, rows in some.items()}
        for some in (before, after)
    )
    total = sum(sum(rows.values()) for rows in was.values())
    different = total - sum(sum((rows & now.get(t, Counter())).values()) for t, rows in was.items())
    if total < 2 or 2 * different < total:
        return []
    told = said("S17", "other", total=total, count=different)
    return [told.at(origin=Origin(read.name), party=read.party)]
