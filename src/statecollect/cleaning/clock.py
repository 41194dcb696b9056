"""The time of day in what people type: 08:30, 8时30分, 下午三点半, 12:30 am; what could be two times is none."""

from __future__ import annotations

import datetime as dt
import re

_NOON, _DAY = 12, 24
# part of the day → hours on the twelve-hour clock that it has, and how many to add; 12 is told apart by ``_TWELVE``
_PARTS = {
    "凌晨": (range(7), 0),
    "清晨": (range(4, 10), 0),
    "早晨": (range(4, 11), 0),
    "早上": (range(4, 12), 0),
    "上午": (range(12), 0),
    "am": (range(12), 0),
    "中午": (range(1, 3), 12),
    "下午": (range(1, 12), 12),
    "午后": (range(1, 8), 12),
    "傍晚": (range(4, 9), 12),
    "晚上": (range(5, 12), 12),
    "夜里": (range(8, 12), 12),
    "夜间": (range(8, 12), 12),
    "晚": (range(5, 12), 12),
    "pm": (range(1, 12), 12),
}
_TWELVE = {
    "凌晨": 0,
    "am": 0,
    "中午": 12,
    "下午": 12,
    "午后": 12,
    "pm": 12,
}  # 上午12点, 晚上12点: noon or midnight
_QUARTERS = {"半": 30, "整": 0, "一刻": 15, "1刻": 15, "三刻": 45, "3刻": 45}
_PART = "|".join([*_PARTS, r"a\.m\.?", r"p\.m\.?"])
PATTERN = re.compile(
    rf"[t ]?(?P<before>{_PART})?\s*(?:"
    rf"(?P<hour>\d{{1,2}}):(?P<minute>\d{{1,2}})(?::(?P<second>\d{{1,2}})(?:\.\d+)?)?"
    rf"|(?P<spoken>\d{{1,2}})\s*[时点](?P<rest>半|整|[一三13]刻|(?:\d{{1,2}}分?(?:\d{{1,2}}秒)?)?)"
    rf"|(?P<bare>\d{{1,2}})(?=\s*[ap]\.?m))"
    rf"\s*(?P<after>[ap]\.?m\b\.?)?\s*(?:z|[+-]\d{{2}}:?\d{{2}}|cst|gmt|utc)?",
    re.I,
)


def time_in(text: str) -> dt.time | None:
    """Return the time of day in a (narrow) text, midnight where there is none; None where it cannot be told."""
    found = PATTERN.search(text)
    if not found:
        return None if re.search(f"(?:{_PART})$", text, re.I) else dt.time()
    hour = _hour(int(found["hour"] or found["spoken"] or found["bare"]), _parts(found))
    rest = found["rest"] or ""
    minute, second = int(found["minute"] or 0), int(found["second"] or 0)
    if rest:
        numbers = [int(number) for number in re.findall(r"\d+", rest)]
        minute, second = (_QUARTERS[rest], 0) if rest in _QUARTERS else (*numbers, 0)[:2]
    if hour is None or not (0 <= minute < 60 and 0 <= second < 60) or len(PATTERN.findall(text)) > 1:
        return None
    return dt.time(hour, minute, second)


def _parts(found: re.Match[str]) -> set[str]:
    said = (found["before"], found["after"])
    return {part.lower().replace(".", "") for part in said if part}


def _hour(hour: int, parts: set[str]) -> int | None:
    """Return the hour on the 24-hour clock; None where hour and part of the day contradict each other."""
    if len(parts) > 1 or hour >= _DAY:
        return None
    for part in parts:
        hours, add = _PARTS[part]
        if hour == _NOON:
            return _TWELVE.get(part)
        if hour in hours:
            return hour + add
        if hour > _NOON and add and hour - _NOON in hours:
            return hour  # 下午15:00
        if part == "中午" and hour == _NOON - 1:
            return hour
        return None
    return hour
