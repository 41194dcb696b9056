"""Workbooks that lost their stamp, or hold two: no dead end, and nobody's data under another name."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

import staffed_school as school
from statecollect.campaign import Campaign
from statecollect.campaign.demo import fill
from statecollect.campaign.outgoing.self_check import check_file
from statecollect.cli.app import app
from statecollect.core.errors import UsageError

UNITS = ("信息系", "机电系")
TEACHER = f"{school.GROUP}/0001 张一"
TAB = "_statecollect"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Campaign, dict[str, Path]]:
    folder = tmp_path_factory.mktemp("学校")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STATECOLLECT_SCHEMAS", str(school.schemas(folder / "schemas")))
        campaign = school.found(folder)
        rows = {(unit, "1.1.3"): [{"机构名称": unit}] for unit in UNITS}
        rows[TEACHER, "1.4.1"] = [{"工号": "0001", "姓名": "张一"}]
        paths = fill(campaign, rows, folder / "返回", [*UNITS, TEACHER])
    return campaign, dict(zip((*UNITS, TEACHER), paths, strict=True))


@pytest.fixture
def campaign(
    made: tuple[Campaign, dict[str, Path]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Campaign:
    """A copy of the campaign, in which nothing has been taken in."""

    monkeypatch.setenv("STATECOLLECT_SCHEMAS", str(made[0].folder.parent / "schemas"))
    return Campaign.open(shutil.copytree(made[0].folder, tmp_path / "采集"))


def lost(made: tuple[Campaign, dict[str, Path]], party: str, to: Path) -> Path:
    book = openpyxl.load_workbook(made[1][party])
    del book[TAB]
    to.mkdir(exist_ok=True)
    path = to / f"{party.rpartition('/')[2]}.xlsx"
    book.save(path)
    return path


def joined(made: tuple[Campaign, dict[str, Path]], parties: tuple[str, str], path: Path) -> Path:
    """What a program's "merge into one workbook" does: the sheets of the second one behind those of the first."""
    first, second = (openpyxl.load_workbook(made[1][party]) for party in parties)
    for sheet in second.worksheets:
        copy = first.create_sheet(f"{sheet.title[:27]} (2)")
        for row in sheet.iter_rows():
            for cell in row:
                copy.cell(cell.row, cell.column, cell.value)
    first.save(path)
    return path


def test_check_says_what_ingest_will_need(
    made: tuple[Campaign, dict[str, Path]], campaign: Campaign, tmp_path: Path
) -> None:
    path = lost(made, "信息系", tmp_path / "收到")
    (said,) = [one for one in check_file(path, "2099").findings if one.rule == "S16"]
    assert said.severity == "warning"
    assert "封面写的是「信息系」" in said.message
    assert "--department 信息系" in said.hint
    (refused,) = campaign.ingest([path], now=school.NOW)
    assert refused.outcome == "refused"
    assert "封面写的是「信息系」；核对后加 --department 信息系" in str(refused.reason)


def test_many_lost_workbooks_are_taken_by_their_covers_at_once(
    made: tuple[Campaign, dict[str, Path]], campaign: Campaign, tmp_path: Path
) -> None:
    folder = tmp_path / "收到"
    for party in (*UNITS, TEACHER):
        lost(made, party, folder)
    results = campaign.ingest([folder], by_cover=True, by="王五", now=school.NOW)
    assert {one.party: one.outcome for one in results} == dict.fromkeys((*UNITS, TEACHER), "accepted")
    for one in results:
        assert [said.severity for said in one.findings if said.rule == "S16"] == ["warning"]
    with campaign.store() as store:
        events = [event for event in store.events() if event.data.get("by_cover")]
        assert {(event.data["party"], event.by) for event in events} == {
            (party, "王五") for party in (*UNITS, TEACHER)
        }
    before = campaign.table("1.1.3")
    campaign.rebuild()
    assert campaign.table("1.1.3").equals(before)


def test_a_cover_that_names_nobody_or_two_is_not_believed(
    made: tuple[Campaign, dict[str, Path]], campaign: Campaign, tmp_path: Path
) -> None:
    folder = tmp_path / "收到"
    for party, name in (("信息系", "天文系"), ("机电系", "")):
        path = lost(made, party, folder)
        book = openpyxl.load_workbook(path)
        if name:
            book["封面"]["A2"] = f"小学校    填报单位：{name}"
        else:
            second = book.copy_worksheet(book["封面"])
            second["A2"] = "小学校    填报单位：信息系"
        book.save(path)
    results = {one.file: one for one in campaign.ingest([folder], by_cover=True, by="王五", now=school.NOW)}
    assert {one.outcome for one in results.values()} == {"refused"}
    assert "采集里没有这个单位" in str(results["信息系.xlsx"].reason)
    assert "「机电系」、「信息系」" in str(results["机电系.xlsx"].reason)


def test_a_stamp_that_is_there_counts_more_than_a_cover(
    made: tuple[Campaign, dict[str, Path]], campaign: Campaign, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(made[1]["信息系"])
    book["封面"]["A2"] = "小学校    填报单位：机电系"
    book.save(tmp_path / "表.xlsx")
    (result,) = campaign.ingest([tmp_path / "表.xlsx"], by_cover=True, by="王五", now=school.NOW)
    assert (result.outcome, result.party) == ("accepted", "信息系")


@pytest.mark.parametrize("wrong", [{}, {"by": " "}, {"by": "王五", "department": "信息系"}])
def test_covers_are_taken_on_somebodys_word_only(campaign: Campaign, wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="按封面收表"):
        campaign.ingest([campaign.folder], by_cover=True, **wrong)


@pytest.mark.parametrize("parties", [UNITS, (TEACHER, "信息系"), ("机电系", TEACHER)])
def test_two_parties_in_one_workbook_are_refused_by_name(
    made: tuple[Campaign, dict[str, Path]], campaign: Campaign, tmp_path: Path, parties: tuple[str, str]
) -> None:
    path = joined(made, parties, tmp_path / "合并.xlsx")
    results = [check_file(path, "2099"), *campaign.ingest([path], now=school.NOW)]
    results += campaign.ingest([path], department=parties[0], now=school.NOW)
    for one in results:
        assert one.outcome == "refused"
        assert all(party.rpartition("/")[2] in str(one.reason) for party in parties)


def test_a_refused_workbook_says_what_it_resembles(campaign: Campaign, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["专业代号", "院系", "女生", "男生", "序号"])
    book.worksheets[0].append(["510201", "信息系", 3, 4, 1])
    book.save(tmp_path / "导出.xlsx")
    shown = CliRunner().invoke(app, ["check", "--year", "2099", "--json", str(tmp_path / "导出.xlsx")])
    (file,) = json.loads(shown.stdout)["files"]
    (ingested,) = campaign.ingest([tmp_path / "导出.xlsx"], department="信息系", now=school.NOW)
    for resembles in (file["resembles"], ingested.as_json()["resembles"]):
        assert resembles["table"] == "1.2.1"
        assert {"院系", "男生"} <= set(resembles["matched"])
        assert "专业代码" in resembles["missing"]
        assert "序号" not in resembles["unknown"]
        assert resembles["meant"]["专业代号"] == "专业代码"
    assert "没有找到任何填了数据的表" not in str(file["reason"]) + str(ingested.reason)
    assert "最像「1.2.1" in str(ingested.reason)
