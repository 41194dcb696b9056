"""``statecollect log`` and ``statecollect rebuild``: the history, and the database made from it anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from statecollect.cli.session import JsonOption, session

KINDS = {
    "submission": "收表",
    "evidence": "收佐证材料",
    "decision": "审核",
    "waiver": "情况说明",
    "resolution": "裁定",
    "roster": "教师名单",
    "exemption": "免报",
    "nil": "代报零报告",
}


def log(
    context: typer.Context,
    verify: Annotated[
        bool, typer.Option("--verify", help="核对每一条记录和每一份原件是否被改动、缺失、调换")
    ] = False,
    json: JsonOption = False,
) -> None:
    """流水账：什么时候收了谁的什么。"""
    from statecollect.cli import render

    here = session(context)
    campaign = here.campaign()
    problems = campaign.verify_log() if verify else []
    events = campaign.log() if not problems else []
    if json:
        shown = [{"seq": one.seq, "at": one.at, "type": one.type, "by": one.by, **one.data} for one in events]
        render.write_json({"events": shown, "verified": verify, "problems": problems})
        raise typer.Exit(1 if problems else 0)
    for problem in problems:
        render.say(problem, "red")
    if problems:
        render.say(f"流水账或原件有 {len(problems)} 处不对；请从备份恢复 store 文件夹")
        raise typer.Exit(1)
    if verify:
        render.say(f"{len(events)} 条记录前后相连，原件都在，没有改动")
        return
    render.grid(
        f"{len(events)} 条记录",
        ("序号", "时间", "事项", "单位", "文件或表", "经手"),
        [
            (
                one.seq,
                one.at,
                one.data.get("step") or KINDS.get(one.type, one.type),
                _party(one.data),
                _about(one.data),
                one.by,
            )
            for one in events
        ],
    )
    render.next_step(here, "statecollect log --verify 核对流水账和原件")


def _party(data: Mapping[str, Any]) -> str:
    parties = [str(one) for one in data.get("parties", ())] or [
        str(data.get("party") or data.get("take") or data.get("group") or "")
    ]
    return parties[0] + (f" 等 {len(parties)} 个" if len(parties) > 1 else "")


def _about(data: Mapping[str, Any]) -> str:
    said = (data.get("table"), data.get("rule"), data.get("file"), data.get("comment") or data.get("reason"))
    return " ".join(one for one in said if one)


def rebuild(context: typer.Context, json: JsonOption = False) -> None:
    """用原件和流水账重新生成数据库；数据和重建前一样。"""
    from statecollect.cli import render

    here = session(context)
    rows = here.campaign().rebuild()
    if json:
        render.write_json({"tables": rows})
        return
    render.say(
        f"已重建：{sum(bool(count) for count in rows.values())} 张表有数据，共 {sum(rows.values())} 行"
    )
    render.next_step(here, "statecollect validate 检查全部规则")
