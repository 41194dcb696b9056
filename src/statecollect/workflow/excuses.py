"""Who has to return what, as people change it: the roster of a group, who is excused, who has nothing to report.

All are events. The roster only grows: a list of one line adds one teacher, a known number under another name renames;
whoever is not to be waited for any longer is excused, by name and with a reason, and may be called back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from statecollect.core.errors import Refused, UsageError
from statecollect.core.names import tidy_name, tidy_person
from statecollect.school.parties import Party, near, parts_of, teacher
from statecollect.store import EXEMPTION, NIL, ROSTER, Event, Store

Who = tuple[str, str]  # group and number: see ``Parts.who``


@dataclass(frozen=True, slots=True)
class Teacher:
    """One line of a roster."""

    no: str
    name: str
    unit: str = ""

    def party(self, group: str) -> Party:
        """Return the party this teacher is in a group."""
        return teacher(group, self.no, self.name)

    def as_json(self) -> dict[str, str]:
        """Return the line as it is journalled."""
        return {"no": self.no, "name": self.name} | ({"unit": self.unit} if self.unit else {})


@dataclass(frozen=True, slots=True)
class Excuse:
    """Why a party owes nothing more in a table. ``kind``: exempt (must not return it), nil (declared on its behalf)."""

    party: str
    table: str  # empty: all its tables
    kind: str
    reason: str
    by: str
    at: str

    def as_json(self) -> dict[str, str]:
        """Return the entry of a bundle's manifest."""
        names = ("party", "table", "kind", "reason", "by", "at")
        return {name: getattr(self, name) for name in names}


@dataclass(slots=True)
class Exemptions:
    """Who is excused now. ``whole``: from everything; ``some``: from single tables."""

    whole: dict[Who, Excuse] = field(default_factory=dict)
    some: dict[tuple[Who, str], Excuse] = field(default_factory=dict)

    def of(self, party: str, table_id: str) -> Excuse | None:
        """Return why a party is excused from a table; None where it is not."""
        who = parts_of(party).who
        return self.whole.get(who) or self.some.get((who, table_id))


def rosters(store: Store) -> dict[str, dict[str, Teacher]]:
    """Return the teachers of each group by their numbers, in the order in which they became known."""
    known: dict[str, dict[str, Teacher]] = {}
    for event in store.events(ROSTER):
        group = known.setdefault(event.data["group"], {})
        for entry in event.data["teachers"]:
            group[entry["no"]] = Teacher(entry["no"], entry["name"], entry.get("unit", ""))
    return known


def add_teachers(
    store: Store, group: str, teachers: Iterable[Teacher], by: str, at: str
) -> tuple[list[Teacher], list[tuple[Teacher, Teacher]]]:
    """Write down who is new in a group, or called otherwise now; return the new ones, and pairs of before and now."""
    known = rosters(store).get(group, {})
    given = {teacher.no: teacher for teacher in teachers}
    new = [teacher for no, teacher in given.items() if no not in known]
    renamed = [
        (known[no], teacher)
        for no, teacher in given.items()
        if no in known and known[no].name != teacher.name
    ]
    moved = [
        teacher for no, teacher in given.items() if no in known and teacher.unit not in ("", known[no].unit)
    ]
    changed = {teacher.no: teacher for teacher in (*new, *(now for _, now in renamed), *moved)}
    if changed:
        data = {"group": group, "teachers": [teacher.as_json() for teacher in changed.values()]}
        store.record(ROSTER, data, tidy_person(by), at)
    return new, renamed


def exemptions(store: Store) -> Exemptions:
    """Return who is excused now."""
    found = Exemptions()
    for event in store.events(EXEMPTION):
        for party in event.data["parties"]:
            _apply(found, event, party)
    return found


def _apply(found: Exemptions, event: Event, party: str) -> None:
    who, tables, undone = parts_of(party).who, event.data["tables"], event.data.get("undo", False)
    if not tables:
        for place in [place for place in found.some if place[0] == who]:
            del found.some[place]
        found.whole.pop(who, None)
        if not undone:
            found.whole[who] = _excuse(event, party, "")
    for table_id in tables:
        found.some.pop((who, table_id), None)
        if not undone:
            found.some[who, table_id] = _excuse(event, party, table_id)


def _excuse(event: Event, party: str, table_id: str) -> Excuse:
    kind = "nil" if event.type == NIL else "exempt"
    return Excuse(party, table_id, kind, event.data["reason"], event.by, event.at)


def nil_on_behalf(store: Store) -> dict[tuple[str, str], Excuse]:
    """Return by party and table the nil returns that stand now and that somebody else declared."""
    standing = {
        (delivery.party, delivery.table): delivery.seq for delivery in store.deliveries() if delivery.nil
    }
    return {
        (event.data["party"], table_id): _excuse(event, event.data["party"], table_id)
        for event in store.events(NIL)
        for table_id in event.data["tables"]
        if standing.get((event.data["party"], table_id)) == event.seq
    }


def exempt(
    store: Store,
    parties: Sequence[str],
    owes: Callable[[str], Sequence[str]],
    tables: Sequence[str],
    *,
    undo: bool,
    by: str,
    reason: str,
    at: str,
) -> Event:
    """Excuse parties from tables (none named: from all they owe), or call them back. All of them or none.

    Raises Refused for a table that was returned: an excuse must not hide data.
    """
    by, reason = signed(by, reason)
    now = exemptions(store)
    for party in parties:
        who = parts_of(party).who
        _assigned(party, owes(party), tables)
        if undo:
            open_tables = [table for table in tables if (who, table) not in now.some]
            excused = who in now.whole or any(place[0] == who for place in now.some)
            if (tables and open_tables) or not excused:
                what = "、".join(open_tables) or "任何表"
                whole = "；它是整个免报的，撤回时不要写 --table" if who in now.whole else ""
                raise Refused(
                    f"「{party}」没有免报{what}{whole}", hint="免报的见 statecollect party list、teacher list"
                )
            continue
        returned = [table for table in tables or owes(party) if table in _returned(store, who)]
        if returned:
            raise Refused(
                f"「{party}」的 {'、'.join(returned)} 已经返回，免报不会删去数据",
                hint="要去掉它的数据先撤回；只免没有返回的表，用 --table 写明",
            )
    data = {"parties": list(dict.fromkeys(parties)), "tables": list(dict.fromkeys(tables)), "reason": reason}
    return store.record(EXEMPTION, data | ({"undo": True} if undo else {}), by, at)


def declare_nil(
    store: Store, party: str, owes: Sequence[str], tables: Sequence[str], *, by: str, reason: str, at: str
) -> Event:
    """Write down that a party has nothing to report in these tables. Raises Refused for one it has returned with rows."""
    by, reason = signed(by, reason)
    if not tables:
        raise UsageError("没有写明哪张表", hint="加 --table 表号，可重复")
    held = [
        delivery for delivery in store.deliveries() if delivery.party == party and delivery.table in tables
    ]
    _assigned(party, [*owes, *(excuse.table for excuse in held)], tables)
    rows = [
        delivery for delivery in held if not delivery.nil and delivery.table in owes
    ]  # of a table that is not its task nothing counts
    if rows:
        told = "、".join(dict.fromkeys(excuse.table for excuse in rows))
        raise Refused(
            f"「{party}」已经返回了 {told} 的数据，不能代报零报告",
            hint="数据作废的先撤回，或请它交一份选“零报告”的工作簿",
        )
    tables = list(dict.fromkeys(tables))
    return store.declare_nil(party, tables, {"party": party, "tables": tables, "reason": reason}, by, at)


def signed(by: str, reason: str) -> tuple[str, str]:
    """Return who and why, tidied. Raises UsageError where one is missing."""
    by, reason = tidy_person(by), " ".join(reason.split())
    if not by or not reason:
        raise UsageError("要写明是谁、为什么", hint="加 --by 姓名 --reason 原因")
    return by, reason


def _assigned(party: str, owes: Sequence[str], tables: Sequence[str]) -> None:
    foreign = [table for table in tables if table not in owes]
    if foreign:
        raise UsageError(f"{'、'.join(foreign)} 没有分给「{party}」", hint=f"分给它的有：{'、'.join(owes)}")


def _returned(store: Store, who: Who) -> set[str]:
    return {delivery.table for delivery in store.deliveries() if parts_of(delivery.party).who == who}


def find_teacher(
    known: Mapping[str, Mapping[str, Teacher]], wanted: str, group: str = "", further: Iterable[str] = ()
) -> str:
    """Return the party of a teacher named by number, name, or both. ``further``: parties known without a roster.

    Raises UsageError with near names, or with all who are meant when several are.
    """
    everyone = {str(teacher.party(name).name) for name, those in known.items() for teacher in those.values()}
    everyone |= {party for party in further if parts_of(party).number}
    mine = sorted(party for party in everyone if group in ("", parts_of(party).group))
    asked = tidy_name(wanted)
    whole = parts_of(wanted)
    found = [
        party
        for party in mine
        if (parts := parts_of(party))
        and (
            asked in (parts.number, parts.called, parts.label)
            or tidy_person(wanted) == parts.called
            or (whole.number and whole.who == parts.who)
        )
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(
            f"「{wanted}」不止一位：{'、'.join(found)}", hint="写工号；几个教师组都有的加 --group 组名"
        )
    labels = [parts_of(party).label for party in mine]
    close = near(asked, labels)[:5]
    hint = f"相近的有：{'、'.join(close)}" if close else "名单见 statecollect teacher list"
    raise UsageError(
        f"教师名单中没有「{wanted}」", hint=hint if mine else "还没有教师名单：make-templates --teachers 名单"
    )
