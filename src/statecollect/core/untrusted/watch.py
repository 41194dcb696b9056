"""One watch over all that is done with a file from outside, reading and checking alike: processor time and memory.

Work that goes through much – pieces of a part, sheets, columns – calls ``tick`` between its steps. Without a watch that
costs nothing. What cannot be asked to tick, because a foreign parser does it, runs in ``child_process``.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from statecollect.core.errors import HostileFile
from statecollect.core.untrusted.memory import resident

TOO_LONG = "读了 {seconds:g} 秒还没有读完，已停止"
TOO_LARGE = "读取所需的内存过大，已停止"
REMEDY = "删去无关内容后另存"
_BETWEEN = 0.02  # seconds between two looks at what was used: asking for it costs more than asking a clock


@dataclass(slots=True)
class _Watch:
    """Until which second of this thread's processor time, and up to how many resident bytes (0: not watched).

    ``look_at``: before this second of the clock nothing is looked at; no thread uses more time than passes.
    """

    file: str
    seconds: float
    until: float
    memory: int
    look_at: float = 0.0


_CURRENT: ContextVar[_Watch | None] = ContextVar("watch", default=None)


@contextmanager
def watched(seconds: float, memory: int, file: str) -> Iterator[None]:
    """Watch what is done with a file. Inside another watch it is that one which counts: a file is watched once.

    Processor time, not the clock's: a machine that sleeps or is busy with other things does not turn a file away.
    """
    if _CURRENT.get() is not None:
        yield
        return
    before = resident(os.getpid(), only_cheaply=True)
    watch = _Watch(file, seconds, time.thread_time() + seconds, before + memory if before else 0)
    token = _CURRENT.set(watch)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def tick() -> None:
    """Raise HostileFile when the file being worked on has cost more than a file may."""
    watch = _CURRENT.get()
    if watch is None:
        return
    now = time.monotonic()
    if now < watch.look_at:
        return
    watch.look_at = now + _BETWEEN
    if time.thread_time() > watch.until:
        raise HostileFile(TOO_LONG.format(seconds=watch.seconds), hint=REMEDY, where=watch.file)
    if watch.memory and resident(os.getpid(), only_cheaply=True) > watch.memory:
        raise HostileFile(TOO_LARGE, hint=REMEDY, where=watch.file)
