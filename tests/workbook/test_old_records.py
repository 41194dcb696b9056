"""What office programs open of an old .xls is opened, though its container or its records contradict themselves."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
import xlwt

from statecollect.core.errors import UnreadableFile
from statecollect.workbook.read.reader import read_book_safely

MANY = 3_000  # texts, so that they go on in further records, and the stream is no small one
ROWS = [[f"甲{at}" if at % 2 else f"a{at}", at] for at in range(MANY)]


def written(rows: list[list[object]]) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.write(at, column, value)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read(path: Path, content: bytes) -> list[list[object]]:
    path.write_bytes(content)
    (sheet,) = read_book_safely(path).sheets
    return [[*row] for row in sheet.rows]


def put(at: int, layout: str, *values: int) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        changed = bytearray(content)
        struct.pack_into(layout, changed, at, *values)
        return bytes(changed)

    return change


def said_texts(change: int) -> Callable[[bytes], bytes]:
    """Say another number of shared texts."""

    def said(content: bytes) -> bytes:
        at = content.index(struct.pack("<II", MANY, MANY)) + 4
        return put(at, "<I", MANY + change)(content)

    return said


@pytest.mark.parametrize(
    "change",
    [
        said_texts(1),
        said_texts(70_000),
        said_texts(-1_000),
        put(28, "<H", 0xFEFF),  # the mark of the order of bytes
        put(68, "<I", 0xFFFFFFF8),  # where more tables of sectors would begin
    ],
)
def test_what_does_not_lead_to_a_cell_may_be_wrong(tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    content = written(ROWS)
    assert change(content) != content
    assert read(tmp_path / "a.xls", change(content)) == ROWS


def record(kind: int, *pieces: bytes) -> bytes:
    content = b"".join(pieces)
    return struct.pack("<HH", kind, len(content)) + content


def stream(version: int, globals_: bytes, cells: bytes) -> bytes:
    """A workbook as a bare stream of records: one sheet."""
    head = record(0x809, struct.pack("<HH", version, 5), bytes(12)) + globals_
    name = b"\x05\x00Sheet" if version == 0x600 else b"\x05Sheet"
    start = len(head) + 4 + 6 + len(name) + 4
    bound = record(0x85, struct.pack("<IBB", start, 0, 0), name)
    sheet = record(0x809, struct.pack("<HH", version, 0x10), bytes(12)) + cells
    return head + bound + record(0x0A) + sheet + record(0x0A)


def label(kind: int, column: int, text: str, *, wide: bool, behind: bytes = b"") -> bytes:
    letters = b"\x01" + text.encode("utf-16-le") if wide else text.encode("gbk")
    size = len(text) if wide else len(letters)
    return record(kind, struct.pack("<HHHH", 0, column, 0, size), letters, behind)


WORDS = label(0x204, 0, "教务处", wide=True) + label(0x204, 1, "甲", wide=True)
NOTE = record(0x1C, struct.pack("<4HHB", 0, 0, 0, 1, 1, 0), b"x", b"more than there should be")
AREAS = bytes([0x2D]) + bytes(8)  # of a formula: what only a cell could refer to
NAME = record(0x18, struct.pack("<HBBHHH4B", 0, 0, 1, len(AREAS), 0, 0, 0, 0, 0, 0), b"\x00n", AREAS)
CODE_PAGE = record(0x42, struct.pack("<H", 936))


@pytest.mark.parametrize(
    "content",
    [
        stream(0x600, b"", WORDS + NOTE),
        stream(0x600, NAME, WORDS),
        stream(
            0x500,
            CODE_PAGE,
            label(0xD6, 0, "教务处", wide=False, behind=b"\x09\x01") + label(0x204, 1, "甲", wide=False),
        ),
        stream(
            0x600,
            b"",
            label(0xD6, 0, "教务处", wide=True, behind=b"\x09\x00\x01") + label(0x204, 1, "甲", wide=True),
        ),
        stream(0x580, CODE_PAGE, label(0x204, 0, "教务处", wide=False) + label(0x204, 1, "甲", wide=False)),
    ],
)
def test_records_that_nobody_asks_for_keep_no_cell_from_being_read(tmp_path: Path, content: bytes) -> None:
    assert read(tmp_path / "a.xls", content) == [["教务处", "甲"]]


@pytest.mark.parametrize("version", [0x500, 0x600])
def test_an_old_workbook_with_a_password_is_not_called_damaged(tmp_path: Path, version: int) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(stream(version, record(0x2F, bytes(4)), b""))
    with pytest.raises(UnreadableFile, match="密码") as refused:
        read_book_safely(path)
    assert refused.value.reason == "password"


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.9])
def test_a_workbook_that_broke_off_is_refused_rather_than_read_in_part(tmp_path: Path, kept: float) -> None:
    content = written(ROWS)
    path = tmp_path / "a.xls"
    path.write_bytes(content[: int(len(content) * kept)])
    with pytest.raises(UnreadableFile) as refused:
        read_book_safely(path)
    assert refused.value.reason in {"incomplete", "no-workbook"}
