"""Names for kinds of value as people say them, and what each stands for: a kind of the catalog plus options."""

from __future__ import annotations

from statecollect.cleaning.outcome import Options

_COUNT = Options(minimum=0)

PRESETS: dict[str, tuple[str, Options]] = {
    "integer": ("integer", _COUNT),
    "decimal": ("decimal", Options()),
    "optional_number": ("decimal", Options()),
    # 10 亿元 is more than such a college owns: a bare number of that size was meant in 元
    "money_wan": ("decimal", Options(unit="万元", minimum=0, ceiling=100_000)),
    "money_yuan": ("decimal", Options(unit="元", minimum=0)),
    "percent": ("percent", Options(unit="%", maximum=100)),
    "area_m2": ("decimal", Options(unit="平方米", minimum=0)),
    "score": ("decimal", Options(unit="分", minimum=0)),
    "hours": ("decimal", Options(unit="学时", minimum=0)),
    "credit": ("decimal", Options(unit="学分", minimum=0)),
    "grades_multi": ("grades", Options()),
    "staff_no": ("staff_no", Options(width=4)),
    "isbn": ("isbn", Options(check_digit=False)),
    "optional_text": ("text", Options()),
    "required_text": ("text", Options(required=True)),
    "gender": ("code", Options(list_name="gender")),
    "ethnicity": ("code", Options(list_name="ethnicity")),
    "education": ("code", Options(list_name="education")),
    "degree": ("code", Options(list_name="degree")),
    "title": ("code", Options(list_name="title")),
    "political": ("code", Options(list_name="political")),
    "level": ("code", Options(list_name="level")),
    "choice": ("code", Options(list_name="choice")),
}
