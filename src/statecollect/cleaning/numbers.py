"""Numbers as people type them: units glued on, 万 and 亿, separators, percentages; never a guess."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, InvalidOperation

from statecollect.cleaning.numerals import NUMERAL, mixed, numeral
from statecollect.cleaning.outcome import Call, CellOutcome, Options, Raw, Took, Wrong, quoted, typed
from statecollect.cleaning.units import OTHER_CURRENCY, RATE, factor_to, known_unit
from statecollect.core.characters import narrow
from statecollect.core.spelling import readable

PLAIN_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")
_APPROXIMATE = re.compile(
    r"约|大概|大致|估计|估算|左右|上下|将近|接近|(?:^|[^附])近(?=\d)|不足|不到|超过|超(?=\d)|至少|至多|最多|最少|不少于|不低于|不超过|不高于|"
    r"不多于|大于|小于|多于|少于|高于|低于|以上|以下|以内|余|\d多|[十百千万亿]多|几|[数若干](?=[十百千万人个])|若干|上[百千万]|[><≥≤≈±≧≦]|"
    r"^[~+-]?[~]|^\+\d.*\+$|\d[^\d]*\+$|^近|[-~]$"
)
_RANGE = re.compile(
    r"\d[^\d+*/=,.]{0,4}(?:-|~|至|到|—)+\D{0,2}\d|[一二三四五六七八九十](?:至|到|-|~)[一二三四五六七八九十]"
)
_CALCULATION = re.compile(r"\d\D{0,3}[×x*✕÷+=]\D{0,2}\d|^=|[\d)]\s*/\s*\d|\)\s*[×x*]|[×x*]\s*\(", re.I)
_LETTER = re.compile(r"(?<=[\d.,])[OoIl|](?=[\d.,]|$|\D)|(?<![A-Za-z])[OoIl|](?=[\d.])")
_SCIENTIFIC = re.compile(r"([+-]?\d+(?:\.(\d+))?)e([+-]?\d+)", re.I)
_NUMBER = re.compile(
    r"([+-]?)(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?: \d{3})+(?:\.\d+)?|\d{1,3}(?:'\d{3})+|\d+\.?\d*|\.\d+)"
)
_YUAN = re.compile(r"^(?:人民币|rmb|cny|¥|[¥]|\uffe5)+[:：]?|(?:整|正)$", re.I)
_PERCENT = re.compile(r"([+-]?(?:\d{1,3}(?:,\d{3})+|\d*)\.?\d+|\d+\.)(%|‰|‱|百分比|pct|percent)?", re.I)
_PERCENT_FORMAT = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_TRADITIONAL = str.maketrans("萬億圓", "万亿元")
_DIGITS_KEPT = 15  # of a binary float: beyond it only rounding rests remain


def shown_as_percent(number_format: str | None) -> bool:
    """Whether Excel shows the cell with a percent sign, i.e. 100 times the stored number."""
    return number_format is not None and "%" in _PERCENT_FORMAT.sub("", number_format)


def settled(value: float) -> float:
    """Return the number without the rests of binary arithmetic: 0.30000000000000004 is 0.3."""
    return float(f"{value:.{_DIGITS_KEPT}g}")


def clean_decimal(raw: Raw, call: Call) -> CellOutcome:
    """Clean a number to float in the unit of the column."""
    if isinstance(raw, bool):
        return Wrong(f"单元格是逻辑值 {str(raw).upper()}，不是数字", "填写数字")
    if isinstance(raw, (int, float)):
        if shown_as_percent(call.number_format):
            return Wrong("单元格是百分比格式，这里要填数字", "改为常规格式后填写数字")
        return _within(settled(raw), call.options, raw, typed_unit=False, note="")
    if not isinstance(raw, str):
        return not_a_number(raw)
    if PLAIN_NUMBER.fullmatch(raw) and len(raw) <= _DIGITS_KEPT:
        return _within(float(raw), call.options, raw, typed_unit=False, note="")
    amount = read_amount(raw, call.options.unit)
    if isinstance(amount, Wrong):
        return amount
    value, typed_unit, note = amount
    return _within(settled(value), call.options, raw, typed_unit=typed_unit, note=note)


def clean_integer(raw: Raw, call: Call) -> CellOutcome:
    """Clean a count to int; a fraction is an error, never rounded."""
    outcome = clean_decimal(raw, call)
    if isinstance(outcome, Wrong) or not isinstance(outcome.value, float):
        return outcome
    if not outcome.value.is_integer():
        return Wrong(f"{quoted(raw)}不是整数", "核对后填写整数，不要四舍五入")
    return Took(int(outcome.value), outcome.note)


def clean_percent(raw: Raw, call: Call) -> CellOutcome:
    """Clean a percentage to the number before the percent sign.

    A number up to 1 without a percent sign or format is an error: 0.85 may be 85 % or 0.85 %.
    """
    if isinstance(raw, bool) or raw is None:
        return Wrong(f"单元格是逻辑值 {str(raw).upper()}，不是百分数", "填写数字")
    if isinstance(raw, (int, float)):
        if shown_as_percent(call.number_format):
            return _rate(settled(raw * 100), raw, call.options, "")
        return _unsure(raw) if 0 < abs(raw) <= 1 else _rate(settled(raw), raw, call.options, "")
    if not isinstance(raw, str):
        return not_a_number(raw)
    text = narrow(raw).replace(" ", "").rstrip("。,;；、")
    if _APPROXIMATE.search(text):
        return _approximate(raw)
    if _RANGE.search(text):
        return Wrong(f"{quoted(raw)}是一个范围，不是一个数", "填写一个确定的数")
    spoken = re.fullmatch(r"(百|千|万)分之(.+)", text)
    if spoken:
        value = (
            100.0
            if spoken[2] == "百"
            else numeral(spoken[2])
            if NUMERAL.match(spoken[2])
            else _plain(spoken[2])
        )
        if value is None:
            return not_a_number(raw)
        return _rate(
            settled(value / {"百": 1, "千": 10, "万": 100}[spoken[1]]), raw, call.options, "已换算为百分数"
        )
    found = _PERCENT.fullmatch(text)
    if not found or re.search(r"\d\s+\d", raw):
        if _LETTER.search(text):
            return _letters(raw)
        return Wrong(f"{quoted(raw)}不是百分数", "填写数字，如 85.5")
    value = _plain(found[1])
    if value is None:
        return not_a_number(raw)
    if not found[2] and 0 < abs(value) <= 1:
        return _unsure(raw)
    sign = found[2]
    note = {"‰": "已由千分数换算为百分数", "‱": "已由万分数换算为百分数"}.get(
        sign or "", "去掉了百分号" if sign else ""
    )
    return _rate(settled(value / {"‰": 10, "‱": 100}.get(sign or "", 1)), raw, call.options, note)


def read_amount(raw: str, column: str | None) -> tuple[float, bool, str] | Wrong:
    """Read a number with whatever is around it: (value in the column's unit, was a unit typed, note)."""
    text = narrow(raw).lower().replace("\n", " ").strip(" '").rstrip("。;；、,.").translate(_TRADITIONAL)
    stripped = text.replace(" ", "")
    if OTHER_CURRENCY.search(stripped):
        return Wrong(f"{quoted(raw)}是其他币种", "换算成人民币后填写")
    if _APPROXIMATE.search(stripped):
        return _approximate(raw)
    if not _SCIENTIFIC.fullmatch(stripped):
        if RATE.search(stripped):
            return Wrong(f"{quoted(raw)}是平均数或比率，不是总量", "填写总量")
        if _CALCULATION.search(stripped):
            return Wrong(f"{quoted(raw)}是没有算出结果的算式", "填写算好的结果")
        if _RANGE.search(stripped):
            return Wrong(f"{quoted(raw)}是一个范围，不是一个数", "填写一个确定的数")
        if _LETTER.search(narrow(raw)):
            return _letters(raw)
    bare = _YUAN.sub("", _YUAN.sub("", stripped))
    money = bare != stripped
    negative = False
    accounting = re.fullmatch(r"\(([\d.,]+)\)(.*)", bare)
    if accounting:
        negative, bare = True, accounting[1] + accounting[2]
    elif bare.startswith("负"):
        negative, bare = True, bare[1:]
    read = _split(bare, bare if money or negative else text)
    if read is None:
        return not_a_number(raw)
    value, unit_text = read
    if isinstance(value, Wrong):
        return value
    if negative:
        value = -value
    note = "括号内的数按负数收下" if accounting else "已写成标准数字"
    if not unit_text:
        # 十二万 in a column of 万元 is twelve of them
        spelled = bool(re.search("[万亿]", bare)) and column is not None
        factor = factor_to(column, 1.0, None, "") if spelled else None
        return (value * factor, True, f"已换算为“{column}”") if factor else (value, money, note)
    return _in_column(value, unit_text, column, raw)


def _split(bare: str, spaced: str) -> tuple[float | Wrong, str] | None:
    """Split into the number and the text of its unit. Blanks inside a number only separate thousands."""
    found = _SCIENTIFIC.fullmatch(bare)
    if found:
        return _scientific(found), ""
    if (
        bare[:1].isdigit()
        and (joined := mixed(re.sub(r"[元人个]$", "", bare))) is not None
        and len(re.findall("[亿万千百十]", bare)) > 1
    ):
        return joined, bare[-1] if bare[-1] in "元人个" else ""
    found = _NUMBER.match(spaced)
    if found and not spaced[found.end() :].lstrip().startswith((".", ",", "'")):
        rest = spaced[found.end() :].strip()
        rest = re.sub(r"^\((.*)\)$", r"\1", rest).replace(" ", "")
        if re.search(r"\d", rest.replace("m2", "").replace("m^2", "")):
            return None
        value = _plain(found[1] + found[2])
        return None if value is None else (value, rest)
    found = NUMERAL.match(bare)
    if found:
        # 二十万元: the last 万 may belong to the number or to the unit, with the same result
        point = re.match(r"[^点]*点[零〇一二三四五六七八九]+", bare)
        end = point.end() if point else found.end()
        spoken = numeral(bare[:end])
        return None if spoken is None else (spoken, bare[end:])
    return None


def _in_column(value: float, unit_text: str, column: str | None, raw: str) -> tuple[float, bool, str] | Wrong:
    known = known_unit(unit_text, column)
    if known is None:
        if column and unit_text == column.lower():
            return value, True, f"去掉了单位“{column}”"
        return Wrong(
            f"{quoted(raw)}中的“{typed(unit_text)}”看不懂", f"只填数字{f'，单位为{column}' if column else ''}"
        )
    magnitude, unit = known
    factor = factor_to(column, magnitude, unit, unit_text)
    if factor is None:
        return Wrong(f"{quoted(raw)}的单位与本列的单位“{column}”不符", f"换算成{column}后只填数字")
    if factor == 1:
        return value, True, f"去掉了单位“{typed(unit_text)}”"
    return value * factor, True, f"单位“{typed(unit_text)}”已换算{f'为“{column}”' if column else ''}"


def _plain(text: str) -> float | None:
    try:
        return float(Decimal(re.sub(r"[, ']", "", text).rstrip(".")))
    except (InvalidOperation, OverflowError):
        return None


def _scientific(found: re.Match[str]) -> float | Wrong:
    """Read 1.234E+03. Where it hides digits (1.2E+03 may be 1234) it is an error."""
    decimals, exponent = len(found[2] or ""), int(found[3])
    if exponent > decimals:
        return Wrong(
            f"{quoted(found[0].upper())}是科学计数法，后面的数字已经丢失",
            "把单元格设为数值格式，重新填写完整的数",
        )
    return float(found[0])


def _within(value: float, options: Options, raw: Raw, *, typed_unit: bool, note: str) -> CellOutcome:
    """Check decimals, sign and plausibility; ``typed_unit``: the unit was written, so the size is meant."""
    if abs(value) >= 10**_DIGITS_KEPT:
        return Wrong(f"{quoted(raw)}超过 {_DIGITS_KEPT} 位，Excel 存不下，末尾的数字已经丢失", "核对后重填")
    if options.decimals is not None and round(value, options.decimals) != value:
        if options.decimals == 0:
            return Wrong(f"{quoted(raw)}不是整数", "核对后填写整数，不要四舍五入")
        return Wrong(f"{quoted(raw)}多于 {options.decimals} 位小数", f"保留 {options.decimals} 位小数")
    if options.minimum is not None and value < options.minimum:
        return Wrong(
            f"{quoted(raw)}小于 {readable(options.minimum)}" if options.minimum else f"{quoted(raw)}是负数",
            "核对后重填",
        )
    if options.maximum is not None and value > options.maximum:
        return Wrong(f"{quoted(raw)}大于 {readable(options.maximum)}", "核对后重填")
    if options.ceiling is not None and not typed_unit and abs(value) >= options.ceiling:
        return Wrong(
            f"{quoted(raw)}作为“{options.unit}”大得不合常理，可能用错了单位",
            f"换算成{options.unit}后填写；数字确实无误的，连同单位一起填写",
        )
    return Took(value + 0.0, note)  # there is no negative zero on paper


def _rate(value: float, raw: Raw, options: Options, note: str) -> CellOutcome:
    if value < 0:
        return Wrong(f"{quoted(raw)}是负的百分数", "核对后重填")
    return _within(value, options, raw, typed_unit=True, note=note)


def _unsure(raw: Raw) -> Wrong:
    return Wrong(f"{quoted(raw)}没有百分号，分不清是百分之几还是几成", "带上百分号填写，如 85%")


def _approximate(raw: Raw) -> Wrong:
    return Wrong(f"{quoted(raw)}是约数，不是确定的数", "填写准确的数")


def _letters(raw: Raw) -> Wrong:
    return Wrong(f"{quoted(raw)}在数字中混入了字母（如 O、l）", "把字母改为数字 0、1")


def not_a_number(raw: Raw) -> Wrong:
    """Say that this is no number."""
    if isinstance(raw, (dt.date, dt.time, dt.timedelta)):
        return Wrong(f"单元格里是日期或时间{quoted(raw)}，不是数字", "把单元格设为常规格式，重新填写数字")
    return Wrong(f"{quoted(raw)}不是一个数", "只填一个数字")
