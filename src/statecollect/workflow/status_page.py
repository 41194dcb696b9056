"""Who has returned what, as one page: progress by party, the matrix of parties and tables, whom to remind with which words."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from statecollect.core.outputs import only_ours
from statecollect.render.html.frame import write_page
from statecollect.render.page import Bar
from statecollect.school.parties import group_of, label_of
from statecollect.workflow.status import LABELS, PartyTable, Status

_FURTHEST = (
    "not_returned",
    "not_assigned",
    "sent_back",
    "returned",
    "nil",
    "submitted",
    "approved",
    "finalised",
    "exempt",
)


def write_status_page(path: Path, status: Status, school: str, titles: Mapping[str, str]) -> None:
    """Write the page; ``titles`` are the tables' by their ids. Teachers stand together in the matrix."""
    only_ours([path])
    by_group: dict[str, list[PartyTable]] = defaultdict(list)
    for line in status.lines:
        by_group[group_of(line.party)].append(line)
    tables = [table for table in titles if any(line.table == table for line in status.lines)]
    states = Counter(line.state for line in status.lines)
    write_page(
        path,
        "status.html.j2",
        title="采集进度",
        school=school,
        status=status,
        labels=LABELS,
        cards=[(label, states[state]) for state, label in LABELS.items() if states[state]],
        late=sum(line.late for line in status.lines),
        errors=sum(line.errors for line in status.lines),
        progress=[_progress(group, lines) for group, lines in by_group.items()],
        reminders=[(label_of(party), text) for party, text in status.reminders],
        tables=[titles[table] for table in tables],
        matrix=[
            (group, [_cell([line for line in lines if line.table == table]) for table in tables])
            for group, lines in by_group.items()
        ],
        lines=[_line(line, titles, status.as_of) for line in status.lines],
    )


def _progress(group: str, lines: Sequence[PartyTable]) -> Bar:
    lines = [line for line in lines if line.state != "exempt"] or lines
    final = sum(line.state == "finalised" for line in lines)
    missing = sum(line.state == "not_returned" for line in lines)
    share = 100 / len(lines)
    parts = (
        ("good", final * share),
        ("calm", (len(lines) - final - missing) * share),
        ("none", missing * share),
    )
    return Bar(group, parts, f"返回 {len(lines) - missing}/{len(lines)}，定稿 {final}")


def _cell(lines: Sequence[PartyTable]) -> dict[str, str] | None:
    """Return the cell of a party's table; of several teachers the one who is furthest behind gives the colour."""
    if not lines:
        return None
    behind = min(lines, key=lambda line: _FURTHEST.index(line.state))
    late = behind.state == "not_returned" and behind.late
    errors = sum(line.errors for line in lines)
    count = f"{sum(line.state != 'not_returned' for line in lines)}/{len(lines)}" if len(lines) > 1 else ""
    return {
        "colour": "late" if late else behind.state,
        "title": f"{behind.table} {group_of(behind.party)}：{'逾期未返回' if late else LABELS[behind.state]}",
        "text": f"✗{errors}" if errors else count,
    }


def _line(line: PartyTable, titles: Mapping[str, str], as_of: dt.date) -> dict[str, Any]:
    waiting = (as_of - dt.date.fromisoformat(line.due)).days if line.due and line.late else 0
    late = line.days_late if line.state != "not_returned" else waiting
    days = f"{late} 天" if late > 0 else ""
    return {
        "party": label_of(line.party),
        "group": group_of(line.party),
        "table": titles.get(line.table, line.table),
        "label": LABELS[line.state],
        "due": line.due or "",
        "late": days,
        "rows": line.rows,
        "errors": line.errors,
        "warnings": line.warnings,
        "evidence": line.evidence or "",
        "review": "，".join(part for part in (line.step, line.by, line.note) if part),
    }
