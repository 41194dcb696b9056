"""``statecollect ingest FILE_OR_DIR…``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from statecollect.cli.session import ByOption, JsonOption, session


def ingest(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="文件或文件夹", help="返回的工作簿，可多个")],
    department: Annotated[
        str, typer.Option("--department", metavar="单位", help="没用模板填的表：说明是哪个单位的")
    ] = "",
    cloud: Annotated[
        bool, typer.Option("--cloud", help="这些是从云端平台导出的表（按表头认列），不是哪个单位填的")
    ] = False,
    password: Annotated[str, typer.Option("--password", metavar="密码", help="工作簿有打开密码时填")] = "",
    by: ByOption = "",
    json: JsonOption = False,
) -> None:
    """收下返回的工作簿；同一单位后交的替换先交的，重复收同一份没有影响。"""
    from statecollect.cli import render
    from statecollect.cli.outcome import files_json, show_files, status_of
    from statecollect.errors import UsageError

    if cloud and department:
        raise UsageError("--cloud 和 --department 不能同时用", hint="云端平台导出的表只加 --cloud")
    here = session(context)
    campaign = here.campaign()
    with render.progress(here, "收表") as step:
        results = campaign.ingest(
            paths, department=department, cloud=cloud, password=password, by=by, progress=step
        )
    if json:
        render.write_json(files_json(results))
    else:
        show_files(results)
        render.next_step(
            here, "statecollect validate --marked 退回 —— 检查全部规则，并写出要退回修改的工作簿"
        )
    raise typer.Exit(status_of(results))
