"""Last year's bundle, as what is known from before."""

from __future__ import annotations

from pathlib import Path

from statecollect.rules.earlier import Earlier, EarlierTable
from statecollect.submission.bundle import bundle_tables, campaign_of


def from_bundle(folder: Path) -> Earlier:
    """Return what a submission held. Raises UnreadableFile when it is not as it was exported."""
    tables = {
        table_id: EarlierTable(name, fields, rows) for table_id, name, fields, rows in bundle_tables(folder)
    }
    return Earlier(f"上报包“{folder.name}”", tables, campaign_of(folder))
