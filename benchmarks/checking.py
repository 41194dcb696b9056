"""``validate`` over everything: the clean example, and the same college with 15,000 students."""

from __future__ import annotations

from pathlib import Path

from benchmarks import data
from benchmarks.measure import Line, commands, shown, statecollect
from statecollect.campaign.demo import example_rows, examples_root


def measure(folder: Path, sizes: list[tuple[int, float]], repetitions: int) -> list[Line]:
    """Return a line a size: students, and how many seconds of wall are allowed."""
    lines = []
    for students, seconds in sizes:
        rows = example_rows(examples_root() / "2022")
        given = len(rows[data.OFFICE, data.STUDENTS])
        rows[data.OFFICE, data.STUDENTS] = data.students(max(students, given))
        campaign = data.whole_college(folder / str(students), rows)
        command = statecollect(campaign.folder, "validate")
        cost = commands({"validate": lambda command=command: command}, repetitions)["validate"]  # type: ignore[misc]
        many = len(rows[data.OFFICE, data.STUDENTS])
        what = f"`validate`, 65 tables, every rule, {many:,} students, whole command"
        lines.append(
            Line(
                what,
                shown(cost),
                "",
                f"{cost.wall:.2f} s",
                f"≤ {seconds:g} s",
                cost.wall <= seconds,
                f"≤ 1 s: {'yes' if cost.wall <= 1 else 'no'}",
            )
        )
    return lines
