"""The real commands with whatever people send, in any order: the history holds, a rebuild says the same, nothing breaks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import staffed_school

STEPS = int(os.environ.get("STATECOLLECT_STEPS", "24"))
SEEDS = [int(one) for one in os.environ.get("STATECOLLECT_SEEDS", "2022,1,7").split(",")]


@pytest.mark.long("dozens of commands on one campaign, and after each the whole state is looked at")
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
@pytest.mark.parametrize("seed", SEEDS)
def test_no_order_of_commands_breaks_a_campaign(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None], seed: int
) -> None:
    monkeypatch.setenv("STATECOLLECT_SCHEMAS", str(staffed_school.schemas(tmp_path / "年度")))
    staffed_school.found(tmp_path)
    staffed_school.roster(tmp_path / "名单.xlsx")
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("walking.py")), str(tmp_path), str(STEPS), str(seed)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    record_property("walk", f"{sum(told['calls'].values())} calls, {told['events']} events, seed {seed}")
    assert told["problems"] == [], "\n".join(told["history"])
    assert told["events"] >= STEPS // 12, "nothing came in: this proves little"
