"""What a new column probably holds: told by fields of the same name, its comment, its cells' format, its name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from statecollect.catalog import Catalog, CodeList, Field
from statecollect.schemas.blank_workbooks import BlankColumn
from statecollect.schemas.sheet_titles import compared_name, without_remark
from statecollect.workbook.layout import plain_name

_YES_NO = {"是", "否"}
_UNIT = re.compile(r"[（(](万元|元|人|个|平方米|万册|册|学时|天|%|人次|项|门|台|套|亩|年)[）)]>?$")
_NUMBERS = {"integer", "decimal", "percent", "years_of_study"}
_VALIDATED = {"whole": "integer", "decimal": "decimal", "date": "date"}
_SAID = (  # in the comment
    (r"年月日|YYYY-?MM-?DD", "date"),
    (r"YYYY-?MM|格式.{0,6}年月", "year_month"),
    (r"(多个|多项|多选).{0,12}(逗号|顿号)", "text_list"),
    (r"百分[比数]", "percent"),
    (r"保留.{0,6}小数", "decimal"),
    (r"整数", "integer"),
)
_NAMED = (
    (r"身份证", "id_number"),
    (r"手机", "mobile"),
    (r"电话", "phone"),
    (r"邮箱|E-?mail", "email"),
    (r"网址", "url"),
    (r"年月", "year_month"),
    (r"日期|时间$", "date"),
    (r"[（(](万元|元|平方米|学时|亩|万册)[）)]", "decimal"),
    (r"[（(]%[）)]|比例|率$", "percent"),
    (r"[（(](人|个|人次|项|门|台|套|册|天)[）)]|人数|数量$", "integer"),
    (r"姓名$", "name"),
    (r"^是否", "yes_no"),
    (r"(代码|编号|号)$", "identifier"),
)


@dataclass(frozen=True, slots=True)
class Guess:
    """What a new field is to be. ``codes`` names a list of the catalog; None with kind ``code`` asks for a new one."""

    kind: str
    codes: str | None = None
    unit: str | None = None


def guess(column: BlankColumn, catalog: Catalog) -> Guess:
    """Guess kind, code list and unit; text when nothing tells."""
    unit = _UNIT.search(column.name)
    if column.choices is not None:
        if set(column.choices) == _YES_NO:
            return Guess("yes_no")
        return Guess("code", _same_list(column, catalog.codes))
    twin = _twin(column, catalog)
    if twin is not None:
        return Guess(twin.kind, twin.codes, twin.unit)
    kind = (
        _first(_SAID, column.comment)
        or _first(_NAMED[:6], column.name)
        or _VALIDATED.get(column.kind)
        or _of_format(column.number_format)
        or _first(_NAMED, column.name)
        or "text"
    )
    return Guess(kind, unit=unit[1] if unit and kind in _NUMBERS else None)


def _same_list(column: BlankColumn, lists: Mapping[str, CodeList]) -> str | None:
    """Return the list that offers exactly these values; of several the one whose name the column bears."""
    offered = {plain_name(choice) for choice in column.choices or ()}
    same = [
        codes
        for codes in lists.values()
        if {plain_name(label) for label in codes.labels} == offered
        and not any(code.within for code in codes.values)
    ]
    same.sort(key=lambda one: one.name not in column.name)
    return same[0].id if same else None


def _twin(column: BlankColumn, catalog: Catalog) -> Field | None:
    """Return a field of the same name when all fields of that name are of one kind; not one that needs a drop-down."""
    name = compared_name(column.name)
    same = [
        field
        for table in catalog.tables.values()
        for field in table.fields
        if name in {compared_name(field.name), without_remark(compared_name(field.name))}
    ]
    alike = len({(field.kind, field.codes, field.unit) for field in same}) == 1 and same[0].kind != "text"
    return same[0] if alike and not same[0].within else None


def _first(rules: tuple[tuple[str, str], ...], text: str) -> str | None:
    return next((kind for pattern, kind in rules if re.search(pattern, text, re.IGNORECASE)), None)


def _of_format(code: str) -> str | None:
    """Return what a number format says: dates, months, percentages, decimals; a plain 0 is a whole number."""
    plain = re.sub(r'"[^"]*"|\[[^\]]*\]|[_\\].', "", code).lower()
    if "y" in plain:
        return "datetime" if "h" in plain else "date" if "d" in plain else "year_month"
    if "%" in plain:
        return "percent"
    if re.fullmatch(r"[#0,]*0\.0+.*", plain):
        return "decimal"
    return "integer" if re.fullmatch(r"[#0,]*0", plain) else None
