"""How things are measured: processor seconds of this process and its children, wall beside them, medians, side by side."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Cost:
    """Medians: seconds of processor and of wall; the highest memory seen, in MB (0: not measured)."""

    cpu: float
    wall: float
    peak: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the results: our work, what it is compared with, and what is wanted of cpu ratio (or memory).

    ``must`` is the budget and ``met`` whether it is kept; ``stretch`` what was hoped for, with its outcome.
    """

    work: str
    ours: str
    beside: str
    ratio: str
    must: str
    met: bool | None
    stretch: str = ""


def side_by_side(works: Mapping[str, Work], repetitions: int) -> dict[str, Cost]:
    """Do the works in turn, so that what disturbs the machine disturbs all; return the cost of each."""
    seen: dict[str, list[Cost]] = {name: [] for name in works}
    for _ in range(repetitions):
        for name, work in works.items():
            seen[name].append(_cost(work))
    return {name: _middle(costs) for name, costs in seen.items()}


_LAUNCHER = """
import json, os, subprocess, sys, time
began = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, used = os.wait4(process.pid, 0)
wall = time.perf_counter() - began
print(json.dumps([os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, wall, used.ru_maxrss // 1024]))
"""


def command(*arguments: str | Path) -> Cost:
    """Run a command to its end; its own cost, with that of its children. Raises where it fails.

    A small process starts it: a child's highest memory begins with that of who forks it.
    """
    ran = subprocess.run(
        [sys.executable, "-c", _LAUNCHER, *map(str, arguments)], capture_output=True, text=True, check=True
    )
    status, cpu, wall, peak = json.loads(ran.stdout)
    if status not in (0, 1):
        raise RuntimeError(ran.stderr[-2000:])
    return Cost(cpu, wall, peak)


def commands(works: Mapping[str, Callable[[], Sequence[str | Path]]], repetitions: int) -> dict[str, Cost]:
    """Run commands in turn; each is asked for anew, so that it can begin from a fresh folder."""
    seen: dict[str, list[Cost]] = {name: [] for name in works}
    for _ in range(repetitions):
        for name, work in works.items():
            seen[name].append(command(*work()))
    return {name: _middle(costs) for name, costs in seen.items()}


def python(code: str, *arguments: str | Path) -> list[str | Path]:
    """Return the command that runs a line of Python."""
    return [sys.executable, "-c", code, *arguments]


def statecollect(campaign: Path, *arguments: str | Path) -> list[str | Path]:
    """Return one of our commands in a campaign's folder."""
    return [sys.executable, "-m", "statecollect", "--campaign", campaign, "--quiet", *arguments]


def compare(
    work: str,
    ours: Cost,
    name: str,
    beside: Cost,
    *,
    at_most: float = 0,
    at_least: float = 0,
    stretch: float = 0,
    faster: bool = False,
) -> Line:
    """Return a line about a ratio: at most so many times the other, or (``faster``) the other at least so many times ours.

    ``stretch`` is a limit of the same kind that was only hoped for.
    """
    ratio = beside.cpu / ours.cpu if at_least or faster else ours.cpu / beside.cpu
    met = ratio <= at_most if at_most else ratio >= at_least if at_least else None
    must = f"≤ {at_most:g}×" if at_most else f"≥ {at_least:g}× faster" if at_least else "–"
    says = f"{ratio:.2f}× faster" if at_least or faster else f"{ratio:.2f}×"
    hoped = ""
    if stretch:
        sign, reached = ("≥", ratio >= stretch) if at_least or faster else ("≤", ratio <= stretch)
        hoped = f"{sign} {stretch:g}×: {'yes' if reached else 'no'}"
    return Line(work, shown(ours), f"{name}: {shown(beside)}", says, must, met, hoped)


def shown(cost: Cost) -> str:
    """Return a cost as the table prints it."""
    peak = f", {cost.peak} MB" if cost.peak else ""
    return f"{cost.cpu:.2f} s CPU, {cost.wall:.2f} s wall{peak}"


def _cost(work: Work) -> Cost:
    used, began = _cpu(), time.perf_counter()
    work()
    return Cost(_cpu() - used, time.perf_counter() - began)


def _cpu() -> float:
    return sum(
        one.ru_utime + one.ru_stime
        for one in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )


def _middle(costs: Sequence[Cost]) -> Cost:
    return Cost(
        median(one.cpu for one in costs),
        median(one.wall for one in costs),
        max(one.peak for one in costs),
    )
