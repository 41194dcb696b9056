"""What to do next: it follows from the state of the campaign, the most pressing first.

Whoever opens the folder after a week sees what stands in the way of the bundle, who has to move, and the command to copy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from statecollect.catalog import Stage
from statecollect.school.config import current_stage
from statecollect.school.parties import CLOUD, group_of
from statecollect.workflow.status import PartyTable, Status

_NAMED = 3  # parties that a sentence names


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: why, and the command; its words in capital places (单位, 姓名) are to be filled in."""

    why: str
    command: str

    def as_json(self) -> dict[str, Any]:
        """Return the keys of the command-line contract."""
        return {"why": self.why, "command": self.command}

    def __str__(self) -> str:
        """Return the line that follows 下一步."""
        return f"{self.command} —— {self.why}"


def next_steps(status: Status) -> list[Step]:
    """Return what to do, the most pressing first; of a campaign that is done, the last thing."""
    asked = _asked(status)
    returned = [line for line in asked if line.state != "not_returned"]
    if not returned and not status.held and not status.set_aside:
        return [
            Step("还没有收到任何表：做出模板发给各单位", "statecollect make-templates"),
            Step("收回来的文件放进一个文件夹，整个收下", "statecollect ingest 收到的表"),
        ]
    steps = [*_first_of_all(status), *_outstanding(status, asked), *_errors(asked)]
    return steps + (_review(asked) or ([] if steps else _done()))


def standing(status: Status, stages: Sequence[Stage]) -> str:
    """Say the stage, its deadline and the days left, and how much has been returned."""
    asked = [line for line in status.lines if line.state not in {"exempt", "not_assigned"}]
    returned = sum(line.state != "not_returned" for line in asked)
    stage = current_stage(stages, status.as_of)
    left = (stage.due - status.as_of).days if stage else 0
    when = (
        f"{stage.name}，{stage.due} 截止，{f'还有 {left} 天' if left else '就是今天'}"
        if stage
        else status.stage
    )
    return f"{status.as_of} {when}；已返回 {returned}/{len(asked)}"


def _asked(status: Status) -> list[PartyTable]:
    """Return what somebody has to do; what the platform did not export, it holds itself."""
    return [
        line
        for line in status.lines
        if line.state not in {"exempt", "nil", "not_assigned"}
        and (line.party, line.state) != (CLOUD, "not_returned")
    ]


def _first_of_all(status: Status) -> list[Step]:
    steps = [
        Step(
            f"第 {seq} 条记录没有用上：{reason}", f"statecollect rebuild --skip {seq} --by 姓名 --reason 原因"
        )
        for seq, reason in status.set_aside
    ]
    for event in status.held:
        party, sha256 = str(event.data.get("party", "")), str(event.data.get("sha256", ""))
        steps.append(
            Step(
                f"{party} 交的「{event.data.get('file', '')}」待确认，核实后收下",
                f"statecollect ingest --accept {sha256[:12]} --by 姓名 --reason 原因",
            )
        )
    return steps


def _outstanding(status: Status, asked: Sequence[PartyTable]) -> list[Step]:
    waiting = [line for line in asked if line.state == "not_returned"]
    if not waiting:
        return []
    late = [line for line in waiting if line.late]
    who = _named([line.party for line in (late or waiting)])
    why = f"{who} {'逾期未交' if late else '还没有交'}：催办文字在这一页上"
    return [
        Step(why, "statecollect status --html 进度.html"),
        Step("交来的放进一个文件夹，整个收下", "statecollect ingest 收到的表"),
    ]


def _errors(asked: Sequence[PartyTable]) -> list[Step]:
    wrong = [line for line in asked if line.errors]
    if not wrong:
        return []
    count = sum(line.errors for line in wrong)
    why = f"{_named([line.party for line in wrong])} 共 {count} 处错误：写出标好的工作簿，发回去改"
    return [Step(why, "statecollect validate --marked 退回修改")]


def _review(asked: Sequence[PartyTable]) -> list[Step]:
    """Return the next step of the chain for the first stretch of it that somebody can take now."""
    chain = (
        ({"returned", "sent_back"}, "submit", "没有错误，可以自审提交"),
        ({"submitted"}, "approve", "已提交，等审核部门复审"),
        ({"approved"}, "finalise", "已复审，等领导小组定稿"),
    )
    for states, action, why in chain:
        ready = [line for line in asked if line.state in states and not line.errors]
        if ready:
            tables = len({line.table for line in ready})
            return [Step(f"{tables} 张表{why}", f"statecollect review {action} --by 姓名")]
    return []


def _done() -> list[Step]:
    return [
        Step("全部定稿：报告和核心数据汇总表供领导签字", "statecollect report"),
        Step("写出上报包", "statecollect export"),
    ]


def _named(parties: Sequence[str]) -> str:
    groups = list(dict.fromkeys(group_of(party) for party in parties))
    more = f" 等 {len(groups)} 个单位" if len(groups) > _NAMED else ""
    return "、".join(groups[:_NAMED]) + more
