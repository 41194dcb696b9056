"""Dates, months and years in every spelling; what is ambiguous stays an error."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import NamedTuple

from statecollect.cleaning.keys import narrow
from statecollect.cleaning.numerals import NUMERAL, numeral, positional
from statecollect.cleaning.values import Call, Outcome, Raw, Took, Wrong, quoted

EARLIEST_YEAR = 1850
YEARS_AHEAD = 20  # agreements and leases reach into the future, but not further
_FIRST_SERIAL = 7306  # 1920-01-01; smaller numbers are years, counts or other slips, not dates
_EPOCH = dt.date(1899, 12, 30)
_EMPTY_HINT = "填写完整日期，如 2021-09-01"
_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_VAGUE = re.compile(r"(?:上旬|中旬|下旬|初|底|末|中(?=$)|上半月|下半月)$")
_NOT_EXACT = re.compile(
    r"约|大概|左右|前后|以前|以后|之前|之后|[前后]$|预计|计划|拟|暂定|估计|起$|止$|[~?？]$|^~|上半年|下半年|年初|年底|年末|年中"
)
_PERIOD = re.compile(r"至|到|~|[—–]{1,2}|--|\d年?月?-+\d{4}年|起止|-\s*今|-$")
_SEASON = re.compile(r"春|夏|秋|冬|季|q[1-4]|学期|寒假|暑假|学年", re.I)
_OTHER_CALENDAR = re.compile(r"农历|阴历|正月|腊月|冬月|初[一二三四五六七八九十]|民国|闰")
_WEEKDAY = re.compile(
    r"[(,]?(?:星期|礼拜|周)[一二三四五六日天][)]?|\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b[,.]?", re.I
)
_CLOCK = re.compile(
    r"[t ]?(?:上午|下午|凌晨|晚上)?\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:z|[+-]\d{2}:?\d{2}|am|pm|cst|gmt|utc)?|\d{1,2}[时点](?:\d{1,2}分?)?",
    re.I,
)
_SEP = r"\s*[年月./\-,、。· \\_]\s*"
_YMD = re.compile(rf"(\d{{4}}|\d{{2}}(?=年)){_SEP}(\d{{1,2}}){_SEP}(\d{{1,2}})\s*[日号]?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\.0+)?")
_YM = re.compile(rf"(\d{{4}}|\d{{2}}(?=年)){_SEP}(\d{{1,2}})\s*月?份?")
_YM_COMPACT = re.compile(r"(\d{4})年?(\d{2})(?:\.0+)?")
_Y = re.compile(r"(\d{4})(?:\.0+)?\s*(?:年度|年)?|(\d{2})(?:年度|年)|'(\d{2})")
_MD = re.compile(r"(\d{1,2})\s*[月/.-]\s*(\d{1,2})\s*[日号]?|(\d{1,2})月份?")
_DMY = re.compile(r"(\d{1,2})[./\- ](\d{1,2})[./\- ](\d{4})")
_MY = re.compile(r"(\d{1,2})[./\- ](\d{4})")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_ORIGIN = re.compile(r"(?:1900\D0?1\D0?[01]|1899\D12\D3[01]|0{4}\D0{1,2}\D0{1,2})(?!\d)")
_LETTER = re.compile(r"(?<=[\d./-])[OoIl](?=[\d./-]|$)|^[OoIl](?=\d)")
_WORD_DATE = re.compile(r"[a-z]{3,9}", re.I)


class Moment(NamedTuple):
    """What was found of a date; ``vague``: the month is sure, the day only roughly (9月初)."""

    year: int
    month: int | None = None
    day: int | None = None
    vague: bool = False


def clean_date(raw: Raw, call: Call) -> Outcome:
    """Clean to a date. A time of day is dropped; a missing day, a range or an estimate is an error."""
    found = read_moment(raw, call)
    if isinstance(found, Wrong):
        return found
    if found.vague:
        return Wrong(f"{quoted(raw)}不是确定的日期", _EMPTY_HINT)
    if found.month is None or found.day is None:
        return Wrong(f"{quoted(raw)}缺少{'日' if found.month else '月和日'}", _EMPTY_HINT)
    return Took(
        dt.date(found.year, found.month, found.day), "" if isinstance(raw, dt.date) else "已写成标准日期"
    )


def clean_datetime(raw: Raw, call: Call) -> Outcome:
    """Clean to a date and time of day; a date alone is its first minute."""
    if isinstance(raw, dt.datetime):
        return Took(raw.replace(tzinfo=None))
    clock = None
    if isinstance(raw, str):
        clock = re.search(r"(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2}))?", narrow(raw))
    day = clean_date(raw, call)
    if isinstance(day, Wrong) or not isinstance(day.value, dt.date):
        return day
    try:
        time = _time_of(clock) if clock else dt.time()
    except ValueError:
        return Wrong(f"{quoted(raw)}中的时间不对", "填写日期和时间，如 2021-09-01 08:30")
    if clock and isinstance(raw, str) and re.search("下午|晚上|pm", raw, re.I) and time.hour < 12:
        time = time.replace(hour=time.hour + 12)
    if isinstance(raw, float):
        time = (dt.datetime.min + dt.timedelta(seconds=round(raw % 1 * 86400))).time()
    return Took(dt.datetime.combine(day.value, time), day.note)


def _time_of(clock: re.Match[str]) -> dt.time:
    hour, minute, second = (int(part or 0) for part in clock.groups())
    return dt.time(hour, minute, second)


def clean_year_month(raw: Raw, call: Call) -> Outcome:
    """Clean to ``YYYY-MM``. A day is dropped and announced; 2021.1 as a number is an error."""
    if isinstance(raw, float) and not isinstance(raw, bool) and raw != int(raw) and raw < _FIRST_SERIAL:
        digits = repr(raw).partition(".")[2]
        if digits == "1":
            return Wrong(f"{quoted(raw)}是数字，分不清是 1 月还是 10 月", "写成 2021-01 或 2021-10 的样子")
    found = read_moment(raw, call)
    if isinstance(found, Wrong):
        return found
    if found.month is None:
        return Wrong(f"{quoted(raw)}缺少月份", "填写年月，如 2021-09")
    note = "只取年月，去掉了日" if found.day or found.vague else "已写成标准年月"
    return Took(f"{found.year:04d}-{found.month:02d}", "" if isinstance(raw, dt.date) else note)


def read_moment(raw: Raw, call: Call) -> Moment | Wrong:
    """Read as much of a date as there is, checked against the calendar and a sane span of years."""
    if isinstance(raw, bool):
        return Wrong(f"单元格是逻辑值 {str(raw).upper()}，不是日期", _EMPTY_HINT)
    if isinstance(raw, dt.date):
        if raw.isoformat()[:10] < "1900-03-01" and raw.year >= 1899:
            return _not_entered(raw)  # a small number in a cell formatted as a date
        return _checked(raw.year, raw.month, raw.day, raw, call)
    if isinstance(raw, (int, float)):
        return _from_number(raw, call)
    if not isinstance(raw, str):
        return Wrong(f"{quoted(raw)}是时间或 0 号日期，不是日期", _EMPTY_HINT)
    found = _from_text(narrow(raw), raw, call)
    return (
        found
        if isinstance(found, Wrong)
        else _checked(found.year, found.month, found.day, raw, call, found.vague)
    )


def _from_number(raw: float, call: Call) -> Moment | Wrong:
    whole = int(raw)
    if 10**7 <= whole < 10**8 and raw == whole:
        return _checked(whole // 10000, whole // 100 % 100, whole % 100, raw, call)
    if 10**5 <= whole < 10**6 and raw == whole:
        return _checked(whole // 100, whole % 100, None, raw, call)
    if EARLIEST_YEAR <= whole < 2200:
        digits = repr(raw).partition(".")[2] if raw != whole else ""
        return _checked(
            whole, int(digits) if digits and len(digits) <= 2 else (99 if digits else None), None, raw, call
        )
    if whole < _FIRST_SERIAL or whole > 80000:
        return Wrong(f"{quoted(raw)}是数字，不是日期", _EMPTY_HINT)
    day = _EPOCH + dt.timedelta(days=whole)
    return _checked(day.year, day.month, day.day, raw, call)


def _from_text(text: str, raw: str, call: Call) -> Moment | Wrong:
    text = text.strip(" .,;；。、'").rstrip("/").replace("\n", " ")
    if _ORIGIN.match(text):
        return _not_entered(raw)
    if _LETTER.search(text) and not _WORD_DATE.search(text):
        return Wrong(f"{quoted(raw)}在数字中混入了字母（如 O、l）", "把字母改为数字 0、1")
    if _OTHER_CALENDAR.search(text):
        return Wrong(f"{quoted(raw)}不是公历日期", "换成公历填写，如 2021-09-01")
    if _SEASON.search(text):
        return Wrong(f"{quoted(raw)}是一段时间，不是确定的日期", "填写确定的年月日")
    text = re.sub(r"\((?!\d)[^)]*\)$", "", text) if not _NOT_EXACT.search(text.rstrip(")")) else text
    spoken = _words_to_date(text, call)
    if spoken is not None:
        return spoken
    text = _CLOCK.sub("", _WEEKDAY.sub("", text)).strip(" ,t")
    text = _spelled_out(text)
    vague = _VAGUE.search(text)
    if vague and "月" in text and not _NOT_EXACT.search(text[: vague.start()]):
        month = _YM.fullmatch(text[: vague.start()].strip())
        return Moment(_year(month[1], call), int(month[2]), None, True) if month else _unreadable(raw)
    if _NOT_EXACT.search(text):
        return Wrong(f"{quoted(raw)}不是确定的日期", "填写确定的日期")
    for pattern in (_YMD, _COMPACT):
        if found := pattern.fullmatch(text):
            return Moment(_year(found[1], call), int(found[2]), int(found[3]))
    if _PERIOD.search(text) or len(re.findall(r"\d{4}", text)) > 1:
        return Wrong(f"{quoted(raw)}是一段时间，不是一个日期", "只填一个日期")
    for pattern in (_YM, _YM_COMPACT):
        if found := pattern.fullmatch(text):
            return Moment(_year(found[1], call), int(found[2]))
    if found := _Y.fullmatch(text):
        return Moment(_year(found[1] or found[2] or found[3], call))
    if found := _SERIAL.fullmatch(text):
        return _from_number(int(found[1]), call)
    if found := _DMY.fullmatch(text):
        return _day_first(found, raw)
    if found := _MY.fullmatch(text):
        return Moment(int(found[2]), int(found[1]))
    if _MD.fullmatch(text):
        return Wrong(f"{quoted(raw)}缺少年份", _EMPTY_HINT)
    return _unreadable(raw)


def _words_to_date(text: str, call: Call) -> Moment | Wrong | None:
    """Read a date with an English month: 2021-Sep-01, Sep 1, 2021, Wed Sep 01 00:00:00 CST 2021."""
    words = _WORD_DATE.findall(text)
    months = [_MONTHS[word[:3].lower()] for word in words if word[:3].lower() in _MONTHS]
    if len(months) != 1:
        return None
    numbers = list(re.findall(r"\d+", _CLOCK.sub(" ", text)))
    years = [int(part) for part in numbers if len(part) == 4]
    days = [int(part) for part in numbers if len(part) <= 2]
    if len(years) == 1 and len(numbers) <= 2:
        return Moment(years[0], months[0], days[0] if days else None)
    return Wrong(f"{quoted(text)}的年份不完整", "用四位数写年份，如 2021-09-01")


def _spelled_out(text: str) -> str:
    """Turn Chinese numerals before 年, 月, 日 into digits: 二〇二一年九月 is 2021年9月."""

    def digits(found: re.Match[str]) -> str:
        value = positional(found[0]) if len(found[0]) == 4 or found[0][0] in "〇零○" else numeral(found[0])
        if value is None:
            return found[0]
        return f"{int(value):04d}" if len(found[0]) == 4 else str(int(value))

    return NUMERAL.sub(digits, text) if NUMERAL.search(text) else text


def _year(text: str, call: Call) -> int:
    year = int(text)
    if len(text) == 4:
        return year
    century = call.today.year // 100 * 100
    return century + year if year <= call.today.year % 100 + 1 else century - 100 + year


def _day_first(found: re.Match[str], raw: str) -> Moment | Wrong:
    first, second, year = int(found[1]), int(found[2]), int(found[3])
    if first == second or (first <= 12 < second):
        return Moment(year, first, second)
    if second <= 12 < first:
        return Moment(year, second, first)
    return Wrong(f"{quoted(raw)}分不清哪个是月、哪个是日", "按年-月-日填写，如 2021-09-01")


def _checked(
    year: int, month: int | None, day: int | None, raw: Raw, call: Call, vague: bool = False
) -> Moment | Wrong:
    if not EARLIEST_YEAR <= year <= call.today.year + YEARS_AHEAD:
        when = "太远的将来" if year > call.today.year else "太早"
        return Wrong(f"{quoted(raw)}的年份 {year} {when}，不合常理", "核对年份")
    if month is not None and not 1 <= month <= 12:
        return Wrong(f"{quoted(raw)}不是有效日期：没有 {month} 月", _EMPTY_HINT)
    if month is not None and day is not None and not 1 <= day <= calendar.monthrange(year, month)[1]:
        last = calendar.monthrange(year, month)[1]
        says = f"{year} 年 {month} 月只有 {last} 天" if day else "没有 0 号"
        return Wrong(f"{quoted(raw)}不是有效日期：{says}", _EMPTY_HINT)
    return Moment(year, month, day, vague)


def _not_entered(raw: Raw) -> Wrong:
    return Wrong(f"{quoted(raw)}是 Excel 的起始日期，多半是空格子或数字误显示成的", _EMPTY_HINT)


def _unreadable(raw: Raw) -> Wrong:
    return Wrong(f"{quoted(raw)}看不出是哪一天", _EMPTY_HINT)
