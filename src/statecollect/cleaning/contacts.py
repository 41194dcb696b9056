"""How people are reached: mobile and landline numbers, mail and web addresses. No message holds a number."""

from __future__ import annotations

import re

from statecollect.cleaning.identifiers import digits_of
from statecollect.cleaning.outcome import Call, CellOutcome, Raw, Took, Wrong, quoted
from statecollect.core.characters import narrow

_MOBILE = re.compile(r"1[3-9]\d{9}")
_COUNTRY = re.compile(r"^\(?(?:\+|00)\s*86\)?[-\s]*|^86[-\s]+|^86(?=1[3-9]\d{9}$)")
_REMARK = re.compile(r"\((?!\d)[^)]*\)$|(?<=\d)\s*[\u4e00-\u9fff()]+$|^[\u4e00-\u9fff]+\s*(?=\d)")
_AREA_GLUED = re.compile(r"(010|02\d|0[3-9]\d{2})(\d{7,8})")
_LANDLINE = re.compile(
    r"\(?(0\d{2,3})[)\-\s]+\s*(\d{3,4}[\s-]?\d{4})(?:(?:[-\s]|转|ext\.?|\*)+(\d{1,6}))?", re.I
)
_SERVICE = re.compile(r"([48]00)[-\s]?(\d{3,4})[-\s]?(\d{3,4})")
MAIL = re.compile(
    r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*\.[A-Za-z]{2,}"
)
_URL = re.compile(
    r"(?:https?://)?[A-Za-z0-9](?:[A-Za-z0-9-]*\.)+[A-Za-z]{2,}(?::\d{2,5})?(?:[/?#]\S*)?", re.I
)


def clean_mobile(raw: Raw, call: Call) -> CellOutcome:
    """Clean to the eleven digits of a mobile number, without the country code."""
    text = digits_of(raw, "手机号")
    if isinstance(text, Wrong):
        return text
    if _several(text):
        return Wrong("一格里有不止一个号码", "只填一个手机号")
    number = re.sub(r"[\s\-()]", "", _COUNTRY.sub("", _REMARK.sub("", text).strip()))
    if _MOBILE.fullmatch(number):
        return Took(number, "去掉了多余的字符")
    if not number.isdigit():
        return Wrong(
            "不是手机号" if not re.search(r"\d{5}", number) else "号码中混入了别的字符", "填写 11 位手机号"
        )
    if len(number) != 11:
        return Wrong(f"有 {len(number)} 位，手机号应为 11 位", "填写 11 位手机号")
    return Wrong("不是有效的手机号段", "填写以 13–19 开头的 11 位手机号")


def clean_phone(raw: Raw, call: Call) -> CellOutcome:
    """Clean to ``area-number`` (with ``-extension``), or the eleven digits of a mobile number.

    A number without its area code, or whose leading zero Excel dropped, is an error: the code is not guessed.
    """
    hint = "先写区号，再写短横和号码；手机号写 11 位"
    text = digits_of(raw, "电话号码")
    if isinstance(text, Wrong):
        return text
    if _several(text):
        return Wrong("一格里有不止一个号码", "只填一个号码")
    text = _REMARK.sub("", text).strip()
    text, foreign = _COUNTRY.subn("", text)
    compact = re.sub(r"[\s\-()]", "", text)
    if _MOBILE.fullmatch(compact):
        return Took(compact, "去掉了多余的字符")
    if foreign and not compact.startswith("0"):
        text, compact = f"0{text.lstrip('(')}", f"0{compact}"
    if found := _LANDLINE.fullmatch(text):
        local = re.sub(r"[\s-]", "", found[2])
        if _AREA_GLUED.fullmatch(found[1] + local):
            return Took(f"{found[1]}-{local}" + (f"-{found[3]}" if found[3] else ""), "已写成 区号-号码")
    if found := _AREA_GLUED.fullmatch(compact):
        return Took(f"{found[1]}-{found[2]}", "已写成 区号-号码")
    if (found := _SERVICE.fullmatch(text)) and len(compact) == 10:
        return Took(f"{found[1]}-{found[2]}-{found[3]}", "已写成标准号码")
    if compact.isdigit() and len(compact) in {7, 8}:
        return Wrong("缺少区号", hint)
    if compact.isdigit() and len(compact) in {9, 10, 11} and not compact.startswith("0"):
        return Wrong("区号开头的 0 可能丢失了", f"先把单元格设为文本格式；{hint}")
    return Wrong("不是电话号码", hint)


def clean_email(raw: Raw, call: Call) -> CellOutcome:
    """Clean a mail address: width and blanks at the edges; a Chinese full stop in it is an error, not a guess."""
    if not isinstance(raw, str):
        return Wrong(f"{quoted(raw)}不是邮箱地址", "填写邮箱地址，如 name@school.edu.cn")
    text = re.sub(r"^(?:mailto:|(?:电子)?(?:邮箱|邮件)[:：])\s*", "", narrow(raw), flags=re.I)
    text = re.sub(r"\s*@\s*", "@", text).strip(" <>;,'\"；，。.")
    if MAIL.fullmatch(text) and ".." not in text and not text.startswith("."):
        return Took(text, "去掉了多余的字符")
    if "。" in text or ("@" in text and "," in text.partition("@")[2]):
        return Wrong("地址里的点写成了句号或逗号", "改成英文的点")
    if text.count("@") > 1:
        return Wrong("一格里有不止一个邮箱", "只填一个邮箱")
    return Wrong("不是有效的邮箱地址", "填写邮箱地址，如 name@school.edu.cn")


def clean_url(raw: Raw, call: Call) -> CellOutcome:
    """Clean a web address: width and blanks at the edges."""
    text = narrow(raw).strip(" <>'\"，。；;,") if isinstance(raw, str) else ""
    if _URL.fullmatch(text):
        return Took(text, "去掉了多余的字符")
    return Wrong(f"{quoted(raw)}不是有效的网址", "填写网址，如 https://www.school.edu.cn")


def _several(text: str) -> bool:
    """Whether a separator stands between two long runs of digits."""
    if re.search(r"\d{7,}\s*[/、,;|或和\\\n]\s*\d{3,}", narrow(text)):
        return True
    return len(re.findall(r"(?<!\d)1[3-9]\d{9}(?!\d)", text)) > 1
