"""The review chain of the notice, for each table of each party.

自审提交 (the party) → 部门复审 (the table's 审核用户) → 工作组核查 → 领导小组终审、定稿. A decision is bound to a digest of the
data it was made about: any later change voids it, and the standing says so. Nothing is approved while errors stand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from statecollect.catalog import Catalog
from statecollect.core.errors import Refused, UsageError
from statecollect.core.names import tidy_person
from statecollect.school.breakdown import Assignment
from statecollect.school.config import Config
from statecollect.school.roles import (
    LEADERS,
    WORKING_GROUP,
    fills_and_reviews,
    people_with,
    why_not_member,
    why_not_reviewer,
)
from statecollect.store import DECISION, RESOLUTION, SUBMISSION, Event, Store
from statecollect.workflow.waivers import Waiver

Action = Literal["submit", "approve", "return", "finalise", "reopen"]
ReviewState = Literal["returned", "submitted", "approved", "finalised", "sent_back"]
SUBMITTED, REVIEWED, CHECKED, FINAL = "自审提交", "部门复审", "工作组核查", "领导小组终审"
RETURNED, REOPENED = "退回修改", "重新开放"
_STATE_AFTER: dict[str, ReviewState] = {
    SUBMITTED: "submitted",
    REVIEWED: "approved",
    CHECKED: "approved",
    FINAL: "finalised",
    RETURNED: "sent_back",
    REOPENED: "approved",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How far one table of one party is. ``voided``: why what was decided before no longer counts."""

    state: ReviewState
    step: str = ""
    by: str = ""
    at: str = ""
    comment: str = ""
    hash: str = ""  # of the event: what is printed on paper beside the signature
    submitted_by: str = ""
    voided: str = ""

    @property
    def locked(self) -> bool:
        """Whether nothing more may come in."""
        return self.state == "finalised"


TableOfParty = tuple[str, str]  # table id, party


@dataclass(frozen=True, slots=True)
class Desk:
    """What a decision is made with: the rules of who may do what, and what stands in the way."""

    breakdown: Mapping[str, Assignment]
    catalog: Catalog
    config: Config
    errors: Mapping[TableOfParty, int]

    def of(self, table_id: str) -> Assignment | None:
        """Return the assignment of a table; None for one that the breakdown no longer has."""
        return self.breakdown.get(table_id)


def standings(store: Store) -> dict[TableOfParty, Standing]:
    """Return how far everything is that was returned; a decision about other data than today's counts no more."""
    latest: dict[TableOfParty, Event] = {}
    submitters: dict[TableOfParty, str] = {}
    approvals: dict[TableOfParty, str] = {}  # what still stands when a final table is opened again
    for event in store.events(DECISION):
        for party in event.data["parties"]:
            place = event.data["table"], party
            latest[place] = event
            if event.data["step"] == SUBMITTED:
                submitters[place] = event.by
            if event.data["step"] in {REVIEWED, CHECKED}:
                approvals[place] = event.data["step"]
    digests = {table_id: store.digests(table_id) for table_id in {table_id for table_id, _ in latest}}
    found: dict[TableOfParty, Standing] = {}
    for delivery in store.deliveries():
        place = delivery.table, delivery.party
        if place not in latest:
            found[place] = Standing("returned")
            continue
        standing = _standing(latest[place], place, digests[delivery.table], submitters.get(place, ""))
        reopened = standing.step == REOPENED
        found[place] = replace(standing, step=approvals[place]) if reopened else standing
    return found


def _standing(event: Event, place: TableOfParty, digests: Mapping[str, str], submitted_by: str) -> Standing:
    step, comment = event.data["step"], event.data["comment"]
    if digests.get(place[1]) != event.data["parties"][place[1]]:
        said = "" if step == RETURNED else f"{event.by}的“{step}”之后数据有变，要重新审核"
        return Standing("returned", at=event.at, voided=said)
    return Standing(
        _STATE_AFTER[step],
        step,
        event.by,
        event.at,
        comment,
        event.hash,
        submitted_by,
    )


def decide(
    store: Store,
    desk: Desk,
    action: Action,
    places: Sequence[TableOfParty],
    *,
    by: str,
    comment: str,
    at: str,
    all_possible: bool = False,
) -> list[Event]:
    """Write a decision down for all ``places`` or, when one of them does not allow it, for none.

    With ``all_possible`` those that do not allow it are passed over, unless none does. Raises Refused with every
    reason, UsageError without a name or a reason where one is needed.
    """
    by = tidy_person(by)
    if not by:
        raise UsageError("没有写明是谁", hint="加 --by 姓名")
    if action in {"return", "reopen"} and not comment.strip():
        raise UsageError("退回和重新开放要写明原因", hint="加 --comment 原因")
    now = standings(store)
    steps: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    reasons: dict[str, list[str]] = defaultdict(list)
    for table_id, party in places:
        step, reason = _next(desk, now.get((table_id, party)), action, table_id, party, by)
        if reason:
            reasons[reason].append(f"{table_id} {party}")
        else:
            steps[table_id][step].append(party)
    if reasons and not (all_possible and steps):
        raise Refused(
            "；".join(f"{_some(where)}：{why}" for why, where in reasons.items()), hint="这次什么都没有记"
        )
    events = []
    for table_id, by_step in steps.items():
        digests = store.digests(table_id)
        for step, parties in by_step.items():
            data: dict[str, Any] = {
                "action": action,
                "step": step,
                "table": table_id,
                "parties": {party: digests[party] for party in parties},
                "comment": comment.strip(),
            }
            events.append(store.record(DECISION, data, by, at))
    return events


def possible(
    desk: Desk, now: Mapping[TableOfParty, Standing], action: Action, places: Iterable[TableOfParty], by: str
) -> list[TableOfParty]:
    """Return the places where nothing but errors could stand in the way of somebody's next step."""
    blind = replace(desk, errors={})
    return [place for place in places if not _next(blind, now.get(place), action, *place, by)[1]]


def _next(
    desk: Desk, now: Standing | None, action: Action, table_id: str, party: str, by: str
) -> tuple[str, str]:
    """Return the step that this action is now, and why it may not be taken (empty: it may)."""
    if now is None:
        return "", "还没有返回"
    assignment = desk.of(table_id)
    if assignment is None:
        return "", "不在任务分解表中，没有人审核它"
    if now.locked and action != "reopen":
        return "", "已定稿锁定；要改动先 statecollect review reopen"
    errors = desk.errors.get((table_id, party), 0)
    if action in {"submit", "approve", "finalise"} and errors:
        return "", f"还有 {errors} 个错误没有改正"
    match action:
        case "submit":
            return SUBMITTED, "" if now.state in {"returned", "sent_back"} else f"已经{now.step}，不必再提交"
        case "approve":
            return _approval(desk, now, assignment, party, by)
        case "return":
            known = [
                why_not_reviewer(by, assignment, party, desk.config, desk.catalog),
                why_not_member(by, WORKING_GROUP, desk.config) or _unlisted(WORKING_GROUP, desk),
                why_not_member(by, LEADERS, desk.config) or _unlisted(LEADERS, desk),
            ]
            return RETURNED, "" if None in known else str(known[0])
        case "finalise":
            wanted = CHECKED if people_with(WORKING_GROUP, desk.config) else REVIEWED
            if now.state != "approved" or (wanted == CHECKED and now.step != CHECKED):
                return "", f"还没有{wanted}" + (f"（{now.voided}）" if now.voided else "")
            return FINAL, why_not_member(by, LEADERS, desk.config) or ""
        case "reopen":
            if not now.locked:
                return "", "没有定稿，不必重新开放"
            return REOPENED, why_not_member(by, LEADERS, desk.config) or ""


def _unlisted(role: Any, desk: Desk) -> str | None:
    """A group that nobody is listed for lends nobody its rights."""
    return None if people_with(role, desk.config) else "没有名单"


def _approval(desk: Desk, now: Standing, assignment: Assignment, party: str, by: str) -> tuple[str, str]:
    if now.state == "submitted":
        reason = why_not_reviewer(by, assignment, party, desk.config, desk.catalog)
        alone = tidy_person(by) == tidy_person(now.submitted_by) and not fills_and_reviews(
            assignment, party, desk.config, desk.catalog
        )
        return REVIEWED, reason or ("自己提交的不能自己复审，请另一位审核人复审" if alone else "")
    if now.state == "approved" and now.step == REVIEWED and people_with(WORKING_GROUP, desk.config):
        return CHECKED, why_not_member(by, WORKING_GROUP, desk.config) or ""
    if now.state == "approved":
        return "", f"已经{now.step}，下一步是 statecollect review finalise"
    return "", "还没有自审提交" + (f"（{now.voided}）" if now.voided else "")


def places_for(
    now: Mapping[TableOfParty, Standing], action: Action, tables: Iterable[str], parties: Iterable[str] = ()
) -> list[TableOfParty]:
    """Return what an action is about: of these tables the parties named, or all for whom it could come next.

    Where it could come next for nobody, all are returned, so that each is told why.
    """
    fitting: dict[Action, set[str]] = {
        "submit": {"returned", "sent_back"},
        "approve": {"submitted", "approved"},
        "return": {"returned", "submitted", "approved"},
        "finalise": {"approved"},
        "reopen": {"finalised"},
    }
    named = set(parties)
    chosen: list[TableOfParty] = []
    for table_id in dict.fromkeys(tables):
        here = [place for place in now if place[0] == table_id and (not named or place[1] in named)]
        ready = [place for place in here if now[place].state in fitting[action]]
        chosen += ready or here or [(table_id, party) for party in named or {"全部单位"}]
    return chosen


def _some(where: Sequence[str]) -> str:
    more = f" 等 {len(where)} 项" if len(where) > 3 else ""
    return "、".join(where[:3]) + more


def unfinished(store: Store, but: Collection[TableOfParty] = ()) -> list[str]:
    """Return the ids of returned tables of which some part is not finalised; places in ``but`` need not be."""
    return list(
        dict.fromkeys(
            place[0]
            for place, standing in sorted(standings(store).items())
            if not standing.locked and place not in but
        )
    )


def signatures(store: Store, waivers: Iterable[Waiver]) -> dict[str, Any]:
    """Return what people put their names to, in the shape of a bundle's manifest."""
    bound = {event.hash: event.data["parties"] for event in store.events(DECISION)}
    approvals = [
        {
            "table": table,
            "party": party,
            "step": standing.step,
            "by": standing.by,
            "at": standing.at,
            "event": standing.hash,
            "digest": bound.get(standing.hash, {}).get(party, ""),
        }
        for (table, party), standing in sorted(standings(store).items())
        if standing.step
    ]
    choices = [
        {key: event.data[key] for key in ("table", "key", "take", "reason")}
        | {"by": event.by, "at": event.at}
        for event in store.events(RESOLUTION)
    ]
    return {
        "approvals": approvals,
        "waivers": [waiver.as_json() for waiver in waivers],
        "resolutions": choices,
        "adjustments": adjustments(store),
    }


def adjustments(store: Store) -> list[dict[str, Any]]:
    """Return 数据调整: what was changed after it had been reviewed – cell, old, new, who, when, why."""
    return [
        {
            "table": table,
            "party": event.data["party"],
            "by": event.by,
            "at": event.at,
            "note": event.data.get("note", ""),
            **change,
        }
        for event in store.events(SUBMISSION)
        for table, change in event.data.get("adjusted", {}).items()
    ]
