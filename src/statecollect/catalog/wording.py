"""What Pydantic finds wrong with a hand-written file, in the words of the person who wrote it."""

from __future__ import annotations

import re
from typing import Any

_SHOWN = 60  # characters of what was written
_WANTED = {
    "string": "文字，两边加英文引号",
    "int": "整数",
    "float": "数字",
    "finite": "有限的数字",
    "bool": "true 或 false",
    "date": "日期，如 2022-09-20，不加引号",
    "datetime": "日期",
    "tuple": '列表，如 ["甲", "乙"]',
    "list": '列表，如 ["甲", "乙"]',
    "dict": "一组“名称 = 内容”",
    "mapping": "一组“名称 = 内容”",
    "model": "一组“名称 = 内容”",
}


def in_words(error: Any) -> str:
    """Say in Chinese what Pydantic found."""
    kind = error["type"]
    written = _written(error.get("input"))
    if kind == "extra_forbidden":
        return "没有这个键"
    if kind == "missing":
        return "缺少这个键"
    if kind == "value_error":
        return str(error["ctx"]["error"])
    if kind == "literal_error":
        choices = re.findall(r"'([^']*)'", error["ctx"]["expected"]) or [error["ctx"]["expected"]]
        return f"「{written}」不可用，只能是 {'、'.join(choice or '（空着）' for choice in choices)}"
    if kind == "string_pattern_mismatch":
        return f"「{written}」格式不对"
    wanted = _WANTED.get(kind.split("_")[0])
    return f"「{written}」不对，应当是{wanted}" if wanted else f"「{written}」的类型不对"


def _written(value: object) -> str:
    text = str(value) if isinstance(value, str | int | float | bool) and not _endless(value) else _kind(value)
    return text[:_SHOWN] + ("…" if len(text) > _SHOWN else "")


def _endless(value: object) -> bool:
    return isinstance(value, int) and value.bit_length() > 1000


def _kind(value: object) -> str:
    if isinstance(value, int):
        return "一个极大的数"
    return str(value) if not isinstance(value, dict | list | tuple) else "一组内容"
