"""Reading in a child process: the same result, and a ceiling of memory and time."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import reader_books as books

from statecollect.errors import HostileFile, UnreadableFile
from statecollect.incoming.guard import Limits
from statecollect.workbook.child import parse_in_child
from statecollect.workbook.guard import inspect
from statecollect.workbook.reader import read_book, read_book_safely


@pytest.fixture
def path(tmp_path: Path) -> Path:
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="e"><v>#REF!</v></c><c r="C1" s="2"><v>44440</v></c></row>'
    return books.by_hand(tmp_path / "教务处.xlsx", rows)


def test_the_child_reads_what_this_process_reads(path: Path) -> None:
    assert parse_in_child(inspect(path), Limits()) == read_book(path).sheets


def test_a_workbook_whose_rectangle_is_large_is_read_by_the_child(path: Path) -> None:
    books.by_hand(
        path, "<row r='1'><c r='A1'><v>1</v></c></row><row r='100000'><c r='AZ100000'><v>2</v></c></row>"
    )
    sheet = read_book_safely(path).sheets[0]
    assert (len(sheet.rows), sheet.rows[-1][51], sheet.cells_seen) == (100_000, 2, 2)


def test_what_the_child_refuses_is_refused_here_with_the_same_line(path: Path) -> None:
    with pytest.raises(HostileFile) as caught:
        parse_in_child(inspect(path), Limits(cells=1))
    assert str(caught.value).startswith("〔教务处.xlsx〕工作表「表」的内容散布到第 1 行、第 C 列")
    books.by_hand(path, '<row r="1"><c r="A1" t="b"><v>7</v></c></row>')
    with pytest.raises(UnreadableFile, match="已损坏"):
        parse_in_child(inspect(path), Limits())


def test_a_child_that_takes_too_long_is_stopped(path: Path) -> None:
    with pytest.raises(HostileFile, match=r"读了 0\.001 秒还没有读完"):
        parse_in_child(inspect(path), Limits(seconds=0.001))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such ceiling; the other limits hold")
def test_a_child_that_wants_too_much_memory_dies_alone(path: Path) -> None:
    far = "<row r='1'><c r='A1'><v>1</v></c></row><row r='100000'><c r='GR100000'><v>2</v></c></row>"
    with pytest.raises(HostileFile, match="内存过大"):
        parse_in_child(inspect(books.by_hand(path, far)), Limits(memory=500 * 2**20))
