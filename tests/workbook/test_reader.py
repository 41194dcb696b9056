"""The reader: cells as they are, in absolute coordinates, whatever wrote the file."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from pathlib import Path
from typing import Any

import pytest
import reader_books as books
import xlwt
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from statecollect.core.errors import HostileFile, UnreadableFile
from statecollect.core.untrusted.guard import Limits
from statecollect.workbook.read.reader import Book, RawSheet, read_book, read_book_safely

pytestmark = pytest.mark.lowest


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "教务处.xlsx"


def only(book: Book) -> RawSheet:
    (sheet,) = book.sheets
    return sheet


def cells(path: Path, *addresses: str) -> list[object]:
    """Return single cells; behind the last column that holds something all are empty."""
    rows = only(read_book(path)).rows
    places = [(int(one[1:]) - 1, ord(one[0]) - 65) for one in addresses]
    return [rows[row][column] if column < rows.width else None for row, column in places]


def test_values_keep_their_types_and_whole_numbers_are_integers(path: Path) -> None:
    book = Workbook()
    row = [
        1,
        1.5,
        "0035",
        True,
        dt.date(2021, 9, 1),
        dt.datetime(2021, 9, 1, 8, 30),
        dt.time(8, 30),
        " 空 格 ",
        None,
        "x",
    ]
    book.active.append(row)  # type: ignore[union-attr]
    book.save(path)
    (read,) = only(read_book(path)).rows
    assert [*read] == row
    assert [type(one) for one in read] == [type(one) for one in row]


def test_coordinates_are_absolute(path: Path) -> None:
    books.write(path, {"表": [[], [], [None, None, "甲"]]})
    sheet = only(read_book(path))
    assert [[*row] for row in sheet.rows] == [[None] * 3, [None] * 3, [None, None, "甲"]]
    assert sheet.cells_seen == 1


def test_a_book_knows_its_digest_and_stamp(path: Path) -> None:
    books.write(path, {"表": [["甲"]], "_statecollect": [["statecollect", "1"], ["party", "教务处"]]})
    book = read_book(path)
    assert book.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (book.name, book.kind) == ("教务处.xlsx", "xlsx")
    assert book.stamp_rows == (("statecollect", "1"), ("party", "教务处"))


def test_numbers_of_more_than_15_digits_stay_floats(path: Path) -> None:
    books.by_hand(
        path, '<row r="1"><c r="A1"><v>430102200509011234</v></c><c r="B1"><v>123456789012345</v></c></row>'
    )
    assert cells(path, "A1", "B1") == [4.3010220050901126e17, 123456789012345]
    assert [type(one) for one in cells(path, "A1", "B1")] == [float, int]


def test_dates_of_a_1904_workbook_are_right(path: Path) -> None:
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active["A1"] = dt.date(2021, 9, 1)  # type: ignore[index]
    book.save(path)
    assert cells(path, "A1") == [dt.date(2021, 9, 1)]


def test_rich_text_is_joined_and_phonetic_remarks_are_not(path: Path) -> None:
    book = Workbook()
    book.active["A1"] = CellRichText("张", TextBlock(InlineFont(b=True), "三"))  # type: ignore[index]
    book.save(path)
    assert cells(path, "A1") == ["张三"]
    strings = (
        "<si><r><t>张</t></r><r><t>三</t></r><rPh><t>zhang</t></rPh></si><si><t/><rPh><t>x</t></rPh></si>"
    )
    books.by_hand(
        path, '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>', strings=strings
    )
    assert cells(path, "A1", "B1") == ["张三", None]
    assert only(read_book(path)).cells_seen == 1


def test_an_error_cell_is_a_fault_with_its_text(path: Path) -> None:
    books.by_hand(
        path, '<row r="1"><c r="A1"><v>1</v></c></row><row r="5"><c r="C5" t="e"><v>#N/A</v></c></row>'
    )
    sheet = only(read_book(path))
    assert {place: (fault.kind, fault.text) for place, fault in sheet.faults.items()} == {
        (4, 2): ("error", "单元格是错误值 #N/A")
    }
    assert (sheet.cells_seen, [*sheet.rows[4]]) == (2, [None, None, None])
    assert sheet.filled() == [(0, 0), (4, 2)]


@pytest.mark.parametrize(
    "error",
    ["#SPILL!", "#CALC!", "#FIELD!", "#BUSY!", "#GETTING_DATA", "#BLOCKED!", "#CONNECT!", "ERROR", "#N/A"],
)
@pytest.mark.parametrize("quote", ['"', "'"])
def test_an_error_value_of_whatever_excel_is_a_fault_of_its_cell_alone(
    path: Path, error: str, quote: str
) -> None:
    rows = f'<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="e"><v>{error}</v></c></row>'
    sheet = only(read_book(books.by_hand(path, rows.replace('"', quote))))
    assert {place: fault.text for place, fault in sheet.faults.items()} == {(0, 1): f"单元格是错误值 {error}"}
    assert (sheet.cells_seen, [*sheet.rows[0]]) == (2, [1, None])


def test_what_an_error_cell_holds_that_is_no_error_value_is_not_repeated(path: Path) -> None:
    rows = '<row r="1"><c r="A1" t="e"><v>张三 110105194912310021</v></c></row>'
    assert [fault.text for fault in only(read_book(books.by_hand(path, rows))).faults.values()] == [
        "单元格是错误值 #ERROR"
    ]


def test_a_formula_never_calculated_is_a_fault_but_an_empty_result_is_empty(path: Path) -> None:
    book = Workbook()
    book.active["A1"] = "=1+1"  # type: ignore[index]
    book.active["B1"] = 7  # type: ignore[index]
    book.save(path)
    sheet = only(read_book(path))
    assert [fault.kind for fault in sheet.faults.values()] == ["uncalculated"]
    assert sheet.cells_seen == 2
    books.by_hand(
        path, '<row r="1"><c r="A1" t="str"><f>""</f><v></v></c><c r="B1"><f>1+1</f><v>2</v></c></row>'
    )
    sheet = only(read_book(path))
    assert (dict(sheet.faults), sheet.cells_seen, [*sheet.rows[0]]) == ({}, 1, [None, 2])


def test_a_wrong_dimension_loses_nothing(path: Path) -> None:
    books.write(path, {"表": [[number] for number in range(11)]})
    books.rewritten(path, lambda _, part: part.replace(b'ref="A1:A11"', b'ref="A1:A3"'))
    assert len(only(read_book(path)).rows) == 11
    books.rewritten(path, lambda _, part: part.replace(b'ref="A1:A3"', b'ref="A1:XFD1048576"'))
    assert len(only(read_book(path)).rows) == 11


def test_shared_texts_that_declare_to_be_billions_are_those_that_are_there(path: Path) -> None:
    books.teachers(path, books.ANNA)

    def many(name: str, content: bytes) -> bytes:
        return re.sub(rb'uniqueCount="\d+"', b'uniqueCount="4294967296"', content)

    before = only(read_book(path)).rows
    books.rewritten(path, many)
    assert only(read_book(path)).rows == before


def test_a_formatted_cell_far_away_costs_nothing(path: Path) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048500"><c r="XFD1048500" s="1"/></row>'
    sheet = only(read_book(books.by_hand(path, rows), Limits(cells=10)))
    assert (len(sheet.rows), sheet.cells_seen) == (1, 1)


@pytest.mark.parametrize("far", ["XFD1048576", "xfd1048576"])
def test_a_value_far_away_is_refused_before_any_parser(path: Path, far: str) -> None:
    books.by_hand(
        path, f'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="{far}"><v>1</v></c></row>'
    )
    for read in (read_book, read_book_safely):
        with pytest.raises(HostileFile, match="第 1048576 行、第 XFD 列"):
            read(path)


@pytest.mark.parametrize("wrong", ["ZZZZZZZ1", "A0", "A1048577", "XFE1", "1", "A"])
def test_addresses_outside_any_sheet_are_refused(path: Path, wrong: str) -> None:
    books.by_hand(path, f'<row r="1"><c r="{wrong}"><v>1</v></c></row>')
    with pytest.raises(UnreadableFile, match="有的单元格没有位置，或者位置不存在") as refused:
        read_book(path)
    assert refused.value.reason == "cell-places"


def test_one_long_text_that_many_cells_repeat_is_refused(path: Path) -> None:
    rows = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 400))
    books.by_hand(path, rows, strings=f"<si><t>{'x' * 1_000_000}</t></si>")
    with pytest.raises(HostileFile, match="文字总量过大"):
        read_book(path)


def test_a_comment_inside_a_value_takes_nothing_away(path: Path) -> None:
    books.by_hand(path, '<row r="1"><c r="A1"><v>1<!-- -->2</v></c></row>')
    assert cells(path, "A1") == [12]


def test_hidden_rows_columns_sheets_and_merges_are_known(path: Path) -> None:
    def change(book: Any, sheet: Any) -> None:
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_column("C:D", None, None, {"hidden": True})
        sheet.merge_range("A5:B6", "并")
        book.add_worksheet("深藏").very_hidden()

    first, second = read_book(books.write(path, {"表": [["甲"], ["乙"]]}, change)).sheets
    assert (first.hidden_rows, first.hidden_columns, first.merged) == (
        frozenset({1}),
        frozenset({2, 3}),
        ("A5:B6",),
    )
    assert (first.visible, second.visible) == (True, False)


def test_percent_formats_are_known_by_cell(path: Path) -> None:
    books.by_hand(
        path,
        '<row r="1"><c r="A1" s="1"><v>0.5</v></c><c r="B1" s="2"><v>44440</v></c><c r="C1" s="1"/></row>',
    )
    sheet = only(read_book(path))
    assert dict(sheet.formats) == {(0, 0): "0.0%"}
    assert cells(path, "B1") == [dt.date(2021, 9, 1)]


def test_a_sheet_without_its_part_is_named(path: Path) -> None:
    books.by_hand(path, "")
    books.rewritten(path, lambda _, part: part.replace(b"worksheets/sheet1.xml", b"worksheets/sheet9.xml"))
    with pytest.raises(UnreadableFile, match="工作表「表」的内容不在文件里"):
        read_book(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_text_tables_are_read_in_the_encodings_of_excel(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    path = tmp_path / "1.1.1 教师表.csv"
    lines = [["教工号", "姓名"], ["0035", '"张\r\n三"'], ["", "李\u2028四𠮷"]]
    path.write_bytes("\r\n".join(delimiter.join(line) for line in lines).encode(encoding))
    sheet = only(read_book(path))
    assert [[*row] for row in sheet.rows] == [
        ["教工号", "姓名"],
        ["0035", "张\r\n三"],
        [None, "李\u2028四𠮷"],
    ]
    assert (sheet.name, sheet.cells_seen) == ("1.1.1 教师表", 5)


def test_an_open_quote_in_a_text_table_swallows_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('a,b\n1,"x\n2,y\n', encoding="utf-8")
    with pytest.raises(UnreadableFile, match="引号不成对"):
        read_book(path)


def test_text_of_no_encoding_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,\xff\xff\xff\n")
    with pytest.raises(UnreadableFile, match="无法识别文字编码"):
        read_book(path)


def test_text_that_broke_off_inside_a_character_is_damage_not_other_characters(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("教工号,姓名\n0035,张三李四王五赵六孙七周八吴九郑十甲乙丙丁戊己庚".encode()[:-1])
    with pytest.raises(UnreadableFile, match="缺了一截"):
        read_book(path)


def test_a_text_table_with_too_many_cells_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(",,,\n" * 100, encoding="utf-8")
    with pytest.raises(HostileFile, match="单元格过多"):
        read_book(path, Limits(cells=300))


def test_an_old_xls_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    book = xlwt.Workbook()
    sheet = book.add_sheet("1.1.1")
    sheet.write(1, 1, "0035")
    sheet.write(1, 2, dt.date(2021, 9, 1), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    book.save(str(path))
    read = read_book_safely(path)
    assert [[*row] for row in only(read).rows] == [[None] * 3, [None, "0035", dt.date(2021, 9, 1)]]
    assert read.notes == ()
    assert read == read_book(path)


@pytest.mark.parametrize(
    ("shown", "number"),
    [
        ("[h]:mm", 13800138000), ("[h]:mm:ss", -1e22), ("[mm]:ss", 1e300), ("[ss].00", -1.5), ("[h]:mm", 20220035),
        ("yyyy-mm-dd", -1e22), ("yyyy-mm-dd", 13800138000),
    ],
)  # fmt: skip
def test_a_number_of_an_old_xls_that_is_no_time_comes_as_the_number_it_is(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], shown: str, number: float
) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    style = xlwt.XFStyle()
    style.num_format_str = shown
    sheet.write(0, 0, "电话")
    sheet.write(1, 0, number, style)
    sheet.write(2, 0, 44440, style)
    book.save(str(tmp_path / "a.xls"))
    read = only(read_book_safely(tmp_path / "a.xls")).rows
    assert read[1][0] == number
    assert read[2][0] is not None
    assert capfd.readouterr() == ("", "")


def test_a_damaged_xls_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "Workbook".encode("utf-16-le"))
    with pytest.raises(UnreadableFile, match="已损坏"):
        read_book_safely(path)


def test_an_ods_is_read_and_one_that_repeats_a_cell_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    cell = '<table:table-cell office:value-type="string"%s><text:p>甲</text:p></table:table-cell>'
    books.ods(path, f"<table:table-row><table:table-cell/>{cell % ''}</table:table-row>")
    read = read_book_safely(path)
    assert (read.kind, [[*row] for row in only(read).rows]) == ("ods", [[None, "甲"]])
    many = cell % ' table:number-columns-repeated="16384"'
    books.ods(path, f'<table:table-row table:number-rows-repeated="1048576">{many}</table:table-row>')
    with pytest.raises(UnreadableFile):
        read_book_safely(path)
