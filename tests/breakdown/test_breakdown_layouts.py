"""Columns are found by their titles and rows by their table code, however the sheet is laid out."""

from __future__ import annotations

from pathlib import Path

import pytest
from breakdown_files import HEADER, delimited, write_docx, write_xlsx

from statecollect.school.breakdown import Assignment, Breakdown, parse_breakdown

PLAIN = [
    HEADER,
    ["1基础数据表", "1.1学校", "1.1.1学校概况表", "党政办", "党政办", "党政办", "熊娅", ""],
    ["", "", "1.1.2联系表", "党政办、各系部", "教务处", "党政办", "熊娅、阳锋", ""],
    ["", "1.2专业", "1.2.1开设专业表", "教务处", "教务处", "教务处", "阳锋", "云端实时"],
]


def read_csv(tmp_path: Path, rows: list[list[str]]) -> Breakdown:
    path = tmp_path / "任务.csv"
    path.write_text(delimited(rows, ","), encoding="utf-8", newline="")
    return parse_breakdown(path)


def content(breakdown: Breakdown) -> list[tuple[object, ...]]:
    def values(row: Assignment) -> tuple[object, ...]:
        return (
            row.id, row.name, row.group, row.item, row.sources, row.fillers, row.reviewers, row.responsible,
            row.remark, row.mode,
        )  # fmt: skip

    return [values(row) for row in breakdown.tables.values()]


@pytest.fixture
def plain(tmp_path: Path) -> list[tuple[object, ...]]:
    return content(read_csv(tmp_path, PLAIN))


def picked(order: list[int | None]) -> list[list[str]]:
    return [[row[place] if place is not None else "" for place in order] for row in PLAIN]


@pytest.mark.parametrize(
    "order",
    [
        [0, 1, 2, 3, 4, 5, 6, 7],
        [7, 6, 5, 4, 3, 2, 1, 0],
        [2, 6, 0, 4, 1, 3, 7, 5],
        [6, 0, 1, 2, 5, 4, 3, 7],
        [None, 0, None, 1, 2, None, 3, 4, 5, 6, None, 7, None],
    ],
)
def test_columns_may_stand_in_any_order_with_blank_ones_between(
    tmp_path: Path, plain: list[tuple[object, ...]], order: list[int | None]
) -> None:
    breakdown = read_csv(tmp_path, picked(order))

    assert content(breakdown) == plain
    assert breakdown.problems == ()


def test_a_running_number_column_changes_nothing(tmp_path: Path, plain: list[tuple[object, ...]]) -> None:
    rows = [["序号" if at == 0 else str(at), *row] for at, row in enumerate(PLAIN)]

    breakdown = read_csv(tmp_path, rows)

    assert content(breakdown) == plain
    assert breakdown.problems == ()


def test_without_group_columns_only_group_and_item_are_blank(tmp_path: Path) -> None:
    breakdown = read_csv(tmp_path, picked([2, 3, 4, 5, 6, 7]))

    assert [(row.group, row.item) for row in breakdown.tables.values()] == [("", "")] * 3
    assert breakdown.tables["1.1.2"].sources == ("党政办", "各系部")
    assert breakdown.problems == ()


@pytest.mark.parametrize(
    "header", [["表号", "表名"], ["编号", "数据表名称"], ["", "数据表单"], ["数据表单", ""]]
)
def test_code_and_name_may_stand_in_two_cells(
    tmp_path: Path, plain: list[tuple[object, ...]], header: list[str]
) -> None:
    rows = [[*PLAIN[0][:2], *header, *PLAIN[0][3:]]]
    rows += [[*row[:2], row[2][:5], row[2][5:], *row[3:]] for row in PLAIN[1:]]

    breakdown = read_csv(tmp_path, rows)

    assert content(breakdown) == plain
    assert breakdown.problems == ()


@pytest.mark.parametrize(
    "typed",
    ["表1.1.1学校概况表", "１．１．１学校概况表", "1．1。1 学校概况表", "1.1.1、学校概况表", " 1. 1. 1\n学校概况表", "\ufeff1.1.1 学校\n概况表", "01.01.01学校概况表"],
)  # fmt: skip
def test_a_code_is_understood_however_it_is_typed(tmp_path: Path, typed: str) -> None:
    breakdown = read_csv(tmp_path, [PLAIN[0], [*PLAIN[1][:2], typed, *PLAIN[1][3:]]])

    assert [(row.id, row.name) for row in breakdown.tables.values()] == [("1.1.1", "学校概况表")]
    assert breakdown.problems == ()


def test_merged_cells_hold_for_every_row_they_cover(tmp_path: Path) -> None:
    rows = [
        HEADER,
        ["基础", "学校", "1.1.1学校概况表", "党政办", "党政办", "", "熊娅", ""],
        ["", "", "1.1.2联系表", "", "教务处", "党政办", "", ""],
    ]
    merges = ["A2:A3", "B2:B3", "D2:D3", "E2:F2", "G2:G3"]

    breakdown = parse_breakdown(write_xlsx(tmp_path / "任务.xlsx", rows, merges=merges))

    assert [row[2:8] for row in content(breakdown)] == [
        ("基础", "学校", ("党政办",), ("党政办",), ("党政办",), ("熊娅",)),
        ("基础", "学校", ("党政办",), ("教务处",), ("党政办",), ("熊娅",)),
    ]
    assert breakdown.problems == ()


def test_merged_cells_of_old_excel_and_word_hold_for_every_row_they_cover(tmp_path: Path) -> None:
    import docx
    import xlwt

    old = xlwt.Workbook()
    sheet = old.add_sheet("任务")
    document = docx.Document()
    table = document.add_table(rows=3, cols=8)
    for row, values in enumerate([HEADER, PLAIN[1], PLAIN[2]]):
        for column, value in enumerate(values):
            if column != 6 or row == 0:
                sheet.write(row, column, value)
                table.cell(row, column).text = value
    sheet.write_merge(1, 2, 6, 6, "熊娅")
    table.cell(1, 6).merge(table.cell(2, 6)).text = "熊娅"
    old.save(str(tmp_path / "任务.xls"))
    document.save(str(tmp_path / "任务.docx"))

    for name in ("任务.xls", "任务.docx"):
        breakdown = parse_breakdown(tmp_path / name)
        assert [row.responsible for row in breakdown.tables.values()] == [("熊娅",), ("熊娅",)], name
        assert breakdown.problems == ()


def test_a_header_over_two_rows_is_one_header(tmp_path: Path, plain: list[tuple[object, ...]]) -> None:
    top = ["数据架构", "数据项目", "数据表单", "责任部门", "", "", "责任人", "备注"]
    below = ["", "", "", "数据源", "填表用户", "审核用户", "", ""]

    breakdown = read_csv(tmp_path, [["2023年任务分解表"], top, below, *PLAIN[1:]])

    assert content(breakdown) == plain
    assert breakdown.problems == ()


def test_another_wording_of_a_title_is_taken_and_told(
    tmp_path: Path, plain: list[tuple[object, ...]]
) -> None:
    header = [*PLAIN[0][:4], "具体填报科室", *PLAIN[0][5:], "联系电话"]

    breakdown = read_csv(tmp_path, [header, *([*row, "内线"] for row in PLAIN[1:])])

    assert content(breakdown) == plain
    assert [(problem.cell, problem.message) for problem in breakdown.problems] == [
        ("E1", "列标题「具体填报科室」按「填表用户」读取"),
        ("I1", "不认识列标题「联系电话」，这一列没有读取"),
    ]


def test_a_sheet_without_header_is_read_in_the_usual_order_and_told(
    tmp_path: Path, plain: list[tuple[object, ...]]
) -> None:
    breakdown = read_csv(tmp_path, PLAIN[1:])

    assert content(breakdown) == plain
    assert [problem.cell for problem in breakdown.problems] == ["C1"]
    assert "没有表头" in breakdown.problems[0].message


def test_a_second_word_table_without_header_goes_on_with_the_first(
    tmp_path: Path, plain: list[tuple[object, ...]]
) -> None:
    breakdown = parse_breakdown(write_docx(tmp_path / "任务.docx", [PLAIN[:3], PLAIN[3:]]))

    assert content(breakdown) == plain
    assert [(problem.cell, problem.message) for problem in breakdown.problems] == [
        ("表2 第1行第3列", "「表2」没有自己的表头，已按前一张表的列顺序读取")
    ]


def test_cells_of_several_listing_sheets_carry_the_sheet_name(tmp_path: Path) -> None:
    extra = [HEADER, ["", "", "1.2.2专业群设置表", "教务处", "", "教务处", "阳锋", ""]]

    breakdown = parse_breakdown(write_xlsx(tmp_path / "任务.xlsx", PLAIN, extra))

    assert breakdown.tables["1.2.2"].cell == "Sheet1!C2"
    assert [problem.cell for problem in breakdown.problems] == ["Sheet1!E2"]


def test_a_table_that_slipped_two_columns_is_followed_and_told(tmp_path: Path) -> None:
    rows = [
        *PLAIN[:3],
        ["", "", "", "1.2专业", "1.2.1开设专业表", "教务处", "教务处", "教务处", "阳锋", "云端实时"],
    ]

    breakdown = read_csv(tmp_path, rows)

    assert breakdown.tables["1.2.1"].responsible == ("阳锋",)
    assert breakdown.tables["1.2.1"].item == "1.2专业"
    assert [(problem.cell, "偏右 2 列" in problem.message) for problem in breakdown.problems] == [
        ("E4", True)
    ]


def test_a_code_cell_that_slipped_alone_does_not_drag_its_row(tmp_path: Path) -> None:
    rows = [*PLAIN[:3], ["", "1.2.1开设专业表", "", "教务处", "教务处", "教务处", "阳锋", "云端实时"]]

    breakdown = read_csv(tmp_path, rows)

    assert breakdown.tables["1.2.1"].sources == ("教务处",)
    assert breakdown.tables["1.2.1"].responsible == ("阳锋",)
    assert "只有编号偏左 1 列" in breakdown.problems[0].message
