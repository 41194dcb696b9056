"""A process of its own for ``test_kills.py``: it works in forked children and kills them at random moments.

``killing.py FOLDER COUNT SEED`` prints one JSON line: how many were killed at work, how many had finished, and what was
wrong afterwards. Forking costs a hundredth of starting Python, so hundreds of kills take seconds; the parent never opens
a database, whose threads a fork would lose.
"""

from __future__ import annotations

import json
import os
import random
import select
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import pandas  # noqa: F401  # what every child needs is imported before the first fork
import sqlglot.generators.duckdb  # noqa: F401

import small_school
import statecollect.campaign.signoff
import statecollect.ingest
import statecollect.templates
import statecollect.validate  # noqa: F401
from statecollect.bundle import verify
from statecollect.campaign import Campaign
from statecollect.catalog import load_catalog
from statecollect.errors import Refused
from statecollect.review import standings

TASKS = ("ingest", "ingest again", "sign off", "waive", "export")


def work(folder: Path, task: str) -> None:
    """Do one task of the season; what the state does not allow is refused, which is fine."""
    campaign = Campaign.open(folder / "采集")
    try:
        if task.startswith("ingest"):
            version = 1 if task == "ingest" else 2
            paths = sorted((folder / f"返回{version}").iterdir())
            campaign.ingest(paths, now=small_school.NOW, again=True)
        elif task == "sign off":
            for action in ("submit", "approve", "finalise", "reopen"):
                campaign.signoff.decide(action, by="张责任", comment="核对", now=small_school.NOW)
        elif task == "waive":
            campaign.signoff.waive("1.2.1-W01", "1.2.1", reason="五年制", by="张责任", now=small_school.NOW)
        else:
            campaign.export(folder / "上报包", draft=True)
    except Refused:
        return


def check(folder: Path, *, rebuilt: bool) -> None:
    """Raise AssertionError unless everything is as it was before or after the last task; ``rebuilt``: made anew, too."""
    campaign = Campaign.open(folder / "采集")
    assert campaign.verify_log() == []
    with campaign.store() as store:
        for party in small_school.PARTIES:
            held = {one.table: one.sha256 for one in store.deliveries() if one.party == party}
            assert len(set(held.values())) <= 1, "half a workbook"
            assert not held or set(held) == set(small_school.TABLES), "some of its tables"
            rows = [row for row in store.rows("1.2.1") if party in str(row[0])]
            assert len(rows) in (0, small_school.ROWS[1], small_school.ROWS[2]), "rows lost or doubled"
        digests = {one: store.digest(one) for one in campaign.catalog.tables}
        far = standings(store)
    if rebuilt:
        compare_rebuilt(campaign, digests, far)
    if (folder / "上报包").exists():
        assert verify(folder / "上报包") == [], "half a bundle"


def compare_rebuilt(campaign: Campaign, digests: object, far: object) -> None:
    """Make the database anew from originals and journal; it must say the same."""
    with campaign.store(anew=True) as store:
        assert {one: store.digest(one) for one in campaign.catalog.tables} == digests, "rebuilt differently"
        assert standings(store) == far


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


def ended(child: int, pipe: int, within: float | None) -> int | None:
    """Wait for a child; return its status, or None when it had to be killed."""
    over = bool(select.select([pipe], [], [], within)[0])
    if not over:
        os.kill(child, signal.SIGKILL)
    os.close(pipe)
    status = os.waitpid(child, 0)[1]
    return os.waitstatus_to_exitcode(status) if over else None


def main() -> None:
    folder, count, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    chance = random.Random(seed)
    killed: dict[str, int] = dict.fromkeys(TASKS, 0)
    problems: list[str] = []
    finished = round_ = 0
    fresh = folder / "开始时"
    load_catalog("2099")  # read once, for all children
    while sum(killed.values()) < count and not problems:
        round_ += 1
        place, tried = folder / f"第{round_}次", folder / "试做"
        shutil.copytree(fresh, place)
        for task in TASKS:
            # how long it takes undisturbed, on a copy: the moments to die at lie within
            shutil.copytree(place, tried)
            began = time.monotonic()
            child, pipe = fork(lambda: work(tried, task), folder / "报告")  # noqa: B023
            assert ended(child, pipe, None) == 0, (folder / "报告").read_text(encoding="utf-8")
            length = time.monotonic() - began
            shutil.rmtree(tried)
            for attempt in range(6):
                child, pipe = fork(lambda: work(place, task), folder / "报告")  # noqa: B023
                over = ended(child, pipe, chance.uniform(0.05, 1.0) * length)
                killed[task] += over is None
                finished += over == 0
                if over == 1:
                    problems.append((folder / "报告").read_text(encoding="utf-8"))
                child, pipe = fork(lambda: check(place, rebuilt=attempt == 5), folder / "报告")  # noqa: B023
                if ended(child, pipe, None) != 0:
                    problems.append(f"{task}: " + (folder / "报告").read_text(encoding="utf-8"))
                if problems:
                    break
            child, pipe = fork(lambda: work(place, task), folder / "报告")  # noqa: B023
            if ended(child, pipe, None) != 0:
                problems.append(f"{task}, once more: " + (folder / "报告").read_text(encoding="utf-8"))
            if problems:
                break
    print(json.dumps({"killed": killed, "finished": finished, "problems": problems}, ensure_ascii=False))


if __name__ == "__main__":
    main()
