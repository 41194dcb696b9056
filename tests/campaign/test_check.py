"""``check``, the clerk's own tool: it finds what this workbook can tell, and leaves the rest to the whole college."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from statecollect.campaign import Campaign
from statecollect.campaign.demo import FilledRows, example_rows, fill
from statecollect.campaign.outgoing.self_check import check_file
from statecollect.cli.app import app
from statecollect.workbook.stamp import read_stamp

TEACHER, UNIT, OFFICE = "校内教师/0003 黄佑志", "环境工程系", "党政办"


@pytest.fixture(scope="module")
def rows(examples: Path) -> FilledRows:
    return example_rows(examples / "2022")


@pytest.fixture
def returned(campaign: Campaign, rows: FilledRows, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """The party's workbook, filled without a fault."""
    return fill(campaign, rows, tmp_path / "返回", [request.param])[0]


@pytest.mark.parametrize("returned", [TEACHER, UNIT, OFFICE], indirect=True)
def test_a_workbook_without_faults_gets_no_warning_for_what_others_fill(returned: Path) -> None:
    """One teacher is no ratio of the college; a department's nil return is not the list of all teachers."""
    result = check_file(returned)
    assert result.deliveries
    assert [one.message for one in result.findings if one.severity != "note"] == []
    assert result.waiting > 0


def test_references_into_tables_nobody_else_fills_are_checked(
    campaign: Campaign, rows: FilledRows, tmp_path: Path
) -> None:
    units = [dict(row) for row in rows[OFFICE, "1.1.3"]]
    units[-1]["上级机构代码"] = "D99"
    path = fill(campaign, {**rows, (OFFICE, "1.1.3"): units}, tmp_path / "返回", [OFFICE])[0]
    assert [one.rule for one in check_file(path).findings if one.severity != "note"] == ["1.1.3-REF01"]


@pytest.mark.parametrize("returned", [TEACHER], indirect=True)
def test_how_many_rules_wait_is_said(returned: Path) -> None:
    shown = CliRunner().invoke(app, ["check", str(returned), "--json"])
    waiting = json.loads(shown.stdout)["files"][0]["rules_waiting"]
    text = CliRunner().invoke(app, ["check", str(returned)]).output
    assert f"有 {waiting} 条规则要等全校数据，未检查" in text


@pytest.mark.parametrize(
    ("returned", "alone", "shared"),
    [(OFFICE, "1.1.3", "1.4.1"), (UNIT, "", "1.4.1"), (TEACHER, "", "1.4.1")],
    indirect=["returned"],
)
def test_a_template_says_which_tables_nobody_else_fills(returned: Path, alone: str, shared: str) -> None:
    sheet = openpyxl.load_workbook(returned)["_statecollect"]
    found = read_stamp([(str(row[0].value), str(row[1].value)) for row in sheet.iter_rows()])
    assert found is not None
    assert not alone or alone in found[0].alone
    assert shared not in found[0].alone


@pytest.mark.parametrize("returned", [UNIT], indirect=True)
def test_the_marked_workbook_keeps_what_the_cover_said(returned: Path, tmp_path: Path) -> None:
    """Nobody here has the campaign that knows it."""
    marked = tmp_path / "标好的.xlsx"
    check_file(returned, marked=marked)
    before, after = (
        [[cell.value for cell in row] for row in openpyxl.load_workbook(path)["封面"].iter_rows()]
        for path in (returned, marked)
    )
    tasks = [line for line in before if str(line[0])[:1].isdigit() and line[1]]
    assert tasks
    assert [line for line in after if str(line[0])[:1].isdigit() and line[1]] == tasks
    assert after[:3] == before[:3]


@pytest.mark.parametrize("tables", [["1.3.2"], ["1.5.2"], ["1.3.2", "1.5.2"]])
def test_a_table_that_nobody_fills_is_left_out_with_a_word_and_costs_no_other(
    campaign: Campaign, rows: FilledRows, tmp_path: Path, tables: list[str]
) -> None:
    """``check`` and ``ingest`` say the same of it, and take the teacher's own tables as ever."""
    path = fill(campaign, rows, tmp_path / "返回", [TEACHER])[0]
    alone = [one.table for one in check_file(path).deliveries]
    book = openpyxl.load_workbook(path)
    for table in tables:
        sheet = book.create_sheet(table)
        sheet.append([field.name for field in campaign.catalog.tables[table].fields])
        sheet.append(["甲"] * 3)
    book.save(path)
    (taken,) = campaign.ingest([path])
    for result in (check_file(path), taken):
        assert [one.table for one in result.deliveries] == alone
        assert [one.rule for one in result.findings if "自动生成" in one.message] == [
            f"{table}-S04" for table in tables
        ]
        assert {one.sheet for one in result.ignored} >= set(tables)
        assert result.outcome == "accepted"
