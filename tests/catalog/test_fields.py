"""The fields of the schemas are the rows of the evidence's field list, in their order: none added, none left out."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from statecollect.catalog import load_catalog

CATALOG = load_catalog("2022")
EVIDENCE: dict[str, list[str | dict[str, str | list[str]]]] = yaml.safe_load(
    (Path(__file__).parents[1] / "data" / "field_rows.yaml").read_text(encoding="utf-8")
)
# rows of the list that are no columns of the table: why
NOT_COLUMNS = {
    ("2.2.1", "监管补充列（仅监管上报，不属2.2.1）"): "another report asks for them, as the row itself says",
    ("2.11.1", "旧版列（对照）"): "columns of the older platform, listed for comparison",
}


def fields_of(row: str | dict[str, str | list[str]]) -> list[str]:
    return [row] if isinstance(row, str) else list(row["fields"])


def test_the_evidence_lists_all_65_tables() -> None:
    assert sorted(EVIDENCE) == sorted(CATALOG.tables)
    assert len(EVIDENCE) == 65


@pytest.mark.parametrize("table", EVIDENCE)
def test_a_table_has_exactly_the_fields_of_the_evidence_in_its_order(table: str) -> None:
    listed = [name for row in EVIDENCE[table] for name in fields_of(row)]
    assert [field.name for field in CATALOG.tables[table].fields] == listed


def test_rows_without_fields_are_known_and_explained() -> None:
    empty = {
        (table, str(row["row"]).partition("：")[0])
        for table, rows in EVIDENCE.items()
        for row in rows
        if isinstance(row, dict) and not row["fields"]
    }
    assert empty == set(NOT_COLUMNS)


def test_every_field_says_where_it_comes_from() -> None:
    silent = [
        f"{table.id} {field.name}"
        for table in CATALOG.tables.values()
        for field in table.fields
        if not field.evidence
    ]
    assert silent == []
