"""Choices: from what people write to the label of the list. Only what is beyond doubt is taken."""

from __future__ import annotations

import datetime as dt
import re

from statecollect.cleaning_b.text import is_empty, missing, plain, tidy, unusable
from statecollect.cleaning_b.values import Choices, Cleaned, Options, Raw, fold, wrong

_SIMPLIFIED = str.maketrans(
    "漢滿黨團員級學碩師國際專業應屆畢無讀聯臺灣華僑", "汉满党团员级学硕师国际专业应届毕无读联台湾华侨"
)
_REMARK = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_TAILS = ("族", "级", "类", "毕业", "学历", "学位", "性", "人", "生", "者", "员", "项", "课", "专业")
_SEVERAL = re.compile(r"[/、,，;；|]|或")
_YES = {
    "是",
    "y",
    "yes",
    "true",
    "t",
    "对",
    "有",
    "√",
    "✓",
    "✔",
    "☑",
    "1",
    "○",
    "〇",
    "●",
    "真",
    "属于",
    "已",
    "on",
    "v",
}
_NO = {
    "否",
    "n",
    "no",
    "false",
    "f",
    "错",
    "无",
    "没有",
    "不是",
    "非",
    "×",
    "✗",
    "✘",
    "✕",
    "╳",
    "x",
    "0",
    "假",
    "不",
    "未",
    "没",
    "没有的",
    "不属于",
    "off",
}


def clean_yes_no(raw: Raw, options: Options) -> Cleaned:
    """Clean a yes or no; the value is 是 or 否."""
    if isinstance(raw, bool):
        return Cleaned("是" if raw else "否", True, note="按是/否收下")
    if isinstance(raw, dt.date | dt.time | dt.timedelta):
        return wrong(f"「{raw}」是日期，不是“是/否”", "选 是 或 否")
    text = plain(raw)
    short = fold(tidy(text)).removesuffix(".0").rstrip("。.!")
    if short in ("是", "否"):
        return Cleaned(short, short != text, note="去掉了多余的空格" if short != text else "")
    if short in _YES or short in _NO:
        return Cleaned("是" if short in _YES else "否", True, note="按是/否收下")
    if is_empty(text):
        return missing(options)
    if problem := unusable(text):
        return problem
    if short in {"□", "☐", "◻", "口", "()"}:
        return wrong(f"「{tidy(text)}」是空的方框，没有回答", "选 是 或 否")
    if "是" in short and "否" in short:
        return wrong(f"「{tidy(text)}」没有选", "选 是 或 否")
    return wrong(f"「{tidy(text)}」不是“是”或“否”", "选 是 或 否")


def clean_choice(raw: Raw, options: Options) -> Cleaned:
    """Clean a choice; the value is the list's label."""
    choices = options.choices
    if choices is None:
        raise ValueError("a choice needs its list")
    if isinstance(raw, str) and raw in choices.labels:
        return Cleaned(raw)
    if isinstance(raw, bool | dt.date | dt.time | dt.timedelta):
        return wrong(f"「{plain(raw)}」不在可选范围", _ask(choices))
    text = plain(raw)
    short = fold(tidy(text).translate(_SIMPLIFIED))
    if choices.none_label and (short in {"无", "没有"}):
        return Cleaned(choices.none_label, True, note=f"“无”即“{choices.none_label}”")
    if short not in choices.spellings and is_empty(text):
        return missing(options)
    if problem := unusable(text):
        return problem
    if short in choices.mistaken:
        return wrong(f"「{tidy(text)}」不能填在这里：{choices.mistaken[short]}", _ask(choices))
    label = _label(short, choices)
    if label is not None:
        return Cleaned(label, label != text, note="按列表中的写法收下" if label != text else "")
    if _SEVERAL.search(short) and any(_label(part, choices) for part in _SEVERAL.split(short)):
        return wrong(f"「{tidy(text)}」没有选定一项", _ask(choices))
    if choices.extensible:
        kept = tidy(text)
        return Cleaned(kept, kept != text, note="去掉了多余的空格" if kept != text else "")
    return wrong(f"「{tidy(text)}」不在可选范围", _ask(choices))


def clean_choices(raw: Raw, options: Options) -> Cleaned:
    """Clean several choices in one cell; the value is a list of labels."""
    choices = options.choices
    text = plain(raw)
    if choices is None:
        raise ValueError("choices need their list")
    if is_empty(text) and fold(text) not in choices.spellings:
        return missing(options)
    whole = _label(fold(tidy(text)), choices)
    parts = [text] if whole else [part for part in re.split(r"[,，;；、|\r\n]+|/", text) if part.strip()]
    cleaned = [clean_choice(part, options) for part in parts]
    problem = next((one for one in cleaned if one.error), None)
    if problem:
        return problem
    kept = list(dict.fromkeys(str(one.value) for one in cleaned if one.value is not None))
    return Cleaned(kept or None, ",".join(kept) != text.strip(), note="多项统一用英文逗号分隔")


def _label(short: str, choices: Choices) -> str | None:
    """Return the one label that a folded spelling can mean, or None."""
    spellings = choices.spellings
    bare = _REMARK.sub("", short)
    tries = [short, bare, short.removesuffix(".0")]
    tries += [bare.removesuffix(tail) for tail in _TAILS if bare.endswith(tail) and len(bare) > len(tail)]
    tries += [bare + tail for tail in _TAILS if len(bare) >= 1 and not bare.isascii()]
    if short.isdecimal():
        tries += [short.zfill(2), short.lstrip("0")]
    for one in tries:
        if one and one in spellings:
            return spellings[one]
    ends = {
        spellings[fold(label)] for label in choices.labels if len(label) >= 2 and bare.endswith(fold(label))
    }
    negated = re.match(r"[非不无未]", bare)
    return ends.pop() if len(ends) == 1 and not negated and len(bare) <= 8 else None


def _ask(choices: Choices) -> str:
    return f"从“{choices.name}”的下拉列表中选择" if choices.name else "从下拉列表中选择"
