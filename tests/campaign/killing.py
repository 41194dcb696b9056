"""A process of its own for ``test_kills.py``: it works in forked children and kills them at random moments.

``killing.py FOLDER COUNT SEED`` prints one JSON line: how many were killed at work, how many had finished, and what was
wrong afterwards. Forking costs a hundredth of starting Python, so hundreds of kills take seconds; the parent never opens
a database, whose threads a fork would lose.

Each task is done once undisturbed on a copy; what that wrote down says which states there may be after a kill.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import select
import shutil
import signal
import sys
import time
import traceback
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import pandas  # noqa: F401  # what every child needs is imported before the first fork
import sqlglot.generators.duckdb  # noqa: F401

import killed_school as school
import statecollect.campaign.outgoing.marked_return
import statecollect.campaign.outgoing.templates
import statecollect.campaign.roll
import statecollect.campaign.signoff
import statecollect.intake
import statecollect.workflow.rounds
import statecollect.workflow.status
import statecollect.workflow.validate  # noqa: F401
from statecollect.campaign import Campaign
from statecollect.catalog import load_catalog
from statecollect.submission.bundle import verify
from statecollect.workflow.findings_report import write_report
from statecollect.workflow.review import Action, standings

CHAIN = 6  # kills one after the other on the remains of the one before
A_SEASON = 15  # kills of each task, before the next season begins
NAMED: Any = {"by": "张责任", "reason": "电话核实", "now": school.NOW}


def _ingest(version: str) -> Callable[[Campaign, Path], None]:
    def task(campaign: Campaign, folder: Path) -> None:
        campaign.ingest(sorted((folder / version).iterdir()), now=school.NOW)

    return task


def _templates(campaign: Campaign, folder: Path) -> None:
    campaign.make_templates(folder / "模板", roster=folder / "名单.xlsx", by="张责任", now=school.NOW)


def _validate(campaign: Campaign, folder: Path) -> None:
    found = campaign.validate()
    write_report(folder / "结果.xlsx", found, "小学校")
    write_report(folder / "结果.html", found, "小学校")
    campaign.write_marked(folder / "退回", found)


def _sign_off(campaign: Campaign, _folder: Path) -> None:
    steps: tuple[tuple[Action, str], ...] = (
        ("submit", "张责任"),
        ("approve", "李主任"),
        ("finalise", "王书记"),
        ("reopen", "王书记"),
    )
    for action, by in steps:
        campaign.signoff.decide(action, ["1.4.1"], by=by, comment="核对", now=school.NOW)


def _excuse(campaign: Campaign, _folder: Path) -> None:
    campaign.roll.exempt_party(school.UNITS[2], ["1.1.3"], **NAMED)
    campaign.roll.exempt_teachers(["0004"], **NAMED)


def _accept(campaign: Campaign, _folder: Path) -> None:
    for event in campaign.log():
        if event.type == "held":
            campaign.accept(event.data["sha256"], **NAMED)


def _skip(campaign: Campaign, _folder: Path) -> None:
    with campaign.store() as store:
        waiting = [seq for seq, _ in store.set_aside()]
    for seq in waiting:
        campaign.skip(seq, **NAMED)
    campaign.rebuild()


TASKS: dict[str, Callable[[Campaign, Path], object]] = {
    "make templates": _templates,
    "ingest": _ingest("返回1"),
    "ingest again": _ingest("返回2"),
    "hold": _ingest("返回3"),
    "validate": _validate,
    "waive": lambda campaign, _folder: campaign.signoff.waive("1.2.1-W01", "1.2.1", **NAMED),
    "sign off": _sign_off,
    "nil": lambda campaign, _folder: campaign.roll.declare_nil(school.UNITS[2], ["1.2.1"], **NAMED),
    "excuse": _excuse,
    "accept": _accept,
    "export": lambda campaign, folder: campaign.export(folder / "上报包", draft=True),
    "rebuild": lambda campaign, _folder: campaign.rebuild(),
    "rekey": lambda campaign, _folder: campaign.rekey(**NAMED),
    "skip": _skip,
}
REPEATED = ("waive", "sign off", "nil", "excuse", "rekey")  # done once more they write down more
OUTPUTS = ("模板", "退回", "上报包", "结果.xlsx", "结果.html")


def work(folder: Path, task: str) -> None:
    """Do one task of the season; what the state does not allow is refused, which is fine."""
    try:
        TASKS[task](Campaign.open(folder / "采集"), folder)
    except school.REFUSALS:
        return


def damage(folder: Path, task: str) -> None:
    """Before the task that gives up a record: take away the original that it speaks of."""
    if task == "skip":
        campaign = Campaign.open(folder / "采集")
        last = [one for one in campaign.log() if one.type == "submission"][-1]
        (folder / "采集" / "store" / "originals" / last.data["original"]).unlink()
        campaign.rebuild()


def picture(folder: Path) -> dict[str, Any]:
    """Return what the campaign says: history, data, decisions, what is wrong, and what has been made from it."""
    campaign = Campaign.open(folder / "采集")
    events = [
        (
            one.type,
            one.at,
            one.by,
            {name: value for name, value in one.data.items() if name not in {"key", "before"}},
        )
        for one in campaign.log()
    ]
    problems = campaign.verify_log()
    with campaign.store() as store:
        held = _held(campaign, store)
    return {"events": events, "problems": problems, "held": held, "files": _files(folder)}


def _held(campaign: Campaign, store: Any) -> dict[str, Any]:
    return {
        "digests": {one: store.digest(one) for one in campaign.catalog.tables},
        # without the hash of the event: it hangs on the clock
        "standings": sorted(f"{place} {replace(one, hash='')}" for place, one in standings(store).items()),
        "aside": store.set_aside(),
    }


def _files(folder: Path) -> dict[str, str]:
    """Return the outputs with what is in them; of those that count their rounds or tell the time only that they are whole."""
    found = {}
    for name in OUTPUTS:
        place = folder / name
        for path in [place] if place.is_file() else sorted(place.rglob("*")):
            if path.is_file():
                same = name == "模板" and _visible(path.relative_to(folder))
                known = hashlib.sha256(path.read_bytes()).hexdigest() if same else _is_whole(path)
                found[str(path.relative_to(folder))] = known
    return found


def _visible(path: Path) -> bool:
    return not any(part.startswith(".") for part in path.parts)  # a dot: it is being written


def _is_whole(path: Path) -> str:
    if path.suffix == ".xlsx":
        try:
            with zipfile.ZipFile(path) as parts:
                return "whole" if parts.testzip() is None else "damaged"
        except zipfile.BadZipFile:
            return "damaged"
    return "whole" if path.suffix != ".html" or b"</html>" in path.read_bytes() else "damaged"


def show(folder: Path, out: Path) -> None:
    out.write_text(json.dumps(picture(folder), ensure_ascii=False), encoding="utf-8")


def check(folder: Path, before: dict[str, Any], after: dict[str, Any], *, first: bool, last: bool) -> None:
    """Raise AssertionError unless the state is that before or after the task, or between two of its events.

    ``first``: nothing may be written down twice; ``last``: everything is made anew, too.
    """
    now = json.loads(json.dumps(picture(folder), ensure_ascii=False))
    assert now["problems"] == before["problems"], now["problems"]
    if first:
        count = len(now["events"])
        assert count >= len(before["events"]), "history lost"
        assert now["events"] == after["events"][:count], "another history"
        for known in (before, after):
            if known["events"] == now["events"] and before["events"] != after["events"]:
                assert now["held"] == known["held"], (
                    f"does not fit the history: {now['held']} {known['held']}"
                )
    for name, digest in now["files"].items():
        if _visible(Path(name)):
            assert digest in (before["files"].get(name), after["files"].get(name)), f"half of {name}"
    if (folder / "上报包").exists():
        assert verify(folder / "上报包") == [], "half a bundle"
    if last:
        campaign = Campaign.open(folder / "采集")
        with campaign.store(anew=True) as store:
            assert json.loads(json.dumps(_held(campaign, store))) == now["held"], "rebuilt differently"
        campaign.status(school.NOW.date())


def finish(folder: Path, task: str, after: dict[str, Any]) -> None:
    """Do the task undisturbed. Raise AssertionError unless the same files lie there as where nobody was killed."""
    work(folder, task)
    assert list(_files(folder)) == list(after["files"]), "files left behind, or missing"
    left = [one.name for one in folder.rglob("*") if one.name.endswith((".half", ".new", ".neu"))]
    assert left == [], "half files left behind"


def fork(do: Callable[[], None], report: Path) -> tuple[int, int]:
    """Run ``do`` in a child; return its process number, and a pipe that ends when it does."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    status = 0
    try:
        os.close(reading)
        do()
    except BaseException:  # noqa: BLE001  # whatever it was is the report
        report.write_text(traceback.format_exc(), encoding="utf-8")
        status = 1
    os._exit(status)


def ended(child: int, pipe: int, within: float | None = None) -> int | None:
    """Wait for a child; return its status, or None when it had to be killed."""
    over = bool(select.select([pipe], [], [], within)[0])
    if not over:
        os.kill(child, signal.SIGKILL)
    os.close(pipe)
    status = os.waitpid(child, 0)[1]
    return os.waitstatus_to_exitcode(status) if over else None


class Trial:
    """One run over the season, again and again, until enough were killed or something is wrong."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.report = folder / "报告"
        self.chance = random.Random(seed)
        self.killed = dict.fromkeys(TASKS, 0)
        self.finished = 0
        self.problems: list[str] = []

    def in_child(self, do: Callable[[], None], what: str) -> None:
        if ended(*fork(do, self.report)) != 0:
            self.problems.append(f"{what}: {self.report.read_text(encoding='utf-8')}")

    def shown(self, place: Path) -> dict[str, Any]:
        out = self.folder / "所见.json"
        out.unlink(missing_ok=True)
        self.in_child(lambda: show(place, out), "show")
        return json.loads(out.read_text(encoding="utf-8")) if out.exists() else {}

    def season(self, count: int) -> None:
        """Play all tasks once, each killed ``count`` times."""
        place, tried = self.folder / "季", self.folder / "试做"
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(self.folder / "开始时", place)
        for task in TASKS:
            self.in_child(lambda: damage(place, task), "damage")  # noqa: B023
            before = self.shown(place)
            shutil.copytree(place, tried)
            began = time.monotonic()
            self.in_child(lambda: work(tried, task), task)  # noqa: B023
            length = time.monotonic() - began
            after = self.shown(tried)
            goal = self.killed[task] + count
            while not self.problems and self.killed[task] < goal:
                self.chain(place, task, length, before, after)
            if self.problems:
                return
            shutil.rmtree(place)
            tried.rename(place)

    def chain(
        self, place: Path, task: str, length: float, before: dict[str, Any], after: dict[str, Any]
    ) -> None:
        """Kill a task, kill it again on what that left, let it finish at last."""
        dying = self.folder / "被杀"
        shutil.copytree(place, dying)
        for attempt in range(CHAIN):
            moment = self.chance.uniform(0.02, 0.9) * length
            over = ended(*fork(lambda: work(dying, task), self.report), moment)
            self.killed[task] += over is None
            self.finished += over == 0
            if over == 1:
                self.problems.append(f"{task}: {self.report.read_text(encoding='utf-8')}")
            first, last = attempt == 0 or task not in REPEATED, attempt == CHAIN - 1
            self.in_child(
                lambda: check(dying, before, after, first=first, last=last),  # noqa: B023
                f"after {task}, kill {attempt + 1}",
            )
        self.in_child(lambda: finish(dying, task, after), f"{task}, once more")
        shutil.rmtree(dying)


def main() -> None:
    folder, count, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    trial = Trial(folder, seed)
    load_catalog("2099")  # read once, for all children
    while not trial.problems and (left := count - sum(trial.killed.values())) > 0:
        trial.season(min(A_SEASON, -(-left // len(TASKS))))
    told = {"killed": trial.killed, "finished": trial.finished, "problems": trial.problems}
    print(json.dumps(told, ensure_ascii=False))


if __name__ == "__main__":
    main()
