"""Text: what is invisible, what means empty, what is broken, and names of people."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

from statecollect.cleaning_b.values import EMPTY, Cleaned, Options, Raw, wrong

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\u180e]|_x000[dD]_")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_EMPTY = {
    "", "无", "/", "\\", "-", "--", "---", "—", "——", "———", "–", "－", "n/a", "na", "none", "nil", "没有", "暂无", "空",
    "(空)", "无数据", "无此项", "不适用", "不涉及", ".", "。", "#", "//", "／",
}  # fmt: skip
_NOT_ANSWERED = {
    "null": "写的是程序里的 null",
    "undefined": "写的是程序里的 undefined",
    "nan": "写的是程序里的 NaN",
    "待定": "还没有定",
    "待补": "还没有填",
    "待填": "还没有填",
    "待补充": "还没有填",
    "待核实": "还没有核实",
    "暂定": "还没有定",
    "不详": "写的是“不详”",
    "未详": "写的是“未详”",
    "〃": "是“同上”的记号",
    '"': "是“同上”的记号",
    "''": "是“同上”的记号",
    "同上": "写的是“同上”",
    "同左": "写的是“同左”",
    "同前": "写的是“同前”",
    "*": "是占位符号",
    "**": "是占位符号",
    "***": "是占位符号",
    "?": "是问号",
    "??": "是问号",
    "……": "是省略号",
    "...": "是省略号",
    "xxx": "是占位符号",
    "xx": "是占位符号",
    "××": "是占位符号",
    "×××": "是占位符号",
}
_MOJIBAKE = re.compile("锟斤拷|烫烫烫|屯屯屯|\ufffd|锘|ï»¿|Ã[\x80-\xbf]|â€|鐨勫|鏁欏")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd]")
_EXCEL_ERROR = re.compile(
    r"^#(?:VALUE!|N/A|REF!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA)$", re.IGNORECASE
)
_CJK = "\u3400-\u9fff\u3007\uff00-\uffef\u3001\u3002\u201c\u201d"
_BREAK = re.compile(rf"(?<=[{_CJK}])[ \t]*[\r\n]+[ \t]*|[ \t]*[\r\n]+[ \t]*(?=[{_CJK}])")
_DOTS = re.compile("[•・‧∙●．﹒･]")
_REMARK = re.compile(r"[（(\[【〔][^（）()\[\]【】〔〕]*[）)\]】〕]$")
_NAME = re.compile(
    r"^[\u3400-\u9fff\U00020000-\U0003ffff〇]{1,15}(?:·[\u3400-\u9fff〇]{1,15})*$|^[A-Za-z][A-Za-z.'’·\- ]{0,59}$"
)
_SEVERAL = re.compile(r"[,，、;；/\\|&]|和(?=..)")


def tidy(text: str) -> str:
    """Remove what nobody can see: zero-width and control characters, escaped returns, blanks at both ends."""
    text = _CONTROL.sub("", _INVISIBLE.sub("", text)).replace("\u00a0", " ").replace("\u2007", " ")
    return text.strip().strip("\u3000").strip()


def compact(text: str) -> str:
    """Return the text in half width without any blanks: for numbers, dates and identifiers."""
    return "".join(unicodedata.normalize("NFKC", tidy(text)).split())


def is_empty(text: str) -> bool:
    """Whether a text means that there is nothing to report."""
    short = compact(text).casefold()
    return short in _EMPTY or short.rstrip("。.;；") in _EMPTY


def unusable(text: str) -> Cleaned | None:
    """Return the error of a text that is no answer at all, whatever was asked; None when it may be one."""
    short = compact(text).casefold()
    if short in _NOT_ANSWERED:
        return wrong(f"「{text.strip()}」{_NOT_ANSWERED[short]}，不是填写的内容", "填写实际内容；没有就空着")
    if _EXCEL_ERROR.match(short):
        return wrong(f"「{text.strip()}」是 Excel 的错误值", "改正公式，或直接填结果")
    if _MOJIBAKE.search(text):
        return wrong(f"「{text.strip()}」是乱码", "文件编码不对，请重新输入")
    if _PRIVATE.search(text):
        return wrong("含有显示不出来的生僻字（自造字）", "用标准输入法重新输入这个字")
    return None


def clean_text(raw: Raw, options: Options) -> Cleaned:
    """Clean free text; a line break put in for looks goes away."""
    if isinstance(raw, dt.datetime | dt.date):
        return wrong("是日期，这里要文字；Excel 可能把“3-12”一类内容变成了日期", "把单元格设为文本后重新输入")
    if isinstance(raw, dt.time | dt.timedelta):
        return wrong("是时间，这里要文字", "把单元格设为文本后重新输入")
    text = plain(raw)
    if is_empty(text):
        return missing(options)
    if problem := unusable(text):
        return problem
    kept = _BREAK.sub("", tidy(text))
    kept = re.sub(r"[ \t]*[\r\n]+[ \t]*", " ", kept)
    return _result(raw, kept, "去掉了多余的空格或换行")


def missing(options: Options) -> Cleaned:
    """Return an empty value, or its error where the field asks for one."""
    return wrong("必填，没有填写") if options.required else EMPTY


def clean_department(raw: Raw, options: Options) -> Cleaned:
    """Clean the name of an office: brackets in full width, as they stand in documents."""
    found = clean_text(raw, options)
    if not isinstance(found.value, str):
        return found
    return _result(raw, found.value.replace("(", "（").replace(")", "）"), "括号统一为全角")


def clean_name(raw: Raw, options: Options) -> Cleaned:
    """Clean one person's name. Blanks inside a Chinese name go; two names in one cell are an error."""
    text = plain(raw)
    if is_empty(text):
        return missing(options)
    if problem := unusable(text):
        return problem
    kept = _DOTS.sub("·", tidy(text))
    note = "去掉了姓名中的空格"
    if (remark := _REMARK.search(kept)) and remark.start() > 0:
        kept, note = kept[: remark.start()].strip(), f"去掉了姓名后的「{remark.group()}」，如有用请填到备注"
    if _SEVERAL.search(kept):
        return wrong(f"「{kept}」像是多个姓名", "一格只填一个人的姓名")
    parts = kept.split()
    if len(parts) > 1 and not kept.isascii():
        if all(len(part) >= 2 for part in parts):
            return wrong(
                f"「{kept}」像是两个姓名（或一个姓名中有空格）", "一格只填一个人；一个人的姓名请去掉空格"
            )
        kept = "".join(parts)
    if not _NAME.match(kept):
        return wrong(f"「{kept}」不像姓名", "填姓名全称，不带数字和符号")
    return _result(raw, kept, note)


def clean_list(raw: Raw, options: Options) -> Cleaned:
    """Clean several values in one cell; any usual separator is understood, one is kept."""
    text = plain(raw)
    if is_empty(text):
        return missing(options)
    if problem := unusable(text):
        return problem
    parts = [part for part in re.split(r"[,，;；、|\r\n\t]+|/(?=[^\d])", tidy(text)) if part.strip()]
    if len(parts) == 1:
        words = parts[0].split()
        together = len(words) > 1 and all(len(word) == 1 for word in words)
        parts = ["".join(words)] if together else (words if all(len(word) >= 2 for word in words) else parts)
    kept = list(
        dict.fromkeys(
            _DOTS.sub("·", "".join(part.split()) if not part.isascii() else part.strip()) for part in parts
        )
    )
    return Cleaned(kept, changed=",".join(kept) != str(raw).strip(), note="多个值统一用英文逗号分隔")


def plain(raw: Raw) -> str:
    """Return the text a person sees in the cell."""
    if raw is None:
        return ""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, float):
        return f"{raw:.15g}"
    return str(raw)


def _result(raw: Raw, kept: str, note: str) -> Cleaned:
    changed = isinstance(raw, str) and raw != kept
    return Cleaned(kept, changed=changed, note=note if changed else "")
