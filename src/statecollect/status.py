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
from statecollect.store import Store
from statecollect.validate import Validation


@dataclass(frozen=True, slots=True)
class Line:
    """One party and one of its tables, in the shape of the JSON contract. ``evidence`` counts documents."""

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


@dataclass(frozen=True, slots=True)
class Status:
    """The whole picture on one day."""

    as_of: dt.date
    stage: str
    lines: tuple[Line, ...]

    @property
    def remind(self) -> list[str]:
        """Parties whose deadline has passed, or comes within three days, with something still to return."""
        soon = (self.as_of + dt.timedelta(days=3)).isoformat()
        return list(
            dict.fromkeys(
                line.party
                for line in self.lines
                if line.due is not None and line.due <= soon and (line.state == "not_returned" or line.errors)
            )
        )

    def as_json(self) -> dict[str, Any]:
        """Return the shape of the command-line contract."""
        return {
            "as_of": self.as_of.isoformat(),
            "stage": self.stage,
            "parties": [asdict(line) for line in self.lines],
            "remind": self.remind,
        }


def status(
    store: Store,
    breakdown: Breakdown,
    tasks: Mapping[Party, Sequence[str]],
    stages: Sequence[Stage],
    validation: Validation,
    today: dt.date,
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
    lines = [replace(line, evidence=filed[line.party, line.table]) for line in lines]
    return Status(today, current.name if current else "全部阶段已结束", tuple(lines))


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
    found = [finding for finding in validation.of_table(table_id) if finding.party == party]
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
