"""What the whole breakdown says about itself: codes missing, and counts claimed in its text."""

from __future__ import annotations

import re
from collections.abc import Mapping

from statecollect.school.breakdown.codes import without_number
from statecollect.school.breakdown.grids import SourceDocument
from statecollect.school.breakdown.tasks import Assignment, Problem

_CLAIM = re.compile(r"(?:共|合计|总计|计)\s*有?\s*(\d{1,3})\s*[张个]\s*(?:数据)?表(?!示)")
_SENTENCE = re.compile(r"[；;。\n]")
_NEAR = 200  # characters before a claim that may name what it is about


def missing_codes(tables: Mapping[str, Assignment]) -> list[Problem]:
    """Every number left out: 2.4.3 between 2.4.2 and 2.4.4, a whole item 2.5, a first table 1.1.1."""
    known = {tuple(int(part) for part in table_id.split(".")): tables[table_id] for table_id in tables}
    prefixes = {code[:depth] for code in known for depth in (1, 2, 3)}
    problems: list[Problem] = []
    for prefix in sorted(prefixes):
        parent, last = prefix[:-1], prefix[-1]
        before = max((p[-1] for p in prefixes if p[:-1] == parent and p[-1] < last), default=0)
        gap = range(before + 1, last)
        if not gap:
            continue
        after = known[min(code for code in known if code[: len(prefix)] == prefix)]
        names = "、".join(".".join(map(str, (*parent, number))) for number in gap[:10])
        names += f" 等 {len(gap)} 个" if len(gap) > 10 else ""
        what = ("部分", "数据项目", "数据表")[len(prefix) - 1]
        problems.append(
            Problem(
                after.cell,
                f"「{after.id}{after.name}」之前缺少编号为 {names} 的{what}",
                "请核对是否漏了行或编号写错；如果今年确实没有，可以不管",
            )
        )
    return problems


def wrong_claims(document: SourceDocument, tables: Mapping[str, Assignment]) -> list[Problem]:
    """「基础数据……共 18 张表」 against the tables found; a claim that names no group is about all of them."""
    groups = {assignment.group for assignment in tables.values() if assignment.group}
    stems = {without_number(group).removesuffix("表"): group for group in groups}
    problems: list[Problem] = []
    for place, text in _texts(document):
        for written in _SENTENCE.split(text):
            sentence = " ".join(written.split())
            for claim in _CLAIM.finditer(sentence):
                before = sentence[max(0, claim.start() - _NEAR) : claim.start()]
                named = [(at, stem) for stem in stems if stem and (at := before.rfind(stem)) >= 0]
                group = stems[max(named)[1]] if named else None
                found = sum(group in (None, assignment.group) for assignment in tables.values())
                if found != int(claim[1]):
                    what = f"「{group}」" if group else "全部数据表"
                    problems.append(
                        Problem(
                            place,
                            f"文中写「{claim[0].strip()}」，而{what}实际读到 {found} 张",
                            "请核对是否漏了行、编号重复，或文中的数目有误",
                        )
                    )
    return problems


def _texts(document: SourceDocument) -> list[tuple[str, str]]:
    cells = {
        cell.address: cell.text
        for grid in document.grids
        for row in grid.rows.values()
        for cell in row.values()
        if not grid.hidden
    }
    return [*document.paragraphs, *cells.items()]
