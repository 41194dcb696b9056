"""Fixtures shared by all rooms: the repository's own examples, and campaigns made from them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import season
import small_school
from statecollect.campaign import Campaign
from statecollect.campaign.demo import init_example

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def examples() -> Path:
    """The repository's examples."""
    return ROOT / "examples"


@pytest.fixture
def campaign(tmp_path: Path, examples: Path) -> Campaign:
    """A fresh campaign of the example college."""
    return init_example(tmp_path / "采集 2022", examples)


@pytest.fixture(scope="session")
def first_round(tmp_path_factory: pytest.TempPathFactory, examples: Path) -> season.Season:
    """The example college after the first round, made once; ``copy`` it to change it."""
    return season.play(tmp_path_factory.mktemp("第一轮"), examples)


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a small school that has taken in nothing; ``返回1/教务处.xlsx`` is its office's template."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STATECOLLECT_SCHEMAS", str(small_school.YEARS))
        folder = tmp_path_factory.mktemp("小学校")
        small_school.found(folder)
        yield folder


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """An empty folder for what comes in."""
    folder = tmp_path / "收件"
    folder.mkdir()
    return folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a program that is not here, and say so."""
    programs = {"office": "soffice", "browser": "chromium"}
    for item in items:
        for mark, program in programs.items():
            if item.get_closest_marker(mark) and shutil.which(program) is None:
                item.add_marker(pytest.mark.skip(reason=f"{program} is not installed"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests measured (``record_property``), also when they ran in processes of their own."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            terminalreporter.write_line(f"{name}: {value}")
