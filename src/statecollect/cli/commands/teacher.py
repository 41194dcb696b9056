"""``statecollect teacher …``: who the teachers are, and whom nobody waits for any longer."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from statecollect.cli.session import AsOfOption, ByOption, JsonOption, ReasonOption, moment, session

if TYPE_CHECKING:
    from statecollect.store import Event

app = typer.Typer(
    name="teacher",
    help="教师名单：有哪些教师、添一位、免报一位。",
    no_args_is_help=True,
    rich_markup_mode=None,
)

GroupOption = Annotated[
    str, typer.Option("--group", metavar="组名", help="哪一组教师，如 校内教师；只有一组时不用写")
]
OnlyTablesOption = Annotated[
    list[str] | None, typer.Option("--table", metavar="表号", help="只免这张表，可重复；不写就是全部")
]
UndoOption = Annotated[bool, typer.Option("--undo", help="撤回免报：还是要交")]


@app.command()
def add(
    context: typer.Context,
    no: Annotated[str, typer.Argument(metavar="工号", help="教工号")],
    name: Annotated[str, typer.Argument(metavar="姓名", help="姓名")],
    group: GroupOption = "",
    unit: Annotated[str, typer.Option("--unit", metavar="部门", help="所属部门，可不写")] = "",
    reason: ReasonOption = "",
    by: ByOption = "",
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> None:
    """名单里添一位教师；工号已有的，改成这个姓名。"""
    from statecollect.cli import screen

    here = session(context)
    one, where = here.campaign().roll.add_teacher(
        no, name, group, unit, by=by, reason=reason, now=moment(as_of)
    )
    if json:
        screen.write_json({"group": where, "teacher": one.as_json(), "party": one.party(where).name})
        return
    screen.say(f"{where}的名单里有了 {one.no} {one.name}；{by}：{reason}")
    screen.next_step(here, f"statecollect make-templates --department {where} 做出这位教师的模板")


@app.command()
def exempt(
    context: typer.Context,
    names: Annotated[list[str], typer.Argument(metavar="工号或姓名", help="哪位教师，可写几位")],
    group: GroupOption = "",
    table: OnlyTablesOption = None,
    undo: UndoOption = False,
    reason: ReasonOption = "",
    by: ByOption = "",
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> None:
    """免报：不再等这几位教师的表（调离、长病假……）；要写明是谁、为什么，上报包里看得见。"""
    from statecollect.cli import screen

    here = session(context)
    event = here.campaign().roll.exempt_teachers(
        names, group, table or (), undo=undo, by=by, reason=reason, now=moment(as_of)
    )
    show_exemption(event, json)
    if not json:
        screen.next_step(here, "statecollect status 看还差谁")


def show_exemption(event: Event, json: bool) -> None:
    """Show who is excused from what, or called back."""
    from statecollect.cli import screen

    data = event.data
    if json:
        shared = {"tables": data["tables"], "reason": data["reason"], "undo": data.get("undo", False)}
        said = [{"party": party, **shared, "by": event.by, "at": event.at} for party in data["parties"]]
        screen.write_json({"exempted": said})
        return
    what = "、".join(data["tables"]) or "全部表"
    for party in data["parties"]:
        screen.say(f"{party} {what} {'要交' if data.get('undo') else '免报'}；{event.by}：{data['reason']}")


@app.command(name="list")
def listed(context: typer.Context, group: GroupOption = "", json: JsonOption = False) -> None:
    """教师名单：工号姓名、返回了几张表、是否免报。"""
    from statecollect.cli import screen

    members = session(context).campaign().roll.listed(group)
    if json:
        screen.write_json({"teachers": [asdict(member) for member in members]})
        return
    if not members:
        screen.say("还没有教师名单：statecollect make-templates --teachers 名单")
        return
    screen.grid(
        f"{len(members)} 位教师",
        ("教师", "已返回", "状态", "说明"),
        [
            (member.name, f"{member.returned}/{member.tables}", member.state, member.note)
            for member in members
        ],
        right=(1,),
    )
