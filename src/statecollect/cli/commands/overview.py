"""``statecollect`` without a command: inside a campaign, what to do next; anywhere else, the help."""

from __future__ import annotations

import os
from pathlib import Path

from statecollect.cli.session import Session
from statecollect.core.outputs import CONFIG_NAME

SHOWN = 3


def inside_a_campaign(here: Session) -> bool:
    """Whether there is a campaign to speak of: named, or the folder here or above."""
    if here.campaign_folder or os.environ.get("STATECOLLECT_CAMPAIGN"):
        return True
    start = Path.cwd()
    return any((folder / CONFIG_NAME).is_file() for folder in (start, *start.parents))


def overview(here: Session) -> None:
    """Show the stage, the days left, who has to move, and the commands to copy."""
    from statecollect.cli import screen
    from statecollect.workflow.next_steps import next_steps, standing

    campaign = here.campaign()
    found = campaign.status()
    screen.say(f"{campaign.config.school.name} {campaign.config.campaign}")
    screen.say(standing(found, campaign.stages))
    for warning in found.warnings:
        screen.say(warning, "yellow")
    for number, step in enumerate(next_steps(found)[:SHOWN], start=1):
        screen.say(f"{number}. {step.why}")
        screen.say(f"   {step.command}", "cyan")
    screen.note(here, "全部命令：statecollect --help")
