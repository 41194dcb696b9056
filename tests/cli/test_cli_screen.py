"""What is seen: Chinese help, lines that fit the terminal, and no ID number anywhere."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest
from rich.cells import cell_len
from terminal import run

import statecollect
from season import Season

COMMANDS = [
    "demo",
    "breakdown",
    "init",
    "make-templates",
    "check",
    "ingest",
    "validate",
    "status",
    "export",
    "schema",
]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
ID_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")


@pytest.fixture(scope="module")
def campaign_folder(first_round: Season, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A campaign of this module's own, after the first round."""
    return first_round.copy(tmp_path_factory.mktemp("屏幕") / "采集").folder


def test_version(tmp_path: Path) -> None:
    said = run("--version", folder=tmp_path)
    assert (said.status, said.out, said.err) == (0, f"statecollect {statecollect.__version__}\n", "")


def test_help_lists_every_command_in_chinese(tmp_path: Path) -> None:
    said = run("--help", folder=tmp_path)
    assert said.status == 0
    assert not re.search(r"Usage|Options|Commands|Show|Install", said.out)
    for command in COMMANDS:
        line = next(line for line in said.out.splitlines() if line.split()[:1] == [command])
        assert CHINESE.search(line), line


def test_no_command_shows_the_help(tmp_path: Path) -> None:
    said = run(folder=tmp_path)
    assert said.status == 2
    assert said.err.strip() == run("--help", folder=tmp_path).out.strip()


@pytest.mark.parametrize("command", ["ingest", "validate", "export"])
def test_every_option_is_explained_in_chinese(command: str, tmp_path: Path) -> None:
    said = run(command, "--help", folder=tmp_path)
    assert said.status == 0
    text = " ".join(said.out.split())
    options = re.findall(r"(?<!\S)--[a-z-]+", text)
    assert "--json" in options
    for piece in re.split(r"(?<!\S)(?:-[a-z], )?--[a-z-]+", text)[1:]:
        assert CHINESE.search(piece), piece


@pytest.mark.parametrize(
    ("command", "columns"),
    [("validate", 80), ("check", 80), ("check", 120), ("status", 80), ("schema show 1.2.1", 80)],
)
def test_no_line_is_wider_than_the_terminal(
    first_round: Season, campaign_folder: Path, tmp_path: Path, command: str, columns: int
) -> None:
    words = [*command.split(), *([first_round.returns["信息工程系"]] if command == "check" else [])]
    said = run("--campaign", campaign_folder, *words, folder=tmp_path, columns=columns)
    assert said.status in {0, 1}
    lines = (said.out + said.err).splitlines()
    assert len(lines) > 5
    assert [line for line in lines if cell_len(line) > columns] == []


def test_no_id_number_is_shown_or_reported(
    first_round: Season, campaign_folder: Path, tmp_path: Path
) -> None:
    calls = [
        ("--campaign", campaign_folder, "validate", "--json", "--report", "问题.xlsx"),
        ("--campaign", campaign_folder, "ingest", first_round.returns["教务处"], "--json"),
        ("check", first_round.returns["教务处"]),
    ]
    for call in calls:
        said = run(*call, folder=tmp_path, columns=200)
        assert said.status == 1
        # Asserted without the text itself: a failure must not print the number either
        assert not ID_NUMBER.search(said.out + said.err), call[-2:]
    book = openpyxl.load_workbook(tmp_path / "问题.xlsx", read_only=True)
    cells = [
        str(value) for sheet in book.worksheets for row in sheet.iter_rows(values_only=True) for value in row
    ]
    assert len(cells) > 100
    assert not any(ID_NUMBER.search(cell) for cell in cells)


def test_a_pipe_gets_no_progress_and_no_colour(
    first_round: Season, campaign_folder: Path, tmp_path: Path
) -> None:
    said = run(
        "--campaign", campaign_folder, "--quiet", "ingest", first_round.returns["合就处"], folder=tmp_path
    )
    assert (said.status, said.err) == (0, "")
    assert "\x1b" not in said.out


def test_without_a_command_a_campaign_says_what_to_do_next(campaign_folder: Path, tmp_path: Path) -> None:
    said = run(folder=campaign_folder)
    assert said.status == 0
    first, stage, *steps = said.out.splitlines()
    assert first
    assert "已返回" in stage
    assert [line for line in steps if line.startswith("   statecollect ")]
    assert run("--quiet", folder=campaign_folder).err == ""
    outside = tmp_path / "别处"
    outside.mkdir()
    help_text = run(folder=outside)
    assert (help_text.status, help_text.out) == (2, "")
    assert help_text.err.startswith("用法：")
