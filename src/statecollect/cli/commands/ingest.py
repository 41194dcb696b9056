"""``statecollect ingest FILE_OR_DIR…``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from statecollect.cli.session import (
    AsOfOption,
    ByOption,
    JsonOption,
    PasswordOption,
    ReasonOption,
    asked,
    moment,
    session,
)

if TYPE_CHECKING:
    from statecollect.workflow.evidence import Document


def ingest(
    context: typer.Context,
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="文件或文件夹", help="返回的工作簿，可多个")
    ] = None,
    department: Annotated[
        str, typer.Option("--department", metavar="单位", help="没用模板填的表：说明是哪个单位的")
    ] = "",
    cloud: Annotated[
        bool, typer.Option("--cloud", help="这些是从云端平台导出的表（按表头认列），不是哪个单位填的")
    ] = False,
    password: PasswordOption = "",
    evidence: Annotated[
        list[Path] | None,
        typer.Option(
            "--evidence", metavar="文件或文件夹", help="佐证材料，任何格式，可多次；要和 --table 一起用"
        ),
    ] = None,
    table: Annotated[str, typer.Option("--table", metavar="表号", help="佐证材料是哪张表的")] = "",
    note: Annotated[
        str, typer.Option("--note", metavar="原因", help="审核过的数据又改动时，写明为什么改")
    ] = "",
    again: Annotated[bool, typer.Option("--again", help="已收过新版，确要退回到这份旧的")] = False,
    by_cover: Annotated[
        bool,
        typer.Option("--by-cover", help="没有身份信息的工作簿，按封面上的填报单位收；要和 --by 一起用"),
    ] = False,
    accept: Annotated[
        str, typer.Option("--accept", metavar="SHA256", help="收下一份待确认的表；写出 SHA-256 的前 8 位以上")
    ] = "",
    reason: ReasonOption = "",
    by: ByOption = "",
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> None:
    """收下返回的工作簿；同一单位后交的替换先交的，重复收同一份没有影响。"""
    from statecollect.cli import screen
    from statecollect.cli.file_outcomes import closing_line, files_json, nothing_taken, show_files, status_of
    from statecollect.core.errors import UsageError

    if cloud and department:
        raise UsageError("--cloud 和 --department 不能同时用", hint="云端平台导出的表只加 --cloud")
    if bool(evidence) != bool(table):
        raise UsageError("佐证材料要说明是哪张表的", hint="--evidence 文件 和 --table 表号 一起用")
    if evidence and paths:
        raise UsageError("一次收表，或者收佐证材料", hint="分两次运行")
    if accept and (paths or evidence):
        raise UsageError("收下待确认的表时不另给文件", hint="分两次运行")
    if not evidence and not paths and not accept:
        raise UsageError("没有指定文件", hint="写上返回的工作簿，或放它们的文件夹")
    here = session(context)
    campaign = here.campaign()
    if evidence:
        _show_documents(*campaign.file_evidence(evidence, table, department=department, by=by), json)
        return
    if accept:
        results = [campaign.accept(accept, by=by, reason=reason, note=note, now=moment(as_of))]
    else:
        with screen.progress(here, "收表") as step:
            results = campaign.ingest(
                paths or [],
                department=department,
                cloud=cloud,
                password=asked(password),
                by=by,
                note=note,
                again=again,
                by_cover=by_cover,
                now=moment(as_of),
                progress=step,
            )
    nothing = nothing_taken(results)
    if json:
        screen.write_json(files_json(results))
    else:
        show_files(results)
        screen.say(closing_line(results))
        if nothing:
            screen.note(here, nothing, "yellow")
        else:
            screen.next_step(
                here, "statecollect validate --marked 退回 —— 检查全部规则，并写出要退回修改的工作簿"
            )
    raise typer.Exit(status_of(results, named=not any(path.is_dir() for path in paths or ())))


def _show_documents(new: list[Document], before: list[Document], json: bool) -> None:
    from statecollect.cli import screen

    if json:
        screen.write_json(
            {
                "filed": [document.as_json() for document in new],
                "known": [document.as_json() for document in before],
            }
        )
        return
    for document in new:
        screen.say(f"{document.table} {document.party}：收下佐证材料 {document.file}")
    if before:
        screen.say(f"{len(before)} 份先前已经收过，没有变化", "dim")
