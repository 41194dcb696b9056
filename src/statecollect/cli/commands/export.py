"""``statecollect export``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from statecollect.cli.session import JsonOption, session


def export(
    context: typer.Context,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="文件夹", help="默认 上报包/ 或 上报包-草稿/")
    ] = None,
    draft: Annotated[bool, typer.Option("--draft", help="有错误或缺表也导出，每页印“草稿”")] = False,
    mask: Annotated[bool, typer.Option("--mask", help="身份证件号、电话打码，供传阅")] = False,
    verify: Annotated[
        Path | None, typer.Option("--verify", metavar="文件夹", help="核对一个上报包是否完整、未被改动")
    ] = None,
    json: JsonOption = False,
) -> None:
    """导出上报包：汇总工作簿、每表一份数据文件、带校验和的清单。"""
    from statecollect.cli import screen

    here = session(context)
    if verify is not None:
        from statecollect.submission.bundle import remarks
        from statecollect.submission.bundle import verify as verify_bundle

        said, problems = remarks(verify), verify_bundle(verify)
        if json:
            screen.write_json({"bundle": str(verify), "problems": problems, "remarks": said})
        else:
            for remark in said:
                screen.say(remark, "yellow")
            for problem in problems:
                screen.say(problem, "red")
            screen.say(f"{verify}：" + (f"{len(problems)} 处不符" if problems else "完整，与清单一致"))
        raise typer.Exit(1 if problems else 0)
    with screen.progress(here, "导出") as step:
        bundle = here.campaign().export(out, draft=draft, masked=mask, progress=step)
    if json:
        screen.write_json({"bundle": str(bundle.folder), "draft": bundle.draft, "tables": bundle.rows})
        return
    filled = sum(rows > 0 for rows in bundle.rows.values())
    kind = "草稿" if bundle.draft else "上报包"
    screen.say(f"{kind}：{bundle.folder}（{filled} 张表有数据，共 {sum(bundle.rows.values())} 行）")
    screen.next_step(here, f"statecollect export --verify {bundle.folder}")
