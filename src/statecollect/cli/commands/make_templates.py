"""``statecollect make-templates``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from statecollect.cli.session import AsOfOption, ByOption, JsonOption, moment, session
from statecollect.cli.standing import tell_nobody

if TYPE_CHECKING:
    from statecollect.campaign import Campaign
    from statecollect.campaign.outgoing.templates import Made


def make_templates(
    context: typer.Context,
    department: Annotated[
        list[str] | None, typer.Option("--department", metavar="单位", help="只做这个单位的，可重复")
    ] = None,
    teachers: Annotated[
        Path | None,
        typer.Option("--teachers", metavar="名单", help="教师名单：每位教师一份，已知内容预先填好"),
    ] = None,
    prefill: Annotated[
        Path | None,
        typer.Option(
            "--prefill", metavar="上报包或文件夹", help="用去年的上报包或已收的数据预填，供各单位核对"
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="文件夹", help="默认放在 templates/")] = None,
    by: ByOption = "",
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> None:
    """为每个填报单位做一份 Excel 模板。"""
    from statecollect.cli import screen

    here = session(context)
    campaign = here.campaign()
    tell_nobody(here, campaign)
    with screen.progress(here, "制作模板") as step:
        known = campaign.prefill(prefill, department or ()) if prefill else None
        made = campaign.make_templates(
            out,
            departments=department or (),
            roster=teachers,
            prefill=known,
            by=by,
            now=moment(as_of),
            progress=step,
        )
    remarks = [*(known.remarks if known else ()), *_not_waited_for(campaign, made)]
    if counts := dict(campaign.roll.counts):
        remarks.insert(
            0, "教师名单：" + "，".join(f"「{sheet}」{count} 人" for sheet, count in counts.items())
        )
    missing = sorted({table for workbook in made for table in workbook.without_schema})
    written = [workbook for workbook in made if workbook.tables]
    if json:
        screen.write_json(
            {
                "templates": [
                    {
                        "party": made.party.name,
                        "file": str(made.path),
                        "tables": list(made.tables),
                        "prefilled": dict(made.prefilled),
                    }
                    for made in written
                ],
                "without_schema": missing,
                "remarks": remarks,
                "roster_sheets": counts,
            }
        )
        return
    shown = [made for made in written if made.party.kind != "teacher"]
    screen.grid(
        f"{len(written)} 份模板",
        ("填报单位", "表数", "预填行数", "文件"),
        [
            (made.party.name, len(made.tables), sum(made.prefilled.values()) or "", made.path.name)
            for made in shown
        ],
        right=(1, 2),
    )
    if len(shown) < len(written):
        screen.say(f"另有教师模板 {len(written) - len(shown)} 份")
    for remark in remarks:
        screen.say(f"· {remark}", "dim")
    if missing:
        screen.say(f"以下 {len(missing)} 张表还没有数据目录，未放进模板：{'、'.join(missing)}", "yellow")
    where = out or campaign.folder / "templates"
    screen.next_step(here, f"把 {where} 中的模板发给各单位；收回后 statecollect ingest 文件或文件夹")


def _not_waited_for(campaign: Campaign, made: Sequence[Made]) -> list[str]:
    """Say that teachers known from elsewhere are no roster: nobody would miss those who do not answer."""
    listed = campaign.roll.teachers()
    groups = {workbook.party.parts.group for workbook in made if workbook.party.parts.number}
    return [
        f"{group}还没有教师名单：预填里的教师不算名单，谁没交看不出来；请 make-templates --teachers 名单"
        for group in sorted(groups - listed.keys())
    ]
