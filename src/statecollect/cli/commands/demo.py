"""``statecollect demo [DIR]``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from statecollect.cli.session import session


def demo(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="文件夹", help="演示写到这里")] = Path(
        "statecollect-demo"
    ),
) -> None:
    """用自带的示例学校走完一整轮：模板、返回、退回修改、上报包。"""
    from statecollect.campaign.demo import run_demo
    from statecollect.cli import screen

    here = session(context)
    with screen.progress(here, "演示") as step:
        campaign = run_demo(folder, screen.say, step)
    template = next(iter(sorted((campaign.folder / "templates").glob("*.xlsx"))))
    screen.next_step(
        here, f"打开 {template}、{campaign.folder / '退回修改'} 和 {campaign.folder / '上报包'} 看看"
    )
