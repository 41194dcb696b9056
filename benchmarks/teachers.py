"""Hundreds of teachers' workbooks in one call, beside calamine reading them one after the other."""

from __future__ import annotations

from itertools import count
from pathlib import Path

from python_calamine import CalamineWorkbook

from benchmarks import data
from benchmarks.measure import Line, compare, side_by_side

TEACHERS = 800


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

    costs = side_by_side({"calamine": bare, "ingest": ingest}, repetitions)
    what = f"`ingest` of {teachers} teachers' workbooks, in process"
    return [compare(what, costs["ingest"], "calamine, reading them", costs["calamine"], at_most=4.0)]
