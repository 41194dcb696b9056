"""``python -m benchmarks``: measure everything there is, side by side, and write ``benchmarks/results.md``.

``python -m benchmarks --only reading`` measures one part and prints it.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks import checking, data, growth, hostile, merging, reading, starting, teachers, writing
from benchmarks.measure import Line

REPETITIONS = 5
PACKAGES = (
    "statecollect", "python-calamine", "openpyxl", "XlsxWriter", "duckdb", "pyarrow", "pydantic", "typer",
    "frictionless", "pandera", "pandas",
)  # fmt: skip
ABOUT = """Made by `python -m benchmarks` in one run (peers: `pip install -e '.[benchmarks]'`). Each line was measured side by side:
medians of {repetitions} repetitions, seconds of processor (this process and its children) beside seconds of wall, highest memory.
Ratios are of processor seconds; `validate` has a limit in seconds of wall. *must* is the budget, *stretch* what was hoped for.
All people are generated."""
GROWTH = """Medians of {repetitions} repetitions of the whole command. A million students do not fit one workbook: the guard refuses what is
larger than 100 MB, or 400 MB when unpacked (about 300,000 students). A million prizes do.
Ceilings of memory: 700 MB up to 100,000 rows, 1 GB for a million."""


def main() -> None:
    """Measure and write."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--only", default="")
    only = asked.parse_args().only
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        parts: dict[str, Callable[[], list[Line]]] = {
            "starting": lambda: starting.measure(REPETITIONS),
            "reading": lambda: reading.measure(folder / "reading", 15_000, REPETITIONS),
            "large": lambda: reading.measure(folder / "large", reading.LARGE, REPETITIONS),
            "teachers": lambda: teachers.measure(folder / "teachers", teachers.TEACHERS, REPETITIONS),
            "checking": lambda: checking.measure(folder / "checking", [(0, 3), (15_000, 5)], REPETITIONS),
            "writing": lambda: writing.measure(folder / "writing", 15_000, REPETITIONS),
            "hostile": lambda: hostile.measure(folder / "hostile"),
        }
        sizes = {
            (data.STUDENTS, "Students, 39 columns"): [1_000, 10_000, 100_000],
            (data.PRIZES, "Prizes, 9 columns, the 6 required ones filled"): [
                1_000,
                10_000,
                100_000,
                1_000_000,
            ],
        }
        lines: list[Line] = []
        growths: list[str] = []
        for part, measure in parts.items():
            if only in ("", part):
                lines += _told(part, measure)
                _write(lines, growths, keep=not only)  # not lost to what fails later
        for (table, what), rows in sizes.items():
            if only in ("", "growth"):
                print(f"growth: {what}", file=sys.stderr, flush=True)
                costs = growth.measure(folder / "growth", rows, table, REPETITIONS)
                growths.append(growth.shown_table(costs, what))
                _write(lines, growths, keep=not only)
        if only in ("", "growth", "merging"):
            print("merging", file=sys.stderr, flush=True)
            told = merging.measure([1_000, 10_000, 100_000], REPETITIONS)
            growths.append(merging.shown_table(told))
            _write(lines, growths, keep=not only)


def _write(lines: list[Line], growths: list[str], *, keep: bool) -> None:
    """Print what there is so far; ``keep``: into ``results.md``, too."""
    text = "\n".join(
        [
            "# Measurements",
            "",
            ABOUT.format(repetitions=REPETITIONS),
            "",
            _machine(),
            "",
            "| work | ours | beside it | ratio | must | met | stretch |",
            "|---|---|---|---|---|---|---|",
            *map(_row, lines),
            "",
            "## Growth",
            "",
            GROWTH.format(repetitions=REPETITIONS),
            "",
            *growths,
        ]
    )
    if keep:
        Path(__file__).with_name("results.md").write_text(text, encoding="utf-8", newline="\n")
    print(text, flush=True)


def _told(part: str, measure: Callable[[], list[Line]]) -> list[Line]:
    print(part, file=sys.stderr, flush=True)
    return measure()


def _row(line: Line) -> str:
    met = {True: "yes", False: "**no**", None: ""}[line.met]
    cells = (line.work, line.ours, line.beside, line.ratio, line.must, met, line.stretch)
    return f"| {' | '.join(cells)} |"


def _version(package: str) -> str:
    """Return a package's version; a part measured alone needs no peers."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "–"


def _machine() -> str:
    used = ", ".join(f"{name} {_version(name)}" for name in PACKAGES)
    machine = f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()} {platform.release()}"
    return f"{dt.date.today()}; Python {platform.python_version()}; {machine}; {used}"


if __name__ == "__main__":
    main()
