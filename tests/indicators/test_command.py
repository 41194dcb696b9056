"""``statecollect indicators`` keeps its contract, with reasons where nothing was collected."""

from __future__ import annotations

import json

from typer.testing import CliRunner

from statecollect.campaign import Campaign
from statecollect.cli.app import app


def test_json_has_the_keys_of_the_contract_and_a_reason_for_what_is_missing(campaign: Campaign) -> None:
    done = CliRunner().invoke(app, ["--campaign", str(campaign.folder), "indicators", "--json"])
    assert done.exit_code == 0, done.output
    one = next(one for one in json.loads(done.stdout)["indicators"] if one["id"] == "生师比")
    keys = {"id", "value", "unit", "numerator", "denominator", "verdict", "threshold", "inputs", "source"}
    assert keys <= set(one)
    assert (one["value"], one["verdict"]) == (None, "无法计算")
    assert "还没有数据" in one["reason"]


def test_explain_shows_one_indicator_with_its_readings(campaign: Campaign) -> None:
    done = CliRunner().invoke(app, ["--campaign", str(campaign.folder), "indicators", "--explain", "生师比"])
    assert done.exit_code == 0, done.output
    assert "教高口径" in done.stdout
    assert "生均图书" not in done.stdout
