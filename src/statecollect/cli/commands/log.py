"""``statecollect log``: the history, and whether it is as it was written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from statecollect.cli.session import JsonOption, session

KINDS = {
    "submission": "收表",
    "held": "收下待确认",
    "nil": "代报零报告",
    "roster": "教师名单",
    "exemption": "免报",
    "evidence": "收佐证材料",
    "decision": "审核",
    "waiver": "情况说明",
    "resolution": "裁定",
    "skip": "放弃记录",
    "loss": "确认历史缺失",
    "difference": "确认新读法",
    "rekey": "换密钥",
}


def log(
    context: typer.Context,
    verify: Annotated[
        bool, typer.Option("--verify", help="核对每一条记录和每一份原件是否被改动、缺失、调换")
    ] = False,
    against: Annotated[
        Path | None,
        typer.Option(
            "--against",
            metavar="上报包",
            help="与 --verify 同用：对照上报包里记下的日志末尾，查日志是否被重写",
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """流水账：什么时候收了谁的什么。"""
    from statecollect.cli import screen
    from statecollect.core.errors import UsageError

    if against is not None and not verify:
        raise UsageError("--against 要和 --verify 一起用")
    here = session(context)
    campaign = here.campaign()
    if verify:
        found = campaign.verified_log()
        events, problems, remarks = found.events, list(found.problems), list(found.remarks)
        if against is not None:
            from statecollect.submission.bundle import against as compare

            problems += compare(against, events)
    else:
        events, problems, remarks = tuple(campaign.log()), [], []
    if json:
        shown = [
            {
                "seq": event.seq,
                "at": event.at,
                "recorded": event.recorded,
                "user": event.user,
                "type": event.type,
            }
            | {"by": event.by, **event.data}
            for event in events
        ]
        screen.write_json({"events": shown, "verified": verify, "problems": problems, "remarks": remarks})
        raise typer.Exit(1 if problems else 0)
    for problem in problems:
        screen.say(problem, "red")
    for remark in remarks:
        screen.say(remark, "yellow")
    if problems:
        screen.say(f"流水账或原件有 {len(problems)} 处不对；请从备份恢复 store 文件夹")
        raise typer.Exit(1)
    if verify:
        compared = "，与上报包记下的末尾相符" if against is not None else ""
        screen.say(f"{len(events)} 条记录前后相连，原件都在，没有改动{compared}")
        return
    screen.grid(
        f"{len(events)} 条记录",
        ("序号", "时间", "事项", "单位", "文件或表", "经手"),
        [
            (
                event.seq,
                _time(event.at),
                event.data.get("step") or KINDS.get(event.type, event.type),
                _party(event.data),
                _about(event.data),
                event.by or event.user,
            )
            for event in events
        ],
    )
    screen.next_step(here, "statecollect log --verify 核对流水账和原件")


def _time(at: str) -> str:
    """Return a time as people read it: day and minute of the place where it was written."""
    return at[:16].replace("T", " ")


def _party(data: Mapping[str, Any]) -> str:
    parties = [str(party) for party in data.get("parties", ())] or [
        str(data.get("party") or data.get("take") or data.get("group") or "")
    ]
    return parties[0] + (f" 等 {len(parties)} 个" if len(parties) > 1 else "")


def _about(data: Mapping[str, Any]) -> str:
    tables = data.get("tables") if not data.get("file") else None
    said = (
        data.get("table"),
        data.get("rule"),
        data.get("file"),
        "、".join(map(str, tables)) if tables else "",
        f"{len(teachers)} 位教师" if (teachers := data.get("teachers")) else "",
        data.get("comment") or data.get("reason"),
    )
    return " ".join(str(part) for part in said if part)
