"""Dates, months, years in every spelling. What is ambiguous, approximate or impossible is an error."""

from __future__ import annotations

import calendar
import datetime as dt
import re

from statecollect.cleaning_b.numbers import chinese_number
from statecollect.cleaning_b.text import compact, is_empty, missing, plain, tidy, unusable
from statecollect.cleaning_b.values import Cleaned, Options, Raw, wrong

_FIRST, _LAST = 1900, 2050
_SERIALS = range(10_000, 55_000)  # 1927 to 2050: a number in this range is an Excel date
_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1
    )
}
_VAGUE = re.compile(
    r"约|大概|左右|前后|春|夏|秋|冬|初|底|末|旬|上半年|下半年|季度|学期|寒假|暑假|以前|以后|之前|之后|至今|迄今"
)
_PERIOD = re.compile(r"至|到|~|～|—|–|--|起")
_TIME = re.compile(
    r"[T ]?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?$|(?:上午|下午)?\d{1,2}时(?:\d{1,2}分)?(?:\d{1,2}秒)?$"
)
_WORDS = re.compile(
    r"(?i)\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b|\b(?:CST|GMT|UTC)\b|\d{1,2}:\d{2}(?::\d{2})?|[(（]?(?:星期|周)[一二三四五六日天][)）]?"
)
_SEPARATOR = r"[-/.。、_年月\\·,]"
_FULL = re.compile(rf"^(\d{{4}}){_SEPARATOR}(\d{{1,2}}){_SEPARATOR}(\d{{1,2}})[日号.]?$")
_MONTH = re.compile(rf"^(\d{{4}}){_SEPARATOR}(\d{{1,2}})(?:月份?|\.|月)?$")
_REVERSED = re.compile(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$")
_NO_YEAR = re.compile(r"^\d{1,2}[-/.月]\d{1,2}[日号]?$")
_SHORT_YEAR = re.compile(rf"^\d{{2}}{_SEPARATOR}\d{{1,2}}(?:{_SEPARATOR}\d{{1,2}}[日号]?|月)?$")
_CHINESE = re.compile(
    r"^([零〇○一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月(?:份)?(?:([一二三四五六七八九十]{1,4})[日号])?$"
)


def clean_date(raw: Raw, options: Options) -> Cleaned:
    """Clean a day; the value is a ``datetime.date``."""
    found = _read(raw, options)
    if isinstance(found, Cleaned):
        return found
    year, month, day, changed = found
    if month is None:
        return wrong(f"「{_typed(raw)}」只有年份，缺月、日", "填完整日期，如 2021-09-01")
    if day is None:
        return wrong(f"「{_typed(raw)}」缺少日", "填完整日期，如 2021-09-01")
    return _day(year, month, day, changed, raw)


def clean_year_month(raw: Raw, options: Options) -> Cleaned:
    """Clean a month; the value is the text ``YYYY-MM``. A day is dropped and announced."""
    if isinstance(raw, float) and not raw.is_integer() and _FIRST <= raw <= _LAST:
        decimals = f"{raw:.10g}".partition(".")[2]
        if decimals == "1":
            return wrong(
                f"「{plain(raw)}」看不出是 1 月还是 10 月（2021.10 会变成 2021.1）",
                "把单元格设为文本，填 2021-10 这样",
            )
        raw = f"{int(raw)}.{decimals}"
    found = _read(raw, options)
    if isinstance(found, Cleaned):
        return found
    year, month, day, changed = found
    if month is None:
        return wrong(f"「{_typed(raw)}」只有年份，缺月份", "填年月，如 2021-09")
    checked = _day(year, month, day or 1, changed, raw)
    if checked.error:
        return checked
    kept = f"{year:04d}-{month:02d}"
    changed = (isinstance(raw, str) and raw != kept) or (isinstance(raw, dt.date) and raw.day != 1)
    note = "略去了日" if day not in (None, 1) else "统一写成年-月"
    return Cleaned(kept, changed, note=note if changed else "")


def clean_datetime(raw: Raw, options: Options) -> Cleaned:
    """Clean a moment; without a time of day it is midnight."""
    if isinstance(raw, dt.datetime):
        return Cleaned(raw.replace(tzinfo=None))
    text = tidy(plain(raw))
    clock = re.search(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", text)
    day = clean_date(raw, options)
    if day.error or day.value is None:
        return day
    hour, minute, second = (int(part or 0) for part in clock.groups()) if clock else (0, 0, 0)
    if hour > 23 or minute > 59 or second > 59:
        return wrong(f"「{text}」的时间不对", "写成 2021-09-01 08:30")
    return Cleaned(dt.datetime.combine(day.value, dt.time(hour, minute, second)), day.changed, note=day.note)


def clean_year(raw: Raw, options: Options) -> Cleaned:
    """Clean a year; the value is an integer."""
    if isinstance(raw, dt.date):
        return Cleaned(raw.year, True, note="只留年份")
    text = plain(raw)
    if is_empty(text):
        return missing(options)
    if problem := unusable(text):
        return problem
    short = compact(text)
    found = re.fullmatch(r"(\d{4})(?:\.0+)?(?:年度?|级|届)?", short)
    if found is None and (brief := re.fullmatch(r"(\d{2})(?:年度?|级|届)", short)):
        year = 2000 + int(brief.group(1))
        return Cleaned(year, True, note=f"按 {year} 年理解")
    spelt = chinese_number(short.rstrip("年度级届")) if found is None else int(found.group(1))
    if spelt is None or not _FIRST <= spelt <= _LAST:
        return wrong(f"「{tidy(text)}」不是年份", "填四位年份，如 2021")
    return Cleaned(spelt, isinstance(raw, str) and raw != str(spelt), note="只留年份")


def clean_grade(raw: Raw, options: Options) -> Cleaned:
    """Clean a grade, that is a year of enrolment; the value is text."""
    found = clean_year(raw, options)
    return found if found.value is None else Cleaned(str(found.value), found.changed, note=found.note)


def clean_grades(raw: Raw, options: Options) -> Cleaned:
    """Clean several grades in one cell."""
    text = plain(raw)
    if is_empty(text):
        return missing(options)
    grades = [clean_grade(part, options) for part in re.split(r"[,，;；、/\s和]+", tidy(text)) if part]
    problem = next((one for one in grades if one.error), None)
    if problem:
        return problem
    kept = [str(one.value) for one in grades if one.value is not None]
    return Cleaned(kept, ",".join(kept) != text, note="多个年级用英文逗号分隔")


def clean_school_year(raw: Raw, options: Options) -> Cleaned:
    """Clean a school year: two consecutive years."""
    text = plain(raw)
    if is_empty(text):
        return missing(options)
    if problem := unusable(text):
        return problem
    found = re.fullmatch(r"(\d{4})(?:学?年)?(?:[-/~～—–至到]+)(\d{4}|\d{2})(?:学年|年)?", compact(text))
    if found is None:
        return wrong(f"「{tidy(text)}」不是学年", "写成 2021-2022")
    first, second = int(found.group(1)), int(found.group(2))
    second += first // 100 * 100 if second < 100 else 0
    if second != first + 1:
        return wrong(f"「{tidy(text)}」的两个年份不是先后相连的", "写成 2021-2022")
    kept = f"{first}-{second}"
    return Cleaned(kept, raw != kept, note="统一写成 2021-2022 的样子")


def clean_years_of_study(raw: Raw, options: Options) -> Cleaned:
    """Clean the length of schooling in whole years."""
    if isinstance(raw, bool):
        return wrong("是真假值，不是年数", "填年数，如 3")
    text = plain(raw)
    if is_empty(text):
        return missing(options)
    if problem := unusable(text):
        return problem
    short = re.sub(r"(?:年制?|学年)$", "", compact(text).removeprefix("学制"))
    short = short.removesuffix(".0")
    value = int(short) if short.isdecimal() else chinese_number(short)
    if value is None or not 1 <= value <= 10:
        return wrong(f"「{tidy(text)}」不是年数", "只填年数，如 3")
    return Cleaned(value, isinstance(raw, str) and raw != str(value), note="只留年数")


def _read(raw: Raw, options: Options) -> Cleaned | tuple[int, int | None, int | None, bool]:
    """Return year, month, day as far as they are there, and whether the spelling differs from the usual."""
    if isinstance(raw, dt.datetime | dt.date):
        return raw.year, raw.month, raw.day, False
    if isinstance(raw, bool | dt.time | dt.timedelta):
        return wrong(f"「{raw}」不是日期", "写成 2021-09-01")
    if isinstance(raw, int | float):
        return _from_number(raw)
    text = plain(raw)
    if is_empty(text):
        return missing(options)
    return unusable(text) or _from_text(text)


def _from_number(raw: float) -> Cleaned | tuple[int, int | None, int | None, bool]:
    digits = f"{raw:.15g}"
    if digits.isdecimal() and len(digits) in (6, 8):
        return _from_text(digits)
    if float(raw).is_integer() and int(raw) in _SERIALS:
        day = dt.date(1899, 12, 30) + dt.timedelta(days=int(raw))
        return day.year, day.month, day.day, True
    if raw == 60:
        return wrong("序号 60 是 1900 年 2 月 29 日，没有这一天", "重新填写日期")
    if digits.isdecimal() and _FIRST <= raw <= _LAST:
        return int(raw), None, None, False
    return wrong(f"「{digits}」是数字，不是日期", "写成 2021-09-01")


def _from_text(text: str) -> Cleaned | tuple[int, int | None, int | None, bool]:
    typed, named = tidy(text), _by_name(tidy(text))
    if named:
        return named
    short = _TIME.sub("", re.sub(r"\s+", " ", _half(tidy(text))))
    short = _WORDS.sub("", short).strip().replace(" ", "")
    if spelt := _CHINESE.match(short):
        year, month, day = (
            chinese_number(part.replace("○", "〇")) if part else None for part in spelt.groups()
        )
        return int(year or 0), month, day, True
    if _VAGUE.search(short):
        return wrong(f"「{typed}」只是大概的时间", "填准确的日期")
    if _PERIOD.search(short) or re.search(r"\d{4}\D+\d{1,2}\D+\d{1,2}\D+\d{4}", short):
        return wrong(f"「{typed}」是一段时间，不是一个日期", "只填一个日期")
    if found := _FULL.match(short):
        year, month, day = (int(part) for part in found.groups())
        return year, month, day, True
    if found := _MONTH.match(short):
        return int(found.group(1)), int(found.group(2)), None, True
    if re.fullmatch(r"\d{8}", short):
        return int(short[:4]), int(short[4:6]), int(short[6:]), True
    if re.fullmatch(r"\d{6}", short):
        return int(short[:4]), int(short[4:]), None, True
    if re.fullmatch(r"\d{5}", short) and int(short) in _SERIALS:
        return _from_number(int(short))
    if found := _REVERSED.match(short):
        return _day_first(int(found.group(1)), int(found.group(2)), int(found.group(3)), typed)
    if re.fullmatch(r"\d{4}年?", short) and _FIRST <= int(short[:4]) <= _LAST:
        return int(short[:4]), None, None, True
    if _NO_YEAR.match(short):
        return wrong(f"「{typed}」缺少年份", "写成 2021-09-01")
    if _SHORT_YEAR.match(short):
        return wrong(f"「{typed}」的年份只有两位", "写四位年份，如 2021-09-01")
    return wrong(f"「{typed}」不是日期", "写成 2021-09-01")


def _by_name(text: str) -> tuple[int, int | None, int | None, bool] | None:
    """Read dates with an English month name, as programs print them."""
    found = re.search(
        r"(?i)\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b", text.replace("-", " ")
    )
    if found is None:
        return None
    rest = re.sub(r"\d{1,2}:\d{2}(?::\d{2})?", "", text.replace("-", " "))
    years, days = re.findall(r"\b(\d{4})\b", rest), re.findall(r"\b(\d{1,2})(?:st|nd|rd|th)?\b", rest)
    if len(years) != 1 or len(days) > 1:
        return None
    return int(years[0]), _MONTHS[found.group(1).lower()], int(days[0]) if days else None, True


def _day_first(first: int, second: int, year: int, typed: str) -> Cleaned | tuple[int, int, int, bool]:
    if first > 12 >= second:
        return year, second, first, True
    if second > 12 >= first or first == second:
        return year, first, second, True
    return wrong(f"「{typed}」看不出哪个是月、哪个是日", "写成 2021-09-01")


def _day(year: int, month: int, day: int, changed: bool, raw: Raw) -> Cleaned:
    typed = _typed(raw)
    if not _FIRST <= year <= _LAST:
        return wrong(f"「{typed}」的年份 {year} 不对", "核对年份")
    if not 1 <= month <= 12:
        return wrong(f"「{typed}」：没有 {month} 月", "核对月份")
    longest = calendar.monthrange(year, month)[1]
    if not 1 <= day <= longest:
        return wrong(f"「{typed}」：{year} 年 {month} 月只有 {longest} 天", "核对日期")
    value = dt.date(year, month, day)
    changed = isinstance(raw, int | float) or (isinstance(raw, str) and raw != value.isoformat())
    return Cleaned(value, changed, note="统一写成 年-月-日" if changed else "")


def _half(text: str) -> str:
    import unicodedata

    return unicodedata.normalize("NFKC", text)


def _typed(raw: Raw) -> str:
    return tidy(plain(raw))
