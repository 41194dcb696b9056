"""``statecollect breakdown FILE``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from statecollect.cli.session import JsonOption, session


def breakdown(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="文件", help="任务分解表：.xlsx .xls .et .ods .csv .docx 等")
    ],
    json: JsonOption = False,
) -> None:
    """解析任务分解表：每张表谁提供、谁填、谁审、谁负责；看不懂的地方逐一指出。"""
    from statecollect.catalog import load_catalog
    from statecollect.cli import screen
    from statecollect.core.containment import contained
    from statecollect.school.breakdown import parse_breakdown
    from statecollect.school.breakdown.catalog_match import held_against

    with contained("读任务分解表", file.name):
        parsed = held_against(parse_breakdown(file), load_catalog())
    if json:
        screen.write_json(parsed.as_json())
        return
    rows = [
        (
            table.id,
            table.name,
            "、".join(table.sources),
            "、".join(table.fillers),
            "、".join(table.reviewers),
            "、".join(table.responsible),
            table.remark or ("自动生成" if table.mode == "auto" else ""),
        )
        for table in parsed.tables.values()
    ]
    screen.grid(f"{len(rows)} 张表", ("表号", "数据表", "数据源", "填表", "审核", "责任人", "备注"), rows)
    if parsed.problems:
        screen.grid(
            f"需要核对 {len(parsed.problems)} 处",
            ("单元格", "问题", "处理办法"),
            [(problem.cell, problem.message, problem.hint) for problem in parsed.problems],
        )
    screen.next_step(session(context), f"statecollect init 采集文件夹 --breakdown {file}")
