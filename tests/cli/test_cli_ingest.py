"""``ingest`` as it is called: the closing line, the exit status, and what waits for somebody's word."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest
from terminal import run

import small_school
from returns import OFFICE, SEPTEMBER, codes, copy, save, students
from statecollect.campaign import Campaign


@pytest.fixture
def campaign(school: Path, tmp_path: Path) -> Campaign:
    return copy(school, tmp_path)


def test_the_closing_line_counts_and_the_status_says_whether_anything_counts(
    school: Path, campaign: Campaign, inbox: Path
) -> None:
    said = run("--campaign", campaign.folder, "ingest", inbox, folder=inbox)
    assert (said.status, "没有文件" in said.err) == (1, True)
    (inbox / "通知.pdf").write_bytes(b"%PDF-1.7")
    (inbox / ".DS_Store").write_bytes(b"x")
    said = run("--campaign", campaign.folder, "ingest", inbox, folder=inbox)
    assert (said.status, "没有收下任何一份表" in said.err) == (1, True)
    assert "收下 0，略过 2" in said.out
    assert "通知.pdf" in said.out
    assert ".DS_Store" not in said.out
    (inbox / "坏.zip").write_bytes(b"PK\x03\x04" + bytes(50))
    assert run("--campaign", campaign.folder, "ingest", inbox, folder=inbox).status == 1
    assert run("--campaign", campaign.folder, "ingest", inbox / "坏.zip", folder=inbox).status == 2
    (inbox / "坏.zip").unlink()
    shutil.copy(school / "返回1" / f"{OFFICE}.xlsx", inbox / "教务处.xlsx")
    shutil.copy(school / "返回1" / f"{OFFICE}.xlsx", inbox / "副本.xlsx")
    (inbox / "招生处.rar").write_bytes(b"Rar!\x1a\x07\x00")
    said = run("--campaign", campaign.folder, "ingest", inbox, folder=inbox)
    assert (said.status, said.out.splitlines()[-1]) == (1, "收下 1，没有变化 1，未收 1，略过 2")
    (inbox / "招生处.rar").unlink()
    said = run("--campaign", campaign.folder, "ingest", inbox, "--json", folder=inbox)
    assert said.status == 0
    assert said.json["totals"] == {
        **{"accepted": 0, "unchanged": 2, "superseded": 0, "held": 0, "refused": 0, "passed_over": 2}
    }
    assert {one["path"] for one in said.json["files"]} == {
        "通知.pdf",
        ".DS_Store",
        "教务处.xlsx",
        "副本.xlsx",
    }


def test_what_waits_is_accepted_from_the_command_line(school: Path, campaign: Campaign, inbox: Path) -> None:
    base = school / "返回1" / f"{OFFICE}.xlsx"
    campaign.ingest([save(base, inbox / "甲.xlsx", codes(0, 10), saved=SEPTEMBER)], now=small_school.NOW)
    save(base, inbox / "甲.xlsx", codes(0, 2), saved=SEPTEMBER)
    call = ("--campaign", campaign.folder, "ingest")
    said = run(*call, inbox, folder=inbox)
    assert (said.status, "待确认" in said.out, "--accept" in said.out) == (1, True, True)
    held = run(*call, inbox, "--json", folder=inbox).json["files"][0]
    assert held["outcome"] == "held"
    wrong = run(*call, "--accept", "0123456789", "--by", "张责任", "--reason", "x", folder=inbox)
    assert (wrong.status, held["sha256"][:12] in wrong.err) == (2, True)
    assert run(*call, "--accept", held["sha256"][:10], folder=inbox).status == 2
    done = run(
        *call, "--accept", held["sha256"][:10], "--by", "张责任", "--reason", "停招", "--json", folder=inbox
    )
    assert (done.status, done.json["files"][0]["outcome"]) == (0, "accepted")
    assert len(students(campaign)) == 2


@pytest.mark.parametrize("command", ["check", "breakdown", "ingest"])
@pytest.mark.parametrize("number", [2e9, -1e22])
def test_what_a_parser_dies_of_is_told_with_the_name_of_the_file(
    school: Path, campaign: Campaign, inbox: Path, command: str, number: float
) -> None:
    """A number of more days than there are, shown as hours: where it is not read, the file is named."""
    path = save(school / "返回1" / f"{OFFICE}.xlsx", inbox / "odd.xlsx", codes(0, 3))
    book = openpyxl.load_workbook(path)
    cell = next(sheet for sheet in book.worksheets if sheet.title.startswith("1.2.1")).cell(5, 15)
    cell.value, cell.number_format = number, "[h]:mm"
    book.save(path)
    said = run("--campaign", campaign.folder, command, path, folder=inbox)
    assert said.status in {0, 1, 2}
    assert said.status == 0 or "odd.xlsx" in said.out + said.err or command == "breakdown"
    assert "PanicException: " not in said.err
