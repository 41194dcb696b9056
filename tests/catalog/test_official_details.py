"""Blank workbooks of every make: which table a sheet is, which names count, what drop-downs and formats tell."""

from __future__ import annotations

from pathlib import Path

import pytest
from official_books import blank, with_drop_down_as_excel_writes_it
from openpyxl import load_workbook
from openpyxl.comments import Comment

from statecollect.catalog import load_catalog, load_year, schemas_root
from statecollect.catalog.yaml_file import read_yaml
from statecollect.core.errors import UnreadableFile, UsageError
from statecollect.schemas import (
    BlankComparison,
    TableDifference,
    compare,
    known_names,
    read_blanks,
    write_draft,
)
from statecollect.schemas.scaffold import scalar
from statecollect.workbook.book_content import BookContent, SheetContent
from statecollect.workbook.write.writer import write_workbook

CATALOG = load_catalog("2022")
YEAR = schemas_root() / "2022"
AWARD = CATALOG.tables["1.1.7"]
NAMES = [field.name for field in AWARD.fields]


def compared(*paths: Path) -> BlankComparison:
    known = known_names(CATALOG)
    return compare([one for path in paths for one in read_blanks(path, known)], CATALOG)


def only(*paths: Path) -> TableDifference:
    (one,) = compared(*paths).tables
    return one


def draft_of(folder: Path, *paths: Path) -> Path:
    write_draft(compared(*paths), YEAR, folder / "2023")
    return folder / "2023"


@pytest.mark.parametrize(
    ("tab", "title", "match"),
    [
        ("1.1.7", "任意", "id"),
        ("Sheet1", "附表1.1.7 学校获奖", "id"),
        ("学校获奖", "各校填报", "name"),
        ("Sheet1", "学校获奖", "name"),
        ("Sheet1", "各校填报", "columns"),
    ],
)
def test_a_sheet_is_known_by_number_then_name_then_columns(
    tmp_path: Path, tab: str, title: str, match: str
) -> None:
    one = only(blank(tmp_path / "a.xlsx", tab, [[title], NAMES]))
    assert (one.table, one.match, one.empty) == ("1.1.7", match, True)


def test_a_remark_that_names_another_table_does_not_make_the_sheet_that_table(tmp_path: Path) -> None:
    one = only(blank(tmp_path / "a.xlsx", "学校获奖", [["颁奖单位须在 1.1.3 中存在"], NAMES]))
    assert (one.table, one.empty) == ("1.1.7", True)


def test_a_table_that_got_another_number_is_known_by_its_name(tmp_path: Path) -> None:
    new = only(blank(tmp_path / "a.xlsx", "1.1.19 学校获奖", [NAMES]))
    taken = only(blank(tmp_path / "b.xlsx", "1.1.3 学校获奖", [NAMES]))
    assert [(one.table, one.match, one.number) for one in (new, taken)] == [
        ("1.1.7", "name", "1.1.19"),
        ("1.1.7", "name", "1.1.3"),
    ]


def test_width_blanks_brackets_and_marks_make_no_other_name_and_a_row_number_is_no_field(
    tmp_path: Path,
) -> None:
    header = ["序号", "＊项目名称(全称)", *NAMES[1:4], "获奖日期\n【年月】 ", *NAMES[5:8], "备  注"]
    assert only(blank(tmp_path / "a.xlsx", "1.1.7", [header])).empty


def test_a_lost_bracket_is_suggested_as_the_new_name_and_not_taken(tmp_path: Path) -> None:
    header = ["项目名称（全称）", *NAMES[1:5], "颁奖单位", *NAMES[6:]]
    one = only(blank(tmp_path / "a.xlsx", "1.1.7", [header]))
    assert (one.new, one.vanished) == (("颁奖单位",), ("颁奖单位（全称）",))
    assert one.renamed == {"颁奖单位": "颁奖单位（全称）"}


def test_a_name_that_stands_twice_is_told_and_taken_once(tmp_path: Path) -> None:
    path = blank(tmp_path / "a.xlsx", "1.1.7", [[*NAMES, "奖金", "奖金"]])
    assert (only(path).new, only(path).twice) == (("奖金",), ("奖金",))
    assert load_year(draft_of(tmp_path, path)).tables["1.1.7"].fields[-1].name == "奖金"


def test_sheets_of_one_table_in_two_workbooks_count_as_one(tmp_path: Path) -> None:
    first = blank(tmp_path / "a.xlsx", "1.1.7", [[*NAMES, "奖金"]])
    second = blank(tmp_path / "b.xlsx", "1.1.7", [[*NAMES, "奖金", "证书编号"]])
    assert only(first, second).new == ("奖金", "证书编号")
    fields = load_year(draft_of(tmp_path, first, second)).tables["1.1.7"].fields
    assert [field.name for field in fields[-2:]] == ["奖金", "证书编号"]


LABELS = ["甲级", "乙级"]


@pytest.mark.parametrize(
    ("formula", "names"),
    [
        ('"甲级, 乙级"', {}),
        ("=值!$A$1:$A$2", {}),
        ("=值!$A:$A", {}),
        ("=等次表", {"等次表": "值!$A$1:$A$9"}),
    ],
)
def test_a_drop_down_is_read_from_a_literal_a_range_or_a_name(
    tmp_path: Path, formula: str, names: dict[str, str]
) -> None:
    path = blank(
        tmp_path / "a.xlsx",
        "1.1.7",
        [[*NAMES, "等次"]],
        lists={"J2:J99": formula},
        values=LABELS,
        names=names,
    )
    (column,) = [one for one in compared(path).blanks[0].columns if one.name == "等次"]
    assert column.choices == tuple(LABELS)


def test_a_drop_down_from_another_sheet_is_read_as_excel_writes_it(tmp_path: Path) -> None:
    path = blank(tmp_path / "a.xlsx", "1.1.7", [[*NAMES, "等次"]], values=LABELS)
    draft = load_year(draft_of(tmp_path, with_drop_down_as_excel_writes_it(path, "J2:J99", "值!$A$1:$A$2")))
    field = draft.tables["1.1.7"].by_name["等次"]
    assert field.kind == "code"
    assert draft.codes[field.codes or ""].labels == tuple(LABELS)


def test_a_drop_down_that_depends_on_another_cell_is_left_as_it_is(tmp_path: Path) -> None:
    path = blank(
        tmp_path / "a.xlsx",
        "1.1.7",
        [[*NAMES, "等次"]],
        lists={"B2:B99": "=INDIRECT($A2)", "J2:J99": "=INDIRECT($B2)"},
    )
    assert only(path).choices == ()
    assert compared(path).blanks[0].columns[-1].choices is None


def test_a_drop_down_where_the_catalog_has_free_text_is_told(tmp_path: Path) -> None:
    path = blank(tmp_path / "a.xlsx", "1.1.7", [NAMES], lists={"G2:G99": '"有,无"'})
    (choice,) = only(path).choices
    assert (choice.field, choice.added, choice.removed) == ("文件名称及文号", ("有", "无"), ())


def test_a_template_that_offers_what_was_collected_gives_an_empty_difference(tmp_path: Path) -> None:
    table = CATALOG.tables["1.3.1"]
    offered = {(table.id, "开课单位名称"): ["护理系", "教务处"]}
    content = BookContent("模板", "学校", "教务处", (), (SheetContent(table),), offered=offered)
    write_workbook(tmp_path / "教务处.xlsx", content, CATALOG)
    assert only(tmp_path / "教务处.xlsx").empty


def test_values_that_a_code_list_has_already_make_no_second_list(tmp_path: Path) -> None:
    path = blank(tmp_path / "a.xlsx", "1.1.7", [[*NAMES, "性别要求"]], lists={"J2:J99": '"男,女"'})
    draft = draft_of(tmp_path, path)
    assert load_year(draft).tables["1.1.7"].by_name["性别要求"].codes == "XB"
    assert not list(draft.glob("codes/GF*"))


def test_kinds_come_from_twins_comments_formats_and_names(tmp_path: Path) -> None:
    header = ["教工号", "备案", "完成率", "到账", "结项", "经办人手机", "简介"]
    formats = {"C3": "0.0%", "D3": "#,##0.00", "E3": "yyyy/m/d"}
    path = blank(tmp_path / "a.xlsx", "2.20.1 试点", [["2.20.1 试点"], header], formats=formats)
    book = load_workbook(path)
    book["2.20.1 试点"]["B2"].comment = Comment("平台:\n填 YYYY-MM", "平台")
    book.save(path)
    table = load_year(draft_of(tmp_path, path)).tables["2.20.1"]
    assert [field.kind for field in table.fields] == [
        "staff_no",
        "year_month",
        "percent",
        "decimal",
        "date",
        "mobile",
        "text",
    ]
    assert table.by_name["备案"].note == "填 YYYY-MM"  # without the author's name
    assert {field.evidence for field in table.fields} == {"官方模板"}


def test_a_name_above_an_empty_cell_beside_a_group_is_a_name_and_a_title_is_no_group(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["1.1.7 学校获奖"],
        [*NAMES, "奖金", None, "证书"],
        [*[None] * 9, "金额", "币种"],
    ]
    path = blank(tmp_path / "a.xlsx", "1.1.7", rows)
    book = load_workbook(path)
    sheet = book.worksheets[0]
    sheet.merge_cells("A1:H1")
    sheet.merge_cells("J2:K2")
    book.save(path)
    one = only(path)
    assert (one.new, one.vanished) == (("奖金<金额>", "奖金<币种>", "证书"), ())


def test_new_tables_without_a_number_get_one_that_is_free(tmp_path: Path) -> None:
    first = blank(tmp_path / "a.xlsx", "微专业", [["微专业名称", "修读人数（人）"]])
    second = blank(tmp_path / "b.xlsx", "产业学院", [["产业学院名称", "共建单位数（个）"]])
    tables = load_year(draft_of(tmp_path, first, second)).tables
    assert {one: tables[one].short for one in tables if one not in CATALOG.tables} == {
        "3.0.1": "微专业",
        "3.0.2": "产业学院",
    }


def test_nothing_is_left_behind_when_the_draft_cannot_be_made(tmp_path: Path) -> None:
    path = blank(tmp_path / "a.xlsx", "1.1.7", [[*NAMES, "奖金"]])
    out = tmp_path / "2023"
    out.mkdir()
    with pytest.raises(UsageError, match="不会覆盖"):
        write_draft(compared(path), YEAR, out)
    assert {one.name for one in tmp_path.iterdir()} == {"a.xlsx", "2023"}


def test_a_text_table_is_read_like_a_sheet_and_what_is_none_is_refused_with_what_to_do(
    tmp_path: Path,
) -> None:
    path = tmp_path / "模板.csv"
    path.write_text("项目名称,级别\n", encoding="utf-8")
    (blank_,) = read_blanks(path, known_names(CATALOG))
    assert [column.name for column in blank_.columns] == ["项目名称", "级别"]
    path = tmp_path / "模板.xlsx"
    path.write_bytes(b"%PDF-1.7\n")
    with pytest.raises(UnreadableFile, match="PDF"):
        read_blanks(path, known_names(CATALOG))


NASTY = [
    *(
        "备注",
        "是",
        "true",
        "null",
        "~",
        "12",
        "-1",
        "2022.1",
        "a: b",
        "a,b",
        "[x]",
        "{甲}",
        "#1",
        "甲 #1",
        "@x",
        "%",
    ),
    *("甲\n乙", "说“好”", '"引"', "a\\b", "- x", "=1+1", "<5", ">5", "组<列>", "全 角　格", " 前", "后 "),
    *("\ufeff", "\u2028", "\x07", "😀", "&a", "*a", "!a", "|", "? x", "'"),
]


@pytest.mark.parametrize("text", NASTY)
def test_every_text_is_read_back_from_the_yaml_as_it_was(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(f"fields:\n  - {{name: {scalar(text)}, note: x}}\n", encoding="utf-8", newline="\n")
    assert read_yaml(path)[0] == {"fields": [{"name": text, "note": "x"}]}
