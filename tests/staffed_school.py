"""A small school with units and teachers, made from nothing of ours: every sheet by openpyxl."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from openpyxl import Workbook

from statecollect.campaign import Campaign
from statecollect.school.config import School

TOY = Path(__file__).resolve().parent / "data" / "toy_store" / "2099"
NOW = dt.datetime(2099, 9, 10, 8, 0, tzinfo=dt.UTC)
UNITS = ("信息系", "机电系", "环境系")
TEACHERS = [(f"{number:04}", name) for number, name in enumerate(("张一", "李二", "王三", "赵四"), start=1)]
GROUP = "校内教师"
_WORDS = "\nparty_words: {各系部: units, 校内教师: teachers, 校外兼职教师: teachers}\n"
_AWARDS = """id: 1.6.1
name: 获奖表
key: [编号]
fields:
  - {name: 编号, required: yes}
  - {name: 获奖人工号, kind: staff_no}
"""
HEADER = ("数据架构", "数据项目", "数据表单", "数据源", "填表用户", "审核用户", "责任人", "备注")
ROWS = (
    ("1.1.3机构表", "各系部"),
    ("1.2.1专业表", "各系部、教务处"),
    ("1.4.1教师表", "校内教师"),
    ("1.6.1获奖表", "校内教师"),
)


def schemas(root: Path, parties: str = _WORDS) -> Path:
    """Make the year of this school; STATECOLLECT_SCHEMAS has to name the folder."""
    year = shutil.copytree(TOY, root / "2099")
    with (year / "catalog.yaml").open("a", encoding="utf-8") as catalog:
        catalog.write(parties)
    (year / "tables" / "1.5.2-统计表.yaml").unlink()  # one of its rules cannot run, on purpose
    (year / "tables" / "1.6.1.yaml").write_text(_AWARDS, encoding="utf-8")
    return root


def breakdown(path: Path, rows: Sequence[tuple[str, str]] = ROWS) -> Path:
    """Write the task breakdown as an office does."""
    book = Workbook()
    book.worksheets[0].append(HEADER)
    for table, fillers in rows:
        book.worksheets[0].append(("1基础数据表", "1.1学校", table, "教务处", fillers, "教务处", "阳锋", ""))
    book.save(path)
    return path


def roster(path: Path, teachers: Iterable[tuple[str, str]] = TEACHERS) -> Path:
    """Write a list of teachers."""
    book = Workbook()
    book.worksheets[0].append(("工号", "姓名"))
    for number, name in teachers:
        book.worksheets[0].append((number, name))
    book.save(path)
    return path


def found(folder: Path, rows: Sequence[tuple[str, str]] = ROWS) -> Campaign:
    """Make the campaign in ``folder/采集``."""
    campaign, _, _ = Campaign.init(
        folder / "采集",
        breakdown(folder / "任务分解表.xlsx", rows),
        year="2099",
        school=School(name="小学校"),
        departments=("教务处",),
        units=UNITS,
    )
    return campaign


def give(campaign: Campaign, party: str, table: str, header: Sequence[str], *rows: Sequence[str]) -> str:
    """Return a table for a party as a workbook somebody made without the template."""
    path = campaign.folder / "收到.xlsx"
    book = Workbook()
    book.worksheets[0].title = f"{table} {campaign.catalog.tables[table].name}"
    for row in (header, *rows):
        book.worksheets[0].append(list(row))
    book.save(path)
    (result,) = campaign.ingest([path], department=party, now=NOW)
    assert result.outcome == "accepted", result.reason
    return result.party


def own(campaign: Campaign, number: str, name: str) -> str:
    """Take in one teacher's own line."""
    return give(campaign, f"{GROUP}/{number} {name}", "1.4.1", ("工号", "姓名"), (number, name))
