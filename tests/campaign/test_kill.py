"""A kill at any moment of ``ingest``: afterwards the store opens, and taking in again arrives at the same data."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

import season
from season import Season
from statecollect.demo import FIRST_DAY, init_example
from statecollect.store import verify

KILLS = int(os.environ.get("STATECOLLECT_KILLS", "8"))
PARTIES = ("合就处", "校内教师/0005 潘艳", "校内教师/0008 姜豪玉")
# What takes a second is the start of Python; the moments to die at are those after it
CHILD = "import pandas, statecollect.campaign, statecollect.store, statecollect.ingest; from statecollect.cli.app import run; print('ready', flush=True); run()"


def ingest(folder: Path, paths: list[Path]) -> subprocess.Popen[str]:
    """Start ``statecollect ingest`` and return when it begins to work."""
    process = subprocess.Popen(
        [sys.executable, "-c", CHILD, "--campaign", str(folder), "ingest", *map(str, paths)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.mark.slow
def test_a_killed_ingest_is_finished_by_the_next(first_round: Season, tmp_path: Path, examples: Path) -> None:
    paths = [first_round.returns[party] for party in PARTIES]
    undisturbed = init_example(tmp_path / "没有中断", examples)
    process, started = ingest(undisturbed.folder, paths), time.monotonic()
    process.communicate()
    length = time.monotonic() - started
    assert process.returncode in {0, 1}
    wanted = season.digests(undisturbed)

    chance, interrupted = random.Random(2022), 0
    campaign = init_example(tmp_path / "中断", examples)
    for attempt in range(KILLS):
        process = ingest(campaign.folder, paths)
        try:
            process.communicate(timeout=chance.uniform(0.0, 1.0) * length)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            interrupted += 1
        store = campaign.folder / "store"
        if (store / "journal.jsonl").exists():
            assert verify(store / "journal.jsonl", store / "originals") == []
        with campaign.store() as opened:
            held = {one.party for one in opened.deliveries()}
            assert len(opened.events("submission")) == len(held)
        if len(held) == len(PARTIES):  # nothing left to interrupt
            assert season.digests(campaign) == wanted
            campaign = init_example(tmp_path / f"中断{attempt}", examples)
    assert interrupted
    campaign.ingest(paths, now=FIRST_DAY)
    assert season.digests(campaign) == wanted
