"""What old, open and binary workbooks hold beside values is seen as in an .xlsx: lines, boxes, pictures, comments, formulas."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path
from typing import Any

import file_kinds
import openpyxl
import pytest
import reader_books as books
import xlwt
from openpyxl.comments import Comment
from openpyxl.styles import Font

from robot import clerk
from statecollect.workbook.read.reader import RawSheet, read_book, read_book_safely

BOX, PICTURE = "有一个文本框，写着「第 7 行另报」", "有 1 张图片"
NOTE = "已调往分校\n见文件"


def first(path: Path) -> RawSheet:
    return read_book(path).sheets[0]


def office_book(path: Path) -> Path:
    """A sheet with a struck row, a formula, a comment; B is empty but for the comment."""
    book: Any = openpyxl.Workbook()
    sheet = book.active
    for row in (["甲", 1], ["乙", 2], ["丙", "=B1-1"], ["丁", "=B2*2"], ["戊", None]):
        sheet.append(row)
    sheet["A2"].font = Font(strike=True)
    sheet["B5"].comment = Comment(NOTE, "办公室")
    book.save(path)
    return path


@pytest.mark.office
def test_what_an_office_program_saves_beside_values_is_seen(tmp_path: Path) -> None:
    source = office_book(tmp_path / "a.xlsx")
    kinds = ("ods", "xls")
    floats = [["float_text", "Sheet", "第 7 行另报"], ["float_picture", "Sheet"], ["calculate_by_hand"]]
    clerk(
        [{"file": str(source), "out": str(tmp_path / f"calm.{kind}"), "steps": []} for kind in kinds]
        + [{"file": str(source), "out": str(tmp_path / f"beside.{kind}"), "steps": floats} for kind in kinds]
    )
    for kind in kinds:
        calm, beside = first(tmp_path / f"calm.{kind}"), first(tmp_path / f"beside.{kind}")
        assert [calm.struck, calm.idle, calm.stale, calm.beside] == [{1}, {(2, 1)}, set(), ()], kind
        assert {at: text.strip() for at, text in calm.comments.items()} == {(4, 1): NOTE}, kind
        asked = {(2, 1), (3, 1)} if kind == "ods" else set()  # into an .xls the office writes no word of it
        assert [beside.struck, beside.stale] == [{1}, asked], kind
        assert (set(beside.beside), beside.comments) == ({BOX, PICTURE}, calm.comments), kind


def old_book(*cells: object, struck: bool = False) -> Any:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    style = xlwt.easyxf("font: struck_out on" if struck else "")
    for row, value in enumerate(cells):
        sheet.write(row, 0, value, style)
    return book


RESULT_NONE = struct.pack("<Q", 0xFFFF000000000003)
BY_HAND = (struct.pack("<HHH", 0x0D, 2, 1), struct.pack("<HHH", 0x0D, 2, 0))
UNCALCULATED = struct.pack("<HHH", 0x5E, 2, 0)
BY_EXCEL = struct.pack("<HHII", 0x1C1, 8, 0x1C1, 191029)


def result(number: float) -> tuple[bytes, bytes]:
    return RESULT_NONE, struct.pack("<d", number)


@pytest.mark.parametrize(
    ("changes", "globals_", "sheet", "idle", "stale"),
    [
        ([], b"", b"", True, True),  # as a program leaves it that cannot calculate
        ([result(0)], b"", b"", True, True),
        ([result(2)], b"", b"", False, False),
        ([], BY_EXCEL, b"", True, False),
        ([result(0)], BY_EXCEL, b"", True, False),
        ([result(2), BY_HAND], BY_EXCEL, b"", False, True),
        ([result(2)], BY_EXCEL, UNCALCULATED, False, True),
    ],
)
def test_formulas_of_an_old_workbook_and_how_fresh_they_are(
    tmp_path: Path,
    changes: list[tuple[bytes, bytes]],
    globals_: bytes,
    sheet: bytes,
    idle: bool,
    stale: bool,
) -> None:
    path = tmp_path / "a.xls"
    stream = file_kinds.old_stream(old_book("甲", xlwt.Formula("1+1")), globals_=globals_, sheet=sheet)
    for old, new in changes:
        assert old in stream
        stream = stream.replace(old, new)
    path.write_bytes(file_kinds.old_file(stream))
    one = first(path)
    assert [one.idle, one.stale] == [{(1, 0)} if idle else set(), {(1, 0)} if stale else set()]
    assert one.rows[0] == ("甲",)


def test_lines_through_rows_of_an_old_workbook_are_seen(tmp_path: Path) -> None:
    old_book("甲", "", 2, struck=True).save(str(tmp_path / "a.xls"))
    assert first(tmp_path / "a.xls").struck == {0, 2}


def drawn(*shapes: str) -> str:
    return f"<table:shapes>{''.join(shapes)}</table:shapes>"


def frame(inside: str) -> str:
    return f"<draw:frame>{inside}</draw:frame>"


WORDS = "<text:p>第 7 行</text:p><text:p>另报</text:p>"
SHAPES = {
    "a text box": (frame(f"<draw:text-box>{WORDS}</draw:text-box>"), [BOX]),
    "a shape": (f"<draw:custom-shape>{WORDS}<draw:enhanced-geometry/></draw:custom-shape>", [BOX]),
    "a picture": (frame("<draw:image><text:p/></draw:image>"), [PICTURE]),
    "both in groups": (
        f"<draw:g><draw:g>{frame('<draw:image/>')}</draw:g><draw:rect>{WORDS}</draw:rect></draw:g>",
        [BOX, PICTURE],
    ),
    "a chart": (frame("<draw:object/><draw:image/>"), []),
    "a shape without words": ("<draw:line><text:p/></draw:line>", []),
}


@pytest.mark.parametrize("place", ["sheet", "cell"])
@pytest.mark.parametrize("name", SHAPES)
def test_what_floats_over_an_open_sheet_is_told_and_is_no_cells_text(
    tmp_path: Path, name: str, place: str
) -> None:
    shape, told = SHAPES[name]
    cell = '<table:table-cell office:value-type="string"><text:p>甲</text:p>%s</table:table-cell>'
    row = f"<table:table-row>{cell % (shape if place == 'cell' else '')}</table:table-row>"
    one = first(books.ods(tmp_path / "a.ods", (drawn(shape) if place == "sheet" else "") + row))
    assert [text.replace("行 另", "行另") for text in one.beside] == told
    assert [*one.rows] == [("甲",)]


LINES = {"solid": True, "none": False, "": False}


@pytest.mark.parametrize("line", LINES)
def test_lines_through_rows_of_an_open_sheet_are_seen(tmp_path: Path, line: str) -> None:
    row = '<table:table-row><table:table-cell table:style-name="c" office:value-type="string"><text:p>甲</text:p></table:table-cell></table:table-row>'
    path = books.ods(tmp_path / "a.ods", row)
    through = f'<style:text-properties style:text-line-through-style="{line}"/>' if line else ""
    styles = f'<office:automatic-styles><style:style style:name="p" style:family="table-cell">{through}</style:style><style:style style:name="c" style:parent-style-name="p"/></office:automatic-styles><office:body>'
    books.rewritten(path, lambda _, part: part.replace(b"<office:body>", styles.encode()))
    assert first(path).struck == ({0} if LINES[line] else set())


def binary(path: Path, calculation: bytes = b"") -> Path:
    """An .xlsb by hand, since no program here writes one: a struck row, results of formulas, a comment, a drawing."""
    book: Any = openpyxl.Workbook()
    book.active.append(["甲", 1.5])
    book.save(path.with_suffix(".xlsx"))
    path = file_kinds.as_xlsb(path.with_suffix(".xlsx"))
    record, wide = file_kinds._record, file_kinds._wide
    place = struct.pack("<II", 0, 1)
    cells = (
        record(0, struct.pack("<IIHBBBI", 1, 0, 300, 0, 0, 0, 0))
        + record(6, place + wide("乙"))
        + record(9, struct.pack("<IId", 1, 0, 0.0) + bytes(6))
        + record(9, struct.pack("<IId", 2, 0, 2.0) + bytes(6))
        + record(11, struct.pack("<IIB", 3, 0, 7) + bytes(6))
        + record(8, struct.pack("<II", 4, 0) + wide(" ") + bytes(6))
    )
    fonts = record(43, struct.pack("<HH", 220, 0) + bytes(20)) + record(
        43, struct.pack("<HH", 220, 8) + bytes(20)
    )
    styles = (
        record(617)
        + record(47, bytes(16))
        + record(47, struct.pack("<HHH", 0, 0, 1) + bytes(10))
        + record(618)
    )
    comment = (
        record(635, struct.pack("<IIIII", 0, 4, 4, 1, 1) + bytes(16))
        + record(637, b"\0" + wide(NOTE))
        + record(636)
    )
    links = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
    link = f'<Relationship Id="{{0}}" Type="{books.OFFICE}/{{0}}" Target="{{1}}"/>'
    sheet = link.format("comments", "../comments1.bin") + link.format("drawing", "../drawings/drawing1.xml")
    parts = {
        "xl/styles.bin": fonts + styles,
        "xl/comments1.bin": comment,
        "xl/drawings/drawing1.xml": "<d><sp><t>第 7 行</t><t>另报</t></sp><pic/></d>".encode(),
        "xl/worksheets/_rels/sheet1.bin.rels": links.format(sheet).encode(),
    }
    changes = {
        "xl/worksheets/sheet1.bin": (record(0x92), cells + record(0x92)),
        "xl/workbook.bin": (record(0x84), calculation + record(0x84)),
        "xl/_rels/workbook.bin.rels": (b"</Relationships>", link.format("styles", "styles.bin").encode() + b"</Relationships>"),
    }  # fmt: skip
    books.rewritten(path, lambda name, part: part.replace(*changes[name]) if name in changes else part)
    with zipfile.ZipFile(path, "a") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("mode", "flags", "stale"), [(1, 0, False), (0, 0, True), (1, 1, True), (2, 2, False)]
)
def test_what_a_binary_workbook_holds_beside_values_is_seen(
    tmp_path: Path, mode: int, flags: int, stale: bool
) -> None:
    settings = struct.pack("<IIIdIH", 191029, mode, 100, 0.001, 1, flags)
    book = read_book_safely(binary(tmp_path / "a.xlsb", file_kinds._record(157, settings)))
    (one,) = book.sheets
    formulas = {(1, 1), (1, 2), (1, 3), (1, 4)}
    assert one.rows[1][:3] == ("乙", 0, 2)
    assert [one.struck, one.idle, one.stale] == [{1}, formulas - {(1, 2)}, formulas if stale else set()]
    assert (set(one.beside), one.comments, book.notes) == ({BOX, PICTURE}, {(4, 1): NOTE}, ())


def old_record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def old_object(kind: int, words: str = "", number: int = 1, *more: tuple[int, bytes]) -> bytes:
    """An object over an old sheet: its kind, and what stands in it."""
    common = struct.pack("<HHHHH", 0x15, 18, kind, number, 0x6011) + bytes(12)
    parts = b"".join(struct.pack("<HH", one, len(data)) + data for one, data in more)
    made = old_record(0x5D, common + parts + bytes(4))
    if words:
        runs = struct.pack("<HHI", 0, 0, 0) + struct.pack("<HHI", len(words), 0, 0)
        made += old_record(0x1B6, struct.pack("<HH6xHHI", 0x212, 0, len(words), len(runs), 0))
        half = len(words) // 2
        for piece in (words[:half], words[half:]):
            narrow = piece.isascii()
            text = piece.encode("latin-1" if narrow else "utf-16-le")
            made += old_record(0x3C, bytes([not narrow]) + text)
        made += old_record(0x3C, runs)
    return made


def old_note(row: int, column: int, words: str, number: int) -> bytes:
    author = struct.pack("<HB", 2, 1) + "李四".encode("utf-16-le") + b"\0"
    return old_object(25, words, number) + old_record(
        0x1C, struct.pack("<HHHH", row, column, 0, number) + author
    )


OBJECTS = {
    "a text box": (old_object(6, "第 7 行另报"), [BOX]),
    "a shape": (old_object(30, "第 7 行另报"), [BOX]),
    "a shape of Latin letters": (old_object(2, "see file"), ["有一个文本框，写着「see file」"]),
    "a picture": (old_object(8), [PICTURE]),
    "another program's file": (old_object(8, "", 1, (9, bytes(6))), []),
    "a button": (old_object(7, "提交"), []),
    "a chart": (old_object(5), []),
}


@pytest.mark.parametrize("name", OBJECTS)
def test_what_floats_over_an_old_sheet_is_told(tmp_path: Path, name: str) -> None:
    made, told = OBJECTS[name]
    path = tmp_path / "a.xls"
    path.write_bytes(file_kinds.old_file(file_kinds.old_stream(old_book("甲"), sheet=made)))
    one = first(path)
    assert ([*one.beside], [*one.rows], one.comments) == (told, [("甲",)], {})


def test_comments_of_an_old_sheet_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    notes = old_note(0, 0, "ab问过本人", 1) + old_object(6, "第 7 行另报", 2) + old_note(4, 1, NOTE, 3)
    path.write_bytes(file_kinds.old_file(file_kinds.old_stream(old_book("甲"), sheet=notes)))
    one = first(path)
    assert (one.comments, one.beside) == ({(0, 0): "ab问过本人", (4, 1): NOTE}, (BOX,))
