"""Published figures of real colleges come out to the printed digit, and contradictory ones alarm."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from statecollect.indicators.compute import compute, compute_given
from statecollect.school.config import IndicatorChoices
from statecollect.store import Store

CASES = yaml.safe_load(
    (Path(__file__).resolve().parents[1] / "data" / "worked_examples.yaml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_published_example_comes_out_as_printed(case: dict[str, Any], empty: Store) -> None:
    choices = IndicatorChoices(published=case.get("published", {}), conclusion=case.get("conclusion", ""))
    result = compute_given(empty, case.get("given", {}), case.get("category"), choices)
    found = {one.id: one for one in result.indicators}
    for name, printed in case.get("out", {}).items():
        value = found[name].value
        assert value is not None, found[name].reason
        places = Decimal(printed).as_tuple().exponent
        exact = Decimal(repr(value)).quantize(Decimal((0, (1,), int(places))), ROUND_HALF_UP)
        assert str(exact) == printed, name
    for name, number in case.get("denominators", {}).items():
        assert found[name].denominator == pytest.approx(number)
    if "verdict" in case:
        assert result.verdict == case["verdict"]
    if "published_verdict" in case:
        assert result.published_verdict == case["published_verdict"]
    if "with_digital" in case:  # at most 40 % may be digital, rounded down
        digital = {one.label: one.value for one in found["生均图书"].readings}["含数字资源（最高占 40%）"]
        assert digital == pytest.approx(case["with_digital"] / case["given"]["折合在校生数"])
    if "alarms" in case:
        assert [finding.rule for finding in result.findings] == case["alarms"]


def test_empty_tables_give_a_reason_and_no_number(empty: Store) -> None:
    result = compute(empty, {})
    for one in result.indicators:
        assert (one.value, one.verdict) == (None, "无法计算"), one.id
        assert one.reason
    assert result.verdict == "无法计算"
