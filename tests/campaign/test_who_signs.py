"""Who somebody is does not depend on what the keyboard left in the name."""

from __future__ import annotations

from pathlib import Path

import pytest

import staffed_school as school
from statecollect.campaign import Campaign
from statecollect.core.errors import Refused

SAME = ["阳锋", "阳锋\u200b", " 阳 锋 ", "阳\u3000锋", "\u202a阳锋\u202c", "阳锋\u00a0"]


@pytest.fixture
def campaign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Campaign:
    monkeypatch.setenv("STATECOLLECT_SCHEMAS", str(school.schemas(tmp_path / "年度")))
    campaign = school.found(tmp_path)
    school.give(campaign, "信息系", "1.1.3", ("机构名称", "上级机构"), ("信息系", "信息系"))
    return campaign


@pytest.mark.parametrize("typed", SAME)
def test_nobody_reviews_what_he_submitted_however_the_name_is_typed(campaign: Campaign, typed: str) -> None:
    (event,) = campaign.signoff.decide("submit", ["1.1.3"], by=typed)
    assert event.by == "阳锋", "the name stands in the journal as it is compared"
    with pytest.raises(Refused, match="自己提交的不能自己复审"):
        campaign.signoff.decide("approve", ["1.1.3"], by="阳锋")


def test_the_reviewer_is_known_however_the_name_is_typed(campaign: Campaign) -> None:
    campaign.signoff.decide("submit", ["1.1.3"], by="填报人")
    (event,) = campaign.signoff.decide("approve", ["1.1.3"], ["信息系\u200b"], by="阳\u00a0锋")
    assert (event.by, list(event.data["parties"])) == ("阳锋", ["信息系"])


def test_the_list_of_people_is_tidied_like_the_names_that_are_typed(campaign: Campaign) -> None:
    with (campaign.folder / "statecollect.toml").open("a", encoding="utf-8") as config:
        config.write('\n[[people]]\nname = "李 主任\u200b"\nrole = "负责人"\nparty = "教务处\u00a0"\n')
    campaign = Campaign.open(campaign.folder)
    campaign.signoff.decide("submit", ["1.1.3"], by="填报人")
    (event,) = campaign.signoff.decide("approve", ["1.1.3"], by="李主任")
    assert event.by == "李主任"
