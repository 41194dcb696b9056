"""A return says the same, and is found fault with at the same cells, whatever program has saved it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import filling
import openpyxl
import pytest
from filling import College, Template
from idioms import IDIOMS, spelled

from statecollect.campaign.demo import FIRST_DAY, example_rows, init_example
from statecollect.campaign.outgoing.self_check import check_file
from statecollect.catalog import Catalog
from statecollect.intake.returns import ReadReturn, read_return

OFFICE, TEACHER, WRONG = "党政办", "校内教师/0001 孟雪丽", "填错"
DAY = dt.date(2022, 9, 20)
SPOILT = (None, "？？", 45000, "2021-13-45", "１２", -3)  # what every so many cells of the spoilt return hold
EVERY = 7


@dataclass(frozen=True)
class Returns:
    """Returns as openpyxl saved them, by name, and how each reads."""

    catalog: Catalog
    paths: dict[str, Path]
    plain: dict[str, ReadReturn]


@pytest.fixture(scope="module")
def returns(tmp_path_factory: pytest.TempPathFactory, examples: Path) -> Returns:
    folder = tmp_path_factory.mktemp("原样")
    rows = example_rows(examples / "2022")
    campaign = init_example(folder / "采集", examples)
    issued = campaign.make_templates(folder / "模板", departments=[OFFICE])
    issued += campaign.make_templates(
        folder / "教师", roster=examples / "2022" / "教师名单.csv", now=FIRST_DAY
    )
    templates = {one.party.name: one.path for one in issued if one.party.name in (OFFICE, TEACHER)}
    college = College(rows, templates, {}, examples, campaign.catalog)
    paths = {
        party: Template(college, party).save(filling.natively, folder / f"{at}.xlsx")
        for at, party in enumerate(templates)
    }
    paths[WRONG] = spoilt(paths[TEACHER], folder / "填错.xlsx")
    plain = {name: read(path, campaign.catalog) for name, path in paths.items()}
    return Returns(campaign.catalog, paths, plain)


def spoilt(source: Path, target: Path) -> Path:
    """Spoil some cells."""
    book = openpyxl.load_workbook(source)
    cells = [
        cell
        for sheet in book.worksheets
        if sheet.title[:1].isdigit()
        for row in sheet.iter_rows(min_row=5)
        for cell in row
        if cell.value is not None
    ]
    for at, cell in enumerate(cells[::EVERY]):
        cell.value = SPOILT[at % len(SPOILT)]
    book.save(target)
    return target


def read(path: Path, catalog: Catalog) -> ReadReturn:
    return read_return(path, catalog, today=DAY)


def values(reading: ReadReturn, catalog: Catalog) -> dict[str, list[tuple[Any, ...]]]:
    return {one.table: list(one.by_row(catalog.tables[one.table].fields)) for one in reading.deliveries}


def loud(reading: ReadReturn) -> set[tuple[str, str, str, str | None]]:
    return {
        (one.rule, one.severity, one.origin.sheet, one.origin.cell)
        for one in reading.all_findings()
        if one.severity != "note"
    }


def notes(reading: ReadReturn) -> int:
    return sum(one.severity == "note" for one in reading.all_findings())


def test_the_returns_hold_what_spellings_differ_in(returns: Returns) -> None:
    held = {
        type(value)
        for name, one in returns.plain.items()
        for rows in values(one, returns.catalog).values()
        for row in rows
        for value in row
    }
    assert held >= {str, int, float, dt.date, type(None)}, held
    loudness = {name: len(loud(one)) for name, one in returns.plain.items()}
    assert (loudness[OFFICE], loudness[TEACHER]) == (0, 0)
    assert loudness[WRONG] > EVERY


@pytest.mark.long("real returns, saved again as each of thirty programs saves them")
@pytest.mark.parametrize(
    ("party", "name"),
    [*((WRONG, name) for name in IDIOMS), *((OFFICE, name) for name in [*IDIOMS][::3])],
)
def test_a_return_says_the_same_whatever_program_saved_it(
    returns: Returns, party: str, name: str, tmp_path: Path
) -> None:
    plain = returns.plain[party]
    found = read(spelled(returns.paths[party], IDIOMS[name], tmp_path / "a.xlsx"), returns.catalog)
    assert values(found, returns.catalog) == values(plain, returns.catalog)
    assert loud(found) == loud(plain)
    if name != "a lost stamp":
        assert (found.stamp, found.signature) == (plain.stamp, plain.signature)
        assert found.missing == plain.missing


@pytest.mark.parametrize("name", ["days as text", "days 43 seconds early", "truths", "Numbers", "Aspose"])
def test_what_is_more_than_a_spelling_is_announced(returns: Returns, name: str, tmp_path: Path) -> None:
    found = read(spelled(returns.paths[TEACHER], IDIOMS[name], tmp_path / "a.xlsx"), returns.catalog)
    assert notes(found) > notes(returns.plain[TEACHER])


@pytest.mark.parametrize("party", [OFFICE, TEACHER])
def test_a_lost_stamp_is_told_with_the_unit_on_the_cover(
    returns: Returns, party: str, tmp_path: Path
) -> None:
    path = spelled(returns.paths[party], IDIOMS["a lost stamp"], tmp_path / "a.xlsx")
    (said,) = [one for one in check_file(path).findings if one.rule == "S16"]
    assert party.rpartition("/")[2] in said.message
