"""What every command that leans on the breakdown says first: tables nobody fills, since nobody would ask for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from statecollect.campaign import Campaign
    from statecollect.cli.session import Session


def tell_nobody(here: Session, campaign: Campaign) -> None:
    """Name the fillers of the breakdown that stand for nobody here, on stderr."""
    from statecollect.cli import screen

    for task in campaign.nobody():
        screen.note(here, str(task), "yellow")
