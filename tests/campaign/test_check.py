"""``check``, the clerk's own tool: it finds what this workbook can tell, and leaves the rest to the whole college."""

from __future__ import annotations

import json

import openpyxl
import pytest
from typer.testing import CliRunner

from season import Season
from statecollect.check import check_file
from statecollect.cli.app import app
from statecollect.workbook.stamp import read_stamp


@pytest.mark.parametrize("party", ["校内教师/0003 黄佑志", "环境工程系"])
def test_a_workbook_without_faults_gets_no_warning_for_what_others_fill(
    first_round: Season, party: str
) -> None:
    """One teacher is no ratio of the college; a department's nil return is not the list of all teachers."""
    result = check_file(first_round.returns[party])
    assert [one.message for one in result.findings if one.severity != "note"] == []
    assert result.waiting > 0


def test_references_between_tables_nobody_else_fills_are_checked(first_round: Season) -> None:
    result = check_file(first_round.returns["教务处"])
    assert any(one.rule.startswith("1.3.1-REF") for one in result.findings)
    assert result.waiting > 0


def test_how_many_rules_wait_is_said(first_round: Season) -> None:
    path = str(first_round.returns["环境工程系"])
    shown = CliRunner().invoke(app, ["check", path, "--json"])
    waiting = json.loads(shown.stdout)["files"][0]["rules_waiting"]
    assert f"有 {waiting} 条规则要等全校数据，未检查" in CliRunner().invoke(app, ["check", path]).output


@pytest.mark.parametrize(
    ("party", "alone", "shared"),
    [("教务处", "1.3.1", ""), ("环境工程系", "", "1.4.1"), ("校内教师/0003 黄佑志", "", "1.4.1")],
)
def test_a_template_says_which_tables_nobody_else_fills(
    first_round: Season, party: str, alone: str, shared: str
) -> None:
    sheet = openpyxl.load_workbook(first_round.returns[party])["_statecollect"]
    found = read_stamp([(str(row[0].value), str(row[1].value)) for row in sheet.iter_rows()])
    assert found is not None
    assert not alone or alone in found[0].alone
    assert shared not in found[0].alone
