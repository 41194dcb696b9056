"""Who has returned what, what is late, whom to remind."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from statecollect.catalog import Stage
from statecollect.core.table_ids import table_order
from statecollect.school.breakdown import Breakdown
from statecollect.school.config import current_stage, stage_of
from statecollect.school.parties import CLOUD, Nobody, Party, cloud_tables, group_of, label_of
from statecollect.store import SUBMISSION, Event, Store
from statecollect.workflow.completeness import Owed, owed
from statecollect.workflow.evidence import documents
from statecollect.workflow.held import held_returns
from statecollect.workflow.review import Standing, standings
from statecollect.workflow.validate import Validation

LABELS = {
    "not_returned": "未返回",
    "returned": "已返回",
    "nil": "零报告",
    "sent_back": "退回修改",
    "submitted": "已提交",
    "approved": "已复审",
    "finalised": "已定稿",
    "exempt": "免报",
    "not_assigned": "不在分解表中",
}


@dataclass(frozen=True, slots=True)
class PartyTable:
    """One party and one of its tables, in the shape of the JSON contract. ``evidence`` counts documents.

    ``step`` and ``by``: the last decision that still counts, or who excused it; ``note``: why an earlier one does not, or
    a reason given. ``late``: not returned although due, or returned ``days_late`` after.
    """

    party: str
    table: str
    mode: str
    state: str
    due: str | None
    late: bool
    errors: int
    warnings: int
    rows: int
    evidence: int = 0
    waived: int = 0
    step: str = ""
    by: str = ""
    note: str = ""
    days_late: int = 0

    @property
    def open(self) -> bool:
        """Whether the party has something to do about it; who is not asked for a table has not."""
        if self.state == "not_assigned":
            return False
        return self.state in {"not_returned", "sent_back"} or bool(self.errors)


@dataclass(frozen=True, slots=True)
class Status:
    """The whole picture on one day. ``contact`` is whom a reminder tells to ask.

    ``nobody``: fillers of the breakdown that are nobody here. ``without_schema``: tables asked for of which no template
    exists. ``held``: returns that are kept but do not count until somebody accepts them. ``set_aside``: records that could
    not be applied.
    """

    as_of: dt.date
    stage: str
    lines: tuple[PartyTable, ...]
    contact: str = ""
    nobody: tuple[Nobody, ...] = ()
    without_schema: tuple[str, ...] = ()
    held: tuple[Event, ...] = ()
    set_aside: tuple[tuple[int, str], ...] = ()

    def of(self, departments: Iterable[str]) -> Status:
        """Return the lines of these parties; a group stands for its members."""
        wanted = set(departments)
        mine = tuple(line for line in self.lines if {line.party, group_of(line.party)} & wanted)
        return replace(self, lines=mine)

    @property
    def remind(self) -> list[str]:
        """Parties whose deadline has passed, or comes within three days, with something still to return."""
        soon = (self.as_of + dt.timedelta(days=3)).isoformat()
        return list(
            dict.fromkeys(
                line.party for line in self.lines if line.due is not None and line.due <= soon and line.open
            )
        )

    @property
    def reminders(self) -> list[tuple[str, str]]:
        """For each party to remind, a text to send: what is missing since when, what is to be corrected."""
        mine: dict[str, list[PartyTable]] = {}
        for line in self.lines:
            if line.open:
                mine.setdefault(line.party, []).append(line)
        return [(party, _reminder(self, party, mine[party])) for party in self.remind]

    def left(self, wanted: str) -> dict[str, Any]:
        """Return what still lacks the step after which a line is ``wanted`` (submitted or finalised), with the causes."""
        done = {"submitted": {"submitted", "approved", "finalised"}, "finalised": {"finalised"}}[wanted]
        waiting = [line for line in self.lines if line.state == "not_returned"]
        behind = [
            line for line in self.lines if line.state not in done | {"not_returned", "exempt", "not_assigned"}
        ]
        return {
            "not_returned": sorted({task.table for task in waiting}, key=table_order),
            "with_errors": sorted({line.table for line in behind if line.errors}, key=table_order),
            "behind": len(behind),
            "warnings": sum(line.warnings for line in self.lines),
        }

    @property
    def warnings(self) -> list[str]:
        """What the whole campaign has to know before any line is read, one sentence each."""
        said = [str(task) for task in self.nobody]
        if self.without_schema:
            said.append(f"{'、'.join(self.without_schema)} 数据目录中没有，做不出模板；核对任务分解表的编号")
        said += [
            f"「{label_of(str(event.data.get('party', '')))}」{event.at[:10]} 交的 {event.data.get('file', '')} 待确认，还没有算数；"
            f"核对后 statecollect ingest --accept {str(event.data.get('sha256', ''))[:12]}，或请它重交"
            for event in self.held
        ]
        said += [f"第 {seq} 条记录没有用上：{reason}" for seq, reason in self.set_aside]
        strange = dict.fromkeys(line.party for line in self.lines if line.state == "not_assigned")
        for party in strange:
            those = [line for line in self.lines if (line.party, line.state) == (party, "not_assigned")]
            said.append(
                f"「{party}」{LABELS['not_assigned']}，却有 {'、'.join(task.table for task in those)}：{those[0].note}"
            )
        return said

    def as_json(self) -> dict[str, Any]:
        """Return the shape of the command-line contract."""
        return {
            "as_of": self.as_of.isoformat(),
            "stage": self.stage,
            "parties": [asdict(line) for line in self.lines],
            "remind": self.remind,
            "reminders": [{"party": party, "text": text} for party, text in self.reminders],
            "nobody": [
                {"name": nobody.name, "tables": list(nobody.tables), "suggestions": list(nobody.suggestions)}
                for nobody in self.nobody
            ],
            "without_schema": list(self.without_schema),
            "held": [
                {key: event.data.get(key) for key in ("party", "file", "sha256", "tables")} | {"at": event.at}
                for event in self.held
            ],
            "set_aside": [{"seq": seq, "reason": reason} for seq, reason in self.set_aside],
        }


def status(
    store: Store,
    breakdown: Breakdown,
    tasks: Mapping[Party, Sequence[str]],
    stages: Sequence[Stage],
    validation: Validation,
    today: dt.date,
    contact: str = "",
    nobody: Sequence[Nobody] = (),
) -> Status:
    """Put together who owes what on ``today``."""
    current = current_stage(stages, today)
    cloud = cloud_tables(breakdown)
    filed = Counter((document.party, document.table) for document in documents(store))
    found: Counter[tuple[str, str, str]] = Counter(
        (finding.table, finding.party, finding.severity) for finding in validation.findings
    )
    waived = Counter((finding.party, finding.table) for finding, _ in validation.waived)
    reviewed, late = standings(store), late_returns(store)
    lines = []
    for task in owed(store, tasks, store.catalog, cloud):
        assignment = breakdown.tables.get(task.table)
        due = () if task.party == CLOUD else stages  # the platform keeps no dates of ours
        line = _line(task, assignment.mode if assignment else "", due, found, today)
        place = task.party, task.table
        line = replace(line, evidence=filed[place], waived=waived[place])
        lines.append(_reviewed(line, reviewed.get((task.table, task.party)), late.get(place, 0)))
    asked = dict.fromkeys(table for tables in tasks.values() for table in tables)
    return Status(
        today,
        current.name if current else "全部阶段已结束",
        tuple(lines),
        contact,
        tuple(nobody),
        tuple(table_id for table_id in asked if table_id not in store.catalog.tables),
        tuple(held_returns(store)),
        tuple(store.set_aside()),
    )


def late_returns(store: Store) -> dict[tuple[str, str], int]:
    """Return by party and table how many days after its deadline a table first came."""
    late: dict[tuple[str, str], int] = {}
    seen: set[tuple[str, str]] = set()
    for event in store.events(SUBMISSION):
        party = event.data["party"]
        for table_id, days in event.data.get("late", {}).items():
            if (party, table_id) not in seen:
                late[party, table_id] = days
        seen |= {(party, table_id) for table_id in event.data.get("tables", ())}
    return late


def _reviewed(line: PartyTable, standing: Standing | None, days_late: int) -> PartyTable:
    if standing is None:
        return line
    keeps = standing.state == "returned" or line.state == "not_assigned"
    return replace(
        line,
        state=line.state if keeps else standing.state,
        step=standing.step,
        by=standing.by or line.by,
        note="；".join(filter(None, (standing.voided or standing.comment, line.note))),
        late=line.late or days_late > 0,
        days_late=days_late,
    )


def _reminder(status: Status, party: str, mine: Sequence[PartyTable]) -> str:
    """Return the text to send to one party; it names tables and numbers, never data."""
    parts = []
    missing = [line for line in mine if line.state == "not_returned"]
    for due in sorted({line.due for line in missing if line.due}):
        tables = "、".join(line.table for line in missing if line.due == due)
        days = (status.as_of - dt.date.fromisoformat(due)).days
        when = f"已逾期 {days} 天" if days > 0 else "今天截止" if days == 0 else f"还有 {-days} 天截止"
        parts.append(f"{tables} 截止 {due}，{when}，还没有交")
    back = [line for line in mine if line.state == "sent_back"]
    parts += [f"{line.table} 被退回：{line.note}" for line in back]
    wrong = [line for line in mine if line.errors]
    if wrong:
        parts.append("有错误要改：" + "、".join(f"{line.table}（{line.errors} 处）" for line in wrong))
    contact = f"有问题请联系：{status.contact}。" if status.contact else ""
    return f"{label_of(party)}：{'；'.join(parts)}。请尽快办理。{contact}"


def _line(
    one: Owed,
    mode: str,
    stages: Sequence[Stage],
    found: Mapping[tuple[str, str, str], int],
    today: dt.date,
) -> PartyTable:
    stage = stage_of(stages, one.table)
    return PartyTable(
        party=one.party,
        table=one.table,
        mode=mode,
        state=one.state,
        due=stage.due.isoformat() if stage else None,
        late=one.state == "not_returned" and stage is not None and today > stage.due,
        errors=found.get((one.table, one.party, "error"), 0),
        warnings=found.get((one.table, one.party, "warning"), 0),
        rows=one.rows,
        by=one.excuse.by if one.excuse else "",
        note="；".join(filter(None, (one.note, one.excuse.reason if one.excuse else ""))),
    )
