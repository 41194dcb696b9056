"""``statecollect explain ID``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from statecollect.cli.session import JsonOption, Session, YearOption, session

if TYPE_CHECKING:
    from statecollect.catalog import Catalog


def explain(
    context: typer.Context,
    rule: Annotated[
        str, typer.Argument(metavar="编号", help="报告“规则”一列的编号，如 1.4.1-F02、S05、本校-01")
    ],
    year: YearOption = None,
    json: JsonOption = False,
) -> None:
    """报告里一个编号是什么意思：名称、会怎么说、怎么改；规则还有 SQL 和依据。"""
    from statecollect.cli import screen
    from statecollect.rules.explanation import explain as explained

    here = session(context)
    found = explained(_catalog(here, year), rule)
    if json:
        screen.write_json(found.as_json())
        return
    screen.say(f"{found.id} {found.name}（{found.levels}）", "bold")
    about = {
        "表": found.table,
        "栏目": "、".join(found.fields),
        "含义": found.means,
        "怎么改": found.repair,
        "整列都有时": found.cause,
        "本校停用": found.off,
        "SQL": found.sql,
        "依据": found.evidence,
        "出自": "、".join(found.raised),
    }
    for message, hint in found.sentences:
        screen.say("· " + "；".join(part for part in (message, hint) if part))
    for title, text in about.items():
        if text:
            screen.say(f"{title}：{text}", "dim" if title == "出自" else "")
    screen.next_step(here, "statecollect validate —— 哪些地方有这个问题")


def _catalog(here: Session, year: str | None) -> Catalog:
    """Return the catalog of the campaign at hand with the school's own rules, else that of the year."""
    from statecollect.catalog import load_catalog
    from statecollect.core.errors import UsageError

    if year is None:
        try:
            return here.campaign().catalog
        except UsageError:
            if here.campaign_folder is not None:
                raise
    return load_catalog(year)
