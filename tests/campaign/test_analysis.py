"""数据分析报告 and 核心数据汇总表: all indicators, what could not be computed, what to repair; and what a bundle carries of them."""

from __future__ import annotations

import datetime as dt
import json
import re
import zipfile
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from docx import Document

from season import Season
from statecollect.campaign import Campaign
from statecollect.campaign.demo import init_example
from statecollect.core.outputs import CONFIG_NAME
from statecollect.render.charts import picture
from statecollect.render.page import Bar, Chart
from statecollect.school.parties import CLOUD
from statecollect.submission.bundle import INDICATORS, PARTY, verify
from statecollect.workbook.write.plain_sheet import write_plain

DAY = dt.date(2022, 10, 8)
ID_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")


@pytest.fixture(scope="module")
def papers(drafted: tuple[Campaign, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the report in both forms and the summary."""
    folder = tmp_path_factory.mktemp("报告")
    drafted[0].report(folder, DAY)
    return folder


def words(path: Path) -> str:
    document = Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def test_the_report_says_everything_in_both_forms(
    drafted: tuple[Campaign, Path], papers: Path, tmp_path: Path
) -> None:
    campaign, _ = drafted
    found = campaign.indicators()
    page = (papers / "数据分析报告.html").read_text(encoding="utf-8")
    for text in (words(papers / "数据分析报告.docx"), page):
        assert all(one.id in text for one in found.indicators)
        assert all(one.reason in text for one in found.indicators if one.value is None and one.reason)
        assert all(finding.message in text for finding in found.findings)
        assert "数据调整建议" in text
        assert not ID_NUMBER.search(text)
    first = {path.name: path.read_bytes() for path in papers.iterdir()}
    assert {path.name: path.read_bytes() for path in campaign.report(tmp_path, DAY)} == first


def test_charts_of_the_word_document_hold_the_numbers(drafted: tuple[Campaign, Path], papers: Path) -> None:
    campaign, _ = drafted
    status = campaign.status(DAY)
    errors: dict[str, int] = {}
    for line in status.lines:
        party = line.party.split("/")[0]
        errors[party] = errors.get(party, 0) + line.errors
    with zipfile.ZipFile(papers / "数据分析报告.docx") as parts:
        said = re.findall(r'descr="([^"]*未改正[^"]*)"', parts.read("word/document.xml").decode())
        pictures = [parts.read(name) for name in parts.namelist() if name.endswith(".png")]
    (quality,) = said
    counted = re.findall(r"(?:：|；)([^；]+?) 错误 (\d+)", quality)
    assert {party: int(count) for party, count in counted if int(count)} == {
        party: count for party, count in errors.items() if count
    }
    assert pictures
    assert all(one.startswith(b"\x89PNG") for one in pictures)


def test_a_picture_needs_no_chinese_font_of_the_machine() -> None:
    """Without the packaged font every sign would be the same empty box."""

    def drawn(label: str) -> bytes:
        return picture(Chart("标题", [Bar(label, (("good", 1.0),))], {"good": "合格"}))

    assert drawn("教务") == drawn("教务")
    assert drawn("教务") != drawn("学生")


def test_the_summary_has_every_indicator_and_places_to_sign(
    drafted: tuple[Campaign, Path], papers: Path
) -> None:
    campaign, _ = drafted
    sheet = openpyxl.load_workbook(papers / "核心数据汇总表.xlsx").active
    assert sheet is not None
    text = "\n".join(str(value) for row in sheet.iter_rows(values_only=True) for value in row if value)
    for said in (text, words(papers / "核心数据汇总表.docx")):
        assert all(one.id in said for one in campaign.indicators().indicators)
        assert all(table.name in said for table in campaign.catalog.tables.values())
        assert "学校（公章）" in said
    assert sheet.page_setup.paperSize == 9  # A4


def test_a_bundle_carries_the_papers_and_is_last_year_for_the_next(
    drafted: tuple[Campaign, Path], first_round: Season, tmp_path: Path
) -> None:
    campaign, folder = drafted
    assert not verify(folder)
    for name in (
        "报告/数据分析报告.docx",
        "报告/数据分析报告.html",
        "报告/核心数据汇总表.xlsx",
        "佐证材料清单.xlsx",
    ):
        assert (folder / name).is_file(), name
    forms = list((folder / "审核报表").glob("*.docx"))
    assert forms
    for path in (*forms, *(folder / "报告").glob("*.docx")):
        assert words(path).startswith("（草稿，不得上报）"), path.name
    kept = json.loads((folder / INDICATORS).read_text(encoding="utf-8"))
    assert kept == json.loads(json.dumps(campaign.indicators().as_json()))
    later = first_round.copy(tmp_path / "采集")
    config = later.folder / CONFIG_NAME
    config.write_text(
        config.read_text(encoding="utf-8").replace('previous = ""', f'previous = "{folder.as_posix()}"'),
        encoding="utf-8",
    )
    later = Campaign.open(later.folder)
    later.report(tmp_path / "报告", DAY)
    page = (tmp_path / "报告" / "数据分析报告.html").read_text(encoding="utf-8")
    assert "没有上年的指标" not in page
    assert page.count("<td>+0.0%</td>") > 5


def test_a_bundle_read_back_into_a_fresh_campaign_says_the_same(
    drafted: tuple[Campaign, Path], examples: Path, tmp_path: Path
) -> None:
    """The sheet of a table one party fills goes back as it is; of several parties each gets the rows that are its own."""
    campaign, folder = drafted
    fresh = init_example(tmp_path / "新采集", examples)
    compared: list[tuple[str, str]] = []
    sheets: dict[str, list[Path]] = {}
    for table in campaign.catalog.tables.values():
        sheet = folder / "xlsx" / f"{table.id}.xlsx"
        if table.sql or not sheet.is_file():
            continue
        content = pq.read_table(folder / "parquet" / f"{table.id}.parquet").to_pylist()
        by_party: dict[str, list[list[object]]] = {}
        for row in content:
            by_party.setdefault(row[PARTY], []).append([row[field.name] for field in table.fields])
        for party, rows in by_party.items():
            path = sheet
            if len(by_party) > 1:
                path = tmp_path / f"{table.id}-{party.replace('/', '-')}.xlsx"
                write_plain(path, table, rows, "", None)
            sheets.setdefault(party, []).append(path)
            compared.append((table.id, party))
    for party, paths in sheets.items():
        cloud = party == CLOUD
        for result in fresh.ingest(paths, department="" if cloud else party, cloud=cloud):
            assert result.outcome == "accepted", (result.file, result.reason)
    assert len(compared) > 50
    with campaign.store() as before, fresh.store() as store:
        for table_id in dict.fromkeys(at for at, _ in compared):
            said, now = before.digests(table_id), store.digests(table_id)
            parties = [party for at, party in compared if at == table_id]
            assert {at: now[at] for at in parties} == {at: said[at] for at in parties}, table_id
