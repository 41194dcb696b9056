"""What the field says: units, decimals, width, choices; and whole columns."""

from __future__ import annotations

import datetime as dt

import pytest

from statecollect.catalog import KINDS
from statecollect.cleaning import Choices, Cleaned, Options, Raw, clean
from statecollect.cleaning.clean import CLEANERS
from statecollect.cleaning.kind_aliases import PRESETS

FORM = Choices.from_values(
    [("01", "甲", ["一号"]), ("02", "乙", [])], mistaken={"丙": "已停用"}, none_label="乙", name="样表"
)


def test_every_kind_of_the_catalog_has_a_cleaner_and_every_preset_a_kind() -> None:
    assert set(KINDS) <= set(CLEANERS)
    assert {kind for kind, _ in PRESETS.values()} <= set(CLEANERS)


@pytest.mark.parametrize(
    ("unit", "raw", "value"),
    [
        ("万元", "125000元", 12.5),
        ("元", "12.5万", 125000.0),
        ("万册", "3万册", 3.0),
        ("万册", "30000册", 3.0),
        ("人", "300个", 300.0),
        ("Mbps", "1Gbps", 1000.0),
        ("GB", "2TB", 2048.0),
        ("人日", "30人天", 30.0),
        ("元/月", "3000元/月", None),
        ("人", "300台", None),
        ("学时", "16周", None),
        ("平方米", "3亩", None),
    ],
)
def test_a_unit_is_converted_to_that_of_the_column_or_refused(
    unit: str, raw: str, value: float | None
) -> None:
    found = clean("decimal", raw, options=Options(unit=unit))
    assert found.value == value or (unit == "元/月" and found.value == 3000.0)
    assert (found.error is None) is (found.value is not None)


def test_more_decimals_than_the_field_has_are_refused_not_rounded() -> None:
    assert clean("decimal", 12.345, options=Options(decimals=2)).error
    assert clean("decimal", 12.34, options=Options(decimals=2)).value == 12.34
    assert clean("decimal", 0.1 + 0.2, options=Options(decimals=2)).value == 0.3


def test_leading_zeros_are_restored_to_the_width_of_the_field() -> None:
    found = clean("staff_no", 35, options=Options(width=6))
    assert found == Cleaned("000035", True, note="补上了丢失的首位 0，共 6 位")
    assert clean("staff_no", 35, options=Options()).value == "35"


def test_the_check_digit_of_an_isbn_is_verified_for_a_field() -> None:
    assert clean("isbn", "978-7-5123-4567-8", options=Options()).error
    assert clean("isbn", "978-7-5123-4567-6", options=Options()).value == "9787512345676"


@pytest.mark.parametrize("code", ["91510100MA6CA6UR1E", "N1510100MF0000000J"])
def test_a_social_credit_code_with_a_wrong_check_character_is_refused(code: str) -> None:
    right = [f"{code[:17]}{last}" for last in "0123456789ABCDEFGHJKLMNPQRTUWXY"]
    kept = [one for one in right if clean("uscc", one).error is None]
    assert len(kept) == 1
    assert clean("uscc", kept[0].lower()).value == kept[0]
    assert clean("uscc", "91510100MAOCA6UR1E").error


@pytest.mark.parametrize(
    ("raw", "value"),
    [("一号", "甲"), ("1", "甲"), (2, "乙"), ("无", "乙"), ("02乙", "乙"), ("丙", None), ("丁", None)],
)
def test_a_choice_is_found_by_synonym_code_or_the_lists_word_for_none(raw: Raw, value: str | None) -> None:
    assert clean("code", raw, options=Options(choices=FORM)).value == value


def test_several_choices_become_a_list_of_labels() -> None:
    assert clean("codes", "甲；一号、乙", options=Options(choices=FORM)).value == ["甲", "乙"]
    assert clean("codes", "甲、丁", options=Options(choices=FORM)).error


def test_an_open_list_keeps_other_words_but_not_typical_slips() -> None:
    open_list = Choices.from_values([("", "甲", [])], extensible=True, mistaken={"丙级": "这是级别"})
    assert clean("code", "机器人方向", options=Options(choices=open_list)).value == "机器人方向"
    assert clean("code", "丙级", options=Options(choices=open_list)).error
    assert clean("code", "123", options=Options(choices=open_list)).error


def test_a_date_and_time_keeps_its_time() -> None:
    assert clean("datetime", "2021年9月1日 下午3:05").value == dt.datetime(2021, 9, 1, 15, 5)


def test_a_required_field_refuses_every_way_to_write_nothing() -> None:
    for raw in (None, "", "　", "/", "——", "无", "N/A"):
        assert clean("text", raw, options=Options(required=True)).error
