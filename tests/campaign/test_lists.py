"""Lists that an office already has: every sheet that a person sees and that has the columns counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl
import pytest
import xlwt

from statecollect.campaign.rosters import Roster, read_departments, read_roster
from statecollect.catalog import load_catalog
from statecollect.core.errors import UsageError
from statecollect.school.parties import Party

Sheets = Mapping[str, Sequence[Sequence[object]]]
DEPARTMENTS = ["名称", "类别"]
TEACHERS = ["教工号", "姓名"]


def write(path: Path, sheets: Sheets, hidden: Sequence[str] = ()) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
        for row in rows:
            sheet.append([*row])
    book.save(path)
    return path


def roster(path: Path) -> Roster:
    catalog = load_catalog("2022")
    wanted = set(TEACHERS)
    tables = [one.id for one in catalog.tables.values() if wanted <= {field.name for field in one.fields}]
    return read_roster(path, Party("教师", "teacher"), tables[:1], catalog)


OTHERS: list[tuple[Sheets, Sequence[str]]] = [
    ({}, ()),
    ({"Sheet1": []}, ()),
    ({"说明": [["请看下一页"]]}, ("说明",)),
    ({"导出摘要": [["表", "行数"], ["教师", 2]]}, ()),
]


@pytest.mark.parametrize(("before", "hidden"), OTHERS)
def test_teachers_of_every_sheet_count_and_are_counted(
    tmp_path: Path, before: Sheets, hidden: Sequence[str]
) -> None:
    sheets = {
        **before,
        "智能系": [TEACHERS, ["0001", "张三"], ["0002", "李四"]],
        "信息系": [["信息系名单"], TEACHERS, ["0003", "王五"]],
    }
    found = roster(write(tmp_path / "名单.xlsx", sheets, hidden))
    assert [one.no for one in found.teachers] == ["0001", "0002", "0003"]
    assert found.counts == {"智能系": 2, "信息系": 1}


@pytest.mark.parametrize(("before", "hidden"), OTHERS)
def test_departments_of_every_sheet_count_and_are_counted(
    tmp_path: Path, before: Sheets, hidden: Sequence[str]
) -> None:
    sheets = {
        **before,
        "处室": [DEPARTMENTS, ["教务处", "职能部门"], ["学生处", "职能部门"]],
        "院系": [DEPARTMENTS, ["信息系", "教学单位"]],
    }
    found = read_departments(write(tmp_path / "部门.xlsx", sheets, hidden))
    assert (found.departments, found.units) == (("教务处", "学生处"), ("信息系",))
    assert found.remarks == ("名单有几张工作表：「处室」2 个，「院系」1 个",)


def test_somebody_on_two_sheets_is_named_with_both(tmp_path: Path) -> None:
    twice = write(
        tmp_path / "a.xlsx", {"甲": [TEACHERS, ["0001", "张三"]], "乙": [TEACHERS, ["0001", "张三"]]}
    )
    with pytest.raises(UsageError, match="另一处：工作表「甲」第 2 行") as caught:
        roster(twice)
    assert caught.value.where == "a.xlsx 工作表「乙」第 2 行"
    twice = write(tmp_path / "b.xlsx", {one: [DEPARTMENTS, ["教务处", "职能部门"]] for one in ("甲", "乙")})
    with pytest.raises(UsageError, match="「教务处」在工作表「甲」和「乙」里都有"):
        read_departments(twice)


def test_what_stands_on_hidden_sheets_only_is_no_list(tmp_path: Path) -> None:
    sheets = {"看得见": [["说明"]], "看不见": [TEACHERS, ["0001", "张三"]]}
    with pytest.raises(UsageError, match="没有找到教师"):
        roster(write(tmp_path / "名单.xlsx", sheets, ("看不见",)))


def test_a_list_in_an_old_workbook_is_read_on_every_sheet(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    for name, number in (("甲", "0001"), ("乙", "0002")):
        sheet = book.add_sheet(name)
        for at, row in enumerate((TEACHERS, [number, "张三"])):
            for column, value in enumerate(row):
                sheet.write(at, column, value)
    path = tmp_path / "名单.xls"
    book.save(str(path))
    assert roster(path).counts == {"甲": 1, "乙": 1}
