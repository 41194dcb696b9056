"""Names as people write them – offices, teachers, whoever acts – in one spelling before anything compares them.

A name is copied from Word, typed with the input method's blanks, pasted with marks nobody sees. What differs only in
that is one name. ``/`` stands between the parts of a teacher's name in the program, so a name of people holds ``／``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from statecollect.core.characters import tidy
from statecollect.core.errors import UsageError
from statecollect.core.plain_text import one_line

LONGEST = 100  # characters; a longer "name" is a sentence that slipped into the wrong cell
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_STROKES = str.maketrans({"/": "／", "\\": "＼"})
_NOT_SEEN = frozenset({"Cc", "Cf", "Cs", "Cn", "Co"})
_BETWEEN_HAN = re.compile("(?<=[\u3400-\u4dbf\u4e00-\u9fff]) +(?=[\u3400-\u4dbf\u4e00-\u9fff])")


def tidy_name(text: str) -> str:
    """Return a name without what cannot be seen, on one line, with single blanks, and no dots or blanks at its end."""
    seen = _LINE_ENDS.sub("\n", text)
    seen = "".join(
        character
        for character in seen
        if character in "\t\n" or unicodedata.category(character) not in _NOT_SEEN
    )
    seen = tidy(one_line(seen)).translate(_STROKES)
    return unicodedata.normalize("NFC", re.sub(r"\s+", " ", seen)).rstrip(" .").strip()


def tidy_person(text: str) -> str:
    """Return a person's name: tidied, and without the blank that makes 张 三 as wide as three characters."""
    return _BETWEEN_HAN.sub("", tidy_name(text))


def usable_name(text: str, what: str = "名称") -> str:
    """Return the tidied name. Raises UsageError for one that is empty or a whole sentence."""
    name = tidy_name(text)
    if not name:
        raise UsageError(f"{what}是空的", hint=f"写上{what}")
    if len(name) > LONGEST:
        raise UsageError(
            f"{what}「{name[:30]}…」有 {len(name)} 个字，太长了", hint=f"最多 {LONGEST} 个字，请改短"
        )
    return name


def tidied(names: Iterable[str], what: str = "名称") -> tuple[tuple[str, ...], list[str]]:
    """Return the names tidied, each once, and a sentence for every one that was changed or stood there twice."""
    kept: dict[str, None] = {}
    remarks: list[str] = []
    for text in names:
        name = usable_name(text, what)
        if name != text:
            remarks.append(f"{what}{visibly(text)}按「{name}」登记")
        if name in kept:
            remarks.append(f"{what}「{name}」写了两次，只留一个")
        kept[name] = None
    return tuple(kept), remarks


def visibly(text: str) -> str:
    """Return a text in 「」, what cannot be seen in it written as its number."""
    shown = "".join(
        character
        if character == " " or (character.isprintable() and unicodedata.category(character) not in _NOT_SEEN)
        else f"<U+{ord(character):04X}>"
        for character in text[:LONGEST]
    )
    return f"「{shown}{'…' if len(text) > LONGEST else ''}」"
