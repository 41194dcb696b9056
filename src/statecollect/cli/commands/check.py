"""``statecollect check FILE``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from statecollect.cli.session import JsonOption, PasswordOption, asked, session


def check(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="文件", help="填好的工作簿")],
    year: Annotated[str | None, typer.Option("--year", metavar="年度", help="默认按模板上的年度")] = None,
    marked: Annotated[
        Path | None,
        typer.Option(
            "--marked", metavar="文件.xlsx", help="另写一份标注了问题的工作簿，在里面改好就可以上交"
        ),
    ] = None,
    password: PasswordOption = "",
    json: JsonOption = False,
) -> None:
    """上交前自查：不需要采集工作文件夹，检查与收表时相同。"""
    from statecollect.campaign.outgoing.self_check import check_file
    from statecollect.cli import screen
    from statecollect.cli.file_outcomes import files_json, show_files, status_of
    from statecollect.core.errors import UsageError

    if marked is not None and (marked.suffix.lower() != ".xlsx" or marked.resolve() == file.resolve()):
        raise UsageError(
            "标注的工作簿要另写一份 .xlsx", hint="换一个以 .xlsx 结尾的文件名", where=marked.name
        )
    result = check_file(file, year, marked, asked(password))
    if json:
        screen.write_json(files_json([result]))
    else:
        show_files([result])
        if result.waiting:
            screen.say(f"有 {result.waiting} 条规则要等全校数据，未检查", "dim")
        if result.outcome == "accepted" and not any(
            finding.severity == "error" for finding in result.findings
        ):
            said = "可以上交" if result.party else "可以上交，同时说明是哪个单位的（见上）"
            screen.next_step(session(context), said)
        elif marked is not None and result.outcome == "accepted":
            screen.next_step(session(context), f"打开 {marked}，照“问题清单”改好后上交这一份")
    raise typer.Exit(status_of([result]))
