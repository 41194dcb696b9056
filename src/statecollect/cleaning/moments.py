"""Moments as programs write them: seconds before midnight, in Greenwich's time, in a browser's words, as a count.

A program that writes the first of September as the last of August must not move a date without a word: what is sure is
turned into the day that was meant, what is not is asked.
"""

from __future__ import annotations

import datetime as dt
import re

from statecollect.cleaning.outcome import Wrong, quoted

BEIJING = dt.timezone(dt.timedelta(hours=8))
_HINT = "填写完整日期，如 2021-09-01"
_DAY = dt.timedelta(days=1)
# by how many seconds before midnight programs miss the day: Shanghai's clock of before 1901 and of before 1928 was
# 5 minutes 43 seconds ahead of the one of today, and some libraries reckon with the 43 seconds alone
_DRIFTS = frozenset({43, 42, 44, 343, 342, 344})
_DOUBTFUL = 6 * 60  # seconds before midnight
_ZONED = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})[Tt ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*"
    r"(?:([Zz]|UTC|GMT)|(?:UTC|GMT)?([+-]\d{2}):?(\d{2})?)"
)
_BROWSER = re.compile(
    r"(?:[A-Za-z]{3},? )?(?:(?P<month>[A-Za-z]{3}) (?P<day>\d{1,2})|(?P<day2>\d{1,2}) (?P<month2>[A-Za-z]{3}))"
    r" (?P<year>\d{4}) (?P<h>\d{2}):(?P<m>\d{2}):(?P<s>\d{2}) ?(?:GMT|UTC)(?P<zone>[+-]\d{4})?(?: ?\(.*\))?"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SECONDS = range(10**8, 4 * 10**9)  # since 1970
_MILLISECONDS = range(10**11, 4 * 10**12)


def told(raw: str) -> dt.datetime | Wrong | None:
    """Return the moment, by the clock of Beijing, that a text names with its zone; None for any other text."""
    text = raw.strip()
    if found := _ZONED.fullmatch(text):
        year, month, day, hour, minute = (int(found[at]) for at in range(1, 6))
        hours, minutes = int(found[8] or 0), int(found[9] or 0)
        return _in_beijing(
            raw, (year, month, day, hour, minute, int(found[6] or 0)), hours, minutes, found[8] or ""
        )
    if (found := _BROWSER.fullmatch(text)) and (
        name := (found["month"] or found["month2"]).lower()
    ) in _MONTHS:
        zone = found["zone"] or "+0000"
        numbers = (
            int(found["year"]),
            _MONTHS.index(name) + 1,
            int(found["day"] or found["day2"]),
            int(found["h"]),
            int(found["m"]),
            int(found["s"]),
        )
        return _in_beijing(raw, numbers, int(zone[:3]), int(zone[3:]), zone)
    return None


def _in_beijing(
    raw: str, numbers: tuple[int, int, int, int, int, int], hours: int, minutes: int, sign: str
) -> dt.datetime | Wrong:
    """Return the moment by Beijing's clock."""
    ahead = dt.timedelta(hours=hours, minutes=-minutes if sign.startswith("-") else minutes)
    try:
        moment = dt.datetime(*numbers, tzinfo=dt.timezone(ahead))
        return moment.astimezone(BEIJING).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return Wrong(f"{quoted(raw)}不是有效的日期和时间", _HINT)


def counted(raw: float) -> dt.datetime | Wrong | None:
    """Return the midnight in Beijing that a count of seconds or milliseconds since 1970 is; None for other numbers."""
    if raw != int(raw):
        return None
    seconds = int(raw) if int(raw) in _SECONDS else int(raw) / 1000 if int(raw) in _MILLISECONDS else None
    if seconds is None:
        return None
    moment = dt.datetime.fromtimestamp(seconds, BEIJING).replace(tzinfo=None)
    if moment.time() not in {dt.time(), dt.time(8)}:
        return Wrong(f"{quoted(raw)}像是程序里的时间戳，不是日期", _HINT)
    return moment


def on_its_day(moment: dt.datetime, raw: object) -> tuple[dt.date, str] | Wrong:
    """Return the day that a moment stands for where only days are asked for, and what is said of its time."""
    if moment.time() == dt.time():
        return moment.date(), ""
    clock = f"{moment:%H:%M:%S}".removesuffix(":00")
    left = 86_400 - (moment.hour * 3600 + moment.minute * 60 + moment.second)
    if left <= _DOUBTFUL:
        if left in _DRIFTS:
            said = (
                f"单元格里存的是 {moment:%Y-%m-%d %H:%M:%S}，差几十秒到次日，是程序写日期时的误差，按次日收下"
            )
            return moment.date() + _DAY, said
        if left == 1 or (left == 60 and moment.second == 0):
            return moment.date(), f"去掉了时间 {clock}（一天的末尾）"
        return Wrong(f"{quoted(raw)}离次日零点不到 6 分钟，分不清是这一天还是次日", _HINT)
    if (moment.hour, moment.minute, moment.second) in {(16, 0, 0), (15, 59, 17)}:
        return moment.date(), f"去掉了时间 {clock}；如果是程序按格林尼治时间写的，应当是次日，请改正"
    return moment.date(), f"去掉了时间 {clock}"
