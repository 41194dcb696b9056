"""The findings of a validate run as one page: counts, who and which table, every finding, every rule."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from statecollect.catalog.local_rules import LocalRules
from statecollect.core.table_ids import table_order
from statecollect.findings import SEVERITY_LABEL, Finding
from statecollect.findings.grouping import fold
from statecollect.render.html.frame import write_page
from statecollect.render.page import Bar
from statecollect.rules import RuleResult
from statecollect.school.parties import group_of
from statecollect.workflow.validate import Validation

STATUS = {"passed": "通过", "failed": "不通过", "not_run": "未运行", "error": "规则有错"}


def write_findings_page(
    path: Path, validation: Validation, school: str, local: LocalRules | None = None
) -> None:
    """Write the page. ``local``: what the school decided about the rules. Equal faults stand in one row, with all their cells behind it."""
    write_page(
        path,
        "findings.html.j2",
        title="数据检查报告",
        school=school,
        errors=validation.count("error"),
        warnings=validation.count("warning"),
        trials=validation.count("trial"),
        notes=validation.count("note"),
        waived=validation.waived,
        local=local,
        waivers=validation.waivers,
        since=validation.since_last,
        passed=sum(result.status == "passed" for result in validation.results),
        parties=_bars(validation.findings, "party"),
        tables=_bars(validation.findings, "table"),
        findings=[*_findings(validation.findings)],
        rules=[_rule(result) for result in validation.results],
    )


def _bars(findings: Sequence[Finding], by: str) -> list[Bar]:
    """Count errors and warnings by table or party, all teachers together."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for finding in findings:
        if finding.severity in {"error", "warning"}:
            counts[finding.table if by == "table" else group_of(finding.party) or "全校"][
                finding.severity
            ] += 1
    names = sorted(counts, key=table_order) if by == "table" else sorted(counts)
    return [
        Bar(
            name,
            (("error", counts[name]["error"]), ("warning", counts[name]["warning"])),
            f"错误 {counts[name]['error']}，警告 {counts[name]['warning']}",
        )
        for name in names
    ]


def _findings(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Return the rows of the list; each row of equal faults has all of them in ``more``."""
    alike: dict[tuple[str, ...], list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.origin.row is not None and finding.field is not None:  # others are never folded
            alike[_kind(finding)].append(finding)
    rows = []
    for folded in fold(findings):
        first = folded.first
        all_of_them = alike[_kind(first)] if folded.count > 1 else []
        rows.append(
            {
                "severity": first.severity,
                "label": SEVERITY_LABEL[first.severity],
                "party": first.party,
                "table": first.table,
                "place": _place(first),
                "field": first.field or "",
                "value": first.value or "",
                "message": folded.message,
                "hint": folded.hint,
                "rule": first.rule,
                "more": [
                    (finding.origin.cell or f"第 {finding.origin.row} 行", finding.value or "")
                    for finding in all_of_them
                ],
            }
        )
    return rows


def _kind(one: Finding) -> tuple[str, ...]:
    return one.party, one.table, one.rule, one.field or ""


def _place(one: Finding) -> str:
    origin = one.origin
    cell = origin.cell or (f"第 {origin.row} 行" if origin.row else "")
    return " ".join(part for part in (origin.file, origin.sheet, cell) if part)


def _rule(one: RuleResult) -> dict[str, Any]:
    return {
        "id": one.rule.id,
        "label": SEVERITY_LABEL[one.rule.severity],
        "status": STATUS[one.status],
        "failed": one.failed,
        "not_checkable": one.not_checkable,
        "waived": one.waived,
        "reason": one.reason,
        "said": one.rule.name or one.rule.message,
    }
