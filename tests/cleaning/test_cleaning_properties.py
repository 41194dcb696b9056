"""Laws that hold for all values: clean values stay, cleaning twice is cleaning once, decoration does not matter."""

from __future__ import annotations

import datetime as dt

import pytest
from cleaning_lists import lists
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stdnum.cn import ric

from statecollect.cleaning import Options, Raw, clean
from statecollect.cleaning.clean import CLEANERS, same_spelling
from statecollect.cleaning.fast_path import READY
from statecollect.cleaning.free_text import fault, means_empty
from statecollect.cleaning.outcome import Call, Took

TODAY = dt.date(2022, 9, 21)
few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
_HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=3)
_DAYS = st.dates(dt.date(1920, 1, 1), dt.date(2030, 12, 31))


def _with_check_digit(birth: dt.date, order: int) -> str:
    number = f"110105{birth:%Y%m%d}{order:03d}0"
    return number[:-1] + ric.calc_check_digit(number)


CLEAN_VALUES: dict[str, st.SearchStrategy[Raw]] = {
    "date": _DAYS.map(dt.date.isoformat),
    "year_month": _DAYS.map(lambda day: f"{day:%Y-%m}"),
    "school_year": st.integers(1990, 2025).map(lambda year: f"{year}-{year + 1}"),
    "year": st.integers(1900, 2030).map(str),
    "years_of_study": st.integers(1, 8).map(str),
    "integer": st.integers(0, 10**9).map(str),
    "money_yuan": st.decimals(0, 10**7, places=2).map(str),
    "percent": st.decimals(2, 100, places=1).map(str),
    "id_number": st.builds(
        _with_check_digit, st.dates(dt.date(1950, 1, 1), dt.date(2005, 1, 1)), st.integers(0, 999)
    ),
    "mobile": st.integers(13000000000, 19999999999).map(str),
    "email": st.from_regex(r"[a-z0-9._'-]{1,9}@[a-z0-9-]{1,9}\.[a-z]{2,3}", fullmatch=True).filter(
        lambda text: clean("email", text).value == text
    ),
    "student_no": st.integers(10**9, 10**13).map(str),
    "staff_no": st.integers(0, 9999).map(lambda number: f"{number:04d}"),
    "major_code": st.integers(410000, 599999).map(str),
    "postcode": st.integers(10000, 999999).map(lambda number: f"{number:06d}"),
    "gender": st.sampled_from(["男", "女"]),
    "ethnicity": st.sampled_from(lists("ethnicity").labels if lists("ethnicity") else []),  # type: ignore[union-attr]
    "yes_no": st.sampled_from(["是", "否"]),
}
_WIDE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})


@pytest.mark.parametrize("kind", CLEAN_VALUES)
@few
@given(data=st.data())
def test_a_clean_value_is_kept_unchanged(kind: str, data: st.DataObject) -> None:
    raw = data.draw(CLEAN_VALUES[kind])
    found = clean(kind, raw, today=TODAY, lists=lists)
    assert found.error is None
    assert not found.changed
    assert same_spelling(str(raw), found.value)


@pytest.mark.parametrize("kind", CLEAN_VALUES)
@few
@given(data=st.data())
def test_blanks_and_full_width_characters_around_a_clean_value_do_not_matter(
    kind: str, data: st.DataObject
) -> None:
    raw = str(data.draw(CLEAN_VALUES[kind]))
    before = data.draw(st.sampled_from(["", " ", "\u3000", "\u00a0", "\u200b", "\n", "\ufeff "]))
    after = data.draw(st.sampled_from(["", " ", "\u3000", "\u00a0\n", "\u200b", "_x000D_\n", "\t"]))
    typed = before + (raw.translate(_WIDE) if data.draw(st.booleans()) else raw) + after
    found = clean(kind, typed, today=TODAY, lists=lists)
    assert found.error is None
    assert found.value == clean(kind, raw, today=TODAY, lists=lists).value


@pytest.mark.parametrize(
    "kind", sorted(set(CLEANERS) - {"percent"} | {"gender", "education", "degree", "money_wan"})
)
@few
@given(
    raw=st.one_of(
        st.text(max_size=8),
        st.text("0123456789年月日-./,% 万元人张李三、，：xX×√（）()一二十无", max_size=12),
        st.integers(),
        st.floats(),
        st.booleans(),
        st.dates(),
    )
)
def test_cleaning_never_raises_and_a_second_time_changes_nothing(kind: str, raw: Raw) -> None:
    first = clean(kind, raw, today=TODAY, lists=lists)
    assert first.error is None or first.value is None
    if first.value is None or isinstance(
        first.value, float
    ):  # a number is stored as a number, without its unit
        return
    again = ",".join(first.value) if isinstance(first.value, list) else first.value
    second = clean(kind, again, today=TODAY, lists=lists)
    assert second.error is None
    assert second.value == first.value
    assert not second.changed


@few
@given(first=_HAN, second=_HAN)
def test_names_in_a_list_are_found_whatever_separates_them(first: str, second: str) -> None:
    alone = [clean("name", name, lists=lists) for name in (first, second)]
    if any(one.error or one.changed for one in alone):
        return
    for separator in (",", "，", "、", ";", "；", "/", "\n", ", "):
        assert clean("name_list", f"{first}{separator}{second}").value == [first, second]


@pytest.mark.parametrize("kind", sorted(READY))
@few
@given(data=st.data())
def test_what_is_kept_at_a_glance_is_what_the_cleaner_would_keep(kind: str, data: st.DataObject) -> None:
    loose = st.one_of(st.text(max_size=8), st.text("0123456789-.X", max_size=18), _HAN)
    raw = data.draw(st.one_of(CLEAN_VALUES.get(kind, loose), loose))
    kept = READY[kind](str(raw), Call(Options(), TODAY))
    if kept is not None:
        outcome = CLEANERS[kind](raw, Call(Options(), TODAY))
        assert isinstance(outcome, Took)
        assert outcome.value == kept
        assert fault(str(raw)) is None
        assert not means_empty(str(raw))
