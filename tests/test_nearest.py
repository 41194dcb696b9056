"""A reference that leads nowhere is offered the nearest value of the table it refers to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from statecollect.catalog import load_catalog
from statecollect.findings import Finding
from statecollect.rules.nearest import with_nearest
from statecollect.store import Store
from toy import delivery

YEAR = load_catalog("2022")


def offered(rows: Mapping[str, Sequence[Mapping[str, Any]]], table: str, field: str, value: str) -> str:
    with Store.in_memory(YEAR, dict(YEAR.year.parameters)) as store:
        store.apply([delivery("人事处", one, given, year=YEAR) for one, given in rows.items()])
        message = f"{field}「{value}」不在 某某表 中"
        found = Finding(f"{table}-REF01", "error", table, message, "照那张表填写", field, value)
        (seen,) = with_nearest([found], store, YEAR)
        return seen.hint


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("191", "最接近：0191；照那张表填写"),  # the zero is lost
        ("0192", "最接近：0191；照那张表填写"),
        ("0191", "照那张表填写"),  # it is there: something else of the row is not
        ("外聘", "照那张表填写"),
    ],
)
def test_a_staff_number_is_offered_the_nearest_one(value: str, hint: str) -> None:
    staff = [{"教工号": one} for one in ("0191", "0300", "1500")]
    assert offered({"1.4.1": staff}, "2.18.1", "教工号", value) == hint


def test_a_unit_is_offered_by_its_name() -> None:
    units = [{"机构名称（全称）": one} for one in ("信息工程系", "环境工程系")]
    table, field = next(
        (one.id, field.name)
        for one in YEAR.tables.values()
        for field in one.fields
        if (field.references or "").startswith("1.1.3.机构名称")
    )
    assert offered({"1.1.3": units}, table, field, "信息工程学系").startswith("最接近：信息工程系")


def test_whole_tables_that_are_not_in_offer_nothing() -> None:
    assert offered({}, "2.18.1", "教工号", "191") == "照那张表填写"
