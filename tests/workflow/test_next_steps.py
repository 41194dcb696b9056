"""What to do next follows from the state: each stretch of a season has its first step."""

from __future__ import annotations

import datetime as dt

import pytest

from statecollect.catalog import Stage
from statecollect.store import Event
from statecollect.workflow.next_steps import next_steps, standing
from statecollect.workflow.status import PartyTable, Status

DAY = dt.date(2022, 9, 20)


def line(party: str, state: str, errors: int = 0, *, late: bool = False) -> PartyTable:
    return PartyTable(party, "1.1.1", "collect", state, "2022-09-19", late, errors, 0, rows=1)


def of(*lines: PartyTable) -> Status:
    return Status(DAY, "填报", lines)


@pytest.mark.parametrize(
    ("lines", "command", "why"),
    [
        ([line("甲", "not_returned")], "statecollect make-templates", "还没有收到任何表"),
        (
            [line("甲", "returned"), line("乙", "not_returned", late=True), line("丙", "not_returned")],
            "statecollect status --html 进度.html",
            "乙 逾期未交",
        ),
        (
            [line("甲", "returned"), line("组/0001 张", "not_returned"), line("组/0002 李", "not_returned")],
            "statecollect status --html 进度.html",
            "组 还没有交",
        ),
        (
            [line("甲", "returned", 3), line("乙", "returned", 2), line("丙", "nil")],
            "statecollect validate --marked 退回修改",
            "甲、乙 共 5 处错误",
        ),
        (
            [line("甲", "returned"), line("乙", "exempt")],
            "statecollect review submit --by 姓名",
            "可以自审提交",
        ),
        (
            [line("甲", "sent_back"), line("乙", "approved")],
            "statecollect review submit --by 姓名",
            "自审提交",
        ),
        ([line("甲", "submitted")], "statecollect review approve --by 姓名", "等审核部门复审"),
        (
            [line("甲", "approved"), line("乙", "finalised")],
            "statecollect review finalise --by 姓名",
            "1 张表",
        ),
        ([line("甲", "finalised"), line("乙", "not_assigned")], "statecollect report", "全部定稿"),
        ([line("甲", "finalised"), line("云端平台", "not_returned")], "statecollect report", "全部定稿"),
    ],
)
def test_the_first_step_follows_from_the_state(lines: list[PartyTable], command: str, why: str) -> None:
    step = next_steps(of(*lines))[0]
    assert step.command == command
    assert why in step.why
    assert str(step) == f"{step.command} —— {step.why}"


def test_nothing_is_finished_while_somebody_is_waited_for_or_has_errors() -> None:
    mixed = of(line("甲", "finalised"), line("乙", "not_returned"), line("丙", "returned", 1))
    commands = [step.command for step in next_steps(mixed)]
    assert commands == [
        "statecollect status --html 进度.html",
        "statecollect ingest 收到的表",
        "statecollect validate --marked 退回修改",
    ]


def test_what_waits_for_a_decision_comes_first() -> None:
    held = Event(
        7,
        "2022-09-19T08:00:00+08:00",
        "held",
        "",
        {"party": "甲", "file": "a.xlsx", "sha256": "ab" * 32},
        "",
        "",
    )
    found = Status(DAY, "填报", (line("甲", "not_returned"),), held=(held,), set_aside=((3, "原件不见了"),))
    commands = [step.command for step in next_steps(found)]
    assert commands[0].startswith("statecollect rebuild --skip 3 ")
    assert commands[1].startswith("statecollect ingest --accept abababababab ")


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (DAY, "2022-09-20 填报，2022-09-21 截止，还有 1 天；已返回 1/2"),
        (DAY + dt.timedelta(1), "2022-09-21 填报，2022-09-21 截止，就是今天；已返回 1/2"),
        (DAY + dt.timedelta(2), "2022-09-22 全部阶段已结束；已返回 1/2"),
    ],
)
def test_the_stage_and_the_days_left(day: dt.date, said: str) -> None:
    stages = [Stage(id="1", name="填报", due=dt.date(2022, 9, 21), tables=("1.",))]
    name = "填报" if day <= stages[0].due else "全部阶段已结束"
    lines = (line("甲", "returned"), line("乙", "not_returned"), line("丙", "exempt"))
    assert standing(Status(day, name, lines), stages) == said
