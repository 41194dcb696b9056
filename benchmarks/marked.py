"""The marked return beside the same rows unmarked: 15,000 students, 500 findings."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from statecollect.catalog import load_catalog
from statecollect.demo import example_rows, examples_root, typed_row
from statecollect.findings import Finding, Origin
from statecollect.workbook.content import BookContent, SheetContent
from statecollect.workbook.layout import FIRST_DATA_ROW
from statecollect.workbook.writer import write_workbook

TABLE, ROWS, FINDINGS, REPETITIONS = "1.5.1", 15_000, 500, 5


def content(findings: int) -> BookContent:
    """Return the students' sheet with so many findings, spread over rows and columns."""
    catalog = load_catalog("2022")
    table = catalog.tables[TABLE]
    given = [
        row
        for (_, one), rows in example_rows(examples_root() / "2022").items()
        if one == TABLE
        for row in rows
    ]
    rows = [typed_row(table, given[at % len(given)]) for at in range(ROWS)]
    names = [field.name for field in table.fields]
    found = [
        Finding(
            f"{TABLE}-F02",
            "error",
            TABLE,
            "不在可选范围之内",
            "从下拉列表中选",
            names[at % len(names)],
            "查无此项",
            Origin("教务处.xlsx", table.title, FIRST_DATA_ROW + at * (ROWS // FINDINGS)),
            "教务处",
        )
        for at in range(findings)
    ]
    return BookContent("标题", "学校", "教务处", (), [SheetContent(table, rows, found)])


def seconds(do: Callable[[], None]) -> float:
    """Return the processor seconds of a call."""
    began = time.process_time()
    do()
    return time.process_time() - began


def measure(folder: Path) -> str:
    """Return one line: both medians, their ratio, and the memory of a process that writes the marked one."""
    catalog = load_catalog("2022")
    plain, marked = content(0), content(FINDINGS)
    times: dict[str, list[float]] = {"plain": [], "marked": []}
    for _ in range(REPETITIONS):
        for name, one in (("plain", plain), ("marked", marked)):
            times[name].append(seconds(lambda: write_workbook(folder / f"{name}.xlsx", one, catalog)))  # noqa: B023
    first, second = median(times["plain"]), median(times["marked"])
    peak = subprocess.run(
        [sys.executable, "-m", "benchmarks.marked", str(folder)], capture_output=True, text=True, check=True
    ).stdout.strip()
    columns = len(catalog.tables[TABLE].fields)
    return (
        f"| marked return, {ROWS:,} × {columns}, {FINDINGS} findings | {second:.2f} s | the same rows unmarked: {first:.2f} s |"
        f" {second / first:.2f} | ≤ 1.3 | {peak} MB |"
    )


if __name__ == "__main__":
    write_workbook(Path(sys.argv[1]) / "memory.xlsx", content(FINDINGS), load_catalog("2022"))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
