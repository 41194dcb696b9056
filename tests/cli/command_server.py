"""A process of its own for ``terminal.py``: it has loaded the program once, and each call is a fork of it.

A call is a line of JSON on standard input; its exit status is a line on standard output. Forking costs a hundredth of
starting Python and loading everything. Nothing here opens a database, whose threads a fork would lose.
"""

from __future__ import annotations

import atexit
import importlib
import json
import os
import pkgutil
import signal
import sys
from typing import Any, NoReturn

import statecollect
from statecollect.__main__ import main as command
from statecollect.catalog import load_catalog
from statecollect.catalog.sql import columns_in, tables_in

SECONDS = 120  # after which a call is ended


def load() -> None:
    """Load every module, and the year of the example with the trees of its rules."""
    for module in pkgutil.walk_packages(statecollect.__path__, "statecollect."):
        importlib.import_module(module.name)
    for table in load_catalog("2022").tables.values():
        for rule in table.rules:
            tables_in(rule.check or rule.find or "")
            columns_in(rule.check or rule.find or "")


def call(arguments: list[str], folder: str, environment: dict[str, str], out: str, err: str) -> NoReturn:
    """Be the command line: the same folder, environment and streams as a new process, and the same end."""
    signal.alarm(SECONDS)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for number, (place, how) in enumerate(
        ((os.devnull, os.O_RDONLY), (out, os.O_WRONLY), (err, os.O_WRONLY))
    ):
        opened = os.open(place, how)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdout, sys.stderr = (
        open(number, "w", encoding="utf-8", closefd=False)  # noqa: SIM115  # numbers are no paths
        for number in (1, 2)
    )
    sys.argv = ["statecollect", *arguments]
    status = 0
    try:
        command()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001  # as Python itself ends
        sys.excepthook(*sys.exc_info())
        status = 1
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def main() -> None:
    load()
    for line in sys.stdin:
        task: dict[str, Any] = json.loads(line)
        child = os.fork()
        if child == 0:
            call(**task)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
