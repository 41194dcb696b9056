"""Lists of departments and people are split where it is certain, and only there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from statecollect.school.breakdown.name_lists import is_auto, learn, split

CASES = yaml.safe_load((Path(__file__).parents[1] / "data/breakdown_names.yaml").read_text(encoding="utf-8"))
NAMES = ["教务处", "党政办", "学生处", "各系部", "后勤处-财务中心", "校外兼职教师", "图书馆（总馆、分馆）"]


@pytest.mark.parametrize(
    ("case", "people"),
    [(case, kind == "people") for kind in ("offices", "people") for case in CASES[kind]],
    ids=lambda value: repr(value["text"]) if isinstance(value, dict) else "",
)
def test_a_list_is_split_into_its_names_and_doubts_are_told(case: dict[str, Any], people: bool) -> None:
    result = split(case["text"], frozenset(case.get("known", [])), people=people)

    assert list(result.names) == case["names"]
    assert list(result.doubts) == ([case["doubt"]] if "doubt" in case else [])


@given(
    st.lists(st.sampled_from(NAMES), min_size=1, unique=True),
    st.lists(st.sampled_from(["、", "，", "、 ", ";", " ", "\n", "和", "/"]), min_size=7, max_size=7),
)
def test_known_names_survive_any_mix_of_separators(names: list[str], separators: list[str]) -> None:
    text = "".join(name + separator for name, separator in zip(names, separators, strict=False))

    result = split(text[: -len(separators[len(names) - 1])], frozenset(NAMES))

    assert (list(result.names), result.doubts) == (names, ())


@given(st.text(alphabet="教务处各系部和、 \n-（）()党政办/生成自动等", max_size=30))
def test_no_letter_of_a_name_is_lost_or_invented(text: str) -> None:
    result = split(text, frozenset({"教务处", "党政办"}))

    kept, typed = set("".join(result.names)), set(text)
    assert kept <= typed | set("- ")
    assert typed - kept <= set("、/和- \n") or is_auto(text)
    assert all(name.strip() == name and name for name in result.names)
    assert set(result.doubts) <= set(result.names)


def test_a_run_of_names_is_not_learnt_as_a_name() -> None:
    known = learn(
        ["教务处", "教务处各系部", "校内教师和校外兼职教师", "学生处、思政部", "图书信息中心", "信息中心"]
    )

    assert known == {"教务处", "学生处", "思政部", "图书信息中心", "信息中心"}
