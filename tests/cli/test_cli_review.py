"""``review``, ``waive``, ``resolve`` as they are called: the contract's words, exit statuses and JSON."""

from __future__ import annotations

from pathlib import Path

import pytest
from terminal import Said, run

import small_school

pytestmark = pytest.mark.lowest


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A campaign of the small school with both returns taken in."""
    monkeypatch.setenv("STATECOLLECT_SCHEMAS", str(small_school.YEARS))
    campaign = small_school.found(tmp_path)
    campaign.ingest(sorted((tmp_path / "返回1").iterdir()), now=small_school.NOW)
    return campaign.folder


def review(folder: Path, *arguments: str) -> Said:
    return run("review", *arguments, folder=folder)


def test_the_chain_from_the_command_line(school: Path) -> None:
    said = review(school, "submit", "--table", "1.2.1", "--by", "填报人", "--json")
    assert said.status == 0
    assert said.json["decided"] == [{"table": "1.2.1", "parties": ["信息系", "教务处"], "step": "自审提交"}]
    approved = review(school, "approve", "--table", "1.2.1", "--party", "教务处", "--by", "张责任", "--json")
    assert approved.json["decided"][0]["parties"] == ["教务处"]
    status = run("status", "--as-of", "2099-09-10", "--json", folder=school).json["parties"]
    states = {(one["party"], one["table"]): one["state"] for one in status}
    assert states["教务处", "1.2.1"] == "approved"
    assert states["信息系", "1.2.1"] == "submitted"
    assert states["教务处", "1.1.3"] == "returned"


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("approve", "--table", "1.2.1", "--by", "张责任"), 1, "还没有自审提交"),
        (("submit", "--table", "1.2.1"), 2, "谁"),
        (("submit", "--table", "9.9.9", "--by", "甲"), 2, "没有表「9.9.9」"),
        (("submit", "--table", "1.2.1", "--party", "教物处", "--by", "甲"), 2, "没有填报单位「教物处」"),
        (("return", "--table", "1.2.1", "--by", "张责任"), 2, "原因"),
        (("print", "--department", "学生处"), 2, "没有要审核的表"),
    ],
)
def test_what_may_not_be_is_one_line_and_the_contracts_status(
    school: Path, arguments: tuple[str, ...], status: int, said: str
) -> None:
    done = review(school, *arguments)
    assert (done.status, len(done.err.strip().splitlines())) == (status, 1)
    assert said in done.err


def test_the_forms_are_printed_where_they_are_wanted(school: Path, tmp_path: Path) -> None:
    done = review(school, "print", "--out", str(tmp_path / "报表"), "--json")
    names = [Path(one).name for one in done.json["forms"]]
    assert names == ["审核报表-教务处.docx", "审核报表-教务处.xlsx"]
    assert all(Path(one).is_file() for one in done.json["forms"])


def test_a_warning_is_explained_and_counted(school: Path) -> None:
    call = (
        "waive",
        "1.2.1-W01",
        "--table",
        "1.2.1",
        "--party",
        "教务处",
        "--reason",
        "五年制",
        "--by",
        "张责任",
    )
    before = run("validate", "--json", folder=school).json
    stranger = run(*call[:-1], "路人", folder=school)
    assert (stranger.status, "「路人」不能说明“教务处”的警告（能说明的：张责任）" in stranger.err) == (
        1,
        True,
    )
    assert run(*call, "--json", folder=school).json["count"] == 1
    after = run("validate", "--json", folder=school).json
    assert after["rules"]["1.2.1-W01"]["waived"] == 1
    assert before["warnings"] - after["warnings"] == 1
    assert after["waivers"][0]["reason"] == "五年制"
    again = run(*call, folder=school)
    assert (again.status, "没有违反规则" in again.err) == (1, True)


def test_a_dispute_is_settled(school: Path, tmp_path: Path) -> None:
    own = [
        f"{one['专业代码']},甲,{one['学制（年）']},{one['男生']}" for one in small_school.majors("信息系", 1)
    ]
    text = "\n".join(["专业代码,方向,学制（年）,男生", "教务处000,甲,3,99", *own, ""])
    path = tmp_path / "专业.csv"
    path.write_text(text, encoding="utf-8-sig")
    run("ingest", path, "--department", "信息系", folder=school)
    found = [
        one for one in run("validate", "--json", folder=school).json["findings"] if one["rule"] == "1.2.1-D01"
    ]
    assert {one["party"] for one in found} == {"信息系", "教务处"}
    call = ("resolve", "--table", "1.2.1", "--key", "教务处000", "--take", "教务处", "--by", "张责任")
    settled = run(*call, "--reason", "以学籍为准", "--json", folder=school)
    assert settled.json["differences"]["男生"] == {"信息系": "99", "教务处": "21"}
    rules = run("validate", "--json", folder=school).json["rules"]
    assert rules["1.2.1-D01"]["status"] == "passed"
    log = run("log", "--json", folder=school).json["events"]
    assert log[-1]["type"] == "resolution"
    assert run("resolve", "--table", "1.2.1", "--key", "x", "--take", "教务处", folder=school).status == 2
