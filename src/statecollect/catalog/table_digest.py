"""What a workbook shows of a table, in a few digits: a template knows which of its tables were changed since."""

from __future__ import annotations

import hashlib
import json

from statecollect.catalog.model import Catalog, Table

DIGITS = 12
_SHOWN = ("name", "short", "rows", "about", "key")
# By catalog and table; the catalog is kept, so that its number stays its own
_KNOWN: dict[tuple[int, str], tuple[Catalog, Table, str]] = {}
_MOST_KNOWN = 512


def table_digest(catalog: Catalog, table: Table) -> str:
    """Return the digest of a table's columns and of what its drop-downs offer; rules and evidence are not in it.

    Defaults are left out, so that a program which knows one more key gives the same digest. Asked for each workbook that
    comes back, so it is made once.
    """
    place = id(catalog), table.id
    known = _KNOWN.get(place)
    if known is None or known[1] is not table:
        if len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.clear()
        known = _KNOWN[place] = catalog, table, _made(catalog, table)
    return known[2]


def _made(catalog: Catalog, table: Table) -> str:
    columns = [
        field.model_dump(mode="json", exclude_defaults=True, exclude={"evidence"}) for field in table.fields
    ]
    lists = {field.codes: catalog.codes[field.codes] for field in table.fields if field.codes}
    offered = {
        name: [codes.extensible, *((code.label, code.within) for code in codes.values)]
        for name, codes in lists.items()
    }
    said = [{name: getattr(table, name) for name in _SHOWN}, columns, offered]
    text = json.dumps(said, ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]
