"""Files made to cost much end in what is read or in one line, within seconds of processor time and a bounded memory."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from benchmarks.hostile import CASES, Case, opened

from statecollect.core.errors import StatecollectError

if sys.platform != "win32":
    import resource

pytestmark = [
    pytest.mark.long("each file is one that costs as much as a file may"),
    pytest.mark.skipif(sys.platform == "win32", reason="no process can be forked under a limit there"),
]
SECONDS = 8  # of processor; each of these files took from ten seconds to for ever
MEMORY = 1 << 20  # kilobytes
READ = {
    "mergeCell of huge areas": "1 cells",
    "hidden columns again and again": "1 cells",
    "ends of rows in a text": "2 cells",
    "beginnings of rows in a value": "1 cells",
    "the rows begin in comments": "1 cells",
    "empty rows with a height": "1 cells",
    "a million tags inside each other": "1 cells",
}
SAID = {
    "one row of 160 MB": "有一行长得反常",
    "one row of 160 MB in cells": "有一行长得反常",
    "one cell spelled again and again": "有 1 格读不准：A1",
    "shared text of 1 MB shown everywhere": "文字总量过大",
    "hundreds of wide sheets": "散布到第 9000 行",
    "one wide line makes all wide": "单元格过多",
    "a directory that leads to itself": "缺了一截",
    "span of 2,000,000,000": "合并单元格的范围过大",
    "60,000 rows": "超过 3000 行",
    "15,000 rows merged downwards": "超过 3000 行",
    "a cell of 10 MB": "表1 第1行第1列 一格里有",
    "shared text of 1 MB in a breakdown": "文字总量过大",
    "shared text of 4,000 signs in a breakdown": "文字总量过大",
    "an area whose last nine digits are few": "没有找到任何数据表编号",
    "2 million fields in a breakdown": "单元格过多",
    "a directory that leads to itself in a breakdown": "缺了一截",
}


def limited(work: Callable[[], str]) -> tuple[str, int]:
    """Do some work in a fork of this process under a limit of processor time; return its word and its memory."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)

    def do(answer: Connection) -> None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        spent = int(used.ru_utime + used.ru_stime) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (spent + SECONDS, spent + SECONDS + 5))
        word = work()
        held = max(
            resource.getrusage(one).ru_maxrss for one in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        )
        answer.send((word, held))

    process = context.Process(target=do, args=(theirs,))
    process.start()
    theirs.close()
    try:
        word, held = ours.recv()
    except EOFError:
        process.join()
        return f"ended with {process.exitcode}", 0
    process.join()
    return str(word), int(held)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_file_made_to_cost_much_costs_little(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], case: Case
) -> None:
    path = tmp_path / f"a{case.suffix}"
    case.make(path, case.size)

    def work() -> str:
        try:
            return opened(path, breakdown=case.breakdown)
        except StatecollectError as refused:
            return str(refused)

    word, held = limited(work)
    if case.name in READ:
        assert word == READ[case.name]
    else:
        assert SAID.get(case.name, "；") in word
        assert "程序出错" not in word
    assert "\n" not in word
    assert 0 < held < MEMORY
    assert capfd.readouterr() == ("", "")
