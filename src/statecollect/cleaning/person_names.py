"""Names of people and lists of them."""

from __future__ import annotations

import re

from statecollect.cleaning.free_text import as_text, fault, not_text
from statecollect.cleaning.outcome import Call, CellOutcome, Raw, Took, Wrong, quoted
from statecollect.core.characters import narrow, tidy

_HAN = r"[\u4e00-\u9fff\u3400-\u4dbf\U00020000-\U0003fffd〇]"
_NAME = re.compile(
    rf"{_HAN}{{2,5}}|{_HAN}{{1,15}}(?:·{_HAN}{{1,15}}){{1,4}}|"
    r"[A-Za-z\u00c0-\u024f]+(?:[ .'-]+[A-Za-z\u00c0-\u024f]+)*\.?"
)
_ANY_HAN = re.compile(_HAN)
_ALL_HAN = re.compile(rf"{_HAN}+")
_DOTS = re.compile(r"(?<!\s)\s*[•・･‧∙⋅●▪˙᛫⸱·]\s*")
_PLAIN_DOT = re.compile(rf"(?<={_HAN}{{2}})\s*[.。．]\s*(?={_HAN}{{2}})")
_REMARK = re.compile(r"(?<!\s)\s*[（(【\[〔][^）)】\]〕]{0,60}[）)】\]〕]\s*")
_HONORIFIC = re.compile(r"(?:老师|同志|同学|先生|女士|教授|副教授|主任|处长|院长|校长|书记|经理|董事长)$")
_LABEL = re.compile(r"^(?:姓名|名字|教师|联系人)[:：]\s*")
_TWO_PEOPLE = re.compile(rf"{_HAN}{{2,3}}[和与及]{_HAN}{{2,3}}")
_SEVERAL = re.compile(r"[,，;；、/|┋｜\n&]+")
_NUMBERED = re.compile(rf"[(（]\d{{1,2}}[)）]|[①-⑳]|\d{{1,2}}\s*[.、．)）](?=\s*{_HAN})")
_TWO_CHARACTERS = (
    "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 令狐 慕容 夏侯 司徒 司空 端木 百里 南宫 "
    "独孤 轩辕 宇文 长孙 鲜于 闻人 澹台 淳于 太史 申屠 赫连 拓跋 呼延 第五 钟离 万俟"
)
_DOUBLE_SURNAMES = frozenset(_TWO_CHARACTERS.split())
_MASKED = re.compile(r"[*＊?？×xX某]{1,3}$|(?<=.)[*＊×]|某[某甲乙]?|^[*＊]")
_AND_OTHERS = re.compile(r"等\d*[人名位个]?(?:同学|老师)?$|等\d+|等人|及其他|[一二三四五六七八九十\d]人$")


def clean_name(raw: Raw, call: Call) -> CellOutcome:
    """Clean one person's name: blanks between single characters, dots of minority names, remarks in brackets."""
    text = as_text(raw)
    if text is None:
        return not_text(raw)
    return _one_name(text, raw)


def clean_name_list(raw: Raw, call: Call) -> CellOutcome:
    """Clean to a list of names in the order typed."""
    text = as_text(raw)
    if text is None:
        return not_text(raw)
    text = _NUMBERED.sub(",", text.replace("\r", "\n"))
    names: list[str] = []
    if _TWO_PEOPLE.fullmatch(text):
        text = re.sub("[和与及]", ",", text)
    for part in _SEVERAL.split(text):
        if wrong := fault(part.strip()) if part.strip() else None:
            return wrong
        for piece in _apart(tidy(part)):
            one = _one_name(piece, raw)
            if isinstance(one, Wrong):
                return Wrong(one.error, "写全每个人的姓名，用英文逗号分隔，如 张三,李四")
            if isinstance(one.value, str):
                names.append(one.value)
    if not names:
        return Wrong(f"{quoted(raw)}里没有姓名", "填写姓名，多人用英文逗号分隔")
    return Took(names, "已逐个列出，用英文逗号分隔")


def _one_name(text: str, raw: Raw) -> CellOutcome:
    hint = "填写一个人的姓名"
    name = tidy(text.replace("\n", " ")).strip(" ,，;；、。:：'’‘\"")
    name = _LABEL.sub("", re.sub(r"^[【\[（(]([^】\]）)]*)[】\]）)]$", r"\1", name).replace("’", "'"))
    name, remarks = _REMARK.subn("", name)
    name = _HONORIFIC.sub("", _DOTS.sub("·", name).strip())
    if len(_PLAIN_DOT.split(name)) > 1 and max(map(len, _PLAIN_DOT.split(name))) >= 3:
        name = _PLAIN_DOT.sub("·", name)  # 阿卜杜拉.买买提
    if _AND_OTHERS.search(name):
        return Wrong(f"{quoted(raw)}没有写全（“等”）", "写全每个人的姓名")
    if _MASKED.search(name) and _ALL_HAN.match(name):
        return Wrong(f"{quoted(raw)}的姓名被遮盖或有字丢失", "填写完整的姓名")
    if " " in name and _ANY_HAN.search(name):
        joined = _joined(name.split())
        if joined is None:
            return Wrong(f"{quoted(raw)}像是两个姓名，或一个中间有空格的姓名", hint)
        name = joined
    if _SEVERAL.search(name) or _TWO_PEOPLE.fullmatch(name):
        return Wrong(f"{quoted(raw)}里不止一个姓名", hint)
    if any(char.isdigit() for char in name):
        return Wrong(f"{quoted(raw)}含有数字，不是姓名", hint)
    if len(name) < 2:
        return Wrong(f"{quoted(raw)}不是完整的姓名", "填写完整的姓名")
    if not _NAME.fullmatch(name):
        return Wrong(f"{quoted(raw)}不是姓名", hint)
    return Took(re.sub(" {2,}", " ", name), "去掉了括号里的说明" if remarks else "去掉了多余的空格或字符")


def _joined(parts: list[str]) -> str | None:
    """Join the parts of one name that blanks tore apart; None if they may be several names."""
    if len(parts) == 2 and parts[1] in {"男", "女"}:
        return None
    if all(map(_ALL_HAN.fullmatch, parts)) and len("".join(parts)) <= 5:
        singles = sum(len(part) == 1 for part in parts)
        if (len(parts) == 2 and singles and len("".join(parts)) <= 4) or (singles == len(parts) <= 3):
            return "".join(parts)
        if len(parts) == 2 and parts[0] in _DOUBLE_SURNAMES and len(parts[1]) <= 2:
            return "".join(parts)
        if singles == len(parts) == 4 and "".join(parts[:2]) in _DOUBLE_SURNAMES:
            return "".join(parts)
    return None


def _apart(text: str) -> list[str]:
    """Split a part of a list at blanks where these separate names: 张三 李四, 张三丰 李 四."""
    text = _REMARK.sub("", text)
    tokens = text.split()
    if not tokens:
        return []
    if len(tokens) == 1 or text.isascii() or _joined(tokens) is not None:
        return [text]
    names: list[str] = []
    torn: list[str] = []
    for token in [*tokens, ""]:
        if len(token) == 1:
            torn.append(token)
            continue
        if torn:
            if len(torn) not in {2, 3}:
                return [text]  # 李 四 王 五: where the first name ends cannot be told
            names.append("".join(torn))
            torn = []
        if token:
            names.append(narrow(token) if token.isascii() else token)
    return names
