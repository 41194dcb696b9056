"""Numbers that are names: staff, student, major and table numbers, postcodes; their digits must survive Excel.

A number cell keeps 15 digits; more are lost and cannot be recovered. Lost leading zeros are restored where the
length is fixed.
"""

from __future__ import annotations

import datetime as dt
import re

from statecollect.cleaning.outcome import Call, CellOutcome, Raw, Took, Wrong, quoted
from statecollect.core.characters import narrow

LONGEST_NUMBER = 15
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:\.\d+)?[eE]\+?\d{1,3}")
_THROUGH_FLOAT = re.compile(r"(\d+)\.0+")
_LABEL = re.compile(
    r"^(?:学号|教工号|职工号|工号|编号|邮编|书号|专业代码|身份证号?码?|手机号?码?|电话)[:：]?\s*(?=[\dA-Za-z])|^[\u4e00-\u9fff()A-Za-z]*[\u4e00-\u9fff][\u4e00-\u9fff()]*[:：]\s*|^(?:no|no\.|id|isbn(?:-1[03])?)[:：.\s]+(?=\d)",
    re.I,
)
_IDENTIFIER = re.compile(r"[0-9A-Za-z][0-9A-Za-z._/()\[\]#&+-]*")
_TYPO = re.compile(r"(?<=\d)[OoIl](?=\d)|(?<=\d\d)[OoIl]$")
_TABLE = re.compile(
    r"(?:附?表格?)?\s*(?:[(（])?(\d{1,2}(?:[.\-]\d{1,3}){1,3})(?:[)）])?\.?(?:\s*[\u4e00-\u9fff《].*)?"
)
_MAJOR = re.compile(r"(\d{6}(?:TK|[KHT])?)")
_MAJOR_NAME = re.compile(
    r"\(?(\d{6}(?:TK|[KHT])?)\)?[\s/\-(]*[\u4e00-\u9fff].*|[\u4e00-\u9fff()]+[\s/\-]*\(?(\d{6}(?:TK|[KHT])?)\)?"
)


def digits_of(raw: Raw, what: str) -> str | Wrong:
    """Return an identifier as narrow text without edges, or why its digits are lost. ``what`` names it."""
    if isinstance(raw, bool) or raw is None:
        return Wrong(f"单元格是逻辑值，不是{what}", f"把单元格设为文本格式，重新填写{what}")
    if isinstance(raw, (dt.date, dt.time, dt.timedelta)):
        return Wrong(
            f"单元格里是日期，不是{what}（可能是 Excel 自动改的）", f"先把单元格设为文本格式，再填写{what}"
        )
    if isinstance(raw, (int, float)):
        if raw != raw or abs(raw) >= 10**LONGEST_NUMBER:
            return Wrong(
                f"按数字存放，第 {LONGEST_NUMBER} 位以后的数字已经丢失",
                f"先把单元格设为文本格式，再重新填写{what}",
            )
        if raw < 0 or raw != int(raw):
            return Wrong(f"{quoted(raw)}不是{what}", f"先把单元格设为文本格式，再填写{what}")
        return str(int(raw))
    text = _LABEL.sub("", narrow(raw)).strip(" '\".,;。，；、:")
    if _SCIENTIFIC.fullmatch(text) and "+" in text + str("." in text and "+"):
        return Wrong("成了科学计数法，后面的数字已经丢失", f"先把单元格设为文本格式，再重新填写{what}")
    if found := _THROUGH_FLOAT.fullmatch(text):
        text = found[1]
    if "*" in text or re.search(r"(?<=\d)[xX×]{2,}|[●•]", text):
        return Wrong("被遮盖，不完整", f"填写完整的{what}")
    return text


def clean_identifier(raw: Raw, call: Call) -> CellOutcome:
    """Clean an identifier of letters and digits; restores leading zeros where ``width`` is given."""
    text = digits_of(raw, "编号")
    if isinstance(text, Wrong):
        return text
    text = re.sub(r"\s+", "", text)
    if not any(char.isalnum() for char in text):
        return Wrong(f"{quoted(raw)}不是编号", "填写编号")
    return Took(_padded(text, call), _pad_note(text, call))


def clean_number_of_person(raw: Raw, call: Call) -> CellOutcome:
    """Clean a student or staff number: an identifier that must hold a digit."""
    text = digits_of(raw, "学号或教工号")
    if isinstance(text, Wrong):
        return text
    if re.search(r"\d\s*[、,;|]\s*\d|\d{3,}/\d{3,}|\d{6,}\s+\d{6,}\s*$", text):
        return Wrong(f"{quoted(raw)}里有不止一个号码", "一格只填一个")
    text = re.sub(r"\s+", "", text)
    if (
        _TYPO.search(text)
        and text.replace("O", "0").replace("o", "0").replace("l", "1").replace("I", "1").isdigit()
    ):
        return Wrong(f"{quoted(raw)}在数字中混入了字母（如 O、l）", "把字母改为数字 0、1")
    if not (_IDENTIFIER.fullmatch(text) or re.fullmatch(r"[\u4e00-\u9fff]{1,3}\d{2,}", text)) or not any(
        char.isdigit() for char in text
    ):
        return Wrong(f"{quoted(raw)}不是号码", "填写号码，不填姓名")
    return Took(_padded(text, call), _pad_note(text, call))


def clean_table_id(raw: Raw, call: Call) -> CellOutcome:
    """Clean the number of a table: 表2．10．1 is 2.10.1. A number cell may have lost the zero of 2.10."""
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        return Wrong(f"{quoted(raw)}按数字存放，末尾的 0 可能已丢失", "先把单元格设为文本格式，再填写表号")
    text = digits_of(raw, "表号")
    if isinstance(text, Wrong):
        return text
    found = _TABLE.fullmatch(
        re.sub(r"(?<=\d)\s*[。、,·]\s*(?=\d)", ".", re.sub(r"\s*([.\-])\s*", r"\1", text))
    )
    return Took(found[1], "只取表号") if found else Wrong(f"{quoted(raw)}不是表号", "填写表号，如 2.10.1")


def clean_major_code(raw: Raw, call: Call) -> CellOutcome:
    """Clean a major's code: six digits, with K, H or T where the catalogue has it; a lost leading zero is restored."""
    text = digits_of(raw, "专业代码")
    if isinstance(text, Wrong):
        return text
    text = re.sub(r"(?<=\d)\s+(?=[\dKHTkht])", "", text).upper().strip("()")
    if _MAJOR.fullmatch(text):
        return Took(text, "已写成标准专业代码")
    if re.fullmatch(r"\d{5}", text):
        return Took(text.zfill(6), "补上了丢失的首位 0")
    if found := _MAJOR_NAME.fullmatch(text):
        return Took(found[1] or found[2], "只取专业代码，去掉了名称")
    if not any(char.isdigit() for char in text):
        return Wrong(f"{quoted(raw)}是名称，这里要填专业代码", "填写 6 位专业代码，如 460103")
    if _TYPO.search(text):
        return Wrong(f"{quoted(raw)}在数字中混入了字母（如 O、l）", "把字母改为数字 0、1")
    return Wrong(f"{quoted(raw)}不是专业代码", "填写 6 位数字的专业代码，国家控制布点专业带后缀 K")


def clean_school_code(raw: Raw, call: Call) -> CellOutcome:
    """Clean a school's ten digits."""
    return _fixed_digits(raw, "学校标识码", 10)


def clean_postcode(raw: Raw, call: Call) -> CellOutcome:
    """Clean a postcode: six digits; the leading zero a number cell loses is restored."""
    outcome = _fixed_digits(raw, "邮政编码", 6, restore=1)
    if isinstance(outcome, Took) and outcome.value == "000000":
        return Wrong("「000000」不是真实的邮政编码", "填写 6 位邮政编码")
    return outcome


def _fixed_digits(raw: Raw, what: str, width: int, restore: int = 0) -> CellOutcome:
    text = digits_of(raw, what)
    if isinstance(text, Wrong):
        return text
    digits = re.sub(r"[\s-]", "", text)
    if digits.isascii() and digits.isdigit():
        if len(digits) == width:
            return Took(digits, "去掉了多余的字符")
        if width - restore <= len(digits) < width:
            return Took(digits.zfill(width), "补上了丢失的首位 0")
        return Wrong(f"{quoted(raw)}有 {len(digits)} 位，{what}应为 {width} 位数字", f"填写完整的{what}")
    return Wrong(f"{quoted(raw)}不是{what}", f"填写 {width} 位数字")


def _padded(text: str, call: Call) -> str:
    width = call.options.width
    return text.zfill(width) if width and text.isdigit() else text


def _pad_note(text: str, call: Call) -> str:
    padded = call.options.width is not None and text.isdigit() and len(text) < call.options.width
    return f"补上了丢失的首位 0，共 {call.options.width} 位" if padded else ""
