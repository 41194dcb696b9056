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
from importlib.metadata import version
from pathlib import Path

from benchmarks import checking, reading, starting, teachers, writing
from benchmarks.measure import Line

REPETITIONS = 5
PACKAGES = (
    "statecollect", "python-calamine", "openpyxl", "XlsxWriter", "duckdb", "pyarrow", "pydantic", "typer",
    "frictionless", "pandera", "pandas",
)  # fmt: skip
ABOUT = """Made by `python -m benchmarks` (peers: `pip install -e '.[benchmarks]'`). Each line was measured side by side in one run:
medians of {repetitions} repetitions (100,000 students: 3, frictionless over them once), seconds of processor (this process and its
children) beside seconds of wall. Ratios are of processor seconds; `validate` has a limit in seconds of wall. All people are generated.
"""


LIMIT = """A million students do not fit: the guard refuses workbooks that expand to more than 400 MB (about 190,000 students), so the
table ends at 150,000. The last line is beside 100,000."""


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
            "large": lambda: reading.measure(folder / "large", reading.LARGE, 3),
            "teachers": lambda: teachers.measure(folder / "teachers", teachers.TEACHERS, REPETITIONS),
            "checking": lambda: checking.measure(folder / "checking", [(0, 3), (15_000, 5)], REPETITIONS),
            "writing": lambda: writing.measure(folder / "writing", 15_000, REPETITIONS),
        }
        lines: list[Line] = []
        for part, measure in parts.items():
            if only in ("", part):
                lines += _told(part, measure)
                _write(lines, "", keep=not only)  # not lost to what fails later
        if only in ("", "growth"):
            print("growth", file=sys.stderr, flush=True)
            costs = reading.growth(folder / "growth", [1_000, 10_000, reading.LARGE, 150_000])
            _write(lines, reading.growth_table(costs), keep=not only)


def _write(lines: list[Line], growth: str, *, keep: bool) -> None:
    """Print what there is so far; ``keep``: into ``results.md``, too."""
    text = "\n".join(
        [
            "# Measurements",
            "",
            ABOUT.format(repetitions=REPETITIONS),
            _machine(),
            "",
            "| work | ours | beside it | ratio | must | met |",
            "|---|---|---|---|---|---|",
            *map(_row, lines),
            "",
            "## Growth",
            "",
            LIMIT,
            "",
            growth,
            "",
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
    return f"| {line.work} | {line.ours} | {line.beside} | {line.ratio} | {line.must} | {met} |"


def _machine() -> str:
    used = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    machine = f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()} {platform.release()}"
    return f"{dt.date.today()}; Python {platform.python_version()}; {machine}; {used}"


if __name__ == "__main__":
    main()
