"""Whatever office programs open is opened, and what is refused has its true reason: files as people's programs write them."""

from __future__ import annotations

import datetime as dt
import io
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import file_kinds
import msoffcrypto.format.ooxml
import old_locks
import openpyxl
import pytest
import reader_books as books
import xlwt

from statecollect.core.errors import UnreadableFile
from statecollect.core.untrusted.password import decrypted, unlocked
from statecollect.school.breakdown import parse_breakdown
from statecollect.workbook.read.reader import Book, read_book, read_book_safely

pytestmark = pytest.mark.lowest

CELL = '<row r="1"><c r="A1" t="inlineStr"><is><t>甲</t></is></c></row>'
DRAWING = 'xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"'
ANCHOR = f"<anchor><from><xdr:col {DRAWING}>3</xdr:col><xdr:row {DRAWING}>1</xdr:row></from></anchor>"


def values(book: Book) -> list[list[object]]:
    return [[*row] for sheet in book.sheets for row in sheet.rows]


def read(path: Path) -> list[list[object]]:
    return values(read_book_safely(path))


def behind_the_rows(tail: str) -> Callable[[Path], Path]:
    root = f'<worksheet xmlns="{books.MAIN}"><sheetData>%s</sheetData>{tail}</worksheet>'
    return lambda path: books.by_hand(path, CELL, root=root)


def with_parts(**parts: bytes) -> Callable[[Path], Path]:
    names = {name.replace("__", "."): content for name, content in parts.items()}
    extra = {"customXml/" + name: content for name, content in names.items()}
    return lambda path: books.by_hand(path, CELL, extra=extra)


def moved(old: bytes, new: bytes) -> Callable[[Path], Path]:
    """Give a part another name, wherever it is named."""

    def make(path: Path) -> Path:
        with zipfile.ZipFile(books.by_hand(path, CELL)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in parts.items():
                archive.writestr(name.replace(old.decode(), new.decode()), content.replace(old, new))
        return path

    return make


def rewritten(change: Callable[[str, bytes], bytes]) -> Callable[[Path], Path]:
    def make(path: Path) -> Path:
        books.rewritten(books.by_hand(path, CELL), change)
        return path

    return make


def strict(_: str, part: bytes) -> bytes:
    for old, new in (
        (books.MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main"),
        (books.OFFICE, "http://purl.oclc.org/ooxml/officeDocument/relationships"),
    ):
        part = part.replace(old.encode(), new.encode())
    return part


def in_utf16(encoding: str, *parts: str) -> Callable[[str, bytes], bytes]:
    """Write parts (default: all) in UTF-16; the XML says so, with or without a mark before it."""
    head = b'<?xml version="1.0" encoding="UTF-16" standalone="yes"?>'

    def change(name: str, part: bytes) -> bytes:
        if parts and name not in parts:
            return part
        return (
            (head + part.partition(b"?>")[2] if part.startswith(b"<?") else head + part)
            .decode()
            .encode(encoding)
        )

    return change


def with_sheet(entry: str, relation: str = "") -> Callable[[Path], Path]:
    def change(name: str, part: bytes) -> bytes:
        if name == "xl/workbook.xml":
            return part.replace(b"</sheets>", entry.encode() + b"</sheets>")
        if name == "xl/_rels/workbook.xml.rels":
            return part.replace(b"</Relationships>", relation.encode() + b"</Relationships>")
        return part

    def make(path: Path) -> Path:
        books.rewritten(books.by_hand(path, CELL, extra={"xl/macrosheets/sheet1.xml": b"<xm/>"}), change)
        return path

    return make


MACROS = (
    '<Relationship Id="rId9" Type="http://schemas.microsoft.com/office/2006/relationships/{}" '
    'Target="macrosheets/sheet1.xml"/>'
)


@pytest.mark.parametrize(
    "make",
    [
        behind_the_rows(f"<controls><control><controlPr>{ANCHOR}</controlPr></control></controls>"),
        behind_the_rows(f"<oleObjects><oleObject><objectPr>{ANCHOR}</objectPr></oleObject></oleObjects>"),
        behind_the_rows("<rowBreaks><brk/></rowBreaks><x:row xmlns:x='y'>1</x:row>"),
        with_parts(item1__xml='<?xml version="1.0" encoding="utf-16"?><DataMashup/>'.encode("utf-16")),
        with_parts(item2__xml="<a/>".encode("utf-16-be"), item3__xml="<b/>".encode("utf-16-le")),
        moved(b"workbook.xml", b"workbook22.xml"),
        moved(b"worksheets/sheet1.xml", b"blaetter/eins.xml"),
        rewritten(lambda _, part: part.replace(b'"worksheets/', b'"/xl/worksheets/')),
        rewritten(lambda _, part: part.replace(b'Target="xl/workbook.xml"', b'Target="/xl/workbook.xml"')),
        rewritten(strict),
        rewritten(in_utf16("utf-16")),
        rewritten(in_utf16("utf-16-be")),
        rewritten(in_utf16("utf-16-le", "xl/workbook.xml", "xl/worksheets/sheet1.xml")),
        with_sheet(
            '<sheet name="宏" sheetId="9" state="veryHidden" r:id="rId9"/>', MACROS.format("xlMacrosheet")
        ),
        with_sheet('<sheet name="图" sheetId="9" r:id="rId9"/>', MACROS.format("chartsheet")),
        with_sheet('<sheet name="框" sheetId="9" r:id="rId9"/>', MACROS.format("dialogsheet")),
        with_sheet('<sheet name="模块" sheetId="9" r:id=""/>'),
    ],
)
def test_what_other_programs_put_beside_the_cells_hides_none(
    tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    assert read(make(tmp_path / "a.xlsx")) == [["甲"]]


@pytest.mark.parametrize("style", [99, 2**31, 2**32 + 1, 9_999_999_999, 10**20])
@pytest.mark.parametrize("content", ["<v>5</v>", "<v>5</v><!-- in any spelling -->"])
def test_a_style_that_no_workbook_has_costs_no_cell(tmp_path: Path, style: int, content: str) -> None:
    rows = f'<row r="1"><c r="A1" s="{style}">{content}</c></row>'
    assert read(books.by_hand(tmp_path / "a.xlsx", rows)) == [[5]]


def old_book(*cells: object, change: Callable[[bytes], bytes] = bytes) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    for column, value in enumerate(cells):
        sheet.write(0, column, value)
    stream = io.BytesIO()
    book.save(stream)
    return change(stream.getvalue())


def code_page(number: int) -> Callable[[bytes], bytes]:
    old = struct.pack("<HHH", 0x42, 2, 1200)
    return lambda content: content.replace(old, struct.pack("<HHH", 0x42, 2, number))


def stream_name(name: str) -> Callable[[bytes], bytes]:
    return lambda content: content.replace("Workbook".encode("utf-16-le"), name.encode("utf-16-le"))


@pytest.mark.parametrize(
    ("content", "cells"),
    [
        *((old_book("甲奖", "ABC", change=code_page(one)), ["甲奖", "ABC"]) for one in (1252, 936, 10000)),
        *(
            (old_book("甲", 1, change=stream_name(one)), ["甲", 1])
            for one in ("WORKBOOK", "workbook", "WorkBook")
        ),
        *(
            (old_book(one), [one])
            for one in ("WordDocument 说明", "EncryptedPackage 说明", "PowerPoint Document")
        ),
    ],
)
def test_an_old_workbook_is_what_its_directory_and_records_say(
    tmp_path: Path, content: bytes, cells: list[object]
) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(content)
    assert read(path) == [cells]


def biff5(text: bytes, page: int | None) -> bytes:
    """A workbook of the nineties, as a bare stream: one sheet, one cell of bytes in a code page."""

    def record(kind: int, data: bytes) -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    globals_ = record(0x809, struct.pack("<HHHH", 0x500, 5, 0, 0))
    if page is not None:
        globals_ += record(0x42, struct.pack("<H", page))
    name = b"Sheet1"
    at = len(globals_) + 4 + 8 + len(name) + 3 + 4
    bound = record(0x85, struct.pack("<IBBB", at - 4 + 1, 0, 0, len(name)) + name)
    start = len(globals_) + len(bound) + 4
    bound = record(0x85, struct.pack("<IBBB", start, 0, 0, len(name)) + name)
    sheet = record(0x809, struct.pack("<HHHH", 0x500, 0x10, 0, 0))
    sheet += record(0x204, struct.pack("<HHHH", 0, 0, 0, len(text)) + text) + record(0x0A, b"")
    return globals_ + bound + record(0x0A, b"") + sheet


@pytest.mark.parametrize("page", [936, None, 1252])
def test_a_workbook_of_the_nineties_is_chinese_whatever_it_says(tmp_path: Path, page: int | None) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(biff5("教务处".encode("gbk"), page))
    assert read(path) == [["教务处"]]


def test_an_old_workbook_shows_merges_hidden_rows_percent_and_errors(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    sheet.write_merge(0, 1, 0, 1, "合并")
    sheet.write(2, 0, 0.32, xlwt.easyxf(num_format_str="0%"))
    sheet.write(3, 0, dt.date(2021, 9, 1), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    sheet.row(3).write(1, xlwt.Formula("1/0"))
    sheet.row(3).set_cell_error(2, 0x2A)
    sheet.row(2).hidden = True
    sheet.col(5).hidden = True
    path = tmp_path / "a.xls"
    book.save(str(path))
    (one,) = read_book_safely(path).sheets
    assert (one.merged, one.hidden_rows, one.hidden_columns) == (
        ("A1:B2",),
        frozenset({2}),
        frozenset({5}),
    )
    assert one.formats == {(2, 0): "0%"}
    assert {place: fault.text for place, fault in one.faults.items()} == {(3, 2): "单元格是错误值 #N/A"}
    assert one.rows[3][0] == dt.date(2021, 9, 1)


ODS = (
    '<table:table-column table:number-columns-repeated="2"/>'
    '<table:table-column table:visibility="collapse"/>'
    '<table:table-row>\n  <table:table-cell office:value-type="string" table:number-columns-spanned="2">\n'
    "<text:p>甲<text:tab/>乙<text:s text:c='2'/>丙</text:p>\n<text:p>丁</text:p>"
    "<office:annotation><text:p>批注</text:p></office:annotation>\n</table:table-cell>\n <table:covered-table-cell/>\n"
    "</table:table-row>\n"
    '<table:table-row table:visibility="filter">\n<table:table-cell office:value-type="percentage" office:value="0.5">'
    "<text:p>50%</text:p></table:table-cell>\n"
    '<table:table-cell office:value-type="string" table:formula="of:=NA()" office:string-value="">'
    "<text:p>#N/A</text:p></table:table-cell>"
    '<table:table-cell table:formula="of:=1"/>'
    '<table:table-cell office:value-type="date" office:date-value="2021-09-01T00:00:00"/>\n</table:table-row>'
)


def test_a_pretty_printed_ods_shows_merges_hidden_rows_percent_and_errors(tmp_path: Path) -> None:
    book = read_book_safely(books.ods(tmp_path / "a.ods", ODS))
    (one,) = book.sheets
    assert one.rows[0][0] == "甲\t乙  丙\n丁"
    assert (one.rows[1][0], one.rows[1][3]) == (0.5, dt.date(2021, 9, 1))
    assert (one.merged, one.hidden_rows, one.hidden_columns) == (
        ("A1:B1",),
        frozenset({1}),
        frozenset({2}),
    )
    assert (one.formats, {place: fault.kind for place, fault in one.faults.items()}) == (
        {(1, 0): "0%"},
        {(1, 1): "error", (1, 2): "uncalculated"},
    )
    assert book.notes == ()


def test_an_ods_without_its_mimetype_is_read(tmp_path: Path) -> None:
    path = books.ods(tmp_path / "a.ods", ODS)
    with zipfile.ZipFile(path) as archive:
        content = archive.read("content.xml")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", content)
    assert read(path)[1][0] == 0.5


def test_a_binary_workbook_shows_merges_hidden_rows_and_errors(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    for row in (["甲", 1.5], ["乙", 2]):
        book.worksheets[0].append(row)
    book.save(path)
    path = file_kinds.as_xlsb(path)
    record = file_kinds._record
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.bin"
    more = (
        record(0x00, struct.pack("<IIHBBBI", 2, 0, 300, 0, 0x10, 0, 0))
        + record(0x03, struct.pack("<IIB", 0, 0, 0x2A))
        + record(0x0F, struct.pack("<IB", 0, 1))
        + record(0x02, struct.pack("<III", 4, 0, 61 << 2 | 2))
    )
    merged = record(176, struct.pack("<IIII", 0, 1, 0, 0)) + record(60, struct.pack("<IIIIH", 3, 4, 0, 0, 1))
    parts[name] = parts[name].replace(record(0x92), more + record(0x92) + merged)
    with zipfile.ZipFile(path, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    (one,) = read_book_safely(path).sheets
    assert [[*row] for row in one.rows] == [
        ["甲", 1.5, None, None, None],
        ["乙", 2, None, None, None],
        [None, True, None, None, 61],
    ]
    assert (one.merged, one.hidden_rows, one.hidden_columns) == (
        ("A1:A2",),
        frozenset({2}),
        frozenset({3, 4}),
    )
    assert one.faults[2, 0].text == "单元格是错误值 #N/A"


def locked(content: bytes, password: str) -> bytes:
    stream = io.BytesIO()
    msoffcrypto.format.ooxml.OOXMLFile(io.BytesIO(content)).encrypt(password, stream)
    return stream.getvalue()


def test_a_workbook_locked_with_excels_default_password_is_opened_with_a_note(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    made = openpyxl.Workbook()
    made.worksheets[0]["A1"] = "甲"
    made.save(path)
    path.write_bytes(locked(path.read_bytes(), "VelvetSweatshop"))
    book = read_book_safely(path)
    assert values(book) == [["甲"]]
    assert book.notes == ("文件用 Excel 的默认密码加了密（只读保护），已打开",)


OLD_LOCKS: dict[str, Callable[[bytes, str], bytes]] = {
    "rc4": old_locks.rc4,
    "rc4 by the system": old_locks.rc4_by_system,
    "rc4 by the system, short keys": lambda stream, password: old_locks.rc4_by_system(stream, password, 40),
}


def xlwt_book(rows: int = 1) -> xlwt.Workbook:
    made = xlwt.Workbook()
    sheet = made.add_sheet("表")
    for row in range(rows):
        sheet.write(row, 0, f"甲奖{'a' * row}")
    return made


@pytest.mark.parametrize("lock", OLD_LOCKS)
def test_an_old_workbook_locked_with_excels_default_password_is_opened_with_a_note(
    tmp_path: Path, lock: str
) -> None:
    path = tmp_path / "a.xls"
    stream = OLD_LOCKS[lock](file_kinds.old_stream(xlwt_book(150)), "VelvetSweatshop")
    path.write_bytes(file_kinds.old_file(stream))
    book = read_book_safely(path)
    assert values(book) == [[f"甲奖{'a' * row}"] for row in range(150)]
    assert book.notes == ("文件用 Excel 的默认密码加了密（只读保护），已打开",)


@pytest.mark.parametrize("rows", range(1, 9))
def test_what_fills_up_a_small_old_workbook_hinders_nobody(tmp_path: Path, rows: int) -> None:
    stream = old_locks.rc4(file_kinds.old_stream(xlwt_book(rows)), "夏天")
    opened = decrypted(file_kinds.old_file(stream), "夏天", "a.xls")
    assert opened
    (tmp_path / "a.xls").write_bytes(opened)
    assert values(read_book(tmp_path / "a.xls")) == [[f"甲奖{'a' * row}"] for row in range(rows)]


@pytest.mark.parametrize("lock", OLD_LOCKS)
def test_an_old_workbook_with_a_password_of_somebody_is_refused_with_its_id(
    tmp_path: Path, lock: str
) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(file_kinds.old_file(OLD_LOCKS[lock](file_kinds.old_stream(xlwt_book()), "2022")))
    with pytest.raises(UnreadableFile, match="--password") as caught:
        read_book_safely(path)
    assert caught.value.reason == "password"
    with unlocked(path, "2022") as opened:
        assert read(opened) == [["甲奖"]]


def locked_in_an_unknown_way() -> bytes:
    stream = old_locks.rc4_by_system(file_kinds.old_stream(xlwt_book()), "VelvetSweatshop")
    said = struct.pack("<HHH", 1, 2, 2)
    return file_kinds.old_file(stream.replace(said, struct.pack("<HHH", 1, 9, 9), 1))


def locked_in_the_nineties() -> bytes:
    lock = struct.pack("<HHHH", 0x2F, 4, 0x1234, 0x5678)
    whole = biff5(b"x", None)
    return whole[:12] + lock + whole[12:]


@pytest.mark.parametrize(
    ("content", "reason", "says"),
    [
        (locked_in_an_unknown_way(), "encryption", "这种加密方式这里解不开"),
        (locked_in_the_nineties(), "password", "有密码保护"),
    ],
)
def test_an_old_lock_that_nothing_here_opens_is_called_one(
    tmp_path: Path, content: bytes, reason: str, says: str
) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=says) as caught:
        read_book_safely(path)
    assert caught.value.reason == reason


TABLE = "<tr><td rowspan=2>教务<br>处</td><th colspan='2'>0061&nbsp;</th></tr><tr style='display:none'><td>b<td>c</tr>"
SHOWN: list[list[object]] = [["教务\n处", "0061", None], [None, "b", "c"]]
MHTML = (
    "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html; charset=gb2312\n"
    "Content-Transfer-Encoding: base64\n\n{}\n--x--\n"
)


def mhtml(page: str) -> bytes:
    import base64

    return MHTML.format(base64.encodebytes(page.encode("gbk")).decode()).encode()


@pytest.mark.parametrize(
    "content",
    [
        f"<html><head><style>td {{}}</style></head><body><table>{TABLE}</table></body></html>".encode(),
        f"<meta charset=gb2312><table>{TABLE}</table>".encode("gbk"),
        f"<script>var a='<td>';</script><font><table>{TABLE}</table></font>".encode(),
        TABLE.encode(),
        mhtml(f"<html><table>{TABLE}</table></html>"),
    ],
)
def test_a_table_of_a_page_that_is_named_xls_is_read(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(content)
    (one,) = read_book_safely(path).sheets
    assert [[*row] for row in one.rows] == SHOWN
    assert (one.merged, one.hidden_rows) == (("A1:A2", "B1:C1"), frozenset({1}))


SS = "urn:schemas-microsoft-com:office:spreadsheet"


def test_an_xml_spreadsheet_is_read(tmp_path: Path) -> None:
    rows = (
        '<Row ss:Index="2"><Cell ss:MergeAcross="1"><Data ss:Type="String">甲</Data></Cell>'
        '<Cell ss:StyleID="s"><Data ss:Type="Number">0.5</Data></Cell></Row>'
        '<Row ss:Hidden="1"><Cell ss:Index="2"><Data ss:Type="DateTime">2021-09-01T00:00:00.000</Data></Cell>'
        '<Cell><Data ss:Type="Error">#N/A</Data></Cell></Row>'
    )
    path = tmp_path / "a.xls"
    path.write_text(
        f'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="{SS}" xmlns:ss="{SS}">'
        '<Styles><Style ss:ID="s"><NumberFormat ss:Format="Percent"/></Style></Styles>'
        f'<Worksheet ss:Name="表"><Table>{rows}</Table></Worksheet></Workbook>',
        encoding="utf-8",
    )
    (one,) = read_book_safely(path).sheets
    assert [[*row] for row in one.rows][1:] == [["甲", None, 0.5], [None, dt.date(2021, 9, 1), None]]
    assert (one.name, one.merged, one.hidden_rows, one.formats) == (
        "表",
        ("A2:B2",),
        frozenset({2}),
        {(1, 2): "0.00%"},
    )
    assert one.faults[2, 2].text == "单元格是错误值 #N/A"


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        ("工号;姓名\n1;甲,乙\n2;丙,丁\n", [["工号", "姓名"], ["1", "甲,乙"], ["2", "丙,丁"]]),
        ("工号,名单\n1,甲;乙;丙\n2,丁;戊;己\n", [["工号", "名单"], ["1", "甲;乙;丙"], ["2", "丁;戊;己"]]),
        ("工号|姓名\n1|甲\n", [["工号", "姓名"], ["1", "甲"]]),
        ("工号\t姓名\n1\t甲,乙\n", [["工号", "姓名"], ["1", "甲,乙"]]),
        ("sep=;\n工号;姓名\n1;甲\n", [[None, None], ["工号", "姓名"], ["1", "甲"]]),
        ('="0061",甲\n\'0062,"=""0,63"""\n', [["0061", "甲"], ["0062", "0,63"]]),
        ("=\"00,61\",甲\n'乙',丙\n", [["00,61", "甲"], ["'乙'", "丙"]]),
        ("a,b\r1,2\r\x1a", [["a", "b"], ["1", "2"]]),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le", "utf-16"])
def test_a_text_table_is_cut_where_it_was_meant(
    tmp_path: Path, content: str, rows: list[list[object]], encoding: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content.encode(encoding))
    assert read(path) == rows


@pytest.mark.parametrize(
    ("name", "content", "reason", "says"),
    [
        ("a.xlsx", b"%TSD-Header-###%" + bytes(range(256)) * 9, "company-encryption", "文档加密软件"),
        ("a.xls", b"\x62\x14#e" + bytes(range(256)) * 9, "company-encryption", "亿赛通"),
        ("a.csv", b"..E-SafeNet" + bytes(range(256)) * 9, "company-encryption", "亿赛通"),
        ("a.xlsx", bytes(range(256)) * 9, "no-workbook", "也可能被单位的文档加密软件加密了"),
        ("a.xls", "<html><body>请登录<input type='password'></body></html>".encode(), "web-page", "登录页面"),
        ("a.xls", b"<html><table><tr><td><table><tr><td>1</table></table>", "web-page-nested", "套着表格"),
        ("a.xlsx", b"", "empty", "文件是空的"),
        ("a.xlsx", b"PK\x03\x04" + bytes(99), "damaged", "已损坏"),
        ("a.xlsx", b"%PDF-1.7", "other-document", "PDF"),
    ],
)
def test_a_refusal_says_the_true_reason_with_its_id(
    tmp_path: Path, name: str, content: bytes, reason: str, says: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=re.escape(says)) as caught:
        read_book_safely(path)
    assert caught.value.reason == reason


def test_a_workbook_with_a_password_of_somebody_is_refused_with_its_id(tmp_path: Path) -> None:
    path = books.by_hand(tmp_path / "a.xlsx", CELL)
    path.write_bytes(locked(path.read_bytes(), "2022"))
    with pytest.raises(UnreadableFile, match="--password") as caught:
        read_book_safely(path)
    assert caught.value.reason == "password"


@pytest.mark.parametrize("number", [13, 14, 30])
def test_formats_of_conditional_formats_are_none_of_the_cells(tmp_path: Path, number: int) -> None:
    path = books.by_hand(tmp_path / "a.xlsx", '<row r="1"><c r="A1" s="2"><v>44621</v></c></row>')
    rule = f'<dxfs><dxf><numFmt numFmtId="{number}" formatCode="0.00%"/></dxf></dxfs></styleSheet>'
    books.rewritten(path, lambda _, part: part.replace(b"</styleSheet>", rule.encode()))
    assert read(path) == [[dt.date(2022, 3, 1)]]


@pytest.mark.parametrize(
    "turned",
    [
        file_kinds.as_xls,
        file_kinds.as_et,
        file_kinds.as_ods,
        file_kinds.as_xlsb,
        file_kinds.as_xlsm,
        lambda path: file_kinds.as_csv(path, "gb18030").rename(path.with_suffix(".tsv")),
    ],
    ids=["xls", "et", "ods", "xlsb", "xlsm", "tsv"],
)
def test_a_breakdown_in_every_kind_of_workbook_says_the_same(
    tmp_path: Path, turned: Callable[[Path], Path]
) -> None:
    path = tmp_path / "任务.xlsx"
    book = openpyxl.Workbook()
    book.worksheets[0].append(["数据表单", "数据源", "填表用户", "审核用户", "责任人", "备注"])
    book.worksheets[0].append(["1.1.1学校概况表", "党政办", "党政办", "教务处", "钱乙", None])
    book.save(path)
    (one,) = parse_breakdown(turned(path)).tables.values()
    assert (one.id, one.fillers, one.reviewers, one.responsible) == (
        "1.1.1",
        ("党政办",),
        ("教务处",),
        ("钱乙",),
    )
