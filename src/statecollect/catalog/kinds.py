"""Field kinds: what sort of value a column holds.

One row a kind. The cleaner of a kind lives in ``statecollect.cleaning``; how it looks in Excel in
``statecollect.workbook.layout``. Values are stored as the SQL type named here, so that rules in SQL
can compare them; a ``year_month`` is the text ``YYYY-MM``, whose order is the order of time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Storage = Literal["text", "integer", "decimal", "date", "datetime"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of value.

    ``storage``: how it is stored. ``pattern``: a regular expression (ASCII digits) the cleaned value must match. ``length``:
    the longest text allowed where the field does not say. ``example``: shown to the clerk.
    ``unit``/``decimals``: defaults a field may override. ``personal``: masked outside the owner's workbook.
    """

    name: str
    label: str
    storage: Storage = "text"
    pattern: str | None = None
    pattern_says: str = ""
    length: int | None = None
    example: str = ""
    unit: str | None = None
    decimals: int | None = None
    minimum: float | None = None
    personal: bool = False


_KINDS = [
    Kind("text", "文字"),
    Kind("name", "姓名", example="张三"),
    Kind("name_list", "姓名名单，英文逗号分隔", example="张三,李四"),
    Kind("code", "从下拉列表选一项"),
    Kind("codes", "可选多项，英文逗号分隔"),
    Kind("text_list", "可填多项，英文逗号分隔"),
    Kind("yes_no", "是或否", example="是"),
    Kind("integer", "整数", "integer", example="12", decimals=0, minimum=0),
    Kind("decimal", "数字", "decimal", example="12.50", decimals=2, minimum=0),
    Kind("percent", "百分数，只填数字", "decimal", example="85.5", unit="%", decimals=2, minimum=0),
    Kind("date", "日期", "date", example="2021-09-01"),
    Kind("datetime", "日期和时间", "datetime", example="2021-09-01 08:30"),
    Kind("year_month", "年月", pattern=r"\d{4}-(0[1-9]|1[0-2])", pattern_says="年-月", example="2021-09"),
    Kind("year", "年份", "integer", example="2021", decimals=0, minimum=1900),
    Kind("school_year", "学年", pattern=r"\d{4}-\d{4}", pattern_says="年-年", example="2021-2022"),
    Kind("grade", "年级（入学年份）", pattern=r"20\d{2}", pattern_says="四位年份", example="2021"),
    Kind("grades", "年级，可填多个，英文逗号分隔", example="2020,2021"),
    Kind("years_of_study", "学制（年数）", "decimal", example="3", decimals=1, minimum=1),
    Kind("id_number", "身份证件号", length=18, example="11010519491231002X", personal=True),
    Kind("student_no", "学号", length=32, example="202101010101"),
    Kind("staff_no", "教工号", length=20, example="0035"),
    Kind("identifier", "编号", length=50, example="A0012"),
    Kind(
        "major_code",
        "专业代码",
        length=7,
        example="460103",
        pattern=r"\d{6}[KHT]?",
        pattern_says="6 位数字，可带 K",
    ),
    Kind(
        "school_code",
        "学校标识码",
        length=10,
        example="4151000000",
        pattern=r"\d{10}",
        pattern_says="10 位数字",
    ),
    Kind("uscc", "统一社会信用代码", length=18, example="91510100MA0000000X"),
    Kind("isbn", "ISBN 号", length=17, example="9787040000009"),
    Kind(
        "mobile",
        "手机号",
        length=11,
        example="13800138000",
        pattern=r"1[3-9]\d{9}",
        pattern_says="11 位手机号",
        personal=True,
    ),
    Kind(
        "phone",
        "电话（区号-号码，或手机号）",
        length=30,
        example="028-26110000",
        personal=True,
    ),
    Kind(
        "postcode",
        "邮政编码",
        length=6,
        example="641300",
        pattern=r"\d{6}",
        pattern_says="6 位数字",
    ),
    Kind("email", "电子邮箱", length=60, example="name@school.edu.cn", personal=True),
    Kind("url", "网址", length=200, example="https://www.school.edu.cn"),
]

KINDS: dict[str, Kind] = {kind.name: kind for kind in _KINDS}
MULTI_VALUED = {"codes", "name_list", "text_list", "grades"}
