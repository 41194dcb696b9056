"""``statecollect rebuild`` and ``statecollect rekey``: ways out when something of the store is damaged or lost."""

from __future__ import annotations

from typing import Annotated

import typer

from statecollect.cli.session import AsOfOption, ByOption, JsonOption, ReasonOption, moment, session


def rebuild(
    context: typer.Context,
    skip: Annotated[
        int | None,
        typer.Option("--skip", metavar="序号", help="放弃一条再也读不出来的收表记录（其中的表算没有返回）"),
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="与 --skip 同用：不再放弃，重新读它")] = False,
    accept_loss: Annotated[
        bool, typer.Option("--accept-loss", help="日志缺了一段又找不回来时，确认就用现有的记录继续")
    ] = False,
    accept_differences: Annotated[
        bool,
        typer.Option("--accept-differences", help="确认有些单元格按新版程序读出来不同，审核过的表要重新审核"),
    ] = False,
    by: ByOption = "",
    reason: ReasonOption = "",
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> None:
    """用原件和流水账重新生成数据库；数据和重建前一样，有不同会先说明。"""
    from statecollect.campaign.workspace import moment as written
    from statecollect.cli import screen
    from statecollect.store import Consent

    deciding = skip is not None or accept_loss or accept_differences
    if deciding:
        _named(by, reason)
    here = session(context)
    campaign = here.campaign()
    if skip is not None:
        campaign.skip(skip, by=by, reason=reason, undo=undo, now=moment(as_of))
    consent = None
    if accept_loss or accept_differences:
        consent = Consent(by, reason, written(moment(as_of)), accept_loss, accept_differences)
    rows = campaign.rebuild(consent)
    if json:
        screen.write_json({"tables": rows})
        return
    screen.say(
        f"已重建：{sum(bool(count) for count in rows.values())} 张表有数据，共 {sum(rows.values())} 行"
    )
    screen.next_step(here, "statecollect validate 检查全部规则")


def rekey(
    context: typer.Context,
    by: ByOption = "",
    reason: ReasonOption = "",
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> None:
    """换签名密钥（丢失或泄露时）；以前发的模板不再认得，要重发。"""
    from statecollect.cli import screen

    _named(by, reason)
    here = session(context)
    event = here.campaign().rekey(by=by, reason=reason, now=moment(as_of))
    if json:
        screen.write_json({"seq": event.seq, **event.data})
        return
    screen.say("已换新密钥；此前发出的模板交回时要加 --department 说明单位")
    screen.next_step(here, "statecollect make-templates 重做模板，发给还没有交的单位")


def _named(by: str, reason: str) -> None:
    from statecollect.core.errors import UsageError

    if not by.strip() or not reason.strip():
        raise UsageError("要写明谁决定的、为什么", hint="加上 --by 姓名 和 --reason 原因")
