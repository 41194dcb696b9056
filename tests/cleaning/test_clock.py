"""The time of day: each hour behind each part of the day, minutes and seconds at their ends."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import yaml

from statecollect.cleaning.clock import time_in

HOURS = yaml.safe_load(Path(__file__).with_name("hours.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("part", HOURS)
def test_an_hour_is_that_of_its_part_of_the_day(part: str) -> None:
    meant = {hour: told.hour for hour in range(26) if (told := time_in(f"{part}{hour}:00")) is not None}
    assert meant == HOURS[part]
    if part not in {"am", "pm"}:
        spoken = {hour: told.hour for hour in range(26) if (told := time_in(f"{part}{hour}点")) is not None}
        assert spoken == HOURS[part]


@pytest.mark.parametrize(
    ("typed", "time"),
    [
        ("8:00", dt.time(8)),
        ("8:59", dt.time(8, 59)),
        ("8:60", None),
        ("8:30:59", dt.time(8, 30, 59)),
        ("8:30:60", None),
        ("8时30分15秒", dt.time(8, 30, 15)),
        ("8点半", dt.time(8, 30)),
        ("8点整", dt.time(8)),
        ("8点一刻", dt.time(8, 15)),
        ("8点1刻", dt.time(8, 15)),
        ("8点三刻", dt.time(8, 45)),
        ("8点3刻", dt.time(8, 45)),
        ("3pm", dt.time(15)),
        ("3 p.m.", dt.time(15)),
        ("3:30 PM", dt.time(15, 30)),
        ("am 3pm", None),
        ("8:00 9:00", None),
        ("上午", None),
        ("", dt.time()),
    ],
)
def test_a_time_is_read_or_cannot_be_told(typed: str, time: dt.time | None) -> None:
    assert time_in(typed) == time
