"""A workbook whose identity was lost or changed is no dead end: it is taken on somebody's word, and that is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

import small_school
from returns import OFFICE, codes, copy, journal, save, students
from statecollect.campaign import Campaign

OTHER = "信息系"


def line(book: Workbook, key: str, value: str) -> None:
    """Change a line of the stamp, or add one."""
    sheet = book["_statecollect"]
    cell = next((row[1] for row in sheet.iter_rows(max_col=2) if row[0].value == key), None)
    if cell is None:
        sheet.append([key, value])
    else:
        cell.value = value


CHANGES: dict[str, tuple[Callable[[Workbook], None], str]] = {
    "another party": (lambda book: line(book, "party", OTHER), f"用的是「{OTHER}」的模板"),
    "signature gone": (lambda book: line(book, "signature", ""), "改动过"),
    "tables": (lambda book: line(book, "tables", "1.2.1"), "改动过"),
    "another format": (lambda book: line(book, "statecollect", "9"), "读不出来"),
    "unknown kind": (lambda book: line(book, "kind", "别的"), "读不出来"),
    "an empty line of rows laid out": (lambda book: line(book, "prefilled ", "abc"), "改动过"),
}


@pytest.fixture
def campaign(school: Path, tmp_path: Path) -> Campaign:
    return copy(school, tmp_path)


@pytest.mark.parametrize("change", CHANGES)
def test_the_hint_of_the_refusal_works(school: Path, campaign: Campaign, tmp_path: Path, change: str) -> None:
    alter, told = CHANGES[change]
    path = save(school / "返回1" / f"{OFFICE}.xlsx", tmp_path / "表.xlsx", codes(0, 10))
    book = openpyxl.load_workbook(path)
    alter(book)
    book.save(path)
    (refused,) = campaign.ingest([path], now=small_school.NOW)
    assert (refused.outcome, "--department" in (refused.reason or "")) == ("refused", True)
    assert journal(campaign) == b""
    (taken,) = campaign.ingest([path], department=OFFICE, now=small_school.NOW)
    assert (taken.outcome, taken.party) == ("accepted", OFFICE)
    (said,) = [one for one in taken.findings if one.rule == "S16"]
    assert (said.severity, told in said.message, OFFICE in said.message) == ("warning", True, True)
    assert students(campaign) == codes(0, 10)
    campaign.rebuild()
    assert students(campaign) == codes(0, 10)


def test_a_workbook_that_is_known_to_be_another_s_stays_refused(school: Path, campaign: Campaign) -> None:
    (refused,) = campaign.ingest(
        [school / "返回1" / f"{OFFICE}.xlsx"], department=OTHER, now=small_school.NOW
    )
    assert (refused.outcome, OFFICE in (refused.reason or "")) == ("refused", True)


def test_a_round_that_nobody_signed_beats_nothing(school: Path, campaign: Campaign, tmp_path: Path) -> None:
    path = save(school / "返回1" / f"{OFFICE}.xlsx", tmp_path / "表.xlsx", codes(0, 10))
    book = openpyxl.load_workbook(path)
    line(book, "round", "7")
    book.save(path)
    assert campaign.ingest([path], now=small_school.NOW)[0].outcome == "refused"
    (taken,) = campaign.ingest([path], department=OFFICE, now=small_school.NOW)
    assert (taken.outcome, campaign.log()[-1].data.get("round")) == ("accepted", None)


def test_bytes_that_came_before_are_known_whatever_became_of_the_key(
    school: Path, campaign: Campaign, tmp_path: Path
) -> None:
    inbox = tmp_path / "收件"
    base = school / "返回1" / f"{OFFICE}.xlsx"
    first = save(base, inbox / "甲.xlsx", codes(0, 10))
    assert [one.outcome for one in campaign.ingest([first])] == ["accepted"]
    losing = save(base, inbox / "乙.xlsx", codes(0, 3))
    assert [one.outcome for one in campaign.ingest([losing])] == ["held"]
    campaign.rekey(by="张三", reason="泄露")
    before = journal(campaign)
    told = {one.file: one.outcome for one in campaign.ingest([inbox])}
    assert told == {"甲.xlsx": "unchanged", "乙.xlsx": "held"}
    new = save(base, tmp_path / "丙.xlsx", codes(0, 11))
    (refused,) = campaign.ingest([new])
    assert (refused.outcome, "换密钥以前发的" in str(refused.reason)) == ("refused", True)
    assert journal(campaign) == before
    (waiting,) = [one for one in campaign.log() if one.type == "held"]
    accepted = campaign.accept(waiting.data["sha256"], by="张三", reason="核实")
    assert (accepted.outcome, len(students(campaign))) == ("accepted", 3)


def test_a_workbook_without_a_template_is_known_again_in_its_folder(
    campaign: Campaign, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].title = "1.2.1 专业表"
    for row in (("专业代码", "方向", "男生"), ("A1", "甲", 30)):
        book.worksheets[0].append(row)
    path = tmp_path / "自己做的.xlsx"
    book.save(path)
    assert [one.outcome for one in campaign.ingest([path], department=OFFICE)] == ["accepted"]
    before = journal(campaign)
    (again,) = campaign.ingest([path])
    assert (again.outcome, again.party, journal(campaign)) == ("unchanged", OFFICE, before)
