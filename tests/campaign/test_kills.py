"""Kill -9 at random moments of everything an administrator does: the state is that before or that after."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import killed_school
import staffed_school

KILLS = int(os.environ.get("STATECOLLECT_KILLS", "200")) * 9 // 10  # the others: tests/store


@pytest.mark.long("two hundred kills, and after each the whole state is looked at")
@pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no fork; the store's own kill tests run there"
)
def test_nothing_is_lost_doubled_or_half_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]
) -> None:
    monkeypatch.setenv("STATECOLLECT_SCHEMAS", str(staffed_school.schemas(tmp_path / "年度")))
    (tmp_path / "开始时").mkdir()
    killed_school.found(tmp_path / "开始时")
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("killing.py")), str(tmp_path), str(KILLS), "2022"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    record_property(
        "kills", f"{sum(told['killed'].values())}, {told['killed']}; finished before: {told['finished']}"
    )
    assert told["problems"] == []
    assert sum(told["killed"].values()) >= KILLS
    assert min(told["killed"].values()) >= KILLS // 40
