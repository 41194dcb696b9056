"""The example college filled by the programs people have says what the shipped filling says: no error, no warning."""

from __future__ import annotations

from pathlib import Path

import filling
import pytest
from filling import College, Template, Way

from statecollect.check import check_file
from statecollect.parties import group_of

SEED = 20221
EVERY = 10


@pytest.fixture(scope="module")
def college(tmp_path_factory: pytest.TempPathFactory, examples: Path) -> College:
    return filling.made(tmp_path_factory.mktemp("学校"), examples)


@pytest.mark.slow
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
    assert found == {name: [] for name in ways}


def few_teachers(parties: list[str]) -> list[str]:
    """Leave out most of those whose templates differ by nothing but the teacher."""
    return [party for at, party in enumerate(parties) if group_of(party) == party or at % EVERY == 0]


@pytest.mark.slow
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
