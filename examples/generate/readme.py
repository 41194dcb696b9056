"""The counts in README: tables, fields, rows of evidence, code lists, rules."""

from __future__ import annotations

import re

from remaining import Evidence

from statecollect.catalog import Catalog
from statecollect.rules import rules_of

NUMBER = r"[\d,]+"
COUNTED = re.compile(
    rf"All {NUMBER} tables have a schema: {NUMBER} fields \({NUMBER} rows of evidence;([^)]*)\), {NUMBER} code lists,(\s){NUMBER} rules"
)


def page(text: str, catalog: Catalog, evidence: Evidence) -> str:
    """Return README with its counts as they are now. Raises ValueError where the sentence is no longer there."""
    fields = sum(len(table.fields) for table in catalog.tables.values())
    rows = sum(map(len, evidence.values()))
    rules = sum(len(rules_of(catalog, table)) for table in catalog.tables.values())
    said = (
        rf"All {len(catalog.tables):,} tables have a schema: {fields:,} fields ({rows:,} rows of evidence;\1), "
        rf"{len(catalog.codes):,} code lists,\g<2>{rules:,} rules"
    )
    counted, places = COUNTED.subn(said, text)
    if places != 1:
        raise ValueError("README: the sentence with the counts is gone or stands twice")
    return counted
