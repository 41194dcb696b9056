"""``python -m benchmarks.mutants``: does a test notice when the code is a little wrong?

Draws faults by a seed, so many a room (``benchmarks/mutants.yaml``), puts each into a copy of the tree, runs the tests that
pass through its line, and writes ``benchmarks/mutants.md``. What ran before is kept (``--work``) and not run again;
``--again`` runs those that survived once more, after tests were added.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from benchmarks.mutating import mutants_of

ROOT = Path(__file__).resolve().parents[1]
CONFIG = Path(__file__).with_suffix(".yaml")
REPORT = Path(__file__).with_suffix(".md")
PACKAGE = Path("src") / "statecollect"
COPIED = ("src", "tests", "schemas", "examples", "templates_xlsx", "benchmarks", "docs")
KILLED = ("killed", "killed by time")


@dataclass(frozen=True)
class Room:
    """Modules whose tests are tried: ``share`` faults of 1,000, and the tests meant for them."""

    name: str
    modules: tuple[str, ...]
    tests: tuple[str, ...]
    share: int
    without: str = ""  # tests that are left out, as pytest's -k names them


def main() -> None:
    """Draw, try, write."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--sample", type=int, default=500, help="how many faults in all")
    asked.add_argument("--seed", type=int, default=17)
    asked.add_argument("--room", action="append", default=[], help="only this room (again for more)")
    asked.add_argument("--jobs", type=int, default=1, help="how many rooms at a time")
    asked.add_argument("--again", action="store_true", help="try survivors once more")
    asked.add_argument("--report", action="store_true", help="try nothing, write what is known")
    asked.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "statecollect-mutants")
    options = asked.parse_args()
    config = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))
    rooms = [room for room in rooms_of(config) if not options.room or room.name in options.room]
    chosen = {room.name: drawn(room, options.sample, options.seed) for room in rooms}
    options.work.mkdir(parents=True, exist_ok=True)
    if not options.report:
        with ThreadPoolExecutor(options.jobs) as pool:
            list(
                pool.map(lambda room: _try(room, chosen[room.name], options.work, again=options.again), rooms)
            )
    known = {room.name: _known(options.work / room.name) for room in rooms}
    text = _report(config, rooms, known, options.seed)
    if not options.room:
        REPORT.write_text(text, encoding="utf-8", newline="\n")
    print(text)


def rooms_of(config: dict[str, Any]) -> list[Room]:
    """Read the rooms: globs below the package, test files below the root."""
    rooms = []
    for name, told in config["rooms"].items():
        paths = sorted(path for glob in told["modules"] for path in (ROOT / PACKAGE).glob(glob))
        modules = tuple(
            path.relative_to(ROOT / PACKAGE).as_posix() for path in paths if path.name != "__init__.py"
        )
        rooms.append(Room(name, modules, tuple(told["tests"]), told["share"], told.get("without", "")))
    return rooms


def drawn(room: Room, sample: int, seed: int) -> list[tuple[str, str]]:
    """Draw a room's faults, (module, key) each: by a seed and their names, so that a change of code draws few others."""
    possible = [
        (module, mutant.key)
        for module in room.modules
        for mutant in mutants_of((ROOT / PACKAGE / module).read_text(encoding="utf-8"), module)
    ]
    possible.sort(key=lambda fault: hashlib.sha256(f"{seed} {fault[1]}".encode()).digest())
    return possible[: -(-sample * room.share // 1000)]


def _known(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the last result of each fault."""
    path = folder / "results.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {result["key"]: result for result in map(json.loads, lines)}


def _try(room: Room, faults: list[tuple[str, str]], work: Path, *, again: bool) -> None:
    """Try the faults of a room that were not tried yet, in a copy of the tree of its own."""
    folder = work / room.name
    folder.mkdir(exist_ok=True)
    known = _known(folder)
    still = set(drawn(room, sys.maxsize, 0))
    survivors = [(told["module"], key) for key, told in known.items() if told["outcome"] != "killed"]
    left = [fault for fault in survivors if fault in still] if again else []
    left += [fault for fault in faults if fault[1] not in known]
    if not left:
        return
    tree = folder / "tree"
    _copy(tree)
    job = folder / "job.json"
    told = {
        "source": str(tree / PACKAGE),
        "mutants": left,
        "baseline": str(folder / "baseline.json"),
        "results": str(folder / "results.jsonl"),
    }
    job.write_text(json.dumps(told), encoding="utf-8")
    environment = os.environ | {
        "MUTANTS_JOB": str(job),
        "PYTHONPATH": os.pathsep.join([str(tree / "src"), str(tree / "tests"), str(tree)]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    plugins = ["-p", "no:cacheprovider", "-p", "no:xdist", "-p", "benchmarks.mutant_runs"]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        *plugins,
        *(["-k", f"not ({room.without})"] if room.without else []),
        *room.tests,
    ]
    with (folder / "log.txt").open("w", encoding="utf-8") as log:
        subprocess.run(command, cwd=tree, env=environment, stdout=log, stderr=log, check=False)


def _copy(tree: Path) -> None:
    """Copy what tests need; the tree one works in is never touched. Times are kept: what was compiled stays so."""
    for name in COPIED:
        if (ROOT / name).exists():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.rmtree(tree / name, ignore_errors=True)
            shutil.copytree(ROOT / name, tree / name, ignore=ignored)
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copy2(path, tree / path.name)
    subprocess.run([sys.executable, "-m", "compileall", "-q", "src"], cwd=tree, check=False)


# What is written


def _report(
    config: dict[str, Any],
    rooms: list[Room],
    known: dict[str, dict[str, dict[str, Any]]],
    seed: int,
) -> str:
    """Return the page: a line a room, then each survivor with its verdict; of all that was tried of today's code."""
    verdicts: dict[str, str] = config.get("verdicts") or {}
    lines: list[str] = []
    survivors: list[str] = []
    total: Counter[str] = Counter()
    for room in rooms:
        still = {key for _, key in drawn(room, sys.maxsize, seed)}
        results = [result for key, result in known[room.name].items() if key in still]
        told = Counter(_sort(result, verdicts) for result in results)
        total += told
        lines.append(_line(room.name, len(results), told))
        survivors += [_survivor(result, verdicts) for result in results if result["outcome"] not in KILLED]
    machine = f"{dt.date.today()}; Python {platform.python_version()}; {os.cpu_count()} cores, {platform.machine()}; seed {seed}"
    return "\n".join(
        [
            "# Faults that tests notice",
            "",
            config["about"].strip(),
            "",
            machine,
            "",
            "| room | tried | noticed | equivalent | survived | score |",
            "|---|---:|---:|---:|---:|---:|",
            *lines,
            _line("**all**", sum(total.values()), total),
            "",
            "## Survivors",
            "",
            *(survivors or ["None."]),
            "",
        ]
    )


def _sort(result: dict[str, Any], verdicts: dict[str, str]) -> str:
    if result["outcome"] in KILLED:
        return "noticed"
    return "equivalent" if verdicts.get(result["key"], "").startswith("equivalent") else "survived"


def _line(name: str, tried: int, told: Counter[str]) -> str:
    real = told["noticed"] + told["survived"]
    score = f"{100 * told['noticed'] / real:.0f} %" if real else "–"
    return f"| {name} | {tried} | {told['noticed']} | {told['equivalent']} | {told['survived']} | {score} |"


def _survivor(result: dict[str, Any], verdicts: dict[str, str]) -> str:
    verdict = verdicts.get(result["key"], "open")
    reached = " (no test of the room passes here)" if result["outcome"] == "not reached" else ""
    code = result["key"].replace("`", "'")
    return f"- `{code}`{reached} – {verdict}"


if __name__ == "__main__":
    main()
