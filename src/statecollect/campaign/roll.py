"""The part of a campaign that says who is waited for: teachers, parties, who is excused, who has nothing to report.

::

    campaign.roll.exempt_teachers(["0002"], by="管理员", reason="已调离")
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from statecollect.campaign.rosters import Roster, read_roster, roster_of, staff_number
from statecollect.campaign.workspace import Workspace, moment
from statecollect.core.errors import UsageError
from statecollect.core.names import usable_name
from statecollect.school.parties import CLOUD, Party, group_of, parts_of
from statecollect.school.party_files import file_names
from statecollect.store import Event, Store
from statecollect.workflow.excuses import (
    Exemptions,
    Teacher,
    add_teachers,
    declare_nil,
    exempt,
    exemptions,
    find_teacher,
    rosters,
    signed,
)


@dataclass(frozen=True, slots=True)
class Member:
    """One party as ``party list`` and ``teacher list`` show it. ``state``: 在册, 免报, 部分免报, 不在分解表中, 名单外, 没有名单."""

    name: str
    kind: str
    file: str
    tables: int
    returned: int
    state: str
    note: str = ""


class Roll:
    """Who is waited for in one campaign; each change is one line of its journal, with a name and a reason."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.counts: Mapping[str, int] = {}  # teachers of the list taken last, by its sheet

    def take_roster(
        self, store: Store, path: Path, tasks: Mapping[Party, Sequence[str]], by: str, at: str
    ) -> dict[str, Roster]:
        """Read a list of teachers for the one group it is about and keep who is new in it; return it by the group."""
        groups = [party for party in tasks if party.kind == "teacher"]
        if len(groups) != 1:
            said = "、".join(group.name for group in groups)
            raise UsageError(
                f"教师组不止一个：{said}，看不出名单是哪一组的"
                if groups
                else "这次没有教师的模板要做，名单用不上",
                hint="加 --department 组名" if groups else "不加 --teachers，或者 --department 写教师组",
                where=path.name,
            )
        (group,) = groups
        roster = read_roster(path, group, tasks[group], self._workspace.catalog)
        add_teachers(store, group.name, roster.teachers, by, at)
        self.counts = roster.counts
        return {group.name: roster}

    def known(
        self, store: Store, tasks: Mapping[Party, Sequence[str]], listed: Mapping[str, Roster]
    ) -> dict[str, Roster]:
        """Return the rosters to make templates for: the list just given, else everybody on the roster who is not excused."""
        excused = exemptions(store)
        known = rosters(store)
        found = dict(listed)
        for group, tables in tasks.items():
            if group.name in known and group.name not in listed:
                waited = [
                    teacher
                    for teacher in known[group.name].values()
                    if parts_of(teacher.party(group.name).name).who not in excused.whole
                ]
                found[group.name] = roster_of(group, waited, tables, self._workspace.catalog)
        return found

    def teachers(self) -> dict[str, dict[str, Teacher]]:
        """Return the teachers of each group by their numbers."""
        with self._workspace.store() as store:
            return rosters(store)

    def add_teacher(
        self,
        no: str,
        name: str,
        group: str = "",
        unit: str = "",
        *,
        by: str,
        reason: str,
        now: dt.datetime | None = None,
    ) -> tuple[Teacher, str]:
        """Put one teacher on a group's roster, or change what a known number is called; return the teacher and the group."""
        by, _ = signed(by, reason)
        party = self._group(group)
        tables = self._workspace.tasks[party]
        number = staff_number(no, tables, self._workspace.catalog, party)
        parts = Teacher(number, usable_name(name, "姓名"), unit).party(party.name).parts
        one = Teacher(parts.number, parts.called, unit)
        with self._workspace.store() as store:
            new, renamed = add_teachers(store, party.name, [one], by, moment(now))
        if not new and not renamed:
            raise UsageError(f"「{parts.label}」已经在名单中", hint="名单见 statecollect teacher list")
        return one, party.name

    def exempt_teachers(
        self,
        names: Sequence[str],
        group: str = "",
        tables: Sequence[str] = (),
        *,
        undo: bool = False,
        by: str,
        reason: str,
        now: dt.datetime | None = None,
    ) -> Event:
        """Excuse teachers, named by number or name, or call them back; all of them or none."""
        self._workspace.known_tables(tables)
        wanted = self._group(group).name if group else ""
        with self._workspace.store() as store:
            known = rosters(store)
            delivered = [delivery.party for delivery in store.deliveries()]
            parties = [find_teacher(known, name, wanted, delivered) for name in names]
            return exempt(store, parties, self._owes, tables, undo=undo, by=by, reason=reason, at=moment(now))

    def exempt_party(
        self,
        name: str,
        tables: Sequence[str] = (),
        *,
        undo: bool = False,
        by: str,
        reason: str,
        now: dt.datetime | None = None,
    ) -> Event:
        """Excuse a party from all its tables or from these, or call it back."""
        self._workspace.known_tables(tables)
        with self._workspace.store() as store:
            party = self._workspace.filler(name, store)
            return exempt(store, [party], self._owes, tables, undo=undo, by=by, reason=reason, at=moment(now))

    def declare_nil(
        self, name: str, tables: Sequence[str], *, by: str, reason: str, now: dt.datetime | None = None
    ) -> Event:
        """Declare for a party that it has nothing to report in these tables."""
        self._workspace.known_tables(tables)
        with self._workspace.store() as store:
            party = self._workspace.filler(name, store)
            return declare_nil(store, party, self._owes(party), tables, by=by, reason=reason, at=moment(now))

    def parties(self) -> list[Member]:
        """Return every party that fills something, with its file's name, and those that are no longer in the breakdown."""
        with self._workspace.store() as store:
            return self._members(store, [party.name for party in self._workspace.tasks], teachers=False)

    def listed(self, group: str = "") -> list[Member]:
        """Return the teachers of a group, or of all: those on the roster, then those who returned without being on it."""
        with self._workspace.store() as store:
            names = [
                str(teacher.party(name).name)
                for name, those in rosters(store).items()
                for teacher in those.values()
            ]
            wanted = self._group(group).name if group else ""
            found = self._members(store, names, teachers=True)
        return [member for member in found if wanted in ("", group_of(member.name))]

    def _members(self, store: Store, names: Sequence[str], *, teachers: bool) -> list[Member]:
        tables_of, excused = self._workspace.tables_of, exemptions(store)
        kinds = {party.name: party.kind for party in self._workspace.tasks}
        returned: dict[str, set[str]] = {}
        for delivery in store.deliveries():
            if bool(parts_of(delivery.party).number) is teachers and delivery.party != CLOUD:
                returned.setdefault(delivery.party, set()).add(delivery.table)
        known = {parts_of(name).who for name in names}
        groups = {group_of(name) for name in names if parts_of(name).number}
        others = [name for name in sorted(returned) if parts_of(name).who not in known]
        everyone = [*names, *others]
        files = file_names([*kinds, *everyone])
        members = []
        for name in everyone:
            tables = tables_of.get(name, ())
            state, note = _state(name, tables, excused, name in others, group_of(name) in groups)
            kind = "teacher" if teachers else kinds.get(name, "")
            members.append(
                Member(
                    name, kind, f"{files[name]}.xlsx", len(tables), len(returned.get(name, ())), state, note
                )
            )
        return members

    def _owes(self, party: str) -> Sequence[str]:
        tables = self._workspace.tables_of.get(party, ())
        return [table for table in tables if table in self._workspace.catalog.tables]

    def _group(self, name: str) -> Party:
        groups = [party for party in self._workspace.tasks if party.kind == "teacher"]
        if name:
            party = self._workspace.party(name)
            if party.kind != "teacher":
                raise UsageError(
                    f"「{name}」不是教师组",
                    hint=f"教师组有：{'、'.join(group.name for group in groups) or '无'}",
                )
            return party
        if len(groups) != 1:
            said = "、".join(group.name for group in groups)
            raise UsageError(
                f"教师组不止一个：{said}" if groups else "任务分解表没有给教师本人的表",
                hint="加 --group 组名",
            )
        return groups[0]


def _state(
    name: str, tables: Sequence[str], excused: Exemptions, other: bool, listed: bool
) -> tuple[str, str]:
    who = parts_of(name).who
    if not tables:
        return "不在分解表中", "改了名或撤销了的单位：statecollect status 中有办法"
    if who in excused.whole:
        one = excused.whole[who]
        return "免报", f"{one.by}：{one.reason}"
    some = {table: exemption for (place, table), exemption in excused.some.items() if place == who}
    if some:
        said = "；".join(f"{table} {exemption.by}：{exemption.reason}" for table, exemption in some.items())
        return ("免报" if set(tables) <= set(some) else "部分免报"), said
    if not other or not parts_of(name).number:
        return "在册", ""
    return ("名单外", "教师名单中没有这个工号") if listed else ("没有名单", "给出名单才知道还有谁没交")
