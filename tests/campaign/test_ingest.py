"""Taking in workbooks: idempotent, the newest counts, every cell accounted for, every mistake found at its cell."""

from __future__ import annotations

import csv
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import season
from season import Season
from statecollect.campaign import Campaign
from statecollect.campaign.demo import FIRST_DAY, example_mistakes, fill, fill_cloud, init_example
from statecollect.campaign.outgoing.templates import book_content
from statecollect.catalog.table_digest import table_digest
from statecollect.core.errors import UsageError
from statecollect.school.parties import CLOUD
from statecollect.workbook.write.writer import write_workbook
from statecollect.workflow.status import PartyTable

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SLIPS = example_mistakes(EXAMPLES / "2022")
NAMES = [f"{slip.table} {slip.row} {slip.field} {slip.why}" for slip in SLIPS]


def test_every_workbook_of_the_first_round_is_taken_in_mistakes_and_all(first_round: Season) -> None:
    assert {one.file: one.reason for one in first_round.results if one.outcome != "accepted"} == {}


def test_every_cell_is_stored_or_rejected_or_ignored(first_round: Season) -> None:
    deliveries = [one for result in first_round.results for one in result.deliveries]
    assert sum(one.cells_rejected for one in deliveries) >= 10
    for one in deliveries:
        assert one.cells_seen == one.cells_stored + one.cells_rejected + one.cells_ignored, (
            one.party,
            one.table,
        )


def test_cells_seen_are_the_cells_a_clerk_filled(first_round: Season) -> None:
    paths = first_round.returns | {CLOUD: first_round.cloud}
    for result in first_round.results:
        book = openpyxl.load_workbook(paths[result.party], read_only=True)
        for one in result.deliveries:
            if one.nil:
                continue
            rows = book[one.sheet].iter_rows(min_row=one.rows[0], values_only=True)
            typed = sum(cell is not None for row in rows for cell in row)
            assert one.cells_seen == typed, (one.party, one.table)


def test_every_column_of_every_table_is_taken(first_round: Season) -> None:
    catalog = Campaign.open(first_round.folder).catalog
    for result in first_round.results:
        for one in result.deliveries:
            if not one.nil:
                assert list(one.columns) == [field.name for field in catalog.tables[one.table].fields], (
                    one.table
                )


@pytest.mark.parametrize("at", range(len(SLIPS)), ids=NAMES)
def test_each_mistake_is_found_at_its_cell(first_round: Season, at: int) -> None:
    slip = first_round.mistakes[at]
    sheet = openpyxl.load_workbook(first_round.returns[slip.party], read_only=True)
    title = next(name for name in sheet.sheetnames if name.startswith(f"{slip.table} "))
    found = [
        finding
        for finding in first_round.validation.findings
        if (finding.party, finding.table, finding.field) == (slip.party, slip.table, slip.field)
        and finding.origin.row == season.sheet_row(slip)
    ]
    wanted = {"note"} if season.TIDIED in slip.why else {"error", "warning"}
    assert wanted & {finding.severity for finding in found}
    for finding in found:
        assert finding.origin.file == first_round.returns[slip.party].name
        assert finding.origin.sheet == title
        assert finding.origin.cell is not None
        assert sheet[title][finding.origin.cell].value in {slip.typed or None, _number(slip.typed)}


def test_the_same_files_again_change_nothing(first_round: Season, tmp_path: Path) -> None:
    campaign = first_round.copy(tmp_path / "采集")
    again = campaign.ingest(first_round.returns.values(), now=FIRST_DAY)
    assert {one.outcome for one in again} == {"unchanged"}
    assert season.digests(campaign) == first_round.digests
    with campaign.store() as store:
        assert len(store.events()) == len(first_round.returns) + 1  # the cloud's export


def test_the_order_of_arrival_does_not_matter(first_round: Season, tmp_path: Path, examples: Path) -> None:
    campaign = init_example(tmp_path / "另一次", examples)
    paths = list(first_round.returns.values())
    random.Random(3).shuffle(paths)
    campaign.ingest([first_round.cloud], cloud=True)
    campaign.ingest(paths, now=FIRST_DAY)
    assert season.digests(campaign) == first_round.digests


def test_a_newer_workbook_replaces_the_party_s_older_rows(first_round: Season, tmp_path: Path) -> None:
    campaign = first_round.copy(tmp_path / "采集")
    before = campaign.table("1.1.3")
    newer = {place: rows for place, rows in first_round.rows.items() if place[0] == "党政办"}
    newer["党政办", "1.1.3"] = newer["党政办", "1.1.3"][:-2]
    assert [one.outcome for one in campaign.ingest(fill(campaign, newer, tmp_path, ["党政办"]))] == [
        "accepted"
    ]
    after = campaign.table("1.1.3")
    assert len(after) == len(before) - 2
    assert season.digests(campaign)["1.2.1"] == first_round.digests["1.2.1"]
    with campaign.store() as store:
        assert [one.party for one in store.deliveries() if one.table == "1.1.3"] == ["党政办"]


def test_an_older_workbook_sent_again_counts_only_when_that_is_wanted(
    first_round: Season, tmp_path: Path
) -> None:
    campaign = first_round.copy(tmp_path / "采集")
    campaign.ingest([first_round.repaired(campaign, "党政办", tmp_path)])
    assert season.digests(campaign)["1.1.3"] != first_round.digests["1.1.3"]
    repaired = season.digests(campaign)
    (old,) = campaign.ingest([first_round.returns["党政办"]])
    assert (old.outcome, "--again" in (old.reason or "")) == ("superseded", True)
    assert season.digests(campaign) == repaired
    assert [one.outcome for one in campaign.ingest([first_round.returns["党政办"]], again=True)] == [
        "accepted"
    ]
    assert season.digests(campaign) == first_round.digests


def test_a_nil_return_is_a_return_without_rows(campaign: Campaign, tmp_path: Path) -> None:
    result = campaign.ingest(fill(campaign, {}, tmp_path, ["合就处"]))[0]
    assert result.outcome == "accepted"
    given = {one.table: (one.nil, len(one.rows)) for one in result.deliveries}
    assert set(given.values()) == {(True, 0)}
    lines = [line for line in campaign.status().lines if line.party == "合就处" and line.table in given]
    assert {line.state for line in lines} == {"nil"}


def test_a_partial_return_is_taken_and_names_what_is_missing(
    first_round: Season, campaign: Campaign, tmp_path: Path
) -> None:
    path = fill(
        campaign, {("信息工程系", "1.4.2"): first_round.rows["信息工程系", "1.4.2"]}, tmp_path, ["信息工程系"]
    )[0]
    book = openpyxl.load_workbook(path)
    for row in book["封面"].iter_rows():
        for cell in row:
            if cell.value == "是":
                cell.value = None
    book.save(path)
    result = campaign.ingest([path])[0]
    assert [one.table for one in result.deliveries] == ["1.4.2"]
    assert result.missing
    states = {line.table: line.state for line in campaign.status().lines if line.party == "信息工程系"}
    assert states["1.4.2"] == "returned"
    assert {states[table] for table in result.missing} == {"not_returned"}


def test_a_file_without_template_needs_the_department(
    first_round: Season, campaign: Campaign, tmp_path: Path
) -> None:
    rows = first_round.rows["党政办", "1.1.3"]
    path = tmp_path / "机构.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    refused = campaign.ingest([path])[0]
    assert (refused.outcome, "--department" in (refused.reason or "")) == ("refused", True)
    taken = campaign.ingest([path], department="党政办")[0]
    assert (taken.outcome, taken.party) == ("accepted", "党政办")
    assert len(campaign.table("1.1.3")) == len(rows)


def test_a_missing_file_stops_before_anything_is_taken_in(
    first_round: Season, campaign: Campaign, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="文件不存在"):
        campaign.ingest([first_round.returns["党政办"], tmp_path / "没有.xlsx"])
    assert len(campaign.table("1.1.3")) == 0


def test_one_bad_file_does_not_stop_the_rest(first_round: Season, campaign: Campaign, tmp_path: Path) -> None:
    bad = tmp_path / "坏.xlsx"
    bad.write_bytes(first_round.returns["党政办"].read_bytes()[:5000])
    outcomes = {one.file: one.outcome for one in campaign.ingest([bad, first_round.returns["党政办"]])}
    assert outcomes == {"坏.xlsx": "refused", "党政办.xlsx": "accepted"}


def _number(text: str) -> int | float | None:
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return None


def test_a_missing_required_column_stands_until_the_table_comes_again(
    first_round: Season, tmp_path: Path
) -> None:
    campaign = first_round.copy(tmp_path / "采集")
    book = openpyxl.load_workbook(first_round.repaired(campaign, "图书馆", tmp_path))
    sheet = next(sheet for sheet in book.worksheets if sheet.title.startswith("1.1.6 "))
    next(cell for cell in sheet[4] if "阅览室座位数" in str(cell.value)).value = "座位"
    changed = tmp_path / "图书馆-改过.xlsx"
    book.save(changed)
    assert [one.outcome for one in campaign.ingest([changed])] == ["accepted"]
    found = [one for one in campaign.validate().findings if one.table == "1.1.6" and one.severity == "error"]
    assert [one.rule.split("-")[-1] for one in found] == ["S01"]
    assert "阅览室座位数" in found[0].message
    campaign.ingest([first_round.repaired(campaign, "图书馆", tmp_path)], again=True)
    assert [one for one in campaign.validate().findings if one.table == "1.1.6"] == []


def test_an_export_of_the_cloud_platform_is_taken_by_its_headers(first_round: Season) -> None:
    (result,) = [one for one in first_round.results if one.party == CLOUD]
    assert (result.outcome, result.findings) == ("accepted", ())
    tables = {table for party, table in first_round.rows if party == CLOUD}
    assert {one.table: len(one.rows) for one in result.deliveries} == {
        table: len(first_round.rows[CLOUD, table]) for table in tables
    }
    states = {line.table: line.state for line in campaign_lines(first_round) if line.party == CLOUD}
    assert {table for table, state in states.items() if state == "returned"} == tables


def campaign_lines(first_round: Season) -> tuple[PartyTable, ...]:
    return Campaign.open(first_round.folder).status().lines


def test_a_template_is_no_export_of_the_cloud_platform(first_round: Season, tmp_path: Path) -> None:
    campaign = first_round.copy(tmp_path / "采集")
    (result,) = campaign.ingest([first_round.returns["党政办"]], cloud=True)
    assert result.outcome == "refused"
    assert "党政办" in (result.reason or "")


def stamped(campaign: Campaign, path: Path, secret: bytes, changed: dict[str, Any]) -> Path:
    """Write an office's filled template with another identity."""
    table = campaign.catalog.tables["1.1.3"]
    rows = {table.id: [["D01"] + [None] * (len(table.fields) - 1)]}
    content = book_content(campaign.issuer, "党政办", [table], rows=rows)
    assert content.stamp is not None
    write_workbook(path, replace(content, stamp=replace(content.stamp, **changed)), campaign.catalog, secret)
    return path


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"school": "邻校", "campaign": "2022-邻校"}, "属于「邻校」"),
        ({"campaign": "2022-春"}, "不是本次采集的"),
        ({"year": "2021"}, "这是 2021 年度的模板"),
        ({"kind": "export"}, "导出的汇总表"),
        ({"party": "学生处"}, "没有分给「学生处」填报"),
    ],
)
def test_a_workbook_of_another_school_year_or_party_is_refused_by_name(
    campaign: Campaign, tmp_path: Path, changed: dict[str, str], said: str
) -> None:
    (result,) = campaign.ingest([stamped(campaign, tmp_path / "表.xlsx", campaign.secret, changed)])
    assert (result.outcome, result.deliveries) == ("refused", ())
    assert said in str(result.reason)
    assert campaign.log() == []


def test_an_identity_changed_by_hand_is_noticed(campaign: Campaign, tmp_path: Path) -> None:
    (result,) = campaign.ingest([stamped(campaign, tmp_path / "表.xlsx", b"another key", {})])
    assert "身份信息被改动" in str(result.reason)


@pytest.mark.parametrize(
    ("schema", "before"),
    [
        ("{1.1.3}", None),
        ("1.1.2:{1.1.2} 1.1.3:{1.1.3}", None),
        ("1.1.2:{1.1.2} 1.1.3:0123456789ab", "1.1.3 内设机构表 改动栏目或选项"),
        ("1.1.2:0123456789ab 9.9.9:0123456789ab 1.1.3:{1.1.3}", "1.1.2 联系表、9.9.9 改动栏目或选项"),
        ("{year}", None),  # as the first release wrote it: one for the whole year
        ("0123456789abcdef", "数据目录更新"),
    ],
)
def test_a_template_of_an_older_schema_is_taken_and_its_changed_tables_are_named(
    campaign: Campaign, tmp_path: Path, schema: str, before: str | None
) -> None:
    catalog = campaign.catalog
    said = {one: table_digest(catalog, table) for one, table in catalog.tables.items()}
    for name, digest in {**said, "year": catalog.digest[:16]}.items():
        schema = schema.replace(f"{{{name}}}", digest)
    changed = {"schema": schema} if schema != said["1.1.3"] else {}  # as make-templates does it
    (result,) = campaign.ingest([stamped(campaign, tmp_path / "表.xlsx", campaign.secret, changed)])
    assert result.outcome == "accepted"
    notes = [one for one in result.findings if one.rule == "S15"]
    said_of = [(one.severity, one.party, one.message.partition("以前做的")[0]) for one in notes]
    assert said_of == ([("note", "党政办", f"这份模板是{before}")] if before else [])


def test_cloud_and_supplement_become_one_row_and_both_are_kept(
    first_round: Season, campaign: Campaign, tmp_path: Path
) -> None:
    table, key = "1.6.1", "统一社会信用代码"
    whole = first_round.rows["合就处", table]
    first, second = [name for name, text in whole[0].items() if text and name != key][:2]
    supplied = [{**whole[0], first: ""}, *whole[1:]]
    (office,) = fill(campaign, {**first_round.rows, ("合就处", table): supplied}, tmp_path, ["合就处"])
    cloud = fill_cloud(campaign, {(CLOUD, table): [{**whole[0], second: ""}]}, tmp_path / "云端.xlsx")
    campaign.ingest([office])
    campaign.ingest([cloud], cloud=True)
    merged = campaign.table(table)
    assert len(merged) == len(whole)
    (row,) = merged[merged[key] == whole[0][key]].to_dict("records")
    assert (str(row[first]), str(row[second])) == (whole[0][first], whole[0][second])
    with campaign.store() as store:
        names = [field.name for field in campaign.catalog.tables[table].fields]
        told = {
            party: dict(zip(names, store.party_rows(table, party)[0], strict=True))
            for party in (CLOUD, "合就处")
        }
    assert (told[CLOUD][second], told["合就处"][first]) == (None, None)
