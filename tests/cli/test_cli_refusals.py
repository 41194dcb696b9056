"""Whatever is wrong with the call or the file: one clear Chinese line, the right status, nothing changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from terminal import run

from season import Season
from statecollect.campaign import Campaign
from statecollect.campaign.demo import fill

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def missing(_good: Path, folder: Path) -> Path:
    return folder / "没有.xlsx"


def truncated(good: Path, folder: Path) -> Path:
    content = good.read_bytes()
    return put(folder / "半截.xlsx", content[: len(content) // 2])


def lock_file(_good: Path, folder: Path) -> Path:
    return put(folder / "~$党政办.xlsx", b"\x05admin" + b" " * 159)


def empty(_good: Path, folder: Path) -> Path:
    return put(folder / "空.xlsx", b"")


def put(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.fixture(scope="module")
def campaign_folder(first_round: Season, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A campaign of this module's own; no test here may change it."""
    return first_round.copy(tmp_path_factory.mktemp("拒收") / "采集").folder


@pytest.mark.parametrize("make", [missing, truncated, lock_file, empty])
@pytest.mark.parametrize("command", ["check", "ingest"])
def test_an_unusable_file_is_status_2_and_changes_nothing(
    first_round: Season,
    campaign_folder: Path,
    tmp_path: Path,
    make: Callable[[Path, Path], Path],
    command: str,
) -> None:
    path = make(first_round.returns["党政办"], tmp_path)
    journal = (campaign_folder / "store" / "journal.jsonl").read_bytes()
    said = run("--campaign", campaign_folder, command, path, folder=tmp_path)
    assert said.status == 2
    shown = said.out + said.err
    assert path.name in shown
    assert CHINESE.search(shown.replace(path.name, ""))
    assert (campaign_folder / "store" / "journal.jsonl").read_bytes() == journal


@pytest.mark.parametrize(
    "command", [("status",), ("ingest", "x.xlsx"), ("validate",), ("export",), ("make-templates",)]
)
def test_without_a_campaign_the_user_is_told_to_make_one(command: tuple[str, ...], tmp_path: Path) -> None:
    said = run(*command, folder=tmp_path)
    assert (said.status, said.out) == (2, "")
    assert "statecollect init" in said.last_line


@pytest.mark.parametrize(
    "call",
    [
        ("--nonsense",),
        ("nonsense",),
        ("validate", "--fail-on", "x"),
        ("check",),
        ("rebuild", "--skip", "x"),
        ("status", "--quiet"),
    ],
)
def test_an_unknown_call_is_status_2_and_explained_in_chinese(call: tuple[str, ...], tmp_path: Path) -> None:
    said = run(*call, folder=tmp_path)
    assert (said.status, said.out) == (2, "")
    assert CHINESE.search(said.err)
    assert len(said.err.splitlines()) == 1
    assert not re.search(r"No such|Missing|Usage|Try |Error|Input|nvalid|\bvalid\b", said.err)


def test_an_unknown_department_is_refused_with_a_suggestion(
    first_round: Season, campaign_folder: Path, tmp_path: Path
) -> None:
    path = first_round.returns["教务处"]
    said = run("--campaign", campaign_folder, "ingest", path, "--department", "教务科", folder=tmp_path)
    assert (said.status, said.out) == (2, "")
    assert "「教务科」" in said.last_line
    assert "教务处" in said.last_line


def stamped(good: Path, path: Path, key: str, value: str) -> Path:
    """Copy a workbook with one line of its stamp changed."""
    book = openpyxl.load_workbook(good)
    for row in book["_statecollect"].iter_rows(max_col=2):
        if row[0].value == key:
            row[1].value = value
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("campaign", "2022-别校", "不是本次采集"),
        ("party", "教务处", "身份信息被改动"),
        ("year", "2021", "2021 年度"),
        ("tables", "1.1.3 1.2.1", "身份信息被改动"),
    ],
)
def test_a_workbook_that_is_not_what_it_says_is_refused(
    first_round: Season, campaign_folder: Path, tmp_path: Path, key: str, value: str, told: str
) -> None:
    path = stamped(first_round.returns["党政办"], tmp_path / "改过.xlsx", key, value)
    journal = (campaign_folder / "store" / "journal.jsonl").read_bytes()
    said = run("--campaign", campaign_folder, "ingest", path, "--json", folder=tmp_path)
    assert said.status == 1
    (file,) = said.json["files"]
    assert (file["outcome"], file["tables"], file["findings"]) == ("refused", {}, [])
    assert told in file["reason"]
    assert (campaign_folder / "store" / "journal.jsonl").read_bytes() == journal


def test_a_table_that_is_not_the_party_s_task_is_refused(
    first_round: Season, campaign_folder: Path, tmp_path: Path
) -> None:
    """The party is named by --department: its file holds a table of another party."""
    path = tmp_path / "机构.xlsx"
    book = openpyxl.load_workbook(first_round.returns["党政办"])
    del book["_statecollect"]
    book.save(path)
    said = run(
        "--campaign", campaign_folder, "ingest", path, "--department", "图书馆", "--json", folder=tmp_path
    )
    assert said.status == 1
    assert "没有分给「图书馆」" in said.json["files"][0]["reason"]


def test_one_refused_file_among_good_ones_is_status_1(
    first_round: Season, campaign: Campaign, tmp_path: Path
) -> None:
    folder = tmp_path / "收到的"
    fill(campaign, first_round.rows, folder, ["合就处"])
    (folder / "坏.xlsx").write_bytes(b"")
    said = run("--campaign", campaign.folder, "ingest", folder, "--json", folder=tmp_path)
    assert said.status == 1
    assert {one["file"]: one["outcome"] for one in said.json["files"]} == {
        "合就处.xlsx": "accepted",
        "坏.xlsx": "refused",
    }
