"""A derived table that holds its own totals: what sums it whole is refused, and the year's own figures count once."""

from __future__ import annotations

import pytest

import toy
from statecollect.catalog import load_catalog
from statecollect.catalog.model import Rule
from statecollect.catalog.sql_totals import counted_twice
from statecollect.indicators.compute import known_quantities
from statecollect.schemas.check import check_catalog
from statecollect.store import Store

CATALOG = load_catalog("2022")
PLAN, STUDENTS = "专业教学计划表", "在校生数量表"


@pytest.mark.parametrize(
    ("sql", "table"),
    [
        (f"SELECT sum(总学时) FROM {PLAN}", PLAN),
        (f"SELECT sum(总学时) FROM {PLAN} WHERE 学制 = 3", PLAN),
        (f"SELECT avg(z.总学时) FROM {PLAN} z WHERE z.授课年级 IS NOT NULL OR z.学制 = 3", PLAN),
        (f"SELECT s._id FROM 开设专业表 s CROSS JOIN (SELECT count(*) AS 行 FROM {STUDENTS}) AS a", STUDENTS),
        (f"SELECT sum(x) FROM (SELECT 总学时 AS x FROM {PLAN})", PLAN),
        (f"SELECT count(*) FROM 开设专业表 z JOIN {STUDENTS} s ON s.专业代码 = z.专业代码", STUDENTS),
        (f"SELECT sum(总学时) FROM {PLAN} WHERE 授课年级 IS NOT NULL", ""),
        (f"SELECT sum(z.总学时) FROM {PLAN} z WHERE z.学制 = 3 AND z.授课年级 IS NOT NULL", ""),
        (f"SELECT sum(总学时) FROM {PLAN} WHERE NOT (授课年级 IS NULL)", ""),
        (f"SELECT 总学时 FROM {PLAN} WHERE 专业名称 = '学校合计'", ""),
        (f"SELECT count(*) FROM 开设专业表 WHERE EXISTS (SELECT 1 FROM {STUDENTS})", ""),
        ("SELECT sum(\"课程总学时（个）\") FROM 课程设置表", ""),
    ],
)  # fmt: skip
def test_totals_are_left_out_of_a_sum(sql: str, table: str) -> None:
    said = counted_twice(CATALOG, sql)
    assert (said is not None) is bool(table)
    assert table in (said or "")


def test_schema_check_refuses_a_rule_that_counts_twice() -> None:
    rule = Rule(
        id="1.3.2-X99",
        find=f"SELECT a.合计 FROM (SELECT sum(总学时) AS 合计 FROM {PLAN}) AS a WHERE a.合计 > 9",
        message="共「{合计}」",
    )
    table = CATALOG.tables["1.3.2"]
    wrong = table.model_copy(update={"rules": (rule,)})
    catalog = CATALOG.model_copy(update={"tables": {**CATALOG.tables, "1.3.2": wrong}})
    assert [one for one in check_catalog(catalog).problems if "1.3.2-X99" in one and "合计行" in one]


def test_the_years_own_figures_count_once() -> None:
    rows = [
        {
            "专业代码": "460103",
            "专业名称": "机械",
            "授课年级": grade,
            "课程代码": code,
            "课程总学时（个）": hours,
        }
        for grade, code, hours in (("2020", "A", 40), ("2021", "B", 60))
    ]
    with Store.in_memory(CATALOG, {}) as store:
        store.apply([toy.delivery("教务处", "1.3.1", rows, year=CATALOG)])
        assert store.frame("1.3.2")["总学时"].tolist().count(100) == 1  # the table still shows its total
        assert known_quantities(store, {}).values["总学时"] == 100
