"""Lines by category, profiles that set what rules read, schools of another level, and how many have found their way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import toy
from statecollect.catalog import Catalog, load_catalog
from statecollect.indicators.compute import compute, compute_given
from statecollect.school.config import Config, IndicatorChoices, with_config
from statecollect.store import Store

CATALOG = load_catalog("2022")


@pytest.fixture(scope="module")
def empty() -> Iterator[Store]:
    with Store.in_memory(CATALOG, {}) as store:
        yield store


@pytest.mark.parametrize(("category", "line"), [("理工", 18), ("医药", 16), ("艺术", 13), ("体育", 13)])
def test_a_profile_has_the_lines_of_the_schools_category(empty: Store, category: str, line: float) -> None:
    choices = IndicatorChoices(profiles=("达标工程",))
    result = compute_given(empty, {"折合在校生数": 1700, "教师总数": 100}, category, choices)
    (ratio,) = [one for one in result.profiles if one.indicator == "生师比"]
    assert (ratio.line, ratio.reached, ratio.mark) == (line, line >= 17, "M")
    assert len(result.profiles) == 6


def test_without_a_category_such_a_profile_says_nothing(empty: Store) -> None:
    assert compute_given(empty, {}, None, IndicatorChoices(profiles=("达标工程",))).profiles == ()


@pytest.mark.parametrize(
    ("profile", "given", "indicator", "reached"),
    [
        ("双高二期", {"本省市就业数": 60, "就业数": 100}, "毕业生本地就业率", True),
        ("双高二期", {"本省市就业数": 59, "就业数": 100}, "毕业生本地就业率", False),
        ("双高二期", {"对口就业数": 70, "就业数": 100}, "专业相关度", True),
        ("办学能力评价", {"聘请校外教师数": 30, "专任教师数": 70}, "兼职教师占专兼职教师比例", True),
        ("办学能力评价", {"聘请校外教师数": 31, "专任教师数": 69}, "兼职教师占专兼职教师比例", False),
        ("江西考核", {"校企合作条数": 29, "专业数": 10}, "平均每专业合作企业数", False),
    ],
)
def test_the_lines_of_the_newer_regimes(
    empty: Store, profile: str, given: dict[str, float], indicator: str, reached: bool
) -> None:
    result = compute_given(empty, given, "理工", IndicatorChoices(profiles=(profile,)))
    (line,) = [one for one in result.profiles if one.indicator == indicator]
    assert line.reached is reached


def with_choices(profiles: tuple[str, ...], **parameters: int) -> Catalog:
    return with_config(
        CATALOG,
        Config(
            year="2022", campaign="x", indicators=IndicatorChoices(profiles=profiles), parameters=parameters
        ),
    )


def test_a_chosen_profile_sets_what_rules_read_unless_the_school_says_otherwise() -> None:
    assert with_choices(()).year.parameters["双师比例线"] == 50
    assert with_choices(("江西考核",)).year.parameters["双师比例线"] == 60
    # the file of the campaign is written with the year's values in it
    assert with_choices(("江西考核",), 双师比例线=50).year.parameters["双师比例线"] == 60
    assert with_choices(("江西考核",), 双师比例线=55).year.parameters["双师比例线"] == 55


@pytest.mark.parametrize(("level", "judged"), [("专科", True), ("本科", False)])
def test_a_school_of_another_level_is_not_held_to_these_lines(level: str, judged: bool) -> None:
    with Store.in_memory(CATALOG, {}) as store:
        store.apply([toy.delivery("党政办", "1.1.1", [{"学校性质类别": "理工"}], year=CATALOG)])
        result = compute(store, {"学校层次": level})
    ratio = next(one for one in result.indicators if one.id == "生师比")
    assert bool(ratio.threshold) is judged
    assert result.category == ("理工" if judged else "本科层次")


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ({"就业数": 870, "升学数": 60, "未就业人数": 75}, 92.06),  # 1,005 of 945: 升学 is in 就业数 already
        ({"就业数": 810, "升学数": 60, "未就业人数": 75}, 92.06),
        ({"就业数": 810, "升学数": 60, "未就业人数": 75, "就业数含升学": 1}, 85.71),
        ({"就业数": 870, "升学数": 60, "未就业人数": 0}, 98.41),  # nothing says otherwise
        ({"就业数": 1, "升学数": 1, "未就业人数": 0, "明细去向人数": 945, "明细落实人数": 900}, 95.24),
    ],
)
def test_nobody_is_counted_twice_among_those_who_found_their_way(
    empty: Store, given: dict[str, float], value: float
) -> None:
    details = {"明细去向人数": 0, "明细落实人数": 0}
    result = compute_given(empty, {"毕业生数": 945, **details, **given}, "理工")
    one = next(one for one in result.indicators if one.id == "去向落实率")
    assert one.value == pytest.approx(value, abs=0.005)
    apart = next(other for other in one.readings if other.label == "就业数不含升学")
    assert apart.value is None or apart.value <= 100
    if given["就业数"] + given["升学数"] + given["未就业人数"] > 945:
        assert apart.value is None


def test_online_courses_are_not_guessed_from_the_merged_column() -> None:
    row = {"课程代码": "A1", "是否网络教学或课程思政示范课程": "是"}
    for told, value in ((None, None), ("否", 0), ("是", 1)):
        with Store.in_memory(CATALOG, {}) as store:
            store.apply([toy.delivery("教务处", "1.3.1", [{**row, "是否网络教学课程": told}], year=CATALOG)])
            found = {one.id: one.value for one in compute(store, {}).indicators}
        assert found["网络教学课程数"] == value


def test_what_is_asked_first_is_a_parameter_or_a_period() -> None:
    year = CATALOG.year
    assert set(year.questions) <= {*year.parameters, *year.periods}
    assert str(year.periods["时点"].start) == "2022-09-01"
