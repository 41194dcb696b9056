"""What the child process does with a workbook: the guard's look, then all its sheets."""

from __future__ import annotations

from statecollect.core.untrusted.child_process import CEILING, in_child
from statecollect.core.untrusted.guard import Limits
from statecollect.workbook.read.container import Container, inspect_bytes
from statecollect.workbook.read.raw_sheets import RawSheet, parse

_BASE, _PER_BYTE = 2**30, 40  # bytes of memory: what is small may not grow large


def parse_in_child(container: Container, limits: Limits, *, ceiling: bool = CEILING) -> tuple[RawSheet, ...]:
    """Read all sheets in a child process. Raises UnreadableFile or HostileFile with one line."""
    return in_child(
        sheets_of_bytes,
        container.content,
        container.name,
        limits,
        file=container.name,
        seconds=limits.seconds,
        memory=min(limits.memory, _BASE + _PER_BYTE * container.expanded),
        ceiling=ceiling,
    )


def sheets_of_bytes(content: bytes, name: str, limits: Limits) -> tuple[RawSheet, ...]:
    """Read the very bytes that the guard has seen outside; an archive is not handed over, it is opened again."""
    return parse(inspect_bytes(content, name, limits), limits)
