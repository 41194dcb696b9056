"""Each step of the review chain, taken by each of the people who may and may not, from each state a table can be in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

import toy
from statecollect.catalog import Catalog
from statecollect.core.errors import Refused, UsageError
from statecollect.school.breakdown import Assignment
from statecollect.school.config import Config, Parties, Person
from statecollect.store import Event, Store
from statecollect.workflow.review import (
    Action,
    Desk,
    Standing,
    TableOfParty,
    adjustments,
    decide,
    places_for,
    possible,
    signatures,
    standings,
    unfinished,
)

CASES = yaml.safe_load((Path(__file__).with_name("decisions.yaml")).read_text(encoding="utf-8"))
OFFICE, UNIT, OTHER = "教务处", "信息系", "机电系"
TABLE, SECOND = "1.2.1", "1.1.3"
PLACE = TABLE, UNIT
HEAD, UNIT_HEAD, ANSWERS, WORKER, LEADER = "教务处长", "信息系主任", "阳锋", "工作员", "院长"
PEOPLE = (
    Person(name=HEAD, role="负责人", party=OFFICE),
    Person(name=UNIT_HEAD, role="负责人", party=UNIT),
    Person(name="小秘", role="秘书", party=OFFICE),
    Person(name="老师甲", role="教师", party=UNIT),
)
GROUP = Person(name=WORKER, role="工作组")
LEADERS = Person(name=LEADER, role="领导小组")


def desk(
    *people: Person, reviewers: Sequence[str] = (OFFICE,), errors: int = 0, of: Sequence[str] = (TABLE,)
) -> Desk:
    catalog: Catalog = toy.catalog()
    config = Config(
        year="2099",
        campaign="x",
        parties=Parties(departments=(OFFICE,), units=(UNIT, OTHER)),
        people=(*PEOPLE, *people),
    )
    tasks = {
        table: Assignment(
            table, "表", "1", table, (), (UNIT, OTHER), tuple(reviewers), (ANSWERS,), "", "collect"
        )
        for table in of
    }
    return Desk(tasks, catalog, config, {PLACE: errors} if errors else {})


BOTH = desk(GROUP, LEADERS)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with toy.open_store(tmp_path) as store:
        hand_in(store, tmp_path)
        yield store


def hand_in(store: Store, folder: Path, party: str = UNIT, fund: float = 1.0, table: str = TABLE) -> None:
    row = {"专业代码": f"{party}1", "经费": fund} if table == TABLE else {"机构名称": f"{party}{fund}"}
    toy.submit(store, toy.workbook(folder, party, {table: [row]}))


def go(
    store: Store,
    *steps: tuple[Action, str],
    at: Desk = BOTH,
    places: Sequence[TableOfParty] = (PLACE,),
    all_possible: bool = False,
) -> list[Event]:
    events: list[Event] = []
    for action, by in steps:
        comment = "有原因" if action in {"return", "reopen"} else ""
        events = decide(
            store, at, action, places, by=by, comment=comment, at=toy.AT, all_possible=all_possible
        )
    return events


SUBMIT: tuple[Action, str] = ("submit", "填报人")
APPROVE: tuple[Action, str] = ("approve", HEAD)
CHECK: tuple[Action, str] = ("approve", WORKER)
FINAL: tuple[Action, str] = ("finalise", LEADER)
UNTIL: dict[str, tuple[tuple[Action, str], ...]] = {
    "returned": (),
    "submitted": (SUBMIT,),
    "reviewed": (SUBMIT, APPROVE),
    "checked": (SUBMIT, APPROVE, CHECK),
    "final": (SUBMIT, APPROVE, CHECK, FINAL),
    "sent back": (SUBMIT, ("return", HEAD)),
    "reopened": (SUBMIT, APPROVE, CHECK, FINAL, ("reopen", LEADER)),
}


@pytest.mark.parametrize("state", UNTIL)
def test_from_each_state_the_steps_that_may_be_taken_by_whom(store: Store, state: str) -> None:
    go(store, *UNTIL[state])
    now = standings(store)
    anyone = ("填报人", HEAD, UNIT_HEAD, ANSWERS, "小秘", WORKER, LEADER)
    told = {
        action: " ".join(by for by in anyone if possible(BOTH, now, action, [PLACE], by))
        for action in get_args(Action)
    }
    assert {action: people for action, people in told.items() if people} == CASES["allowed"][state]


@pytest.mark.parametrize(
    "case", CASES["refused"], ids=lambda case: f"{case['after']}: {case['do']} {case['by']}"
)
def test_a_step_that_may_not_be_taken_is_refused_with_its_reason(store: Store, case: dict[str, Any]) -> None:
    go(store, *UNTIL[case["after"]])
    before = [event.seq for event in store.events("decision")]
    with pytest.raises(Refused) as refused:
        go(store, (case["do"], case["by"]))
    assert refused.value.message == f"{TABLE} {UNIT}：{case['why']}"
    assert refused.value.hint == "这次什么都没有记"
    assert [event.seq for event in store.events("decision")] == before


def test_without_a_working_group_the_review_is_the_last_step_before_the_end(store: Store) -> None:
    alone = desk(LEADERS)
    with pytest.raises(Refused, match="还没有部门复审"):
        go(store, SUBMIT, FINAL, at=alone)
    go(store, APPROVE, at=alone)
    with pytest.raises(Refused, match="已经部门复审，下一步是"):
        go(store, CHECK, at=alone)
    (event,) = go(store, FINAL, at=alone)
    assert event.data["step"] == "领导小组终审"


def test_a_group_without_a_list_lends_nobody_the_right_to_send_back_and_hinders_nobody_else(
    store: Store,
) -> None:
    nobody = desk()
    go(store, SUBMIT, at=nobody)
    with pytest.raises(Refused, match="「路人」不是这张表的审核人（审核人：阳锋、教务处长）"):
        go(store, ("return", "路人"), at=nobody)
    go(store, APPROVE, ("finalise", "任何人"), ("reopen", "任何人"), at=nobody)
    assert standings(store)[PLACE].state == "approved"


@pytest.mark.parametrize("by", [ANSWERS, HEAD, WORKER, LEADER])
def test_reviewers_and_both_groups_may_send_back(store: Store, by: str) -> None:
    (event,) = go(store, SUBMIT, ("return", by))
    assert (event.data["step"], event.data["comment"]) == ("退回修改", "有原因")
    assert standings(store)[PLACE].voided == ""
    assert standings(store)[PLACE].state == "sent_back"


@pytest.mark.parametrize("action", ["submit", "approve", "finalise"])
def test_errors_stand_in_the_way_of_every_step_forward_and_of_none_back(store: Store, action: Action) -> None:
    until = {"submit": "returned", "approve": "submitted", "finalise": "checked"}[action]
    go(store, *UNTIL[until])
    wrong = desk(GROUP, LEADERS, errors=1)
    by = {"submit": "填报人", "approve": HEAD, "finalise": LEADER}[action]
    with pytest.raises(Refused, match="还有 1 个错误没有改正"):
        go(store, (action, by), at=wrong)
    assert possible(wrong, standings(store), action, [PLACE], by) == [PLACE]
    go(store, ("return", HEAD), at=wrong)


def test_who_submitted_reviews_only_where_the_breakdown_makes_his_department_do_both(store: Store) -> None:
    go(store, ("submit", HEAD))
    with pytest.raises(Refused, match="自己提交的不能自己复审"):
        go(store, ("approve", "教务 处长"))
    own = desk(GROUP, LEADERS, reviewers=(UNIT,))
    go(store, ("return", LEADER), ("submit", UNIT_HEAD), ("approve", UNIT_HEAD), at=own)
    assert standings(store)[PLACE].submitted_by == UNIT_HEAD


def test_a_name_and_a_reason_are_asked_for(store: Store) -> None:
    for by in ("", " \u200b"):
        with pytest.raises(UsageError, match="没有写明是谁"):
            decide(store, BOTH, "submit", [PLACE], by=by, comment="", at=toy.AT)
    go(store, SUBMIT)
    backwards: tuple[Action, ...] = ("return", "reopen")
    for action in backwards:
        with pytest.raises(UsageError, match="要写明原因"):
            decide(store, BOTH, action, [PLACE], by=HEAD, comment="  ", at=toy.AT)
    (event,) = decide(store, BOTH, "approve", [PLACE], by=HEAD, comment=" 好 ", at=toy.AT)
    assert event.data["comment"] == "好"


def test_a_change_voids_the_decision_of_its_party_and_table_and_a_return_is_void_without_a_word(
    store: Store, tmp_path: Path
) -> None:
    hand_in(store, tmp_path, OTHER)
    both = [(TABLE, UNIT), (TABLE, OTHER)]
    (event,) = go(store, SUBMIT, places=both)
    assert set(event.data["parties"]) == {OTHER, UNIT}
    hand_in(store, tmp_path, UNIT, fund=2.0)
    now = standings(store)
    assert (now[TABLE, UNIT].state, now[TABLE, UNIT].step) == ("returned", "")
    assert now[TABLE, UNIT].voided == "填报人的“自审提交”之后数据有变，要重新审核"
    assert now[TABLE, UNIT].at == toy.AT
    assert (now[TABLE, OTHER].state, now[TABLE, OTHER].voided) == ("submitted", "")
    with pytest.raises(Refused, match="还没有自审提交（填报人的“自审提交”之后数据有变，要重新审核）"):
        go(store, APPROVE)
    go(store, SUBMIT, APPROVE)
    hand_in(store, tmp_path, UNIT, fund=3.0)
    with pytest.raises(Refused, match="还没有工作组核查（教务处长的“部门复审”之后数据有变，要重新审核）"):
        go(store, FINAL)
    go(store, ("return", HEAD))
    hand_in(store, tmp_path, UNIT, fund=4.0)
    assert standings(store)[PLACE].voided == ""
    assert standings(store)[PLACE].state == "returned"


def test_one_that_may_not_stops_all_unless_what_is_possible_is_asked_for(
    store: Store, tmp_path: Path
) -> None:
    hand_in(store, tmp_path, OTHER)
    both = [(TABLE, UNIT), (TABLE, OTHER)]
    go(store, SUBMIT)
    with pytest.raises(Refused, match="机电系：还没有自审提交"):
        go(store, APPROVE, places=both)
    (event,) = go(store, APPROVE, places=both, all_possible=True)
    assert list(event.data["parties"]) == [UNIT]
    with pytest.raises(Refused):
        go(store, ("approve", HEAD), places=both, all_possible=True)
    go(store, SUBMIT, places=[(TABLE, OTHER)])
    events = go(store, ("return", LEADER), places=both)
    assert [event.data["step"] for event in events] == ["退回修改"]


def test_many_of_one_reason_are_named_up_to_three(store: Store) -> None:
    units = [f"系{number}" for number in range(4)]
    for many, named in (
        (3, "1.2.1 系0、1.2.1 系1、1.2.1 系2：还没有返回"),
        (4, "、1.2.1 系2 等 4 项：还没有返回"),
    ):
        with pytest.raises(Refused) as refused:
            go(store, SUBMIT, places=[(TABLE, unit) for unit in units[:many]])
        assert refused.value.message.endswith(named)


def test_a_table_that_the_breakdown_no_longer_has_is_reviewed_by_nobody(store: Store) -> None:
    with pytest.raises(Refused, match="不在任务分解表中，没有人审核它"):
        go(store, SUBMIT, at=desk(of=(SECOND,)))


def test_what_was_approved_before_it_was_final_counts_again_when_it_is_opened(store: Store) -> None:
    go(store, *UNTIL["final"])
    assert standings(store)[PLACE].locked
    go(store, ("reopen", LEADER))
    now = standings(store)[PLACE]
    assert (now.state, now.step, now.by, now.locked) == ("approved", "工作组核查", LEADER, False)
    go(store, FINAL)


def test_places_are_those_named_for_whom_it_could_come_next_or_all_of_them() -> None:
    now = {
        ("A", "甲"): Standing("returned"),
        ("A", "乙"): Standing("submitted"),
        ("A", "丙"): Standing("approved"),
        ("A", "丁"): Standing("finalised"),
        ("A", "戊"): Standing("sent_back"),
        ("B", "甲"): Standing("submitted"),
    }

    def of(action: Action, tables: Sequence[str], parties: Sequence[str] = ()) -> list[str]:
        return ["".join(place) for place in places_for(now, action, tables, parties)]

    assert of("submit", ["A"]) == ["A甲", "A戊"]
    assert of("approve", ["A", "A", "B"]) == ["A乙", "A丙", "B甲"]
    assert of("return", ["A"]) == ["A甲", "A乙", "A丙"]
    assert of("finalise", ["A"]) == ["A丙"]
    assert of("reopen", ["A"]) == ["A丁"]
    assert of("submit", ["A"], ["丁"]) == ["A丁"]
    assert of("submit", ["A"], ["甲", "丁"]) == ["A甲"]
    assert of("submit", ["B"]) == ["B甲"]
    assert of("submit", ["C"]) == ["C全部单位"]
    assert of("submit", ["C"], ["己"]) == ["C己"]


def test_what_is_not_final_is_told_and_what_was_signed(store: Store, tmp_path: Path) -> None:
    hand_in(store, tmp_path, UNIT, table=SECOND)
    assert unfinished(store) == [SECOND, TABLE]
    assert unfinished(store, [(SECOND, UNIT)]) == [TABLE]
    assert signatures(store, ())["approvals"] == []
    (event,) = go(store, *UNTIL["final"])
    assert unfinished(store) == [SECOND]
    signed = signatures(store, ())
    assert signed["approvals"] == [
        {
            "table": TABLE,
            "party": UNIT,
            "step": "领导小组终审",
            "by": LEADER,
            "at": toy.AT,
            "event": event.hash,
            "digest": store.digests(TABLE)[UNIT],
        }
    ]
    assert (signed["waivers"], signed["resolutions"], adjustments(store)) == ([], [], [])
