"""The example college's tables give every indicator a value, or a reason."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from statecollect.campaign.demo import example_rows
from statecollect.catalog import load_catalog
from statecollect.core.errors import UsageError
from statecollect.indicators.compute import compute, compute_given
from statecollect.indicators.explain import explain
from statecollect.school.config import IndicatorChoices
from statecollect.store import Store

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "examples" / "generate"))

from trial import Trial  # noqa: E402

pytestmark = pytest.mark.lowest

HIGH = IndicatorChoices(readings={"生均教学行政用房": "高基报表学生数"}, profiles=("双高",))


def test_every_indicator_of_the_example_college_is_computed_from_its_tables() -> None:
    trial = Trial(load_catalog("2022"), example_rows(ROOT / "examples" / "2022"))
    with trial.store as store:
        result = compute(store, {})
        other = compute(store, {"高基在校生数": 100, "高基折合在校生数": 90}, HIGH)
        teachers = [
            row
            for row in store.frame("1.4.1").to_dict("records")
            if row["教师类别"] == "校内专任教师" and row["当前状态"] == "在职"
        ]
        students = store.frame("1.5.1")
        behind = {one["quantity"]: one for one in explain(store, "生师比", {}, IndicatorChoices(), 5)}
    found = {one.id: one for one in result.indicators}
    assert {one.id: one.reason for one in result.indicators if one.value is None} == {}
    assert found["高级职务教师比例"].denominator == len(teachers)
    enrolled = students["学籍状态"].isin(["在读", "休学", "保留学籍"]) | (
        students["是否毕业（应届毕业生）"] == "是"
    )
    assert (
        found["生均教学行政用房"].denominator == enrolled.sum()
    )  # totals rows of the derived table are no students
    assert found["生均教学行政用房"].readings[0].value is None
    assert found["生均教学行政用房"].readings[0].reason
    chosen = {one.id: one for one in other.indicators}["生均教学行政用房"]
    assert (chosen.label, chosen.denominator) == ("高基报表学生数", 100)
    assert chosen.value == (chosen.numerator or 0) / 100
    assert [line.reached for line in other.profiles if line.indicator == "招生计划完成率"] == [False]
    assert behind["专任教师数"]["count"] == len(teachers)
    assert len(behind["专任教师数"]["rows"]) == 5
    assert all(row["file"] and row["row"] for row in behind["专任教师数"]["rows"])
    assert "自动汇总" in behind["名册在校生数"]["from"]
    assert sum(row["value"] for row in behind["聘请校外教师数"]["rows"]) == 5


@pytest.mark.parametrize(
    "choices",
    [
        {"readings": {"生师比": "没有的算法"}},
        {"readings": {"没有的指标": "高基报表学生数"}},
        {"readings": {"研究生学位教师比例": "高基报表学生数"}},  # an alternative that does not touch it
        {"profiles": ["没有的档案"]},
        {"published": {"没有的量": "1"}},
        {"published": {"生师比": "约18"}},
    ],
)
def test_a_choice_that_names_nothing_is_refused(choices: dict[str, Any], empty: Store) -> None:
    with pytest.raises(UsageError):
        compute(empty, {}, IndicatorChoices.model_validate(choices))


def test_an_unknown_category_and_a_third_yellow_year_are_said(empty: Store) -> None:
    lines = {
        "生师比": 25,
        "研究生学位教师比例": 50,
        "生均教学行政用房": 20,
        "生均教学科研仪器设备值": 9000,
        "生均图书": 90,
    }
    given = {"折合在校生数": 100, "全日制在校生数": 100, "教师总数": 4, "专任教师数": 4, "研究生学位教师数": 2,
             "教学行政用房面积": 2000, "设备总值": 90, "纸质图书册数": 9000}  # fmt: skip
    first = compute_given(empty, given, "综合")
    third = compute_given(empty, {**given, "连续黄牌年数": 2}, "综合")
    unknown = compute_given(empty, given, "没有的类别")
    assert {one.id: one.value for one in first.indicators if one.id in lines} == lines
    assert (first.verdict, third.verdict) == ("黄牌（限制招生）", "红牌（暂停招生）")
    assert unknown.verdict == "无法计算"
    assert "没有的类别" in (next(one for one in unknown.indicators if one.id == "生师比").reason or "")


def test_exemptions_are_strict_and_two_readings_that_disagree_are_said(empty: Store) -> None:
    def verdict(worth: float, new: float) -> tuple[str | None, list[str]]:
        result = compute_given(empty, {"设备总值": worth, "新增设备值": new}, "理工")
        one = next(one for one in result.indicators if one.id == "新增设备所占比例")
        return one.verdict, [finding.rule for finding in result.findings]

    assert verdict(20000, 1001)[0] == "合格"
    assert verdict(20000, 1000)[0] == "不合格"
    assert verdict(10000, 999)[0] == "合格"
    assert verdict(1000, 95) == ("合格", ["指标-算法"])


def test_a_blank_cell_is_said_and_not_lost_silently() -> None:
    rows = example_rows(ROOT / "examples" / "2022")
    first = next(those for (_, table), those in rows.items() if table == "2.2.1")
    first[0] = {key: value for key, value in first[0].items() if key != "实习时长（天）"}
    trial = Trial(load_catalog("2022"), rows)
    with trial.store as store:
        result = compute(store, {})
    one = next(one for one in result.indicators if one.id == "生均实习时间")
    assert "实习人天：1 行没有填，未计入" in one.remarks
