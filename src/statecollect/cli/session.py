"""What every command needs: where the campaign is, how loud to be, and what day it is."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from statecollect.campaign import Campaign


@dataclass(frozen=True, slots=True)
class Session:
    """The global options of one call."""

    campaign_folder: Path | None = None
    quiet: bool = False
    _warned: list[str] = field(default_factory=list)

    def campaign(self) -> Campaign:
        """Open the campaign: ``--campaign``, else STATECOLLECT_CAMPAIGN, else upward from here."""
        from statecollect.campaign import Campaign

        named = self.campaign_folder or os.environ.get("STATECOLLECT_CAMPAIGN")
        campaign = Campaign.open(named) if named else Campaign.find(Path.cwd())
        campaign.tell = self._warn
        return campaign

    def _warn(self, text: str) -> None:
        """Tell what every command says until somebody acts, once a call, with --quiet too."""
        from statecollect.cli import screen

        if text not in self._warned:
            self._warned.append(text)
            screen.err().print(text, style="yellow", markup=False, soft_wrap=True)


def session(context: typer.Context) -> Session:
    """Return the session of this call."""
    found = context.find_object(Session)
    return found if found is not None else Session()


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"「{text}」不是日期，写成 2022-09-21 这样") from None


def _tidied(text: str) -> str:
    """Return the name as it is compared, shown and journalled."""
    if not text:
        return ""
    from statecollect.core.names import tidy_person

    return tidy_person(text)


JsonOption = Annotated[bool, typer.Option("--json", help="只输出一份 JSON，供程序读取")]
YearOption = Annotated[str | None, typer.Option("--year", metavar="年度", help="默认最新的年度")]
AsOfOption = Annotated[
    dt.date | None,
    typer.Option("--as-of", parser=_day, metavar="日期", help="按这一天算，如 2022-09-21；默认今天"),
]
ReasonOption = Annotated[str, typer.Option("--reason", metavar="原因", help="为什么，审核的人要看得懂")]
ByOption = Annotated[str, typer.Option("--by", metavar="姓名", help="经手人", callback=_tidied)]
NameOption = Annotated[str, typer.Option("--by", metavar="姓名", help="谁作的决定", callback=_tidied)]

PasswordOption = Annotated[
    str,
    typer.Option(
        "--password", metavar="密码", help="工作簿有打开密码时填；写 - 则运行时再问，不留在屏幕和命令记录里"
    ),
]


def asked(password: str) -> str:
    """Return the password, asked for where only ``-`` was given."""
    return str(typer.prompt("工作簿的打开密码", hide_input=True, err=True)) if password == "-" else password


def moment(as_of: dt.date | None) -> dt.datetime | None:
    """Return this time of the day asked for; None for now."""
    return dt.datetime.combine(as_of, dt.datetime.now().time()).astimezone() if as_of else None
