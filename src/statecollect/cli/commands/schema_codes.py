"""``statecollect schema codes …``: the code lists."""

from __future__ import annotations

from typing import Annotated

import typer

from statecollect.cli.session import JsonOption, YearOption

app = typer.Typer(help="代码表。", no_args_is_help=True, rich_markup_mode=None)


@app.command("compare")
def compare(
    year: YearOption = None,
    every: Annotated[bool, typer.Option("--all", help="也列出写法相同的值")] = False,
    json: JsonOption = False,
) -> None:
    """与国家数据标准的代码逐值对照：收为哪个值，不收的为什么。"""
    from collections import Counter
    from dataclasses import asdict

    from statecollect.catalog import load_catalog
    from statecollect.cli import screen
    from statecollect.schemas.standards import compare_codes, standard_lists, undecided

    catalog = load_catalog(year)
    compared = compare_codes(catalog, standard_lists())
    counts = Counter(label.decision for label in compared)
    unpaired = undecided(catalog)
    if json:
        screen.write_json(
            {"compared": [asdict(label) for label in compared], "counts": dict(counts), "undecided": unpaired}
        )
    else:
        words: dict[str, str] = {"value": "同名", "synonym": "同义", "unlike": "不收", "open": "未定"}
        screen.grid(
            f"{catalog.year.title}：代码表与国家数据标准",
            ("代码表", "名称", "标准", "标准的值", "结论", "收为／原因"),
            [
                (
                    label.codes,
                    label.name,
                    label.standard,
                    label.label,
                    words[label.decision],
                    label.ours or label.why,
                )
                for label in compared
                if every or label.decision != "value"
            ],
        )
        pairs = len({(label.codes, label.standard) for label in compared})
        screen.say(
            f"{pairs} 对代码表，标准的 {len(compared)} 个值："
            + "，".join(f"{words[decision]} {count}" for decision, count in counts.items())
        )
        if unpaired:
            screen.say(f"没有写明对应哪个标准（pair）的代码表：{'、'.join(unpaired)}", "red")
    raise typer.Exit(1 if counts["open"] or unpaired else 0)
