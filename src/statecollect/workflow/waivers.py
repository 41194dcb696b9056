"""Waivers: a warning explained by somebody, for exactly the cases there were.

A waiver covers rule, table, party and cases. More cases, another value or a change in a row under it, and it lapses:
all its cases are open again, and the report says why. An error can be waived only by the top of the review chain, so that
nobody has to falsify a true outlier.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from statecollect.core.errors import Refused, UsageError
from statecollect.findings import SEVERITY_LABEL, Finding
from statecollect.school.breakdown import Assignment
from statecollect.school.config import Config
from statecollect.school.parties import near
from statecollect.school.roles import LEADERS, people_with, why_not_explainer
from statecollect.store import WAIVER, Event, Store

_DIGITS = 12
ASKING = frozenset({"warning", "error"})  # severities that ask for an answer


@dataclass(frozen=True, slots=True)
class Waiver:
    """Who explained what, and whether it still counts (``lapsed`` says why not)."""

    rule: str
    table: str
    party: str  # empty: every party
    count: int
    reason: str
    by: str
    at: str
    lapsed: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "rule": self.rule,
            "table": self.table,
            "party": self.party,
            "count": self.count,
            "reason": self.reason,
            "by": self.by,
            "at": self.at,
            "lapsed": self.lapsed or None,
        }


@dataclass(frozen=True, slots=True)
class SortedFindings:
    """Findings that are open, findings that are explained with their waivers, and all waivers with what became of them."""

    open: tuple[Finding, ...]
    waived: tuple[tuple[Finding, Waiver], ...]
    waivers: tuple[Waiver, ...]


def sort_out(store: Store, findings: Sequence[Finding], tables: Collection[str] = ()) -> SortedFindings:
    """Sort the explained findings out. ``findings`` are all there are, of ``tables`` (default: every table)."""
    events = _latest(event for event in store.events(WAIVER) if not tables or event.data["table"] in tables)
    if not events:
        return SortedFindings(tuple(findings), (), ())
    asked = {(event.data["rule"], event.data["table"]) for event in events}
    mine = {
        at: finding
        for at, finding in enumerate(findings)
        if finding.severity in ASKING and (finding.rule, finding.table) in asked
    }
    told = dict(zip(mine, _told(store, list(mine.values())), strict=True))
    open_still: dict[tuple[str, str], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for at, finding in mine.items():
        open_still[finding.rule, finding.table][finding.party].append(at)
    covered: dict[int, Waiver] = {}
    waivers = []
    for event in events:
        by_party, party = open_still[event.data["rule"], event.data["table"]], event.data["party"]
        places = by_party.get(party, []) if party else [at for those in by_party.values() for at in those]
        waiver = _judged(event, Counter(told[at] for at in places))
        waivers.append(waiver)
        if not waiver.lapsed:
            covered |= dict.fromkeys(places, waiver)
            for settled in [party] if party else list(by_party):
                by_party.pop(settled, None)
    return SortedFindings(
        tuple(finding for at, finding in enumerate(findings) if at not in covered),
        tuple((findings[at], covered[at]) for at in sorted(covered)),
        tuple(waivers),
    )


def waive(
    store: Store,
    config: Config,
    findings: Sequence[Finding],
    rule: str,
    table_id: str,
    party: str,
    *,
    reason: str,
    by: str,
    at: str,
    assignment: Assignment | None = None,
) -> Waiver:
    """Explain the open findings of a rule in a table. Raises Refused where there are none or ``by`` may not.

    ``assignment`` is the table's line of the breakdown: who answers for it.
    """
    if not by.strip() or not reason.strip():
        raise UsageError("说明要写明是谁、为什么", hint="加 --by 姓名 --reason 原因")
    asked = {"rule": rule, "table": table_id, "party": party}
    covered = [finding for finding in findings if _covers(asked, finding)]
    if not covered:
        _refuse(findings, rule, table_id, party)
    if any(finding.severity == "error" for finding in covered):
        leaders = people_with(LEADERS, config)
        if by.strip() not in leaders:
            known = (
                f"（成员：{'、'.join(leaders)}）"
                if leaders
                else "（statecollect.toml 的 [[people]] 中还没有）"
            )
            raise Refused(
                f"{rule} 是错误，只有{LEADERS}成员可以说明通过{known}", hint="数据确有错误的，请改正数据"
            )
    elif assignment:
        parties = sorted({one.party for one in covered})
        if why := why_not_explainer(by, assignment, parties, config, store.catalog):
            raise Refused(why, hint="--by 写确认数据没有错的人，不是经手录入的人")
    now = cases(store, covered)
    data = {**asked, "reason": reason.strip(), "count": len(covered), "cases": sorted(now.elements())}
    return _judged(store.record(WAIVER, data, by.strip(), at), now)


def cases(store: Store, findings: Sequence[Finding]) -> Counter[str]:
    """Return what tells the cases, each as often as it is there."""
    return Counter(_told(store, findings))


def _told(store: Store, findings: Sequence[Finding]) -> list[str]:
    """Tell each case: what was found, and the whole row it was found in – or table, where there is no row.

    Every table is read once, however many waivers and findings there are.
    """
    places: dict[str, set[tuple[str, str, int | None]]] = defaultdict(set)
    for finding in findings:
        places[finding.table].add(_place(finding))
    rows = {table_id: store.row_texts(table_id, those) for table_id, those in places.items()}
    whole: dict[tuple[str, str], str] = {}
    found = []
    for finding in findings:
        under = rows[finding.table].get(_place(finding))
        if under is None:
            of = finding.table, finding.party
            if of not in whole:
                whole[of] = store.digest(finding.table, finding.party or None)
            under = whole[of]
        text = "\x1f".join((finding.rule, finding.field or "", finding.value or "", finding.message, under))
        found.append(hashlib.sha256(text.encode()).hexdigest()[:_DIGITS])
    return found


def _place(one: Finding) -> tuple[str, str, int | None]:
    return one.party, one.origin.sheet, one.origin.row


def _covers(asked: Mapping[str, Any], one: Finding) -> bool:
    return (
        one.severity in ASKING
        and (one.rule, one.table) == (asked["rule"], asked["table"])
        and asked["party"] in ("", one.party)
    )


def _latest(events: Iterable[Event]) -> list[Event]:
    """Return the newest waiver of each rule, table and party, those of one party before those of all."""
    latest: dict[tuple[str, str, str], Event] = {}
    for event in events:
        latest[event.data["rule"], event.data["table"], event.data["party"]] = event
    return sorted(latest.values(), key=lambda event: (event.data["party"] == "", event.seq))


def _judged(event: Event, now: Counter[str]) -> Waiver:
    data = event.data
    before = Counter(data["cases"])
    lapsed = ""
    if sum(now.values()) > data["count"]:
        lapsed = f"当时 {data['count']} 处，现在 {sum(now.values())} 处，说明不再有效"
    elif now - before:
        lapsed = "说明之后数据有变，要重新说明"
    return Waiver(
        data["rule"], data["table"], data["party"], data["count"], data["reason"], event.by, event.at, lapsed
    )


def _refuse(findings: Iterable[Finding], rule: str, table_id: str, party: str) -> None:
    open_rules = [
        finding.rule for finding in findings if finding.table == table_id and finding.severity in ASKING
    ]
    close = near(rule, dict.fromkeys(open_rules)) or tuple(dict.fromkeys(open_rules))[:5]
    whose = f"“{party}”的" if party else ""
    labels = SEVERITY_LABEL["warning"]
    hint = f"本表现有的是：{'、'.join(close)}" if close else f"本表现在没有{labels}"
    raise Refused(f"{table_id} {whose}数据没有违反规则 {rule}，不用说明", hint=hint)
