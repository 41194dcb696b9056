"""Units people glue to numbers, and what they mean in the unit of the column."""

from __future__ import annotations

import re
from typing import NamedTuple


class Unit(NamedTuple):
    """A unit's family (only within it can a value be converted) and its size in the family's base unit."""

    family: str
    factor: float = 1.0


_FAMILIES: dict[str, dict[str, float]] = {
    "金额": {"元": 1, "圆": 1, "块": 1, "块钱": 1, "元钱": 1, "元人民币": 1, "人民币": 1, "rmb": 1, "cny": 1, "角": 0.1, "分钱": 0.01},
    "面积": {
        "平方米": 1, "平米": 1, "平方": 1, "平": 1, "m2": 1, "m²": 1, "m^2": 1, "平方公里": 1e6, "平方千米": 1e6, "km2": 1e6,
        "km²": 1e6, "公顷": 1e4, "ha": 1e4,
    },
    "亩": {"亩": 1},
    "长度": {"米": 1, "m": 1, "公里": 1000, "千米": 1000, "km": 1000},
    "学时": {"学时": 1, "课时": 1, "节": 1, "节课": 1, "节次": 1, "h": 1},
    "小时": {"小时": 1, "h": 1, "hours": 1},
    "学分": {"学分": 1, "分": 1},
    "分数": {"分": 1},
    "年": {"年": 1, "周年": 1, "年制": 1},
    "月": {"个月": 1, "月": 1},
    "周": {"周": 1, "星期": 1},
    "天": {"天": 1, "日": 1},
    "岁": {"岁": 1, "周岁": 1},
    "人": {"人": 1, "名": 1, "位": 1, "个人": 1, "员": 1, "生": 1, "名学生": 1, "名教师": 1, "人数": 1},
    "人次": {"人次": 1, "人·次": 1},
    "人日": {"人日": 1, "人天": 1},
    "人月": {"人月": 1},
    "人时": {"人时": 1, "人学时": 1},
    "带宽": {"mbps": 1, "mb/s": 1, "m": 1, "兆": 1, "gbps": 1000, "g": 1000},
    "容量": {"gb": 1, "g": 1, "tb": 1024, "t": 1024, "pb": 1024**2, "mb": 1 / 1024},
    "倍": {"倍": 1},
}  # fmt: skip
_COUNTED_IN = (
    "个 台 套 件 册 本 种 部 门 项 间 家 所 场 次 篇 条 座 辆 处 张 组 支 份 期 届 班 对 只 类 款 幅 点 户 批 "
    "轮 级 把 工位 台套 台/套 台(套) 台件 台(件) 门次 班次 项次 家次 册次 场次 个班 个班级 部门 座位 床 床位 机位 学期 "
    "学年 篇次 卷 卷册 专业"
)
_COUNTERS = _COUNTED_IN.split()
_FAMILIES["件数"] = dict.fromkeys(_COUNTERS, 1.0)
MAGNITUDES = {
    "": 1.0, "十": 10.0, "百": 100.0, "千": 1e3, "万": 1e4, "十万": 1e5, "百万": 1e6, "千万": 1e7, "亿": 1e8, "十亿": 1e9,
    "万亿": 1e12, "w": 1e4, "k": 1e3,
}  # fmt: skip
OTHER_CURRENCY = re.compile(
    r"美元|美金|欧元|英镑|日元|日圆|港元|港币|澳元|加元|韩元|韩币|卢布|新台币|台币|泰铢|新加坡元|新币|卢比|澳门元|林吉特|"
    r"[$€£₩₽฿₫₹]|\b(?:usd|eur|gbp|jpy|hkd|krw|rub|twd|thb|sgd|aud|cad)\b",
    re.I,
)
RATE = re.compile(
    r"/(?!套|件)(?:年|月|日|天|周|人|生|学期|学年|次|节|小时|学时|h|台|亩|平|m)|^[每年人生月][均每]?(?=\d)|每(?:年|月|人|生|天|学期|学年|周|次)|人均|"
    r"生均|年均|月均|平均"
)


def known_unit(text: str, column: str | None) -> tuple[float, Unit | None] | None:
    """Split ``万元`` into its magnitude and unit, preferring the reading that fits the column's unit.

    A bare magnitude (12.5万) has no unit; None if the text is no known unit.
    """
    wanted = _column(column)[1] if column else None
    readings: list[tuple[float, Unit | None]] = []
    for sign, magnitude in MAGNITUDES.items():
        if not text.startswith(sign):
            continue
        rest = text[len(sign) :]
        if not rest:
            readings.append((magnitude, None))
        for family, units in _FAMILIES.items():
            if rest in units:
                readings.append((magnitude, Unit(family, units[rest])))
    fitting = [
        reading
        for reading in readings
        if reading[1] is None or (wanted and _compatible(reading[1], wanted, text))
    ]
    candidates = fitting or readings
    return candidates[0] if candidates else None


def factor_to(column: str | None, magnitude: float, unit: Unit | None, text: str) -> float | None:
    """Return what to multiply a number of this magnitude and unit by to have it in the column's unit.

    Without a column unit only the magnitude counts. None if the units do not measure the same thing.
    """
    if not column:
        return magnitude * (unit.factor if unit else 1.0)
    if text == column.lower():
        return 1.0
    column_magnitude, wanted = _column(column)
    if unit is None:
        return magnitude / column_magnitude
    if wanted is None or not _compatible(unit, wanted, text):
        return None
    return magnitude * unit.factor / (column_magnitude * wanted.factor)


def _column(column: str) -> tuple[float, Unit | None]:
    text = column.lower()
    for sign, magnitude in MAGNITUDES.items():
        for family, units in _FAMILIES.items():
            if text.startswith(sign) and text[len(sign) :] in units:
                return magnitude, Unit(family, units[text[len(sign) :]])
    return 1.0, None


def _compatible(unit: Unit, wanted: Unit, text: str) -> bool:
    if unit.family == wanted.family:
        return True
    generic = text.endswith("个") and unit.family == "件数"  # 300个 counts people as well
    return (generic and wanted.family == "人") or {unit.family, wanted.family} == {"学分", "分数"}
