"""The files of a bundle, one function a form: CSV for people, Parquet for next year, a description of both for programs."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from statecollect.catalog import Catalog, Field, Table
from statecollect.submission.bundle_rows import guarded

_TYPES = {"text": "string", "integer": "integer", "decimal": "number", "date": "date", "datetime": "datetime"}
_MOST_CHOICES = 200  # of a closed list, that the description repeats


def write_csv(path: Path, table: Table, rows: Sequence[Sequence[Any]]) -> None:
    """Write one table as CSV with a UTF-8 mark, so that Excel opens it without asking."""
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow([field.name for field in table.fields])
        writer.writerows([_csv_text(value) for value in row] for row in rows)


def _csv_text(value: Any) -> str:
    """Return the text of a cell; a text that Excel would run as a formula gets an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, str):
        return guarded(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, dt.date | dt.datetime) else str(value)


def write_parquet(path: Path, content: pa.Table, table: Table, digest: str) -> None:
    """Write one table as typed columns, who filled each row first: what next year is compared with and prefilled from."""
    import pyarrow.parquet as pq

    about = {"id": table.id, "name": table.short, "schema": digest}
    path.parent.mkdir(exist_ok=True)
    pq.write_table(content.replace_schema_metadata(about), path)


def write_datapackage(
    folder: Path,
    catalog: Catalog,
    rows: Mapping[str, Sequence[Sequence[Any]]],
    school: str,
    campaign: str,
    *,
    complete: bool,
) -> None:
    """Describe the CSV files as a Frictionless Data Package; only complete data are said to meet their constraints."""
    resources = [
        {
            "name": f"table-{table.id.replace('.', '-')}",
            "path": f"csv/{table.id}.csv",
            "title": table.title,
            "description": table.about or table.name,
            "profile": "tabular-data-resource",
            "encoding": "utf-8-sig",
            "schema": table_schema(table, catalog, complete),
        }
        for table in catalog.tables.values()
        if rows[table.id]
    ]
    package = {
        "profile": "tabular-data-package",
        "name": f"statecollect-{catalog.year.year}",
        "title": f"{school} {catalog.year.title}",
        "id": campaign,
        "version": catalog.year.version,
        "resources": resources,
    }
    text = json.dumps(package, ensure_ascii=False, indent=2) + "\n"
    (folder / "datapackage.json").write_text(text, encoding="utf-8", newline="\n")


def table_schema(table: Table, catalog: Catalog, complete: bool) -> dict[str, Any]:
    """Return the Frictionless Table Schema of a table; ``complete``: required fields are filled, as in a final bundle."""
    fields = [_field(field, catalog, complete) for field in table.fields]
    key = [table.by_name[name] for name in table.key]
    whole = complete and key and all(field.required == "yes" for field in key)
    return {"fields": fields, **({"primaryKey": [name.name for name in key]} if whole else {})}


def _field(field: Field, catalog: Catalog, complete: bool) -> dict[str, Any]:
    kind = _TYPES[field.spec.storage]
    about: dict[str, Any] = {"name": field.name, "type": kind, "description": field.note or field.spec.label}
    if kind == "datetime":
        about["format"] = "%Y-%m-%dT%H:%M:%S"
    constraints: dict[str, Any] = (
        {"required": True} if complete and field.required == "yes" and not field.auto else {}
    )
    codes = catalog.codes.get(field.codes) if field.codes else None
    if codes and not codes.extensible and not field.multi_valued and len(codes.labels) <= _MOST_CHOICES:
        constraints["enum"] = list(codes.labels)
    return {**about, **({"constraints": constraints} if constraints else {})}
