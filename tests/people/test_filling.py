"""The example college filled by the programs people have says what the shipped filling says: no error, no warning."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import filling
import pytest
from filling import NIL_COLUMN, College, Template, Way
from openpyxl.utils import get_column_letter

from robot import clerk
from statecollect.campaign.outgoing.self_check import check_file
from statecollect.school.parties import group_of
from statecollect.workbook.layout import COVER_SHEET, FIRST_DATA_ROW

SEED = 20221
EVERY = 10
BY_HAND = 3  # rows of a table, typed at the keyboard
FORMATS = ("xlsx", "xls", "ods")
OFFICES = (  # among them every kind of field but a few long numbers
    "党政办",
    "招生处",
    "学生处",
    "培训中心",
    "图书信息中心",
    "智能制造系",
    "校内教师/0001 孟雪丽",
)


@pytest.fixture(scope="module")
def college(tmp_path_factory: pytest.TempPathFactory, examples: Path) -> College:
    return filling.made(tmp_path_factory.mktemp("学校"), examples)


@pytest.mark.long("a whole college, filled three times by openpyxl")
def test_a_college_filled_by_openpyxl_says_the_same_as_texts_as_what_they_are_and_mixed(
    college: College, tmp_path: Path
) -> None:
    ways: dict[str, Way] = {
        "文本": filling.as_text,
        "原样": filling.natively,
        "混合": filling.mixed(SEED),
    }
    templates = {party: Template(college, party) for party in filling.senders(college)}
    found = {}
    for name, way in ways.items():
        folder = tmp_path / name
        returns = [one.save(way, folder / f"{at}.xlsx") for at, one in enumerate(templates.values())]
        campaign, results = college.campaign(folder / "采集", returns)
        found[name] = filling.differences(college, campaign, results)
    assert len(templates) > 80
    assert len(campaign.table("1.5.1")) == sum(
        len(college.rows[at]) for at in college.rows if at[1] == "1.5.1"
    )
    assert found == {name: [] for name in ways}


def few_teachers(parties: list[str]) -> list[str]:
    """Leave out most of those whose templates differ by nothing but the teacher."""
    return [party for at, party in enumerate(parties) if group_of(party) == party or at % EVERY == 0]


@pytest.mark.long("every office's template, filled and checked")
def test_a_clerk_who_checks_a_clean_workbook_is_told_nothing(college: College, tmp_path: Path) -> None:
    found = {}
    for at, party in enumerate(few_teachers(filling.senders(college))):
        path = Template(college, party).save(filling.as_text, tmp_path / f"{at}.xlsx")
        result = check_file(path)
        found[party] = [
            *filling.loud(result.findings),
            *([] if result.outcome == "accepted" else [result.reason]),
        ]
    assert {party: lines for party, lines in found.items() if lines} == {}


def typed(college: College, party: str, outs: list[Path]) -> dict[str, Any]:
    """Return a clerk's plan: the first rows of each table at the keyboard, the others entered, saved in each format."""
    tables, nil = filling.places(college, party)
    steps: list[list[Any]] = [
        ["type", COVER_SHEET, {f"{get_column_letter(NIL_COLUMN)}{row}": "是" for row in nil}]
    ]
    for place in tables:
        cells = {
            (row, f"{get_column_letter(column)}{row}"): text
            for row, column, text in place.cells(filling.as_text)
        }
        by_hand = {cell: text for (row, cell), text in cells.items() if row < FIRST_DATA_ROW + BY_HAND}
        steps.append(["type", place.tab, by_hand])
        others = {cell: text for (row, cell), text in cells.items() if row >= FIRST_DATA_ROW + BY_HAND}
        steps.append(["enter", place.tab, others])
    steps += [["save", str(out)] for out in outs]
    return {"file": str(college.templates[party]), "steps": steps}


@pytest.mark.office
def test_offices_that_type_into_libreoffice_say_the_same_in_each_format(
    college: College, tmp_path: Path
) -> None:
    everybody = os.environ.get("STATECOLLECT_OFFICES") == "all"
    offices = filling.senders(college) if everybody else OFFICES
    outs = {
        party: [tmp_path / suffix / f"{at}.{suffix}" for suffix in FORMATS]
        for at, party in enumerate(offices)
    }
    for suffix in FORMATS:
        (tmp_path / suffix).mkdir()
    clerk([typed(college, party, paths) for party, paths in outs.items()])
    others = [party for party in filling.senders(college) if party not in offices]
    shipped = filling.shipped(college, others, tmp_path / "其他")
    found = {}
    for at, suffix in enumerate(FORMATS):
        campaign, results = college.campaign(
            tmp_path / f"采集 {suffix}", [*shipped, *(one[at] for one in outs.values())]
        )
        found[suffix] = filling.differences(college, campaign, results)
    assert found == {suffix: [] for suffix in FORMATS}
