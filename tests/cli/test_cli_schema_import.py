"""``schema import`` and ``schema dictionary`` as they are called: one line and status 2, or what was asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook
from terminal import run


@pytest.fixture
def official(tmp_path: Path) -> Path:
    """1.1.7 with two columns taken away and one more."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "1.1.7 学校获奖"
    sheet.append(
        ["*项目名称（全称）", "级别", "获奖等级", "荣誉类型", "获奖日期（年月）", "颁奖单位（全称）", "奖金"]
    )
    path = tmp_path / "官方模板.xlsx"
    book.save(path)
    return path


@pytest.mark.parametrize("content", [None, b"", b"not a workbook", b"PK\x03\x04 broken", b"%PDF-1.7"])
def test_what_is_no_workbook_is_one_line_and_status_2(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "坏.xlsx"
    if content is not None:
        path.write_bytes(content)
    said = run("schema", "import", path, "--out", tmp_path / "2023", folder=tmp_path)
    assert (said.status, said.out, len(said.err.splitlines())) == (2, "", 1)
    assert "坏.xlsx" in said.err
    assert not (tmp_path / "2023").exists()


def test_a_workbook_without_a_header_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "空白.xlsx"
    Workbook().save(path)
    said = run("schema", "import", path, folder=tmp_path)
    assert (said.status, said.out, len(said.err.splitlines())) == (2, "", 1)


def test_a_draft_never_covers_a_folder(official: Path, tmp_path: Path) -> None:
    out = tmp_path / "已有"
    out.mkdir()
    said = run("schema", "import", official, "--out", out, folder=tmp_path)
    assert (said.status, len(said.err.splitlines()), list(out.iterdir())) == (2, 1, [])


def test_the_screen_tells_what_is_new_gone_and_not_there(official: Path, tmp_path: Path) -> None:
    said = run("schema", "import", official, folder=tmp_path)
    assert said.status == 0
    for words in (("新增", "奖金"), ("去掉", "文件名称及文号"), ("去掉", "备注")):
        assert any(all(word in line for word in words) for line in said.out.splitlines())
    assert "另有64张表不在这些工作簿里：1.1.1 1.1.2" in said.out
    assert "--out" in said.err
    assert list(tmp_path.iterdir()) == [official]


def test_the_draft_passes_schema_check(official: Path, tmp_path: Path) -> None:
    said = run("schema", "import", official, "--out", "2023", "--json", folder=tmp_path)
    assert (said.status, said.err, set(said.json)) == (
        0,
        "",
        {"differences", "tables", "not_seen", "written"},
    )
    assert said.json["written"] == [str(Path("2023") / "tables" / "1.1.7-学校获奖.yaml")]
    checked = run("schema", "check", "2023", "--json", folder=tmp_path)
    assert (checked.status, checked.json["problems"]) == (0, [])


def test_the_dictionary_is_written_where_it_was_asked_for(tmp_path: Path) -> None:
    assert run("schema", "dictionary", "字典/数据字典.xlsx", "--year", "2022", folder=tmp_path).status == 0
    assert (tmp_path / "字典" / "数据字典.xlsx").stat().st_size > 100_000
    refused = run("schema", "dictionary", "数据字典.docx", folder=tmp_path)
    assert (refused.status, refused.out, len(refused.err.splitlines())) == (2, "", 1)
