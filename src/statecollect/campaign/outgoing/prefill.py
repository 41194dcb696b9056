"""Rows that are known already, laid out for confirmation: last year's submission, or what was collected so far.

Of another year only what lasts is laid out. A table whose key says *when* within the year of collection (a prize, an
event) holds other rows each year; it stays empty, and that is said. Of this campaign everything is laid out.

A row goes to one party, seen over all who fill: asking for one party's workbook lays out what that party would get if
all were asked for, and nothing that is another's.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from statecollect.catalog import Catalog, Field, Owner, Table
from statecollect.findings import Origin
from statecollect.intake.columns import RawColumn, check_column
from statecollect.rules.earlier import Earlier, EarlierRow, EarlierTable, found_in
from statecollect.rules.ownership import may_say
from statecollect.school.parties import Party, group_of, teacher


@dataclass(frozen=True, slots=True)
class Prefill:
    """Rows by party and table, in the order of the table's fields; the teachers among the parties; remarks.

    ``current``: they are what this campaign holds, to be corrected; else they are old, and asked to be confirmed.
    """

    title: str
    rows: Mapping[str, Mapping[str, Sequence[Sequence[Any]]]]
    teachers: tuple[Party, ...] = ()
    remarks: tuple[str, ...] = ()
    current: bool = False


@dataclass(slots=True)
class _Pages:
    rows: dict[str, dict[str, list[list[Any]]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    teachers: dict[str, Party] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)


def lay_out(
    earlier: Earlier,
    tasks: Mapping[Party, Sequence[str]],
    catalog: Catalog,
    chosen: Collection[Party] | None = None,
) -> Prefill:
    """Give every known row to the party that fills its table now. What finds no place is remarked, never dropped unseen.

    ``tasks`` are those of all parties, for only so it can be seen whose a row is; ``chosen`` are those that get theirs
    (default: all).
    """
    pages = _Pages()
    wanted = {party.name for party in (tasks if chosen is None else chosen)}
    fillers: dict[str, list[Party]] = defaultdict(list)
    for party, table_ids in tasks.items():
        for table_id in table_ids:
            fillers[table_id].append(party)
    names = {
        party.name: _names(earlier, [catalog.tables[one] for one in tasks[party] if one in catalog.tables])
        for party in tasks
        if party.kind == "teacher"
    }
    matched: set[str] = set()
    for table in catalog.tables.values():
        if not any(party.name in wanted for party in fillers[table.id]):
            continue
        before = found_in(table, earlier)
        if before is None:
            continue
        matched.add(before[0])
        if not before[1].rows:
            continue
        if _of_the_year(table) and not earlier.current:
            pages.remarks.append(f"{table.title}：记的是本年度内发生的事，不预填")
            continue
        _lay_out_table(pages, table, before[1], fillers[table.id], names, catalog)
    lost = sorted(one for one, was in earlier.tables.items() if one not in matched and was.rows)
    if lost and chosen is None:
        shown = "、".join(f"{one} {earlier.tables[one].name}" for one in lost)
        pages.remarks.append(f"这些表今年没有单位填报，没有预填：{shown}")
    rows = {name: tables for name, tables in pages.rows.items() if group_of(name) in wanted}
    teachers = tuple(one for one in pages.teachers.values() if group_of(one.name) in wanted)
    return Prefill(earlier.title, rows, teachers, tuple(pages.remarks), earlier.current)


def _lay_out_table(
    pages: _Pages,
    table: Table,
    before: EarlierTable,
    fillers: Sequence[Party],
    names: Mapping[str, Mapping[str, str]],
    catalog: Catalog,
) -> None:
    homeless: dict[str, int] = defaultdict(int)
    for was, row in before.rows:
        party = _owner(was, row, fillers, table.owner, names)
        if party is None:
            homeless[was] += 1
            continue
        if party.kind == "teacher":
            pages.teachers.setdefault(party.name, party)
        values = [None if one.auto else _as_raw(row.get(one.name)) for one in table.fields]
        pages.rows[party.name][table.id].append(values)
    for was, count in homeless.items():
        said = f"原来由“{was}”填的 {count} 行" if was else f"{count} 行"
        pages.remarks.append(f"{table.title}：{said}，看不出今年由哪个单位填，没有预填")
    pages.remarks += _changes(table, before, catalog)


def _owner(
    was: str,
    row: EarlierRow,
    fillers: Sequence[Party],
    owner: Owner | None,
    names: Mapping[str, Mapping[str, str]],
) -> Party | None:
    """Return who fills this row now: the office that filled it before, the teacher it is about, or the only one who fills."""
    for party in fillers:
        if party.kind != "teacher" and party.name == was:
            return party
    for party in fillers:
        if party.kind == "teacher" and owner is not None and owner.teacher is not None:
            staff_no = str(row.get(owner.teacher) or "")
            name = names[party.name].get(staff_no)
            if name and may_say(was, staff_no):  # what a colleague wrote by mistake is nobody's to confirm
                return teacher(party.name, staff_no, name)
    return fillers[0] if len(fillers) == 1 and fillers[0].kind != "teacher" else None


def _names(earlier: Earlier, tables: Iterable[Table]) -> dict[str, str]:
    """Return teachers' names by their numbers, from the first table that tells both."""
    for table in tables:
        number = table.owner.teacher if table.owner else None
        name = next((one.name for one in table.fields if one.kind == "name"), None)
        before = found_in(table, earlier)
        if number and name and before is not None:
            found = {str(row.get(number) or ""): str(row.get(name) or "") for _, row in before[1].rows}
            return {staff_no: called for staff_no, called in found.items() if staff_no and called}
    return {}


def _of_the_year(table: Table) -> bool:
    return any(table.by_name[name].period for name in table.key)


def _changes(table: Table, before: EarlierTable, catalog: Catalog) -> list[str]:
    """Say which columns came, went, or no longer take what stands in them."""
    today = [one.name for one in table.fields]
    new = [name for name in today if name not in before.fields]
    gone = [name for name in before.fields if name not in today]
    found = []
    if gone:
        found.append(f"{table.title}：今年没有这些栏目，原来的内容没有带过来：{'、'.join(gone)}")
    if new:
        found.append(f"{table.title}：今年新增的栏目要填：{'、'.join(new)}")
    for one in table.fields:
        unfit = _unfit(table, one, before, catalog) if one.name in before.fields and not one.auto else 0
        if unfit:
            found.append(f"{table.title}“{one.name}”：{unfit} 处内容不合今年的要求，照原样列出，请改正")
    return found


def _unfit(table: Table, one: Field, before: EarlierTable, catalog: Catalog) -> int:
    """Count the cells that the check would turn away today."""
    today = dt.date.today()  # of a template that is made now; nothing of this is kept
    raws = [_as_raw(row.get(one.name)) for _, row in before.rows]
    column = RawColumn(one, "A", raws, {}, {})
    return len(check_column(table, column, range(len(raws)), Origin(), "", catalog, today).rejected)


def _as_raw(value: Any) -> Any:
    """Return a stored value as a sheet would hold it."""
    return float(value) if isinstance(value, Decimal) else value


def teachers_of(prefill: Prefill, group: Party) -> list[Party]:
    """Return the teachers of a group that rows are known of."""
    return [one for one in prefill.teachers if group_of(one.name) == group.name]
