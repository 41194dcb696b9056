"""Checking a column: what was typed, what is kept, what is said about it at which cell."""

from __future__ import annotations

import datetime as dt

import pytest

import toy
from statecollect.catalog import Field
from statecollect.checking import Checked, Column, check_column
from statecollect.findings import Origin

TODAY = dt.date(2099, 9, 10)
CATALOG = toy.catalog()
TABLE = CATALOG.tables["1.2.1"]
WORDS_FOR_NOTHING = ["无", "—", "/", "N/A"]


def checked(field: Field, *typed: str | None) -> Checked:
    """Check a column C whose data begin in row 5."""
    rows = range(5, 5 + len(typed))
    column = Column(field, "C", typed, {}, {})
    place = Origin("教务处.xlsx", "1.2.1 专业表")
    return check_column(TABLE, column, rows, place, "教务处", CATALOG, TODAY)


def said(one: Checked) -> list[tuple[str, str, str | None]]:
    return [(finding.rule, finding.severity, finding.origin.cell) for finding in one.findings]


@pytest.mark.parametrize("word", WORDS_FOR_NOTHING)
@pytest.mark.parametrize("name", ["方向", "层次", "男生", "停招日期"])
def test_a_word_for_nothing_in_an_optional_cell_is_kept_as_blank_and_announced(name: str, word: str) -> None:
    one = checked(TABLE.by_name[name], None, word)
    assert one.values == [None, None]
    assert one.rejected == frozenset()
    assert said(one) == [("1.2.1-F11", "note", "C6")]
    (note,) = one.findings
    assert (note.value, note.message) == (word, f"{name}：「{word}」按空白收下")
    assert note.hint == "如果不对，请在表中改正"


@pytest.mark.parametrize("word", WORDS_FOR_NOTHING)
def test_a_word_for_nothing_in_a_required_cell_is_a_missing_value(word: str) -> None:
    assert said(checked(TABLE.by_name["专业代码"], word)) == [("1.2.1-F01", "error", "C5")]


def test_a_word_for_nothing_in_a_cell_the_platform_fills_is_passed_over() -> None:
    assert said(checked(TABLE.by_name["合计"], *WORDS_FOR_NOTHING)) == []


def test_cells_left_empty_or_blank_are_not_announced() -> None:
    assert said(checked(TABLE.by_name["方向"], None, "", "  ")) == []
