"""Cases that are data: cases.yaml, by kind."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml
from cleaning_lists import lists

from statecollect.cleaning import Raw, clean

_TODAY = dt.date(2022, 9, 21)
_BY_KIND: dict[str, dict[str, list[Any]]] = yaml.safe_load(
    Path(__file__).with_name("cases.yaml").read_text(encoding="utf-8")
)
SENTENCES: dict[str, list[list[Any]]] = yaml.safe_load(
    Path(__file__).with_name("sentences.yaml").read_text(encoding="utf-8")
)
KEPT = [(kind, raw, value) for kind, cases in _BY_KIND.items() for raw, value in cases.get("kept", ())]
REFUSED = [(kind, raw) for kind, cases in _BY_KIND.items() for raw in cases.get("refused", ())]


@pytest.mark.parametrize("kind", _BY_KIND)
def test_a_spelling_that_has_one_meaning_is_kept_as_that_value(kind: str) -> None:
    wrong = []
    for case_kind, raw, value in KEPT:
        if case_kind != kind:
            continue
        found = clean(kind, raw, today=_TODAY, lists=lists)
        as_data = found.value.isoformat() if isinstance(found.value, dt.date) else found.value
        if found.error or as_data != value:
            wrong.append((raw, value, found))
    assert wrong == []


@pytest.mark.parametrize("kind", _BY_KIND)
def test_a_spelling_without_one_clear_meaning_is_refused_with_what_to_do(kind: str) -> None:
    for case_kind, raw in REFUSED:
        if case_kind == kind:
            found = clean(kind, raw, today=_TODAY, lists=lists)
            assert found.error, raw
            assert found.hint, raw
            assert found.value is None
            assert not found.changed


@pytest.mark.parametrize(
    ("kind", "raw", "changed"),
    [
        ("date", "2021年9月1日", True),
        ("date", "2021-09-01", False),
        ("date", dt.date(2021, 9, 1), False),
        ("date", 44440, True),
        ("integer", "12", False),
        ("integer", "300人", True),
        ("decimal", "12.00", False),
        ("year", 2021.0, False),
        ("staff_no", 35, True),
        ("major_code", 560301, False),
        ("gender", "男", False),
        ("gender", "1", True),
        ("name", "张 三", True),
        ("name_list", "张三,李四", False),
        ("name_list", "张三、李四", True),
        ("text", " ", False),
        ("text", "无", True),
    ],
)
def test_only_a_different_spelling_is_announced_and_always_with_a_note(
    kind: str, raw: Raw, changed: bool
) -> None:
    found = clean(kind, raw, today=_TODAY, lists=lists)
    assert found.changed is changed
    assert bool(found.note) is changed


@pytest.mark.parametrize(
    ("raw", "number_format", "value"),
    [
        (0.85, "0%", 85.0),
        (0.9876, "0.00%", 98.76),
        (1, "0%", 100.0),
        (85, '0"%"', 85.0),
        (0.285, "0.0%", 28.5),
    ],
)
def test_a_cell_formatted_as_a_percentage_holds_a_hundredth_of_what_is_shown(
    raw: float, number_format: str, value: float
) -> None:
    assert clean("percent", raw, number_format=number_format).value == value


def test_a_message_about_an_id_number_does_not_hold_the_number() -> None:
    for raw in ("110105194912310021", "1101051949123100", "440524188O01010014"):
        found = clean("id_number", raw, today=_TODAY)
        assert raw not in f"{found.error}{found.hint}{found.note}"


@pytest.mark.parametrize("kind", SENTENCES)
def test_each_sentence_is_told_of_the_value_it_is_meant_for(kind: str) -> None:
    told = []
    for raw, *_ in SENTENCES[kind]:
        found = clean(kind, raw, today=_TODAY, lists=lists)
        told.append([raw, found.error, found.hint] if found.error else [raw, found.note])
    assert told == SENTENCES[kind]
