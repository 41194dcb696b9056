"""``statecollect check FILE``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from statecollect.cli.session import JsonOption, session


def check(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="文件", help="填好的工作簿")],
    year: Annotated[str | None, typer.Option("--year", metavar="年度", help="默认按模板上的年度")] = None,
    json: JsonOption = False,
) -> None:
    """上交前自查：不需要采集工作文件夹，检查与收表时相同。"""
    from statecollect.check import check_file
    from statecollect.cli import render
    from statecollect.cli.outcome import files_json, show_files, status_of

    result = check_file(file, year)
    if json:
        render.write_json(files_json([result]))
    else:
        show_files([result])
        if result.outcome == "accepted" and not any(one.severity == "error" for one in result.findings):
            render.next_step(session(context), "可以上交")
    raise typer.Exit(status_of([result]))
