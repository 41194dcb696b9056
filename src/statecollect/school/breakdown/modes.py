"""How a table is collected, from its remark and its columns."""

from __future__ import annotations

import re
from dataclasses import dataclass

from statecollect.core.plain_text import bare
from statecollect.school.breakdown.tasks import Mode

_KEYWORDS: tuple[tuple[re.Pattern[str], Mode], ...] = (
    (re.compile(r"自动生成"), "auto"),
    (re.compile(r"云端实时(?:采集|更新)?"), "cloud"),
    (re.compile(r"云端同步\(?可补充\)?"), "cloud+supplement"),
)
_LOOSE = re.compile("自动|云端")
_NOT = re.compile("[不非未无勿]$")


@dataclass(frozen=True, slots=True)
class RemarkMode:
    """The mode a remark asks for; ``certain`` is False where the wording leaves room for doubt."""

    mode: Mode
    certain: bool = True


def mode_of_remark(remark: str) -> RemarkMode:
    """自动生成 → auto, 云端实时 → cloud, 云端同步(可补充) → cloud+supplement, anything else → collect."""
    text = bare(remark)
    for pattern, mode in _KEYWORDS:
        if pattern.fullmatch(text):
            return RemarkMode(mode)
    found = [(match, mode) for pattern, mode in _KEYWORDS if (match := pattern.search(text))]
    if len(found) == 1 and not _NOT.search(text[: found[0][0].start()]):
        return RemarkMode(found[0][1], certain=False)
    return RemarkMode("collect", certain=_LOOSE.search(text) is None)
