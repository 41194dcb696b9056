"""A verdict at the edge of each line: at it, by the smallest step on either side of it, and with nothing there."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

import toy
from statecollect.catalog import Catalog, load_catalog
from statecollect.indicators.compute import _profiles, compute, compute_given, known_quantities
from statecollect.indicators.thresholds import verdict_of
from statecollect.school.config import IndicatorChoices
from statecollect.store import Store

pytestmark = pytest.mark.lowest

EDGES = yaml.safe_load(
    (Path(__file__).resolve().parents[1] / "data" / "verdict_edges.yaml").read_text(encoding="utf-8")
)
LINES = [
    (indicator, category, told["better"], *lines, *[None] * (2 - len(lines)))
    for indicator, told in EDGES["lines"].items()
    for category, lines in told.items()
    if category != "better"
]


@pytest.fixture(scope="module")
def year() -> Catalog:
    return load_catalog("2022")


@pytest.mark.parametrize(("indicator", "category", "better", "passes", "restricts"), LINES)
def test_at_the_line_it_is_the_better_verdict_and_just_beyond_the_worse(
    year: Catalog, indicator: str, category: str, better: str, passes: float, restricts: float | None
) -> None:
    one = year.indicators.indicators[indicator]
    group = year.indicators.groups["艺术" if category == "*" else category]
    worse = -math.inf if better == "high" else math.inf

    def said(value: float) -> str | None:
        return verdict_of(one, group, value, exempt=False)

    assert [said(passes), said(math.nextafter(passes, -worse))] == ["合格", "合格"]
    assert said(math.nextafter(passes, worse)) == "不合格"
    if restricts is not None:
        assert [said(restricts), said(math.nextafter(restricts, -worse))] == ["不合格", "不合格"]
        assert said(math.nextafter(restricts, worse)) == "限制招生"
    else:
        assert said(worse) == "不合格"


def test_every_line_of_the_year_is_among_them(year: Catalog) -> None:
    groups = year.indicators.groups
    for name, one in year.indicators.indicators.items():
        categories = {category for indicator, category, *_ in LINES if indicator == name}
        told = set(groups.values()) if categories == {"*"} else {groups[category] for category in categories}
        assert told == set(groups.values()) or not one.thresholds, name
        assert bool(categories) is bool(one.thresholds), name


@pytest.mark.parametrize("case", EDGES["schools"], ids=[case["what"] for case in EDGES["schools"]])
def test_a_school_at_the_edge_of_a_card(empty: Store, case: dict[str, Any]) -> None:
    given = {
        name: value for name, value in {**EDGES["school"], **case["change"]}.items() if value is not None
    }
    assert compute_given(empty, given, "理工").verdict == case["verdict"]


@pytest.mark.parametrize("case", EDGES["exempt"], ids=str)
def test_an_exemption_begins_above_its_size(empty: Store, case: dict[str, Any]) -> None:
    result = compute_given(empty, case["given"], "理工")
    (one,) = [one for one in result.indicators if one.id == case["indicator"]]
    assert one.verdict == case["verdict"]


@pytest.mark.parametrize("case", EDGES["printed"], ids=str)
def test_a_printed_figure_stands_for_half_a_unit_to_both_sides(empty: Store, case: dict[str, Any]) -> None:
    given = {"折合在校生数": case["students"], "教师总数": 100}
    choices = IndicatorChoices(published={"生师比": case["printed"]})
    result = compute_given(empty, given, "理工", choices)
    assert ("指标-公布" not in {one.rule for one in result.findings}) is case["agrees"]


@pytest.mark.parametrize("case", EDGES["profiles"], ids=str)
def test_a_line_of_a_profile_is_reached_at_it(empty: Store, case: dict[str, Any]) -> None:
    choices = IndicatorChoices(profiles=(case["profile"],))
    result = compute_given(empty, case["given"], "理工", choices)
    (line,) = [one for one in result.profiles if one.indicator == case["indicator"]]
    assert line.reached is case["reached"]


@pytest.mark.parametrize("case", EDGES["conclusions"], ids=str)
def test_figures_printed_at_the_line_bear_out_a_printed_conclusion(
    empty: Store, case: dict[str, Any]
) -> None:
    choices = IndicatorChoices(published=case["published"], conclusion="符合")
    result = compute_given(empty, {}, "理工", choices)
    assert ("指标-文字与判定" in {one.rule for one in result.findings}) is case["alarm"]


@pytest.mark.parametrize(
    ("hours", "value"),
    [([], 0.0), ([None], None), ([0], 0.0), ([None, 7], 7.0)],
    ids=["nothing to report", "not filled", "none", "one of two filled"],
)
def test_a_table_returned_without_such_rows_says_none_and_one_not_filled_says_nothing(
    year: Catalog, hours: list[int | None], value: float | None
) -> None:
    quantity = "授课总课时"
    short = next(
        one for one in year.by_short if f"FROM {one}" in (year.indicators.quantities[quantity].sql or "")
    )
    with Store.in_memory(year, {}) as store:
        assert "还没有数据" in known_quantities(store, {}).reasons[quantity]
        rows = [{"实际授课课时": one} for one in hours]
        store.apply([toy.delivery("教务处", year.by_short[short].id, rows, year=year)])
        known = known_quantities(store, {})
    assert known.values.get(quantity) == value
    assert not [reason for reason in known.reasons.values() if "没有给出" in reason], (
        "the others are looked at"
    )
    assert ("没有填写" in known.reasons.get(quantity, "")) is (value is None)


@pytest.mark.parametrize("number", [math.inf, math.nan])
def test_what_is_no_number_decides_nothing(empty: Store, number: float) -> None:
    known = known_quantities(empty, {"连续黄牌年数": number, "高基在校生数": number})
    assert known.values["连续黄牌年数"] == 0
    assert "高基在校生数" in known.reasons


def test_a_profile_is_reached_at_its_line_and_not_just_beyond(year: Catalog, empty: Store) -> None:
    rules = year.indicators
    assert rules.profiles
    given = compute_given(empty, EDGES["school"], "理工").indicators
    for name, profile in rules.profiles.items():
        for indicator, line in profile.lines.items():
            worse = -math.inf if rules.indicators[indicator].better == "high" else math.inf
            for value, reached in (
                (line.value, True),
                (math.nextafter(line.value, worse), False),
                (None, None),
            ):
                computed = tuple(replace(one, value=value) if one.id == indicator else one for one in given)
                (told,) = [
                    one
                    for one in _profiles(rules, computed, (name,), rules.groups["理工"])
                    if one.indicator == indicator
                ]
                assert told.reached is reached


def test_without_a_category_that_has_lines_the_value_is_told_and_the_verdict_is_not(
    year: Catalog, empty: Store
) -> None:
    for category, reason in (
        (None, "没有学校类别，不能对照标准"),
        ("别类", "学校类别「别类」没有对应的标准"),
    ):
        result = compute_given(empty, EDGES["school"], category)
        (one,) = [one for one in result.indicators if one.id == "生师比"]
        assert (one.value, one.verdict) == (18.0, "无法计算")
        assert (one.reason or "").startswith(f"{reason}：请在 [parameters] 中核对 学校类别")
    told = compute(empty, {year.indicators.category_parameter: "理工"})
    assert told.category == "理工"
    (unknown,) = [one for one in told.indicators if one.id == "生师比"]
    assert (unknown.value, unknown.verdict) == (None, "无法计算")
    assert "没有学校类别" not in (unknown.reason or "")
