"""Who has returned what, what is late, whom to remind."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from statecollect.breakdown import Breakdown
from statecollect.catalog import Stage
from statecollect.config import current_stage, stage_of
from statecollect.evidence import documents
from statecollect.parties import CLOUD, Party, cloud_tables, group_of
from statecollect.review import Standing, standings
from statecollect.store import SUBMISSION, Store
from statecollect.validate import Validation

LABELS = {
    "not_returned": "未返回",
    "returned": "已返回",
    "nil": "零报告",
    "sent_back": "退回修改",
    "submitted": "已提交",
    "approved": "已复审",
    "finalised": "已定稿",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One party and one of its tables, in the shape of the JSON contract. ``evidence`` counts documents.

    ``step`` and ``by``: the last decision that still counts; ``note``: why an earlier one does not, or a reason given.
    ``late``: not returned although due, or returned ``days_late`` after.
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
        """Whether the party has something to do about it."""
        return self.state in {"not_returned", "sent_back"} or bool(self.errors)


@dataclass(frozen=True, slots=True)
class Status:
    """The whole picture on one day. ``contact`` is whom a reminder tells to ask."""

    as_of: dt.date
    stage: str
    lines: tuple[Line, ...]
    contact: str = ""

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
        return [(party, _reminder(self, party)) for party in self.remind]

    def as_json(self) -> dict[str, Any]:
        """Return the shape of the command-line contract."""
        return {
            "as_of": self.as_of.isoformat(),
            "stage": self.stage,
            "parties": [asdict(line) for line in self.lines],
            "remind": self.remind,
            "reminders": [{"party": party, "text": text} for party, text in self.reminders],
        }


def status(
    store: Store,
    breakdown: Breakdown,
    tasks: Mapping[Party, Sequence[str]],
    stages: Sequence[Stage],
    validation: Validation,
    today: dt.date,
    contact: str = "",
) -> Status:
    """Put together who owes what on ``today``. A teacher group counts as returned for each teacher who returned."""
    current = current_stage(stages, today)
    delivered = {(one.party, one.table): one for one in store.deliveries()}
    filed = Counter((one.party, one.table) for one in documents(store))
    lines: list[Line] = []
    for party, tables in tasks.items():
        for table_id in tables:
            names = [name for name, table in delivered if table == table_id and group_of(name) == party.name]
            for name in names or [party.name]:
                lines.append(
                    _line(
                        name, table_id, breakdown, stages, delivered.get((name, table_id)), validation, today
                    )
                )
    for table_id in cloud_tables(breakdown):
        found = delivered.get((CLOUD, table_id))
        lines.append(_line(CLOUD, table_id, breakdown, (), found, validation, today))
    reviewed, late = standings(store), late_returns(store)
    waived = Counter((one.party, one.table) for one, _ in validation.waived)
    lines = [
        _reviewed(
            replace(line, evidence=filed[line.party, line.table], waived=waived[line.party, line.table]),
            reviewed.get((line.table, line.party)),
            late.get((line.party, line.table), 0),
        )
        for line in lines
    ]
    return Status(today, current.name if current else "全部阶段已结束", tuple(lines), contact)


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


def _reviewed(line: Line, standing: Standing | None, days_late: int) -> Line:
    if standing is None:
        return line
    state = line.state if standing.state == "returned" else standing.state
    return replace(
        line,
        state=state,
        step=standing.step,
        by=standing.by,
        note=standing.voided or standing.comment,
        late=line.late or days_late > 0,
        days_late=days_late,
    )


def _reminder(status: Status, party: str) -> str:
    """Return the text to send to one party; it names tables and numbers, never data."""
    mine = [line for line in status.lines if line.party == party and line.open]
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
    return f"{party.split('/')[-1]}：{'；'.join(parts)}。请尽快办理。{contact}"


def _line(
    party: str,
    table_id: str,
    breakdown: Breakdown,
    stages: Sequence[Stage],
    delivery: Any,
    validation: Validation,
    today: dt.date,
) -> Line:
    stage = stage_of(stages, table_id)
    found = validation.at(table_id, party)
    state = "not_returned" if delivery is None else "nil" if delivery.nil else "returned"
    return Line(
        party=party,
        table=table_id,
        mode=breakdown.tables[table_id].mode,
        state=state,
        due=stage.due.isoformat() if stage else None,
        late=state == "not_returned" and stage is not None and today > stage.due,
        errors=sum(finding.severity == "error" for finding in found),
        warnings=sum(finding.severity == "warning" for finding in found),
        rows=delivery.row_count if delivery else 0,
    )
