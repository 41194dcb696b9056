"""Days as programs write them: right, or asked; never a day, a month or a year off without a word."""

from __future__ import annotations

import datetime as dt

import pytest

from statecollect.cleaning import clean

TODAY = dt.date(2026, 11, 27)
moment, day = dt.datetime, dt.date

# kind, cell, number format, what is kept, a word that is said of it ("": nothing is)
SURE = [
    ("date", moment(2021, 8, 31, 23, 59, 17), None, day(2021, 9, 1), "次日"),
    ("date", moment(1980, 8, 31, 23, 54, 17), None, day(1980, 9, 1), "次日"),
    ("date", 44439.99950231, None, day(2021, 9, 1), "次日"),
    ("date", "44439.99950231", None, day(2021, 9, 1), "次日"),
    ("date", "2021-08-31 23:59:17", None, day(2021, 9, 1), "次日"),
    ("year_month", moment(2005, 3, 31, 23, 59, 17), None, "2005-04", "次日"),
    ("year", moment(2021, 12, 31, 23, 59, 17), None, 2022, "次日"),
    ("date", moment(2021, 8, 31, 23, 59, 59), None, day(2021, 8, 31), "一天的末尾"),
    ("date", moment(2021, 8, 31, 8, 30), None, day(2021, 8, 31), "去掉了时间 08:30"),
    ("date", moment(2021, 8, 31, 16, 0), None, day(2021, 8, 31), "格林尼治"),
    ("date", 44439.5, None, day(2021, 8, 31), "去掉了时间 12:00"),
    ("datetime", moment(2021, 8, 31, 23, 59, 17), None, moment(2021, 8, 31, 23, 59, 17), ""),
    ("year_month", day(2021, 8, 31), None, "2021-08", "31 日"),
    ("year_month", day(2021, 8, 1), "yyyy-mm", "2021-08", ""),
    ("year_month", 1999.1, "0.00", "1999-10", "1999.10"),
    ("date", "2021-08-31T16:00:00.000Z", None, day(2021, 9, 1), "北京时间"),
    ("date", "2021-08-31 16:00:00 UTC", None, day(2021, 9, 1), "北京时间"),
    ("date", "2021-08-31T09:00:00-07:00", None, day(2021, 9, 1), "北京时间"),
    ("date", "2021-09-01T00:00:00+08:00", None, day(2021, 9, 1), "北京时间"),
    ("year_month", "2005-02-28T16:00:00.000Z", None, "2005-03", "北京时间"),
    ("year", "2020-12-31T16:00:00.000Z", None, 2021, "北京时间"),
    ("datetime", "2021-08-31T16:00:00Z", None, moment(2021, 9, 1), "北京时间"),
    ("date", "Wed Sep 01 2021 00:00:00 GMT+0800 (中国标准时间)", None, day(2021, 9, 1), "北京时间"),
    ("date", "Tue, 31 Aug 2021 16:00:00 GMT", None, day(2021, 9, 1), "北京时间"),
    ("date", 284918400000, None, day(1979, 1, 12), "北京时间"),
    ("date", "1630425600000", None, day(2021, 9, 1), "北京时间"),
    ("date", 1630425600, None, day(2021, 9, 1), "北京时间"),
    ("date", day(2021, 3, 15), 'yyyy"年"m"月"', day(2021, 3, 15), "15 日"),
    ("date", day(1980, 3, 21), 'm"月"d"日"', day(1980, 3, 21), ""),
    ("date", day(2026, 3, 21), "yyyy-mm-dd", day(2026, 3, 21), ""),
]  # fmt: skip

ASKED = [
    ("date", moment(2021, 8, 31, 23, 58), None, "次日零点"),
    ("date", moment(2021, 8, 31, 23, 59, 30), None, "次日零点"),
    ("date", day(2026, 3, 21), 'm"月"d"日"', "3月21日"),
    ("date", day(2026, 3, 21), "d-mmm", "3月21日"),
    ("year_month", day(2026, 3, 21), "mm-dd", "3月21日"),
    ("year", day(2026, 3, 21), "mm-dd", "2026"),
    ("date", "3-21", None, "年份"),
    ("date", 1380013800, None, "时间戳"),
    ("date", "2021-02-30T16:00:00Z", None, "不是有效的日期"),
]


@pytest.mark.parametrize(("kind", "cell", "code", "kept", "said"), SURE)
def test_a_day_that_is_sure_is_kept_and_what_was_done_is_said(
    kind: str, cell: object, code: str | None, kept: object, said: str
) -> None:
    found = clean(kind, cell, number_format=code, today=TODAY)  # type: ignore[arg-type]
    assert (found.value, found.error, type(found.value)) == (kept, None, type(kept))
    assert (said in found.note) if said else (found.note == "" and not found.changed)


@pytest.mark.parametrize(("kind", "cell", "code", "said"), ASKED)
def test_a_day_that_may_be_another_is_asked(kind: str, cell: object, code: str | None, said: str) -> None:
    found = clean(kind, cell, number_format=code, today=TODAY)  # type: ignore[arg-type]
    assert found.value is None
    assert said in (found.error or "")


@pytest.mark.parametrize("seconds", [1, 42, 43, 44, 60, 120, 342, 343, 344, 359, 3600])
def test_no_second_before_midnight_moves_a_day_without_a_word(seconds: int) -> None:
    found = clean("date", moment(2021, 9, 1) - dt.timedelta(seconds=seconds), today=TODAY)
    assert found.error or found.note
