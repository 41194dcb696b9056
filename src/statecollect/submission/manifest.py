"""The manifest of a bundle: whose it is, by which rules, what each table holds, who approved it, every file's hash."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from statecollect.catalog import Catalog, Table
from statecollect.catalog.local_rules import local_rules
from statecollect.store import Store
from statecollect.submission.bundle import VERSION
from statecollect.submission.bundle_rows import digest_of, texts_of
from statecollect.submission.bundle_tables import PARTY, with_party
from statecollect.workflow.evidence import documents
from statecollect.workflow.validate import Validation


@dataclass(frozen=True, slots=True)
class Sender:
    """Who makes a bundle: the school with its code, the campaign, the program's version."""

    school: str
    campaign: str
    version: str
    code: str = ""


def manifest_of(
    folder: Path,
    sender: Sender,
    store: Store,
    catalog: Catalog,
    validation: Validation,
    contents: Mapping[str, pa.Table],
    rows: Mapping[str, Sequence[Sequence[Any]]],
    *,
    draft: bool,
    masked: bool,
) -> dict[str, Any]:
    """Return the manifest of a bundle whose other files lie in ``folder``; ``rows`` are those of ``contents``."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        "version": VERSION,
        "school": sender.school,
        "school_code": sender.code,
        "campaign": sender.campaign,
        "draft": draft,
        "masked": masked,
        "statecollect": sender.version,
        "schema": {"year": catalog.year.year, "version": catalog.year.version, "digest": catalog.digest},
        **local_rules(catalog).as_json(),
        "tables": {
            table_id: _table(store, catalog.tables[table_id], contents[table_id], content, masked)
            for table_id, content in rows.items()
        },
        "errors": validation.count("error"),
        "warnings": validation.count("warning"),
        "journal_head": store.journal_head(),
        "journal_records": len(store.events()),
        "evidence": [validation.as_json() for validation in documents(store)],
        "files": {path.relative_to(folder).as_posix(): _sha256(path) for path in files},
    }


def _table(
    store: Store, table: Table, content: pa.Table, rows: Sequence[Sequence[Any]], masked: bool
) -> dict[str, Any]:
    """Say what a table holds (``digest``, over the bundle's own values) and what its parties said (``said_digest``)."""
    fields = [(field.name, field.spec.storage) for field in table.fields]
    texts = texts_of(rows, fields)
    filled = zip(content.column(PARTY).to_pylist(), texts, strict=True)
    return {
        "name": table.name,
        "rows": len(rows),
        "fields": [list(field) for field in fields],
        "digest": digest_of(table.id, fields, texts),
        "parties_digest": digest_of(
            table.id, with_party(fields), ([party or "", *row] for party, row in filled)
        ),
        "said_digest": store.digest(table.id),
        "masked_columns": [field.name for field in table.fields if masked and field.is_personal],
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
