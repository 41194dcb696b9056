"""Read a TOML file that people edit with Notepad: whatever encoding, and errors in words, with line and character."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from statecollect.core.errors import UsageError
from statecollect.core.untrusted.decoding import decode

_FULL_WIDTH = {
    "“": '"', "”": '"', "‘": "'", "’": "'", "「": '"', "」": '"', "＂": '"', "，": ",", "、": ",", "＝": "=",
    "［": "[", "］": "]", "【": "[", "】": "]", "｛": "{", "｝": "}", "＃": "#", "．": ".", "。": ".", "：": "=",
    "；": ",", "－": "-",
}  # fmt: skip
_STRING = re.compile(r'"(?:\\.|[^"\\\n])*"|' + r"'[^'\n]*'")
_DATE = re.compile(r"=\s*(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?=\s|,|\}|\]|$)")
_AT_LINE = re.compile(r"at line (\d+)")
_SHOWN = 60


def read_toml(path: Path) -> dict[str, Any]:
    """Return the file's content. Raises UsageError with the line, and the character that is to be replaced."""
    content = path.read_bytes()
    text = decode(content, path.name) if content else ""
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise UsageError("配置文件里的括号套得太深", hint="照样例改正", where=str(path)) from None
    except (ValueError, OverflowError) as error:  # TOMLDecodeError is one; so is a number of 5,000 digits
        line, said, hint = _explained(text, str(error))
        where = f"{path} 第 {line} 行" if line else str(path)
        raise UsageError(f"配置文件写得不对：{said}", hint=hint, where=where) from error


def _explained(text: str, error: str) -> tuple[int, str, str]:
    """Return the line (0: unknown), what is wrong there, and how to repair it."""
    bare = [
        _STRING.sub(lambda found: '"' * len(found.group()), line).split("#", 1)[0]
        for line in text.split("\n")
    ]
    for number, line in enumerate(bare, start=1):
        wrong = next((character for character in line if character in _FULL_WIDTH), None)
        if wrong:
            right = _FULL_WIDTH[wrong]
            return number, f"「{wrong}」是中文符号", f"换成英文的 {right}（输入法切到英文再打）"
        for year, month, day in _DATE.findall(line):
            if len(month) < 2 or len(day) < 2 or f"{year}-{month}-{day}" not in line:
                right = f"{year}-{int(month):02}-{int(day):02}"
                return number, "日期的写法不对", f"写成 {right}（月、日都要两位，用短横线，不加引号）"
    found = _AT_LINE.search(error)
    number = int(found.group(1)) if found else 0
    shown = text.split("\n")[number - 1].strip()[:_SHOWN] if number else ""
    place = f"「{shown}」" if shown else "有一处"
    if "digits" in error:
        return number, "有一个数字长得没有道理", "核对这个数字"
    if "overwrite" in error or "twice" in error or "already" in error.lower():
        return number, f"{place}这一项写了两次", "只留一个"
    if "Unclosed array" in error or "array" in error:
        return number, f"{place}的方括号没有配对，或者两项之间少了逗号", '列表写成 ["甲", "乙"]'
    if "Unescaped" in error or "Illegal hex" in error:
        return number, f"{place}里有反斜杠", "反斜杠要写两个：\\\\；路径也可以用 /"
    if "string" in error or "quote" in error or "Illegal character" in error:
        return number, f"{place}的引号没有配对", "文字两边各要一个英文双引号"
    return number, f"{place}不能识别", "每行写成 名称 = 内容；文字两边加英文双引号，说明文字前加 #"
