"""Numbers with a check digit: ID numbers, social credit codes, ISBN."""

from __future__ import annotations

import datetime as dt
import re

from stdnum import isbn as isbn_standard
from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from statecollect.cleaning.identifiers import digits_of
from statecollect.cleaning.outcome import Call, CellOutcome, Raw, Took, Wrong, quoted, typed

_ID = re.compile(r"\d{17}[\dX]", re.ASCII)
_EARLIEST_BIRTH = dt.date(1800, 1, 1)
_OTHER_DOCUMENT = re.compile(
    r"[A-Z]{1,2}\d{7,10}|[A-Z]{3}\d{12}"
)  # passport, permits, foreigner's residence card
_LOOKS_LIKE_X = re.compile(r"[×хХΧχ✕╳✖]$")
# GB 32100-2015: no I, O, S, V, Z; stdnum insists on eight leading digits and refuses the legal N and Y.
_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def clean_id_number(raw: Raw, call: Call) -> CellOutcome:
    """Clean an ID number: 18 characters, valid date of birth, check digit (GB 11643).

    The place of birth is not checked here: codes were reassigned too often. Passports and permits, which begin
    with a letter, are kept as they are. No message holds the number.
    """
    hint = "对照证件核对，用文本格式填写 18 位号码"
    text = digits_of(raw, "身份证件号")
    if isinstance(text, Wrong):
        return text
    text = re.sub(r"\([\u4e00-\u9fff]+\)$", "", text).strip()
    if re.search(r"\d{15,18}X?\s*[/、,;|\s]\s*\d{15,}", text, re.I):
        return Wrong("一格里有不止一个号码", "一格只填一个号码")
    number = _LOOKS_LIKE_X.sub("X", re.sub(r"[\s\-]", "", text)).upper()
    if _OTHER_DOCUMENT.fullmatch(number):
        return Took(number, "去掉了多余的字符")
    if re.fullmatch(r"[\d]{15}", number):
        return Wrong("是 15 位的旧号码", hint)
    if re.fullmatch(r"[\dX]*[OIL][\dXOIL]*", number) and re.search(r"\d{6}", number):
        return Wrong("在数字中混入了字母（如 O、l）", hint)
    if not re.fullmatch(r"\d+X?", number):
        return Wrong("不是身份证号码", hint)
    if not _ID.fullmatch(number):
        return Wrong(f"有 {len(number)} 位，身份证号应为 18 位", hint)
    if birth_and_check_digit_fit(number, call.today):
        return Took(number, "已写成标准身份证号")
    try:
        birth = ric.get_birth_date(number)
    except ValidationError:
        return Wrong("第 7–14 位不是有效的出生日期", hint)
    if not _EARLIEST_BIRTH < birth <= call.today:
        return Wrong("第 7–14 位的出生日期不合常理", hint)
    return Wrong("最后一位校验码不对，号码中有数字写错", hint)


def birth_and_check_digit_fit(number: str, today: dt.date) -> bool:
    """Whether 18 characters are a number with a possible date of birth and the right check digit."""
    if not _ID.fullmatch(number):
        return False
    try:
        birth = dt.date.fromisoformat(number[6:14])
    except ValueError:
        return False
    return _EARLIEST_BIRTH < birth <= today and ric.calc_check_digit(number) == number[-1]


def clean_uscc(raw: Raw, call: Call) -> CellOutcome:
    """Clean a unified social credit code: 18 characters with a check character (GB 32100-2015)."""
    hint = "对照营业执照或法人证书核对，填写 18 位代码"
    text = digits_of(raw, "统一社会信用代码")
    if isinstance(text, Wrong):
        return text
    code = re.sub(r"[\s\-]", "", text).upper()
    if len(code) != 18:
        return Wrong(f"{quoted(raw)}有 {len(code)} 位，统一社会信用代码应为 18 位", hint)
    strange = sorted({char for char in code if char not in _USCC})
    if strange:
        return Wrong(
            f"{quoted(raw)}中有代码不用的字符 {typed('、'.join(strange))}（不用 I、O、S、V、Z）", hint
        )
    total = sum(_USCC.index(char) * weight for char, weight in zip(code[:17], _USCC_WEIGHTS, strict=True))
    if _USCC[-total % 31] != code[17]:
        return Wrong(f"{quoted(raw)}的校验位不对，有字符写错", hint)
    return Took(code, "已写成标准代码")


def clean_isbn(raw: Raw, call: Call) -> CellOutcome:
    """Clean an ISBN to its 13 (or old 10) characters without hyphens."""
    hint = "对照版权页填写 13 位 ISBN"
    text = digits_of(raw, "ISBN")
    if isinstance(text, Wrong):
        return text
    number = re.sub(r"^(?:ISBN)(?:-?1[03])?[:\s]*", "", text.upper())
    number = re.sub(r"[\s\-]", "", number)
    if re.search(r"[/、,;]", number) or len(number) in {20, 26}:
        return Wrong(f"{quoted(raw)}里有不止一个 ISBN", "一格只填一个")
    if not re.fullmatch(r"97[89]\d{10}|\d{9}[\dX]", number):
        return Wrong(f"{quoted(raw)}不是 ISBN", hint)
    if call.options.check_digit and not isbn_standard.is_valid(number):
        return Wrong(f"{quoted(raw)}的校验位不对，有数字写错", hint)
    return Took(number, "去掉了连字符或空格")
