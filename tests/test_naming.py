"""One spelling of a name, whatever it was copied from; and a file name for everybody that every system takes."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statecollect.core.errors import UsageError
from statecollect.core.names import tidied, tidy_name, tidy_person, usable_name
from statecollect.school.parties import group_of, label_of, parts_of, teacher
from statecollect.school.party_files import file_names, safe_stem

CASES = {
    "学生\n工作处": "学生工作处",
    "学生\r\n工作处": "学生工作处",
    "学生\u2028工作处": "学生工作处",
    "Student\nAffairs": "Student Affairs",
    "教务处\u00a0": "教务处",
    "教\u200b务处": "教务处",
    "\u202e教务处\u202c": "教务处",
    "教务处\x07\x1b": "教务处",
    "\ufeff教务处": "教务处",
    "信息  工程\t系": "信息 工程 系",
    "信息/软件学院": "信息／软件学院",
    "信息\\软件学院": "信息＼软件学院",
    "教务处. .": "教务处",
    "ＭＢＡ中心": "MBA中心",
    "Cafe\u0301": "Caf\u00e9",
    "“双高”办": "“双高”办",
    '"双高"办': '"双高"办',
    "\ud800教务处": "教务处",
}


@pytest.mark.parametrize(("typed", "name"), CASES.items())
def test_what_cannot_be_seen_makes_no_other_name(typed: str, name: str) -> None:
    assert tidy_name(typed) == name


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30))
def test_tidying_twice_is_tidying_once_and_leaves_a_single_plain_line(text: str) -> None:
    name = tidy_name(text)
    assert tidy_name(name) == name
    assert "/" not in name
    assert "\\" not in name
    assert len(name.splitlines()) <= 1
    assert name == unicodedata.normalize("NFC", name).strip()
    name.encode()
    assert tidy_person(tidy_person(text)) == tidy_person(text)


@pytest.mark.parametrize("typed", ["张 三", "张\u3000三", "张\u00a0三\u200b", "张三 ", "\u2068张三\u2069"])
def test_a_person_is_the_same_with_the_blank_of_the_word_processor(typed: str) -> None:
    assert tidy_person(typed) == "张三"


def test_names_equal_after_tidying_are_one_and_it_is_said() -> None:
    names, remarks = tidied(["教务处", "教\u200b务处", "信息/软件学院"], "部门")
    assert names == ("教务处", "信息／软件学院")
    assert [one for one in remarks if "写了两次" in one]
    assert any("<U+200B>" in one for one in remarks), (
        "what was changed is shown, also where it cannot be seen"
    )
    assert any("「信息／软件学院」" in one for one in remarks)


@pytest.mark.parametrize("name", ["", " \n", "\u200b", "处" * 101])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(UsageError):
        usable_name(name)


def test_a_name_of_100_characters_is_taken() -> None:
    assert usable_name("处" * 100) == "处" * 100


def test_a_party_is_taken_apart_as_it_was_put_together() -> None:
    party = teacher("校内教师", "00/01", "欧阳/明 明")
    parts = parts_of(party.name)
    assert (parts.group, parts.number, parts.called) == ("校内教师", "00／01", "欧阳／明明")
    assert str(parts) == party.name
    assert (group_of(party.name), label_of(party.name)) == ("校内教师", "00／01 欧阳／明明")
    assert (group_of("教务处"), label_of("教务处"), parts_of("教务处").number) == ("教务处", "教务处", "")


RESERVED = ["CON", "con", "PRN", "AUX", "nul", "COM1", "lpt9", "CON.系", "Com¹", "aux .txt"]
ODD = [
    *RESERVED,
    "教务处.",
    ".隐藏",
    "a:b",
    "问?",
    "<甲>",
    "甲|乙",
    '"双高"办',
    "信息／软件",
    "处" * 100,
    "\u0001",
    "*",
]


@pytest.mark.parametrize("name", ODD)
def test_every_system_takes_the_file_name(name: str) -> None:
    stem = safe_stem(name)
    first = stem.split(".")[0].rstrip().upper()
    assert first not in {"CON", "PRN", "AUX", "NUL", "COM1", "LPT9", "COM¹"}
    assert not set(stem) & set('\\/:*?"<>|')
    assert stem == stem.strip(" .")
    assert stem.isprintable()
    assert len(f"审核报表-{stem}-退回修改.xlsx.half".encode()) <= 255
    assert stem


TOGETHER = [
    "校内教师/0001 张三",
    "校外教师/0001 张三",
    "MBA中心",
    "mba中心",
    "a:b",
    "a?b",
    "a_b",
    "处" * 90 + "甲",
    "处" * 90 + "乙",
    "CON",
    "_CON",
]


def test_no_two_parties_share_a_file_on_any_system() -> None:
    names = file_names(TOGETHER)
    assert list(names) == TOGETHER
    folded = {unicodedata.normalize("NFKC", stem).casefold() for stem in names.values()}
    assert len(folded) == len(TOGETHER)
    assert names["校内教师/0001 张三"] == "0001 张三"


def test_a_party_that_joins_renames_nobody() -> None:
    for end in range(1, len(TOGETHER)):
        before, after = file_names(TOGETHER[:end]), file_names(TOGETHER)
        assert before.items() <= after.items()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=40), max_size=8, unique=True))
def test_file_names_are_distinct_and_fit_whatever_the_names(names: list[str]) -> None:
    stems = file_names(names)
    assert len({stem.casefold() for stem in stems.values()}) == len(names)
    assert all(0 < len(stem.encode()) <= 200 for stem in stems.values())
