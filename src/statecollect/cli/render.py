"""Everything a command shows: tables, findings, progress, JSON, the next step. Results on stdout, the rest on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from statecollect.findings import SEVERITY_LABEL, Finding
from statecollect.folding import fold

if TYPE_CHECKING:
    from statecollect.campaign import Progress
    from statecollect.cli.session import Session

SEVERITY_STYLE = {"error": "bold red", "warning": "yellow", "trial": "cyan", "note": "dim"}
SHOWN = 30


def out() -> Console:
    """The console of results."""
    return Console(file=sys.stdout, highlight=False, soft_wrap=False)


def err() -> Console:
    """The console of progress, notes and errors."""
    return Console(file=sys.stderr, highlight=False)


def write_json(document: Any) -> None:
    """Print one JSON document on stdout and nothing else."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def say(text: str, style: str = "") -> None:
    """Print one line of the result."""
    out().print(Text(text, style=style))


def note(session: Session, text: str, style: str = "dim") -> None:
    """Print a remark on stderr, unless --quiet."""
    if not session.quiet:
        err().print(Text(text, style=style))


def next_step(session: Session, text: str) -> None:
    """Tell what to do next."""
    note(session, f"下一步：{text}", "cyan")


def grid(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[object]], right: Sequence[int] = ()
) -> None:
    """Print a table that fits the terminal; long cells fold, none are cut."""
    table = Table(
        title=title or None, title_justify="left", header_style="bold", expand=False, pad_edge=False
    )
    for position, name in enumerate(columns):
        table.add_column(name, overflow="fold", justify="right" if position in right else "left")
    for row in rows:
        table.add_row(*(cell if isinstance(cell, Text) else Text(str(cell)) for cell in row))
    out().print(table)


def findings(found: Sequence[Finding], most: int = SHOWN) -> None:
    """Print findings in the order of work, and say how many more there are."""
    serious = [finding for finding in found if finding.severity != "note"]
    if not serious:
        return
    rows = []
    folded = fold(serious)
    for one in folded[:most]:
        finding = one.first
        place = " ".join(
            part for part in (finding.origin.file, finding.origin.sheet, finding.origin.cell) if part
        )
        label = Text(SEVERITY_LABEL[finding.severity], style=SEVERITY_STYLE[finding.severity])
        text = Text(one.message)
        if one.hint:
            text.append(f"\n→ {one.hint}", style="dim")
        rows.append((label, place or finding.table, finding.value or "", text))
    grid("", ("级别", "位置", "填写内容", "问题与改法"), rows)
    left = sum(one.count for one in folded[most:])
    if left:
        say(f"……另有 {left} 条未在屏幕列出；全部见 --report 或 --json")


@contextmanager
def progress(session: Session, what: str) -> Iterator[Progress]:
    """Show a progress bar on a terminal, nothing on a pipe or with --quiet."""
    console = err()
    if session.quiet or not console.is_terminal:
        yield lambda _what, _done, _total: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=None)

        def step(item: str, done: int, total: int) -> None:
            bar.update(task, description=f"{what} {item}", completed=done, total=total)

        yield step
