"""``teacher``, ``party``, ``nil`` as commands: JSON, exit status, and what ``log`` and ``status`` show of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from terminal import run

import staffed_school as school

SIGNED = ("--by", "管 理 员\u200b", "--reason", "电话核实", "--as-of", "2099-09-12")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STATECOLLECT_SCHEMAS", str(school.schemas(tmp_path / "年度")))
    return school.found(tmp_path, (*school.ROWS, ("1.1.1概况表", "图书馆"))).folder


def test_the_roster_s_life_on_the_command_line(folder: Path) -> None:
    roster = school.roster(folder / "名单.xlsx")
    made = run("make-templates", "--teachers", roster, "--by", "甲", "--json", folder=folder)
    assert made.status == 0
    assert "1.1.1 没有人填" in made.err, "a table nobody fills is named by every command that leans on it"
    added = run("teacher", "add", "0009", "孙九", *SIGNED, "--json", folder=folder)
    assert added.json["party"] == "校内教师/0009 孙九"
    excused = run("teacher", "exempt", "孙九", "0001", *SIGNED, "--json", folder=folder).json["exempted"]
    assert [(one["party"], one["by"], one["at"][:10]) for one in excused] == [
        ("校内教师/0009 孙九", "管理员", "2099-09-12"),
        ("校内教师/0001 张一", "管理员", "2099-09-12"),
    ]
    listed = run("teacher", "list", "--json", folder=folder).json["teachers"]
    assert {one["name"]: one["state"] for one in listed} == {
        "校内教师/0001 张一": "免报",
        "校内教师/0002 李二": "在册",
        "校内教师/0003 王三": "在册",
        "校内教师/0004 赵四": "在册",
        "校内教师/0009 孙九": "免报",
    }
    unknown = run("teacher", "exempt", "0077", *SIGNED, folder=folder)
    assert (unknown.status, unknown.out) == (2, "")
    kinds = [one["type"] for one in run("log", "--json", folder=folder).json["events"]]
    assert kinds == ["roster", "roster", "exemption"]
    assert "免报" in run("log", folder=folder).out


def test_a_party_is_excused_and_nil_is_declared_on_the_command_line(folder: Path) -> None:
    assert run("party", "exempt", "环境系", "--table", "1.2.1", *SIGNED, folder=folder).status == 0
    nil = run("nil", "机电系", "--table", "1.2.1", *SIGNED, "--json", folder=folder).json
    assert (nil["party"], nil["tables"], nil["reason"]) == ("机电系", ["1.2.1"], "电话核实")
    assert run("party", "exempt", "机电系", "--table", "1.2.1", *SIGNED, folder=folder).status == 1
    assert run("nil", "机电系", *SIGNED, folder=folder).status == 2
    status = run("status", "--as-of", "2099-09-12", "--json", folder=folder).json
    states = {one["party"]: one["state"] for one in status["parties"] if one["table"] == "1.2.1"}
    assert states == {"信息系": "not_returned", "机电系": "nil", "环境系": "exempt", "教务处": "not_returned"}
    assert [one["name"] for one in status["nobody"]] == ["图书馆"]
    one = run("status", "--department", "环境系", "--json", folder=folder).json
    assert {line["party"] for line in one["parties"]} == {"环境系"}
    files = {
        one["name"]: one["file"] for one in run("party", "list", "--json", folder=folder).json["parties"]
    }
    assert files["环境系"] == "环境系.xlsx"
    assert run("validate", "--department", "环竟系", folder=folder).status == 2


def test_submitting_says_what_is_left(folder: Path) -> None:
    from statecollect.campaign import Campaign

    school.give(Campaign.open(folder), "信息系", "1.2.1", ("专业代码", "方向"), ("01", "甲"))
    said = run("review", "submit", "--by", "甲", "--json", folder=folder).json["left"]
    assert "1.1.3" in said["not_returned"]
    assert "1.2.1" in said["not_returned"], "two units have not returned it"
    assert said["behind"] == 0
