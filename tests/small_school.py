"""A school so small that a whole season takes a second: four tables, two parties. Its year is ``data/toy_store/2099``."""

from __future__ import annotations

import csv
import datetime as dt
import os
from pathlib import Path

from statecollect.campaign import Campaign
from statecollect.campaign.demo import fill
from statecollect.school.config import School

YEARS = Path(__file__).resolve().parent / "data" / "toy_store"
NOW = dt.datetime(2099, 9, 10, 8, 0, tzinfo=dt.UTC)
PARTIES, TABLES = ("教务处", "信息系"), ("1.1.3", "1.2.1")
ROWS = {1: 40, 2: 25}  # of the larger table, by version of the return
_HEADER = ("数据架构", "数据项目", "数据表单", "数据源", "填表用户", "审核用户", "责任人", "备注")


def found(folder: Path) -> Campaign:
    """Make the campaign in ``folder/采集``, and its parties' returns in ``返回1`` and ``返回2``."""
    os.environ["STATECOLLECT_SCHEMAS"] = str(YEARS)
    breakdown = folder / "任务分解表.csv"
    with breakdown.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(_HEADER)
        for table, name in (("1.1.3", "机构表"), ("1.2.1", "专业表")):
            who = "、".join(PARTIES)
            writer.writerow(("1基础数据表", "1.1学校", f"{table}{name}", who, who, "教务处", "张责任", ""))
    campaign, _, _ = Campaign.init(
        folder / "采集", breakdown, year="2099", school=School(name="小学校"), departments=PARTIES
    )
    for version in ROWS:
        rows = {
            (party, table): made
            for party in PARTIES
            for table, made in (("1.1.3", units(party)), ("1.2.1", majors(party, version)))
        }
        fill(campaign, rows, folder / f"返回{version}", PARTIES)
    return campaign


def units(party: str) -> list[dict[str, str]]:
    """The department itself."""
    return [{"机构名称": party}]


def majors(party: str, version: int) -> list[dict[str, str]]:
    """Majors; one of them lasts unusually long, which is a warning."""
    return [
        {
            "专业代码": f"{party}{at:03}",
            "方向": "甲",
            "学制（年）": "7" if at == 3 else "3",
            "男生": str(20 + at + version),
            "院系": party,
        }
        for at in range(ROWS[version])
    ]
