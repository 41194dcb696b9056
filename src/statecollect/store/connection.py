"""Opening the DuckDB file, with the doors shut."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb

from statecollect.errors import StoreBusy


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


def fitting(
    path: Path | None, made_for: tuple[int, str], hash_at: Callable[[int], str | None]
) -> duckdb.DuckDBPyConnection | None:
    """Return a connection to a file that fits layout and schema digest (``made_for``) and journal, or None."""
    if path is None or not path.exists():
        return None
    connection = None
    try:
        connection = connect(path)
        state = connection.execute("SELECT layout, digest, applied, hash FROM _state").fetchall()
    except duckdb.Error as error:
        if connection is not None:
            connection.close()
        if "Could not set lock" in str(error) or "another process" in str(error):
            raise StoreBusy("数据库文件正被别的程序打开", hint="关闭它后再试", where=path.name) from error
        return None
    if len(state) == 1 and state[0][:2] == made_for and hash_at(state[0][2]) == state[0][3]:
        return connection
    connection.close()
    return None


def fresh(path: Path | None) -> duckdb.DuckDBPyConnection:
    """Return a connection to an empty database in place of whatever is there."""
    if path is None:
        return connect(None)
    try:
        for old in (path, path.with_name(path.name + ".wal")):
            old.unlink(missing_ok=True)
    except OSError as error:
        raise StoreBusy("数据库文件正被别的程序打开", hint="关闭它后再试", where=path.name) from error
    connection = connect(path)
    path.chmod(0o600)
    return connection
