"""Who may review what: heads of the reviewing departments, and of several teaching units each only its own."""

from __future__ import annotations

import pytest

import toy
from statecollect.catalog import Catalog
from statecollect.school.breakdown import Assignment
from statecollect.school.config import Config, Parties, Person
from statecollect.school.roles import reviewers_of, reviewing_parties, why_not_explainer, why_not_reviewer

UNITS, OFFICE = ("信息系", "机电系"), "教务处"
CONFIG = Config(
    year="2099",
    campaign="x",
    parties=Parties(departments=(OFFICE,), units=UNITS),
    people=(
        Person(name="信息系主任", role="负责人", party="信息系"),
        Person(name="机电系主任", role="负责人", party="机电系"),
        Person(name="教务处长", role="负责人", party=OFFICE),
    ),
)


def year() -> Catalog:
    catalog = toy.catalog()
    words = {"各系部": "units"}
    return catalog.model_copy(update={"year": catalog.year.model_copy(update={"party_words": words})})


def assignment(*reviewers: str, responsible: tuple[str, ...] = ()) -> Assignment:
    return Assignment("1.2.1", "专业表", "1", "1.2", (), ("各系部",), reviewers, responsible, "", "collect")


@pytest.mark.parametrize(
    ("reviewers", "party", "expected"),
    [
        (("各系部",), "信息系", ("信息系",)),
        (("各系部",), "机电系", ("机电系",)),
        (("各系部",), OFFICE, UNITS),
        (("信息系",), "机电系", ("信息系",)),
        (("各系部", OFFICE), "信息系", ("信息系", OFFICE)),
        ((OFFICE,), "信息系", (OFFICE,)),
    ],
)
def test_a_teaching_unit_reviews_only_its_own(
    reviewers: tuple[str, ...], party: str, expected: tuple[str, ...]
) -> None:
    assert reviewing_parties(assignment(*reviewers), party, CONFIG, year()) == expected


def test_the_head_of_another_unit_may_not_review() -> None:
    task = assignment("各系部", responsible=("阳锋",))
    assert reviewers_of(task, "信息系", CONFIG, year()) == ("阳锋", "信息系主任")
    assert why_not_reviewer("信息系主任", task, "信息系", CONFIG, year()) is None
    assert "信息系主任" in (why_not_reviewer("机电系主任", task, "信息系", CONFIG, year()) or "")


def test_where_no_department_reviews_only_those_who_answer_for_the_table_may() -> None:
    assert reviewing_parties(assignment(), "信息系", CONFIG, year()) == ()
    assert reviewers_of(assignment(responsible=("阳锋",)), "信息系", CONFIG, year()) == ("阳锋",)
    nobody = why_not_reviewer("教务处长", assignment(), "信息系", CONFIG, year())
    assert nobody == "「教务处长」不是这张表的审核人（审核人：名单中没有）"


@pytest.mark.parametrize(
    ("name", "parties", "may"),
    [
        ("阳锋", ["信息系", "机电系"], True),
        (" 阳\u200b锋", ["信息系"], True),
        ("教务处长", ["信息系", "机电系"], True),
        ("信息系主任", ["信息系"], True),
        ("信息系主任", ["信息系", "机电系"], False),
        ("信息系主任", ["机电系"], False),
        ("组员", ["信息系", ""], True),
        ("院长", ["机电系"], True),
        ("路人", ["信息系"], False),
        ("小秘书", ["信息系"], False),
    ],
)
def test_a_warning_is_explained_by_who_answers_for_the_data(name: str, parties: list[str], may: bool) -> None:
    others = (
        Person(name="组员", role="工作组", party=OFFICE),
        Person(name="院长", role="领导小组"),
        Person(name="小秘书", role="秘书", party="信息系"),
    )
    config = CONFIG.model_copy(update={"people": (*CONFIG.people, *others)})
    why = why_not_explainer(name, assignment(OFFICE, responsible=("阳锋",)), parties, config, year())
    assert (why is None) == may
    assert may or name.strip() in str(why)


def test_where_nobody_is_named_a_warning_is_explained_by_anybody() -> None:
    nobody = CONFIG.model_copy(update={"people": ()})
    assert why_not_explainer("路人", assignment(OFFICE), ["信息系"], nobody, year()) is None
