"""The workbooks of one party in one call: which are taken in, which are older, which wait for somebody's word."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from statecollect.catalog import Catalog
from statecollect.findings import Finding, Origin
from statecollect.findings.catalogue import said
from statecollect.intake.candidate import Candidate, with_findings
from statecollect.intake.effects import RowsByTable, loss, mostly_other, rows_by_table
from statecollect.intake.office import Office, locked, too_late
from statecollect.intake.past_returns import Past, day, saved
from statecollect.intake.result import FileResult
from statecollect.intake.return_diff import ReturnedRow, changes
from statecollect.intake.versions import Version, rows_of, sort_out
from statecollect.rules.ownership import without_strangers
from statecollect.store import Delivery, Event, Store
from statecollect.workflow.review import Standing


@dataclass(frozen=True, slots=True)
class PartyDesk:
    """What the workbooks of any party are judged with. ``read_again`` reads an original that counts now."""

    store: Store
    catalog: Catalog
    office: Office
    reviewed: Mapping[str, Mapping[str, Standing]]  # by party and table id
    read_again: Callable[[Event], Sequence[Delivery]]
    note: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A workbook that is to be taken in: what is journalled of it, and what will be told.

    ``beside``: the originals that go on counting, of which this one is another part.
    """

    read: Candidate
    data: Mapping[str, Any]
    result: FileResult
    deliveries: tuple[Delivery, ...]
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hold:
    """A workbook that is to be held: what is journalled of it, and why."""

    read: Candidate
    data: Mapping[str, Any]
    reason: str


Judged = FileResult | Plan | Hold


@dataclass(slots=True)
class _Case:
    """One party while it is judged. ``standing``: what counts now, ``said``: what those workbooks hold, where read."""

    desk: PartyDesk
    party: str
    past: Past
    fresh: dict[str, Candidate] = field(default_factory=dict)
    standing: list[Version] = field(default_factory=list)
    said: dict[str, Sequence[Delivery]] = field(default_factory=dict)


def judge(desk: PartyDesk, party: str, past: Past, given: Sequence[Candidate]) -> list[Judged]:
    """Say for each workbook of a party what becomes of it, in their order."""
    case = _Case(desk, party, past)
    known: dict[str, Judged] = {}
    first: dict[str, Candidate] = {}
    for one in given:
        if one.sha256 in first:
            continue
        first[one.sha256] = one
        told = _known(case, one)
        if told is None:
            case.fresh[one.sha256] = one
        else:
            known[one.sha256] = told
    if case.fresh:
        case.standing = _standing(case, first)
        known |= _judge_fresh(case, first)
        known |= _no_longer_waiting(known, first)
    judged: list[Judged] = []
    seen: set[str] = set()
    for one in given:
        if one.sha256 in seen:
            same = first[one.sha256].place
            judged.append(one.result("unchanged", f"和「{same}」是同一份文件，内容一字不差", told=False))
        else:
            judged.append(known[one.sha256])
        seen.add(one.sha256)
    return judged


def _no_longer_waiting(judged: Mapping[str, Judged], first: Mapping[str, Candidate]) -> dict[str, FileResult]:
    """Say of what waited until now that this call brings a return in its place."""
    taken = [what for what in judged.values() if isinstance(what, Plan)]
    return {
        sha256: first[sha256].result(
            "superseded",
            f"先前待确认，现在收了「{newer.read.place}」，不再等；确要用这一份加 --again",
            told=False,
        )
        for sha256, what in judged.items()
        if isinstance(what, FileResult) and what.outcome == "held"
        for newer in taken
        if newer.read.tables & first[sha256].tables
    }


def _known(case: _Case, one: Candidate) -> FileResult | None:
    """Say what becomes of a workbook that came before; None for a new one."""
    past = case.past
    if past.counts(one.sha256, one.deliveries):
        return one.result("unchanged")
    waits = past.waits(one.sha256)
    if waits is not None:
        return one.result("held", waits.data["reason"])
    overtaken = past.overtaken(one.sha256)
    if overtaken is None or case.desk.again:
        return None
    came, later = overtaken
    newer = f"「{later.data['file']}」" if later.data.get("file") else "零报告"
    was = "收过的旧版本" if past.taken_in(one.sha256) else "来过而没有收下的一份"
    said = f"这是 {day(came)}{was}，之后（{day(later)}）已收新版{newer}；确要退回旧版加 --again"
    return one.result("superseded", said, told=False)


def _standing(case: _Case, at_hand: Mapping[str, Candidate]) -> list[Version]:
    """Return what counts now of this party; its rows are read where more than one workbook is to be compared."""
    past, catalog = case.past, case.desk.catalog
    several = len(case.fresh) > 1 or len(past.counting) > 1
    found = []
    for sha256, tables in past.counting.items():
        event, read = past.taken_in(sha256), at_hand.get(sha256)
        deliveries: Sequence[Delivery] | None = read.deliveries if read else None
        if deliveries is None and several and event is not None:
            deliveries = case.desk.read_again(event)
        if deliveries is not None:
            deliveries = [one for one in deliveries if one.table in tables]
            case.said[sha256] = deliveries
        number, modified = saved(event)
        found.append(
            Version(
                sha256=sha256,
                name=read.place if read else str(event.data["file"] if event else sha256[:12]),
                tables=tables,
                rows=None if deliveries is None else rows_of(catalog, deliveries),
                round=number,
                modified=modified or (read.modified if read else None),
                file_time=read.file_time if read else None,
                standing=True,
            )
        )
    return found


def _judge_fresh(case: _Case, at_hand: Mapping[str, Candidate]) -> dict[str, Judged]:
    """Judge what never counted before: an older version gives way, one that nobody can judge is held.

    What is held is as if it had not come: the next older version of it counts meanwhile. What counted until now, and
    came again with a newer version, is told as the older one.
    """
    compare = len(case.fresh) > 1 or any(one.rows is not None for one in case.standing)
    pool = {sha256: _version(case, one, compare) for sha256, one in case.fresh.items()}
    judged: dict[str, Judged] = {}
    while True:
        found = sort_out(list(pool.values()), case.standing, again=case.desk.again)
        held = {
            sha256: f"同一单位的「{other.name}」和这一份{why}；核对后用 --accept 收其中一份，或重交一份"
            for sha256, (other, why) in found.unclear.items()
        }
        plans: dict[str, Judged] = {}
        for one in found.counting:
            if not one.standing and one.sha256 not in held:
                beside = [other for other in found.counting if other.sha256 != one.sha256]
                replaced = found.replaced.get(one.sha256, ())
                older = next((v for v in replaced if not v.standing), None)
                others = [
                    v.sha256 for v in case.standing if v.sha256 in found.superseded and v not in replaced
                ]
                plan = _plan(case, case.fresh[one.sha256], beside, older, others)
                plans[one.sha256] = plan
                if isinstance(plan, Hold):
                    held[one.sha256] = plan.reason
        if not held:
            break
        for sha256, reason in held.items():
            read = case.fresh[sha256]
            mine = plans.get(sha256)
            judged[sha256] = (
                mine if isinstance(mine, Hold) else Hold(read, _data(case, read, read.deliveries), reason)
            )
            del pool[sha256]
    standing = {one.sha256: one for one in case.standing}
    for sha256, newer in found.superseded.items():
        if sha256 in at_hand and (sha256 in pool or isinstance(plans.get(newer.sha256), Plan)):
            older = pool.get(sha256) or standing[sha256]
            plans[sha256] = _older(at_hand[sha256], older, newer)
    return judged | plans


def plan_accepted(desk: PartyDesk, past: Past, read: Candidate, reason: str) -> Judged:
    """Say what becomes of a held workbook that somebody accepts: it counts, whatever it takes away."""
    case = _Case(desk, read.party, past, {read.sha256: read})
    case.standing = _standing(case, {})
    return _plan(case, read, (), None, accepted={"reason": reason})


def _version(case: _Case, read: Candidate, compare: bool) -> Version:
    return Version(
        sha256=read.sha256,
        name=read.place,
        tables=read.tables,
        rows=rows_of(case.desk.catalog, read.deliveries) if compare else None,
        round=read.round,
        modified=read.modified,
        file_time=read.file_time,
        made_from=read.made_from,
    )


def _older(read: Candidate, version: Version, newer: Version) -> FileResult:
    if newer.round > version.round:
        why = f"那是第 {newer.round} 次退回以后改的"
    elif version.modified and newer.modified and newer.modified > version.modified:
        why = "那份保存得更晚"
    else:
        why = "那份的文件时间更晚"
    left = sorted(version.tables - newer.tables)
    rest = f"；其中 {'、'.join(left)} 新版里没有" if left else ""
    was = "已收的" if newer.standing else ""
    said = f"和{was}「{newer.name}」是同一份报送的新旧两版，{why}，以它为准{rest}；确要用这一份，单独收它并加 --again"
    return read.result("superseded", said, told=False)


def _plan(
    case: _Case,
    read: Candidate,
    beside: Sequence[Version],
    older: Version | None,
    others: Sequence[str] = (),
    accepted: Mapping[str, str] | None = None,
) -> Judged:
    """Say what taking this workbook in would do, or why it is refused or, unless ``accepted``, held.

    ``older``: the version of it that came with this call; ``others``: what counts until now, and gives way to another.
    """
    desk = case.desk
    deliveries, contradicted = _without_contradicted_nil(read, beside)
    tables = {one.table for one in deliveries}
    before = _before(case, tables, [*(one.sha256 for one in beside), *others])
    # row by row only where there is something to compare with: a first return is most of a season
    told_before = (
        {*before, *(one.table for one in case.fresh[older.sha256].deliveries)} if older else {*before}
    )
    after = rows_by_table(desk.catalog, [one for one in deliveries if one.table in told_before])
    compared = {
        table_id: changes(desk.catalog.tables[table_id], rows, after[table_id])
        for table_id, rows in before.items()
    }
    different = [table_id for table_id, one in compared.items() if not one.empty]
    decided = {table_id: one for table_id, one in desk.reviewed.get(case.party, {}).items() if one.step}
    reason = too_late(deliveries, desk.office, desk.store.returned(case.party)) or locked(
        different, decided, desk.catalog
    )
    if reason is not None:
        return read.result("refused", reason, told=False)
    late = {table_id: days for table_id in sorted(tables) if (days := desk.office.days_late(table_id)) > 0}
    adjusted = {table_id: compared[table_id].as_json() for table_id in different if table_id in decided}
    data = _data(case, read, deliveries) | {
        **({"late": late} if late else {}),
        **({"adjusted": adjusted, "note": desk.note} if adjusted else {}),
        **({"again": True} if desk.again and case.past.overtaken(read.sha256) else {}),
    }
    if accepted:
        data["accepted"] = accepted
    elif said := _taken_away(case, before, after, older):
        return Hold(read, _data(case, read, read.deliveries), said)
    found = [*contradicted, *mostly_other(read, before, after)]
    read = with_findings(replace(read, deliveries=deliveries), found)
    result = replace(read.result("accepted"), changes=compared, late=late, voided=tuple(adjusted))
    return Plan(read, data, result, deliveries, tuple(one.sha256 for one in beside))


def _without_contradicted_nil(
    read: Candidate, beside: Iterable[Version]
) -> tuple[tuple[Delivery, ...], list[Finding]]:
    """Leave out a nil return where another part of the same return has rows, and say so: the rows count."""
    filled = {table_id: one.name for one in beside for table_id, rows in (one.rows or {}).items() if rows}
    kept = tuple(one for one in read.deliveries if not (one.nil and one.table in filled))
    return kept, [
        said("S12", "other_part", file=filled[one.table]).at(one.table, Origin(read.name), party=read.party)
        for one in read.deliveries
        if one.nil and one.table in filled
    ]


def _data(case: _Case, read: Candidate, deliveries: Iterable[Delivery]) -> dict[str, Any]:
    """Return what is journalled of a workbook: what reading it again needs, and what orders it among others."""
    return {
        "file": read.name,
        "party": case.party,
        "expected": list(case.desk.office.tasks.get(case.party, ())),
        "tables": sorted({one.table for one in deliveries}),
        **({"round": read.round} if read.round else {}),
        **({"by_department": True} if not read.genuine else {}),
        **({"by_cover": True} if read.by_cover else {}),
        **({"modified": read.modified.isoformat()} if read.modified else {}),
    }


def _before(case: _Case, tables: Iterable[str], apart: Sequence[str]) -> RowsByTable:
    """Return by table the rows that this workbook replaces; a table that did not count before is not among them."""
    past, catalog, store = case.past, case.desk.catalog, case.desk.store
    found: dict[str, Sequence[ReturnedRow]] = {}
    returned = store.returned(case.party)
    for table_id in tables:
        holding = [sha256 for sha256, those in past.counting.items() if table_id in those]
        if table_id not in returned:
            continue
        if not set(holding) & set(apart):
            found[table_id] = store.party_rows(table_id, case.party)
        elif replaced := [sha256 for sha256 in holding if sha256 not in apart]:
            found[table_id] = rows_by_table(
                catalog, [one for sha256 in replaced for one in case.said[sha256]]
            ).get(table_id, [])
    return found


def _taken_away(case: _Case, before: RowsByTable, after: RowsByTable, older: Version | None) -> str | None:
    """Say that half or more of what the party had said would be gone, be it taken in already or come with this call.

    Rows of somebody else do not count: the party was told to delete them.
    """
    catalog, known = case.desk.catalog, case.desk.office.known

    def own(rows: RowsByTable) -> RowsByTable:
        return {
            table_id: without_strangers(catalog.tables[table_id], case.party, said, known)
            for table_id, said in rows.items()
        }

    reason = loss(catalog, own(before), after, "先前交的")
    if reason is None and older is not None:
        earlier = rows_by_table(catalog, case.fresh[older.sha256].deliveries)
        reason = loss(catalog, own(earlier), after, f"「{older.name}」的")
    return reason
