"""``statecollect waive`` and ``statecollect resolve``: a warning explained, a dispute settled – with name and reason."""

from __future__ import annotations

from typing import Annotated

import typer

from statecollect.cli.session import AsOfOption, ByOption, JsonOption, ReasonOption, moment, session

TableOption = Annotated[str, typer.Option("--table", metavar="表号", help="哪张表")]


def waive(
    context: typer.Context,
    rule: Annotated[str, typer.Argument(metavar="规则", help="规则编号，如报告中“规则”一列所写")],
    table: TableOption,
    party: Annotated[str, typer.Option("--party", metavar="单位", help="只说明这个单位的")] = "",
    reason: ReasonOption = "",
    by: ByOption = "",
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> None:
    """情况说明：警告属实、数据没有错。多出一处、数据有变就失效；错误只有领导小组能说明通过。"""
    from statecollect.cli import screen

    here = session(context)
    waiver = here.campaign().signoff.waive(rule, table, party, reason=reason, by=by, now=moment(as_of))
    if json:
        screen.write_json(waiver.as_json())
        return
    screen.say(f"已说明：{table} {waiver.party or '各单位'} 规则 {rule} 共 {waiver.count} 处；{by}：{reason}")
    screen.next_step(here, "statecollect validate —— 说明过的不再列出，报告和上报包中有记录")


def resolve(
    context: typer.Context,
    table: TableOption,
    key: Annotated[str, typer.Option("--key", metavar="内容", help="哪一条：键的内容；键有几栏的用 | 隔开")],
    take: Annotated[str, typer.Option("--take", metavar="单位", help="以哪个单位填的为准")],
    reason: ReasonOption = "",
    by: ByOption = "",
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> None:
    """裁定：两个单位对同一条填得不一样时，以谁为准。任何一方再改这一条，裁定就失效。"""
    from statecollect.cli import screen

    here = session(context)
    event, dispute = here.campaign().signoff.resolve(
        table, key, take, by=by, reason=reason, now=moment(as_of)
    )
    if json:
        screen.write_json(
            {
                "table": table,
                "key": list(dispute.key),
                "take": take,
                "by": event.by,
                "differences": dispute.differences,
            }
        )
        return
    screen.say(
        f"已裁定：{table}「{'、'.join(name for name in dispute.key if name)}」以“{take}”填的为准；{by}：{reason}"
    )
    screen.next_step(here, "statecollect validate —— 再检查一次")
