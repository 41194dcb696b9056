"""Years, school years, grades and lengths of study."""

from __future__ import annotations

import datetime as dt
import re

from statecollect.cleaning.dates import YEAR, read_moment
from statecollect.cleaning.numerals import numeral
from statecollect.cleaning.outcome import Call, CellOutcome, Raw, Took, Wrong, quoted, typed
from statecollect.core.characters import narrow

_TWO_YEARS = re.compile(r"(\d{4}|\d{2})年?(?:[-/~]+|至|到)(\d{4}|\d{2})(?:年|学年|年度|学年度)?")
_GLUED = re.compile(r"(\d{4})(\d{4})")
_ONE_SCHOOL_YEAR = re.compile(r"(\d{4})学年度?")
_TERM = re.compile(r"学期|[上下]$|[春秋][季]?$|[-(_.]0?[12][)]?$|[一二]$")
_GRADE = re.compile(r"(20\d{2}|\d{2}(?=[级届年]))(?:\.0)?(?:级|年级|年|届)?(?:学生|生)?")
_GRADE_RANGE = re.compile(r"(20\d{2})级?(?:至|到|~|-)+(20\d{2})级?")
_SPLIT = re.compile(r"[,;；、/|┋｜\s和及与]+")
_STUDY = re.compile(
    r"(?:全日制)?(?:学制)?[:：为]?([\d.]+|[一二两三四五六七八九十壹贰叁肆伍陆柒捌玖]+)(?:学年|年制|年)?(半)?(?:制)?(?:\([^)\d]*\))?"
)
_YEAR_EDGES = re.compile(r"^公元\s*|(?<=^\d{4})\.0+$")
_LONGEST_STUDY = 10


def clean_year(raw: Raw, call: Call) -> CellOutcome:
    """Clean to a four-digit year as int."""
    if isinstance(raw, str):
        raw = _YEAR_EDGES.sub("", raw.strip())
    found = read_moment(raw, call, YEAR)
    if isinstance(found, Wrong):
        return found
    if (isinstance(raw, (int, float)) and (raw != int(raw) or raw > 9999)) or (
        isinstance(raw, str) and re.fullmatch(r"\d{5}(?:\.\d+)?", raw)
    ):
        return Wrong(f"{quoted(raw)}不是年份", YEAR.hint)
    return Took(found.year, found.note or ("只取年份" if found.month else "去掉了多余的字"))


def clean_school_year(raw: Raw, call: Call) -> CellOutcome:
    """Clean to ``YYYY-YYYY``; a term, a single year or years that do not follow each other are errors."""
    hint = "填写学年，如 2021-2022"
    if not isinstance(raw, str):
        return Wrong(f"{quoted(raw)}不是学年", hint)
    text = re.sub(r"\s", "", narrow(raw)).rstrip("。.,")
    found = _TWO_YEARS.fullmatch(text) or _GLUED.fullmatch(text)
    if not found:
        if single := _ONE_SCHOOL_YEAR.fullmatch(text):
            return Took(f"{single[1]}-{int(single[1]) + 1}", "已写成起止两个年份")
        if _TERM.search(text):
            return Wrong(f"{quoted(raw)}是学期，不是学年", hint)
        return Wrong(f"{quoted(raw)}不是学年", hint)
    start = int(found[1]) if len(found[1]) == 4 else 2000 + int(found[1])
    end = int(found[2]) if len(found[2]) == 4 else start // 100 * 100 + int(found[2])
    if len(found[1]) == 2 and len(found[2]) == 4:
        return Wrong(f"{quoted(raw)}的两个年份写法不同", hint)
    if end < start:
        return Wrong(f"{quoted(raw)}的两个年份前后颠倒", hint)
    if end != start + 1:
        return Wrong(f"{quoted(raw)}的两个年份不相连", hint)
    if not 1950 <= start <= call.today.year + 5:
        return Wrong(f"{quoted(raw)}的年份不合常理", hint)
    return Took(f"{start}-{end}", "已写成标准学年")


def clean_grade(raw: Raw, call: Call) -> CellOutcome:
    """Clean one grade to the four digits of its year of entry."""
    outcome = clean_grades(raw, call)
    if isinstance(outcome, Wrong) or not isinstance(outcome.value, list):
        return outcome
    if len(outcome.value) > 1:
        return Wrong(f"{quoted(raw)}有多个年级，这里只填一个", "只填一个年级，如 2021")
    return Took(outcome.value[0], outcome.note)


def clean_grades(raw: Raw, call: Call) -> CellOutcome:
    """Clean grades to a list of four-digit years of entry, in the order typed."""
    hint = "填写入学年份，多个用英文逗号分隔，如 2020,2021"
    if isinstance(raw, (bool, dt.date, dt.time, dt.timedelta)) or raw is None:
        return Wrong(f"{quoted(raw)}不是年级", hint)
    text = narrow(str(int(raw)) if isinstance(raw, (int, float)) and raw == int(raw) else str(raw))
    if (span := _GRADE_RANGE.fullmatch(text.replace(" ", ""))) and re.search("[级至到~]", text):
        first, last = int(span[1]), int(span[2])
        if first < last <= first + 6:
            return Took([str(year) for year in range(first, last + 1)], "已按年级逐个列出")
    grades: list[str] = []
    for part in filter(None, _SPLIT.split(re.sub(r"级(?=\d)", "级,", text.strip("。. ")))):
        found = _GRADE.fullmatch(part)
        year = (found[1] if len(found[1]) == 4 else f"20{found[1]}") if found else ""
        if not found or int(year) > call.today.year + 1:
            which = "" if part == text else f"中的「{typed(part)}」"
            return Wrong(f"{quoted(raw)}{which}不是年级", hint)
        if year not in grades:
            grades.append(year)
    return Took(grades, "已统一为入学年份、英文逗号分隔") if grades else Wrong(f"{quoted(raw)}不是年级", hint)


def clean_years_of_study(raw: Raw, call: Call) -> CellOutcome:
    """Clean the length of study to years, halves allowed; a scheme such as 3+2 is an error."""
    hint = "只填年数，如 3；两年半填 2.5"
    if isinstance(raw, (bool, dt.date, dt.time, dt.timedelta)) or raw is None:
        return Wrong(f"{quoted(raw)}不是学制年数", hint)
    found = _STUDY.fullmatch(re.sub(r"\s", "", narrow(str(raw))).rstrip("。"))
    if not found:
        scheme = re.search(r"\+|贯通|贯制|分段", str(raw))
        return Wrong(f"{quoted(raw)}是培养模式，不是年数" if scheme else f"{quoted(raw)}不是学制年数", hint)
    try:
        value = float(found[1]) if found[1][0] in ".0123456789" else numeral(found[1])
    except ValueError:
        value = None
    if value is not None and found[2]:
        value += 0.5
    if value is not None and not 1 <= value <= _LONGEST_STUDY:
        return Wrong(f"{quoted(raw)}作为学制不合常理", hint)
    if value is None or value * 2 != int(value * 2):
        return Wrong(f"{quoted(raw)}不是整年数，也不是半年数", hint)
    value = int(value) if value == int(value) else value
    choices = call.options.choices
    if choices is not None and str(value) not in choices.labels:
        return Wrong(f"{quoted(raw)}不在可选的学制之内", f"可选：{'、'.join(choices.labels)}")
    return Took(value, "去掉了“年”字")
