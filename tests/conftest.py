"""Fixtures shared by all rooms: the repository's own examples, and campaigns made from them."""

from __future__ import annotations

import os
import pickle
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
from filelock import FileLock

import season
import small_school
from statecollect.campaign import Campaign
from statecollect.campaign.demo import init_example
from statecollect.catalog import load_catalog
from statecollect.store import Store

T = TypeVar("T")
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
    made = once(tmp_path_factory, "第一轮", lambda folder: season.play(folder, examples))
    return replace(made, folder=made.copy(tmp_path_factory.mktemp("本进程") / "采集").folder)


@pytest.fixture(scope="session")
def drafted(first_round: season.Season, tmp_path_factory: pytest.TempPathFactory) -> tuple[Campaign, Path]:
    """The campaign after the first round, with errors, and a draft bundle of it; neither is to be changed."""

    def export(folder: Path) -> Path:
        return first_round.copy(folder / "采集").export(draft=True).folder

    bundle = once(tmp_path_factory, "草稿", export)
    own = shutil.copytree(bundle.parent, tmp_path_factory.mktemp("本进程") / "采集")
    return Campaign.open(own), own / bundle.name


@pytest.fixture(scope="session")
def masked(drafted: tuple[Campaign, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as a masked bundle, not to be changed either."""
    campaign, _ = drafted
    return once(
        tmp_path_factory,
        "传阅",
        lambda folder: campaign.export(folder / "包", draft=True, masked=True).folder,
    )


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], T]) -> T:
    """Make something in a new folder once a run: the first worker that needs it makes it, others get it pickled.

    A store is open to one process at a time: what holds one is copied by each worker.
    """
    root = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent  # of all workers
    folder, kept = root / name, root / f"{name}.pickle"
    with FileLock(root / f"{name}.lock"):
        if not kept.is_file():
            folder.mkdir()
            kept.write_bytes(pickle.dumps(make(folder)))
    made: T = pickle.loads(kept.read_bytes())
    return made


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a small school that has taken in nothing; ``返回1/教务处.xlsx`` is its office's template."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STATECOLLECT_SCHEMAS", str(small_school.YEARS))
        folder = tmp_path_factory.mktemp("小学校")
        small_school.found(folder)
        yield folder


@pytest.fixture(scope="session")
def empty() -> Iterator[Store]:
    """The tables of 2022 without a row, for indicators whose figures are given; computing changes nothing in them."""
    with Store.in_memory(load_catalog("2022"), {}) as store:
        yield store


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """An empty folder for what comes in."""
    folder = tmp_path / "收件"
    folder.mkdir()
    return folder


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give each worker one half of the tests in their order, and let who is done first take over from the other.

    So a module's campaign is made by one worker, nearly always.
    """
    from xdist.scheduler import WorkStealingScheduling

    return WorkStealingScheduling(config, log) if config.getoption("dist") == "load" else None


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
