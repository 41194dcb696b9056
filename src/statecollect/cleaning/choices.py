"""Values to be chosen from a list: synonyms, codes, boxes, remarks, and the ways to leave a choice unmade."""

from __future__ import annotations

import datetime as dt
import difflib
import re

from statecollect.cleaning.free_text import (
    PROGRAM_WORDS,
    clean_text,
    fault,
    means_empty,
    one_line,
    without_text_sign,
)
from statecollect.cleaning.outcome import Call, CellOutcome, Choices, Options, Raw, Took, Wrong, quoted
from statecollect.core.characters import choice_key, tidy
from statecollect.core.spelling import readable

_SPLIT = re.compile(r"[/／、，,；;|\n]+|\s+|或者?|和")
_LIST_SPLIT = re.compile(r"[、，,；;|┋｜\n]+")
_REMARK = re.compile(r"[（(\[【〔]([^）)\]】〕]{0,60})[）)\]】〕]")  # a longer one is no remark
_CHANGES_MEANING = re.compile(r"预备|在读|肄业|结业|拟|待|非|无|原|不|未|部分|申请|积极分子")
_SUFFIXES = ("族", "级", "性", "毕业生", "毕业", "学历", "学位", "职称", "类", "生", "课程", "课")
_TICKED, _UNTICKED = "☑√✓✔■◼☒⊠●◉✅🗹", "□☐○◯▢◻"
_MARK = re.compile(f"[{_TICKED}{_UNTICKED}]")
_LONGEST_CHOICE = 60  # characters that are compared with every label for the nearest one
_NOTHING = frozenset({"无", "没有", "暂无", "未取得", "未获得"})
_YES = "是 有 √ ✓ ✔ ☑ ✅ 🗹 ■ V Y YES T TRUE 对 是的 ○ 〇 ◯ ● ⭕ O 1 1.0 属于 对的 正确 OK"
_NO = "否 无 没有 没 未 不 不是 非 × ✗ ✘ ✕ ✖ ╳ ❌ X N NO F FALSE 错 不对 不属于 0 0.0 没有的 不是的"
YES_NO = Choices.from_values(
    [("", "是", _YES.split()), ("", "否", _NO.split())], mistaken={"部分": "要么是，要么否"}, name="是或否"
)
_TRUTHS = {True: "是", False: "否"}
_WRITTEN_TRUTHS = {"true": True, "false": False, "y": True, "n": False, "yes": True, "no": False}
_WRITTEN_TRUTHS |= dict.fromkeys("√✓✔☑", True) | dict.fromkeys("×✗✘", False)
_OPEN_QUESTION = frozenset(
    map(choice_key, ("是/否", "是否", "是或否", "有/无", "有无", "Y/N", "yes/no", "√/×", "□是□否"))
)


def clean_code(raw: Raw, call: Call) -> CellOutcome:
    """Clean one value of the field's list to its label."""
    choices = call.options.choices
    if choices is None:
        return clean_text(raw, call)
    if isinstance(raw, str) and raw in choices.by_key and choices.by_key[raw] == raw:
        return Took(raw)
    return _chosen(raw, choices)


def clean_codes(raw: Raw, call: Call) -> CellOutcome:
    """Clean several values of the field's list to a list of labels in the order typed."""
    choices = call.options.choices
    parts: list[Raw] = [raw]
    if isinstance(raw, str) and (choices is None or choice_key(raw) not in choices.by_key):
        parts = [part for part in _LIST_SPLIT.split(raw) if part.strip()]
        if choices and len(parts) == 1 and all(choice_key(part) in choices.by_key for part in raw.split()):
            parts = list(raw.split())
        bare: list[Raw] = [without_text_sign(part) for part in parts if isinstance(part, str)]
        if all(plain != part for plain, part in zip(bare, parts, strict=True)):
            parts = bare  # each of them was made a text; one alone may be quoted
    values: list[str] = []
    doubt = ""
    for part in parts:
        one = _chosen(part, choices) if choices else clean_text(part, call)
        if isinstance(one, Wrong):
            return one
        # a choice made twice is one choice; free texts may repeat, as in columns that stand side by side
        if isinstance(one.value, str) and one.value and not (choices and one.value in values):
            values.append(one.value)
            doubt = doubt or one.doubt
    return Took(values or None, "已逐个列出，用英文逗号分隔", doubt)


def clean_text_list(raw: Raw, call: Call) -> CellOutcome:
    """Clean several texts of any wording to a list, in the order typed."""
    return clean_codes(raw, call._replace(options=Options()))


def clean_yes_no(raw: Raw, call: Call) -> CellOutcome:
    """Clean to 是 or 否; ticks, crosses, Y/N, 1/0 and TRUE/FALSE count."""
    if isinstance(raw, bool):
        return Took("是" if raw else "否", "TRUE、FALSE 已写成是、否")
    if isinstance(raw, str):
        text = tidy(raw)
        if set(text.replace(" ", "")) <= set("□☐▢◻"):
            return Wrong(f"{quoted(raw)}是空的方框，没有作答", "选“是”或“否”")
        if choice_key(text) in _OPEN_QUESTION:
            return _unmade(raw, YES_NO)
    return _chosen(raw, YES_NO)


def _truth(raw: Raw, choices: Choices) -> CellOutcome | None:
    """Take TRUE and FALSE for 是 and 否 where the list has them, Y, N and ticks where it has both."""
    truth = raw if isinstance(raw, bool) else None
    if isinstance(raw, str) and choice_key(raw) not in choices.by_key:
        truth = _WRITTEN_TRUTHS.get(tidy(raw).lower())
    if truth is None or _TRUTHS[truth] not in choices.labels:
        return None
    mark = isinstance(raw, str) and tidy(raw).lower() not in {"true", "false"}
    if mark and _TRUTHS[not truth] not in choices.labels:
        return None
    return Took(_TRUTHS[truth], "TRUE、FALSE 一类的写法已换成是、否")


def _chosen(raw: Raw, choices: Choices) -> CellOutcome:
    if (taken := _truth(raw, choices)) is not None:
        return taken
    if isinstance(raw, (bool, dt.date, dt.time, dt.timedelta)) or raw is None:
        return _not_listed(raw, choices)
    text = tidy(raw) if isinstance(raw, str) else readable(raw)
    key = choice_key(text)
    if key in choices.by_key:
        return Took(choices.by_key[key], "已换成列表中的写法")
    if key in choices.mistaken:
        return Wrong(f"{quoted(raw)}填在这里不对：{choices.mistaken[key]}", _offer(key, choices))
    if key in _NOTHING and choices.none_label:
        return Took(choices.none_label, "已换成列表中的写法")
    if text.lower() in PROGRAM_WORDS:
        return Wrong(f"{quoted(raw)}是程序留下的词，不是可选的值", _offer(key, choices))
    if means_empty(text):
        return Took(None, "按没有填写处理")
    label = _variant(key, choices) or _with_code(key, choices)
    if label:
        return Took(label, "已换成列表中的写法")
    base, remark = _REMARK.sub("", text), _REMARK.search(text)
    if remark and not base.strip() and (label := _variant(choice_key(remark[1]), choices)):
        return Took(label, "已换成列表中的写法")
    if remark and base.strip() and not _CHANGES_MEANING.search(remark[1]):
        label = _variant(choice_key(base), choices)
        inside = _variant(choice_key(remark[1]), choices)
        if label and (inside is None or inside == label):
            return Took(label, "去掉了括号里的说明")
    parts = [part for part in _SPLIT.split(text) if part]
    if len(parts) > 1 and all(_variant(choice_key(part), choices) for part in parts):
        labels = {_variant(choice_key(part), choices) for part in parts}
        if len(labels) > 1:
            return _unmade(raw, choices)
        return Took(_variant(choice_key(parts[0]), choices), "已换成列表中的写法")
    if found := _boxes(text, choices):
        return found
    if choices.labels and _all_of_them(key, choices):
        return _unmade(raw, choices)
    if wrong := fault(text):
        return wrong
    if choices.extensible and re.search(r"[\u4e00-\u9fff]{2}", text):
        doubt = f"{quoted(raw)}不在“{choices.name}”已知的各项之内，照写收下了" if choices.guessed else ""
        return Took(one_line(text), doubt=doubt)
    return _not_listed(raw, choices)


def _variant(key: str, choices: Choices) -> str | None:
    """Look a spelling up with and without a usual ending: 汉 and 汉族, 省 and 省级, 本科毕业 and 本科."""
    if key in choices.by_key:
        return choices.by_key[key]
    if not key or key.isascii():
        return None
    for suffix in _SUFFIXES:
        if (
            key.endswith(suffix)
            and len(key) > len(suffix)
            and (label := choices.by_key.get(key[: -len(suffix)]))
        ):
            return label
    found = {choices.by_key[key + suffix] for suffix in _SUFFIXES if key + suffix in choices.by_key}
    return found.pop() if len(found) == 1 else None


def _with_code(key: str, choices: Choices) -> str | None:
    """Read code and label side by side where both say the same: 1-男, 01汉族."""
    found = re.fullmatch(r"([0-9A-Z]{1,4})[-.、:]?([\u4e00-\u9fff（）()]+)", key)
    if not found:
        return None
    code, label = choices.by_key.get(found[1]), _variant(found[2], choices)
    return label if code == label else None


def _boxes(text: str, choices: Choices) -> CellOutcome | None:
    """Read ticked boxes: ☑男 □女."""
    marks = _marked(text)
    if not marks or not all(label in choices.by_key for _, label in marks):
        return None
    ticked = [label for mark, label in marks if mark in _TICKED]
    if len(ticked) == 1 and len(marks) > 1:
        return Took(choices.by_key[ticked[0]], "按打勾的一项收下")
    if len(ticked) == 1:
        return Took(choices.by_key[ticked[0]], "已换成列表中的写法")
    return _unmade(text, choices)


def _marked(text: str) -> list[tuple[str, str]]:
    """Return each box with the label next to it: before the boxes where the text begins with one, else behind."""
    boxes = _MARK.findall(text)
    between = _MARK.split(text)
    labels = between[1:] if not between[0].strip() else between[:-1]
    if not boxes or (between[0].strip() and between[-1].strip()):
        return []
    return [(box, choice_key(label)) for box, label in zip(boxes, labels, strict=True)]


def _all_of_them(key: str, choices: Choices) -> bool:
    """Whether the labels of a short list stand side by side: 男女."""
    return len(choices.labels) <= 4 and key == "".join(map(choice_key, choices.labels))


def _unmade(raw: Raw, choices: Choices) -> Wrong:
    return Wrong(f"{quoted(raw)}含有不止一个选项，没有选定", _offer("", choices))


def _not_listed(raw: Raw, choices: Choices) -> Wrong:
    if isinstance(raw, bool):
        raw = str(raw).upper()  # as the cell shows it
    return Wrong(
        f"{quoted(raw)}不在{f'“{choices.name}”的' if choices.name else ''}可选范围之内",
        _offer(choice_key(str(raw)), choices),
    )


def _offer(key: str, choices: Choices) -> str:
    close = difflib.get_close_matches(key, choices.labels, 1, 0.6) if 0 < len(key) <= _LONGEST_CHOICE else []
    shown = "、".join(choices.labels[:8]) + ("等" if len(choices.labels) > 8 else "")
    return (f"是否应为“{close[0]}”？" if close else "") + (
        f"可选：{shown}" if shown else "从下拉列表中选一项"
    )
