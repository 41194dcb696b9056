"""Everything a command shows: tables, findings, progress, JSON, the next step. Results on stdout, the rest on stderr.

A terminal gets lines that fit it; a pipe gets every sentence and every row whole, unless COLUMNS asks for a width. No text
is read as mark-up, and nothing in it acts on the screen (``visible``).
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol, TextIO

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from statecollect.cli.lines import CjkLine
from statecollect.core.visible import escaped, on_one_line, visible
from statecollect.findings import SEVERITY_LABEL, Finding
from statecollect.findings.grouping import fold

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from statecollect.campaign import Progress


class Loudness(Protocol):
    """Of a session: whether notes and progress are wanted."""

    @property
    def quiet(self) -> bool:
        """Whether only results are shown."""
        ...


SEVERITY_STYLE = {"error": "bold red", "warning": "yellow", "trial": "cyan", "note": "dim"}
SHOWN = 30


_WHOLE = 100_000  # cells: wider than any row
_bars: list[Bar] = []  # the progress bar on the screen, if there is one


def out() -> Console:
    """The console of results."""
    return _console(sys.stdout)


def err() -> Console:
    """The console of progress, notes and errors."""
    return _console(sys.stderr)


def _console(stream: TextIO) -> Console:
    found = Console(file=stream, highlight=False, markup=False, emoji=False)
    return (
        found
        if _fits(found)
        else Console(file=stream, highlight=False, markup=False, emoji=False, width=_WHOLE)
    )


def _fits(console: Console) -> bool:
    """Whether lines are to fit a width: on a terminal, or where one was asked for."""
    return console.is_terminal or "COLUMNS" in os.environ


@contextmanager
def _bar_aside() -> Iterator[None]:
    """Take the progress bar off the screen while something is said."""
    for bar in _bars:
        bar.stop()
    try:
        yield
    finally:
        for bar in _bars:
            bar.start()


def _print(to: Callable[[], Console], what: Text | Table) -> None:
    with _bar_aside():
        console = to()
        if isinstance(what, Text) and not _fits(console):
            console.print(what, soft_wrap=True)
        else:
            console.print(Group(what))  # a bare text would be made Rich's own, which breaks at spaces only


def write_json(document: Any) -> None:
    """Print one JSON document on stdout and nothing else."""
    with _bar_aside():
        sys.stdout.write(escaped(json.dumps(document, ensure_ascii=False, indent=2)) + "\n")


def say(text: str, style: str = "") -> None:
    """Print one line of the result."""
    _print(out, CjkLine(visible(text), style=style))


def note(session: Loudness, text: str, style: str = "dim") -> None:
    """Print a remark on stderr, unless --quiet."""
    if not session.quiet:
        _print(err, CjkLine(visible(text), style=style))


def next_step(session: Loudness, text: str) -> None:
    """Tell what to do next."""
    note(session, f"下一步：{text}", "cyan")


def grid(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[object]], right: Sequence[int] = ()
) -> None:
    """Print a table that fits the terminal; long cells fold, none are cut."""
    table = Table(
        title=_cell(title) if title else None,
        title_justify="left",
        header_style="bold",
        expand=False,
        pad_edge=False,
    )
    for position, name in enumerate(columns):
        table.add_column(_cell(name), overflow="fold", justify="right" if position in right else "left")
    for row in rows:
        table.add_row(*map(_cell, row))
    _print(out, table)


def _cell(content: object) -> Text:
    """Return what stands in a cell: text, never mark-up."""
    if not isinstance(content, Text):
        return CjkLine(visible(str(content)))
    shown = visible(content.plain)
    return content if shown == content.plain else Text(shown, style=content.style)


def findings(found: Sequence[Finding], most: int = SHOWN) -> None:
    """Print findings in the order of work, and say how many more there are."""
    serious = [finding for finding in found if finding.severity != "note"]
    if not serious:
        return
    rows = []
    folded = fold(serious)
    for group in folded[:most]:
        finding = group.first
        place = " ".join(
            part for part in (finding.origin.file, finding.origin.sheet, finding.origin.cell) if part
        )
        label = Text(SEVERITY_LABEL[finding.severity], style=SEVERITY_STYLE[finding.severity])
        text = CjkLine(visible(group.message))
        if group.hint:
            text.append(visible(f"\n→ {group.hint}"), style="dim")
        rows.append((label, place or finding.table, finding.value or "", text))
    grid("", ("级别", "位置", "填写内容", "问题与改法"), rows)
    left = sum(group.count for group in folded[most:])
    if left:
        say(f"……另有 {left} 条未在屏幕列出；全部见 --report 或 --json")


@contextmanager
def progress(session: Loudness, what: str) -> Iterator[Progress]:
    """Show a progress bar on a terminal, nothing on a pipe or with --quiet."""
    console = err()
    if session.quiet or not console.is_terminal:
        yield lambda _what, _done, _total: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    said = TextColumn("{task.description}", markup=False)  # of files and tables, not of ours
    columns = (said, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=None)

        def step(item: str, done: int, total: int) -> None:
            bar.update(task, description=on_one_line(f"{what} {item}"), completed=done, total=total)

        _bars.append(bar)
        try:
            yield step
        finally:
            _bars.remove(bar)
