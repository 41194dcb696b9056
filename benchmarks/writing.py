"""Writing: templates of all parties, marked returns, exported sheets; beside XlsxWriter and openpyxl with the same cells."""

from __future__ import annotations

import shutil
from itertools import count
from pathlib import Path

import openpyxl
import xlsxwriter

from benchmarks import data
from benchmarks.measure import Line, compare, side_by_side
from statecollect.campaign import Campaign
from statecollect.catalog import Catalog
from statecollect.findings import Finding, Origin
from statecollect.workbook.book_content import BookContent, SheetContent
from statecollect.workbook.layout import FIRST_DATA_ROW
from statecollect.workbook.write.writer import write_workbook

FINDINGS = 500


def measure(folder: Path, rows: int, repetitions: int) -> list[Line]:
    """Compare each kind of workbook."""
    folder.mkdir()
    return [_templates(folder, repetitions), *_sheets(folder, rows, repetitions)]


def _templates(folder: Path, repetitions: int) -> Line:
    campaign = data.campaign(folder / "campaign")
    number = count()

    def ours() -> None:
        out = folder / f"templates-{next(number)}"
        made = campaign.make_templates(out)
        if not made:
            raise RuntimeError("no templates")
        shutil.rmtree(out)

    costs = side_by_side(
        {"XlsxWriter": lambda: _bare_templates(campaign, folder / "bare"), "ours": ours}, repetitions
    )
    parties = sum(any(one in campaign.catalog.tables for one in tables) for tables in campaign.tasks.values())
    return compare(
        f"`make-templates`, {parties} parties, in process",
        costs["ours"],
        "XlsxWriter: the same sheets with headers, lists, comments and formats",
        costs["XlsxWriter"],
        at_most=2.0,
        stretch=1.3,
    )


def _bare_templates(campaign: Campaign, out: Path) -> None:
    """Write a workbook for each party with a sheet a table: formats, a list and a comment a column, a sheet of lists."""
    out.mkdir(exist_ok=True)
    for party, tables in campaign.tasks.items():
        known = [campaign.catalog.tables[one] for one in tables if one in campaign.catalog.tables]
        if not known:
            continue
        with xlsxwriter.Workbook(out / f"{party.name}.xlsx") as book:
            head, text = (
                book.add_format({"bold": True, "bg_color": "#DDEBF7"}),
                book.add_format({"num_format": "@"}),
            )
            lists = book.add_worksheet("lists")
            used: dict[str, str] = {}
            for table in known:
                sheet = book.add_worksheet(table.title)
                for column, field in enumerate(table.fields):
                    sheet.write_string(0, column, field.name, head)
                    sheet.write_comment(0, column, field.note or field.name)
                    sheet.set_column(column, column, 16, text)
                    if field.codes:
                        sheet.data_validation(
                            1,
                            column,
                            1000,
                            column,
                            {
                                "validate": "list",
                                "source": _listed(lists, used, field.codes, campaign.catalog),
                            },
                        )


def _listed(lists: xlsxwriter.worksheet.Worksheet, used: dict[str, str], name: str, catalog: Catalog) -> str:
    if name not in used:
        labels = catalog.codes[name].labels or ["–"]
        column = len(used)
        lists.write_column(0, column, labels)
        letters = xlsxwriter.utility.xl_col_to_name(column)
        used[name] = f"=lists!${letters}$1:${letters}${len(labels)}"
    return used[name]


def _sheets(folder: Path, rows: int, repetitions: int) -> list[Line]:
    campaign = data.campaign(folder / "college")
    catalog = campaign.catalog
    table = catalog.tables[data.STUDENTS]
    cells = data.cells(table, rows)
    names = [field.name for field in table.fields]
    found = [
        Finding(
            f"{table.id}-F02",
            "error",
            table.id,
            "不在可选范围之内",
            "从下拉列表中选",
            names[at % len(names)],
            "查无此项",
            Origin("教务处.xlsx", table.title, FIRST_DATA_ROW + at * (rows // FINDINGS)),
            data.OFFICE,
        )
        for at in range(FINDINGS)
    ]

    def content(findings: list[Finding], read_only: bool = False) -> BookContent:
        return BookContent(
            "标题", "学校", data.OFFICE, (), [SheetContent(table, cells, findings)], read_only=read_only
        )

    def with_xlsxwriter() -> None:
        with xlsxwriter.Workbook(folder / "peer.xlsx", {"constant_memory": True}) as book:
            sheet = book.add_worksheet()
            for at, row in enumerate([names, *cells]):
                for column, value in enumerate(row):
                    sheet.write(at, column, value)

    def with_openpyxl() -> None:
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet()
        for row in [names, *cells]:
            sheet.append(row)
        book.save(folder / "peer.xlsx")

    costs = side_by_side(
        {
            "XlsxWriter constant_memory": with_xlsxwriter,
            "openpyxl write_only": with_openpyxl,
            "marked": lambda: write_workbook(folder / "marked.xlsx", content(found), catalog),
            "export": lambda: write_workbook(folder / "export.xlsx", content([], read_only=True), catalog),
        },
        repetitions,
    )
    size = f"{rows:,} × {len(names)}"
    return [
        compare(f"{what}, {size}", costs[ours], name, costs[name], at_most=limit, stretch=hoped)
        for ours, what in (
            ("marked", f"marked return with {FINDINGS} findings"),
            ("export", "exported sheet"),
        )
        for name, limit, hoped in (
            ("XlsxWriter constant_memory", 1.2, 0.5),
            ("openpyxl write_only", 0, 0),
        )
    ]
