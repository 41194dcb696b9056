"""Headers of several rows, and headers that web forms make; every case also proves that no filled cell is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
import reader_books as books
from reader_books import ANNA, BERT, rules, taken_in, values

from statecollect.catalog import Table, load_catalog
from statecollect.core.address import column_letter
from statecollect.workbook.read.reader import read_book
from statecollect.workbook.recognise.header_row import FieldNames, find_header
from statecollect.workbook.recognise.multi_row_header import Headlines
from statecollect.workbook.recognise.tables import find_tables

SIMPLE = ["教工号", "姓名", "出生日期", "课时费"]
DOWN = ("A2:A3", "B2:B3", "C2:C3", "D2:D3", "G2:G3")
TITLE = ["教师基本情况表"]


@dataclass(frozen=True)
class Head:
    name: str
    rows: Sequence[Sequence[str | None]]
    merged: Sequence[str] = ()
    severe: tuple[str, ...] = ()  # rules of warnings and errors that must be, and may be


N = None
HEADS = [
    Head("merged over its parts", [TITLE, [*SIMPLE, "学时", N, "离职原因"], [N] * 4 + ["理论", "实践"]], ("E2:F2", *DOWN)),
    Head("over its first part, blanks beside", [TITLE, [*SIMPLE, "学时", N, "离职原因"], [N] * 4 + ["理论", "实践"]]),
    Head("simple names in the lower row", [TITLE, [N] * 4 + ["学时"], [*SIMPLE, "理论", "实践", "离职原因"]]),
    Head(
        "three rows",
        [
            ["基本信息", N, N, N, "工作量", N, "离职原因"],
            [*SIMPLE, "学时", N, N],
            [N] * 4 + ["理论", "实践"],
        ],
        ("A1:D1", "E1:F1", "E2:F2", "A2:A3", "B2:B3", "C2:C3", "D2:D3", "G1:G3"),
    ),
    Head(
        "sections that are no part of a name",
        [TITLE, ["基本信息", N, N, N, "学时", N, "其他"], [*SIMPLE, "理论", "实践", "离职原因"]],
        ("A2:D2", "E2:F2"),
    ),
    Head("marks and breaks", [TITLE, ["*教工号", "姓 名", "出生\n日期", "课时费", "学 时", N, "△离职原因"], [N] * 4 + ["理论：", "* 实践"]]),
    Head("a remark below a simple name", [TITLE, [*SIMPLE, "学时", N, "离职原因"], ["(必填)", N, N, N, "理论", "实践"]]),
    Head("numbers of questions, then 必填", [["1、教工号（必填）", "2、姓名(必填)", "3、出生日期【日期题】", "4、课时费", "5、学时<理论>", "6、学时<实践>", "7、离职原因（选填）"]]),
    Head("dots and half-width brackets", [["1.教工号[填空题]", "2. 姓名*", "(3)出生日期", "④课时费（选填，数字）", "5．学时—理论", "6．学时—实践", "Q7：离职原因"]]),
    Head("marks in front", [["*教工号", "【必填】姓名", "Q3_出生日期:", "课时费", "第5题：学时<理论>", "（6）学时<实践>", "（单选题）离职原因"]]),
]  # fmt: skip


def made(path: Path, head: Head, *rows: Sequence[object]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "汇总上来的表"
    for row in (*head.rows, *rows):
        sheet.append([*row])
    for ref in head.merged:
        sheet.merge_cells(ref)
    book.save(path)
    return path


@pytest.mark.parametrize("head", HEADS, ids=[one.name for one in HEADS])
def test_a_header_is_read_as_people_and_programs_write_it(head: Head, tmp_path: Path) -> None:
    intake = taken_in(made(tmp_path / "表.xlsx", head, ANNA, BERT))
    (block,) = intake.blocks
    first = len(head.rows) + 1
    assert block.rows == (first, first + 1)
    assert {name: values(block, name)[0] for name in block.columns} == dict(
        zip(
            ["教工号", "姓名", "出生日期", "课时费", "学时<理论>", "学时<实践>", "离职原因"],
            ANNA,
            strict=True,
        )
    )
    assert [one.message for one in intake.findings if one.severity != "note"] == []
    assert len([one for one in intake.findings if "题号" in one.message]) <= 1


def test_a_part_of_another_group_is_not_taken_for_a_field_of_its_own(tmp_path: Path) -> None:
    """学时 is a group of this table; 姓名 below it, merged, is no 姓名."""
    head = Head(
        "", [["教工号", "出生日期", "课时费", "学时", N, N], [N, N, N, "理论", "实践", "姓名"]], ("D1:F1",)
    )
    intake = taken_in(made(tmp_path / "表.xlsx", head, ["0035", "1980-01-02", 1, 2, 3, "张三"]))
    assert "姓名" not in intake.blocks[0].columns
    assert [one.value for one in rules(intake, "S02")] == ["学时<姓名>"]


def test_a_blank_that_may_belong_to_a_group_or_not_is_left_out_and_told(tmp_path: Path) -> None:
    """Merged it would be 学时<实践>; with blanks it may be as well a field 实践, had the table one."""
    table = books.catalog().tables["1.1.1"]
    fields = [*table.fields, table.by_name["学时<实践>"].model_copy(update={"name": "实践"})]
    names = FieldNames.of(table.model_copy(update={"fields": fields}))
    rows: list[list[str | None]] = [[*SIMPLE, "学时", N, "离职原因"], [N] * 4 + ["理论", "实践"]]
    for merged, found in (((), None), (("E1:F1",), 5)):
        path = made(tmp_path / "表.xlsx", Head("", rows, merged))
        header = find_header(Headlines(read_book(path).sheets[0]), names, stamped=False)
        assert header is not None
        assert header.columns.get("学时<实践>") == found
        assert "实践" not in header.columns


@pytest.mark.parametrize("table", load_catalog("2022").tables.values(), ids=lambda table: table.id)
def test_every_table_of_the_year_is_known_under_a_header_of_two_rows(table: Table, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    begun: dict[str, int] = {}
    for column, field in enumerate(table.fields, start=1):
        group, _, part = field.name.partition("<")
        if not part:
            sheet.cell(1, column, field.name)
        else:
            sheet.cell(2, column, part.removesuffix(">"))
            if group not in begun or sheet.cell(1, column - 1).value not in (None, group):
                begun[group] = column
                sheet.cell(1, column, group)
    book.save(tmp_path / "表.xlsx")
    lines = Headlines(read_book(tmp_path / "表.xlsx").sheets[0])
    header = find_header(lines, FieldNames.of(table), stamped=False)
    assert header is not None
    assert list(header.columns.values()) != []
    assert set(header.columns) == {field.name for field in table.fields}


FORMS = {
    "问卷星": ["序号", "提交答卷时间", "所用时间", "来源", "来源详情", "来自IP", "总分"],
    "腾讯收集表": ["提交者（自动）", "提交时间（自动）", "答题序号"],
    "金山表单": ["No.", "开始时间", "填写ID", "IP地址"],
    "合并表格": ["文件名", "工作表名", "行号"],
}


@pytest.mark.parametrize("columns", FORMS.values(), ids=list(FORMS))
def test_columns_that_programs_add_are_notes(columns: list[str], tmp_path: Path) -> None:
    header = [*columns, *HEADS[-1].rows[0]]
    more = ["x"] * len(columns)
    intake = taken_in(books.write(tmp_path / "表.xlsx", {"结果": [header, [*more, *ANNA], [*more, *BERT]]}))
    assert [one.message for one in intake.findings if one.severity != "note"] == []
    assert {one.value for one in rules(intake, "S02") if "略过，" in one.message} == set(columns)
    assert len(intake.ignored) == 2 * len(columns)


@pytest.mark.parametrize("pairs", [1, 2])
def test_a_form_of_which_little_fits_is_told_as_what_it_is(pairs: int, tmp_path: Path) -> None:
    table = next(one for one in load_catalog("2022").tables.values() if one.rows == "one")
    cells = [(field.name, "某某") for field in table.fields[: 2 * pairs + 2]]
    rows = [
        [value for pair in cells[at : at + pairs] for value in pair] for at in range(0, len(cells), pairs)
    ]
    path = books.write(tmp_path / "表.xlsx", {"表": [["登记表"], *rows]})
    intake = find_tables(read_book(path), load_catalog("2022"))
    assert intake.blocks == ()
    assert intake.resembles is not None
    assert intake.resembles.table.id == table.id
    assert set(intake.resembles.matched) == {name for name, _ in cells}
    assert "竖着排" in intake.resembles.sentence()


def test_a_row_of_four_thousand_texts_is_joined_only_as_far_as_tables_go(tmp_path: Path) -> None:
    """Each blank is looked beside: without an end that would be a square of the columns."""
    cells = "".join(
        f'<c r="{column_letter(at)}2" t="inlineStr"><is><t>x{at}</t></is></c>' for at in range(4_000)
    )
    first = '<c r="A1" t="inlineStr"><is><t>教工号</t></is></c>'
    path = books.by_hand(tmp_path / "表.xlsx", f'<row r="1">{first}</row><row r="2">{cells}</row>')
    (sheet,) = read_book(path).sheets
    assert max(len(line.paths) for line in Headlines(sheet).joined) <= 1000
    assert taken_in(path).blocks == ()
