"""Take in files and folders of files, and what was held once somebody accepts it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from statecollect.catalog import Catalog
from statecollect.core.containment import contained
from statecollect.core.errors import StatecollectError, StoreError, UsageError
from statecollect.core.untrusted.guard import PATIENT
from statecollect.intake.arrival import Arrival, arrivals
from statecollect.intake.candidate import Candidate, read_file, with_findings
from statecollect.intake.office import Office, identity, refusal
from statecollect.intake.party_returns import Hold, Judged, PartyDesk, Plan, judge, plan_accepted
from statecollect.intake.past_returns import Past, pasts
from statecollect.intake.result import FileResult
from statecollect.intake.returns import read_return
from statecollect.rules import ownership
from statecollect.store import HELD, SUBMISSION, Delivery, Event, Return, Store
from statecollect.workflow.held import held_named, hold
from statecollect.workflow.review import Standing, standings

_TOGETHER = 100  # workbooks brought into the database together
STORE = "store"  # folder of the campaign that is no inbox
Progress = Callable[[str, int, int], None]


def ingest_files(
    store: Store,
    catalog: Catalog,
    office: Office,
    paths: Iterable[Path],
    *,
    department: str = "",
    by: str,
    at: str,
    password: str = "",
    note: str = "",
    again: bool = False,
    by_cover: Callable[[str], str] | None = None,
    progress: Progress = lambda _what, _done, _total: None,
) -> list[FileResult]:
    """Take in files and folders of files; one bad file does not stop the rest, and none goes without a word.

    ``department`` names the party of workbooks that were made without the template, ``password`` opens protected ones.
    ``by_cover`` finds the party that a cover names, for workbooks without a stamp; the empty text for nobody.
    ``note`` says why data that were reviewed already are changed; ``again`` takes back what newer returns replaced.
    Raises UsageError when a file is not there, before anything is taken in.
    """
    given = list(paths)
    absent = [path for path in given if not path.exists()]
    if absent:
        raise UsageError("文件不存在", hint="核对文件名和所在文件夹", where=str(absent[0]))
    with ExitStack() as opened:
        own = office.folder / STORE if office.folder and (office.folder / STORE).is_dir() else None
        found = list(arrivals(given, own, opened))
        results: list[FileResult | None] = []
        read: dict[int, Candidate] = {}
        for position, one in enumerate(found):
            progress(one.name, position, len(found))
            outcome = _read(one, store, catalog, office, department, password, opened, by_cover)
            if isinstance(outcome, Candidate):
                read[position] = outcome
            results.append(None if isinstance(outcome, Candidate) else outcome)
        desk = _desk(store, catalog, office, note=note, again=again)
        judged = dict(_judge(desk, read))
        taken = _take_in(store, judged, by, at)
        for position, what in judged.items():
            results[position] = taken[position] if isinstance(what, Plan) else _told(what)
        for position, what in judged.items():
            if isinstance(what, Hold):
                results[position] = _hold(store, what, by, at)
        progress("", len(found), len(found))
    return _revived(desk, [one for one in results if one is not None])


def accept_held(
    store: Store,
    catalog: Catalog,
    office: Office,
    sha256: str,
    *,
    by: str,
    at: str,
    reason: str,
    note: str = "",
) -> FileResult:
    """Take in a workbook that is held; a few digits of its SHA-256 name it.

    Raises UsageError without a name or a reason, and when none, or more than one, is held under these digits.
    """
    if not by.strip() or not reason.strip():
        raise UsageError("收下待确认的表要写明是谁、为什么", hint="加 --by 姓名 --reason 原因")
    event = held_named(store, sha256)
    department = event.data["party"] if event.data.get("by_department") else ""
    waiting = Arrival(store.original(event.data["sha256"]), event.data["file"], event.data["file"])
    with ExitStack() as opened:
        read = _read(waiting, store, catalog, office, department, "", opened)
        if isinstance(read, FileResult):
            return read
        desk = _desk(store, catalog, office, note=note, again=True)
        judged = plan_accepted(desk, pasts(store).get(read.party, Past()), read, reason)
        if not isinstance(judged, Plan):
            return _told(judged)
        (result,) = _take_in(store, {0: judged}, by, at).values()
    return _revived(desk, [result])[0]


def replay(catalog: Catalog, event: Event, original: Path) -> Sequence[Delivery]:
    """Read an original again as it was read when it came in, for a store that replays its journal."""
    data = event.data
    read = read_return(
        original,
        catalog,
        name=data["file"],
        party=data["party"],
        expected=data.get("expected", ()),
        today=dt.date.fromisoformat(event.at[:10]),
        limits=PATIENT,
    )
    tables = data.get("tables")  # a nil return that another part contradicts was left out
    return [one for one in read.deliveries if tables is None or one.table in tables]


def _read(
    found: Arrival,
    store: Store,
    catalog: Catalog,
    office: Office,
    department: str,
    password: str,
    opened: ExitStack,
    by_cover: Callable[[str], str] | None = None,
) -> Candidate | FileResult:
    """Read what may be a workbook; say of anything else, or of one that is not ours, why it is not taken."""
    if found.outcome:
        return found.result()

    def read_as(party: str) -> Candidate | FileResult:
        return read_file(
            found,
            catalog,
            secret=office.secret,
            today=office.today,
            expected=office.tasks.get(party, ()),
            department=party,
            password=password,
            folder=office.folder,
            opened=opened,
        )

    read = read_as(department)
    if isinstance(read, Candidate) and by_cover and read.stamp is None and len(read.covers) == 1:
        department = by_cover(read.covers[0])
        if not department:
            said = f"封面写的是「{read.covers[0]}」，采集里没有这个单位；核对后加 --department 单位名称"
            return read.result("refused", said, told=False)
        read = read_as(department)
        read = replace(read, by_cover=True) if isinstance(read, Candidate) else read
    if isinstance(read, FileResult):
        return read
    reason = refusal(read, catalog, office, department)
    if reason is not None:
        party = "" if department else _returned_before(store, read.sha256)
        if (
            party
        ):  # whose these very bytes are was settled when they came first, with --department or another key
            return _read(found, store, catalog, office, party, password, opened)
        return read.result("refused", reason, told=False)
    together = read.party in office.known.groups  # only then it matters who else has returned
    returned = {one.table: store.parties(one.table) for one in read.deliveries if together}
    strangers = ownership.findings(read.deliveries, catalog, office.known, returned)
    return with_findings(read, [*identity(read), *strangers])


def _returned_before(store: Store, sha256: str) -> str:
    """Return the party that these bytes were taken in or held for; empty where they are new."""
    came = [one for one in store.events() if one.type in {SUBMISSION, HELD} and one.data["sha256"] == sha256]
    return str(came[-1].data["party"]) if came else ""


def _desk(store: Store, catalog: Catalog, office: Office, *, note: str, again: bool) -> PartyDesk:
    reviewed: dict[str, dict[str, Standing]] = {}
    for (table_id, party), one in standings(store).items():
        reviewed.setdefault(party, {})[table_id] = one

    def read_again(event: Event) -> Sequence[Delivery]:
        return replay(catalog, event, store.original(event.data["sha256"]))

    return PartyDesk(store, catalog, office, reviewed, read_again, note, again)


def _judge(desk: PartyDesk, read: Mapping[int, Candidate]) -> Iterator[tuple[int, Judged]]:
    """Judge the workbooks party by party; a fault of ours costs one party's."""
    past = pasts(desk.store)
    of_party: dict[str, list[int]] = {}
    for position, one in read.items():
        of_party.setdefault(one.party, []).append(position)
    for party, positions in of_party.items():
        mine = [read[position] for position in positions]
        try:
            with contained("比较新旧两份表", "、".join(one.name for one in mine), desk.office.folder):
                yield from zip(positions, judge(desk, party, past.get(party, Past()), mine), strict=True)
        except StoreError:
            raise
        except StatecollectError as error:
            for position in positions:
                yield (
                    position,
                    replace(read[position].result("refused", str(error), told=False), unusable=True),
                )


def _take_in(store: Store, judged: Mapping[int, Judged], by: str, at: str) -> dict[int, FileResult]:
    """Bring what is to be taken into the store, many together; each is in it whole or not at all."""
    plans = [(position, what) for position, what in judged.items() if isinstance(what, Plan)]
    results: dict[int, FileResult] = {}
    for start in range(0, len(plans), _TOGETHER):
        group = plans[start : start + _TOGETHER]
        returns = [Return(plan.deliveries, plan.data, plan.read.path, plan.beside) for _, plan in group]
        for (position, plan), outcome in zip(group, store.submit_all(returns, by, at), strict=True):
            if isinstance(outcome, StatecollectError):
                refused = plan.read.result("refused", str(outcome), told=False)
                results[position] = replace(refused, unusable=True)
            else:
                results[position] = plan.result
    return results


def _hold(store: Store, what: Hold, by: str, at: str) -> FileResult:
    try:
        hold(store, what.read.path, what.read.sha256, what.data, what.reason, by, at)
    except StatecollectError as error:  # it changed while it was read: it comes again
        return replace(what.read.result("refused", str(error), told=False), unusable=True)
    return what.read.result("held", what.reason)


def _told(what: Judged) -> FileResult:
    if isinstance(what, Hold):
        return what.read.result("held", what.reason)
    return what.result if isinstance(what, Plan) else what


def _revived(desk: PartyDesk, results: list[FileResult]) -> list[FileResult]:
    """Say which tables hold again what was once reviewed: the decision counts again."""
    voided = {
        (table_id, party)
        for party, tables in desk.reviewed.items()
        for table_id, one in tables.items()
        if one.voided
    }
    touched = {
        (table.table, one.party) for one in results if one.outcome == "accepted" for table in one.deliveries
    }
    if not voided & touched:
        return results
    now = standings(desk.store)
    alive = {place: now[place] for place in voided & touched if place in now and now[place].step}
    return [
        replace(
            one,
            revived={
                table_id: f"{said.step}（{said.by}）"
                for (table_id, party), said in alive.items()
                if party == one.party and one.outcome == "accepted"
            },
        )
        for one in results
    ]
