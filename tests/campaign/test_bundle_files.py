"""Every form of a bundle says the same, in bytes that repeat, and other programs agree that it is what it says."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from frictionless import Package, system

from statecollect.campaign import Campaign
from statecollect.core.spelling import spelled
from statecollect.intake.returns import read_return
from statecollect.submission.bundle import PARTY


@pytest.fixture(scope="module")
def rows(drafted: tuple[Campaign, Path]) -> dict[str, list[list[str]]]:
    """What the store holds of each table, every value spelt."""
    campaign, _ = drafted
    with campaign.store() as store:
        return {
            table: [[spelled(value) for value in row] for row in store.rows(table)]
            for table in campaign.catalog.tables
        }


def test_frictionless_finds_nothing_wrong(drafted: tuple[Campaign, Path]) -> None:
    _, folder = drafted
    with system.use_context(trusted=True):
        report = Package(str(folder / "datapackage.json")).validate()
    problems = [f"{task.name}: {error.message}" for task in report.tasks for error in task.errors[:2]] + [
        error.message for error in report.errors
    ]
    assert report.valid, "\n".join(problems[:10])
    assert report.stats["tasks"] > 50


def test_each_sheet_for_the_platform_reads_back_to_the_same_values(
    drafted: tuple[Campaign, Path], rows: dict[str, list[list[str]]]
) -> None:
    campaign, folder = drafted
    for path in sorted((folder / "xlsx").glob("*.xlsx")):
        table = campaign.catalog.tables[path.stem]
        if table.sql:  # computed tables, with their rows of totals, are not collected
            continue
        header = next(openpyxl.load_workbook(path, read_only=True).worksheets[0].iter_rows(values_only=True))
        assert list(header) == [field.name for field in table.fields]
        (delivery,) = read_return(path, campaign.catalog, party="全校", expected=(table.id,)).deliveries
        assert not delivery.rejected, path.name
        columns = [delivery.values[field.name] for field in table.fields]
        read = [[spelled(column[at]) for column in columns] for at in range(len(delivery.rows))]
        assert read == rows[table.id], path.name


def test_parquet_says_who_filled_each_row(
    drafted: tuple[Campaign, Path], rows: dict[str, list[list[str]]]
) -> None:
    campaign, folder = drafted
    for table in campaign.catalog.tables.values():
        read = pq.read_table(folder / "parquet" / f"{table.id}.parquet")
        assert read.column_names == [PARTY, *(field.name for field in table.fields)]
        told = [[spelled(value) for value in row.values()][1:] for row in read.to_pylist()]
        assert told == rows[table.id]


def test_a_draft_prints_so_on_every_page_and_leaves_the_header_alone(
    drafted: tuple[Campaign, Path], masked: Path
) -> None:
    campaign, folder = drafted[0], masked
    for path in sorted((folder / "xlsx").glob("1.4.1.xlsx")):
        sheet = openpyxl.load_workbook(path).worksheets[0]
        assert sheet.oddHeader is not None
        assert "草稿" in str(sheet.oddHeader.center.text)
        assert sheet["A1"].value == campaign.catalog.tables[path.stem].fields[0].name
    text = (folder / "csv" / "1.4.1.csv").read_text(encoding="utf-8-sig")
    ids = [row["身份证件号"] for row in pq.read_table(folder / "parquet" / "1.4.1.parquet").to_pylist()]
    assert all("*" in one and one in text for one in ids if one)
