"""Several processes, and processes that die."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

import toy
from statecollect.core.errors import StoreBusy
from statecollect.store import Store, verify_folder

CHILD = Path(__file__).with_name("store_child.py")
KILLS = int(os.environ.get("STATECOLLECT_KILLS", "200")) // 10  # the others: tests/campaign/test_kills.py


def child(*arguments: object) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, str(CHILD), *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def version_held(store: Store) -> int:
    """Return the version the store holds, 0 for none; fails when it holds a mixture."""
    names = store.table("1.1.3").column("机构名称").to_pylist()
    if not names:
        assert store.row_count("1.2.1") == 0
        return 0
    number = int(names[0].strip("第版"))
    funds = store.table("1.2.1").column("经费").to_pylist()
    assert len(names) == 1
    assert set(funds) == {number}
    assert len(funds) == 1 + number * 37 % 200
    return number


@pytest.mark.long("twenty processes, each killed at another moment")
def test_a_kill_at_any_moment_leaves_the_state_before_or_after(tmp_path: Path) -> None:
    chance = random.Random(2022)
    held = 0
    for _ in range(KILLS):
        process = child("submit", tmp_path, "教务处", held + 1, 1000)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=chance.uniform(0.0, 0.5))
        process.kill()
        acknowledged = [int(line) for line in process.communicate()[0].split() if line.isdigit()]
        done = acknowledged[-1] if acknowledged else held
        with toy.open_store(tmp_path) as store:
            held = version_held(store)
            assert held in {done, done + 1}
            assert len(store.events()) == held
            digests = store.digest("1.2.1"), store.digest("1.1.3")
        assert verify_folder(tmp_path / "store").problems == ()
    with Store.rebuild(tmp_path / "store", toy.catalog(), {}, toy.parse) as store:
        assert (store.digest("1.2.1"), store.digest("1.1.3")) == digests


def test_a_second_process_is_told_who_is_in_and_waits_its_turn(tmp_path: Path) -> None:
    process = child("hold", tmp_path)
    with pytest.raises(StoreBusy, match=f"进程 {process.pid}.*store_child.py hold"):
        toy.open_store(tmp_path, wait=0.1)
    process.communicate("")
    with toy.open_store(tmp_path, wait=5) as store:
        assert store.events() == []


@pytest.mark.parametrize("password", ["S3cret!", "geheim", "--geheim", "口令"])
def test_who_is_in_is_told_without_what_was_typed_behind_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    monkeypatch.setattr(sys, "argv", ["statecollect", "ingest", "学生.xlsx", "--password", password])
    with toy.open_store(tmp_path):
        said = json.loads((tmp_path / "store" / ".lock.info").read_text(encoding="utf-8"))
        assert said["command"] == "statecollect ingest"
        assert password not in said.values()
    assert not (tmp_path / "store" / ".lock.info").exists()


def test_two_processes_that_submit_at_once_both_get_everything_in(tmp_path: Path) -> None:
    first = child("submit", tmp_path, "教务处", 1, 5)
    second = child("submit", tmp_path, "学生处", 1, 5)
    assert first.communicate()[0].split() == second.communicate()[0].split() == ["1", "2", "3", "4", "5"]
    with toy.open_store(tmp_path) as store:
        assert len(store.events()) == 10
        assert store.parties("1.2.1") == ["学生处", "教务处"]
    assert verify_folder(tmp_path / "store").problems == ()
