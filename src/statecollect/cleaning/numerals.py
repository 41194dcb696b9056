"""Chinese numerals: 二〇二一, 十二, 三百零五, 壹拾贰万伍仟, 1万2千."""

from __future__ import annotations

import re

_DIGITS = {
    **{char: value for value, char in enumerate("零一二三四五六七八九")},
    **{char: value for value, char in enumerate("零壹贰叁肆伍陆柒捌玖")},
    "〇": 0, "○": 0, "Ｏ": 0, "两": 2, "弌": 1, "貳": 2, "參": 3, "陸": 6,
}  # fmt: skip
_STEPS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_GROUPS = {"万": 10**4, "亿": 10**8}
NUMERAL = re.compile("[" + "".join([*_DIGITS, *_STEPS, *_GROUPS]) + "]+")
_LONGEST = 30  # characters of a number; more is no number that anybody wrote
_MIXED = re.compile(r"(?:\d+(?:\.\d+)?[亿万千百十])+")


def positional(text: str) -> int | None:
    """Read digit by digit: 二〇二一 is 2021. None if another character occurs."""
    if not text or len(text) > _LONGEST or any(char not in _DIGITS for char in text):
        return None
    return int("".join(str(_DIGITS[char]) for char in text))


def numeral(text: str) -> float | None:
    """Read a Chinese number, with 点 for decimals. None if it is not well-formed (十几, 二百五 for 250)."""
    if len(text) > _LONGEST:
        return None
    whole, point, rest = text.partition("点")
    value = _whole(whole)
    if value is None or not point:
        return value
    digits = [_DIGITS.get(char) for char in rest]
    if not rest or None in digits:
        return None
    return float(f"{value}." + "".join(map(str, digits)))


def _whole(text: str) -> int | None:
    if len(text) > 1 and not any(char in _STEPS or char in _GROUPS for char in text):
        return positional(text)
    total = section = 0
    digit: int | None = None
    last_step = 10**9
    last_group = 10**12
    zero = False
    for char in text:
        if char in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[char]
            zero = zero or digit == 0
        elif char in _STEPS:
            step = _STEPS[char]
            if step >= last_step or digit == 0 or (digit is None and step != 10):
                return None
            section += (1 if digit is None else digit) * step
            digit, last_step, zero = None, step, False
        elif char in _GROUPS:
            group = _GROUPS[char]
            section += digit or 0
            if group >= last_group or section == 0:
                return None
            total += section * group
            section, digit, last_step, last_group, zero = 0, None, 10**9, group, False
        else:
            return None
    if digit and not zero and text[-2:-1] and text[-2] not in "十拾":
        return None  # 二百五 is 250 in speech, 205 by the letter
    return total + section + (digit or 0) if text else None


def mixed(text: str) -> float | None:
    """Read digits with Chinese magnitudes, each smaller than the one before: 1万2千 is 12000."""
    if len(text) > _LONGEST or not _MIXED.fullmatch(text):
        return None
    total, last = 0.0, 10.0**12
    for number, sign in re.findall(r"(\d+(?:\.\d+)?)([亿万千百十])", text):
        step = float({**_STEPS, **_GROUPS}[sign])
        if step >= last:
            return None
        total, last = total + float(number) * step, step
    return total
