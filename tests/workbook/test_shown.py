"""What a sheet shows is what counts: number formats, and what stands in cells without being an answer."""

from __future__ import annotations

import csv
import datetime as dt
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from openpyxl.comments import Comment
from openpyxl.styles import Font
from reader_books import ANNA, BERT, TEACHERS, by_hand, catalog

from statecollect.campaign.rosters import read_departments
from statecollect.findings import Finding
from statecollect.intake.returns import ReadReturn, read_return
from statecollect.workbook.number_format import TELLING, effect, look, matters
from statecollect.workbook.read.reader import read_book

CASES = yaml.safe_load((Path(__file__).parent / "shown_cases.yaml").read_text(encoding="utf-8"))
TODAY = dt.date(2041, 9, 1)


@pytest.mark.parametrize(("stored", "code", "shown", "exact"), CASES, ids=[f"{a} {b}" for a, b, *_ in CASES])
def test_a_cell_is_read_as_it_is_shown(stored: Any, code: str, shown: str | None, exact: str | None) -> None:
    seen = look(stored, code)
    assert (seen and seen.text, seen and seen.exact) == (shown, exact)


def test_formats_that_change_the_meaning_reach_the_cell_and_others_cost_nothing(tmp_path: Path) -> None:
    book: Any = openpyxl.Workbook()
    for row, (stored, code, *_) in enumerate(CASES, start=1):
        cell = book.active.cell(row, 1, stored)
        cell.number_format = code
    book.save(tmp_path / "a.xlsx")
    (sheet,) = read_book(tmp_path / "a.xlsx").sheets
    expected = {
        (row, 0)
        for row, (stored, code, *_) in enumerate(CASES)
        if stored not in ("", None) and (effect(code) == TELLING or matters(stored, code))
    }
    assert set(sheet.formats) == expected
    assert {sheet.formats[at] for at in expected} <= {code for _, code, *_ in CASES}
    assert len(expected) < len(CASES)


# how an office program shows them; it has no ! for single characters, and drops the minus behind conditions
OFFICE_FORMATS = [
    "0000", '0"."0,', "0.00,", "0.00", '0.0"万元"', '0"百人次"', '"GG"000', '[=1]"女";[=2]"男";0', "0%", "0.00E+00", ";;;",
    "#,##0.00", "#,##0_);(#,##0)", "0.00;[Red]0.00", '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "[$¥-804]#,##0.00",
    "0000-00-00", "000-0000-0000", "0;-0;;@", '#,##0,"千"', '"是";;"否"', "\\T0000", '0.0,,"百万"', "#,##0.##",
]  # fmt: skip
OFFICE_VALUES = [0, 1, 61, 0.5, 1234.5, 23500000, 20210901, 0.123456]


@pytest.mark.office
def test_cells_are_shown_as_an_office_program_shows_them(tmp_path: Path) -> None:
    book: Any = openpyxl.Workbook()
    for row, code in enumerate(OFFICE_FORMATS, start=1):
        for column, value in enumerate(OFFICE_VALUES, start=1):
            book.active.cell(row, column, value).number_format = code
    book.save(tmp_path / "a.xlsx")
    as_shown = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true"
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
    subprocess.run(
        [*command, "--convert-to", as_shown, "--outdir", tmp_path, tmp_path / "a.xlsx"],
        check=True,
        capture_output=True,
    )
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        shown = list(csv.reader(file))
    compared = 0
    for code, line in zip(OFFICE_FORMATS, shown, strict=True):
        for value, text in zip(OFFICE_VALUES, line, strict=True):
            seen = look(value, code)
            if seen is not None:
                compared += 1
                assert seen.text == text.strip(), (value, code)
    assert compared > 150


Change = Callable[[Any, Any], None]


def read(path: Path, change: Change, *rows: list[object], **attributes: Any) -> ReadReturn:
    """Return what is read of the sheet of teachers after a change by openpyxl."""
    book: Any = openpyxl.Workbook()
    for name, value in attributes.items():
        setattr(book.calculation, name, value)
    sheet = book.active
    sheet.title = "1.1.1 教师表"
    for row in (["1.1.1 教师基本情况表"], TEACHERS, *rows):
        sheet.append(row)
    change(book, sheet)
    book.save(path)
    return read_return(path, catalog(), today=TODAY)


def found(reading: ReadReturn, cell: str | None = None, rule: str = "") -> list[Finding]:
    """Return the findings at a cell, or of a rule; none is about cells that do not add up."""
    for one in reading.deliveries:
        assert one.cells_seen == one.cells_stored + one.cells_rejected + one.cells_ignored
    every = reading.all_findings()
    return (
        [one for one in every if one.origin.cell == cell]
        if cell
        else [one for one in every if one.rule.endswith(rule)]
    )


def shown_as(cell: str, value: object, code: str) -> Change:
    def change(book: Any, sheet: Any) -> None:
        sheet[cell] = value
        sheet[cell].number_format = code

    return change


# field, value, format, what is stored (None: nothing), what the finding names besides
SEEN = [
    ("教工号", "A3", 61, "0000", "0061", ["「61」", "「0061」"]),
    ("教工号", "A3", 61, '"T"0000', "T0061", ["「61」", "「T0061」"]),
    ("教工号", "A3", "61", '"T"@', "T61", ["「61」", "「T61」"]),
    ("教工号", "A3", 100000, "0.00E+00", None, ["「100000」", "「1.00E+05」"]),
    ("课时费", "D3", 0.3, '0.0"万元"', 3000, ["「0.3」", "「0.3万元」"]),
    ("课时费", "D3", 23500000, "0!.0,", 2350, ["「23500000」", "「2350.0」"]),
    ("课时费", "D3", 600000, "0.00,", 600, ["「600000」", "「600.00」"]),
    ("课时费", "D3", 320, "[$$-409]#,##0.00", None, ["「320」", "「$320.00」"]),
    ("课时费", "D3", 3, '0"个月"', None, ["「3」", "「3个月」"]),
    ("课时费", "D3", 320.123, "0.00", None, ["「320.123」", "「320.12」"]),
    ("课时费", "D3", -5, "0.00;0.00", None, ["「-5」", "「5.00」"]),
    ("课时费", "D3", 5, ";;;", 5, ["「5」", "不把内容显示出来"]),
    ("离职原因", "G3", "退休", ";;;", "退休", ["不把内容显示出来"]),
    ("离职原因", "G3", "退休", "**;**;**;**", "退休", ["不把内容显示出来"]),
    ("离职原因", "G3", 1, '[=1]"退休";"调动"', "退休", ["「1」", "「退休」"]),
    ("离职原因", "G3", 0.5, "0%", "50%", ["「0.5」", "「50%」"]),
    ("出生日期", "C3", 20010203, "0000-00-00", dt.date(2001, 2, 3), ["「20010203」", "「2001-02-03」"]),
]


@pytest.mark.parametrize(("field", "cell", "value", "code", "kept", "named"), SEEN)
def test_what_is_shown_counts_and_both_are_named(
    tmp_path: Path, field: str, cell: str, value: object, code: str, kept: object, named: list[str]
) -> None:
    reading = read(tmp_path / "a.xlsx", shown_as(cell, value, code), ANNA, BERT)
    assert reading.deliveries[0].values[field][0] == kept
    (one,) = found(reading, cell)
    assert one.severity == ("error" if kept is None else "note")
    assert all(text in one.message + one.hint for text in named)


SILENT = [
    ("课时费", "D3", 12.5, '0.00"元"', 12.5),
    ("课时费", "D3", 1234.5, "#,##0.00", 1234.5),
    ("课时费", "D3", 1234.5, "[$¥-804]#,##0.00", 1234.5),
    ("课时费", "D3", 0, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', 0),
    ("教工号", "A3", 1061, "0000", "1061"),
    ("学时<理论>", "E3", 5, '0"学时"', 5),
    ("离职原因", "G3", 12345, "#,##0", "12345"),
]


@pytest.mark.parametrize(("field", "cell", "value", "code", "kept"), SILENT)
def test_a_format_that_says_the_same_as_the_value_is_not_spoken_of(
    tmp_path: Path, field: str, cell: str, value: object, code: str, kept: object
) -> None:
    reading = read(tmp_path / "a.xlsx", shown_as(cell, value, code), ANNA, BERT)
    assert reading.deliveries[0].values[field][0] == kept
    assert found(reading, cell) == []


def test_formats_of_conditional_formats_count_for_no_cell(tmp_path: Path) -> None:
    day = (dt.date(2001, 2, 3) - dt.date(1899, 12, 30)).days
    styles = (
        '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2">'
        '<xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
        '<dxfs count="1"><dxf><numFmt numFmtId="14" formatCode="0.00%"/></dxf></dxfs></styleSheet>'
    )
    path = by_hand(tmp_path / "a.xlsx", f'<row r="1"><c r="A1" s="1"><v>{day}</v></c></row>')
    replaced = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(replaced, "w") as new:
        for name in old.namelist():
            new.writestr(name, styles if name == "xl/styles.xml" else old.read(name))
    (sheet,) = read_book(replaced).sheets
    assert sheet.rows[0] == (dt.date(2001, 2, 3),)
    assert sheet.formats == {}


def test_numbers_that_lost_their_zeros_are_told_with_the_padded_one(tmp_path: Path) -> None:
    rows: list[list[object]] = [ANNA, BERT, [61, *BERT[1:]], [1061, *BERT[1:]]]
    reading = read(tmp_path / "a.xlsx", lambda _, __: None, *rows)
    (one,) = found(reading, "A5")
    assert (one.severity, "0061" in one.message) == ("warning", True)
    assert found(reading, "A6") == []


NO_ANSWERS = {
    '=DISPIMG("ID_61A4",1)': "图片",
    '=_xlfn.DISPIMG("ID_61A4",1)': "图片",
    "=VLOOKUP(A5,Sheet2!A:B,2,0)": "公式",
    '=A5&"（"&B5&"）"': "公式",
    "=F5": "公式",
    "+A1+B1": "公式",
    "{=SUM(A1:A2)}": "公式",
    "=名单!A1": "公式",
}


@pytest.mark.parametrize("text", NO_ANSWERS)
@pytest.mark.parametrize(("field", "cell"), [("姓名", "B3"), ("离职原因", "G3")])
def test_a_picture_or_the_text_of_a_formula_is_no_answer(
    tmp_path: Path, text: str, field: str, cell: str
) -> None:
    def change(book: Any, sheet: Any) -> None:
        sheet[cell] = text
        sheet[cell].data_type = "s"

    reading = read(tmp_path / "a.xlsx", change, ANNA, BERT)
    assert reading.deliveries[0].values[field][0] is None
    (one,) = found(reading, cell)
    assert (one.severity, NO_ANSWERS[text] in one.message) == ("error", True)


def test_words_behind_a_sign_of_equality_are_an_answer(tmp_path: Path) -> None:
    reading = read(tmp_path / "a.xlsx", lambda _, __: None, [*ANNA[:6], "＝合计见附表"], BERT)
    assert reading.deliveries[0].values["离职原因"][0] == "＝合计见附表"


def test_a_picture_placed_in_a_cell_is_called_one(tmp_path: Path) -> None:
    path = by_hand(tmp_path / "a.xlsx", '<row r="1"><c r="A1" t="e" vm="1"><v>#VALUE!</v></c></row>')
    (sheet,) = read_book(path).sheets
    assert "图片" in sheet.faults[0, 0].text
    assert sheet.cells_seen == 1


def filled_down(results: list[tuple[str, str]]) -> str:
    """Return 200 rows that hold only formulas with these results (type and value)."""
    cells = [
        f'<c r="{letter}%d"{kind}><f>E%d*F%d</f>{value}</c>'
        for letter, (kind, value) in zip("DE", results, strict=False)
    ]
    return "".join(
        f'<row r="{row}">' + "".join(one % (row, row, row) for one in cells) + "</row>"
        for row in range(4, 204)
    )


HEAD = '<row r="1"><c r="A1" t="inlineStr"><is><t>1.1.1 教师基本情况表</t></is></c></row>' + "".join(
    f'<row r="{row}">'
    + "".join(
        f'<c r="{letter}{row}" t="inlineStr"><is><t>{text}</t></is></c>'
        for letter, text in zip("ABCDEFG", line, strict=False)
    )
    + "</row>"
    for row, line in (
        (2, [one.replace("<", "&lt;") for one in TEACHERS]),
        (3, ["0035", "张三", "1980-01-02"]),
    )
)
NUMBER, TEXT, ERROR = "", ' t="str"', ' t="e"'
RESULTS = {
    "zeros": ([(NUMBER, "<v>0</v>")], "note"),
    "zeros with decimals, and blanks": ([(NUMBER, "<v>0.0</v>"), (TEXT, "<v> </v>")], "note"),
    "zeros as texts": ([(TEXT, "<v>0.00</v>")], "note"),
    "errors": ([(ERROR, "<v>#N/A</v>")], "warning"),
    "no results": ([(NUMBER, "")], "warning"),
    "zeros and errors": ([(NUMBER, "<v>0</v>"), (ERROR, "<v>#DIV/0!</v>")], "warning"),
}


@pytest.mark.parametrize("spelling", ["usual", "unusual"])
@pytest.mark.parametrize("name", RESULTS)
def test_rows_of_formulas_that_come_to_nothing_are_no_rows(tmp_path: Path, name: str, spelling: str) -> None:
    results, severity = RESULTS[name]
    rows = HEAD + filled_down(results)
    if spelling == "unusual":
        rows = rows.replace("<row ", "<row  ").replace("<c ", "<c  ")
    reading = read_return(by_hand(tmp_path / "a.xlsx", rows), catalog(), today=TODAY)
    assert reading.deliveries[0].rows == (3,)
    (one,) = found(reading, rule="S06")
    assert (one.severity, "200 行" in one.message) == (severity, True)


def test_a_formula_without_result_among_the_records_keeps_its_row(tmp_path: Path) -> None:
    def change(book: Any, sheet: Any) -> None:
        for letter in "ABCDEFG":
            sheet[f"{letter}4"] = "=Sheet2!A1"

    reading = read(tmp_path / "a.xlsx", change, ANNA, ["1"], BERT)
    assert reading.deliveries[0].rows == (3, 4, 5)
    assert found(reading, "A4")[0].severity == "error"


@pytest.mark.parametrize("asks", [{"fullCalcOnLoad": True}, {"fullCalcOnLoad": False, "calcMode": "manual"}])
def test_results_in_a_workbook_that_has_yet_to_be_calculated_are_asked_or_told(
    tmp_path: Path, asks: dict[str, Any]
) -> None:
    rows = HEAD + (
        '<row r="4"><c r="A4" t="inlineStr"><is><t>0036</t></is></c><c r="D4"><f>1+1</f><v>2</v></c>'
        '<c r="E4"><f>A1*2</f><v>0</v></c></row>'
    )
    path = by_hand(tmp_path / "a.xlsx", rows)
    said = "".join(f' {key}="{"1" if value is True else value}"' for key, value in asks.items() if value)
    calm = read_return(path, catalog(), today=TODAY)
    stale = read_return(with_calculation(path, said), catalog(), today=TODAY)
    assert found(calm, rule="S18") == []
    assert {(one.severity, one.origin.cell) for one in found(stale, rule="S18")} == {
        ("warning", "E4"),
        ("note", "D4"),
    }


def with_calculation(path: Path, said: str) -> Path:
    """Return a copy whose workbook says this of its calculation."""
    copy = path.with_name("calculated.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/workbook.xml":
                part = part.replace(b"</workbook>", f"<calcPr{said}/></workbook>".encode())
            new.writestr(name, part)
    return copy


def struck(book: Any, sheet: Any) -> None:
    for cell in sheet[4]:
        cell.font = Font(strike=True)


def hidden(book: Any, sheet: Any) -> None:
    sheet.row_dimensions[4].hidden = True


def commented(book: Any, sheet: Any) -> None:
    sheet["G3"].comment = Comment("已调往分校", "办公室")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (struck, "删除线"),
        (hidden, "行隐藏"),
        (commented, "已调往分校"),
    ],
)
def test_what_is_seen_and_is_no_value_is_told_and_rows_are_taken(
    tmp_path: Path, change: Change, says: str
) -> None:
    reading = read(tmp_path / "a.xlsx", change, ANNA, BERT)
    assert reading.deliveries[0].rows == (3, 4)
    (one,) = found(reading, rule="S07")
    assert (one.severity, says in one.message) == ("note", True)


WORDS = "<d:sp><d:txBody><a:t>第 7 行</a:t><a:t>另报</a:t></d:txBody></d:sp>"
DRAWINGS = {
    "a text box": (WORDS, {"第 7 行另报"}),
    "a picture": ("<d:pic/>", {"有 1 张图片"}),
    "both, in groups": (f"<d:grpSp>{WORDS}<d:pic/><d:pic/></d:grpSp>", {"第 7 行另报", "有 2 张图片"}),
    "a shape without words": ("<d:sp/>", set()),
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_what_floats_over_the_cells_is_told(tmp_path: Path, name: str) -> None:
    drawn, says = DRAWINGS[name]
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/drawing"
    relation = f'<Relationship Id="rId9" Type="{kinds}" Target="../drawings/drawing1.xml"/>'
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    shapes = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
    letters = "http://schemas.openxmlformats.org/drawingml/2006/main"
    drawing = f'<d:wsDr xmlns:d="{shapes}" xmlns:a="{letters}">{drawn}</d:wsDr>'
    extra = {
        "xl/worksheets/_rels/sheet1.xml.rels": f'<Relationships xmlns="{relations}">{relation}</Relationships>'.encode(),
        "xl/drawings/drawing1.xml": drawing.encode(),
    }
    reading = read_return(by_hand(tmp_path / "a.xlsx", HEAD, extra=extra), catalog(), today=TODAY)
    messages = [one.message for one in found(reading, rule="S07")]
    assert len(messages) == len(says)
    assert all(any(text in one for one in messages) for text in says)


@pytest.mark.parametrize("row", ['hidden="1"', 'ht="0" customHeight="1"', 'customHeight="1" ht="0.0"'])
@pytest.mark.parametrize("spelling", ["", " "])
def test_rows_of_no_height_are_hidden_ones(tmp_path: Path, row: str, spelling: str) -> None:
    rows = f'<row r="1"><c r="A1"><v>1</v></c></row><row{spelling} r="2" {row}><c r="A2"><v>2</v></c></row>'
    (sheet,) = read_book(by_hand(tmp_path / "a.xlsx", rows)).sheets
    assert (set(sheet.hidden_rows), sheet.rows.filled()) == ({1}, 2)


@pytest.mark.parametrize("column", ['hidden="1"', 'width="0" customWidth="1"', 'width="0.0"'])
def test_columns_of_no_width_are_hidden_ones(tmp_path: Path, column: str) -> None:
    root = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<cols><col min="2" max="3" {column}/></cols><sheetData>%s</sheetData></worksheet>'
    )
    path = by_hand(tmp_path / "a.xlsx", '<row r="1"><c r="B1"><v>1</v></c></row>', root=root)
    assert read_book(path).sheets[0].hidden_columns == {1, 2}


def test_a_list_of_departments_is_read_as_it_is_shown(tmp_path: Path) -> None:
    book: Any = openpyxl.Workbook()
    for row in (["名称", "类别"], ["教务", "职能部门"], [3, "教学单位"], ["图书馆", "教辅部门"]):
        book.active.append(row)
    book.active["A2"].number_format, book.active["A3"].number_format = '@"处"', '"第"0"分院"'
    book.save(tmp_path / "a.xlsx")
    known = read_departments(tmp_path / "a.xlsx")
    assert {*known.departments, *known.units} == {"教务处", "第3分院", "图书馆"}
