"""Work on a file in a process of its own, under a ceiling of memory and time: for what a foreign parser does.

Should the child die – a parser that crashes, never ends, or asks for too much memory – only this file is refused, and
nothing of what it prints reaches the terminal. Linux keeps the ceiling of memory itself; elsewhere it is this process
that looks how large its child has become.
"""

from __future__ import annotations

import math
import os
import pickle
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any, TypeVar

from statecollect.core.errors import HostileFile, StatecollectError
from statecollect.core.untrusted.archive import damaged
from statecollect.core.untrusted.memory import resident
from statecollect.core.untrusted.watch import REMEDY, TOO_LARGE, TOO_LONG

if sys.platform != "win32":
    import resource

T = TypeVar("T")

_COMMAND = "from statecollect.core.untrusted.child_process import main; main()"
_LOOKS = 0.05  # seconds between two looks at a child
_PATIENCE = 3  # seconds of the clock for each of the processor: other things may run beside
_BEGUN = (
    b"."  # said once the work and all that it needs is there: what goes wrong before is no fault of the file
)
_OUT_OF_TIME = -24  # ended by the system for its processor time (SIGXCPU)
CEILING = sys.platform == "linux"  # macOS takes the limit and does not keep it, Windows has none


class ChildFault(RuntimeError):
    """A fault of this program inside a child; its text is the way through the code."""


def in_child(
    work: Callable[..., T],
    *arguments: Any,
    file: str,
    seconds: float,
    memory: int,
    ceiling: bool = CEILING,
) -> T:
    """Return what a function (of some module) returns in a child process, or raise what it raises.

    ``file`` is what the user calls the file. Raises HostileFile where time or memory do not suffice, UnreadableFile
    where the child dies. ``ceiling``: whether the child limits its own memory; otherwise this process watches it.
    """
    # -c, not multiprocessing: the program's own main module must not run again on Windows
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(sys.path),
        "PYTHONIOENCODING": "utf-8",
        "OPENBLAS_NUM_THREADS": "1",  # each thread of it would count for memory that nobody uses
    }
    child = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", _COMMAND],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    )
    try:
        said, complaint = _watched(
            child,
            pickle.dumps((memory if ceiling else 0, math.ceil(seconds), work, arguments)),
            file,
            seconds,
            memory,
            ceiling,
        )
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()
    answer: T = _answer(child.returncode, said, complaint, file, seconds)
    return answer


def _watched(
    child: subprocess.Popen[bytes], task: bytes, file: str, seconds: float, memory: int, ceiling: bool
) -> tuple[bytes, bytes]:
    """Wait for the child's answer, looking at its clock and, without a ceiling, at its size."""
    until = time.monotonic() + _PATIENCE * seconds
    given: bytes | None = task
    while True:
        wait = max(0.0, until - time.monotonic())
        try:
            return child.communicate(given, timeout=wait if ceiling else min(wait, _LOOKS))
        except subprocess.TimeoutExpired:
            given = None  # it is on its way; asking again goes on with it
        if time.monotonic() >= until:
            raise HostileFile(TOO_LONG.format(seconds=seconds), hint=REMEDY, where=file)
        if not ceiling and resident(child.pid) > memory:
            raise HostileFile(TOO_LARGE, hint=REMEDY, where=file)


def _answer(status: int, said: bytes, complaint: bytes, file: str, seconds: float) -> Any:
    if status == _OUT_OF_TIME:
        raise HostileFile(TOO_LONG.format(seconds=seconds), hint=REMEDY, where=file)
    if status != 0 or said in (b"", _BEGUN):
        # what a parser written in Rust says before it ends the process, and Python where not even that is possible
        if b"memory allocation of" in complaint or b"MemoryError" in complaint:
            raise HostileFile(TOO_LARGE, hint=REMEDY, where=file)
        if not said:
            raise ChildFault(f"ended with {status}: {complaint.decode(errors='replace')}")
        raise damaged(file)
    done, value = pickle.loads(said.removeprefix(_BEGUN))
    if done:
        return value
    if isinstance(value, MemoryError):
        raise HostileFile(TOO_LARGE, hint=REMEDY, where=file)
    raise value


def main() -> None:
    """Be the child: work in on standard input, its result out on standard output."""
    memory, seconds, work, arguments = pickle.load(sys.stdin.buffer)  # with all that the work imports
    if sys.platform != "win32":
        if memory:
            _limit(resource.RLIMIT_AS, memory)
        used = resource.getrusage(resource.RUSAGE_SELF)
        _limit(resource.RLIMIT_CPU, math.ceil(used.ru_utime + used.ru_stime) + seconds)
    sys.stdout.buffer.write(_BEGUN)
    sys.stdout.buffer.flush()
    answer: tuple[bool, Any]
    try:
        answer = (True, work(*arguments))
    except (StatecollectError, MemoryError) as fault:
        answer = (False, fault)
    except Exception:  # noqa: BLE001  # told to the parent, which raises it
        answer = (False, ChildFault(traceback.format_exc(limit=-20)))
    pickle.dump(answer, sys.stdout.buffer, protocol=pickle.HIGHEST_PROTOCOL)


def _limit(what: int, wanted: int) -> None:
    """Take a ceiling of memory or of processor time, or the lower one that this process has been given."""
    if sys.platform != "win32":
        _, most = resource.getrlimit(what)
        resource.setrlimit(what, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most))
