"""``statecollect status``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from statecollect.cli.session import AsOfOption, JsonOption, session

REVIEWED = ("sent_back", "submitted", "approved", "finalised")


def status(
    context: typer.Context,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="文件", help="另写成一页网页：进度、矩阵、催办文字")
    ] = None,
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> None:
    """谁返回了什么、谁逾期、该催谁。"""
    from collections import Counter, defaultdict

    from statecollect.cli import render
    from statecollect.status import LABELS

    here = session(context)
    campaign = here.campaign()
    found = campaign.status(as_of)
    if html is not None:
        from statecollect.pages.status_page import write_status_page

        titles = {table_id: table.title for table_id, table in campaign.catalog.tables.items()}
        write_status_page(html, found, campaign.config.school.name, titles)
    if json:
        render.write_json(found.as_json())
        return
    by_party = defaultdict(list)
    for line in found.lines:
        by_party[line.party.split("/")[0]].append(line)
    rows = []
    for party, lines in by_party.items():
        returned = sum(line.state != "not_returned" for line in lines)
        open_tables = "、".join(line.table for line in lines if line.state == "not_returned")
        late = "逾期" if any(line.late for line in lines) else ""
        states = Counter(line.state for line in lines)
        reviewed = [f"{LABELS[one]} {states[one]}" for one in REVIEWED if states[one]]
        rows.append(
            (
                party,
                f"{returned}/{len(lines)}",
                " ".join(reviewed),
                sum(line.errors for line in lines),
                sum(line.warnings for line in lines),
                min((line.due for line in lines if line.state == "not_returned" and line.due), default=""),
                late,
                open_tables,
            )
        )
    title = f"{found.as_of} 阶段：{found.stage}"
    render.grid(
        title,
        ("填报单位", "已返回", "审核", "错误", "警告", "最近截止", "", "未返回的表"),
        rows,
        right=(1, 3, 4),
    )
    if found.remind:
        render.say(
            f"该催：{'、'.join(dict.fromkeys(party.split('/')[0] for party in found.remind))}", "yellow"
        )
        render.say("催办文字（可直接发送）见 --html 文件 或 --json", "dim")
    if html is not None:
        render.say(f"写好：{html}")
