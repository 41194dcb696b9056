"""``statecollect nil PARTY --table ID``: nothing to report, declared for somebody."""

from __future__ import annotations

from typing import Annotated

import typer

from statecollect.cli.session import AsOfOption, ByOption, JsonOption, ReasonOption, moment, session


def nil(
    context: typer.Context,
    party: Annotated[str, typer.Argument(metavar="单位", help="替哪个填报单位报")],
    table: Annotated[
        list[str] | None, typer.Option("--table", metavar="表号", help="哪张表确无数据，可重复")
    ] = None,
    reason: ReasonOption = "",
    by: ByOption = "",
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> None:
    """代报零报告：这个单位这几张表确无数据（例如电话确认过）；之后它交了表，以它交的为准。"""
    from statecollect.cli import screen

    here = session(context)
    event = here.campaign().roll.declare_nil(party, table or (), by=by, reason=reason, now=moment(as_of))
    if json:
        screen.write_json({**event.data, "by": event.by, "at": event.at})
        return
    tables = "、".join(event.data["tables"])
    screen.say(f"{event.data['party']} {tables} 代报零报告；{event.by}：{event.data['reason']}")
    screen.next_step(here, "statecollect status 看还差谁")
