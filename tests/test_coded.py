"""A column as codes says in every row what the column said."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from statecollect.core.dictionary_column import Coded, joined

VALUES = st.none() | st.sampled_from(
    ["甲", "", "1", 1, 1.0, True, False, 0, dt.date(2022, 9, 1), ["a", "b"], ["a"]]
)
COLUMNS = st.lists(VALUES, max_size=60)


def exact(column: Coded | list[object]) -> list[tuple[type, object]]:
    """Tell 1, 1.0 and True apart."""
    return [(type(value), value) for value in column]


@given(COLUMNS)
def test_every_row_has_its_value(column: list[object]) -> None:
    coded = Coded.of(column)
    assert coded == column
    assert exact(coded) == exact(column)
    assert [coded[at] for at in range(len(column))] == column
    assert coded[1:5] == column[1:5]
    assert coded.filled == sum(value is not None for value in column)


@given(COLUMNS, st.integers(0, 60))
def test_a_compact_column_says_the_same_with_the_values_that_occur(column: list[object], cut: int) -> None:
    part = Coded.of(column)[cut:]
    compact = part.compact()
    assert exact(compact) == exact(column[cut:])
    assert sorted(set(compact.codes.tolist()) | {0}) == list(range(len(compact.values)))


@given(st.lists(COLUMNS, min_size=1, max_size=5))
def test_joined_columns_stand_below_one_another(columns: list[list[object]]) -> None:
    assert exact(joined([Coded.of(one) for one in columns])) == exact(
        [value for one in columns for value in one]
    )


@given(COLUMNS, st.sets(st.integers(0, 59)))
def test_rows_are_emptied_and_no_others(column: list[object], rows: set[int]) -> None:
    there = {row for row in rows if row < len(column)}
    coded = Coded.of(column)
    emptied = coded.without(there)
    assert emptied == [None if at in there else value for at, value in enumerate(column)]
    assert coded == column


@given(COLUMNS, st.sets(st.integers(0, 11)))
def test_rows_are_found_by_their_codes(column: list[object], wanted: set[int]) -> None:
    coded = Coded.of(column)
    known = {code for code in wanted if code < len(coded.values)}
    assert coded.where(known) == [at for at, code in enumerate(coded.codes.tolist()) if code in known]


def test_columns_of_one_value() -> None:
    assert Coded.same("甲", 3) == ["甲", "甲", "甲"]
    assert Coded.same(None, 2) == [None, None]
    assert repr(Coded.of([1, None])) == "Coded([1, None])"
    assert (Coded.of([1]) == 1) is False
