"""``python -m benchmarks.guard``: ratios on a small size, for CI. What became twice as slow beside its peer fails.

The limits are the highest ratios of two runs when they were written, times about 1.7: slack for a busy machine, none for a regression of
two.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks import starting, teachers, writing
from benchmarks.measure import Line, compare, side_by_side
from benchmarks.reading import Case

STUDENTS, TEACHERS, REPETITIONS = 3_000, 40, 3
READING, MANY, TEMPLATES, MARKED, EXPORTED, STARTING = 4.9, 7.3, 2.0, 1.0, 0.6, 1.2


def main() -> None:
    """Measure, print, and exit with 1 where a limit is passed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        case = Case(folder / "reading", STUDENTS)
        case.ingest()  # imports
        costs = side_by_side({"calamine": case.bare, "ingest": case.ingest}, REPETITIONS)
        lines: list[tuple[Line, float]] = [
            (compare("ingest", costs["ingest"], "calamine", costs["calamine"], at_most=READING), READING),
            (teachers.measure(folder / "teachers", TEACHERS, REPETITIONS)[0], MANY),
            *((line, STARTING) for line in starting.measure(REPETITIONS)),
        ]
        written = writing.measure(folder / "writing", STUDENTS, REPETITIONS)
        lines += [
            (written[0], TEMPLATES),
            *zip(written[1:], (MARKED, MARKED, EXPORTED, EXPORTED), strict=True),
        ]
    slow = 0
    for line, limit in lines:
        ratio = float(line.ratio.rstrip("×"))
        slow += ratio > limit
        print(
            f"{'slow' if ratio > limit else 'ok':5} {line.ratio:>7} (limit {limit:g}×) {line.work}: {line.ours}; {line.beside}"
        )
    sys.exit(bool(slow))


if __name__ == "__main__":
    main()
