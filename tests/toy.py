"""A toy year and toy returns for the tests of store and rules.

A "workbook" here is a JSON file: ``{"party": …, "tables": {table id: [{field: value, …}, …]}}``; its rows count from
row 2 of the sheet, its columns are the table's fields. The value ``"!"`` stands for a cell that was turned away.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from statecollect.catalog import Catalog, Field, load_year
from statecollect.findings import Finding, Origin
from statecollect.store import Delivery, Event, Store

YEAR = Path(__file__).parent / "data" / "toy_store" / "2099"
AT = "2099-09-10T08:00:00+08:00"
Rows = Sequence[Mapping[str, Any]]


def catalog() -> Catalog:
    return load_year(YEAR)


def workbook(folder: Path, party: str, tables: Mapping[str, Rows], name: str = "") -> Path:
    path = folder / (name or f"{party}.json")
    path.write_text(json.dumps({"party": party, "tables": tables}, ensure_ascii=False), encoding="utf-8")
    return path


def deliveries(path: Path) -> list[Delivery]:
    content = path.read_bytes()
    data = json.loads(content)
    sha256 = hashlib.sha256(content).hexdigest()
    return [delivery(data["party"], table, rows, sha256) for table, rows in data["tables"].items()]


def delivery(
    party: str,
    table_id: str,
    rows: Rows,
    sha256: str = "0" * 64,
    sheet: str = "",
    year: Catalog | None = None,
) -> Delivery:
    table = (year or catalog()).tables[table_id]
    names = [field.name for field in table.fields]
    sheet = sheet or table.title
    values = {field.name: [_typed(field, row.get(field.name)) for row in rows] for field in table.fields}
    rejected = {name: {at for at, row in enumerate(rows) if row.get(name) == "!"} for name in names}
    findings = tuple(
        Finding(
            f"{table_id}-F03",
            "error",
            table_id,
            "看不懂",
            "",
            name,
            "!",
            Origin(party, sheet, at + 2, "A1"),
            party,
        )
        for name, places in rejected.items()
        for at in places
    )
    return Delivery(
        party=party,
        table=table_id,
        sha256=sha256,
        file=f"{party}.xlsx",
        sheet=sheet,
        columns={name: at for at, name in enumerate(names)},
        rows=[at + 2 for at in range(len(rows))],
        values=values,
        rejected={name: places for name, places in rejected.items() if places},
        findings=findings,
        nil=not rows,
        cells_seen=sum(len(row) for row in rows),
        cells_stored=sum(len(row) for row in rows) - len(findings),
        cells_rejected=len(findings),
    )


def parse(_event: Event, original: Path) -> list[Delivery]:
    return deliveries(original)


def open_store(folder: Path, wait: float = 30, year: Catalog | None = None) -> Store:
    return Store.open(folder / "store", year or catalog(), {}, parse, wait)


def submit(store: Store, path: Path) -> bool:
    found = deliveries(path)
    data = {"file": path.name, "party": found[0].party, "tables": sorted({one.table for one in found})}
    return store.submit(found, data, path, "收表人", AT)


def _typed(field: Field, value: Any) -> Any:
    if value is None or value == "!":
        return None
    if field.spec.storage == "date":
        return dt.date.fromisoformat(value)
    if field.spec.storage == "datetime":
        return dt.datetime.fromisoformat(value)
    return value
