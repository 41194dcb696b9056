"""A plugin of pytest: runs the tests it has collected once for each fault, in a forked process each.

Everything is imported and collected once. Each fault then costs a fork and the tests that pass through its line: the code of
the functions is exchanged in the living process, and the file in the (copied) tree, too, for programs that tests start. What
is worked out while importing (constants, defaults) needs a process that imports anew.

The job is a JSON file named in ``MUTANTS_JOB``: ``{"source": <folder of the package>, "mutants": [[module, key], …],
"baseline": <file, kept>, "results": <file to append to>}``.
"""

from __future__ import annotations

import ast
import gc
import importlib
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Generator, Iterator
from functools import partial
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any, NoReturn

import pytest

from benchmarks.mutating import Mutant, mutants_of, mutated
from statecollect.catalog import load_catalog

PATIENCE = 10.0  # seconds of processor a fault gets beyond five times what its tests took without it
LONGEST = 1800.0  # seconds of wall, for what waits for something that never comes
MEMORY = 12 << 30
SHARED = "shared"  # the line is passed while something is made that several tests share

_Place = tuple[str, int]  # a function's qualified name, the line it begins at
_Exchange = list[tuple[FunctionType, CodeType]]


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    """Take the place of the loop over tests."""
    os.nice(max(0, 10 - os.nice(0)))  # whoever works at this machine comes first
    job = json.loads(Path(os.environ["MUTANTS_JOB"]).read_text(encoding="utf-8"))
    source = Path(job["source"])
    modules = sorted({module for module, _ in job["mutants"]})
    for module in modules:
        importlib.import_module(_dotted(module))
    load_catalog()  # read once, not again for each fault
    living = {module: _living_functions(source / module) for module in modules}
    gc.freeze()
    baseline = _baseline(session, source, modules, Path(job["baseline"]))
    for module in modules:
        text = (source / module).read_text(encoding="utf-8")
        known = {mutant.key: mutant for mutant in mutants_of(text, module)}
        for key in (key for name, key in job["mutants"] if name == module):
            result = _tried(session, source, baseline, known[key], living[module])
            with Path(job["results"]).open("a", encoding="utf-8") as file:
                file.write(json.dumps(result, ensure_ascii=False) + "\n")
    return True


def _dotted(module: str) -> str:
    return "statecollect." + module.removesuffix(".py").replace("/", ".")


# What each test passes through


def _baseline(session: pytest.Session, source: Path, modules: list[str], kept: Path) -> dict[str, Any]:
    """Run each test file once, watched: which lines each test passes, how long it takes, whether it passes at all."""
    known: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    files: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in session.items:
        files[item.nodeid.partition("::")[0]].append(item)
    watched = {str(source / module): module for module in modules}
    changed = [f"{module} {(source / module).stat().st_mtime_ns}" for module in modules]
    for name, items in files.items():
        stamp = [Path(name).stat().st_mtime_ns, len(items), *changed]
        if known.get(name, {}).get("stamp") == stamp:
            continue
        out = kept.with_suffix(".part")
        out.unlink(missing_ok=True)
        _in_child(partial(_watch, items, watched, out), LONGEST)
        known[name] = {**json.loads(out.read_text(encoding="utf-8")), "stamp": stamp}
        kept.write_text(json.dumps(known), encoding="utf-8")
    return {name: known[name] for name in files}


class _Watch:
    """Notes the lines of the watched modules, under the name of what runs at the moment."""

    def __init__(self, watched: dict[str, str]) -> None:
        self.watched = watched
        self.now = SHARED
        self.lines: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        self.inside: dict[str, Any] = {}
        self.failed: set[str] = set()

    def __call__(self, frame: FrameType, event: str, argument: object) -> Any:
        module = self.watched.get(frame.f_code.co_filename)
        return None if module is None else self._inside(module)(frame, event, argument)

    def _inside(self, module: str) -> Any:
        """What is called for each line of a module, the same for all its functions."""
        if module not in self.inside:
            tests = self.lines[module]

            def note(frame: FrameType, event: str, argument: object) -> Any:
                tests[self.now].add(frame.f_lineno)
                return note

            self.inside[module] = note
        return self.inside[module]

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Generator[None, object, object]:
        was = self.now
        if fixturedef.scope != "function":
            self.now = SHARED
        try:
            return (yield)
        finally:
            self.now = was

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.add(report.nodeid)


def _watch(items: list[pytest.Item], watched: dict[str, str], out: Path) -> int:
    """Run the tests of a file and write down what they passed."""
    watch = _Watch(watched)
    config = items[0].config
    config.pluginmanager.register(watch)
    seconds = {}
    for item, after in _with_next(items):
        watch.now = item.nodeid
        began = _processor()
        sys.settrace(watch)
        try:
            config.hook.pytest_runtest_protocol(item=item, nextitem=after)
        finally:
            sys.settrace(None)
        seconds[item.nodeid] = _processor() - began
    told = {
        "failed": sorted(watch.failed),
        "seconds": seconds,
        "lines": {
            module: {test: sorted(lines) for test, lines in tests.items()}
            for module, tests in watch.lines.items()
        },
    }
    out.write_text(json.dumps(told), encoding="utf-8")
    return 0


def _processor() -> float:
    """Seconds of processor that this process and its children have used."""
    return sum(os.times()[:4])


def _with_next(items: list[pytest.Item]) -> Iterator[tuple[pytest.Item, pytest.Item | None]]:
    yield from zip(items, [*items[1:], None], strict=True)


# One fault


def _tried(
    session: pytest.Session,
    source: Path,
    baseline: dict[str, Any],
    mutant: Mutant,
    living: dict[_Place, list[FunctionType]],
) -> dict[str, Any]:
    """Put a fault in, run the tests that pass through it, take it out again."""
    path = source / mutant.module
    text, times = path.read_text(encoding="utf-8"), path.stat()
    tree = mutated(text, mutant.module, mutant.key)
    exchanged = _exchange(tree, path, living)
    names, seconds = _concerned(baseline, mutant, text, imported=exchanged is None)
    result = {
        "key": mutant.key,
        "module": mutant.module,
        "line": mutant.line,
        "tests": len(names),
        "by": "",
    }
    if not names:
        return result | {"outcome": "not reached", "seconds": 0.0}
    began = time.monotonic()
    said = Path(os.environ["MUTANTS_JOB"]).with_suffix(".said")
    said.unlink(missing_ok=True)
    path.write_text(ast.unparse(tree), encoding="utf-8")
    try:
        if exchanged is None:
            work = partial(_anew, names)
        else:
            items = {item.nodeid: item for item in session.items}
            work = partial(_living, session, [items[name] for name in names], exchanged, said)
        status = _in_child(work, PATIENCE + 5 * seconds)
    finally:
        path.write_text(text, encoding="utf-8")
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    outcome = {0: "survived", None: "killed by time"}.get(status, "killed")
    by = said.read_text(encoding="utf-8") if said.exists() else ""
    return result | {"outcome": outcome, "by": by, "seconds": round(time.monotonic() - began, 2)}


def _living_functions(path: Path) -> dict[_Place, list[FunctionType]]:
    """All functions made from a file that are alive, by name and first line."""
    living: dict[_Place, list[FunctionType]] = defaultdict(list)
    for thing in gc.get_objects():
        if isinstance(thing, FunctionType) and thing.__code__.co_filename == str(path):
            living[thing.__code__.co_qualname, thing.__code__.co_firstlineno].append(thing)
    return living


def _exchange(tree: ast.Module, path: Path, living: dict[_Place, list[FunctionType]]) -> _Exchange | None:
    """What functions get which code; None: the fault is in what happens while importing."""
    new = _codes(compile(tree, str(path), "exec"))
    old = _codes(compile(path.read_text(encoding="utf-8"), str(path), "exec"))
    pairs: _Exchange = []
    for place, codes in new.items():
        if [_told(code) for code in codes] == [_told(code) for code in old[place]]:
            continue
        outermost = place[0].partition(".<locals>")[0]
        above = [known for known in new if known[0] == outermost and known[1] <= place[1]]
        of = max(above, key=lambda known: known[1], default=None)
        if of is None or not living.get(of) or len(new[of]) != 1:
            return None
        pairs += [(function, new[of][0]) for function in living[of]]
    return pairs if all(_fits(function, code) for function, code in pairs) else None


def _codes(code: CodeType) -> dict[_Place, list[CodeType]]:
    """All code of a module, by name and first line."""
    found: dict[_Place, list[CodeType]] = defaultdict(list)
    pending = [code]
    while pending:
        inner = pending.pop()
        found[inner.co_qualname, inner.co_firstlineno].append(inner)
        pending += [constant for constant in inner.co_consts if isinstance(constant, CodeType)]
    return found


def _told(code: CodeType) -> tuple[object, ...]:
    """What code does by itself, without the code inside it."""
    constants = [value for value in code.co_consts if not isinstance(value, CodeType)]
    return (code.co_code, repr(constants), code.co_names, code.co_varnames)


def _fits(function: FunctionType, code: CodeType) -> bool:
    return len(function.__code__.co_freevars) == len(code.co_freevars)


def _concerned(
    baseline: dict[str, Any], mutant: Mutant, text: str, *, imported: bool
) -> tuple[list[str], float]:
    """Return the tests that pass through a fault, those of the quickest file first, and the seconds they took without it."""
    lines = _statement(text, mutant.line) if not imported else None
    files: list[tuple[float, list[str]]] = []
    for told in baseline.values():
        passed = told["lines"].get(mutant.module, {})
        tests = {test for test, seen in passed.items() if lines is None or lines & set(seen)}
        chosen = [
            test
            for test in told["seconds"]
            if (SHARED in tests or test in tests or (imported and passed)) and test not in told["failed"]
        ]
        if chosen:
            files.append((sum(told["seconds"][test] for test in chosen), chosen))
    files.sort()
    return [test for _, chosen in files for test in chosen], sum(seconds for seconds, _ in files)


def _statement(text: str, line: int) -> set[int]:
    """All lines of the innermost statement (without its body) around a line."""
    best: set[int] = {line}
    smallest = sys.maxsize
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.stmt):
            body = getattr(node, "body", None)
            end = body[0].lineno - 1 if isinstance(body, list) and body else node.end_lineno or node.lineno
            end = max(end, node.lineno)
            if node.lineno <= line <= end and end - node.lineno < smallest:
                best, smallest = set(range(node.lineno, end + 1)), end - node.lineno
    return best


def _living(session: pytest.Session, items: list[pytest.Item], exchanged: _Exchange, said: Path) -> int:
    """Run tests in this process with the fault in it, until one fails."""
    for function, code in exchanged:
        function.__code__ = code
    for item, after in _with_next(items):
        session.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
        if session.testsfailed:
            said.write_text(item.nodeid, encoding="utf-8")
            return 1
    return 0


def _anew(names: list[str]) -> int:
    """Run tests in a process that imports the faulty file."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *names]
    environment = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
    return 1 if subprocess.run(command, env=environment, check=False).returncode else 0


def _in_child(work: Callable[[], int], patience: float) -> int | None:
    """Do something in a process (and process group) of its own; returns its status, or None if it had to be ended.

    ``patience``: seconds of processor, so that a busy machine ends nothing that only waits its turn.
    """
    child = os.fork()
    if child == 0:
        _child(work, int(patience))
    until = time.monotonic() + LONGEST
    while time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            _end_group(child)
            code = os.waitstatus_to_exitcode(status)
            return None if code in {-signal.SIGXCPU, -signal.SIGKILL} else code
        time.sleep(0.02)
    _end_group(child)
    os.waitpid(child, 0)
    return None


def _child(work: Callable[[], int], patience: int) -> NoReturn:
    status = 99
    try:
        os.setsid()
        resource.setrlimit(resource.RLIMIT_CPU, (patience, patience + 5))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        status = work()
    finally:
        os._exit(status)


def _end_group(child: int) -> None:
    """End what a process has left behind."""
    try:
        os.killpg(child, signal.SIGKILL)
    except ProcessLookupError:
        return
