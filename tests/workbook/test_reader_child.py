"""Reading in a child process: the same result, and a ceiling of memory and time."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import types
from pathlib import Path

import pytest
import reader_books as books
import xlwt

from statecollect.core.errors import HostileFile, UnreadableFile
from statecollect.core.untrusted.child_process import CEILING, ChildFault, in_child
from statecollect.core.untrusted.guard import Limits
from statecollect.core.untrusted.memory import resident
from statecollect.workbook.read.child_reader import parse_in_child
from statecollect.workbook.read.container import inspect
from statecollect.workbook.read.reader import read_book, read_book_safely


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
    books.by_hand(path, '<row r="1"><c r="A1"><v>7</v>')
    with pytest.raises(UnreadableFile, match="已损坏"):
        parse_in_child(inspect(path), Limits())


def test_a_child_that_takes_too_long_is_stopped(path: Path) -> None:
    with pytest.raises(HostileFile, match=r"读了 0\.001 秒还没有读完"):
        parse_in_child(inspect(path), Limits(seconds=0.001))


@pytest.mark.parametrize("ceiling", [CEILING, False], ids=["its own ceiling", "watched from outside"])
def test_a_child_that_wants_too_much_memory_dies_alone(ceiling: bool) -> None:
    with pytest.raises(HostileFile, match="内存过大"):
        in_child(list, range(10**8), file="a.xls", seconds=60, memory=400 << 20, ceiling=ceiling)


def test_a_child_that_is_watched_from_outside_reads_what_others_read(path: Path) -> None:
    assert parse_in_child(inspect(path), Limits(), ceiling=False) == read_book(path).sheets


@pytest.mark.parametrize("proc", ["/proc", "/nowhere"], ids=["proc", "ps"])
def test_the_size_of_a_process_is_known_on_every_system(proc: str) -> None:
    held = bytearray(b"x") * (64 << 20)
    assert 64 << 20 < resident(os.getpid(), proc=proc) < 8 << 30
    assert resident(999_999_999, proc=proc) == 0
    del held


@pytest.mark.skipif(sys.platform != "linux", reason="only there is a ceiling inherited and kept")
def test_a_ceiling_that_is_lower_than_ours_is_taken_and_is_no_fault_of_the_file(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    book.add_sheet("表").write(0, 0, "甲")
    book.save(str(tmp_path / "a.xls"))
    code = f"from pathlib import Path; from statecollect.workbook.read.reader import read_book_safely as read; print(read(Path({str(tmp_path / 'a.xls')!r})).sheets[0].rows[0])"
    limited = f"ulimit -v 2800000; exec {shlex.quote(sys.executable)} -c {shlex.quote(code)}"
    done = subprocess.run(
        ["/bin/sh", "-c", limited],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "('甲',)", "")


def failing(kind: str) -> None:
    """Do what a parser may do."""
    if kind == "fault":
        raise KeyError("张三 110105194912310021")
    if kind == "memory":
        raise MemoryError
    if kind == "panic":
        raise BaseException("a panic")  # as pyo3 raises them
    os.abort()


@pytest.mark.parametrize(
    ("kind", "error"),
    [("memory", HostileFile), ("panic", UnreadableFile), ("abort", UnreadableFile), ("fault", ChildFault)],
)
def test_whatever_happens_in_a_child_is_an_error_here_and_no_word_on_the_terminal(
    kind: str, error: type[Exception], capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(error):
        in_child(failing, kind, file="a.xls", seconds=20, memory=2**30)
    assert capfd.readouterr() == ("", "")


def test_a_child_that_cannot_begin_is_a_fault_of_the_program_not_of_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gone = types.ModuleType("没有这个模块")
    exec("def work(): pass", gone.__dict__)
    monkeypatch.setitem(sys.modules, gone.__name__, gone)
    with pytest.raises(ChildFault, match="ModuleNotFoundError"):
        in_child(gone.work, file="a.xls", seconds=60, memory=1 << 30)
