"""Who fills what: the breakdown's words resolved to the parties of one school.

A party (填报单位) is a department, a teaching unit, one teacher, or the cloud platform. Words such as 各系部 are groups; what they
mean is written in the year's ``party_words``. A name that resolves to nothing is reported with near matches,
never guessed.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from statecollect.catalog import Catalog
from statecollect.core.errors import UsageError
from statecollect.core.names import tidy_name, tidy_person
from statecollect.school.breakdown import Assignment, Breakdown
from statecollect.school.config import Parties

CLOUD = "云端平台"  # the party whose tables come from the platform's export
_BETWEEN = "/"  # between a teacher's group and number; a name that people give holds none, see ``core.names``


@dataclass(frozen=True, slots=True)
class Parts:
    """What a party's name says: the group and, of a teacher, number and name. Any other party is its own group."""

    group: str
    number: str = ""
    called: str = ""

    @property
    def label(self) -> str:
        """What people read: ``0035 张三``, or the name of an office."""
        return " ".join(part for part in (self.number, self.called) if part) or self.group

    @property
    def who(self) -> tuple[str, str]:
        """What tells a party from all others, however a teacher is called meanwhile."""
        return self.group, self.number

    def __str__(self) -> str:
        """Return the party's name."""
        return f"{self.group}{_BETWEEN}{self.label}" if self.number else self.group


def parts_of(party: str) -> Parts:
    """Take the name of a party apart: the only place that knows how it is put together."""
    group, _, rest = party.partition(_BETWEEN)
    number, _, called = rest.partition(" ")
    return Parts(group, number, called)


def group_of(party: str) -> str:
    """Return the group a teacher's party belongs to; any other party is its own group."""
    return parts_of(party).group


def label_of(party: str) -> str:
    """Return what people read of a party's name: a teacher without the group."""
    return parts_of(party).label


@dataclass(frozen=True, slots=True)
class Party:
    """One filling party. A teacher's ``name`` is ``校内教师/0035 张三``: see ``Parts``."""

    name: str
    kind: Literal["department", "unit", "teacher"]

    @property
    def parts(self) -> Parts:
        """The name, taken apart."""
        return parts_of(self.name)


def teacher(group: str, staff_no: str, name: str) -> Party:
    """Return the party of one teacher."""
    number = "".join(tidy_name(staff_no).split())
    return Party(str(Parts(group, number, tidy_person(name))), "teacher")


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A name of the breakdown that no list of the campaign knows."""

    name: str
    tables: tuple[str, ...]
    suggestions: tuple[str, ...]

    def __str__(self) -> str:
        """Return the line a user reads."""
        near = f"；相近的有：{'、'.join(self.suggestions)}" if self.suggestions else ""
        return f"「{self.name}」（{'、'.join(self.tables)}）{near}"


def resolve(name: str, parties: Parties, catalog: Catalog) -> tuple[Party, ...] | None:
    """Return who a name of the breakdown means; None when nobody knows."""
    name = tidy_name(name)
    name = parties.aliases.get(name, name)
    if name in parties.departments:
        return (Party(name, "department"),)
    if name in parties.units:
        return (Party(name, "unit"),)
    match catalog.year.party_words.get(name):
        case "units":
            return tuple(Party(unit, "unit") for unit in parties.units)
        case "departments":
            return tuple(Party(department, "department") for department in parties.departments)
        case "everyone":
            return (*_all(parties.departments, "department"), *_all(parties.units, "unit"))
        case "teachers":
            return (Party(name, "teacher"),)
        case None:
            return None


def _all(names: Iterable[str], kind: Literal["department", "unit"]) -> tuple[Party, ...]:
    return tuple(Party(name, kind) for name in names)


def fillers(assignment: Assignment, parties: Parties, catalog: Catalog) -> tuple[Party, ...]:
    """Return the parties that fill a table, in the breakdown's order, without repetition."""
    if assignment.mode in {"auto", "cloud"}:
        return ()
    found: dict[str, Party] = {}
    for name in assignment.fillers:
        for party in resolve(name, parties, catalog) or ():
            found.setdefault(party.name, party)
    return tuple(found.values())


def fills_alone(party: str, table_id: str, breakdown: Breakdown, parties: Parties, catalog: Catalog) -> bool:
    """Whether the whole college's table is this party's: nobody else fills it, and it is no group of people."""
    if table_id in catalog.year.through_units:
        return False
    found = fillers(breakdown.tables[table_id], parties, catalog)
    return [filler.name for filler in found] == [party] and found[0].kind != "teacher"


def cloud_tables(breakdown: Breakdown) -> tuple[str, ...]:
    """Return the tables that the cloud platform gives; nobody is asked for them, some may be supplemented."""
    return tuple(
        table_id
        for table_id, table in breakdown.tables.items()
        if table.mode in {"cloud", "cloud+supplement"}
    )


def tasks_by_party(breakdown: Breakdown, parties: Parties, catalog: Catalog) -> dict[Party, tuple[str, ...]]:
    """Return each filling party with the ids of its tables, departments first, then units, then teachers.

    Who has left is asked through the teaching unit: ``through_units`` of the year.
    """
    tasks: dict[Party, list[str]] = {}
    for table_id, assignment in breakdown.tables.items():
        for party in fillers(assignment, parties, catalog):
            tasks.setdefault(party, []).append(table_id)
        if table_id in catalog.year.through_units:
            for unit in _all(parties.units, "unit"):
                if table_id not in tasks.setdefault(unit, []):
                    tasks[unit].append(table_id)
    rank = {"department": 0, "unit": 1, "teacher": 2}
    ordered = sorted(tasks, key=lambda party: rank[party.kind])
    return {party: tuple(tasks[party]) for party in ordered}


def only_filler(table_id: str, tasks: Mapping[Party, Sequence[str]]) -> str:
    """Return the party that alone fills a table. Raises UsageError where several do, or none."""
    fillers = [party.name for party, tables in tasks.items() if table_id in tables]
    if len(fillers) != 1:
        said = f"{table_id} {'不止一个' if fillers else '没有'}单位填报"
        raise UsageError(said, hint="用 --department 说明是哪个单位")
    return fillers[0]


def unresolved(breakdown: Breakdown, parties: Parties, catalog: Catalog) -> list[Unresolved]:
    """List names of the breakdown that resolve to nobody, each with the tables it stands at and near matches."""
    seen: dict[str, list[str]] = {}
    for table_id, assignment in breakdown.tables.items():
        for name in (*assignment.sources, *assignment.fillers, *assignment.reviewers):
            if resolve(name, parties, catalog) is None:
                tables = seen.setdefault(name, [])
                if table_id not in tables:
                    tables.append(table_id)
    known = [*parties.departments, *parties.units]
    return [Unresolved(name, tuple(tables), near(name, known)) for name, tables in seen.items()]


def near(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return known names that look like this one: similar spelling, or one containing the other."""
    known = list(known)
    contained = [other for other in known if len(name) > 1 and (name in other or other in name)]
    similar = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    return tuple(dict.fromkeys([*contained, *similar]))


def departments_of(breakdown: Breakdown, units: Iterable[str], words: Mapping[str, str]) -> tuple[str, ...]:
    """Return the offices a breakdown names as filling or reviewing: the first list of departments for ``init``."""
    skip = {*units, *words}
    names = [
        name
        for assignment in breakdown.tables.values()
        for name in (*assignment.fillers, *assignment.reviewers)
        if name not in skip
    ]
    return tuple(dict.fromkeys(names))


@dataclass(frozen=True, slots=True)
class Nobody:
    """A name in 填表用户 that stands for no party of this school, so that its tables wait for ever."""

    name: str
    tables: tuple[str, ...]
    suggestions: tuple[str, ...]
    no_units: bool = False

    def __str__(self) -> str:
        """Return the line a user reads."""
        tables = "、".join(self.tables)
        if self.no_units:
            return (
                f"{tables} 没有人填：任务分解表写的是「{self.name}」，名单里却没有教学单位；"
                "在 statecollect.toml 的 units 中写上"
            )
        close = f"（相近的有：{'、'.join(self.suggestions)}）" if self.suggestions else ""
        return (
            f"{tables} 没有人填：任务分解表写的是「{self.name}」，名单里没有{close}；"
            "在 statecollect.toml 中补进名单，或写成别名"
        )


def nobody_fills(breakdown: Breakdown, parties: Parties, catalog: Catalog) -> list[Nobody]:
    """List the fillers of the breakdown that are nobody here, with their tables."""
    seen: dict[str, list[str]] = {}
    for table_id, assignment in breakdown.tables.items():
        if assignment.mode in {"auto", "cloud"}:
            continue
        for name in assignment.fillers:
            if not resolve(name, parties, catalog):
                seen.setdefault(name, []).append(table_id)
    known = [*parties.departments, *parties.units]
    return [
        Nobody(name, tuple(dict.fromkeys(tables)), near(name, known), resolve(name, parties, catalog) == ())
        for name, tables in seen.items()
    ]


class TablesOf(Mapping[str, tuple[str, ...]]):
    """Tables by party name; a teacher has those of the teachers' group, the cloud platform its own."""

    def __init__(self, tasks: Mapping[Party, tuple[str, ...]], cloud: tuple[str, ...]) -> None:
        self._tables = {party.name: tables for party, tables in tasks.items()} | {CLOUD: cloud}
        self._teachers = {party.name for party in tasks if party.kind == "teacher"}

    def __getitem__(self, name: str) -> tuple[str, ...]:
        """Return the tables of a party."""
        parts = parts_of(name)
        if parts.number and parts.group not in self._teachers:
            raise KeyError(name)  # only teachers are members of a group
        return self._tables[parts.group]

    def __iter__(self) -> Iterator[str]:
        """Go through the parties' names."""
        return iter(self._tables)

    def __len__(self) -> int:
        """Return how many parties there are."""
        return len(self._tables)
