"""Keep personal values (ID numbers, phones, mail, addresses) out of everything shown outside their owner's workbook.

The one place that decides it. What is shown of a cell passes through ``shown``; a text that somebody else wrote,
through ``masked_text``. A value is masked before it becomes part of a sentence, never afterwards.
"""

from __future__ import annotations

import re

from statecollect.catalog import Field
from statecollect.core.spelling import readable

_STAR = "*"
_LONGEST = 60  # stars; a long text needs no more to be called long
_DIGITS_OF_A_NUMBER = 5
_CHINESE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_DOMAIN = re.compile(r"@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_SEVEN_DIGITS = re.compile(r"\d{7}")
# digits with what people put between them: blanks, hyphens, brackets, characters without width
_GAP = "[\\s\\-‐-―－()（）+\u00a0\u00ad\u200b-\u200f\u2060\u3000\ufeff]"
_RUN = re.compile(rf"\d(?:{_GAP}{{0,3}}(?:\d|[OoIl](?=\d)))*(?:{_GAP}?[xXＸｘ×хХ](?![A-Za-z]))?")
_PIECES = re.compile(r"[\dOoIlXxＸｘ×хХ]+")
_SPACED = re.compile(_GAP)
_MISTYPED = str.maketrans("OoIl", "0011")
_ID_LENGTH = 15  # of the old number; nothing else that is typed is as long, but social credit codes
_YEAR = re.compile(r"(?:1[89]|20)\d\d")  # how a day begins, and no ID number
_MOBILE = re.compile(r"(?:00)?(?:86)?(?:1[3-9]\d{9})")
_LANDLINE = re.compile(r"(?:00)?(?:86)?0?(?:10|2\d|[3-9]\d{2})\d{7,8}\d{0,6}")
_THROUGH_FLOAT = re.compile(r"\d\.\d{6,}[eE]\+?\d+")
_BEFORE_AT = re.compile(r"[^\s@＠「」『』“”<>《》，,；;、：:（()）/\\]+(?=\s{0,2}[@＠])")


def mask(value: str) -> str:
    """Keep the first 3 and the last 2 characters of a number, the domain of a mail address, of any other text nothing.

    The length stays visible, since "one digit too few" is what most messages about such values say.
    """
    value = " ".join(value.split()).replace("＠", "@")
    if "@" in value:
        domain = value[value.rindex("@") :]
        known = _DOMAIN.fullmatch(domain) is not None and not _SEVEN_DIGITS.search(domain)
        return _stars(value[: -len(domain)]) + domain if known else _stars(value)
    if _CHINESE.search(value) or len(value) <= 2:
        return _stars(value)
    if len(value) <= 6:
        return value[0] + _stars(value[1:])
    if sum(map(str.isdigit, value)) < _DIGITS_OF_A_NUMBER:
        return _stars(value)
    return value[:3] + _stars(value[3:-2]) + value[-2:]


def masked_text(text: str) -> str:
    """Return a text with every ID number, telephone number and mail address in it masked, however it is spaced."""
    if "@" in text or "＠" in text:
        text = _BEFORE_AT.sub(lambda found: _stars(found[0]), text)
    text = _THROUGH_FLOAT.sub(lambda found: mask(found[0]), text)
    return _RUN.sub(_hidden, text)


def shown(field: Field, value: object) -> str:
    """Return a value of a field as it may be shown to anybody."""
    return shown_as(value, field.is_personal)


def shown_as(value: object, personal: bool) -> str:
    """Return a value as it may be shown: masked where it is personal or looks like what somebody pasted wrongly."""
    text = readable(value)
    return mask(text) if personal else masked_text(text)


def _hidden(found: re.Match[str]) -> str:
    text = found[0]
    if len(text) < 10:
        return text
    digits = _SPACED.sub("", text).translate(_MISTYPED)
    pieces = _PIECES.findall(text.translate(_MISTYPED))
    if (
        any(len(piece) >= _ID_LENGTH or _MOBILE.fullmatch(piece) for piece in pieces)
        or (len(digits) >= _ID_LENGTH and not _YEAR.match(digits))
        or _MOBILE.fullmatch(digits)
        or (digits[0] == "0" and _LANDLINE.fullmatch(digits))
        or (digits.startswith("86") and _LANDLINE.fullmatch(digits))
    ):
        return mask(text)
    return text


def _stars(text: str) -> str:
    return _STAR * min(len(text), _LONGEST)
