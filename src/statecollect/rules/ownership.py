"""Whose data it is: a teacher's workbook holds rows about that teacher, a unit's rows of that unit.

The year says for each table which field tells whose a row is (``owner``). A row of somebody else is an error at its
cell; a workbook in which no row is the party's own is not taken in. Offices fill tables for the whole school and are
not held to it. The workbook that a group of teachers fills together is held against the list of teachers.

Everything here is computed from the rows and from who is known today, and nothing of it is kept: an alias or a teacher
added later counts at once, without the workbooks being read again.

What is said stands in ``findings/catalogue.yaml``, S20 to S22.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from statecollect.catalog import Catalog, Table
from statecollect.core.characters import choice_key
from statecollect.core.dictionary_column import Coded
from statecollect.core.errors import UsageError
from statecollect.findings import Finding
from statecollect.findings.catalogue import Said, phrase, said
from statecollect.findings.grouping import spans
from statecollect.school.config import Parties
from statecollect.school.parties import group_of, near, teacher
from statecollect.store import Delivery, Store

ONE_BY_ONE = 20  # rows one below the other; more are one finding
_NAMED = 3  # people or units that one sentence names


@dataclass(frozen=True, slots=True)
class KnownPeople:
    """Who there is. ``names``: departments and units by every spelling they go by; ``roster``: teachers' names by number.

    Without a roster (None) nobody says who the teachers are.
    """

    groups: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict)
    units: frozenset[str] = frozenset()
    roster: Mapping[str, str] | None = None

    @classmethod
    def of(
        cls, catalog: Catalog, parties: Parties | None = None, roster: Mapping[str, str] | None = None
    ) -> KnownPeople:
        """Return who a school knows; without ``parties`` (a workbook checked on its own) only what teachers are called."""
        parties = parties or Parties()
        words = catalog.year.party_words.items()
        known = {choice_key(name): name for name in (*parties.departments, *parties.units)}
        also = {
            choice_key(alias): name for alias, name in parties.aliases.items() if choice_key(name) in known
        }
        return cls(
            frozenset(word for word, meant in words if meant == "teachers"),
            {**known, **also},
            frozenset(parties.units),
            roster,
        )

    def called(self, name: str) -> str | None:
        """Return the department or unit that goes by this name."""
        return self.names.get(choice_key(name))


@dataclass(frozen=True, slots=True)
class _Stranger:
    """A row that is not the party's: its position, what says so, who it is; ``certain``: somebody else, not a slip."""

    at: int
    value: str
    who: str
    certain: bool


@dataclass(frozen=True, slots=True)
class _Remark:
    """What is to be said of one row."""

    at: int
    value: str
    who: str
    told: Said


def findings(
    deliveries: Iterable[Delivery],
    catalog: Catalog,
    known: KnownPeople,
    returned: Mapping[str, Collection[str]] | None = None,
) -> list[Finding]:
    """Name the rows that are not their party's own. ``returned``: by table, which parties have returned it."""
    found: list[Finding] = []
    for delivery in deliveries:
        table = catalog.tables[delivery.table]
        who = _whose(table, delivery.party, known)
        if who is not None:
            found += _said(delivery, table, who, list(_remarks(delivery, table, who, known)))
        elif delivery.party in known.groups and table.owner and table.owner.teacher:
            alone = (returned or {}).get(delivery.table, ())
            column = table.owner.teacher
            found += _said(delivery, table, column, list(_of_group(delivery, table, column, known, alone)))
    return found


def findings_of_store(store: Store, known: KnownPeople) -> list[Finding]:
    """Name the rows that are not their party's own among all that was collected."""
    found: list[Finding] = []
    for table in store.catalog.tables.values():
        if table.owner is None:
            continue
        parties = store.parties(table.id)
        if not any(_whose(table, party, known) or party in known.groups for party in parties):
            continue
        columns = [name for name in (table.owner.teacher, table.owner.unit, _name_field(table)) if name]
        held = store.as_delivered(table.id, list(dict.fromkeys(columns)))
        found += findings(held, store.catalog, known, {table.id: parties})
    return found


def without_strangers(
    table: Table, party: str, rows: Sequence[Sequence[Any]], known: KnownPeople
) -> list[Sequence[Any]]:
    """Return the rows (values in the order of the fields) but those of somebody else: nobody misses them when they go."""
    column = _whose(table, party, known)
    if column is None or not rows:
        return list(rows)
    values = {spec.name: said for spec, said in zip(table.fields, zip(*rows, strict=True), strict=True)}
    held = Delivery(party=party, table=table.id, sha256="", file="", rows=range(len(rows)), values=values)
    strange = {stranger.at for stranger in _sorted_out(held, table, column, known)[1]}
    return [row for at, row in enumerate(rows) if at not in strange]


def refusal(deliveries: Iterable[Delivery], catalog: Catalog, known: KnownPeople) -> str | None:
    """Say whose workbook this seems to be where no row is the party's own, or None."""
    own, others, party = 0, Counter[tuple[str, str]](), ""
    for delivery in deliveries:
        table = catalog.tables[delivery.table]
        column = _whose(table, delivery.party, known)
        if column is None or not delivery.rows:
            continue
        party = delivery.party
        mine, strangers = _sorted_out(delivery, table, column, known)
        own += mine
        others.update((stranger.who, delivery.table) for stranger in strangers if stranger.certain)
    if own or not others:
        return None
    named = _several(list(dict.fromkeys(who for who, _ in others)))
    where = "、".join(
        f"{table} {sum(count for (_, other), count in others.items() if other == table)} 行"
        for table in dict.fromkeys(table for _, table in others)
    )
    me = _short(party)
    return (
        f"这份「{me}」的表里全是{named}的行（{where}），没有一行是「{me}」的；"
        f"请{named}用自己的模板填报，「{me}」的表重新交"
    )


def may_say(party: str, number: str) -> bool:
    """Whether a party may say something about the teacher with this number: of teachers with workbooks of their own, only that one."""
    return not _is_teacher(party) or _same_number(number, _number_and_name(party)[0])


def known_teacher(party: str, roster: Mapping[str, str] | None, returned: Collection[str]) -> str:
    """Return the party that a teacher's name given by hand means, as the campaign calls it.

    ``roster``: names by staff number, None where no list was given; ``returned``: parties that have returned something.
    Raises UsageError, with near names, for somebody who is neither on the list nor has returned before.
    """
    if party in returned or not _is_teacher(party):
        return party
    group, said = group_of(party), _short(party)
    number, name = _number_and_name(party)
    before = [_short(other) for other in returned if other != group and group_of(other) == group]
    listed = [f"{number} {called}" for number, called in (roster or {}).items()]
    for candidate in (*listed, *before):
        its_number, _, its_name = candidate.partition(" ")
        if _same_number(number, its_number) and choice_key(name) in {"", choice_key(its_name)}:
            return teacher(group, its_number, its_name).name
    taken = [label for label in before if _same_number(number, label.partition(" ")[0])]
    if roster is None and number and name and not taken:
        return party
    close = list(dict.fromkeys([*taken, *near(said, [*listed, *before])]))
    hint = f"相近的有：{'、'.join(close[:_NAMED])}" if close else "写成“教工号 姓名”，与教师名单一致"
    what = "教师名单里没有" if roster is not None else "没有收过，也看不出是谁："
    raise UsageError(f"{what}「{said}」", hint=hint, where=group)


def _whose(table: Table, party: str, known: KnownPeople) -> str | None:
    """Return the field that must name this party in every row, or None where nothing is asked of it."""
    if table.owner is None:
        return None
    if _is_teacher(party):
        return table.owner.teacher if group_of(party) in known.groups else None
    return table.owner.unit if known.called(party) in known.units else None


def _sorted_out(one: Delivery, table: Table, column: str, known: KnownPeople) -> tuple[int, list[_Stranger]]:
    """Count the party's own rows and return the others; a row that does not say whose it is, is neither."""
    cells = Coded.of(one.values.get(column, [None] * len(one.rows)))
    names = one.values.get(_name_field(table), ())
    party = known.called(one.party) or one.party
    number, me = _number_and_name(one.party)
    teachers = _is_teacher(one.party)
    own: list[int] = []
    strange: list[int] = []
    for code, value in enumerate(cells.values):
        if value is not None:
            same = _same_number(str(value), number) if teachers else known.called(str(value)) == party
            (own if same else strange).append(code)
    strangers = []
    for at in cells.where(strange):
        value = str(cells[at])
        name = str(names[at] or "") if teachers and names else ""
        called = None if teachers else known.called(value)
        certain = choice_key(name) != choice_key(me) if teachers else called is not None
        strangers.append(_Stranger(at, value, called or f"{value} {name}".strip(), certain))
    return len(cells.where(own)), strangers


def _remarks(one: Delivery, table: Table, column: str, known: KnownPeople) -> Iterator[_Remark]:
    me, unit = _short(one.party), not _is_teacher(one.party)
    for row in _sorted_out(one, table, column, known)[1]:
        kinds = ("of_unit", "of_teacher") if row.certain else ("unknown_unit", "slip")
        kind = kinds[0] if unit else kinds[1]
        told = said("S20", kind, party=me, column=column, who=row.who, said=row.value)
        yield _Remark(row.at, row.value, row.who, told)


def _of_group(
    one: Delivery, table: Table, column: str, known: KnownPeople, returned: Collection[str]
) -> Iterator[_Remark]:
    """Hold what a group returned together against the list of teachers, and against those who returned alone."""
    others = [party for party in returned if party != one.party and group_of(party) == one.party]
    alone = _by_digits(_number_and_name(party)[0] for party in others)
    roster = None if known.roster is None else _by_digits(known.roster)
    names = one.values.get(_name_field(table), ())
    numbers = [(at, str(value)) for at, value in enumerate(one.values.get(column, ())) if value is not None]
    unknown = [number for _, number in numbers if roster is not None and _find(number, roster) is None]
    if 2 * len(unknown) > len(numbers) and len(unknown) > ONE_BY_ONE:
        # the list is of those who return a workbook of their own: nobody said that it names everybody
        roster = None
        yield _Remark(numbers[0][0], numbers[0][1], "", said("S21", "many", count=len(unknown)))
    for at, number in numbers:
        name = str(names[at] or "") if names else ""
        who = f"{number} {name}".strip()
        listed = _find(number, roster) if roster else None
        if roster is not None and listed is None:
            yield _Remark(at, number, who, said("S21", "unlisted", who=who, column=column))
        elif roster is not None and known.roster is not None and listed and name:
            called = known.roster[listed]
            if choice_key(called) != choice_key(name):
                told = said("S21", "misnamed", number=listed, listed=called, name=name, column=column)
                yield _Remark(at, number, who, told)
        if _find(number, alone) is not None:
            yield _Remark(at, number, who, said("S22", "twice", who=who))


def _said(one: Delivery, table: Table, column: str, remarks: Sequence[_Remark]) -> list[Finding]:
    """Return the remarks as findings; a long run of rows one below the other is one of them."""
    found = []
    for kind in dict.fromkeys((remark.told.rule, remark.told.severity) for remark in remarks):
        alike = [remark for remark in remarks if (remark.told.rule, remark.told.severity) == kind]
        runs = groupby(enumerate(alike), lambda pair: pair[1].at - pair[0])
        for run in ([remark for _, remark in pairs] for _, pairs in runs):
            if len(run) > ONE_BY_ONE:
                rows = spans([one.rows[remark.at] for remark in run])
                who = _several(list(dict.fromkeys(remark.who for remark in run)))
                many = phrase(run[0].told.rule, "many", "rows", rows=rows, count=len(run), who=who)
                found.append(_finding(one, table, column, run[0], many))
            else:
                found += [_finding(one, table, column, remark) for remark in run]
    return found


def _finding(one: Delivery, table: Table, column: str, remark: _Remark, more: str = "") -> Finding:
    told = remark.told._replace(message=remark.told.message + more)
    place = one.origin(remark.at, column)
    return told.at(table.id, place, field=column, value=remark.value, party=one.party)


def _name_field(table: Table) -> str:
    return next((field.name for field in table.fields if field.kind == "name"), "")


def _is_teacher(party: str) -> bool:
    """Whether a party is one teacher of a group."""
    return group_of(party) != party


def _short(party: str) -> str:
    """Return a teacher's number and name without the group; any other party as it is."""
    return party[len(group_of(party)) + 1 :] if _is_teacher(party) else party


def _number_and_name(party: str) -> tuple[str, str]:
    number, _, name = _short(party).strip().partition(" ")
    return number, name.strip()


def _same_number(said: str, number: str) -> bool:
    """Whether two staff numbers are one; zeros in front that a spreadsheet took away are not held against anybody."""
    said, number = choice_key(said), choice_key(number)
    return bool(said and number) and said.zfill(len(number)) == number


def _by_digits(numbers: Iterable[str]) -> dict[str, list[str]]:
    """Return staff numbers by what is left of them without zeros in front: looked up for each row of a group."""
    found: dict[str, list[str]] = {}
    for number in numbers:
        found.setdefault(choice_key(number).lstrip("0"), []).append(number)
    return found


def _find(number: str, numbers: Mapping[str, Sequence[str]]) -> str | None:
    near_ones = numbers.get(choice_key(number).lstrip("0"), ())
    return next((name for name in near_ones if _same_number(number, name)), None)


def _several(names: Sequence[str]) -> str:
    shown = "、".join(f"「{name}」" for name in names[:_NAMED])
    return shown if len(names) <= _NAMED else f"{shown}等 {len(names)} 个"
