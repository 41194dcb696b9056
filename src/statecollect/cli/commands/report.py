"""``statecollect report``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from statecollect.cli.session import AsOfOption, JsonOption, session


def report(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option("--out", metavar="文件夹", help="默认 报告/")] = None,
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> None:
    """数据分析报告（Word、网页）和核心数据汇总表（Word、Excel，供打印签章）。"""
    from statecollect.cli import screen

    here = session(context)
    written = here.campaign().report(out, as_of)
    if json:
        screen.write_json({"report": [str(path) for path in written]})
        return
    for path in written:
        screen.say(f"写好：{path}")
    screen.next_step(here, "用浏览器打开网页看图表；核心数据汇总表打印后签字、盖章")
