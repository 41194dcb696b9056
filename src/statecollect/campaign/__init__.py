"""What a Python user imports: the campaign, and its sign-off."""

from statecollect.campaign.campaign import Campaign, Progress
from statecollect.campaign.signoff import Signoff

__all__ = ["Campaign", "Progress", "Signoff"]
