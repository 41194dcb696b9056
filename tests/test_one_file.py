"""A new field and a new rule are one change in one YAML file: template, intake, check and marked return follow."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from statecollect.campaign import Campaign
from statecollect.campaign.demo import fill
from statecollect.school.config import School

HERE = Path(__file__).parent
TABLE = "1.1.3"
BREAKDOWN = "数据架构,数据项目,数据表单,数据源,填表用户,审核用户,责任人,备注\n1基础数据表,1.1学校,1.1.3机构表,教务处,教务处,教务处,某人,\n"
FIELD = "  - {name: 人数, kind: integer, unit: 人, note: 在岗人数}\n"
RULE = """rules:
  - id: 1.1.3-R01
    check: 人数 <= 500
    fields: [人数]
    message: 「{机构名称}」有「{人数}」人，太多了
    hint: 核对人数
    breaks: {set: {人数: 501}}
"""


def one_file_changed(years: Path) -> None:
    """Append the field and the rule to the table's file, which ends with its fields."""
    path = next(years.glob(f"2099/tables/{TABLE}-*.yaml"))
    path.write_text(path.read_text(encoding="utf-8") + FIELD + RULE, encoding="utf-8", newline="\n")


@pytest.fixture
def campaign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Campaign:
    years = tmp_path / "schemas"
    shutil.copytree(HERE / "data" / "toy_store" / "2099", years / "2099")
    one_file_changed(years)
    monkeypatch.setenv("STATECOLLECT_SCHEMAS", str(years))
    breakdown = tmp_path / "任务分解表.csv"
    breakdown.write_text(BREAKDOWN, encoding="utf-8")
    made, _, _ = Campaign.init(
        tmp_path / "采集", breakdown, year="2099", school=School(name="某校"), departments=["教务处"]
    )
    return made


def test_the_new_field_is_asked_for_collected_and_checked_by_the_new_rule(
    campaign: Campaign, tmp_path: Path
) -> None:
    (template,) = campaign.make_templates()
    assert template.path.is_file()

    rows = {("教务处", TABLE): [{"机构名称": "甲系", "人数": "30"}, {"机构名称": "乙系", "人数": "501"}]}
    (returned,) = fill(campaign, rows, tmp_path / "返回", ["教务处"])
    (result,) = campaign.ingest([returned])
    assert result.outcome == "accepted"
    assert list(campaign.table(TABLE)["人数"]) == [501, 30]  # in the order of the key

    validation = campaign.validate()
    (finding,) = [one for one in validation.findings if one.rule == "1.1.3-R01"]
    assert finding.message == "「乙系」有「501」人，太多了"
    assert finding.origin.cell == "C6"
    assert [path.name for path in campaign.write_marked(tmp_path / "退回", validation).written] == [
        "教务处-退回修改.xlsx"
    ]
