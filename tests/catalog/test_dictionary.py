"""The data dictionary says of every table, field, code and rule what the schemas say."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from statecollect.catalog import load_catalog
from statecollect.cli.app import app
from statecollect.core.errors import UsageError
from statecollect.rules import rules_of
from statecollect.schemas.dictionary import write_dictionary
from statecollect.workbook.write.listing import Listing, write_listings

pytestmark = pytest.mark.lowest

CATALOG = load_catalog("2022")
HEADER_ROW = 3


@pytest.fixture(scope="module")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, object]]]:
    path = tmp_path_factory.mktemp("字典") / "数据字典.xlsx"
    write_dictionary(path, CATALOG)
    book = openpyxl.load_workbook(path, read_only=True)
    found: dict[str, list[dict[str, object]]] = {}
    for sheet in book.worksheets:
        header, *rows = sheet.iter_rows(min_row=HEADER_ROW, values_only=True)
        found[sheet.title] = [dict(zip(map(str, header), row, strict=True)) for row in rows]
    return found


def test_nothing_of_the_catalog_is_left_out(sheets: dict[str, list[dict[str, object]]]) -> None:
    tables = CATALOG.tables.values()
    assert [row["表号"] for row in sheets["数据表"]] == list(CATALOG.tables)
    assert [(row["表号"], row["字段"]) for row in sheets["字段"]] == [
        (table.id, field.name) for table in tables for field in table.fields
    ]
    assert [row["规则"] for row in sheets["规则"]] == [
        bound.id for table in tables for bound in rules_of(CATALOG, table)
    ]
    assert len(sheets["代码"]) == sum(len(codes.values) for codes in CATALOG.codes.values())


def test_a_field_tells_when_it_is_due_where_it_comes_from_and_what_is_inferred(
    sheets: dict[str, list[dict[str, object]]],
) -> None:
    def row(table: str, field: str) -> dict[str, object]:
        return next(one for one in sheets["字段"] if (one["表号"], one["字段"]) == (table, field))

    due = row("2.14.1", "获奖<项目名称>")
    assert due["必填"] == "条件必填：是否有获奖项目为“是”"
    assert row("2.1.1", "具体形式")["必填"] == "条件必填：培养方式为“现代职教体系项目”或“其他”"
    assert row("2.14.1", "负责人<学号>")["取自"] == "1.5.1 学号"
    assert row("2.9.3", "基地使用时间（天）")["长度与范围"] == "不小于 0，不大于 366"
    assert row("2.17.1", "媒体名称")["推断"] == "推断"


def test_a_rule_says_its_condition_and_a_generated_one_too(
    sheets: dict[str, list[dict[str, object]]],
) -> None:
    said = {row["规则"]: row["条件或查询（SQL）"] for row in sheets["规则"]}
    assert all(said.values())
    assert said["1.1.6-R01"] == '"本学年新增纸质图书（万册）" <= "纸质图书总册数（万册）"'
    assert str(said["2.1.1-K01"]).startswith("SELECT")


def test_every_sheet_prints_on_a4_landscape_with_its_header_on_each_page(tmp_path: Path) -> None:
    path = tmp_path / "数据字典.xlsx"
    write_dictionary(path, CATALOG)
    for sheet in openpyxl.load_workbook(path).worksheets:
        page = sheet.page_setup
        assert (page.orientation, page.paperSize, page.fitToHeight) == ("landscape", 9, 0)
        assert (sheet.print_title_rows, sheet.freeze_panes) == ("$3:$3", "A4")
        assert sheet.auto_filter.ref.startswith("A3:")
        assert sheet["A4"].alignment.wrap_text
        assert sheet.oddFooter is not None
        assert sheet.oddFooter.left.text == "&A"


def test_a_row_is_as_high_as_its_longest_word_wrapped_text_needs(tmp_path: Path) -> None:
    path = tmp_path / "清单.xlsx"
    rows = [("短",), ("[Q:school/shoolAward][G:SchAward]",), ("甲\n乙\n丙",)]
    write_listings(path, [Listing("清单", "清单", ("来源",), rows, (20,))])
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    assert [sheet.row_dimensions[row].height for row in (4, 5, 6)] == [
        None,
        pytest.approx(32, abs=1),
        pytest.approx(48, abs=1),
    ]


def test_where_a_code_list_comes_from_is_said_once(sheets: dict[str, list[dict[str, object]]]) -> None:
    for codes in CATALOG.codes.values():
        said = [row["来源"] for row in sheets["代码"] if row["代码表"] == codes.id]
        assert said[:1] == [codes.evidence or None][: len(said)]
        assert not any(said[1:])


def test_only_an_xlsx_is_written(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["schema", "dictionary", str(tmp_path / "字典.docx")])
    assert isinstance(result.exception, UsageError)
    assert not list(tmp_path.iterdir())
