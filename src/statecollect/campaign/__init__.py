"""What a Python user imports: the campaign."""

from statecollect.campaign.campaign import Campaign, Progress

__all__ = ["Campaign", "Progress"]
