"""Lists of departments and people, as offices write them, split into names.

A list is cut only where it is certain: at 、，；/ and the like; at blanks, line breaks and 和 when both sides are
names; without any separator only into names known from elsewhere in the file. Anything else is kept whole and
reported. ``-`` joins an office and its sub-office. Nothing is cut inside brackets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from statecollect.core.plain_text import bare

GROUP_WORDS = (
    "各系部", "各部门", "各系", "各学院", "各二级学院", "各教学系部", "各教学部门", "各教学单位", "各职能部门", "各处室",
    "各行政部门", "各单位", "各教研室", "教学单位组织", "校内教师", "校外教师", "校内专任教师", "校外兼职教师",
    "校内兼课教师", "校外兼课教师", "兼职教师", "全体教师", "教学单位", "职能部门",
)  # fmt: skip
AUTO = "自动生成"

_NOTHING = frozenset({"", "/", "\\", "-", "--", "—", "——", "无", "空", "暂无"})
_DASH = re.compile(r"\s*[-－—–‐‑]+\s*")
_HARD = frozenset("、，,；;/／|｜＋+&＆")
_CONJUNCTION = re.compile("以及|和|及|与|跟")
_OFFICE_END = re.compile(
    "(?:处|办|办公室|部|部门|系|院|馆|科|室|组|中心|团委|党委|委员会|委|工会|学会|协会|所|站|队|公司|集团"
    "|单位|教师|平台|单位组织|医院|工厂|基地|学校|分校|校区)$"
)
# An office's ending in the middle of a word, and another office's ending after it: 教务处招就处.
_TWO_OFFICES = re.compile(
    r"^.{1,8}?(?:[^干]处|办(?!公)|中心|馆).*(?:处|办|办公室|部|系|院|馆|科|室|中心|委)$"
)
_PERSON = re.compile(r"[一-鿿㐀-䶿]{2,4}")
_PERSON_DOTTED = re.compile(r"[一-鿿㐀-䶿·•・]{3,20}")
_OPENING, _CLOSING = "(（[【〔《“", ")）]】〕》”"
_ASIDE = re.compile(r"[(（\[【〔][^)）\]】〕]*[)）\]】〕]")


@dataclass(frozen=True, slots=True)
class NameList:
    """The names of one cell, in order and without repetition, and the stretches kept whole in doubt."""

    names: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


def is_auto(text: str) -> bool:
    """Whether the cell says 自动生成 instead of naming anybody."""
    return bare(text) in {AUTO, f"系统{AUTO}", f"平台{AUTO}"}


def is_nothing(text: str) -> bool:
    """Whether the cell says that there is nobody: blank, / or 无."""
    return text.strip() in _NOTHING


def split(text: str, known: frozenset[str], *, people: bool = False) -> NameList:
    """Split one cell; ``known`` are names that stand alone elsewhere, ``people`` asks for persons' names."""
    if is_nothing(text) or is_auto(text):
        return NameList()
    names: list[str] = []
    doubts: list[str] = []
    for part in _cut_hard(text):
        for piece in _cut_blank(part, known, people=people, doubts=doubts):
            names.extend(_cut_inside(piece, known, people=people, doubts=doubts))
    return NameList(tuple(dict.fromkeys(names)), tuple(dict.fromkeys(doubts)))


def learn(texts: Iterable[str], *, people: bool = False) -> frozenset[str]:
    """Names that stand alone in some cell, or between separators; what may be a run of names is none."""
    seen: set[str] = set()
    for text in texts:
        if not is_nothing(text) and not is_auto(text):
            for part in _cut_hard(text):
                pieces = part.split()
                seen.update(
                    pieces if all(_is_name(piece, seen, people=people) for piece in pieces) else [part]
                )
    return frozenset(
        name
        for name in seen
        if not _conjunction_cuts(name, frozenset(seen - {name}), people=people)
        and not _segmentations(name, frozenset(seen - {name}) | _group_words(people))
        and not any(char.isspace() for char in name)
        and not _is_doubtful(name, frozenset(seen - {name}) | _group_words(people), people=people)
    )


def looks_like_offices(text: str, offices: frozenset[str]) -> bool:
    """Whether every part of the cell is a department or a group word."""
    parts = _parts(text)
    return bool(parts) and all(
        part in offices or part in GROUP_WORDS or _OFFICE_END.search(_without_aside(part)) for part in parts
    )


def looks_like_people(text: str) -> bool:
    """Whether every part of the cell has the shape of a person's name."""
    parts = _parts(text)
    return bool(parts) and all(_is_name(part, frozenset(), people=True) for part in parts)


def are_known(text: str, known: frozenset[str]) -> bool:
    """Whether every part of the cell is one of ``known``."""
    parts = _parts(text)
    return bool(parts) and all(part in known for part in parts)


def _parts(text: str) -> list[str]:
    if is_nothing(text) or is_auto(text):
        return []
    return [piece for part in _cut_hard(text) for piece in part.split()]


def _cut_hard(text: str) -> list[str]:
    """Cut at separators outside brackets; a dash loses the blanks around it."""
    parts = [""]
    depth = 0
    for char in _DASH.sub("-", text.strip()):
        if char in _OPENING:
            depth += 1
        elif char in _CLOSING:
            depth = max(0, depth - 1)
        if char in _HARD and depth == 0:
            parts.append("")
        else:
            # A blank inside brackets never separates: keep it from the cut at blanks.
            parts[-1] += "\u2060" if char.isspace() and depth else char
    return [stripped for part in parts if (stripped := part.strip().strip("。.").strip("-"))]


def _cut_blank(part: str, known: frozenset[str], *, people: bool, doubts: list[str]) -> list[str]:
    pieces = [piece.replace("\u2060", "") for piece in part.split()]
    if len(pieces) < 2:
        return pieces
    joined = "".join(pieces)
    if joined in known and not all(piece in known for piece in pieces):
        return [joined]
    if people and all(len(piece) == 1 for piece in pieces) and len(pieces) <= 3:
        return [joined]  # 熊 娅: two characters set apart to fill the width of three
    if all(
        _is_name(piece, known, people=people)
        or _conjunction_cuts(piece, known, people=people)
        or _segmentations(piece, known | _group_words(people))
        for piece in pieces
    ):
        return pieces
    whole = " ".join(pieces)
    doubts.append(whole)
    return [whole]


def _cut_inside(piece: str, known: frozenset[str], *, people: bool, doubts: list[str]) -> list[str]:
    """Cut one stretch without blanks at 和 or, with nothing between, into known names."""
    if " " in piece:  # kept whole above
        return [piece]
    words = known | _group_words(people)
    if piece in words:
        return [piece]
    for cuts in (_conjunction_cuts(piece, known, people=people), _segmentations(piece, words)):
        if len(cuts) == 1:
            return [
                name for part in cuts[0] for name in _cut_inside(part, known, people=people, doubts=doubts)
            ]
        if cuts:
            doubts.append(piece)
            return [piece]
    if _is_doubtful(piece, words, people=people):
        doubts.append(piece)
    return [piece]


def _is_doubtful(piece: str, words: frozenset[str], *, people: bool) -> bool:
    core = _without_aside(piece)
    if any(core.count(left) != core.count(right) for left, right in zip(_OPENING, _CLOSING, strict=True)):
        return True
    if people:
        return not _PERSON.fullmatch(core) and not ("·" in core and _PERSON_DOTTED.fullmatch(core))
    if core.endswith("等") or _CONJUNCTION.search(core):
        return True
    for word in words:
        for rest in (core.removeprefix(word), core.removesuffix(word)):
            if rest not in {core, ""} and "-" not in core and len(rest) > 1 and _OFFICE_END.search(rest):
                return True
    return "-" not in core and _TWO_OFFICES.match(core) is not None


def _conjunction_cuts(text: str, known: Iterable[str], *, people: bool) -> list[tuple[str, ...]]:
    """Ways to cut at 和 so that every part is a name; only the finest cuts."""
    marks = list(_CONJUNCTION.finditer(text))[:6]
    if not marks or (people and _PERSON.fullmatch(text)):
        return []
    known = frozenset(known)
    for count in range(len(marks), 0, -1):
        ways = []
        for chosen in combinations(marks, count):
            edges = [0, *(edge for mark in chosen for edge in mark.span()), len(text)]
            parts = tuple(text[edges[at] : edges[at + 1]] for at in range(0, len(edges), 2))
            if all(_is_name(part, known, people=people) for part in parts):
                ways.append(parts)
        if ways:
            return ways
    return []


def _segmentations(text: str, words: frozenset[str]) -> list[tuple[str, ...]]:
    """Ways to read ``text`` as two or more words; at most two are looked for."""
    ways: list[list[tuple[str, ...]]] = [[] for _ in range(len(text) + 1)]
    ways[0] = [()]
    usable = [word for word in words if len(word) > 1 and word in text and word != text]
    for end in range(1, len(text) + 1):
        for word in usable:
            if text.endswith(word, 0, end) and end >= len(word):
                ways[end].extend((*way, word) for way in ways[end - len(word)])
        ways[end] = ways[end][:2]
    return ways[-1]


def _is_name(text: str, known: Iterable[str], *, people: bool) -> bool:
    core = _without_aside(text)
    if text in known or core in _group_words(people):
        return True
    if people:
        return bool(_PERSON.fullmatch(core) or ("·" in core and _PERSON_DOTTED.fullmatch(core))) and not (
            _OFFICE_END.search(core)
        )
    return len(core) > 1 and _OFFICE_END.search(core) is not None


def _without_aside(text: str) -> str:
    return _ASIDE.sub("", text)


def _group_words(people: bool) -> frozenset[str]:
    return frozenset() if people else frozenset(GROUP_WORDS)
