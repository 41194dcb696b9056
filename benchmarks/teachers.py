"""Hundreds of teachers' workbooks in one call, beside calamine reading them one after the other."""

from __future__ import annotations

from itertools import count
from pathlib import Path

from python_calamine import CalamineWorkbook

from benchmarks import data
from benchmarks.measure import Line, compare, side_by_side
from statecollect.workbook.read.reader import read_book_safely

TEACHERS = 800
CALAMINE = "calamine, reading them one after the other"


def measure(folder: Path, teachers: int, repetitions: int) -> list[Line]:
    """Compare in process."""
    empty = data.campaign(folder / "campaign")
    with empty.store():
        pass
    paths = data.teacher_workbooks(empty, teachers, folder)
    number = count()

    def bare() -> None:
        for path in paths:
            book = CalamineWorkbook.from_path(str(path))
            for name in book.sheet_names:
                book.get_sheet_by_name(name).to_python()

    def ingest() -> None:
        results = data.fresh(empty, folder / f"in-{next(number)}").ingest(paths, by="benchmark", now=data.NOW)
        if any(one.outcome != "accepted" for one in results):
            raise RuntimeError(next(one.reason for one in results if one.outcome != "accepted"))

    def read() -> None:
        for path in paths:
            read_book_safely(path)

    costs = side_by_side({"calamine": bare, "read": read, "ingest": ingest}, repetitions)
    what = f"`ingest` of {teachers} teachers' workbooks, in process"
    return [
        compare(what, costs["ingest"], CALAMINE, costs["calamine"], at_most=4.0, stretch=2.0),
        compare(f"{what}: of that guard, scan and read alone", costs["read"], CALAMINE, costs["calamine"]),
    ]
