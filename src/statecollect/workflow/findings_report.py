"""The findings of a validate run as a file: .xlsx to filter, .html to read, .json for programs."""

from __future__ import annotations

import json
from pathlib import Path

from statecollect.catalog.local_rules import LocalRules
from statecollect.core.errors import UsageError
from statecollect.core.outputs import only_ours, write_atomically
from statecollect.findings import SEVERITY_LABEL
from statecollect.rules import RuleResult
from statecollect.workbook.write.listing import Listing, write_listings
from statecollect.workflow.findings_page import STATUS, write_findings_page
from statecollect.workflow.rounds import SinceLast
from statecollect.workflow.validate import Validation

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
RULES_SHEET = "规则"
_FORMS = {".json", ".xlsx", ".html", ".htm"}
_RULE_COLUMNS = ("规则", "级别", "结果", "不通过", "无法判断", "原因", "说明")


def check_place(path: Path) -> None:
    """Raise UsageError, before anything is done, for a form of report that is not there or a file that is not ours."""
    if path.suffix.lower() not in _FORMS:
        raise UsageError(
            f"不能写成「{path.suffix or path.name}」", hint="报告文件名以 .xlsx、.html 或 .json 结尾"
        )
    only_ours([path])


def write_report(path: Path, validation: Validation, school: str, local: LocalRules | None = None) -> None:
    """Write the report; the suffix says in which form. ``local``: what the school decided about the rules.

    Raises UsageError as ``check_place`` does.
    """
    check_place(path)
    if path.suffix.lower() == ".json":
        text = json.dumps(validation.as_json(), ensure_ascii=False, indent=2) + "\n"
        write_atomically(path, text)
    elif path.suffix.lower() == ".xlsx":
        sheets = [_findings(validation, school), _rules(validation)]
        sheets += [_waivers(validation)] if validation.waivers else []
        sheets += [_progress(validation.since_last)] if validation.since_last else []
        sheets += [_local(local)] if local else []
        write_listings(path, sheets, school)
    else:
        write_findings_page(path, validation, school, local)


def _findings(validation: Validation, school: str) -> Listing:
    rows = [
        (
            SEVERITY_LABEL[finding.severity],
            finding.party,
            finding.table,
            finding.origin.file,
            finding.origin.sheet,
            finding.origin.cell or "",
            finding.field or "",
            finding.value or "",
            finding.message,
            finding.hint,
            finding.rule,
        )
        for finding in validation.findings
    ]
    counts = f"错误 {validation.count('error')}，警告 {validation.count('warning')}，提示 {validation.count('note')}"
    places = {result.rule.id: at for at, result in enumerate(validation.results)}
    links = {
        (at, len(_FINDING_COLUMNS) - 1): (RULES_SHEET, places[finding.rule])
        for at, finding in enumerate(validation.findings)
        if finding.rule in places
    }
    return Listing("问题", f"{school} 数据检查：{counts}", _FINDING_COLUMNS, rows, links=links)


def _waivers(validation: Validation) -> Listing:
    header = ("表号", "规则", "单位", "处数", "说明", "说明人", "时间", "效力")
    rows = [
        (
            waiver.table,
            waiver.rule,
            waiver.party or "全部",
            waiver.count,
            waiver.reason,
            waiver.by,
            waiver.at,
            waiver.lapsed or "有效",
        )
        for waiver in validation.waivers
    ]
    return Listing("情况说明", f"情况说明 {len(rows)} 条", header, rows)


def _progress(since: SinceLast) -> Listing:
    rows = [
        (name or "全校", progress.new, progress.resolved, progress.remaining)
        for name, progress in since.parties.items()
    ]
    header = ("填报单位", "新增", "已解决", "仍有")
    return Listing("与上次比较", "比上一次检查", header, rows)


def _local(local: LocalRules) -> Listing:
    rows = [("停用的规则", rule, reason) for rule, reason in local.off.items()]
    rows += [("本校规则", own.id, own.said) for own in local.own]
    rows += [("参数", name, str(value)) for name, value in local.parameters.items()]
    return Listing("本校规则与参数", "本校规则与参数", ("类别", "编号或名称", "原因、说明、取值"), rows)


def _rules(validation: Validation) -> Listing:
    rows = [_rule(result) for result in validation.results]
    return Listing(RULES_SHEET, f"规则 {len(rows)} 条的结果", _RULE_COLUMNS, rows)


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
