"""How the cost of ``ingest`` grows with the rows: the wide table of students, and a narrow one up to a million rows."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from itertools import count
from pathlib import Path

from benchmarks import data
from benchmarks.measure import Cost, commands, shown, statecollect

STEP = 10.5  # times the cost, at most, for ten times the rows


def measure(folder: Path, sizes: Sequence[int], table: str, repetitions: int) -> list[tuple[int, Cost]]:
    """Return what the whole command costs for so many rows of a table."""
    costs = []
    for rows in sizes:
        place = folder / f"{table}-{rows}"
        empty = data.campaign(place / "campaign")
        with empty.store():
            pass
        path = data.office_workbook(empty, table, rows, place / "报送.xlsx")
        number = count()

        def command(
            empty: data.Campaign = empty, place: Path = place, path: Path = path, number: count[int] = number
        ) -> list[str | Path]:
            return statecollect(data.fresh(empty, place / f"in-{next(number)}").folder, "ingest", path)

        costs.append((rows, commands({"ingest": command}, repetitions)["ingest"]))
        shutil.rmtree(place)
    return costs


def shown_table(costs: Sequence[tuple[int, Cost]], what: str) -> str:
    """Return growth as a table: each size beside the one before."""
    lines = [
        f"{what}:",
        "",
        "| rows | whole command | microseconds of CPU a row | times the cost before |",
        "|---|---|---|---|",
    ]
    before: Cost | None = None
    fewer = 1
    for rows, cost in costs:
        ratio = f"{cost.cpu / before.cpu:.1f}× for {rows / fewer:g}× the rows" if before else "–"
        lines.append(f"| {rows:,} | {shown(cost)} | {cost.cpu / rows * 1e6:.0f} | {ratio} |")
        before, fewer = cost, rows
    return "\n".join([*lines, ""])
