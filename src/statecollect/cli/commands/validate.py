"""``statecollect validate``."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from statecollect.cli.session import JsonOption, session
from statecollect.cli.standing import tell_nobody

if TYPE_CHECKING:
    from statecollect.campaign import Campaign
    from statecollect.workflow.validate import Validation


class FailOn(StrEnum):
    """What makes the exit status 1."""

    error = "error"
    warning = "warning"


def validate(
    context: typer.Context,
    table: Annotated[
        list[str] | None, typer.Option("--table", metavar="表号", help="只查这张表，可重复")
    ] = None,
    department: Annotated[
        list[str] | None, typer.Option("--department", metavar="单位", help="只看这个单位的问题，可重复")
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="文件", help="把全部问题写成 .xlsx、.html 或 .json")
    ] = None,
    marked: Annotated[
        Path | None,
        typer.Option("--marked", metavar="文件夹", help="为有问题的单位写出标注好的工作簿，退回修改"),
    ] = None,
    fail_on: Annotated[FailOn, typer.Option("--fail-on", help="有警告时也算不通过：warning")] = FailOn.error,
    json: JsonOption = False,
) -> None:
    """对收到的全部数据运行每一条规则。"""
    from statecollect.campaign.outgoing.marked_return import Marked
    from statecollect.cli import screen

    here = session(context)
    campaign = here.campaign()
    tell_nobody(here, campaign)
    if report is not None:
        from statecollect.workflow.findings_report import check_place

        check_place(report)
    result = campaign.validate(table or (), department or ())
    if report is not None:
        from statecollect.catalog.local_rules import local_rules
        from statecollect.workflow.findings_report import write_report

        write_report(report, result, campaign.config.school.name, local_rules(campaign.catalog))
    sent = Marked(())
    if marked is not None:
        with screen.progress(here, "写退回修改的工作簿") as step:
            sent = campaign.write_marked(marked, result, progress=step)
    if json:
        screen.write_json({**result.as_json(), **sent.as_json()})
    else:
        ran = [rule for rule in result.results if rule.status in {"passed", "failed"}]
        not_run = [rule for rule in result.results if rule.status == "not_run"]
        screen.findings(result.findings)
        for rule in result.results:
            if rule.status == "error":
                screen.say(f"规则 {rule.rule.id} 未能运行：{rule.reason}", "red")
        _show_waivers(result)
        rows = sum(count for count, _ in result.tables.values())
        screen.say(
            f"{sum(parties > 0 for _, parties in result.tables.values())} 张表 {rows} 行；规则运行 {len(ran)} 条、"
            f"未运行 {len(not_run)} 条（缺数据，原因见 --report）；错误 {result.count('error')}，警告 {result.count('warning')}"
        )
        if result.since_last is not None and result.since_last.parties:
            last = result.since_last.school
            screen.say(f"比上一次检查：新增 {last.new}，已解决 {last.resolved}，仍有 {last.remaining}")
        for path in sent.written:
            screen.say(f"退回修改：{path}")
        if sent.removed:
            names = "、".join(path.name for path in sent.removed)
            screen.say(f"{len(sent.removed)} 个单位已改好，不用再发，旧的退回修改已删去：{names}")
        for _, reason in sent.failed:
            screen.say(f"没有写成：{reason}", "red")
        screen.next_step(
            here, _next(campaign, result, sent.written, marked, everything=not (table or department))
        )
    failing = result.count("error") + (result.count("warning") if fail_on is FailOn.warning else 0)
    broken = any(rule.status == "error" for rule in result.results)
    raise typer.Exit(1 if failing or broken or sent.failed else 0)


def _next(
    campaign: Campaign, result: Validation, written: Sequence[Path], marked: Path | None, *, everything: bool
) -> str:
    """Say what follows from the state of the campaign, once no error stands; before, how errors are repaired."""
    from statecollect.workflow.next_steps import next_steps

    if written:
        return "把退回修改的工作簿发回各单位，改好后再 statecollect ingest"
    if not result.count("error"):
        if not everything:
            return "statecollect validate —— 再检查全部的表"
        return str(next_steps(campaign.status(validation=result))[0])
    if marked is None:
        return "statecollect validate --marked 退回修改 —— 为有问题的单位写出要退回修改的工作簿"
    return "statecollect validate --report 问题.html —— 看全部问题：剩下的不在哪个单位的工作簿里"


def _show_waivers(result: Validation) -> None:
    """Say how much is explained, and which explanations no longer count."""
    from statecollect.cli import screen

    if result.waived:
        screen.say(f"已有情况说明的 {len(result.waived)} 处不在上面列出", "dim")
    for waiver in result.waivers:
        if waiver.lapsed:
            screen.say(
                f"{waiver.table} {waiver.party} {waiver.rule} 的情况说明失效：{waiver.lapsed}", "yellow"
            )
