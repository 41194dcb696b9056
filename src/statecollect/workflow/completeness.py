"""What is owed: every party with every table it is asked for, and what has become of it.

One answer for status, reminders, the refusal of an incomplete bundle, and its manifest. Teachers are accounted for one
by one once a roster says who they are: by a workbook of their own, or by their number in the workbook of the whole group.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from statecollect.catalog import Catalog, Table
from statecollect.school.parties import CLOUD, Nobody, Party, group_of, label_of, parts_of
from statecollect.store import Held, Store
from statecollect.workflow.excuses import Excuse, Exemptions, Teacher, exemptions, nil_on_behalf, rosters

OwedState = Literal["not_returned", "returned", "nil", "exempt", "not_assigned"]
NO_ROSTER = "没有教师名单，不知道是否交齐；用 make-templates --teachers 名单 说明有谁"
_NAMED = 5  # parties named in one line


@dataclass(frozen=True, slots=True)
class Owed:
    """One party and one table. ``excuse``: who excused it, or declared nil for it; ``note``: what else is to be known."""

    party: str
    table: str
    state: OwedState
    rows: int = 0
    excuse: Excuse | None = None
    note: str = ""


def owed(
    store: Store, tasks: Mapping[Party, Sequence[str]], catalog: Catalog, cloud: Sequence[str] = ()
) -> list[Owed]:
    """Return all that is owed, in the order of the tasks, and after it what was returned without being asked for."""
    desk = _Ledger(store, catalog)
    found: list[Owed] = []
    for party, tables in tasks.items():
        for table_id in tables:
            if table_id not in catalog.tables:
                continue  # no template exists for it: ``init`` and ``status`` say so
            found += (
                desk.of_group(party.name, table_id, tables)
                if party.kind == "teacher"
                else [desk.of(party.name, table_id)]
            )
    found += [desk.of(CLOUD, table_id) for table_id in cloud if table_id in catalog.tables]
    asked = {(task.party, task.table) for task in found}
    strange = [place for place in desk.held if place not in asked]
    found += [replace(desk.of(*place), state="not_assigned", note=_STRANGE) for place in sorted(strange)]
    return found


_STRANGE = (
    "名单或任务分解表改过，现在没有把这张表分给它。改回原来的名称，数据仍算它的；确已改名、合并的，新单位交齐后用 "
    "statecollect nil 旧单位 --table 表号 --by 姓名 --reason 原因，使旧数据不再算数"
)


class _Ledger:
    """What was returned, by whom, and who is on which roster: read once."""

    def __init__(self, store: Store, catalog: Catalog) -> None:
        self._store = store
        self._catalog = catalog
        self.held: dict[tuple[str, str], list[Held]] = defaultdict(list)
        for delivery in store.deliveries():
            self.held[delivery.party, delivery.table].append(delivery)
        self._members: dict[tuple[str, str], list[str]] = defaultdict(list)  # (group, table) → its teachers
        for party, table_id in self.held:
            if parts_of(party).number:
                self._members[group_of(party), table_id].append(party)
        self._rosters: Mapping[str, Mapping[str, Teacher]] = rosters(store)
        self._exempt: Exemptions = exemptions(store)
        self._nil = nil_on_behalf(store)
        self._numbers: dict[tuple[str, str], frozenset[str] | None] = {}

    def of(self, party: str, table_id: str) -> Owed:
        """Return how it stands with one party and table."""
        held = self.held.get((party, table_id), ())
        excuse = self._exempt.of(party, table_id)
        if held:
            nil = all(delivery.nil for delivery in held)
            rows = sum(delivery.row_count for delivery in held)
            note = f"免报过（{excuse.by}：{excuse.reason}），又返回了" if excuse else ""
            return Owed(
                party, table_id, "nil" if nil else "returned", rows, self._nil.get((party, table_id)), note
            )
        return Owed(party, table_id, "exempt" if excuse else "not_returned", excuse=excuse)

    def of_group(self, group: str, table_id: str, tables: Sequence[str]) -> list[Owed]:
        """Return how it stands with a group of teachers in one table, teacher by teacher where it is known who they are."""
        whole = [self.of(group, table_id)] if (group, table_id) in self.held else []
        own = sorted(self._members.get((group, table_id), ()))
        numbers = self._among(group, table_id, tables) if whole else frozenset[str]()
        roster = self._rosters.get(group)
        lines = [*whole]
        seen = set()
        for party in own:
            number = parts_of(party).number
            seen.add(number)
            twice = (
                whole
                and numbers is not None
                and number in numbers
                and self._has_rows(group, table_id, number)
            )
            notes = [
                f"也在「{group}」的汇总表中，两份会对照" if twice else "",
                "教师名单中没有这个工号" if roster is not None and number not in roster else "",
            ]
            line = self.of(party, table_id)
            lines.append(replace(line, note="；".join(filter(None, (line.note, *notes)))))
        if roster is None:
            if whole:
                return lines
            waiting = self.of(group, table_id)
            note = NO_ROSTER if own and waiting.state == "not_returned" else waiting.note
            return [replace(waiting, note=note), *lines]
        for no, teacher in roster.items():
            if no not in seen and numbers is not None and no not in numbers:
                lines.append(self.of(teacher.party(group).name, table_id))
        excused = self._exempt.of(group, table_id)  # the whole group
        return [
            replace(line, state="exempt", excuse=excused)
            if excused and line.state == "not_returned"
            else line
            for line in lines
        ]

    def _among(self, group: str, table_id: str, tables: Sequence[str]) -> frozenset[str] | None:
        """Return the numbers of those whom the group's own workbook accounts for in a table; None for everybody.

        In a table that has one row a teacher whoever is not in it is missing. In any other a teacher may have nothing to
        say: being anywhere in the group's workbook is enough.
        """
        table = self._catalog.tables[table_id]
        number = _number_of(table)
        if number is not None and tuple(table.key) == (number,):
            return self._told(group, table_id)  # nil too: there is nobody in it
        if all(held.nil for held in self.held[group, table_id]):
            return None
        told = [self._told(group, table) for table in tables if (group, table) in self.held]
        known = frozenset[str]().union(*(numbers for numbers in told if numbers is not None))
        return known or None

    def _told(self, group: str, table_id: str) -> frozenset[str] | None:
        """Return the staff numbers in a group's rows of a table; None where the table has no such field."""
        place = group, table_id
        if place not in self._numbers:
            table = self._catalog.tables[table_id]
            number = _number_of(table)
            self._numbers[place] = self._distinct(table, number, group) if number is not None else None
        return self._numbers[place]

    def _distinct(self, table: Table, field: str, party: str) -> frozenset[str]:
        at = [field.name for field in table.fields].index(field)
        values = (row[at] for row in self._store.party_rows(table.id, party))
        return frozenset(str(value) for value in values if value is not None)

    def _has_rows(self, group: str, table_id: str, number: str) -> bool:
        return number in (self._told(group, table_id) or ())


def _number_of(table: Table) -> str | None:
    return next((field.name for field in table.fields if field.kind == "staff_no"), None)


def missing(found: Iterable[Owed]) -> list[str]:
    """Say what keeps a bundle from being whole, a line a table: ``2.19.1：机电系、… 等 7 个单位；校内教师 59 人：…``."""
    by_table: dict[str, list[str]] = defaultdict(list)
    for task in found:
        if task.state == "not_returned" and task.party != CLOUD:  # what the platform has, it has
            by_table[task.table].append(task.party)
    return [f"{table_id}：{named(parties)}" for table_id, parties in by_table.items()]


def strange(found: Iterable[Owed]) -> list[str]:
    """Say which rows belong to nobody's task, a line a party."""
    by_party: dict[str, list[str]] = defaultdict(list)
    for task in found:
        if task.state == "not_assigned" and task.rows:
            by_party[task.party].append(task.table)
    return [f"「{party}」{'、'.join(tables)}" for party, tables in by_party.items()]


def incomplete(found: Sequence[Owed], nobody: Iterable[Nobody]) -> list[str]:
    """Say what is not whole: tables that parties owe, tables nobody fills, rows that belong to nobody's task."""
    return [
        *missing(found),
        *(str(task) for task in nobody),
        *(f"{said} 在数据里，却不在任务分解表中（见 statecollect status）" for said in strange(found)),
    ]


def named(parties: Sequence[str]) -> str:
    """Name parties in one line: offices first, the teachers of a group counted, a few of each by name."""
    offices = [party for party in parties if not parts_of(party).number]
    groups: dict[str, list[str]] = defaultdict(list)
    for party in parties:
        if parts_of(party).number:
            groups[group_of(party)].append(label_of(party))
    more = f" 等 {len(offices)} 个单位" if len(offices) > _NAMED else ""
    said = ["、".join(offices[:_NAMED]) + more] if offices else []
    for group, those in groups.items():
        etc = "、…" if len(those) > _NAMED else ""
        said.append(f"{group} {len(those)} 人：{'、'.join(those[:_NAMED])}{etc}")
    return "；".join(said)


def excused(found: Iterable[Owed]) -> list[dict[str, str]]:
    """Return who need not return what, or had it declared for them, as a bundle's manifest lists it."""
    return [
        task.excuse.as_json() | {"party": task.party, "table": task.table}
        for task in found
        if task.excuse is not None and task.state in {"exempt", "nil"}
    ]
