"""Numbers as people write them: units glued on, 万 and 亿, thousands separators, percent, approximations."""

from __future__ import annotations

import datetime as dt
import re

from statecollect.cleaning_b.text import compact, is_empty, missing, plain, tidy, unusable
from statecollect.cleaning_b.values import Cleaned, Options, Raw, wrong

_DIGITS = dict(zip("零〇一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_TENS = {"十": 10, "百": 100, "千": 1000, "万": 10_000}
_SCALES = {
    "": 1.0,
    "十": 1e1,
    "百": 1e2,
    "千": 1e3,
    "k": 1e3,
    "K": 1e3,
    "万": 1e4,
    "w": 1e4,
    "W": 1e4,
    "百万": 1e6,
    "千万": 1e7,
    "亿": 1e8,
}

# Units by what they measure, each with its size in the family's base unit.
_FAMILIES: dict[str, dict[str, float]] = {
    "money": {"元": 1, "圆": 1, "块": 1, "块钱": 1, "千元": 1e3, "万元": 1e4, "百万元": 1e6, "千万元": 1e7, "亿元": 1e8, "元/人": 1},
    "area": {"平方米": 1, "平米": 1, "平方": 1, "m2": 1, "M2": 1, "㎡": 1, "m²": 1, "平方公里": 1e6, "公顷": 1e4},
    "percent": {"%": 1, "‰": 0.1, "个百分点": 1},
    "volumes": {"册": 1, "本": 1, "万册": 1e4},
    "hours": {"学时": 1, "课时": 1, "节": 1, "小时": 1, "h": 1, "H": 1, "时": 1},
    "days": {"天": 1, "日": 1},
    "years": {"年": 1},
    "points": {"分": 1, "学分": 1},
    "speed": {"Mbps": 1, "M": 1, "兆": 1, "mbps": 1, "MB": 1},
    "bytes": {"GB": 1, "G": 1, "gb": 1, "TB": 1024, "T": 1024},
    "count": dict.fromkeys(
        ("人", "名", "个", "位", "台", "套", "台套", "台(套)", "台/套", "门", "项", "次", "人次", "册次", "间", "件", "篇", "家", "户",
         "班", "所", "种", "部", "场", "起", "组", "支", "座", "处", "张", "条", "批", "期", "届", "周", "月", "个月", "岁", "人时", "人天",
         "人日", "人月", "辆", "幢", "栋", "元/月", "点"), 1.0),
}  # fmt: skip
_UNIT_FAMILY = {unit: family for family, units in _FAMILIES.items() for unit in units}
_LOOSE = {"count", "volumes", "hours", "days", "years", "points"}

_NUMBER = re.compile(r"^([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|[+-]?\.\d+)((?:[eE][+-]?\d+)?)(.*)$")
_APPROXIMATE = re.compile(
    r"约|大概|大致|左右|上下|近\d|以上|以下|以内|超过|不足|不到|至少|至多|多[人个名元万]?$|余[人个名元万]?$|几|若干|[><≥≤≈~～]\d|\d\+$|±"
)
_RANGE = re.compile(r"\d[^\d.,eE]*(?:-|–|—|~|～|至|到)[^\d]*\d")
_SUM = re.compile(r"\d[^\d,.]*[×*xX÷/+=][^\d]*\d|^=")
_RATE = re.compile(r"/(?:年|月|日|天|人|生|学年|学期|小时)|每(?:年|月|人|生)")
_CURRENCY = re.compile(
    r"美元|美金|欧元|港币|港元|日元|英镑|韩元|澳元|泰铢|卢布|[$€£₩]|USD|EUR|HKD|JPY|GBP", re.IGNORECASE
)
_LOOKALIKE = re.compile(r"^[\d.,]*[OoIl|][\d.,OoIl|]*$")
_ASIDE = re.compile(r"^(?:人民币|RMB|CNY|[¥￥]|共计?|合计|总计)+|(?:整|正)$", re.IGNORECASE)


def clean_number(raw: Raw, options: Options, number_format: str | None, *, whole: bool) -> Cleaned:
    """Clean a number into the field's unit. Anything approximate, ranged or uncomputed is an error, never rounded."""
    if isinstance(raw, bool):
        return wrong(f"「{plain(raw)}」是真假值，不是数字", "填数字")
    if isinstance(raw, dt.date | dt.datetime | dt.time | dt.timedelta):
        return wrong(f"「{raw}」是日期或时间，不是数字", "把单元格格式改为数值后重新输入")
    if isinstance(raw, int | float):
        return _from_number(raw, options, number_format, whole)
    text = plain(raw)
    if is_empty(text):
        return missing(options)
    if problem := unusable(text):
        return problem
    return _from_text(text, options, whole)


def _from_number(raw: float, options: Options, number_format: str | None, whole: bool) -> Cleaned:
    percent = number_format is not None and "%" in number_format
    value = float(raw)
    if options.unit == "%":
        if percent:
            value *= 100
        elif 0 < abs(value) <= 1:
            return wrong(
                f"「{plain(raw)}」看不出是 {plain(raw)}% 还是 {value * 100:g}%",
                "这一栏的单位是 %，按 85 这样填",
            )
    elif percent:
        return wrong(f"单元格是百分数格式（{value * 100:g}%），这里要数字", "把单元格格式改为数值后重新输入")
    return _finish(value, options, whole, changed=percent, typed=plain(raw), bare=True)


def _from_text(text: str, options: Options, whole: bool) -> Cleaned:
    typed = tidy(text)
    short = compact(text)
    if short.startswith("(") and short.endswith(")") and re.fullmatch(r"\(\d[\d,.]*\)", short):
        short = "-" + short[1:-1]
    if problem := _vague(short, typed):
        return problem
    bare = _ASIDE.sub("", short)
    if bare.startswith("百分之"):
        bare = bare.removeprefix("百分之") + "%"
    found = _NUMBER.match(bare)
    if found is None:
        spelt = chinese_number(re.sub(r"[^\d零〇一二两三四五六七八九十百千万]+$", "", bare))
        unit = bare.lstrip("零〇一二两三四五六七八九十百千万")
        if spelt is None or (unit and unit not in _UNIT_FAMILY):
            return wrong(f"「{typed}」不是数字", _ask(options))
        return _finish(float(spelt), options, whole, changed=True, typed=typed, bare=not unit)
    if problem := _digits(bare, found.group(1), typed):
        return problem
    if re.search(r"\d\s+\d", typed) and not re.match(r"^\D*\d{1,3}(?:[ \u3000]\d{3})+(?!\d)", typed):
        return wrong(f"「{typed}」中间有空格，看不出是一个数还是几个数", _ask(options))
    number = float(found.group(1).replace(",", "") + found.group(2))
    factor = _factor(found.group(3), options.unit, typed)
    if isinstance(factor, Cleaned):
        return factor
    if options.unit == "%" and not found.group(3) and 0 < abs(number) < 1:
        return wrong(
            f"「{typed}」看不出是 {number:g}% 还是 {number * 100:g}%", "这一栏的单位是 %，按 85 这样填"
        )
    changed = short != found.group(1).lstrip("+") or "," in short or short != text
    return _finish(number * factor, options, whole, changed=changed, typed=typed, bare=not found.group(3))


def _vague(short: str, typed: str) -> Cleaned | None:
    if _CURRENCY.search(short):
        return wrong(f"「{typed}」是外币", "折合成人民币填写")
    if _RATE.search(short):
        return wrong(f"「{typed}」是单价或比率，不是总数", "填总数")
    if _APPROXIMATE.search(short):
        return wrong(f"「{typed}」是约数", "填准确的数")
    if _RANGE.search(short.lstrip("+-")):
        return wrong(f"「{typed}」是一个范围，不是一个数", "填一个准确的数")
    if _SUM.search(re.sub(r"台/套|元/月|[eE]\+\d", "", short)):
        return wrong(f"「{typed}」是没有算出来的算式", "填算好的结果")
    if _LOOKALIKE.match(short) and any(char.isdigit() for char in short):
        return wrong(f"「{typed}」里有字母 O、I 或 l", "改成数字 0 或 1")
    return None


def _digits(bare: str, number: str, typed: str) -> Cleaned | None:
    if "。" in bare:
        return wrong(f"「{typed}」用了句号“。”，可能是小数点", "小数点请用英文句点，如 12.5")
    if ".." in bare or bare.count(".") > 1:
        return wrong(f"「{typed}」有两个小数点", "只留一个小数点")
    if bare[len(number) :].startswith(","):
        return wrong(f"「{typed}」的逗号看不出是小数点还是千分位", "去掉逗号，小数点用英文句点")
    return None


def _factor(suffix: str, unit: str | None, typed: str) -> float | Cleaned:
    """Return what to multiply by to get from the written unit to the field's."""
    suffix = suffix.strip(".;；").replace("(", "").replace(")", "")
    if not suffix:
        return 1.0
    wanted = _UNIT_FAMILY.get(unit or "")
    base = _FAMILIES[wanted][unit] if wanted and unit else 1.0
    family = _UNIT_FAMILY.get(suffix)
    if family is not None:
        if wanted in (None, family) or (family in _LOOSE and wanted in _LOOSE and suffix == unit):
            return _FAMILIES[family][suffix] / base if wanted == family else _loose(family, suffix)
        return wrong(f"「{typed}」的单位是{suffix}，这一栏的单位是{unit}", f"换算成{unit}，只填数字")
    for scale, size in sorted(_SCALES.items(), key=lambda one: -len(one[0])):
        rest = suffix.removeprefix(scale) if scale and suffix.startswith(scale) else None
        if rest is None or (rest and _UNIT_FAMILY.get(rest) is None):
            continue
        if not rest:
            return size / base
        if wanted in (None, _UNIT_FAMILY[rest]):
            return size * _FAMILIES[_UNIT_FAMILY[rest]][rest] / (base if wanted else 1.0)
    return wrong(f"「{typed}」不是数字", f"只填数字{'，单位是' + unit if unit else ''}")


def _loose(family: str, suffix: str) -> float | Cleaned:
    """A field without a unit takes what is counted one by one; sizes that would need conversion are in doubt."""
    size = _FAMILIES[family][suffix]
    return 1.0 if size == 1 else wrong(f"单位“{suffix}”需要换算", "换算后只填数字")


def _finish(value: float, options: Options, whole: bool, *, changed: bool, typed: str, bare: bool) -> Cleaned:
    value = round(value, 8)
    note = "只留数字" + (f"，单位 {options.unit}" if options.unit else "") if changed else ""
    if options.unit == "%" and value < 0:
        return wrong(f"「{typed}」是负的百分比", "填 0 到 100 之间的数")
    if options.most is not None and bare and abs(value) > options.most:
        return wrong(
            f"「{typed}」{options.unit or ''}大得不像，可能单位错了（{value / 1e4:g}{options.unit or ''}？）",
            f"核对单位：这一栏是{options.unit or '数'}",
        )
    if whole:
        if not value.is_integer():
            return wrong(f"「{typed}」不是整数", "填整数，不要四舍五入的结果")
        return Cleaned(int(value), changed, note=note)
    if options.decimals is not None and round(value, options.decimals) != value:
        return wrong(f"「{typed}」超过 {options.decimals} 位小数", f"保留 {options.decimals} 位小数")
    return Cleaned(value, changed, note=note)


def chinese_number(text: str) -> int | None:
    """Return 十二 → 12, 三百零五 → 305, 二〇二一 → 2021; None for anything else."""
    if not text or any(char not in _DIGITS and char not in _TENS for char in text):
        return None
    if all(char in _DIGITS for char in text):
        return int("".join(str(_DIGITS[char]) for char in text))
    total = section = digit = 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char == "万":
            total, section, digit = (total + section + digit) * 10_000, 0, 0
        else:
            section, digit = section + (digit or 1) * _TENS[char], 0
    return total + section + digit


def _ask(options: Options) -> str:
    return f"只填数字，单位是{options.unit}" if options.unit else "只填数字"
