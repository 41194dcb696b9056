"""The real command line in a process of its own, as a user or a script calls it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Said:
    """What a call printed, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on stdout; fails when there is anything else."""
        return json.loads(self.out)

    @property
    def last_line(self) -> str:
        return self.err.strip().splitlines()[-1]


def run(*arguments: object, folder: Path, columns: int = 100) -> Said:
    """Call the program in ``folder``; a traceback is always a fault.

    Each call is a process of its own: a fork of one that has loaded the program (``command_server.py``), or
    ``python -m statecollect`` where forking is not possible or not safe.
    """
    environment = {**os.environ, "COLUMNS": str(columns), "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"}
    environment.pop("STATECOLLECT_CAMPAIGN", None)
    said = (_forked if sys.platform == "linux" else _started)(list(map(str, arguments)), folder, environment)
    assert "Traceback" not in said.out + said.err
    return said


def _started(arguments: list[str], folder: Path, environment: dict[str, str]) -> Said:
    done = subprocess.run(
        [sys.executable, "-m", "statecollect", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    return Said(done.returncode, done.stdout, done.stderr)


def _forked(arguments: list[str], folder: Path, environment: dict[str, str]) -> Said:
    server = _server()
    assert server.stdin is not None
    assert server.stdout is not None
    with tempfile.NamedTemporaryFile() as out, tempfile.NamedTemporaryFile() as err:
        task = {
            "arguments": arguments,
            "folder": str(folder),
            "environment": environment,
            "out": out.name,
            "err": err.name,
        }
        server.stdin.write(json.dumps(task) + "\n")
        server.stdin.flush()
        status = int(server.stdout.readline())
        return Said(status, out.read().decode(), err.read().decode())


@cache
def _server() -> subprocess.Popen[str]:
    """Start what is forked, once; it ends when its input does, with this process."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    environment.pop("STATECOLLECT_SCHEMAS", None)
    return subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("command_server.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        text=True,
    )
