"""``statecollect --help`` beside a Typer program of two commands."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.measure import Line, commands, compare, python

TWO_COMMANDS = """
import typer
app = typer.Typer()
@app.command()
def one(name: str) -> None: ...
@app.command()
def two(name: str) -> None: ...
app()
"""


def measure(repetitions: int) -> list[Line]:
    """Compare as commands."""
    ours: list[str | Path] = [sys.executable, "-m", "statecollect", "--help"]
    costs = commands({"ours": lambda: ours, "typer": lambda: python(TWO_COMMANDS, "--help")}, repetitions)
    return [
        compare(
            "`statecollect --help`",
            costs["ours"],
            "a Typer program of two commands",
            costs["typer"],
            at_most=1.5,
            stretch=1.1,
        )
    ]
