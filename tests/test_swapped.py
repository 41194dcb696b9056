"""Two columns whose contents changed places are one finding; a column that is only wrong, or a few rows, are not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest

import toy
from statecollect.campaign.demo import example_rows, typed_cell
from statecollect.catalog import load_catalog
from statecollect.core.address import column_letter
from statecollect.findings import Finding, Origin
from statecollect.intake.columns import RawColumn, check_column
from statecollect.intake.returns import read_return
from statecollect.intake.swapped_columns import without_swapped

CATALOG = load_catalog("2022")
ROWS = 10
Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def example(examples: Path) -> Callable[[str], Rows]:
    """Ten rows that the example has of a table."""
    known = example_rows(examples / "2022")

    def rows_of(table: str) -> Rows:
        rows = [row for (_, of), some in known.items() if of == table for row in some]
        return [dict(row) for row in (rows * ROWS)[:ROWS]]

    return rows_of


def found(path: Path, table: str, rows: Sequence[dict[str, str]]) -> list[Finding]:
    """Return what is found in the cells of a workbook that holds these rows."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    fields = [one for one in CATALOG.tables[table].fields if not one.auto]
    sheet.append([one.name for one in fields])
    for row in rows:
        sheet.append([typed_cell(one, row.get(one.name, "")) for one in fields])
    book.save(path)
    return [one for one in read_return(path, CATALOG).all_findings() if one.severity != "note"]


def swap(rows: Rows, one: str, other: str, most: int = ROWS) -> Rows:
    for row in rows[:most]:
        row[one], row[other] = row[other], row[one]
    return rows


UNLIKE = [
    ("2.14.1", "社团类别", "登记日期（年月）", "a code list and months"),
    ("1.4.2", "身份证件号", "出生日期", "numbers of identity cards and days"),
    ("1.4.2", "学历", "性别", "two code lists"),
    ("1.4.2", "身份证件号", "姓名", "numbers of identity cards and names"),
    ("2.14.1", "批准单位（部门）", "现有成员（人）", "texts and numbers"),
    ("2.14.1", "现有成员（人）", "负责人<姓名>", "numbers and names"),
    ("1.4.2", "民族", "行政所属专业<专业名称>", "a code list and texts"),
]


@pytest.mark.parametrize(
    ("table", "one", "other"), [case[:3] for case in UNLIKE], ids=[case[3] for case in UNLIKE]
)
def test_columns_that_changed_places_are_one_finding(
    table: str, one: str, other: str, example: Callable[[str], Rows], tmp_path: Path
) -> None:
    assert found(tmp_path / "对.xlsx", table, example(table)) == []
    swapped = found(tmp_path / "反.xlsx", table, swap(example(table), one, other))
    assert [said.rule for said in swapped] == [f"{table}-S19"]
    (said,) = swapped
    assert f"「{one}」" in said.message
    assert f"「{other}」" in said.message
    names = [field.name for field in CATALOG.tables[table].fields if not field.auto]
    assert said.origin.cell in {f"{column_letter(names.index(name))}1" for name in (one, other)}


@pytest.mark.parametrize(
    ("rows", "swapped", "told"), [(10, 8, True), (10, 7, False), (3, 3, True), (2, 2, False)]
)
def test_nearly_all_rows_must_have_changed(
    rows: int, swapped: int, told: bool, example: Callable[[str], Rows], tmp_path: Path
) -> None:
    changed = swap(example("2.14.1")[:rows], "社团类别", "登记日期（年月）", swapped)
    rules = sorted(one.rule[-3:] for one in found(tmp_path / "表.xlsx", "2.14.1", changed))
    assert rules == (["S19"] if told else ["F02"] * swapped + ["F03"] * swapped)


def fill(rows: Rows, field: str, text: str) -> Rows:
    for row in rows:
        row[field] = text
    return rows


@pytest.mark.parametrize(
    ("field", "text", "rule"),
    [
        ("社团类别", "棋牌", "F02"),  # of no list
        (
            "现有成员（人）",
            "约40",
            "F04",
        ),  # a number written badly, while other columns hold numbers as texts
        ("登记日期（年月）", "不详", "F03"),
    ],
)
def test_a_column_that_is_only_wrong_keeps_its_cells(
    field: str, text: str, rule: str, example: Callable[[str], Rows], tmp_path: Path
) -> None:
    rows = fill(example("2.14.1"), field, text)
    rows = fill(rows, "主要活动内容", "40")
    assert [one.rule[-3:] for one in found(tmp_path / "表.xlsx", "2.14.1", rows)] == [rule] * ROWS


def test_where_two_columns_may_be_meant_every_cell_is_told(
    example: Callable[[str], Rows], tmp_path: Path
) -> None:
    """Texts stand under a number; two columns of texts hold numbers. Nobody here knows which of them it was."""
    rows = fill(fill(example("2.14.1"), "主要活动内容", "40"), "批准单位（部门）", "41")
    rows = fill(rows, "现有成员（人）", "学生处")
    assert [one.rule[-3:] for one in found(tmp_path / "表.xlsx", "2.14.1", rows)] == ["F04"] * ROWS


def test_what_else_is_wrong_in_such_columns_is_still_told(
    example: Callable[[str], Rows], tmp_path: Path
) -> None:
    rows = swap(example("2.14.1"), "社团类别", "登记日期（年月）", 9)
    rows[9]["社团类别"] = "棋牌"
    assert sorted(one.rule[-3:] for one in found(tmp_path / "表.xlsx", "2.14.1", rows)) == ["F02", "S19"]


def pairs_among(**typed: Sequence[str | None]) -> list[str]:
    """Return the pairs of columns of the toy's majors that are said to have changed places."""
    catalog, today = toy.catalog(), dt.date(2099, 9, 10)
    table = catalog.tables["1.2.1"]
    rows = range(2, 2 + len(next(iter(typed.values()))))
    columns = {}
    for at, (name, raws) in enumerate(typed.items()):
        column = RawColumn(table.by_name[name], column_letter(at), raws, {}, {})
        columns[name] = column, check_column(table, column, rows, Origin(), "", catalog, today)
    said = without_swapped(table, columns, rows, Origin(row=1), "", catalog, today)
    return [finding.message for finding in said if finding.rule.endswith("S19")]


def test_a_column_is_in_one_pair_at_most_and_only_rows_that_fill_both_count() -> None:
    names, days = ["张三", "李四", "王五"], ["2099-01-01", "2099-01-02", "2099-01-03"]
    pair = "「开办日期」和「带头人」这两列的内容像是互换了"
    assert pairs_among(开办日期=names, 带头人=days) == [f"{pair}（3 行中的 3 行）"]
    assert pairs_among(开办日期=names, 带头人=days, 开办年月=names) == [f"{pair}（3 行中的 3 行）"]
    more: list[str | None] = ["赵六", "钱七"]
    nothing: list[str | None] = [None, None]
    assert pairs_among(开办日期=[*names, *more], 带头人=[*days, *nothing]) == [f"{pair}（3 行中的 3 行）"]
    assert pairs_among(开办日期=[*names[:2], None], 带头人=days) == []
