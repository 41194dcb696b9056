"""Exceptions: only for "cannot go on". Bad *data* is never an exception, it is a Finding.

    StatecollectError                 one line for the user, exit status 2
    ├── UsageError                    the call itself is unusable (no campaign here, unknown party)
    ├── CatalogError                  a file of schemas/ is wrong: file, line, key
    ├── BreakdownError                a task breakdown in which no table can be found
    ├── UnreadableFile                a file that cannot be opened as what it claims to be
    │   └── HostileFile               refused by the guard before any parser saw it
    ├── StoreError                    the campaign's store is damaged or not writable
    │   └── StoreBusy                 another process holds the lock
    ├── ProgramFault                  a fault of this program, contained to one file; see ``containment``
    └── Refused                       the state of the work forbids it, exit status 1

Message style, everywhere: 〔where〕what；how to repair. Full Chinese sentences, the value as typed in 「」.
"""

from __future__ import annotations

from collections.abc import Mapping


class StatecollectError(Exception):
    """Base of all errors that end a command with one line.

    ``message`` says what is wrong, ``hint`` how to repair it, ``where`` names the file or place; ``details`` are the
    lists behind a refusal, for programs; ``reason`` is the id of a refusal, for programs too.
    """

    exit_status = 2

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        where: str = "",
        details: Mapping[str, object] | None = None,
        reason: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.where = where
        self.details: Mapping[str, object] = details or {}
        self.reason = reason

    def __str__(self) -> str:
        """Return the one line a user reads."""
        where = f"〔{self.where}〕" if self.where else ""
        hint = f"；{self.hint}" if self.hint else ""
        return f"{where}{self.message}{hint}"


class UsageError(StatecollectError):
    """The call cannot be carried out as it was made."""


class CatalogError(StatecollectError):
    """A schema file is wrong; ``where`` is file:line."""


class BreakdownError(StatecollectError):
    """The file holds no task breakdown."""


class UnreadableFile(StatecollectError):
    """The file cannot be read as a workbook."""


class HostileFile(UnreadableFile):
    """The file was refused before parsing: a bomb, a disguise, a lock file."""


class StoreError(StatecollectError):
    """The campaign's store cannot be read or written."""


class StoreBusy(StoreError):
    """Another process is writing to this campaign."""


class ProgramFault(StatecollectError):
    """This program failed at something it should not fail at; what is named in ``where`` was not done."""


class Refused(StatecollectError):
    """The state of the work forbids the request (export while errors stand, …)."""

    exit_status = 1
