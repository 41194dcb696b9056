"""Workbooks for the tests of the writer, made from a tiny year; nobody in them is real."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from statecollect.catalog import Catalog, load_year
from statecollect.findings import Finding, Origin
from statecollect.workbook.book_content import Copy, Elsewhere, Leftovers
from statecollect.workbook.stamp import BookKind, Stamp
from statecollect.workbook.write.writer import BookContent, SheetContent, Task, write_workbook

DATA = Path(__file__).resolve().parents[1] / "data"
SECRET = b"a key for tests"
PEOPLE = "1.1.1 人员表"
FORMULA = '=HYPERLINK("http://x.example","点")'
ROWS: list[list[object]] = [
    [
        "0035",
        "张三",
        "男",
        "11010519491231002X",
        dt.date(1949, 12, 31),
        "2001-09",
        "高职专科",
        "扩招",
        "实训",
        "否",
    ],
    [
        "0036",
        FORMULA,
        "未知",
        430102200509011234,
        "1990.13",
        "+8",
        "@x",
        "-1",
        None,
        "是",
        None,
        12.5,
        "十二",
    ],
]


def catalog() -> Catalog:
    """Return the tiny year."""
    return load_year(DATA / "toy_writer" / "2030")


def content(
    *,
    rows: list[list[object]] | None = None,
    findings: tuple[Finding, ...] = (),
    besides: Leftovers = Leftovers(),  # noqa: B008  # immutable
    copies: tuple[Copy, ...] = (),
    elsewhere: tuple[Elsewhere, ...] = (),
    nil: bool = False,
    read_only: bool = False,
    kind: BookKind = "template",
    watermark: str | None = None,
    offered: dict[tuple[str, str], list[str]] | None = None,
) -> BookContent:
    """Describe a party's workbook with both tables of the tiny year."""
    year = catalog()
    people, school = year.tables["1.1.1"], year.tables["1.1.2"]
    return BookContent(
        title=year.year.title,
        school="某某职业学院",
        party="教务处",
        tasks=[
            Task(people, "人事处、各系部", "人事处", "教务处", "张三", "2030-09-13", "附审核表"),
            Task(school, "党政办", "教务处", "党政办", "李四", "2030-09-20"),
        ],
        sheets=[
            SheetContent(people, rows or [], findings, besides=besides),
            SheetContent(school, nil=nil),
        ],
        stamp=Stamp("2030采集", "某某职业学院", "2030", "教务处", ("1.1.1", "1.1.2"), year.digest[:16], kind),
        read_only=read_only,
        watermark=watermark,
        deadline="2030-09-13",
        contact="教务处 028-00000000",
        offered=offered or {},
        copies=copies,
        elsewhere=elsewhere,
    )


def finding(row: int | None, field: str | None, message: str, severity: str = "error") -> Finding:
    """Return a finding about the people's table."""
    origin = Origin("教务处.xlsx", PEOPLE, row, None)
    return Finding("1.1.1-F01", severity, "1.1.1", message, "照样子改", field, "所填", origin)  # type: ignore[arg-type]


def write(path: Path, book: BookContent) -> Path:
    """Write the workbook and return its path."""
    write_workbook(path, book, catalog(), SECRET)
    return path
