"""How ``ingest`` and ``check`` show what became of each file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from statecollect.cli import screen
from statecollect.findings import count
from statecollect.intake.file_result import FileResult, totals

CELLS_SHOWN = 5  # changed cells of one workbook that are printed
OUTCOMES = {
    "accepted": "收下",
    "unchanged": "没有变化",
    "superseded": "旧版",
    "held": "待确认",
    "refused": "未收",
    "passed_over": "略过",
}
_GOOD = {"accepted", "unchanged", "superseded"}
_TOLD = {"S17"}  # notes about a whole workbook that are said on the screen, too


def files_json(results: Sequence[FileResult]) -> dict[str, Any]:
    """Return the shape of the command-line contract."""
    found = [finding for result in results for finding in result.findings]
    return {
        "files": [result.as_json() for result in results],
        "findings_total": len(found),
        "errors": count(found, "error"),
        "warnings": count(found, "warning"),
        "totals": totals(results),
    }


def show_files(results: Sequence[FileResult]) -> None:
    """Print one line a file, the refusals with their reason, then the findings."""
    rows = []
    for result in results:
        if result.outcome in {"refused", "superseded", "held"}:
            style = "red" if result.outcome == "refused" else "yellow"
            reason = (result.reason or "").removeprefix(f"〔{result.file}〕")  # it is named already
            screen.say(f"{OUTCOMES[result.outcome]} {result.place or result.file}：{reason}", style)
            if result.outcome == "held":
                screen.say(
                    f"  要收下它：statecollect ingest --accept {result.sha256[:12]} --by 姓名 --reason 原因"
                )
            continue
        if result.outcome == "passed_over":
            continue
        cells = sum(delivery.cells_seen for delivery in result.deliveries)
        rejected = sum(delivery.cells_rejected for delivery in result.deliveries)
        filled = sum(len(delivery.rows) for delivery in result.deliveries)
        found = list(result.findings)
        rows.append(
            (
                result.file,
                result.party or "—",
                OUTCOMES[result.outcome],
                len({delivery.table for delivery in result.deliveries}),
                filled,
                cells,
                rejected,
                len(result.ignored),
                count(found, "error"),
                count(found, "warning"),
            )
        )
    if len(rows) > screen.SHOWN:
        good = [row for row in rows if not (row[8] or row[9])]
        screen.say(f"{len(good)} 份没有问题的工作簿不在下表列出")
        rows = [row for row in rows if row[8] or row[9]]
    if rows:
        header = ("文件", "填报单位", "结果", "表", "行", "单元格", "未收", "略过", "错误", "警告")
        screen.grid(f"{len(rows)} 份工作簿", header, rows, right=range(3, 10))
    _show_passed_over(results)
    for result in [result for result in results if result.outcome in _GOOD and result.missing][
        : screen.SHOWN
    ]:
        tables = "、".join(result.missing)
        screen.say(f"{result.file}：{tables} 没有填，也没有选“零报告”，算没有交", "yellow")
    late = [result for result in results if result.late]
    if late:
        shown = "、".join(result.file for result in late[:3]) + (" 等" if len(late) > 3 else "")
        days = max(max(result.late.values()) for result in late)
        screen.say(f"{len(late)} 份过了截止日期才交，已记为逾期（{shown}，最多 {days} 天）", "yellow")
    for result in results:
        _show_changes(result)
        if result.voided:
            screen.say(
                f"{result.file}：{'、'.join(result.voided)} 审核后又有改动，原来的审核不再算数", "yellow"
            )
        if result.revived:
            shown = "、".join(f"{table_id} {step}" for table_id, step in result.revived.items())
            screen.say(f"{result.file}：数据又和审核时一样，原来的审核重新算数（{shown}）", "yellow")
        for finding in result.findings:
            if finding.rule in _TOLD:
                screen.say(f"{result.file}：{finding.message}；{finding.hint}", "yellow")
    screen.findings(
        [finding for result in results if result.outcome != "held" for finding in result.findings]
    )


def _show_passed_over(results: Sequence[FileResult]) -> None:
    """Name what nobody asked for, in one line; what systems leave lying about is only counted."""
    passed = [result for result in results if result.outcome == "passed_over"]
    named = [result for result in passed if not result.system]
    if not passed:
        return
    shown = "、".join(f"{result.place}（{result.reason}）" for result in named[: screen.SHOWN])
    more = f" 等 {len(named)} 个" if len(named) > screen.SHOWN else ""
    rest = len(passed) - len(named)
    system = f"{'；另有 ' if named else ''}{rest} 个系统文件、临时文件或已拆开的压缩包" if rest else ""
    screen.say(f"略过 {shown}{more}{system}", "dim")


def closing_line(results: Sequence[FileResult]) -> str:
    """Return the last line: how many files had each outcome."""
    return "，".join(
        f"{OUTCOMES[outcome]} {number}"
        for outcome, number in totals(results).items()
        if number or outcome == "accepted"
    )


def nothing_taken(results: Sequence[FileResult]) -> str | None:
    """Return a sentence where no file given was a return that counts or once counted."""
    if any(result.outcome in _GOOD for result in results):
        return None
    if not results:
        return "文件夹里没有文件，什么也没有收"
    waiting = any(result.outcome == "held" for result in results)
    return f"没有收下任何一份表；{'待确认的核对后用 --accept 收下' if waiting else '原因见上'}"


def _show_changes(result: FileResult) -> None:
    """Print which tables of an earlier return were replaced, and the first cells that are different."""
    different = {table_id: change for table_id, change in result.changes.items() if not change.empty}
    if not result.changes:
        return
    parts = [
        f"{table_id}（新增 {changes.added} 行，去掉 {changes.removed} 行，改动 {len(changes.cells)} 格）"
        for table_id, changes in different.items()
    ]
    screen.say(
        f"{result.file}：替换先前交的 {len(result.changes)} 张表，" + ("、".join(parts) or "内容没有不同")
    )
    cells = [(table_id, cell) for table_id, difference in different.items() for cell in difference.cells]
    for table_id, cell in cells[:CELLS_SHOWN]:
        screen.say(f"  {table_id} {cell.key} {cell.field}：「{cell.old}」→「{cell.new}」", "dim")
    if len(cells) > CELLS_SHOWN:
        screen.say(f"  还有 {len(cells) - CELLS_SHOWN} 格，--json 列出全部", "dim")


def status_of(results: Sequence[FileResult], *, named: bool = True) -> int:
    """Return the exit status: 2 nothing usable and nothing changed, 1 blocked, refused or held, 0 all is well.

    ``named``: the files were named one by one; what merely lay in a folder does not make the call unusable.
    """
    good = any(result.outcome in _GOOD for result in results)
    if named and not good and any(result.unusable for result in results):
        return 2
    stopped = any(result.outcome in {"refused", "held"} for result in results)
    errors = any(count(list(result.findings), "error") for result in results)
    return 1 if stopped or errors or not good else 0
