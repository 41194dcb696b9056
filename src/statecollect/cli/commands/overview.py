"""``statecollect`` without a command: inside a campaign, what to do next; anywhere else, the help."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from statecollect.cli.session import Session
from statecollect.core.outputs import CONFIG_NAME, inside_campaign

SHOWN = 3


def inside_a_campaign(here: Session) -> bool:
    """Whether there is a campaign to speak of: named, or the folder here or above."""
    named = here.campaign_folder or os.environ.get("STATECOLLECT_CAMPAIGN")
    return bool(named) or inside_campaign(Path.cwd() / CONFIG_NAME)


def overview(here: Session) -> None:
    """Show the stage, the days left, who has to move, and the commands to copy."""
    from statecollect.cli import screen
    from statecollect.workflow.next_steps import next_steps, standing

    campaign = here.campaign()
    found = campaign.status()
    screen.say(f"{campaign.config.school.name} {campaign.config.campaign}")
    screen.say(standing(found, campaign.stages))
    for warning in replace(found, held=(), set_aside=()).warnings:  # these two are steps below
        screen.say(warning, "yellow")
    for number, step in enumerate(next_steps(found)[:SHOWN], start=1):
        screen.say(f"{number}. {step.why}")
        screen.say(f"   {step.command}", "cyan")
    screen.note(here, "全部命令：statecollect --help")
