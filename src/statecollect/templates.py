"""One workbook for each filling party: what it contains, who answers for it, what is already known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from statecollect.breakdown import Assignment, Breakdown
from statecollect.catalog import Catalog, Stage, Table, table_references
from statecollect.config import Config, stage_of
from statecollect.findings import Finding
from statecollect.parties import Party
from statecollect.rosters import read_roster
from statecollect.store import Store
from statecollect.workbook.content import sheets_of
from statecollect.workbook.stamp import Stamp
from statecollect.workbook.writer import BookContent, Task, write_workbook

MOST_OFFERED = 2000  # values of a drop-down
Rows = Mapping[str, Sequence[Sequence[Any]]]  # by table id; values in the order of its fields


@dataclass(frozen=True, slots=True)
class Issuer:
    """What all workbooks of one campaign share: tasks, schemas, school, schedule, and the key that signs them.

    ``offered``: what is known already of the values a field refers to, by table id and field name.
    """

    breakdown: Breakdown
    catalog: Catalog
    config: Config
    stages: Sequence[Stage]
    secret: bytes = field(repr=False)
    offered: Mapping[tuple[str, str], Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Made:
    """One workbook, with the tables in it and those that have no schema yet; none is written without tables."""

    party: Party
    path: Path
    tables: tuple[str, ...]
    without_schema: tuple[str, ...]


def make_templates(
    issuer: Issuer,
    tasks: Mapping[Party, Sequence[str]],
    out: Path,
    *,
    roster: Path | None = None,
    progress: Callable[[str, int, int], None],
) -> list[Made]:
    """Write one workbook a party; with a roster, a folder with one workbook a teacher."""
    jobs: list[tuple[Path, Party, Sequence[str], Rows]] = []
    for party, tables in tasks.items():
        if party.kind == "teacher" and roster is not None:
            teachers = read_roster(roster, party, tables, issuer.catalog)
            folder = out / party.file_name
            jobs += [
                (folder / f"{one.file_name}.xlsx", one, tables, teachers.rows[one.name])
                for one in teachers.parties
            ]
        else:
            jobs.append((out / f"{party.file_name}.xlsx", party, tables, {}))
    made = []
    for position, (path, party, tables, rows) in enumerate(jobs):
        progress(party.name, position, len(jobs))
        made.append(make_template(issuer, path, party, tables, rows))
    progress("", len(jobs), len(jobs))
    return made


def make_template(
    issuer: Issuer, path: Path, party: Party, table_ids: Sequence[str], rows: Rows | None = None
) -> Made:
    """Write the workbook of one party."""
    known = issuer.catalog.tables
    tables = [known[table_id] for table_id in table_ids if table_id in known]
    missing = tuple(table_id for table_id in table_ids if table_id not in known)
    if tables:
        path.parent.mkdir(parents=True, exist_ok=True)
        content = book_content(issuer, party.name, tables, rows=rows or {})
        write_workbook(path, content, issuer.catalog, issuer.secret)
    return Made(party, path, tuple(table.id for table in tables), missing)


def book_content(
    issuer: Issuer,
    party: str,
    tables: Iterable[Table],
    *,
    rows: Rows,
    row_numbers: Mapping[str, Sequence[int]] | None = None,
    findings: Mapping[str, Sequence[Finding]] | None = None,
    nil: Iterable[str] = (),
    kind: str = "template",
) -> BookContent:
    """Describe a party's workbook: the blank or prefilled template, or the marked return."""
    catalog, config, breakdown = issuer.catalog, issuer.config, issuer.breakdown
    tables = list(tables)
    dues = {table.id: stage.due for table in tables if (stage := stage_of(issuer.stages, table.id))}
    return BookContent(
        title=catalog.year.title,
        school=config.school.name,
        party=party,
        tasks=[_task(table, breakdown.tables[table.id], str(dues.get(table.id, ""))) for table in tables],
        sheets=sheets_of(tables, rows, row_numbers or {}, findings or {}, set(nil)),
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
        offered=issuer.offered,
    )


def offered_values(store: Store, catalog: Catalog) -> dict[tuple[str, str], list[str]]:
    """Return what the tables collected so far offer to fields that refer to them: departments, majors, courses, staff.

    A field with a code list has its own drop-down; a list too long to choose from, and people's own numbers, are
    left out.
    """
    known: dict[tuple[str, str], list[str]] = {}
    offered: dict[tuple[str, str], list[str]] = {}
    for table in catalog.tables.values():
        for reference in table_references(table):
            for name, their in zip(reference.fields, reference.their, strict=True):
                own = table.by_name[name]
                if own.codes or own.is_personal or own.multi_valued or (table.id, name) in offered:
                    continue
                values: list[str] = []
                for target in reference.to:
                    if (target, their) not in known:
                        known[target, their] = store.distinct(target, their, MOST_OFFERED + 1)
                    values += known[target, their]
                if 0 < len(values) <= MOST_OFFERED:
                    offered[table.id, name] = [*reference.values, *dict.fromkeys(values)]
    return offered


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
