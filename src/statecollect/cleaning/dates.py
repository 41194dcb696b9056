"""Dates, months and years in every spelling; what is ambiguous stays an error."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import NamedTuple

from statecollect.cleaning import clock, moments
from statecollect.cleaning.numerals import NUMERAL, numeral, positional
from statecollect.cleaning.outcome import Call, CellOutcome, Raw, Took, Wrong, quoted
from statecollect.core.characters import narrow
from statecollect.workbook.number_format import parts_of_day

EARLIEST_YEAR = 1850
YEARS_AHEAD = 20  # agreements and leases reach into the future, but not further
_FIRST_SERIAL = 7306  # 1920-01-01; smaller numbers are years, counts or other slips, not dates
_EPOCH = dt.date(1899, 12, 30)
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
_COUNTED = re.compile(r"\d{9,13}")  # seconds or milliseconds
_ORIGIN = re.compile(r"(?:1900\D0?1\D0?[01]|1899\D12\D3[01]|0{4}\D0{1,2}\D0{1,2})(?!\d)")
_LETTER = re.compile(r"(?<=[\d./-])[OoIl](?=[\d./-]|$)|^[OoIl](?=\d)")
_WORD_DATE = re.compile(r"[a-z]{3,9}", re.I)


class Words(NamedTuple):
    """How a kind of value speaks of itself where it could not be read."""

    what: str
    unreadable: str
    hint: str


DAY = Words("日期", "看不出是哪一天", "填写完整日期，如 2021-09-01")
MONTH = Words("年月", "看不出是哪年哪月", "填写年月，如 2021-09")
MOMENT = Words(*DAY)  # of which the time counts, too
YEAR = Words("年份", "看不出是哪一年", "填写四位年份，如 2021")


class Moment(NamedTuple):
    """What was found of a date; ``vague``: the month is sure, the day only roughly (9月初); ``note``: what was done to find it."""

    year: int
    month: int | None = None
    day: int | None = None
    vague: bool = False
    note: str = ""


def clean_date(raw: Raw, call: Call) -> CellOutcome:
    """Clean to a date. A time of day is dropped and announced; a missing day, a range or an estimate is an error."""
    return _whole_day(raw, call, DAY)


def _whole_day(raw: Raw, call: Call, words: Words) -> CellOutcome:
    found = read_moment(raw, call, words)
    if isinstance(found, Wrong):
        return found
    if found.vague:
        return Wrong(f"{quoted(raw)}不是确定的日期", DAY.hint)
    if found.month is None or found.day is None:
        return Wrong(f"{quoted(raw)}缺少{'日' if found.month else '月和日'}", DAY.hint)
    note = found.note or ("" if isinstance(raw, dt.date) else "已写成标准日期")
    return Took(dt.date(found.year, found.month, found.day), note)


def clean_datetime(raw: Raw, call: Call) -> CellOutcome:
    """Clean to a date and time of day; a date alone is its first minute."""
    if isinstance(raw, str) and _SERIAL.fullmatch(raw.strip()):
        raw = float(raw)
    known = moments.told(narrow(raw)) if isinstance(raw, str) else None
    if isinstance(known, dt.datetime):
        return Took(known, f"换成北京时间 {known:%Y-%m-%d %H:%M}")
    day = _whole_day(raw, call, MOMENT)
    if isinstance(day, Wrong) or not isinstance(day.value, dt.date):
        return day
    if isinstance(raw, dt.datetime):
        return Took(raw.replace(tzinfo=None))
    if isinstance(raw, float) and _FIRST_SERIAL <= raw < 10**5:
        seconds = round(raw % 1 * 86400)
        return Took(dt.datetime.combine(day.value, dt.time()) + dt.timedelta(seconds=seconds), day.note)
    time = clock.time_in(spelled_out(narrow(raw))) if isinstance(raw, str) else dt.time()
    if time is None:
        return Wrong(
            f"{quoted(raw)}中的时间不对，或分不清是哪个钟点",
            "用 24 小时制填写日期和时间，如 2021-09-01 08:30",
        )
    return Took(dt.datetime.combine(day.value, time), day.note)


def clean_year_month(raw: Raw, call: Call) -> CellOutcome:
    """Clean to ``YYYY-MM``. A day is dropped and announced; 2021.1 as a number is an error."""
    if isinstance(raw, float) and not isinstance(raw, bool) and raw != int(raw) and raw < _FIRST_SERIAL:
        digits = repr(raw).partition(".")[2]
        if digits == "1":
            return Wrong(f"{quoted(raw)}是数字，分不清是 1 月还是 10 月", "写成 2021-01 或 2021-10 的样子")
    found = read_moment(raw, call, MONTH)
    if isinstance(found, Wrong):
        return found
    if found.month is None:
        return Wrong(f"{quoted(raw)}缺少月份", MONTH.hint)
    note = "只取年月，去掉了日" if found.day or found.vague else "已写成标准年月"
    if isinstance(raw, dt.date):
        note = f"只取年月，去掉了日（{found.day} 日）" if found.day != 1 and not _shows_no_day(call) else ""
    return Took(f"{found.year:04d}-{found.month:02d}", found.note or note)


def read_moment(raw: Raw, call: Call, words: Words = DAY) -> Moment | Wrong:
    """Read as much of a date as there is, checked against the calendar and a sane span of years.

    ``words``: how to speak of what was looked for.
    """
    if isinstance(raw, bool):
        return Wrong(f"单元格是逻辑值 {str(raw).upper()}，不是{words.what}", words.hint)
    if isinstance(raw, dt.date):
        if raw.isoformat()[:10] < "1900-03-01" and raw.year >= 1899:
            return _not_entered(raw, words)  # a small number in a cell formatted as a date
        return _not_all_seen(raw, call, words) or _from_moment(raw, raw, call, words)
    if isinstance(raw, (int, float)):
        return _from_number(raw, call, words)
    if isinstance(raw, str) and (known := moments.told(narrow(raw))) is not None:
        return _from_zone(known, raw, call, words)
    if not isinstance(raw, str):
        return Wrong(f"{quoted(raw)}是时间或 0 号日期，不是{words.what}", words.hint)
    found = _from_text(narrow(raw), raw, call, words)
    if isinstance(found, Wrong):
        return found
    checked = _checked(found.year, found.month, found.day, raw, call, words, found.vague)
    if isinstance(checked, Wrong) or found.note:
        return checked if isinstance(checked, Wrong) else checked._replace(note=found.note)
    if checked.day and checked.month and ":" in raw and (time := clock.time_in(narrow(raw))):
        day = dt.date(checked.year, checked.month, checked.day)
        return _from_moment(dt.datetime.combine(day, time), raw, call, words)
    return checked


def _from_moment(moment: dt.date, raw: Raw, call: Call, words: Words) -> Moment | Wrong:
    """Read a day, or a moment on one; what becomes of its time is said."""
    day, note = moment, ""
    if isinstance(moment, dt.datetime) and words is not MOMENT:
        found = moments.on_its_day(moment, raw)
        if isinstance(found, Wrong):
            return found
        day, note = found
    if not note and words in {DAY, MOMENT} and _shows_no_day(call):
        note = f"单元格只显示「{day.year}年{day.month}月」，日按存的 {day.day} 日收下"
    checked = _checked(day.year, day.month, day.day, raw, call, words)
    return checked if isinstance(checked, Wrong) else checked._replace(note=note)


def _from_zone(moment: dt.datetime | Wrong, raw: Raw, call: Call, words: Words) -> Moment | Wrong:
    """Read a moment that was told with its zone, or counted."""
    if isinstance(moment, Wrong):
        return moment
    checked = _checked(moment.year, moment.month, moment.day, raw, call, words)
    if isinstance(checked, Wrong):
        return checked
    return checked._replace(note=f"换成北京时间是 {moment:%Y-%m-%d %H:%M}，只取其中的{words.what}")


def _not_all_seen(raw: dt.date, call: Call, words: Words) -> Wrong | None:
    """Ask where Excel has added this year to what was typed, such as 3-21, and the cell does not show it."""
    seen = parts_of_day(call.number_format or "")
    if not seen:
        return None
    if "y" not in seen and abs(raw.year - call.today.year) <= 1:
        said = f"{raw.month}月{raw.day}日" if "d" in seen else f"{raw.month}月"
        return Wrong(f"单元格只显示「{said}」，年份 {raw.year} 多半是 Excel 自动补的", words.hint)
    return None


def _shows_no_day(call: Call) -> bool:
    return "d" not in (parts_of_day(call.number_format or "") or "d")


def _from_number(raw: float, call: Call, words: Words) -> Moment | Wrong:
    whole = int(raw)
    if (known := moments.counted(raw)) is not None:
        return _from_zone(known, raw, call, words)
    if 10**7 <= whole < 10**8 and raw == whole:
        return _checked(whole // 10000, whole // 100 % 100, whole % 100, raw, call, words)
    if 10**5 <= whole < 10**6 and raw == whole:
        return _checked(whole // 100, whole % 100, None, raw, call, words)
    if EARLIEST_YEAR <= whole < 2200:
        digits = repr(raw).partition(".")[2] if raw != whole else ""
        month = (int(digits) if len(digits) <= 2 else 99) if digits else None
        return _checked(whole, month, None, raw, call, words)
    if whole < _FIRST_SERIAL or whole > 80000:
        return Wrong(f"{quoted(raw)}是数字，不是{words.what}", words.hint)
    day = dt.datetime.combine(_EPOCH, dt.time()) + (
        dt.timedelta(days=whole) if words is MOMENT else dt.timedelta(seconds=round(raw * 86_400))
    )
    return _from_moment(day, raw, call, words)


def _from_text(text: str, raw: str, call: Call, words: Words) -> Moment | Wrong:
    text = text.strip(" .,;；。、'").rstrip("/").replace("\n", " ")
    if _ORIGIN.match(text):
        return _not_entered(raw, words)
    if _LETTER.search(text) and not _WORD_DATE.search(text):
        return Wrong(f"{quoted(raw)}在数字中混入了字母（如 O、l）", "把字母改为数字 0、1")
    if _OTHER_CALENDAR.search(text):
        return Wrong(f"{quoted(raw)}不是公历", f"换成公历，{words.hint}")
    if _SEASON.search(text):
        return Wrong(f"{quoted(raw)}是一段时间，不是确定的{words.what}", words.hint)
    text = re.sub(r"\((?!\d)[^)]*\)$", "", text) if not _NOT_EXACT.search(text.rstrip(")")) else text
    spoken = _words_to_date(text, words)
    if spoken is not None:
        return spoken
    text = clock.PATTERN.sub("", spelled_out(_WEEKDAY.sub("", text))).strip(" ,t")
    vague = _VAGUE.search(text)
    if vague and "月" in text and not _NOT_EXACT.search(text[: vague.start()]):
        month = _YM.fullmatch(text[: vague.start()].strip())
        return Moment(_year(month[1], call), int(month[2]), None, True) if month else _unreadable(raw, words)
    if _NOT_EXACT.search(text):
        return Wrong(f"{quoted(raw)}不是确定的{words.what}", words.hint)
    for pattern in (_YMD, _COMPACT):
        if found := pattern.fullmatch(text):
            return Moment(_year(found[1], call), int(found[2]), int(found[3]))
    if _SERIAL.fullmatch(text):
        return _from_number(float(text), call, words)
    if _COUNTED.fullmatch(text) and (known := moments.counted(int(text))) is not None:
        return _from_zone(known, raw, call, words)
    if _PERIOD.search(text) or len(re.findall(r"\d{4}", text)) > 1:
        return Wrong(f"{quoted(raw)}是一段时间，不是一个{words.what}", f"只填一个{words.what}")
    for pattern in (_YM, _YM_COMPACT):
        if found := pattern.fullmatch(text):
            return Moment(_year(found[1], call), int(found[2]))
    if found := _Y.fullmatch(text):
        return Moment(_year(found[1] or found[2] or found[3], call))
    if found := _DMY.fullmatch(text):
        return _day_first(found, raw, words)
    if found := _MY.fullmatch(text):
        return Moment(int(found[2]), int(found[1]))
    if _MD.fullmatch(text):
        return Wrong(f"{quoted(raw)}缺少年份", words.hint)
    return _unreadable(raw, words)


def _words_to_date(text: str, words: Words) -> Moment | Wrong | None:
    """Read a date with an English month: 2021-Sep-01, Sep 1, 2021, Wed Sep 01 00:00:00 CST 2021."""
    found = [word[:3].lower() for word in _WORD_DATE.findall(text)]
    months = [_MONTHS[word] for word in found if word in _MONTHS]
    if len(months) != 1:
        return None
    numbers = list(re.findall(r"\d+", clock.PATTERN.sub(" ", text)))
    years = [int(part) for part in numbers if len(part) == 4]
    days = [int(part) for part in numbers if len(part) <= 2]
    if len(years) == 1 and len(numbers) <= 2:
        return Moment(years[0], months[0], days[0] if days else None)
    return Wrong(f"{quoted(text)}的年份不完整", f"用四位数写年份，{words.hint}")


def spelled_out(text: str) -> str:
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


def _day_first(found: re.Match[str], raw: str, words: Words) -> Moment | Wrong:
    first, second, year = int(found[1]), int(found[2]), int(found[3])
    if first == second or (first <= 12 < second):
        return Moment(year, first, second)
    if second <= 12 < first:
        return Moment(year, second, first)
    return Wrong(f"{quoted(raw)}分不清哪个是月、哪个是日", f"先写年份，{words.hint}")


def _checked(
    year: int, month: int | None, day: int | None, raw: Raw, call: Call, words: Words, vague: bool = False
) -> Moment | Wrong:
    if not EARLIEST_YEAR <= year <= call.today.year + YEARS_AHEAD:
        when = "太远的将来" if year > call.today.year else "太早"
        return Wrong(f"{quoted(raw)}的年份 {year} {when}，不合常理", "核对年份")
    if month is not None and not 1 <= month <= 12:
        return Wrong(f"{quoted(raw)}不是有效的{words.what}：没有 {month} 月", words.hint)
    if month is not None and day is not None and not 1 <= day <= calendar.monthrange(year, month)[1]:
        last = calendar.monthrange(year, month)[1]
        says = f"{year} 年 {month} 月只有 {last} 天" if day else "没有 0 号"
        return Wrong(f"{quoted(raw)}不是有效的{words.what}：{says}", words.hint)
    return Moment(year, month, day, vague)


def _not_entered(raw: Raw, words: Words) -> Wrong:
    return Wrong(f"{quoted(raw)}是 Excel 的起始日期，多半是空格子或数字误显示成的", words.hint)


def _unreadable(raw: Raw, words: Words) -> Wrong:
    return Wrong(f"{quoted(raw)}{words.unreadable}", words.hint)
