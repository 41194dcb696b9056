"""One workbook for each filling party: what it contains, who answers for it, what is already known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from statecollect.breakdown import Assignment, Breakdown
from statecollect.catalog import Catalog, Stage, Table
from statecollect.config import Config, stage_of
from statecollect.findings import Finding
from statecollect.parties import Party
from statecollect.workbook.stamp import Stamp
from statecollect.workbook.writer import BookContent, SheetContent, Task, write_workbook


@dataclass(frozen=True, slots=True)
class Made:
    """One workbook that was written, with the tables in it and those that have no schema yet."""

    party: Party
    path: Path
    tables: tuple[str, ...]
    without_schema: tuple[str, ...]


def make_template(
    path: Path,
    party: Party,
    table_ids: Sequence[str],
    *,
    breakdown: Breakdown,
    catalog: Catalog,
    config: Config,
    stages: Sequence[Stage],
    secret: bytes,
    rows: Mapping[str, Sequence[Sequence[Any]]] | None = None,
) -> Made:
    """Write the workbook of one party."""
    tables = [catalog.tables[table_id] for table_id in table_ids if table_id in catalog.tables]
    content = book_content(party.name, tables, breakdown, catalog, config, stages, rows=rows or {})
    write_workbook(path, content, catalog, secret)
    missing = tuple(table_id for table_id in table_ids if table_id not in catalog.tables)
    return Made(party, path, tuple(table.id for table in tables), missing)


def book_content(
    party: str,
    tables: Iterable[Table],
    breakdown: Breakdown,
    catalog: Catalog,
    config: Config,
    stages: Sequence[Stage],
    *,
    rows: Mapping[str, Sequence[Sequence[Any]]],
    row_numbers: Mapping[str, Sequence[int]] | None = None,
    findings: Mapping[str, Sequence[Finding]] | None = None,
    nil: Iterable[str] = (),
    kind: str = "template",
) -> BookContent:
    """Describe a party's workbook: the blank or prefilled template, or the marked return."""
    tables, nil = list(tables), set(nil)
    numbers, found = row_numbers or {}, findings or {}
    dues = {table.id: stage.due for table in tables if (stage := stage_of(stages, table.id))}
    return BookContent(
        title=catalog.year.title,
        school=config.school.name,
        party=party,
        tasks=[_task(table, breakdown.tables[table.id], str(dues.get(table.id, ""))) for table in tables],
        sheets=[
            SheetContent(
                table,
                rows.get(table.id, ()),
                found.get(table.id, ()),
                nil=table.id in nil,
                row_numbers=numbers.get(table.id, ()),
            )
            for table in tables
        ],
        stamp=Stamp(
            campaign=config.campaign,
            school=config.school.name,
            year=catalog.year.year,
            party=party,
            tables=tuple(table.id for table in tables),
            schema=catalog.digest[:16],
            kind="marked" if kind == "marked" else "template",
        ),
        deadline=str(min(dues.values())) if dues else "",
        contact=config.school.contact,
    )


def _task(table: Table, assignment: Assignment, due: str) -> Task:
    def joined(names: Sequence[str]) -> str:
        return "、".join(names)

    return Task(
        table=table,
        sources=joined(assignment.sources),
        fillers=joined(assignment.fillers),
        reviewers=joined(assignment.reviewers),
        responsible=joined(assignment.responsible),
        due=due,
        note=assignment.remark,
    )
