"""Reading in a process of its own, under a ceiling of memory and time: for what is large or an old format.

The child gets the very bytes the guard has seen and answers with a pickle on its standard output. Should it die – a
parser that crashes, or asks for too much memory – only this file is refused.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys

from statecollect.errors import HostileFile, UnreadableFile
from statecollect.incoming.archive import damaged
from statecollect.incoming.guard import Limits
from statecollect.workbook.guard import Container, inspect_bytes
from statecollect.workbook.sheets import RawSheet, parse, scan_container

if sys.platform != "win32":
    import resource

_Refusal = tuple[bool, str, str, str]  # hostile?, message, hint, where
_Answer = tuple[tuple[RawSheet, ...], _Refusal | None]

_COMMAND = "from statecollect.workbook.child import main; main()"


def parse_in_child(container: Container, limits: Limits) -> tuple[RawSheet, ...]:
    """Read all sheets in a child process. Raises UnreadableFile or HostileFile with one line."""
    # -c, not multiprocessing: the program's own main module must not run again on Windows
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONIOENCODING": "utf-8"}
    try:
        done = subprocess.run(
            [sys.executable, "-c", _COMMAND],
            input=pickle.dumps((container.name, limits, container.content)),
            capture_output=True,
            env=environment,
            timeout=limits.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as fault:
        message = f"读了 {limits.seconds:g} 秒还没有读完，已停止"
        raise HostileFile(message, hint="删去无关内容后另存", where=container.name) from fault
    if done.returncode != 0 or not done.stdout:
        if b"memory" in done.stderr.lower():
            raise HostileFile("读取所需的内存过大，已停止", hint="删去无关内容后另存", where=container.name)
        raise damaged(container.name)
    sheets, refusal = pickle.loads(done.stdout)
    if refusal is not None:
        hostile, message, hint, where = refusal
        raise (HostileFile if hostile else UnreadableFile)(message, hint=hint, where=where)
    return tuple(sheets)


def main() -> None:
    """Be the child: container in on standard input, sheets out on standard output."""
    name, limits, content = pickle.load(sys.stdin.buffer)
    if sys.platform != "win32":
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    try:
        container = inspect_bytes(content, name, limits)
        answer: _Answer = (parse(container, limits, scan_container(container, limits)), None)
    except UnreadableFile as fault:
        answer = ((), (isinstance(fault, HostileFile), fault.message, fault.hint, fault.where))
    pickle.dump(answer, sys.stdout.buffer, protocol=pickle.HIGHEST_PROTOCOL)
