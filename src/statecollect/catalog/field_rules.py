"""The rules that hold for every field by its kind. What breaks them is found while a workbook is read (``intake.columns``).

Their ids follow section 5.1 of the field evidence: F01 missing, F02 not in the list, F03 date, F04 number, F05 too
long, F06–F10 identifiers, F11 cleaned (a note), F00 unreadable cell.
"""

from __future__ import annotations

from statecollect.catalog import Field, Table

_FAMILY = {
    "code": "F02",
    "codes": "F02",
    "yes_no": "F02",
    "date": "F03",
    "datetime": "F03",
    "year_month": "F03",
    "year": "F03",
    "school_year": "F03",
    "grade": "F03",
    "grades": "F03",
    "integer": "F04",
    "decimal": "F04",
    "percent": "F04",
    "years_of_study": "F04",
    "id_number": "F06",
    "uscc": "F07",
    "isbn": "F08",
    "mobile": "F09",
    "phone": "F09",
    "postcode": "F09",
    "school_code": "F09",
    "email": "F09",
    "url": "F09",
    "major_code": "F10",
}
FIELD_RULES = {
    "F00": "单元格无法读取",
    "F01": "必填项为空",
    "F02": "不在可选范围",
    "F03": "日期、年份不对",
    "F04": "数字不对",
    "F05": "文字不对或超长",
    "F06": "身份证件号不对",
    "F07": "统一社会信用代码不对",
    "F08": "ISBN 不对",
    "F09": "号码、邮编、邮箱不对",
    "F10": "专业代码不对",
    "F11": "已自动整理",
}


def field_rule(table: Table, family: str) -> str:
    """Return the id of a field rule, such as ``1.4.1-F02``."""
    return f"{table.id}-{family}"


def family_of(field: Field) -> str:
    """Return the field rule that a wrong value of this field breaks."""
    return _FAMILY.get(field.kind, "F05")


def families_of(table: Table) -> list[str]:
    """Return the field rules that can say something about this table, notes left out."""
    kinds = {family_of(field) for field in table.fields}
    return [
        "F00",
        *(["F01"] if any(field.required == "yes" for field in table.fields) else []),
        *sorted(kinds),
    ]
