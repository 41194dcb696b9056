"""A parser that is not ours: whatever it raises means that the file could not be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from statecollect.core.errors import StatecollectError, UnreadableFile

_NOT_OF_THE_FILE = (KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError, StatecollectError)


@contextmanager
def foreign_parser(fault_of: Callable[[BaseException], UnreadableFile]) -> Iterator[None]:
    """Turn what a parser raises – a panic of one written in Rust is no Exception – into what ``fault_of`` says of it.

    Only the calls of the parser may stand inside: our own faults must not look like damage of the file.
    """
    try:
        yield
    except _NOT_OF_THE_FILE:
        raise
    except BaseException as fault:
        raise fault_of(fault) from fault
