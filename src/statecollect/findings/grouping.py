"""The same fault in many rows as one line: what it is, how often, in which rows, and what usually causes that.

Nothing is hidden: the cells stay marked one by one, and the reports keep every finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from statecollect.findings.catalogue import family
from statecollect.findings.finding import Finding

FOLD_FROM = 10  # equal faults of one column; fewer are quicker repaired one by one
_RANGES = 8  # that a line shows


@dataclass(frozen=True, slots=True)
class Fold:
    """Equal faults of one column. ``first`` stands for all; ``count`` is 1 for a fault that stands alone."""

    first: Finding
    count: int = 1
    rows: str = ""
    cause: str = ""

    @property
    def message(self) -> str:
        """What to say: the first message, and for many how many and where."""
        if self.count == 1:
            return self.first.message
        return f"{self.first.message}；同样的问题共 {self.count} 处（{self.rows}）"

    @property
    def hint(self) -> str:
        """How to repair, the usual cause first."""
        return "；".join(part for part in (self.cause, self.first.hint) if part)


def fold(findings: Iterable[Finding]) -> list[Fold]:
    """Fold equal faults of one party's column; the order is that of each first one."""
    found = list(findings)
    groups: dict[tuple[str, ...], list[int]] = {}
    for number, finding in enumerate(found):
        alone = finding.origin.row is None or finding.field is None
        key = (finding.party, finding.table, finding.rule, finding.field or "", str(number) if alone else "")
        groups.setdefault(key, []).append(number)
    folded: dict[int, Fold] = {}
    for numbers in groups.values():
        if len(numbers) < FOLD_FROM:
            folded |= {number: Fold(found[number]) for number in numbers}
        else:
            rows = sorted({row for number in numbers if (row := found[number].origin.row) is not None})
            first = found[numbers[0]]
            folded[numbers[0]] = Fold(first, len(numbers), spans(rows), _cause(first))
    return [folded[number] for number in sorted(folded)]


def spans(rows: Sequence[int]) -> str:
    """Return row numbers as ranges: 第 5–12、20 行; a long list says how many ranges more there are."""
    found: list[list[int]] = []
    for row in rows:
        if found and row == found[-1][1] + 1:
            found[-1][1] = row
        else:
            found.append([row, row])
    shown = "、".join(f"{a}–{b}" if a != b else str(a) for a, b in found[:_RANGES])
    more = f" 等 {len(found)} 段" if len(found) > _RANGES else ""
    return f"第 {shown} 行{more}"


def _cause(finding: Finding) -> str:
    entry = family(finding.rule, finding.table)
    return entry.cause if entry else ""
