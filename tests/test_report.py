"""The report as a workbook: every finding with a link to its rule, waivers and rounds beside."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from season import Season
from statecollect.workflow.findings_report import write_report
from statecollect.workflow.validate import Validation


def test_each_finding_leads_to_its_rule(first_round: Season, tmp_path: Path) -> None:
    path = tmp_path / "报告.xlsx"
    found: Validation = first_round.validation
    write_report(path, found, "某某职业学院")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["问题", "规则", "与上次比较"]
    rows = list(book["问题"].iter_rows(min_row=4))
    assert len(rows) == len(found.findings)
    linked = 0
    for row in rows:
        cell = row[-1]
        if cell.hyperlink is not None:
            sheet, _, place = str(cell.hyperlink.location).replace("'", "").partition("!")
            assert book[sheet][place].value == cell.value
            linked += 1
    assert linked == sum(one.rule in {r.rule.id for r in found.results} for one in found.findings)
