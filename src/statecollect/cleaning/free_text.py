"""What any cell may suffer from, and free text: stray characters, words for "nothing", broken encodings."""

from __future__ import annotations

import datetime as dt
import html
import re

from statecollect.cleaning.outcome import Call, CellOutcome, Raw, Took, Wrong, quoted
from statecollect.core.characters import narrow, tidy
from statecollect.core.spelling import readable

EXCEL_ERROR = re.compile(
    r"#(NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|GETTING_DATA|SPILL!|CALC!|FIELD!|BLOCKED!)", re.I
)
_SAID_EMPTY = (
    "无 無 暂无 没有 沒有 无无 无此项 无此项目 无内容 无数据 不适用 未填 未填写 不涉及 不存在 空 空白 空值 na n/a n.a n.a. "
    "none nil nothing null (null) nan <na> undefined"
)
_EMPTY_WORDS = frozenset(_SAID_EMPTY.split())
PROGRAM_WORDS = frozenset({"null", "(null)", "nan", "<na>", "undefined"})
_ONLY_STROKES = re.compile(r"[-/\\|_~\s]+")
_SAID_UNKNOWN = (
    "待定 待补 待补充 待填 待核实 待核 待查 待确认 待完善 待统计 待更新 不详 不明 不清楚 不知道 未知 未详 未定 暂未确定 未确定 "
    "暂缺 缺 保密 tbd tbc todo unknown 测试 test asdf 略 见附件 详见附件 见附表 详见附表 见备注 如上 "
    "如下"
)
_NOT_KNOWN = frozenset(_SAID_UNKNOWN.split())
_DITTO = frozenset({"同上", "上同", "同左", "同前", "同下", "〃", "″", '"', "''", "仝", "々", "ditto"})
_PLACEHOLDER = re.compile(r"[xX×]{2,}|[*＊?？!！#＃…。.·、，,；;：:'‘’□■△▲☆★○●◇◆]+|某{1,3}")
_ESCAPED = re.compile(r"_x00[01][0-9A-Fa-f]_")
_TEXT_SIGN = re.compile(r"\s*['‘’‛′＇`´](?=[^\s=+@-])")  # before those it keeps a formula from being one
_SINGLE_QUOTES = re.compile("['‘’‛′＇`´]")
_NESTED = 8  # how often a text was escaped again, at most
_AMPERSANDS = re.compile(r"&(?:amp;)+")
_ENTITY = re.compile(r"&(?:nbsp|amp|lt|gt|quot|#\d{1,6}|#x[0-9a-fA-F]{1,5});")
_BREAK = re.compile(r"(?<! ) *(?:\r\n|\r|\n|<br ?/?>)\s*", re.I)
_WIDE_CHAR = r"[\u3001-\u303f\u4e00-\u9fff\u3400-\u4dbf\uff01-\uff60\u2018-\u201d]"
_AFTER_WIDE = re.compile(rf"(?<={_WIDE_CHAR})\n|\n(?={_WIDE_CHAR})")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
_LATIN_MOJIBAKE = re.compile("[\u00c0-\u00ff][\u0080-\u00ff\u0152-\u02dc\u2013-\u203a\u20ac\u2122]")
# What UTF-8 Chinese (lead bytes E4–E9) shows when read as GBK: the sign to look closer.
_GBK_MOJIBAKE = re.compile(
    "[" + "".join(
        re.escape(bytes([lead, trail]).decode("gbk", "ignore"))
        for lead in range(0xE4, 0xEA) for trail in range(0x80, 0xC0) if trail != 0x7F
    ) + "]"
)  # fmt: skip
_BEGINS_FORMULAS = frozenset("=＝{_+@")
_PICTURE = re.compile(r"[=＝]?\s*(?:_xlfn\.)?(?:DISPIMG|IMAGE)\s*[(（]", re.I)
_REFERENCE = r"\$?[A-Za-z]{1,3}\$?[1-9]\d{0,6}(?![\w.])"
_FORMULA = re.compile(
    rf"(?:\{{?\s*[=＝]\s*[-+(（@]*\s*(?:{_REFERENCE}|[A-Za-z_][\w.]*\s*[(（]|(?:'[^']+'|[\w.\[\]]+)!|\"[^\"]*\"\s*&)"
    rf"|\+\s*{_REFERENCE}\s*[-+*/]|@[A-Z]+\()"
)
_SPACED_OUT = re.compile(r"[\u4e00-\u9fff](?: [\u4e00-\u9fff])+")
_BLANKS = re.compile(r" {2,}")
_PLAIN = re.compile(r"[0-9A-Za-z\u4e00-\u9fa5]+")
_STAND_INS = _EMPTY_WORDS | _NOT_KNOWN | _DITTO


def unescape(text: str) -> str:
    """Undo what file formats did to the characters: ``_x000D_``, ``&nbsp;``."""
    if "_x" in text:
        text = _ESCAPED.sub("\n", text)
    for _ in range(_NESTED):
        if "&" not in text or not _ENTITY.search(text):
            break
        text = _ENTITY.sub(lambda found: html.unescape(found[0]), _AMPERSANDS.sub("&", text))
    return text


def without_text_sign(text: str) -> str:
    """Return a text without the apostrophe that makes a cell a text in Excel, where it became one of its characters.

    An input method types ‘ or ’, and exports keep it. With another one in the text it belongs to that one.
    """
    found = _TEXT_SIGN.match(text)
    return text[found.end() :] if found and len(_SINGLE_QUOTES.findall(text)) == 1 else text


def one_line(text: str) -> str:
    """Join lines broken for looks: nothing between Chinese characters, a blank between Latin words."""
    text = _BREAK.sub("\n", text.strip())
    if "\n" in text:
        text = _AFTER_WIDE.sub("", text).replace("\n", " ")
    return _BLANKS.sub(" ", tidy(text))


def means_empty(text: str) -> bool:
    """Whether the (tidy) text is one of the ways to write "nothing": 无, /, ——, N/A."""
    word = narrow(text).lower()
    if _ONLY_STROKES.fullmatch(word):
        return True
    return word in _EMPTY_WORDS or word.strip("/。.,，、;；:：!！()（）【】[]“”\"' ") in _EMPTY_WORDS


def is_plain(text: str) -> bool:
    """Whether the text is letters, digits and common characters only, and no word that stands in for a value."""
    return (
        _PLAIN.fullmatch(text) is not None
        and text.lower() not in _STAND_INS
        and (text.isascii() or _GBK_MOJIBAKE.search(text) is None)
        and not (text[0] in "xX某" and _PLACEHOLDER.fullmatch(text))
        and "锟斤" not in text
        and "斤拷" not in text
        and "烫烫" not in text
        and "屯屯" not in text
    )


def no_answer(text: str) -> Wrong | None:
    """Return what is wrong with a text that only stands for something else: a picture in a cell, a formula."""
    if text[:1] not in _BEGINS_FORMULAS:
        return None
    if _PICTURE.match(text):
        return Wrong("单元格里是图片，不是文字", "把图片上的内容打成文字；图片作为佐证另外提供")
    if _FORMULA.match(text):
        return Wrong(
            f"{quoted(text)}是公式的文字，没有算出结果",
            "把单元格设为常规格式，重新输入公式后复制、选择性粘贴为数值，或直接填写结果",
        )
    return None


def fault(text: str) -> Wrong | None:
    """Return what is wrong with the characters or with a word that stands in for a value, if anything."""
    if text.startswith("#") and (EXCEL_ERROR.fullmatch(text) or set(text) == {"#"}):
        return Wrong(f"{quoted(text)}是 Excel 的错误值或显示不下的内容", "改正公式或直接填写结果")
    word = text.lower().strip("。.!！()（） ") or text
    if word in _DITTO:
        return Wrong(f"{quoted(text)}表示与上一行相同，系统无法代为判断", "把上一行的内容复制到本格")
    if word in _NOT_KNOWN or _PLACEHOLDER.fullmatch(word):
        return Wrong(f"{quoted(text)}不是确定的内容", "查实后填写；确实没有的留空")
    return broken(text)


def broken(text: str) -> Wrong | None:
    """Return what is wrong with the characters themselves: lost fonts, wrong encodings."""
    if text.isascii():
        return None
    if "??" in text:
        return Wrong(f"{quoted(text)}中有文字变成了问号", "重新输入文字")
    if _PRIVATE.search(text):
        return Wrong("含有显示不出的自造字（生僻字丢失）", "用输入法重新输入这个字，或用通行的写法代替")
    if _is_mojibake(text):
        return Wrong(f"{quoted(text)}是乱码", "从原来的文件重新复制，或重新输入")
    return None


def _is_mojibake(text: str) -> bool:
    if "\ufffd" in text or "锟斤" in text or "斤拷" in text or "烫烫" in text or "屯屯" in text:
        return True
    if _LATIN_MOJIBAKE.search(text):
        return any(
            _reads_as_chinese(text, wrong, right)
            for wrong in ("cp1252", "latin-1")
            for right in ("utf-8", "gbk")
        )
    return _GBK_MOJIBAKE.search(text) is not None and _reads_as_chinese(text, "gbk", "utf-8")


def _reads_as_chinese(text: str, wrong: str, right: str) -> bool:
    try:
        code = text.rstrip("?？").encode(wrong)
        meant = (
            code.decode(right)
            if len(code) % 3 == 0 or right != "utf-8"
            else code[: len(code) // 3 * 3].decode(right)
        )
    except UnicodeError:
        return False
    return any("\u4e00" <= char <= "\u9fff" for char in meant) and len(meant) < len(text) * 2


def as_text(raw: Raw) -> str | None:
    """Return a cell that was read as a number or text as text; None for a date or TRUE/FALSE."""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, (bool, dt.date, dt.time, dt.timedelta)) or raw is None:
        return None
    return readable(raw)


def not_text(raw: Raw) -> Wrong:
    """Say that Excel turned the entry into a date or a truth value."""
    if isinstance(raw, bool):
        return Wrong(f"单元格是逻辑值 {str(raw).upper()}，不是要填的内容", "直接填写文字")
    if isinstance(raw, (dt.time, dt.timedelta)):
        return Wrong(f"单元格里是时间{quoted(raw)}，这里要填文字", "先把单元格设为文本格式，再重新输入")
    return Wrong(
        f"单元格里是日期{quoted(raw)}，这里要填文字（可能是 Excel 自动改成了日期）",
        "先把单元格设为文本格式，再重新输入",
    )


def clean_text(raw: Raw, call: Call) -> CellOutcome:
    """Clean free text: edges, line breaks, full-width letters and digits, blanks between single characters."""
    text = as_text(raw)
    if text is None:
        return not_text(raw)
    if isinstance(raw, (int, float)) and abs(raw) >= 10**15:
        return Wrong("按数字存放，第 15 位以后的数字已经丢失", "先把单元格设为文本格式，再重新填写")
    text = one_line(text)
    if _SPACED_OUT.fullmatch(text):
        text = text.replace(" ", "")
    return Took(text)


def clean_department(raw: Raw, call: Call) -> CellOutcome:
    """Clean the name of an office: as text, with Chinese brackets and a plain hyphen."""
    outcome = clean_text(raw, call)
    if isinstance(outcome, Wrong) or not isinstance(outcome.value, str):
        return outcome
    text = outcome.value.replace("(", "（").replace(")", "）")
    text = re.sub(r" ?（ ?", "（", re.sub(r" ?）", "）", text)).replace("（）", "").rstrip("；;、，,。")
    return Took(re.sub(r" ?[-‐‑‒–—―－]+ ?", "-", text), "已统一空格、括号和连字符的写法")
