"""The example college as people fill it: fresh templates opened, typed into and saved by another program.

How a value is held is decided a cell at a time by a ``Way``, from what the shipped example says as text.
"""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import openpyxl

from statecollect.campaign import Campaign
from statecollect.campaign.demo import FIRST_DAY, FilledRows, example_rows, fill, fill_cloud, init_example
from statecollect.catalog import Catalog, Field
from statecollect.findings import Finding
from statecollect.intake.result import FileResult
from statecollect.school.parties import CLOUD, group_of
from statecollect.workbook.layout import COVER_SHEET, FIRST_DATA_ROW, sheet_name

Way = Callable[[Field, str], Any]  # how a program holds what this field's text says

_DATE = re.compile(r"(\d{4})-(\d\d)(?:-(\d\d))?")
NIL_COLUMN = 8  # of the cover
_EXACT_DIGITS = 15  # that a spreadsheet keeps of a number


def as_text(field: Field, text: str) -> str:
    """Hold everything as text, as a sheet does whose cells were all made texts, or that a program wrote as texts."""
    return text


def natively(field: Field, text: str) -> Any:
    """Hold days as days, also of a month alone, and numbers as numbers wherever none of their digits is lost."""
    if field.kind == "datetime":
        return dt.datetime.fromisoformat(text)
    if field.kind in {"date", "year_month"} and (said := _DATE.fullmatch(text)):
        year, month, day = (int(part or 1) for part in said.groups())
        return dt.date(year, month, day)
    if field.kind in {"decimal", "percent"}:
        return float(text)
    return int(text) if _survives(text) else text


def mixed(seed: int) -> Way:
    """Hold each cell in the one way or the other, as a sheet put together from several."""
    chance = random.Random(seed)
    return lambda field, text: chance.choice((as_text, natively))(field, text)


def _survives(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _EXACT_DIGITS and str(int(text)) == text


@dataclass(frozen=True)
class College:
    """The example, a fresh template for everybody in it, and what the shipped filling of them says of each table."""

    rows: FilledRows = field(repr=False)
    templates: Mapping[str, Path] = field(repr=False)
    digests: Mapping[str, str] = field(repr=False)
    examples: Path
    catalog: Catalog = field(repr=False)

    def campaign(self, folder: Path, returns: Iterable[Path]) -> tuple[Campaign, list[FileResult]]:
        """Take returns and the export of the cloud platform into a new campaign."""
        campaign = init_example(folder, self.examples)
        results = campaign.ingest(returns, by="收表人", now=FIRST_DAY)
        cloud = fill_cloud(campaign, self.rows, folder / "云端平台.xlsx")
        results += campaign.ingest([cloud], cloud=True, by="收表人", now=FIRST_DAY)
        return campaign, results


def made(folder: Path, examples: Path) -> College:
    """Make the templates, and fill and take in the shipped way."""
    rows = example_rows(examples / "2022")
    campaign = init_example(folder / "采集", examples)
    templates = dict(_templates(campaign, folder, rows, examples / "2022" / "教师名单.csv"))
    catalog = campaign.catalog
    college = College(rows, templates, {}, examples, catalog)
    campaign, _ = college.campaign(folder / "照样", shipped(college, templates, folder / "照样填"))
    return replace(college, digests=digests(campaign))


def shipped(college: College, parties: Iterable[str], folder: Path) -> list[Path]:
    """Fill the workbooks of parties the shipped way."""
    campaign = init_example(folder / "采集", college.examples)
    return fill(campaign, college.rows, folder, parties)


def _templates(campaign: Campaign, folder: Path, rows: FilledRows, roster: Path) -> list[tuple[str, Path]]:
    """Make one for each office, for the teachers that return one alone, and for those that return one together."""
    together = {group_of(party) for party, _ in rows if group_of(party) != party}
    issued = campaign.make_templates(folder / "合填模板", departments=sorted(together))
    issued += campaign.make_templates(folder / "模板", roster=roster, now=FIRST_DAY)
    return [(one.party.name, one.path) for one in issued if one.tables]


def digests(campaign: Campaign) -> dict[str, str]:
    """Return what every table says, as one digest a table."""
    with campaign.store() as store:
        return {table: store.digest(table) for table in campaign.catalog.tables}


@dataclass(frozen=True)
class Place:
    """One table's sheet in a template, whose columns are the fields, and the rows to be typed."""

    tab: str
    fields: Sequence[Field]
    rows: Sequence[Mapping[str, str]]

    def cells(self, way: Way) -> Iterable[tuple[int, int, Any]]:
        """Return row and column, from 1, and value of every cell that is not empty."""
        for row, texts in enumerate(self.rows, start=FIRST_DATA_ROW):
            for column, one in enumerate(self.fields, start=1):
                if text := texts.get(one.name, ""):
                    yield row, column, way(one, text)


def places(college: College, party: str) -> tuple[list[Place], list[int]]:
    """Return what a party has to type, and the rows of the cover where a table without data is marked as such."""
    book = openpyxl.load_workbook(college.templates[party], read_only=True)
    found, nil = [], []
    for row, (number,) in enumerate(book[COVER_SHEET].iter_rows(max_col=1, values_only=True), start=1):
        table = college.catalog.tables.get(str(number))
        if table is None:
            continue
        rows = college.rows.get((party, table.id))
        if rows is None:
            nil.append(row)
        else:
            found.append(Place(sheet_name(table), table.fields, rows))
    book.close()
    return found, nil


class Template:
    """A party's template, opened by openpyxl once, filled and saved as often as is wished."""

    def __init__(self, college: College, party: str) -> None:
        self.book = openpyxl.load_workbook(college.templates[party])
        self.places, nil = places(college, party)
        for row in nil:
            self.book[COVER_SHEET].cell(row, NIL_COLUMN).value = "是"

    def save(self, way: Way, path: Path) -> Path:
        """Fill anew and save. A cell keeps the format it has; a day gets openpyxl's own where it has another."""
        for place in self.places:
            sheet = self.book[place.tab]
            for row, column, value in place.cells(way):
                sheet.cell(row, column).value = value
        path.parent.mkdir(parents=True, exist_ok=True)
        self.book.save(path)
        return path


def loud(findings: Iterable[Finding]) -> list[str]:
    """Return what is more than a note, one line each."""
    return [
        f"{one.rule} {one.origin.file} {one.origin.sheet}!{one.origin.cell} {one.field}: {one.message}"
        for one in findings
        if one.severity != "note"
    ]


def differences(college: College, campaign: Campaign, results: Iterable[FileResult]) -> list[str]:
    """Return how what came in differs from the shipped filling: refusals, errors, warnings, tables that say something else."""
    found = [f"{one.file}: {one.outcome} {one.reason}" for one in results if one.outcome != "accepted"]
    found += [line for one in results for line in loud(one.findings)]
    found += loud(campaign.validate().findings)
    now = digests(campaign)
    return [
        *found,
        *(f"{table} 内容不同" for table, digest in college.digests.items() if now[table] != digest),
    ]


def senders(college: College) -> list[str]:
    """Return who returns a workbook: the cloud platform has none."""
    return [party for party in college.templates if party != CLOUD]
