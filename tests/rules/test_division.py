"""A divisor that may be 0 is refused where it is written; where it is 0, nothing is said."""

from __future__ import annotations

from pathlib import Path

import pytest

import toy
from statecollect.catalog import Rule, load_year
from statecollect.catalog.indicator_model import Consistency, Indicators, Quantity
from statecollect.catalog.sql_division import unguarded
from statecollect.indicators.compute import compute_given
from statecollect.rules import BoundRule, rules_of, run
from statecollect.schemas.check import check_catalog
from statecollect.store import Store

YEAR = Path(__file__).resolve().parents[2] / "schemas" / "2022"


@pytest.mark.parametrize(
    "sql",
    [
        "男生 / 女生 > 1",
        "男生 // 女生 > 1",
        "男生 % 女生 = 0",
        "mod(男生, 女生) = 0",
        "fmod(男生, 女生) = 0",
        "fdiv(男生, 女生) > 1",
        "男生 / (女生 + 1) > 1",
        "男生 / 0 > 1",
        "男生 / (2 * 女生) > 1",
        "男生 / (SELECT 容差比例 FROM 参数) > 1",
        "男生 / coalesce(女生, 0) > 1",
        "男生 / nullif(女生, 1) > 1",
        "男生 / CAST(0.4 AS INTEGER) > 1",
        "女生 > 0 AND 男生 / 女生 > 1",
        "CASE WHEN 男生 > 0 THEN 男生 / 女生 > 1 END",
        "CASE WHEN 女生 >= 0 THEN 男生 / 女生 > 1 END",
        "CASE WHEN 女生 > 0 THEN 1 ELSE 男生 / 女生 END",
        "CASE WHEN 女生 = 0 AND 男生 = 0 THEN 1 ELSE 男生 / 女生 END",
        "CASE WHEN 女生 > 0 OR 男生 > 0 THEN 男生 / 女生 END",
        "CASE WHEN 女生 > 0 THEN (SELECT max(b.男生 / b.女生) FROM 专业表 b) END",
        "CASE 女生 WHEN 1 THEN 男生 / 女生 END",
        "SELECT 男生 / 女生 AS 比 FROM 专业表 WHERE 女生 > 0",
        "WITH a AS (SELECT _id, 男生 / 女生 AS 比 FROM 专业表) SELECT _id FROM a",
    ],
)
def test_a_divisor_that_may_be_zero_is_found(sql: str) -> None:
    found = unguarded(sql)
    assert found is not None
    assert "nullif(" in found


@pytest.mark.parametrize(
    "sql",
    [
        "男生 > 女生",
        "男生 / 2 > 1",
        "男生 / -2.5 > 1",
        "男生 / 1e3 > 1",
        "男生 / nullif(女生, 0) > 1",
        "男生 / (1.4826 * nullif(女生, 0.0)) > 1",
        "男生 / CAST(nullif(女生, 0) AS DOUBLE) > 1",
        "男生 % nullif(女生, 0) = 1",
        "CASE WHEN 女生 > 0 THEN 男生 / 女生 > 1 END",
        "CASE WHEN 男生 > 0 AND 女生 <> 0 THEN 男生 / 女生 > 1 END",
        "CASE WHEN 0 < 女生 THEN round(100.0 * 男生 / 女生, 1) > 1 END",
        "CASE WHEN 女生 = 0 OR 男生 IS NULL THEN NULL ELSE 男生 / 女生 > 1 END",
        "CASE WHEN 女生 > 0 AND 合计 > 0 THEN 男生 / (女生 * 合计) > 1 END",
        "if(女生 = 0, NULL, 男生 / 女生)",
        "方向 = 'a/b' OR 方向 = '50%'",
    ],
)
def test_a_guarded_divisor_is_let_pass(sql: str) -> None:
    assert unguarded(sql) is None


def test_the_catalog_check_refuses_it_wherever_a_year_computes() -> None:
    catalog = toy.catalog()
    majors, counted = catalog.tables["1.2.1"], catalog.tables["1.5.2"]
    fields = [
        one.model_copy(update={"formula": "男生 / 女生"}) if one.name == "女生占比" else one
        for one in majors.fields
    ]
    rule = Rule(id="x", find="SELECT _id, 男生 % 女生 AS 余 FROM 专业表", message="{余}")
    tables = {
        **catalog.tables,
        "1.2.1": majors.model_copy(update={"fields": tuple(fields), "rules": (rule,)}),
        "1.5.2": counted.model_copy(
            update={
                "rules": (),
                "sql": "SELECT 层次, sum(男生) // sum(女生) AS 专业数 FROM 专业表 GROUP BY 层次",
            }
        ),
    }
    indicators = Indicators(
        category_sql="SELECT max(男生 / 女生) FROM 专业表",
        quantities={
            "甲": Quantity(sql="SELECT sum(男生 / 女生) FROM 专业表"),
            "乙": Quantity(expr="甲 / 甲"),
        },
        checks={"丙": Consistency(check="甲 / 乙 > 1", message="不对")},
    )
    found = check_catalog(catalog.model_copy(update={"tables": tables, "indicators": indicators})).problems
    said = {problem.partition("：")[0] for problem in found if "nullif(" in problem}
    assert said == {"x", "1.2.1-A02", "1.5.2", "category_sql", "量「甲」", "指标「乙」", "指标「丙」"}


def test_a_schools_own_rule_that_may_divide_by_zero_is_not_run() -> None:
    catalog = toy.catalog()
    table = catalog.tables["1.2.1"]
    with Store.in_memory(catalog, {}) as store:
        store.apply([toy.delivery("教务处", "1.2.1", [{"专业代码": "1", "男生": 5, "女生": 0}])])
        for own, status in (("男生 / 女生 <= 20", "error"), ("男生 / nullif(女生, 0) <= 20", "not_run")):
            rule = Rule(id="本校-01", check=own, message="太多", own=True)
            (result,) = run(store, [BoundRule(table, rule)])
            assert (result.status, result.findings) == (status, ())
        assert "没有一行填全" in (result.reason or "")


def test_a_formula_over_nothing_says_nothing() -> None:
    catalog = toy.catalog()
    table = catalog.tables["1.2.1"]
    rows = [
        {"专业代码": "1", "男生": 0, "女生": 0, "女生占比": 50},
        {"专业代码": "2", "男生": 1, "女生": 1, "女生占比": 40},
    ]
    with Store.in_memory(catalog, {}) as store:
        store.apply([toy.delivery("教务处", "1.2.1", rows)])
        (result,) = run(store, [one for one in rules_of(catalog, table) if one.id == "1.2.1-A02"])
    assert [one.origin.row for one in result.findings] == [3]


def test_a_college_without_teachers_has_no_ratio_and_no_alarm_about_it() -> None:
    given = {
        "专任教师数": 0,
        "聘请校外教师数": 0,
        "折合在校生数": 1000,
        "校外教师授课学时": 0,
        "专科在校生数": 1000,
    }
    with Store.in_memory(load_year(YEAR), {}) as store:
        result = compute_given(store, given, "理工")
        assert not [one for one in result.findings if "生师比" in one.message]
        (ratio,) = [one for one in result.indicators if one.id == "生师比"]
        assert (ratio.value, ratio.verdict) == (None, "无法计算")
        crowded = compute_given(store, {**given, "专任教师数": 10}, "理工")
        assert [one.rule for one in crowded.findings if "超过 20" in one.message] == ["指标-生师比偏高"]
