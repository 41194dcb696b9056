"""``statecollect init DIR --breakdown FILE``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from statecollect.cli.session import JsonOption, session


def init(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="文件夹", help="新建的采集工作文件夹")],
    breakdown: Annotated[Path, typer.Option("--breakdown", metavar="文件", help="任务分解表")],
    year: Annotated[
        str | None, typer.Option("--year", metavar="年度", help="如 2022；默认最新的年度")
    ] = None,
    school: Annotated[str | None, typer.Option("--school", metavar="校名", help="学校全称")] = None,
    departments: Annotated[
        Path | None,
        typer.Option(
            "--departments",
            metavar="文件",
            help="部门名单（Excel 或 CSV）：名称、类别（教学单位/职能部门）、别名",
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """建立采集工作：解析任务分解表，写好带说明的 statecollect.toml，列出对不上的部门名称。"""
    from statecollect.campaign import Campaign
    from statecollect.campaign.rosters import read_departments
    from statecollect.cli import screen
    from statecollect.school.config import School

    parties = read_departments(departments) if departments else None
    campaign, parsed, unknown = Campaign.init(
        folder,
        breakdown,
        year=year,
        school=School(name=school) if school else None,
        departments=parties.departments if parties else (),
        units=parties.units if parties else (),
        aliases=parties.aliases if parties else None,
    )
    nobody = campaign.nobody()
    remarks = [*(parties.remarks if parties else ()), *campaign.remarks]
    if json:
        screen.write_json(
            {
                "campaign": str(folder),
                "remarks": remarks,
                "nobody": [{"name": task.name, "tables": list(task.tables)} for task in nobody],
                "tables": len(parsed.tables),
                "parties": [party.name for party in campaign.tasks],
                "unresolved": [
                    {
                        "name": open_name.name,
                        "tables": list(open_name.tables),
                        "suggestions": list(open_name.suggestions),
                    }
                    for open_name in unknown
                ],
                "problems": parsed.as_json()["problems"],
                "questions": dict(campaign.catalog.year.questions),
            }
        )
        return
    screen.say(f"已建立 {folder}：{len(parsed.tables)} 张表，{len(campaign.tasks)} 个填报单位")
    if parsed.problems:
        screen.say(
            f"任务分解表有 {len(parsed.problems)} 处需要核对：statecollect breakdown {breakdown}", "yellow"
        )
    for remark in remarks:
        screen.say(f"· {remark}", "yellow")
    for task in nobody:
        screen.say(str(task), "yellow")
    if unknown:
        screen.grid(
            f"对不上的名称 {len(unknown)} 个",
            ("名称", "出现在", "相近的部门"),
            [
                (open_name.name, "、".join(open_name.tables), "、".join(open_name.suggestions) or "—")
                for open_name in unknown
            ],
        )
    if not campaign.config.parties.units:
        screen.say("还没有教学单位名单：“各系部”填报的表暂不能发给系部", "yellow")
    for name, question in campaign.catalog.year.questions.items():
        screen.say(f"? {name}：{question}")
    screen.next_step(
        session(context), f"检查 {folder / 'statecollect.toml'}，然后 statecollect make-templates"
    )
