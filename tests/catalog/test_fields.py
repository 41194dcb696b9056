"""The fields of the schemas are the rows of the evidence's field list, in their order: none left out, none added but inferences."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from statecollect.catalog import Field, load_catalog

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "examples" / "generate"))

from remaining import field_rows, unlisted

CATALOG = load_catalog("2022")
EVIDENCE = field_rows()
# rows of the list that are no columns of the table: why
NOT_COLUMNS = {
    ("2.2.1", "监管补充列（仅监管上报，不属2.2.1）"): "another report asks for them, as the row itself says",
    ("2.11.1", "旧版列（对照）"): "columns of the older platform, listed for comparison",
}


def test_the_evidence_lists_all_65_tables() -> None:
    assert sorted(EVIDENCE) == sorted(CATALOG.tables)
    assert len(EVIDENCE) == 65


@pytest.mark.parametrize("table", EVIDENCE)
def test_a_table_has_exactly_the_fields_of_the_evidence_in_its_order(table: str) -> None:
    assert unlisted(CATALOG.tables[table], EVIDENCE) == []


def test_a_field_that_is_no_row_of_the_list_and_no_inference_is_noticed() -> None:
    table = CATALOG.tables["1.1.2"]

    def with_fields(*fields: Field) -> list[str]:
        return unlisted(table.model_copy(update={"fields": fields}), EVIDENCE)

    assert with_fields(*table.fields, Field(name="学校微信号", evidence="I")) == []
    assert "缺「学校微信号」" in with_fields(*table.fields, Field(name="学校微信号", evidence="[S]"))[0]
    assert "有「联系人电子邮箱」" in with_fields(*table.fields[:-1])[0]
    assert "顺序" in with_fields(*table.fields[::-1])[0]


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
