"""The findings of a validate run as a file: .xlsx to filter, .html to read, .json for programs."""

from __future__ import annotations

import json
from pathlib import Path

from statecollect.errors import UsageError
from statecollect.findings import SEVERITY_LABEL
from statecollect.pages.findings_page import STATUS, write_findings_page
from statecollect.rules import RuleResult
from statecollect.validate import Validation
from statecollect.workbook.listing import Listing, write_listings

_FINDING_COLUMNS = (
    "级别",
    "填报单位",
    "表号",
    "文件",
    "工作表",
    "单元格",
    "字段",
    "填写内容",
    "问题",
    "怎样修改",
    "规则",
)
_RULE_COLUMNS = ("规则", "级别", "结果", "不通过", "无法判断", "原因", "说明")


def write_report(path: Path, validation: Validation, school: str) -> None:
    """Write the report; the suffix says in which form. Raises UsageError for a form that is not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix.lower() == ".json":
        text = json.dumps(validation.as_json(), ensure_ascii=False, indent=2) + "\n"
        path.write_text(text, encoding="utf-8", newline="\n")
    elif path.suffix.lower() == ".xlsx":
        write_listings(path, [_findings(validation, school), _rules(validation)], school)
    elif path.suffix.lower() in {".html", ".htm"}:
        write_findings_page(path, validation, school)
    else:
        raise UsageError(
            f"不能写成「{path.suffix or path.name}」", hint="报告文件名以 .xlsx、.html 或 .json 结尾"
        )


def _findings(validation: Validation, school: str) -> Listing:
    rows = [
        (
            SEVERITY_LABEL[one.severity],
            one.party,
            one.table,
            one.origin.file,
            one.origin.sheet,
            one.origin.cell or "",
            one.field or "",
            one.value or "",
            one.message,
            one.hint,
            one.rule,
        )
        for one in validation.findings
    ]
    counts = f"错误 {validation.count('error')}，警告 {validation.count('warning')}，提示 {validation.count('note')}"
    return Listing("问题", f"{school} 数据检查：{counts}", _FINDING_COLUMNS, rows)


def _rules(validation: Validation) -> Listing:
    rows = [_rule(result) for result in validation.results]
    return Listing("规则", f"规则 {len(rows)} 条的结果", _RULE_COLUMNS, rows)


def _rule(result: RuleResult) -> tuple[str, str, str, int, int, str, str]:
    rule = result.rule
    label = SEVERITY_LABEL[rule.severity]
    said = rule.name or rule.message
    return (
        rule.id,
        label,
        STATUS[result.status],
        result.failed,
        result.not_checkable,
        result.reason or "",
        said,
    )
