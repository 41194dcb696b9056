"""What somebody may have meant who named a row that is not there: the nearest value of the table referred to.

They fill their own tables and cannot see the other one. Only an offer in a hint; nothing is changed by it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import replace

from statecollect.catalog import Catalog, table_references
from statecollect.findings import Finding
from statecollect.store import Store

_MOST_VALUES = 5_000  # of a column that is searched
_MOST_SEARCHES = 500  # in one workbook; whole columns of unknown values have another cause
_ALIKE = 0.6
_TYPED = re.compile("「(.+?)」")


def with_nearest(findings: Iterable[Finding], store: Store, catalog: Catalog) -> list[Finding]:
    """Add the nearest known value to the hints of references that lead nowhere."""
    known: dict[tuple[str, str], list[str]] = {}
    offers: dict[tuple[str, str, str], str] = {}
    result = []
    for finding in findings:
        typed = _TYPED.search(finding.message)
        if typed is not None and finding.field and finding.rule.startswith(f"{finding.table}-REF"):
            key = (finding.table, finding.field, typed[1])
            if key not in offers and len(offers) < _MOST_SEARCHES:
                offers[key] = _nearest(*key, known, store, catalog)
            if offer := offers.get(key):
                finding = replace(finding, hint=f"最接近：{offer}；{finding.hint}")
        result.append(finding)
    return result


def _nearest(
    table_id: str,
    field: str,
    value: str,
    known: dict[tuple[str, str], list[str]],
    store: Store,
    catalog: Catalog,
) -> str:
    table = catalog.tables[table_id]
    if table.by_name[field].is_personal:
        return ""
    for link in table_references(table):
        if link.fields[0] != field:
            continue
        values: list[str] = []
        for target in link.to:
            if (target, link.their[0]) not in known:
                known[target, link.their[0]] = store.distinct(target, link.their[0], _MOST_VALUES)
            values += known[target, link.their[0]]
        if value in values:  # it is there; something else of the row is not
            return ""
        bare = value.lstrip("0")
        same_number = [known for known in values if value.isdigit() and known.lstrip("0") == bare]
        near = same_number or difflib.get_close_matches(value, values, n=1, cutoff=_ALIKE)
        if near:
            return near[0]
    return ""
