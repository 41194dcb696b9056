"""``statecollect party …``: who fills tables, and who need not."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from statecollect.cli.commands.teacher import OnlyTablesOption, UndoOption, show_exemption
from statecollect.cli.session import AsOfOption, ByOption, JsonOption, ReasonOption, moment, session

app = typer.Typer(
    name="party",
    help="填报单位：有哪些单位、免报一个单位。",
    no_args_is_help=True,
    rich_markup_mode=None,
)
KINDS = {"department": "职能部门", "unit": "教学单位", "teacher": "教师"}


@app.command()
def exempt(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="单位", help="哪个填报单位")],
    table: OnlyTablesOption = None,
    undo: UndoOption = False,
    reason: ReasonOption = "",
    by: ByOption = "",
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> None:
    """免报：不再等这个单位的表；要写明是谁、为什么，上报包里看得见。已返回的数据不受影响。"""
    from statecollect.cli import screen

    here = session(context)
    event = here.campaign().roll.exempt_party(
        name, table or (), undo=undo, by=by, reason=reason, now=moment(as_of)
    )
    show_exemption(event, json)
    if not json:
        screen.next_step(here, "statecollect status 看还差谁")


@app.command(name="list")
def listed(context: typer.Context, json: JsonOption = False) -> None:
    """填报单位一览：类别、模板的文件名、返回了几张表、是否免报、是否还在分解表中。"""
    from statecollect.cli import screen

    members = session(context).campaign().roll.parties()
    if json:
        screen.write_json({"parties": [asdict(member) for member in members]})
        return
    screen.grid(
        f"{len(members)} 个填报单位",
        ("填报单位", "类别", "文件", "已返回", "状态", "说明"),
        [
            (
                member.name,
                KINDS.get(member.kind, "—"),
                member.file,
                f"{member.returned}/{member.tables}",
                member.state,
                member.note,
            )
            for member in members
        ],
        right=(3,),
    )
