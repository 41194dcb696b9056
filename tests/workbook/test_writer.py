"""The writer: what stands in the file, cell by cell, as openpyxl and the unzipped parts show it."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from writer_books import DATA, FORMULA, PEOPLE, ROWS, SECRET, catalog, content, finding, write

from statecollect.catalog import CodeList
from statecollect.core.errors import UsageError
from statecollect.workbook.book_content import SheetContent
from statecollect.workbook.layout import (
    FINDINGS_SHEET,
    FIRST_DATA_ROW,
    HEADER_ROW,
    field_name_from_header,
    header_text,
    plain_name,
)
from statecollect.workbook.read.reader import read_book
from statecollect.workbook.recognise.tables import find_tables
from statecollect.workbook.stamp import genuine, read_stamp
from statecollect.workbook.write.dropdowns import dependent_groups
from statecollect.workbook.write.writer import COMMENTS_A_SHEET, STYLED_ROWS, write_workbook

GOLDEN = DATA / "golden" / "writer_template.txt"
UPDATE = "STATECOLLECT_UPDATE_GOLDEN"  # set it to 1 to write the golden file anew, then read its diff


def opened(path: Path) -> Any:
    from openpyxl import load_workbook

    return load_workbook(path)


def validation(sheet: Any, column: str) -> Any:
    cell = f"{column}{FIRST_DATA_ROW}"
    return next(one for one in sheet.data_validations.dataValidation if cell in one.sqref)


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def dump(path: Path) -> str:
    """Return what a person meets in the workbook, as text: cells above the data, validations, colours, names."""
    book, lines = opened(path), []
    for sheet in book.worksheets:
        lines.append(
            f"# {sheet.title} {sheet.sheet_state} 冻结 {sheet.freeze_panes} 保护 {sheet.protection.sheet}"
        )
        if sheet.title == "_statecollect":
            continue  # the digest of the schema changes with every word in it
        for row in sheet.iter_rows():
            lines += [f"{cell.coordinate}\t{cell.value!r}" for cell in row if cell.value is not None]
        for rule in sorted(sheet.data_validations.dataValidation, key=lambda one: str(one.sqref)):
            lines.append(f"校验 {rule.sqref} {rule.type} {rule.errorStyle} {rule.formula1} {rule.formula2}")
            lines.append(f"  {rule.prompt!r} {rule.error!r}")
        for area in sheet.conditional_formatting:
            lines += [f"颜色 {area.sqref} {rule.formula[0]}" for rule in area.rules]
    lines += [f"名称 {name} {one.attr_text}" for name, one in sorted(book.defined_names.items())]
    return "\n".join(lines) + "\n"


def test_the_template_looks_as_the_golden_file_says(tmp_path: Path) -> None:
    shown = dump(write(tmp_path / "a.xlsx", content()))
    if os.environ.get(UPDATE):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(shown, encoding="utf-8", newline="\n")
    assert shown == GOLDEN.read_text(encoding="utf-8")


def test_two_builds_of_one_content_are_equal_byte_for_byte(tmp_path: Path) -> None:
    marked = content(rows=ROWS, findings=(finding(5, "性别", "不对"),), kind="marked")
    first, second = write(tmp_path / "a.xlsx", marked), write(tmp_path / "b.xlsx", marked)
    assert parts(first) == parts(second)
    assert first.read_bytes() == second.read_bytes()


def test_typed_text_never_becomes_a_formula_or_a_link(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", content(rows=ROWS))
    forms = "xl/worksheets/sheet4.xml"  # whose cells show, by formulas, what stands in a table of one row
    sheets = {name: part for name, part in parts(path).items() if "worksheets/sheet" in name}
    assert [name for name, part in sheets.items() if b"<f>" in part] == [forms]
    cells = opened(path)[PEOPLE][FIRST_DATA_ROW + 1]
    assert [(cells[n].value, cells[n].data_type) for n in (1, 5, 6)] == [
        (FORMULA, "s"),
        ("+8", "s"),
        ("@x", "s"),
    ]
    assert cells[1].hyperlink is None


@pytest.mark.parametrize(
    ("typed", "stands"),
    [
        ("<r><t>x</t></r>", "<r><t>x</t></r>"),
        ("<r>&</r>", "<r>&</r>"),
        (430102200509011234, "430102200509011234"),
        (dt.time(8, 30), "08:30:00"),
        (dt.date(1890, 1, 1), "1890-01-01"),
        (["2020", "2021"], "2020,2021"),
        ("a\ud800b", "a\ufffdb"),
        (float("inf"), "inf"),
        (True, True),
        ("  0035 ", "  0035 "),
    ],
)
def test_every_value_stands_in_the_cell_as_it_was_typed(
    tmp_path: Path, typed: object, stands: object
) -> None:
    path = write(tmp_path / "a.xlsx", content(rows=[[typed, "甲"]]))
    assert [cell.value for cell in opened(path)[PEOPLE][FIRST_DATA_ROW]][:2] == [stands, "甲"]


@pytest.mark.parametrize(("column", "typed"), [("E", 19901231), ("L", 12.5)])
def test_a_number_its_column_would_misrepresent_is_shown_plainly(
    tmp_path: Path, column: str, typed: float
) -> None:
    row: list[object] = [None] * 15
    row[ord(column) - ord("A")] = typed
    cell = opened(write(tmp_path / "a.xlsx", content(rows=[row])))[PEOPLE][f"{column}{FIRST_DATA_ROW}"]
    assert (cell.value, cell.number_format) == (typed, "General")


def test_every_list_stands_complete_behind_its_name(tmp_path: Path) -> None:
    book = opened(write(tmp_path / "a.xlsx", content(offered={("1.1.1", "姓名"): ["张三", "李四"]})))
    lists = {}
    for name, defined in book.defined_names.items():
        sheet, area = next(defined.destinations)
        lists[name.split("_", 1)[1]] = [row[0].value for row in book[sheet][area]]
    assert lists["SY"] == ["普通高中生", "扩招", "专升本"]
    assert lists["SY_1"] == ["普通高中生", "扩招"]
    assert lists["SY_2"] == ["普通高中生", "专升本"]
    assert lists["LX"] == ["实训", "其他"]
    assert lists["1_1_1_2"] == ["张三", "李四"]


def test_a_closed_list_insists_an_open_one_only_offers_a_multiple_one_only_prompts(tmp_path: Path) -> None:
    sheet = opened(write(tmp_path / "a.xlsx", content()))[PEOPLE]
    assert [validation(sheet, column).type for column in "CIN"] == ["list", "list", None]
    assert validation(sheet, "C").errorStyle in {None, "stop"}
    assert [validation(sheet, column).showErrorMessage for column in "CI"] == [True, False]


def test_a_dependent_list_follows_its_column_and_is_whole_while_that_is_empty(tmp_path: Path) -> None:
    formula = validation(opened(write(tmp_path / "a.xlsx", content()))[PEOPLE], "H").formula1
    assert "MATCH($G5," in formula
    assert "IFERROR" in formula


def test_a_code_that_depends_on_nothing_is_offered_under_every_value() -> None:
    values = [
        {"label": "甲", "within": ["专科"]},
        {"label": "乙"},
        {"label": "丙", "within": ["专科", "本科"]},
    ]
    codes = CodeList.model_validate({"id": "SY", "name": "生源", "values": values})
    assert dependent_groups(codes) == {"专科": ["甲", "乙", "丙"], "本科": ["乙", "丙"]}


def test_prompts_keep_to_the_lengths_excel_allows(tmp_path: Path) -> None:
    for sheet in opened(write(tmp_path / "a.xlsx", content())).worksheets:
        for rule in sheet.data_validations.dataValidation:
            assert len(rule.prompt or "") <= 255
            assert len(rule.error or "") <= 255
            assert len(rule.promptTitle or "") <= 32


def test_digits_that_matter_are_typed_into_text_columns(tmp_path: Path) -> None:
    sheet = opened(write(tmp_path / "a.xlsx", content(rows=[["0035", None, None, "1", None, "2001-09"]])))[
        PEOPLE
    ]
    assert [sheet[f"{column}{FIRST_DATA_ROW}"].number_format for column in "ADF"] == ["@", "@", "@"]


def test_rows_can_be_deleted_inserted_and_pasted_over_for_nothing_but_the_cover_is_protected(
    tmp_path: Path,
) -> None:
    book = opened(write(tmp_path / "a.xlsx", content(rows=ROWS)))
    assert book.worksheets[0].protection.sheet
    assert not book[PEOPLE].protection.sheet


def test_a_row_inserted_below_the_header_keeps_texts_as_texts(tmp_path: Path) -> None:
    """It takes the look of the row above."""
    sheet = opened(write(tmp_path / "a.xlsx", content(rows=ROWS)))[PEOPLE]
    formats = [[cell.number_format for cell in sheet[row][:6]] for row in (HEADER_ROW, FIRST_DATA_ROW)]
    assert formats[0] == formats[1] == ["@", "@", "General", "@", "yyyy-mm-dd", "@"]


@pytest.mark.parametrize("rows", [[], ROWS, [[str(n), "甲", *[None] * 13] for n in range(STYLED_ROWS + 5)]])
def test_empty_text_cells_of_the_first_rows_are_texts_without_the_style_of_their_column(
    tmp_path: Path, rows: list[list[object]]
) -> None:
    """Some web editors drop that."""
    xml = parts(write(tmp_path / "a.xlsx", content(rows=rows)))["xl/worksheets/sheet2.xml"].decode()
    styles = dict(re.findall(r'<c r="([A-Z]+\d+)" s="(\d+)"', xml))
    text = styles[f"F{FIRST_DATA_ROW}"]
    last = FIRST_DATA_ROW + STYLED_ROWS - 1
    assert {styles.get(f"{column}{row}") for column in "AF" for row in (FIRST_DATA_ROW, last)} == {text}
    assert f"F{last + 1}" not in styles
    assert f"E{last}" not in styles  # days are days however they are typed


def test_the_header_can_be_filtered_and_the_name_stays_in_sight(tmp_path: Path) -> None:
    sheet = opened(write(tmp_path / "a.xlsx", content()))[PEOPLE]
    assert sheet.auto_filter.ref.startswith(f"A{HEADER_ROW}:")
    assert sheet.freeze_panes == f"C{FIRST_DATA_ROW}"  # number and name
    assert sheet.print_title_rows == f"$1:${HEADER_ROW}"


@pytest.mark.parametrize(
    ("column", "entries", "number_format"),
    [
        ("A", [2, 3, 4], "General"),
        ("B", [1, 2, "其他"], "General"),
        ("C", ["01", "02", "10"], "@"),  # typing would make 1, 2 and 10 of them
        ("D", [2, 3, 4], "General"),
    ],
)
def test_entries_of_a_list_are_what_typing_them_gives(
    tmp_path: Path, column: str, entries: list[object], number_format: str
) -> None:
    book = opened(
        write(tmp_path / "a.xlsx", replace(content(), sheets=[SheetContent(catalog().tables["1.1.3"])]))
    )
    sheet = book["1.1.3 编号表"]
    tab, area = next(book.defined_names[validation(sheet, column).formula1].destinations)
    assert [row[0].value for row in book[tab][area]] == entries
    assert sheet.column_dimensions[column].number_format == number_format


def test_a_read_only_workbook_locks_its_data_and_shows_the_watermark(tmp_path: Path) -> None:
    book = opened(write(tmp_path / "a.xlsx", content(rows=ROWS, read_only=True, watermark="草稿，不得上报")))
    sheet = book[PEOPLE]
    assert sheet[f"A{FIRST_DATA_ROW}"].protection.locked
    assert not sheet.data_validations.dataValidation
    assert "草稿，不得上报" in sheet.oddHeader.center.text


def test_a_header_gives_back_the_name_of_its_field() -> None:
    for table in catalog().tables.values():
        for field in table.fields:
            for text in (
                header_text(field),
                f" {header_text(field)} ",
                header_text(field).replace("（", "("),
            ):
                assert field_name_from_header(text) == plain_name(field.name)


def test_findings_mark_their_cell_or_their_row_or_the_sheet(tmp_path: Path) -> None:
    found = (
        finding(6, "性别", "不在代码表中"),
        finding(6, None, "整行重复"),
        finding(None, None, "少了三人"),
    )
    book = opened(write(tmp_path / "a.xlsx", content(rows=ROWS, findings=found, kind="marked")))
    sheet, listed = book[PEOPLE], book[FINDINGS_SHEET]
    assert "不在代码表中" in sheet["C6"].comment.text
    assert sheet["C5"].comment is None
    assert sheet["P4"].value == "问题"
    assert sheet["P6"].value == "不在代码表中；整行重复"
    links = [(row[1].value, row[1].hyperlink.location) for row in listed.iter_rows(min_row=5)]
    assert links == [("C6", f"'{PEOPLE}'!C6"), ("A6", f"'{PEOPLE}'!A6"), ("整张表", f"'{PEOPLE}'!A1")]


def test_what_was_tidied_is_listed_but_neither_coloured_nor_counted_as_a_warning(tmp_path: Path) -> None:
    found = (finding(5, "性别", "不对"), finding(5, "姓名", "已按「张三」收下", "note"))
    book = opened(write(tmp_path / "a.xlsx", content(rows=ROWS, findings=found, kind="marked")))
    assert book[PEOPLE]["B5"].comment is None
    assert book[PEOPLE]["P5"].value == "不对"
    assert "警告 0 处" in book[FINDINGS_SHEET]["A2"].value
    assert "提示 1 处" in book[FINDINGS_SHEET]["A2"].value


def test_thousands_of_equal_findings_are_one_line_of_the_list_and_marked_one_by_one(tmp_path: Path) -> None:
    many = COMMENTS_A_SHEET + 10
    rows: list[list[object]] = [[str(n), "甲", "?"] for n in range(many)]
    found = tuple(finding(FIRST_DATA_ROW + n, "性别", "不对") for n in range(many))
    book = opened(write(tmp_path / "a.xlsx", content(rows=rows, findings=found, kind="marked")))
    sheet = book[PEOPLE]
    assert (
        sum(row[2].comment is not None for row in sheet.iter_rows(min_row=FIRST_DATA_ROW)) == COMMENTS_A_SHEET
    )
    assert sheet.cell(FIRST_DATA_ROW + many - 1, 16).value == "不对"
    assert book[FINDINGS_SHEET].max_row == 5
    last = FIRST_DATA_ROW + many - 1
    assert f"同样的问题共 {many} 处（第 {FIRST_DATA_ROW}–{last} 行）" in book[FINDINGS_SHEET]["E5"].value
    assert f"错误 {many} 处" in book[FINDINGS_SHEET]["A2"].value


def test_a_long_list_of_different_findings_is_listed_line_by_line(tmp_path: Path) -> None:
    many = 300
    rows: list[list[object]] = [[str(n), "甲", "?"] for n in range(many)]
    found = tuple(
        replace(finding(FIRST_DATA_ROW + n, "性别", "不对"), rule=f"1.1.1-R{n}") for n in range(many)
    )
    book = opened(write(tmp_path / "a.xlsx", content(rows=rows, findings=found, kind="marked")))
    assert book[FINDINGS_SHEET].max_row == 4 + many


def test_a_nil_return_stands_on_the_cover(tmp_path: Path) -> None:
    cover = opened(write(tmp_path / "a.xlsx", content(nil=True))).worksheets[0]
    lines = [[cell.value for cell in row] for row in cover.iter_rows()]
    header = next(line for line in lines if line[0] == "表号")
    answer = header.index("零报告（本表无数据）")
    assert {line[0]: line[answer] for line in lines if line[0] in {"1.1.1", "1.1.2"}} == {
        "1.1.1": None,
        "1.1.2": "是",
    }


def test_the_stamp_in_the_workbook_is_genuine_and_out_of_sight(tmp_path: Path) -> None:
    sheet = opened(write(tmp_path / "a.xlsx", content()))["_statecollect"]
    found = read_stamp([(row[0].value, row[1].value) for row in sheet.iter_rows()])
    assert sheet.sheet_state == "veryHidden"
    assert found is not None
    assert found[0].party == "教务处"
    assert genuine(*found, SECRET)


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", content())
    before = path.read_bytes()
    with pytest.raises(TypeError):
        write_workbook(path, content(rows=[[object()]]), catalog(), SECRET)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_target_that_cannot_be_replaced_is_named_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, target: Path) -> Path:
        raise PermissionError(13, "in use")

    monkeypatch.setattr(Path, "replace", refuse)  # what Windows does while Excel has the file open
    with pytest.raises(UsageError, match="关闭它再运行"):
        write(tmp_path / "a.xlsx", content())
    assert not list(tmp_path.iterdir())


def test_a_table_of_one_row_comes_again_as_a_form_that_is_printed_and_not_read(tmp_path: Path) -> None:
    filled = [SheetContent(catalog().tables["1.1.2"], [["某某学院", 12.5]])]
    path = write(tmp_path / "a.xlsx", replace(content(), sheets=filled))
    form = opened(path)["单行表打印"]
    lines = [[cell.value for cell in row] for row in form.iter_rows(min_row=6, max_row=7)]
    assert [line[0] for line in lines] == ["*学校名称", "占地面积"]
    assert lines[1][1] == "=IF('1.1.2 学校概况表'!B5=\"\",\"\",'1.1.2 学校概况表'!B5)"
    from openpyxl import load_workbook

    shown = load_workbook(path, data_only=True)["单行表打印"]
    assert [shown["B6"].value, shown["B7"].value] == ["某某学院", 12.5]  # also for who does not calculate
    intake = find_tables(read_book(path), catalog())
    assert [(one.table.id, len(one.rows)) for one in intake.blocks] == [("1.1.2", 1)]
    assert intake.findings == ()


def test_a_workbook_without_a_table_of_one_row_or_for_reading_only_has_no_form(tmp_path: Path) -> None:
    people = [SheetContent(catalog().tables["1.1.1"])]
    for book in (replace(content(), sheets=people), content(read_only=True)):
        assert "单行表打印" not in opened(write(tmp_path / "a.xlsx", book)).sheetnames


@pytest.mark.office
def test_libreoffice_reads_the_workbook_as_it_was_written(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.xlsx", content(rows=ROWS, findings=(finding(5, "性别", "不对"),), kind="marked")
    )
    office = shutil.which("soffice")
    assert office
    out, profile = tmp_path / "out", (tmp_path / "profile").as_uri()
    command = [
        office,
        f"-env:UserInstallation={profile}",
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(out),
        str(path),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    again = opened(out / "a.xlsx")[PEOPLE]
    before = [[cell.value for cell in row] for row in opened(path)[PEOPLE].iter_rows()]
    after = [
        [cell.value for cell in row] for row in again.iter_rows(max_row=len(before), max_col=len(before[0]))
    ]
    assert after == before
    assert "MATCH($G5," in validation(again, "H").formula1.replace("@", "")
