"""``statecollect review …``: the sign-off chain, and the forms that are printed for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from statecollect.cli.session import AsOfOption, JsonOption, NameOption, moment, session

if TYPE_CHECKING:
    from statecollect.campaign import Campaign
    from statecollect.workflow.review import Action

app = typer.Typer(
    name="review",
    help="审核：自审提交 → 部门复审 → 工作组核查 → 领导小组终审定稿。",
    no_args_is_help=True,
    rich_markup_mode=None,
)

TablesOption = Annotated[
    list[str] | None, typer.Option("--table", metavar="表号", help="哪张表，可重复；不写就是全部能办的表")
]
PartiesOption = Annotated[
    list[str] | None, typer.Option("--party", metavar="单位", help="哪个单位的，可重复；不写就是全部")
]
CommentOption = Annotated[
    str, typer.Option("--comment", metavar="文字", help="意见；退回、重新开放必须写原因")
]

NEXT = {
    "submit": "statecollect review approve --by 审核人 部门复审",
    "approve": "statecollect review finalise --by 领导小组成员 终审定稿",
    "return": "statecollect validate --marked 退回 写出标注好的工作簿，发回修改",
    "finalise": "statecollect export 导出上报包；statecollect review print 打印审核报表",
    "reopen": "改好后 statecollect ingest，再从自审提交做起；没有改动可直接 review finalise",
}


HELP: dict[Action, str] = {
    "submit": "自审提交：填报单位确认本单位的表填完、查过、没有错误。",
    "approve": "复审通过：审核部门的负责人；设了工作组名单的，再由工作组核查一次。",
    "return": "退回修改，写明原因。",
    "finalise": "终审定稿：领导小组同意；定稿的表锁定，不再收改动。",
    "reopen": "重新开放已定稿的表，写明原因；没有改动的表原来的审核仍然算数。",
}


def _command(action: Action) -> Callable[..., None]:
    """Return the command of one step: all take the same options."""

    def command(
        context: typer.Context,
        table: TablesOption = None,
        party: PartiesOption = None,
        by: NameOption = "",
        comment: CommentOption = "",
        as_of: AsOfOption = None,
        json: JsonOption = False,
    ) -> None:
        _decide(context, action, table, party, by, comment, as_of, json)

    return command


for action_name, text in HELP.items():
    app.command(name=action_name, help=text)(_command(action_name))


@app.command(name="print")
def print_forms(
    context: typer.Context,
    department: Annotated[
        list[str] | None, typer.Option("--department", metavar="部门", help="只打印这个审核部门的，可重复")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="文件夹", help="默认放在 审核报表/")] = None,
    json: JsonOption = False,
) -> None:
    """审核报表：每个审核部门一份（.docx 和 .xlsx，A4），打印后签字盖章归档。"""
    from statecollect.cli import screen

    here = session(context)
    campaign = here.campaign()
    folder = out or campaign.folder / "审核报表"
    written = campaign.signoff.print_forms(folder, department or ())
    if json:
        screen.write_json({"forms": [str(path) for path in written]})
        return
    screen.say(f"审核报表 {len(written) // 2} 份（.docx 和 .xlsx 各一）：{folder}")
    screen.next_step(here, "打印，审核部门负责人签字、盖章，交采集工作组归档")


def _decide(
    context: typer.Context,
    action: Action,
    tables: list[str] | None,
    parties: list[str] | None,
    by: str,
    comment: str,
    as_of: dt.date | None,
    json: bool,
) -> None:
    from statecollect.cli import screen

    here = session(context)
    campaign = here.campaign()
    events = campaign.signoff.decide(
        action, tables or (), parties or (), by=by, comment=comment, now=moment(as_of)
    )
    if json:
        decided = [
            {"table": event.data["table"], "parties": list(event.data["parties"]), "step": event.data["step"]}
            for event in events
        ]
        screen.write_json({"action": action, "by": by, "decided": decided} | _left(campaign, action, as_of))
        return
    if not events:
        screen.say("没有可以办的表", "yellow")
    steps = dict.fromkeys(event.data["step"] for event in events)
    for step in steps:
        mine = [event for event in events if event.data["step"] == step]
        count = sum(len(event.data["parties"]) for event in mine)
        shown = "、".join(event.data["table"] for event in mine[:12]) + (" 等" if len(mine) > 12 else "")
        screen.say(f"{step}：{len(mine)} 张表 {count} 份（{shown}），{by}")
    for text in _in_words(action, _left(campaign, action, as_of)):
        screen.say(text, "yellow")
    screen.next_step(here, NEXT[action])


AFTER = {"submit": "submitted", "finalise": "finalised"}  # what the two steps that close something lead to
SHOWN = 12


def _left(campaign: Campaign, action: Action, as_of: dt.date | None) -> dict[str, Any]:
    """Return what this step leaves undone; nothing for steps that close nothing."""
    return {"left": campaign.status(as_of).left(AFTER[action])} if action in AFTER else {}


def _in_words(action: Action, found: dict[str, Any]) -> list[str]:
    """Say what is left, so that "done" is not taken for "all done"."""
    if not found:
        return []
    left = found["left"]
    step = "提交" if action == "submit" else "定稿"
    said = [
        f"还没有返回齐的 {len(left['not_returned'])} 张表：{_few(left['not_returned'])}（见 statecollect status）"
        if left["not_returned"]
        else "",
        f"有错误、不能{step}的 {len(left['with_errors'])} 张表：{_few(left['with_errors'])}"
        if left["with_errors"]
        else "",
        f"已返回而还没有{step}的 {left['behind']} 份" if left["behind"] else "",
        f"没有说明的警告 {left['warnings']} 处" if left["warnings"] and action == "finalise" else "",
    ]
    return [sentence for sentence in said if sentence]


def _few(tables: list[str]) -> str:
    return "、".join(tables[:SHOWN]) + (" 等" if len(tables) > SHOWN else "")
