"""Numbers that are names: ID numbers, phones, codes. Digits that Excel lost are never invented."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from statecollect.cleaning_b.text import compact, is_empty, missing, plain, tidy, unusable
from statecollect.cleaning_b.values import Cleaned, Options, Raw, wrong

_SCIENTIFIC = re.compile(r"^\d(?:\.\d+)?[eE]\+?\d+$")
_DIGITS_EXCEL_KEEPS = 15
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_EMAIL = re.compile(r"^[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+$")
_URL = re.compile(r"^(?:https?://)?[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+(?::\d+)?(?:[/?#]\S*)?$", re.IGNORECASE)
_TWO = re.compile(r"[/、;；,，|]|或|和")

Check = Callable[[str, Options], Cleaned | str]


def identifier(check: Check) -> Callable[[Raw, Options], Cleaned]:
    """Return a cleaner: common faults of identifiers first, then ``check`` on the compact text.

    ``check`` returns the value to keep, or what is wrong.
    """

    def clean(raw: Raw, options: Options) -> Cleaned:
        if isinstance(raw, bool | dt.date | dt.time | dt.timedelta):
            return wrong(f"「{plain(raw)}」是日期或真假值，不是号码", "把单元格设为文本后重新输入")
        if isinstance(raw, int | float):
            if abs(raw) >= 10**_DIGITS_EXCEL_KEEPS:
                return wrong(
                    "号码被 Excel 存成了数字，第 15 位以后已经丢失", "把单元格设为文本后重新输入整个号码"
                )
            if not float(raw).is_integer() or raw < 0:
                return wrong(f"「{plain(raw)}」不是号码", "把单元格设为文本后重新输入")
            text = str(int(raw))
        else:
            text = plain(raw)
        if is_empty(text):
            return missing(options)
        if problem := unusable(text):
            return problem
        short = compact(text).strip("'’‘\"“”")
        if _SCIENTIFIC.match(short):
            return wrong(
                f"「{tidy(text)}」被 Excel 变成了科学计数，后面的数字已经丢失",
                "把单元格设为文本后重新输入整个号码",
            )
        found = check(short, options)
        if isinstance(found, Cleaned):
            return found
        changed = found != text
        note = (
            "补回了开头的 0"
            if changed and found.lstrip("0") == text.lstrip("0") and found.startswith("0")
            else "去掉了多余的符号"
        )
        return Cleaned(found, changed, note=note if changed else "")

    return clean


def _digits_only(short: str, what: str) -> Cleaned | None:
    if "*" in short:
        return wrong(f"{what}中有 *，是打过码的", f"填完整的{what}")
    if re.search(r"[OoIl|]", short) and re.fullmatch(r"[\dOoIl|xX\-]+", short):
        return wrong(f"「{short}」里有字母 O、I 或 l", "改成数字 0 或 1")
    return None


def id_number(short: str, options: Options) -> Cleaned | str:
    """Check an 18-digit citizen number (GB 11643-1999); other documents pass as they are."""
    number = short.upper().replace("-", "")
    if re.fullmatch(r"\d{17}[×✕*]", number):
        number = number[:17] + "X"
    if problem := _digits_only(number, "身份证件号"):
        return problem
    if re.fullmatch(r"[A-Z]{1,3}\d{6,10}", number):
        return number  # a passport or permit
    if _TWO.search(number):
        return wrong("像是多个号码", "一格只填一个号码")
    if re.fullmatch(r"\d{15}", number):
        return wrong("是 15 位的旧号码", "填 18 位身份证号")
    if not re.fullmatch(r"\d{17}[\dX]", number):
        return wrong(f"身份证号应为 18 位，这里是 {len(number)} 位", "核对后重新输入整个号码")
    try:
        dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return wrong("身份证号第 7 到 14 位不是有效的出生日期", "核对后重新输入整个号码")
    check = "10X98765432"[sum(int(d) * w for d, w in zip(number, _ID_WEIGHTS, strict=False)) % 11]
    if number[17] != check:
        return wrong("身份证号的校验码不对，很可能有一位输错", "对照证件核对每一位")
    return number


def uscc(short: str, options: Options) -> Cleaned | str:
    """Check a unified social credit code (GB 32100-2015), letters in the first eight places included."""
    code = short.upper().replace("-", "")
    if len(code) != 18 or any(char not in _USCC_ALPHABET for char in code):
        return wrong(f"「{short}」不是 18 位的统一社会信用代码", "对照营业执照填写")
    total = sum(
        _USCC_ALPHABET.index(char) * weight for char, weight in zip(code, _USCC_WEIGHTS, strict=False)
    )
    if _USCC_ALPHABET[(31 - total % 31) % 31] != code[17]:
        return wrong(f"「{short}」的校验码不对，很可能有一位输错", "对照营业执照核对每一位")
    return code


def mobile(short: str, options: Options) -> Cleaned | str:
    """Check a mobile number: 11 digits."""
    if _TWO.search(short):
        return wrong("像是多个手机号", "一格只填一个手机号")
    number = re.sub(r"^(?:\+?86|0086)(?=1\d{10}$)", "", re.sub(r"[-()]", "", short))
    if problem := _digits_only(number, "手机号"):
        return problem
    if not re.fullmatch(r"1[3-9]\d{9}", number):
        return wrong("不是 11 位手机号", "填 11 位手机号，不带其他符号")
    return number


def phone(short: str, options: Options) -> Cleaned | str:
    """Check a telephone number: area code and number, or a mobile number."""
    if _TWO.search(short):
        return wrong("像是多个电话号码", "一格只填一个号码")
    if problem := _digits_only(short, "电话号码"):
        return problem
    extension = re.search(r"(?:转|ext\.?|-)(\d{1,6})$", short, re.IGNORECASE)
    plain_number = re.sub(r"\D", "", short)
    if re.fullmatch(r"(?:86)?1[3-9]\d{9}", plain_number):
        return plain_number[-11:]
    found = re.fullmatch(
        r"(?:\+?86-?)?[(]?(0\d{2,3})[)]?[-—–]?(\d{7,8})(?:[-—–]|转|ext\.?)?(\d{1,6})?", short, re.IGNORECASE
    )
    if found:
        area, number, inner = found.groups()
        if "-" not in short and "(" not in short:
            cut = 3 if plain_number[1] in "12" else 4
            area, number = plain_number[:cut], plain_number[cut:]
            inner = None
        if len(number) in (7, 8):
            return f"{area}-{number}" + (f"-{inner}" if inner and extension else "")
    if re.fullmatch(r"[1-9]\d{9,10}", short):
        return wrong("区号开头的 0 丢了", "写成 028-26110000，并把单元格设为文本")
    if re.fullmatch(r"\d{7,8}", short):
        return wrong("缺少区号", "写成 028-26110000")
    return wrong("不是电话号码", "写成 028-26110000，或 11 位手机号")


def staff_no(short: str, options: Options) -> Cleaned | str:
    """Check a staff number; where its width is known, zeros that Excel dropped come back."""
    return _padded(re.sub(r"^(\d+)\.0+$", r"\1", short), options)


def plain_identifier(short: str, options: Options) -> Cleaned | str:
    """Keep a code as it is, without blanks; a float's ``.0`` goes."""
    return _padded(re.sub(r"^(\d+)\.0$", r"\1", short), options)


def _padded(short: str, options: Options) -> str:
    return short.zfill(options.width) if options.width and short.isdecimal() else short


def major_code(short: str, options: Options) -> Cleaned | str:
    """Check a major code: six digits, for controlled majors with a letter."""
    code = re.sub(r"^(\d+)\.0+$", r"\1", short).upper()
    if re.fullmatch(r"\d{5}[KHT]?", code):
        code = "0" + code
    if re.search(r"[\u4e00-\u9fff]", code):
        return wrong(f"「{short}」是专业名称，这里要专业代码", "填 6 位专业代码")
    if not re.fullmatch(r"\d{6}(?:[KHT]{1,2})?", code):
        return wrong(f"「{short}」不是专业代码", "填 6 位数字，国家控制布点专业后加 K")
    return code


def postcode(short: str, options: Options) -> Cleaned | str:
    """Check a postcode: six digits."""
    code = re.sub(r"\.0+$", "", short)
    code = "0" + code if re.fullmatch(r"\d{5}", code) else code
    return code if re.fullmatch(r"\d{6}", code) else wrong(f"「{short}」不是 6 位邮政编码", "填 6 位数字")


def school_code(short: str, options: Options) -> Cleaned | str:
    """Check a school code: ten digits."""
    return (
        short if re.fullmatch(r"\d{10}", short) else wrong(f"「{short}」不是 10 位学校标识码", "填 10 位数字")
    )


def isbn(short: str, options: Options) -> Cleaned | str:
    """Bring an ISBN into 13 digits without hyphens; its check digit is compared when the column is checked."""
    code = re.sub(r"^ISBN(?:-1[03])?[:：]?", "", short.upper())
    code = re.sub(r"\.0+$", "", code).replace("-", "").replace("—", "")
    if problem := _digits_only(code, "ISBN"):
        return problem
    if re.fullmatch(r"\d{9}[\dX]", code):
        from stdnum import isbn as numbers

        if not numbers.is_valid(code):
            return wrong(f"「{short}」的校验码不对", "对照版权页核对每一位")
        return str(numbers.to_isbn13(code)).replace("-", "")
    if not re.fullmatch(r"97[89]\d{10}", code):
        return wrong(f"「{short}」不是 13 位 ISBN", "对照版权页填 13 位 ISBN")
    return code


def table_id(short: str, options: Options) -> Cleaned | str:
    """Clean the number of a table: half width, without 表."""
    return short.removeprefix("表").strip(".")


def email(short: str, options: Options) -> Cleaned | str:
    """Check one e-mail address."""
    if "。" in short:
        return wrong(f"「{short}」中有句号“。”，可能是点", "改成英文句点")
    if short.count("@") > 1:
        return wrong("像是多个邮箱", "一格只填一个邮箱")
    return short if _EMAIL.match(short) else wrong("不是电子邮箱", "写成 name@school.edu.cn")


def url(short: str, options: Options) -> Cleaned | str:
    """Check a web address."""
    return short if _URL.match(short) else wrong(f"「{short}」不是网址", "写成 https://www.school.edu.cn")
