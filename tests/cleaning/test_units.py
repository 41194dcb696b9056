"""Units: each spelling in the unit of its column, and what does not measure the same."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from statecollect.cleaning import Options, clean

UNITS = yaml.safe_load(Path(__file__).with_name("units.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("unit", UNITS)
def test_a_number_with_its_unit_is_converted_to_that_of_the_column_or_refused(unit: str) -> None:
    told = {}
    for typed in UNITS[unit]:
        found = clean("decimal", typed, options=Options(unit=unit or None))
        told[typed] = None if found.error else pytest.approx(found.value)
    assert told == UNITS[unit]
