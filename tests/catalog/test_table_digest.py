"""Which changes of a year's schemas a template is told of: those of its own tables that a workbook shows."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from statecollect.catalog import Catalog, Code, Field, load_catalog
from statecollect.catalog.table_digest import table_digest

CATALOG = load_catalog("2022")
TABLE = CATALOG.tables["1.1.1"]


def with_table(**changes: object) -> Catalog:
    changed = TABLE.model_copy(update=changes)
    return CATALOG.model_copy(update={"tables": {**CATALOG.tables, TABLE.id: changed}})


def with_field(position: int, **changes: object) -> Catalog:
    fields = list(TABLE.fields)
    fields[position] = fields[position].model_copy(update=changes)
    return with_table(fields=tuple(fields))


def with_code(code_list: str) -> Catalog:
    before = CATALOG.codes[code_list]
    after = before.model_copy(update={"values": (*before.values, Code(code="99", label="另一种"))})
    return CATALOG.model_copy(update={"codes": {**CATALOG.codes, code_list: after}})


def changed_by(catalog: Catalog) -> set[str]:
    """Return the tables whose digest is another one than before."""
    return {
        table.id
        for table in catalog.tables.values()
        if table_digest(catalog, table) != table_digest(CATALOG, CATALOG.tables[table.id])
    }


@pytest.mark.parametrize(
    "change",
    [
        lambda: with_table(fields=(*TABLE.fields, Field(name="学校微信号"))),
        lambda: with_table(fields=TABLE.fields[:-1]),
        lambda: with_table(fields=TABLE.fields[::-1]),
        lambda: with_field(3, required="no"),
        lambda: with_field(1, length=61),
        lambda: with_field(1, note="备案的全称"),
        lambda: with_code("XXXZLB"),
    ],
)
def test_what_a_workbook_shows_of_a_table_changes_the_digest_of_this_table_only(
    change: Callable[[], Catalog],
) -> None:
    assert changed_by(change()) == {TABLE.id}


@pytest.mark.parametrize(
    "change",
    [lambda: with_table(rules=()), lambda: with_field(1, evidence="[S]"), lambda: with_code("SYLX_GL")],
)
def test_rules_evidence_and_lists_that_no_cell_offers_change_none(change: Callable[[], Catalog]) -> None:
    assert changed_by(change()) == set()
