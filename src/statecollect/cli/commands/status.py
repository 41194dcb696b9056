"""``statecollect status``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from statecollect.cli.session import AsOfOption, JsonOption, session

if TYPE_CHECKING:
    from statecollect.workflow.status import PartyTable

REVIEWED = ("sent_back", "submitted", "approved", "finalised", "exempt", "not_assigned")


def status(
    context: typer.Context,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="文件", help="另写成一页网页：进度、矩阵、催办文字")
    ] = None,
    department: Annotated[
        list[str] | None, typer.Option("--department", metavar="单位", help="只看这个单位的，可重复")
    ] = None,
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> None:
    """谁返回了什么、谁逾期、该催谁。"""
    from collections import Counter, defaultdict

    from statecollect.cli import screen
    from statecollect.school.parties import group_of, parts_of
    from statecollect.workflow.status import LABELS

    here = session(context)
    campaign = here.campaign()
    found = campaign.status(as_of, department or ())
    if html is not None:
        from statecollect.workflow.status_page import write_status_page

        titles = {table_id: table.title for table_id, table in campaign.catalog.tables.items()}
        write_status_page(html, found, campaign.config.school.name, titles)
    if json:
        screen.write_json(found.as_json())
        return
    by_party = defaultdict(list)
    for line in found.lines:
        by_party[group_of(line.party)].append(line)
    rows = []
    for party, lines in by_party.items():
        asked = [line for line in lines if line.state not in {"exempt", "not_assigned"}]
        returned = sum(line.state != "not_returned" for line in asked)
        waiting = Counter(line.table for line in lines if line.state == "not_returned")
        open_tables = "、".join(
            table + (f"（{count} 人）" if any(parts_of(line.party).number for line in lines) else "")
            for table, count in waiting.items()
        )
        late = _timing(lines)
        states = Counter(line.state for line in lines)
        reviewed = [f"{LABELS[state]} {states[state]}" for state in REVIEWED if states[state]]
        rows.append(
            (
                party,
                f"{returned}/{len(asked)}",
                " ".join(reviewed),
                sum(line.errors for line in lines),
                sum(line.warnings for line in lines),
                min((line.due for line in lines if line.state == "not_returned" and line.due), default=""),
                late,
                open_tables,
            )
        )
    for warning in found.warnings:
        screen.say(warning, "yellow")
    title = f"{found.as_of} 阶段：{found.stage}"
    screen.grid(
        title,
        ("填报单位", "已返回", "审核", "错误", "警告", "最近截止", "时限", "未返回的表"),
        rows,
        right=(1, 3, 4),
    )
    if found.remind:
        screen.say(f"该催：{'、'.join(dict.fromkeys(group_of(party) for party in found.remind))}", "yellow")
        screen.say("催办文字（可直接发送）见 --html 文件 或 --json", "dim")
    if html is not None:
        screen.say(f"写好：{html}")


def _timing(lines: Sequence[PartyTable]) -> str:
    """Say of a party, or a group of teachers, how much has not come in time, and how late the rest came."""
    waiting = sum(line.late and line.state == "not_returned" for line in lines)
    late = [line.days_late for line in lines if line.days_late and line.state != "not_returned"]
    said = [f"逾期未交 {waiting} 张" if waiting else "", f"迟交 {max(late)} 天" if late else ""]
    return "，".join(part for part in said if part)
