"""Where commands write: what is not ours is refused in one line, and what lies in a campaign is its owner's alone."""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from terminal import Said, run

import small_school


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The small school's campaign after a round."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STATECOLLECT_SCHEMAS", str(small_school.YEARS))
        campaign = small_school.found(tmp_path_factory.mktemp("校"))
        returns = sorted((campaign.folder.parent / "返回1").glob("*.xlsx"))
        campaign.ingest(returns, by="收表人", now=small_school.NOW)
        yield campaign.folder


def tree(folder: Path) -> dict[str, bytes]:
    """Return what a folder holds, but for the lock and the database, which every command opens."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "lock" not in path.name and not path.name.startswith("data.duckdb")
    }


def refused(said: Said) -> str:
    assert (said.status, said.out) == (2, "")
    (line,) = said.err.strip().splitlines()
    return line


def test_an_export_over_anything_else_is_one_line_and_touches_nothing(folder: Path) -> None:
    (folder / "资料").mkdir()
    (folder / "资料" / "thesis.docx").write_bytes(b"x")
    before = tree(folder)
    assert "当前文件夹" in refused(run("export", "--draft", "--out", ".", folder=folder))
    assert "thesis.docx" in refused(run("export", "--draft", "--out", "资料", folder=folder))
    assert "采集工作" in refused(
        run("--campaign", folder, "export", "--draft", "--out", folder, folder=folder.parent / "返回1")
    )
    assert tree(folder) == before


def test_the_usual_folder_works_again_and_again(folder: Path) -> None:
    for _ in range(2):
        said = run("export", "--draft", folder=folder)
        assert said.status == 0, said.err
    said = run("export", "--verify", "上报包-草稿", "--json", folder=folder)
    assert said.json == {"bundle": "上报包-草稿", "problems": [], "remarks": []}


@pytest.mark.parametrize(
    "words", [("validate", "--report"), ("status", "--html"), ("schema", "dictionary")], ids=" ".join
)
def test_a_file_of_somebody_else_is_not_overwritten(folder: Path, words: tuple[str, ...]) -> None:
    theirs = folder.parent / ("数据.html" if "--html" in words else "数据.xlsx")
    theirs.write_bytes(b"PK not ours")
    before = tree(folder)
    assert theirs.name in refused(run(*words, theirs, folder=folder))
    assert theirs.read_bytes() == b"PK not ours"
    assert tree(folder) == before  # no round was counted either


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps rights otherwise")
def test_all_that_commands_write_in_a_campaign_is_for_its_owner_alone(folder: Path) -> None:
    for words in (
        ("validate", "--report", "检查/报告.json", "--marked", "退回修改"),
        ("status", "--html", "进度/进度.html"),
        ("report",),
        ("review", "print"),
        ("make-templates",),
        ("export", "--draft"),
    ):
        assert run(*words, folder=folder).status in {0, 1}, words
    loose = [
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if stat.S_IMODE(path.stat().st_mode) & 0o077 and "资料" not in path.parts
    ]
    assert loose == []
