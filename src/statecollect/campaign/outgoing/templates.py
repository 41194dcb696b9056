"""One workbook for each filling party: what it contains, who answers for it, what is already known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from statecollect.campaign.outgoing.prefill import Prefill, teachers_of
from statecollect.campaign.outgoing.received_layout import Returned
from statecollect.campaign.rosters import Roster
from statecollect.catalog import Catalog, Stage, Table, table_references
from statecollect.catalog.table_digest import table_digest
from statecollect.core.outputs import only_ours
from statecollect.findings import Finding
from statecollect.school.breakdown import Assignment, Breakdown
from statecollect.school.config import Config, stage_of
from statecollect.school.parties import Party, fills_alone, tasks_by_party
from statecollect.school.party_files import file_names
from statecollect.store import Store
from statecollect.workbook.book_content import sheets_of
from statecollect.workbook.stamp import HIGHEST_ROUND, Stamp, row_digest, schema_line
from statecollect.workbook.write.writer import BookContent, Task, write_workbook

MOST_OFFERED = 2000  # values of a drop-down
PrefilledRows = Mapping[str, Sequence[Sequence[Any]]]  # by table id; values in the order of its fields


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
    """One workbook, with the tables in it and those that have no schema yet; none is written without tables.

    ``prefilled``: rows laid out for confirmation, by table id.
    """

    party: Party
    path: Path
    tables: tuple[str, ...]
    without_schema: tuple[str, ...]
    prefilled: Mapping[str, int] = field(default_factory=dict)


def make_templates(
    issuer: Issuer,
    tasks: Mapping[Party, Sequence[str]],
    out: Path,
    *,
    rosters: Mapping[str, Roster] | None = None,
    prefill: Prefill | None = None,
    progress: Callable[[str, int, int], None],
) -> list[Made]:
    """Write one workbook a party. Teachers have one each where a roster or the rows known already tell who they are.

    ``rosters``: who the teachers of a group are, by the group's name.
    """
    known: Mapping[str, PrefilledRows] = prefill.rows if prefill else {}
    jobs: list[tuple[Path, Party, Sequence[str], PrefilledRows]] = []
    everyone = tasks_by_party(issuer.breakdown, issuer.config.parties, issuer.catalog)
    names = file_names(party.name for party in [*everyone, *tasks])  # the same whoever is chosen
    for party, tables in tasks.items():
        roster = (rosters or {}).get(party.name)
        teachers = _teachers(party, roster, prefill) if party.kind == "teacher" else []
        own = file_names(one.name for one, _ in teachers)
        jobs += [
            (out / names[party.name] / f"{own[one.name]}.xlsx", one, tables, rows) for one, rows in teachers
        ]
        if not teachers:
            jobs.append((out / f"{names[party.name]}.xlsx", party, tables, known.get(party.name, {})))
    only_ours(path for path, _, _, _ in jobs)
    made = []
    for position, (path, party, tables, rows) in enumerate(jobs):
        progress(party.name, position, len(jobs))
        title, old = (prefill.title, not prefill.current) if prefill else ("", True)
        made.append(make_template(issuer, path, party, tables, rows, title, to_confirm=old))
    progress("", len(jobs), len(jobs))
    return made


def _teachers(
    group: Party, roster: Roster | None, prefill: Prefill | None
) -> list[tuple[Party, PrefilledRows]]:
    """Return the teachers of a group with what is known of each; the roster says who, and its own columns win.

    None where neither tells who they are: then the group has one workbook for all.
    """
    known: Mapping[str, PrefilledRows] = prefill.rows if prefill else {}
    elsewhere = teachers_of(prefill, group) if prefill else []
    if roster is None:
        return [(one, known.get(one.name, {})) for one in elsewhere]
    teachers = [(one, _joined(known.get(one.name, {}), roster.rows[one.name])) for one in roster.parties]
    if roster.others:
        listed = {one.parts.who for one in roster.parties}
        teachers += [(one, known.get(one.name, {})) for one in elsewhere if one.parts.who not in listed]
    return teachers


def _joined(known: PrefilledRows, listed: PrefilledRows) -> PrefilledRows:
    """Lay a roster's row over the known row of the same teacher: an empty cell of the roster says nothing."""
    rows: dict[str, Sequence[Sequence[Any]]] = {**known}
    for table_id, given in listed.items():
        below = known.get(table_id, ())
        if len(below) == len(given) == 1:
            cells = zip(given[0], below[0], strict=True)
            given = [[under if over is None else over for over, under in cells]]
        rows[table_id] = given
    return rows


def make_template(
    issuer: Issuer,
    path: Path,
    party: Party,
    table_ids: Sequence[str],
    rows: PrefilledRows | None = None,
    known_from: str = "",
    *,
    to_confirm: bool = True,
) -> Made:
    """Write the workbook of one party. ``known_from`` says where ``rows`` come from, if they are known from there.

    ``to_confirm``: they are old, and it is told when they come back as they were laid out.
    """
    known = issuer.catalog.tables
    tables = [known[table_id] for table_id in table_ids if table_id in known]
    missing = tuple(table_id for table_id in table_ids if table_id not in known)
    rows = rows or {}
    if tables:
        content = book_content(
            issuer, party.name, tables, rows=rows, known_from=known_from, to_confirm=to_confirm
        )
        write_workbook(path, content, issuer.catalog, issuer.secret)
    laid_out = {one.id: len(rows[one.id]) for one in tables if rows.get(one.id)} if known_from else {}
    return Made(party, path, tuple(table.id for table in tables), missing, laid_out)


def book_content(
    issuer: Issuer,
    party: str,
    tables: Iterable[Table],
    *,
    rows: PrefilledRows,
    returned: Returned | None = None,
    findings: Mapping[str, Sequence[Finding]] | None = None,
    nil: Iterable[str] = (),
    kind: str = "template",
    known_from: str = "",
    to_confirm: bool = True,
    prefilled: Mapping[str, tuple[str, ...]] | None = None,
    round: int = 0,
    made_from: tuple[str, ...] = (),
) -> BookContent:
    """Describe a party's workbook: the blank or prefilled template, or the marked return.

    ``known_from``: the rows are laid out, and this is where they come from; ``to_confirm``: for confirmation.
    ``prefilled``: what the stamp of an earlier copy of this workbook said of such rows. ``round`` and ``made_from``:
    see ``Stamp``. ``returned``: what else a marked return repeats.
    """
    catalog, config, breakdown = issuer.catalog, issuer.config, issuer.breakdown
    tables = list(tables)
    if known_from and to_confirm:
        prefilled = {table.id: _digests(table, rows[table.id]) for table in tables if rows.get(table.id)}
    dues = {table.id: stage.due for table in tables if (stage := stage_of(issuer.stages, table.id))}
    return BookContent(
        title=catalog.year.title,
        school=config.school.name,
        party=party,
        tasks=[
            _task(
                table, breakdown.tables[table.id], str(dues.get(table.id, "")), _remark(issuer, party, table)
            )
            for table in tables
        ],
        sheets=sheets_of(tables, rows, returned.besides if returned else {}, findings or {}, set(nil)),
        general=(findings or {}).get("", ()),
        copies=returned.copies if returned else (),
        elsewhere=returned.elsewhere if returned else (),
        stamp=Stamp(
            campaign=config.campaign,
            school=config.school.name,
            year=catalog.year.year,
            party=party,
            tables=tuple(table.id for table in tables),
            schema=schema_line({table.id: table_digest(catalog, table) for table in tables}),
            kind="marked" if kind == "marked" else "template",
            prefilled=prefilled or {},
            round=min(round, HIGHEST_ROUND),
            made_from=made_from,
            alone=tuple(
                table.id
                for table in tables
                if fills_alone(party, table.id, breakdown, config.parties, catalog)
            ),
        ),
        known_from=known_from,
        deadline=str(min(dues.values())) if dues else "",
        contact=config.school.contact,
        offered=issuer.offered,
    )


def _digests(table: Table, rows: Sequence[Sequence[Any]]) -> tuple[str, ...]:
    """Return what the stamp remembers of the rows laid out: see ``_unconfirmed`` in ``intake.returns``."""
    typed = [position for position, one in enumerate(table.fields) if not one.auto]
    return tuple(row_digest(row[position] for position in typed) for row in rows)


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


def _remark(issuer: Issuer, party: str, table: Table) -> str:
    """Return what stands beside a table on the cover: what a unit writes there for others, or the breakdown's remark."""
    if party in issuer.config.parties.units and table.id in issuer.catalog.year.through_units:
        return issuer.catalog.year.through_units[table.id]
    return issuer.breakdown.tables[table.id].remark


def _task(table: Table, assignment: Assignment, due: str, note: str) -> Task:
    def joined(names: Sequence[str]) -> str:
        return "、".join(names)

    return Task(
        table=table,
        sources=joined(assignment.sources),
        fillers=joined(assignment.fillers),
        reviewers=joined(assignment.reviewers),
        responsible=joined(assignment.responsible),
        due=due,
        note=note,
    )
