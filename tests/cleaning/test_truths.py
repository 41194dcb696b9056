"""Truths of tick boxes and of programs, and the marks that web forms put between choices, in lists of every make."""

from __future__ import annotations

import pytest

from statecollect.cleaning import Choices, Options, Raw, clean

BOTH = Choices.from_values([("1", "是", []), ("2", "否", []), ("3", "未知", [])], name="三选")
ONLY_NO = Choices.from_values([("1", "国家级", []), ("2", "省级", []), ("3", "否", [])], name="级别")
NEITHER = Choices.from_values([("1", "男", []), ("2", "女", [])], name="性别")
LETTERS = Choices.from_values(
    [("Y", "优", []), ("N", "合格", []), ("", "是", []), ("", "否", [])], name="等第"
)


@pytest.mark.parametrize(
    ("choices", "raw", "value"),
    [
        *((BOTH, raw, "是") for raw in (True, "TRUE", "true", "Y", "yes", "√", "✔")),
        *((BOTH, raw, "否") for raw in (False, "FALSE", "False", "n", "NO", "×")),
        (ONLY_NO, False, "否"),
        (ONLY_NO, "FALSE", "否"),
        (LETTERS, "N", "合格"),
        (LETTERS, False, "否"),
    ],
)
def test_a_truth_stands_for_yes_or_no_where_the_list_has_it(choices: Choices, raw: Raw, value: str) -> None:
    found = clean("code", raw, options=Options(choices=choices))
    assert (found.value, found.error) == (value, None)


@pytest.mark.parametrize(
    ("choices", "raw"),
    [(ONLY_NO, True), (ONLY_NO, "TRUE"), (ONLY_NO, "√"), (ONLY_NO, "N"), (NEITHER, True), (NEITHER, False)],
)
def test_a_truth_means_nothing_in_other_lists_and_is_shown_as_in_the_cell(choices: Choices, raw: Raw) -> None:
    found = clean("code", raw, options=Options(choices=choices))
    assert found.value is None
    assert str(found.error).replace("\x02", "").replace("\x03", "").startswith(f"「{str(raw).upper()}」")


@pytest.mark.parametrize("raw", ["国家级┋省级", "国家级|省级", "国家级;省级", "国家级、省级", "国家级｜省级"])
def test_choices_of_a_web_form_are_taken_one_by_one(raw: str) -> None:
    assert clean("codes", raw, options=Options(choices=ONLY_NO)).value == ["国家级", "省级"]


def test_free_texts_of_a_web_form_are_taken_one_by_one() -> None:
    assert clean("text_list", "0002┋0003┋0001").value == ["0002", "0003", "0001"]
