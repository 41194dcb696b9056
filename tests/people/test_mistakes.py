"""What people do to their workbooks, as a table: what is found, at which cell, and how many rounds the repair takes.

A round is what an office does with a marked return: each cell on its list of problems is given what belongs there, the
steps of ``repair`` are done, and nothing but the marked workbook is at hand. At the end the workbook must say what it
should have said from the beginning; where nothing is found, it must say so at once.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from filling import College, Template
from openpyxl.comments import Comment
from openpyxl.utils import column_index_from_string
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from statecollect.campaign import Campaign
from statecollect.campaign.demo import example_rows, typed_cell
from statecollect.campaign.outgoing.self_check import check_file
from statecollect.catalog import load_catalog
from statecollect.findings import Finding
from statecollect.intake.result import FileResult
from statecollect.intake.returns import read_return
from statecollect.school.config import School
from statecollect.workbook.layout import FINDINGS_SHEET

CASES = yaml.safe_load(Path(__file__).with_name("mistakes.yaml").read_text(encoding="utf-8"))
IN_CELLS = [case for case in CASES if "cells" in case]
IN_SHAPE = [case for case in CASES if "do" in case]
pytestmark = pytest.mark.long(
    "every mistake is typed, checked, marked and repaired in real templates by openpyxl"
)
TABLES = {"2.14.1": "学生处", "2.13.2": "学生处", "1.4.2": "智能制造系", "1.1.1": "党政办"}
MOST_ROUNDS = 2


@pytest.fixture(scope="module")
def college(tmp_path_factory: pytest.TempPathFactory, examples: Path) -> College:
    """Offices of the example, each with the few tables it makes its mistakes in."""
    folder = tmp_path_factory.mktemp("学校")
    rows = example_rows(examples / "2022")
    breakdown = folder / "任务分解表.csv"
    catalog = load_catalog("2022")
    with breakdown.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(
            ("数据架构", "数据项目", "数据表单", "数据源", "填表用户", "审核用户", "责任人", "备注")
        )
        for table, party in TABLES.items():
            title = f"{table}{catalog.tables[table].name}"
            writer.writerow(("数据", "项目", title, party, party, party, "张责任", ""))
    parties = list(dict.fromkeys(TABLES.values()))
    campaign, _, _ = Campaign.init(
        folder / "采集", breakdown, year="2022", school=School(name="小学校"), departments=parties
    )
    templates = {one.party.name: one.path for one in campaign.make_templates(folder / "模板")}
    return College(rows, templates, {}, examples, catalog)


@pytest.fixture(scope="module")
def clean(college: College, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """What each of them would have returned without mistakes."""
    folder = tmp_path_factory.mktemp("无误")
    return {
        party: Template(college, party).save(typed_cell, folder / f"{at}.xlsx")
        for at, party in enumerate(college.templates)
    }


class Hand:
    """Somebody at one workbook, with the one without mistakes in mind."""

    def __init__(self, book: Workbook, right: Workbook) -> None:
        self.book, self.right = book, right

    def sheet(self, table: str) -> Worksheet:
        return next(one for one in self.book if one.title.startswith(f"{table} "))

    def type(self, table: str, cells: dict[str, Any]) -> None:
        for cell, value in cells.items():
            self.sheet(table)[cell].value = value

    def restore(self, table: str, *areas: str) -> None:
        """Type what belongs there."""
        right = next(one for one in self.right if one.title.startswith(f"{table} "))
        for area in areas:
            for row in right[area] if ":" in area else ((right[area],),):
                for cell in row:
                    self.sheet(table)[cell.coordinate].value = cell.value

    def insert_rows(self, table: str, row: int, count: int = 1) -> None:
        self.sheet(table).insert_rows(row, count)

    def insert_column(self, table: str, column: str, texts: dict[int, Any]) -> None:
        at = column_index_from_string(column)
        self.sheet(table).insert_cols(at)
        for row, text in texts.items():
            self.sheet(table).cell(row, at).value = text

    def delete_rows(self, table: str, row: int, count: int = 1) -> None:
        self.sheet(table).delete_rows(row, count)

    def delete_column(self, table: str, column: str) -> None:
        self.sheet(table).delete_cols(column_index_from_string(column))

    def swap(self, table: str, one: str, other: str, first: int) -> None:
        """Swap two columns, from a row on."""
        sheet = self.sheet(table)
        for row in range(first, sheet.max_row + 1):
            left, right = sheet[f"{one}{row}"], sheet[f"{other}{row}"]
            left.value, right.value = right.value, left.value

    def merge(self, table: str, area: str) -> None:
        self.sheet(table).merge_cells(area)

    def unmerge(self, table: str, area: str) -> None:
        if area in self.sheet(table).merged_cells:
            self.sheet(table).unmerge_cells(area)

    def hide(self, table: str, row: int) -> None:
        self.sheet(table).row_dimensions[row].hidden = True

    def comment(self, table: str, cell: str, text: str) -> None:
        self.sheet(table)[cell].comment = Comment(text, "填报人")

    def rename(self, table: str, name: str) -> None:
        self.sheet(table).title = name

    def copy(self, table: str, name: str) -> None:
        self.book.copy_worksheet(self.sheet(table)).title = name

    def downwards(self, table: str, pairs: int, texts: dict[str, Any] | None = None) -> None:
        """Write a table of one row as a form: names below each other, answers beside them, some of them other texts."""
        old = self.sheet(table)
        names, answers = ([cell.value for cell in old[row]] for row in (4, 5))
        title, at = old.title, self.book.index(old)
        self.book.remove(old)
        sheet = self.book.create_sheet(title, at)
        sheet["A1"] = title
        for number, (name, answer) in enumerate(zip(names, answers, strict=True)):
            row, column = 3 + number // pairs, 1 + number % pairs * 2
            sheet.cell(row, column).value = name
            sheet.cell(row, column + 1).value = (texts or {}).get(re.sub(r"[*△▣\s]", "", str(name)), answer)

    def append(self, table: str, other: str, gap: int) -> None:
        """Move another table's rows, headers and all, below this one."""
        target, source = self.sheet(table), self.sheet(other)
        below = self.last(table) + 1 + gap
        for row in range(4, self.last(other) + 1):
            for column, cell in enumerate(source[row], start=1):
                target.cell(below + row - 4, column).value = cell.value
                if row > 4:
                    cell.value = None

    def last(self, table: str) -> int:
        """Return the last row with data."""
        return max(at for at, cell in enumerate(self.sheet(table)["A"], start=1) if cell.value is not None)

    def take_back(self, table: str, other: str) -> None:
        """Type another table's rows again where they belong, and clear what stands below this one."""
        self.restore(other, "A5:AZ40")
        self.sheet(table).delete_rows(11, 60)

    def duplicate(self, table: str, row: int) -> None:
        sheet = self.sheet(table)
        below = self.last(table) + 1
        for column, cell in enumerate(sheet[row], start=1):
            sheet.cell(below, column).value = cell.value

    def cover(self, table: str, column: int, value: Any) -> None:
        cover = self.book["封面"]
        row = next(row[0].row for row in cover.iter_rows(max_col=1) if row[0].value == table)
        cover.cell(row, column).value = value

    def problems(self) -> Iterator[tuple[str, str]]:
        """Return table and cell of each problem on the list."""
        if FINDINGS_SHEET not in self.book.sheetnames:
            return
        for row in self.book[FINDINGS_SHEET].iter_rows(values_only=True):
            cells = [str(value or "") for value in row[:2]]
            if cells[0][:1].isdigit() and cells[1][-1:].isdigit():
                yield cells[0].split()[0], cells[1]


def said(path: Path, college: College) -> dict[str, Any]:
    """Return all that a workbook says."""
    reading = read_return(path, college.catalog)
    return {
        one.table: {name: list(values) for name, values in one.values.items()} for one in reading.deliveries
    }


def loud(result: FileResult) -> list[Finding]:
    """Return what is more than a note."""
    return [one for one in result.findings if one.severity != "note"]


def found_in(result: FileResult) -> list[str]:
    """Return rule and place of what is more than a note, each once."""
    if result.outcome != "accepted":
        return [f"{result.outcome}: {result.reason}"]
    found = [
        f"{one.rule.split('-')[1]} {one.origin.cell or (f'第 {one.origin.row} 行' if one.origin.row else '全表')}"
        for one in loud(result)
    ]
    return list(dict.fromkeys(found))


def notes_in(result: FileResult) -> list[str]:
    return sorted({one.rule.split("-")[1] for one in result.findings if one.severity == "note"})


class Story:
    """A workbook with mistakes goes back and forth until nothing is found, or nobody hopes any more."""

    def __init__(self, folder: Path, clean: Path) -> None:
        self.folder, self.right = folder, openpyxl.load_workbook(clean)
        self.hand = Hand(openpyxl.load_workbook(clean), self.right)
        self.results: list[FileResult] = []

    def handed_in(self) -> FileResult:
        """Save, and check as the clerk does; the marked workbook is the next one at hand."""
        self.returned = self.folder / f"{len(self.results)}.xlsx"
        marked = self.folder / "标注.xlsx"
        self.hand.book.save(self.returned)
        self.results.append(check_file(self.returned, marked=marked))
        if loud(self.results[-1]):
            self.hand = Hand(openpyxl.load_workbook(marked), self.right)
        return self.results[-1]

    def repaired(self, table: str, steps: Sequence[Sequence[Any]]) -> None:
        """Type what belongs into the cells on the list, and do what else was said."""
        for other, cell in list(self.hand.problems()):
            self.hand.restore(other, cell)
        for name, *arguments in steps:
            getattr(self.hand, name)(table, *arguments)

    @property
    def rounds(self) -> int:
        return len(self.results) - 1


def table_of(case: dict[str, Any]) -> str:
    table: str = case.get("table", "2.14.1")
    return table


def told(record: Any, case: dict[str, Any], found: Sequence[str], rounds: int) -> None:
    """Write the line of the table of mistakes."""
    shown = "、".join(found[:3]) + (f" 等 {len(found)} 处" if len(found) > 3 else "")
    record(f"错法 {case['mistake']}", f"{shown}，{rounds} 轮改好" if found else "照收")


@pytest.mark.parametrize("party", list(dict.fromkeys(TABLES[table_of(one)] for one in IN_CELLS)))
def test_mistakes_in_cells_are_found_there_and_repaired_in_one_round(
    party: str, college: College, clean: dict[str, Path], tmp_path: Path, record_property: Any
) -> None:
    story = Story(tmp_path, clean[party])
    cases = [one for one in IN_CELLS if TABLES[table_of(one)] == party]
    for case in cases:
        story.hand.type(table_of(case), case["cells"])
        for cell, text in case.get("comments", {}).items():
            story.hand.comment(table_of(case), cell, text)
    first = story.handed_in()
    found = {}
    for case in cases:
        rules: dict[str, set[str]] = {}
        for one in first.findings:
            cell = one.origin.cell or ""
            if one.table == table_of(case) and cell in {*case["cells"], *case.get("finds", {})}:
                rules.setdefault(cell, set()).add(one.rule.split("-")[1])
        found[case["mistake"]] = {cell: " ".join(sorted(one)) for cell, one in rules.items()}
    assert found == {case["mistake"]: case.get("finds", {}) for case in cases}
    known = {cell for case in cases for cell in case.get("finds", {})}
    assert {one.origin.cell for one in loud(first)} <= known  # and nowhere else
    story.repaired(table_of(cases[0]), ())
    assert found_in(story.handed_in()) == []
    assert said(story.returned, college) == said(clean[party], college)
    for case in cases:
        wrong = [one for one in loud(first) if one.origin.cell in case["cells"]]
        told(record_property, case, [f"{one.rule} {one.origin.cell}" for one in wrong], 1)


@pytest.mark.parametrize("case", IN_SHAPE, ids=[case["mistake"] for case in IN_SHAPE])
def test_a_mistake_in_the_shape_is_told_and_repaired_from_the_marked_return(
    case: dict[str, Any],
    college: College,
    clean: dict[str, Path],
    tmp_path: Path,
    record_property: Any,
) -> None:
    table = table_of(case)
    right = clean[TABLES[table]]
    story = Story(tmp_path, right)
    for name, *arguments in case["do"]:
        getattr(story.hand, name)(table, *arguments)
    first = story.handed_in()
    while found_in(story.results[-1]) and story.rounds < MOST_ROUNDS:
        story.repaired(table, case.get("repair", ()))
        story.handed_in()
    found = found_in(first)
    assert (found, notes_in(first), story.rounds) == (
        case.get("finds", []),
        case.get("notes", []),
        1 if case.get("finds") else 0,
    )
    assert said(story.returned, college) == said(right, college)
    told(record_property, case, found, story.rounds)
