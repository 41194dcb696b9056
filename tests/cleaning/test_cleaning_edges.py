"""At the edge of each limit: size, length, day; and what a hostile cell may cost."""

from __future__ import annotations

import ast
import datetime as dt
import time
from decimal import Decimal
from pathlib import Path

import pytest
from cleaning_lists import lists
from stdnum.cn import ric

import statecollect
from statecollect.cleaning import Choices, Options, Raw, clean, cleaner_for
from statecollect.cleaning.clean import CLEANERS

PACKAGE = Path(statecollect.__file__).parent
TODAY = dt.date(2022, 9, 21)
CLOCKS = [dt.date(1999, 12, 31), dt.date(2022, 9, 21), dt.date(2026, 11, 26), dt.date(2033, 1, 1)]


def id_number(birth: str) -> str:
    number = f"110105{birth}0010"
    return number[:-1] + ric.calc_check_digit(number)


@pytest.mark.parametrize(
    ("birth", "taken"),
    [
        ("18000101", False),
        ("17991231", False),
        ("18000102", True),
        ("20220921", True),
        ("20220922", False),
        ("19490230", False),
    ],
)
def test_a_date_of_birth_in_an_id_number_is_possible_on_the_day_of_reading(birth: str, taken: bool) -> None:
    assert (clean("id_number", id_number(birth), today=TODAY).error is None) is taken
    spaced = f" {id_number(birth)}\u200b"  # not recognised at a glance, read by the cleaner
    assert (clean("id_number", spaced, today=TODAY).error is None) is taken


@pytest.mark.parametrize(
    ("unit", "raw", "value"),
    [
        ("公顷", "30000平方米", 3.0),
        ("公顷", "2公顷", 2.0),
        ("公顷", "1平方公里", 100.0),
        ("km²", "500公顷", 5.0),
        ("万平方米", "3公顷", 3.0),
        ("公里", "1500米", 1.5),
        ("TB", "2048GB", 2.0),
    ],
)
def test_a_column_in_a_larger_unit_divides_by_its_size(unit: str, raw: str, value: float) -> None:
    assert clean("decimal", raw, options=Options(unit=unit)).value == value


def test_a_short_form_that_several_choices_share_is_no_choice() -> None:
    both = Choices.from_values([("", "校级", []), ("", "校类", []), ("", "省级", [])])
    assert clean("code", "省", options=Options(choices=both)).value == "省级"
    assert clean("code", "校", options=Options(choices=both)).error


@pytest.mark.parametrize(
    ("raw", "taken"), [(99_999.99, True), ("99999.99", True), (100_000, False), ("100000", False)]
)
def test_a_bare_amount_from_the_ceiling_on_is_asked_about(raw: Raw, taken: bool) -> None:
    assert (clean("money_wan", raw).error is None) is taken
    assert clean("money_wan", "100000万元").value == 100_000.0


@pytest.mark.parametrize("raw", [-0.0, "-0", "-0.00"])
def test_there_is_no_negative_zero(raw: Raw) -> None:
    assert str(clean("decimal", raw).value) == "0.0"
    assert str(clean("integer", raw).value) == "0"


@pytest.mark.parametrize("kind", ["years_of_study", "integer", "decimal"])
@pytest.mark.parametrize("raw", ["3", " 3 ", "三", 3, 3.0])
def test_a_number_that_is_a_label_of_the_fields_list_is_still_a_number(kind: str, raw: Raw) -> None:
    years = Choices.from_values([("2", "2", []), ("3", "3", [])])
    found = clean(kind, raw, options=Options(choices=years))
    assert (found.value, type(found.value)) == (3, float if kind == "decimal" else int)


NUMBERS: list[Raw] = [
    "9" * 16,
    "9" * 309,
    "9" * 5000,
    "1e309",
    "1E400",
    "一" * 30,
    "一" * 400,
    "一" * 5000,
    "９" * 309,
    "1" + ",000" * 110,
    "9" * 150 + "亿",
    10**20,
    10**308,
    10**400,
    -(10**5000),
    1e308,
    float("nan"),
    float("inf"),
    -float("inf"),
]


@pytest.mark.parametrize("raw", NUMBERS, ids=[f"{str(type(n))[8:-2]}{at}" for at, n in enumerate(NUMBERS)])
def test_a_number_of_any_size_is_an_error_or_a_value_never_an_exception(raw: Raw) -> None:
    found = {kind: clean(kind, raw, today=TODAY, lists=lists) for kind in CLEANERS}
    assert [kind for kind, one in found.items() if one.error is not None and one.value is not None] == []
    numbers = {"integer", "decimal", "percent", "year", "years_of_study", "date", "money_wan"}
    assert {kind for kind in numbers & set(found) if not found[kind].error} == set()


@pytest.mark.parametrize("kind", CLEANERS)
def test_a_cell_longer_than_any_value_is_not_looked_at_and_says_how_long_it_is(kind: str) -> None:
    found = clean(kind, "汉" * 32_767)
    assert found.error is not None
    assert "32,767 个字" in found.error
    assert found.hint


def test_a_text_may_be_as_long_as_its_field_says_with_blanks_around_it() -> None:
    long = "学校发展规划" * 500
    assert clean("text", long, options=Options(length=3000)).value == long
    assert clean("text", f"\n{' ' * 5000}{long}\n", options=Options(length=3000)).value == long
    assert clean("text", "ab" * 1000).value == "ab" * 1000
    assert clean("text", "ab" * 1001).error
    assert clean("mobile", " " * 4000) == clean("mobile", None)


HOSTILE = list("(（x9汉@.-、☑一万&O人和·*%级约每\u200b \n\u3000")
HOSTILE += [
    ")(",
    "a@",
    "a.",
    "1-",
    "张三、",
    "☑男",
    "&amp;",
    "&#38;",
    "_x000D_",
    "<br>",
    "9，",
    "1O",
    "张·",
    "1e",
    "2021-",
]
HOSTILE += [" \n", "9 ", "Ａ\n"]


def cpu(kind: str, text: str) -> float:
    """Return the seconds that a cell costs, the best of two."""
    choices = lists("education") if kind in {"code", "codes"} else None
    one = cleaner_for(kind, Options(choices=choices, length=2000), TODAY, lists)
    best = 9.0
    for _ in range(2):
        start = time.process_time()
        one(text, None)
        best = min(best, time.process_time() - start)
    return best


@pytest.mark.parametrize("kind", ["text", "name_list", "codes", "text_list", "url", "code", "yes_no", "name"])
def test_what_a_cell_costs_grows_with_its_length_not_with_the_square_of_it(kind: str) -> None:
    worst = {
        (before, piece, after): cpu(kind, before + piece * (3900 // len(piece)) + after)
        for piece in HOSTILE
        for before, after in (("", ""), ("1", "z"), ("张", "!"), ("", ")"))
    }
    for before, piece, after in sorted(worst, key=worst.__getitem__, reverse=True)[:3]:
        quarter = cpu(kind, before + piece * (975 // len(piece)) + after)
        # four times the length: about 4 times the work if linear, 16 times if not
        assert worst[before, piece, after] < max(9 * quarter, 0.02), (kind, before, piece, after)


def test_only_the_call_for_single_values_asks_the_clock() -> None:
    asking = {
        function.name
        for path in [
            *PACKAGE.glob("cleaning/*.py"),
            PACKAGE / "intake" / "columns.py",
            PACKAGE / "catalog" / "row_types.py",
        ]
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute)
        and node.attr in {"today", "now", "utcnow", "time", "localtime"}
        and isinstance(node.value, ast.Attribute | ast.Name)
        and ast.unparse(node.value) in {"dt.date", "dt.datetime", "date", "datetime", "time"}
    }
    assert asking == {"clean"}


@pytest.mark.parametrize(
    ("kind", "raw", "values"),
    [
        ("date", "24年5月1日", ["1924-05-01", "1924-05-01", "2024-05-01", "2024-05-01"]),
        ("date", "23年5月1日", ["1923-05-01", "2023-05-01", "2023-05-01", "2023-05-01"]),
        ("date", "2046-01-01", [None, None, "2046-01-01", "2046-01-01"]),
        ("grade", "2027级", [None, None, "2027", "2027"]),
        ("school_year", "2031-2032", [None, None, "2031-2032", "2031-2032"]),
        ("year", "2042", [None, "2042", "2042", "2042"]),
    ],
)
def test_what_a_year_means_depends_on_the_day_that_is_given(
    kind: str, raw: str, values: list[str | None]
) -> None:
    found = [clean(kind, raw, today=day).value for day in CLOCKS]
    assert [None if one is None else str(one) for one in found] == values


@pytest.mark.parametrize(
    ("kind", "raw", "error", "hint"),
    [
        ("year_month", "16.10", "「16.10」缺少年份", "填写年月，如 2021-09"),
        ("year_month", "不记得了", "「不记得了」看不出是哪年哪月", "填写年月，如 2021-09"),
        ("year_month", "2021-13", "「2021-13」不是有效的年月：没有 13 月", "填写年月，如 2021-09"),
        ("year_month", "去年秋天", "「去年秋天」是一段时间，不是确定的年月", "填写年月，如 2021-09"),
        ("year", "不记得了", "「不记得了」看不出是哪一年", "填写四位年份，如 2021"),
        ("date", "不记得了", "「不记得了」看不出是哪一天", "填写完整日期，如 2021-09-01"),
        ("id_number", 1.1e17, "按数字存放，第 15 位以后的数字已经丢失", None),
        ("decimal", "1,234,567.891", "「1,234,567.891」多于 2 位小数", None),
    ],
)
def test_an_error_speaks_of_what_the_column_asks_for(
    kind: str, raw: Raw, error: str, hint: str | None
) -> None:
    found = clean(kind, raw, today=TODAY, options=Options(decimals=2))
    assert found.error == error
    assert hint in {None, found.hint}


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("staff_no", "’0035", "0035"),
        ("text", "'数控创新社", "数控创新社"),
        ("text", "'“互联网+”大赛", "“互联网+”大赛"),
        ("department", "‘教务处", "教务处"),
        ("text_list", "‘0002", ["0002"]),
        ("text_list", "'0002,'0003", ["0002", "0003"]),
        ("grade", "’2020", "2020"),
        ("school_year", "'2021-2022", "2021-2022"),
        ("percent", "'85.5", Decimal("85.5")),
        ("yes_no", "‘是", "是"),
    ],
)
def test_the_apostrophe_that_made_a_cell_a_text_is_taken_off_and_told(
    kind: str, typed: str, value: object
) -> None:
    found = clean(kind, typed)
    assert (found.value, found.error) == (value, None)
    assert found.changed
    assert found.note


@pytest.mark.parametrize(
    ("kind", "typed"),
    [("text", "‘互联网+’大赛"), ("text", "'=1+1"), ("text", "O'Neil"), ("text_list", "‘甲,乙’")],
)
def test_an_apostrophe_that_belongs_to_the_text_stays(kind: str, typed: str) -> None:
    found = clean(kind, typed)
    assert found.value == (typed.split(",") if kind == "text_list" else typed)


@pytest.mark.parametrize(("count", "both"), [(2, True), (3, True), (4, True), (5, False)])
def test_all_labels_of_a_list_of_four_side_by_side_are_no_choice_made(count: int, both: bool) -> None:
    labels = ["甲", "乙", "丙", "丁", "戊"][:count]
    few = Choices.from_values([("", label, []) for label in labels])
    found = clean("code", "".join(labels), options=Options(choices=few))
    assert found.error is not None
    assert ("不止一个选项" in found.error) is both


def test_a_choice_made_twice_is_one_choice_and_blanks_separate_only_known_ones() -> None:
    known = Choices.from_values([("", "省级", []), ("", "校级", []), ("", "国家 级", [])])
    options = Options(choices=known)
    assert clean("codes", "省级,校级,省级", options=options).value == ["省级", "校级"]
    assert clean("codes", "省级 校级", options=options).value == ["省级", "校级"]
    assert clean("codes", "国家 级", options=options).value == ["国家 级"]
    assert clean("codes", "省级 县级", options=options).error


@pytest.mark.parametrize(("length", "taken"), [(2000, True), (2001, False)])
def test_a_cell_is_looked_at_up_to_its_longest(length: int, taken: bool) -> None:
    found = clean("text", "a" * length)
    assert (found.error is None) is taken
    field = clean("text", "a" * 6001, options=Options(length=3000))
    assert field.error is not None
    assert "3,000" in field.error or "3000" in field.error


MANGLED = [
    ("gbk", "工程造价"),  # what UTF-8 looks like where it is read as GBK
    ("gbk", "通用"),
    ("cp1252", "工程"),
    ("latin-1", "工程造价"),
]


@pytest.mark.parametrize(("wrong", "text"), MANGLED)
def test_characters_read_in_the_wrong_encoding_are_refused(wrong: str, text: str) -> None:
    mangled = text.encode().decode(wrong, "replace").replace("\ufffd", "?")
    assert mangled != text
    assert "乱码" in str(clean("text", mangled).error)


@pytest.mark.parametrize("text", ["閫氱敤", "鍏紑课程", "Ã是一个字母", "café", "naïve", "鑫鎏", "钇铽"])
def test_rare_characters_that_are_no_other_text_stay(text: str) -> None:
    mangled = text == "閫氱敤"  # 通用, read as GBK
    assert (clean("text", text).error is not None) is mangled
