"""Opening the DuckDB file, with the doors shut."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from statecollect.core.errors import StoreBusy


def connect(path: Path | None) -> duckdb.DuckDBPyConnection:
    """Connect, then shut the doors: SQL from schemas can read no file and load no extension."""
    connection = duckdb.connect(str(path) if path else ":memory:")
    for setting in (
        "enable_external_access=false",
        "python_enable_replacements=false",
        "enable_progress_bar=false",  # DuckDB draws it into the answer where Python has no script, as in a notebook
        "lock_configuration=true",
    ):
        connection.execute(f"SET {setting}")
    return connection


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a database file says of itself: its layout, its schema's digest, and the last event in it."""

    layout: int
    digest: str
    applied: int
    hash: str


def look_into(path: Path) -> tuple[duckdb.DuckDBPyConnection, Remembered] | None:
    """Return a connection to a database file and what it remembers; None where there is none, or it cannot be read.

    Raises StoreBusy when another program holds the file.
    """
    if not path.exists():
        return None
    connection = None
    try:
        connection = connect(path)
        state = connection.execute("SELECT layout, digest, applied, hash FROM _state").fetchall()
        if len(state) == 1:
            return connection, Remembered(*state[0])
    except duckdb.Error as error:
        if "Could not set lock" in str(error) or "another process" in str(error):
            raise StoreBusy("数据库文件正被别的程序打开", hint="关闭它后再试", where=path.name) from error
    if connection is not None:
        connection.close()
    return None


def fresh(path: Path | None) -> duckdb.DuckDBPyConnection:
    """Return a connection to an empty database in place of whatever is there."""
    if path is None:
        return connect(None)
    remove(path)
    connection = connect(path)
    path.chmod(0o600)
    return connection


def remove(path: Path) -> None:
    """Remove a database file and what belongs to it. Raises StoreBusy when another program holds it."""
    try:
        for old in (wal(path), path):
            old.unlink(missing_ok=True)
    except OSError as error:
        raise StoreBusy("数据库文件正被别的程序打开", hint="关闭它后再试", where=path.name) from error


def wal(path: Path) -> Path:
    """Return where DuckDB keeps what is committed but not yet in the file."""
    return path.with_name(path.name + ".wal")
