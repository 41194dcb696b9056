"""The score: values as clerks type them, and what a careful clerk makes of them."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from statecollect.cleaning import clean

DATA = json.loads((Path(__file__).parents[1] / "data" / "dirty_values.json").read_text(encoding="utf-8"))
# What the reader and the rules see, not the cleaner of one value; covered in tests/workbook and tests/rules.
NOT_ONE_VALUE = {
    "formula_number",
    "formula_text",
    "pair_birth_id",
    "pair_gender_id",
    "pair_total_parts",
    "pair_date_window",
}
CASES = [entry for entry in DATA if entry["field_kind"] not in NOT_ONE_VALUE]


def as_read(entry: dict[str, Any]) -> Any:
    """Return the raw value as the reader gives it."""
    raw = entry["raw"]
    return dt.datetime.fromisoformat(raw) if entry.get("cell") == "date" else raw


def is_right(entry: dict[str, Any]) -> bool:
    """Whether our answer is the clerk's: the same value, or an error where the clerk sees one."""
    cleaned = clean(entry["field_kind"], as_read(entry), number_format=entry.get("number_format"))
    clerk = entry["clerk"]
    if isinstance(clerk, str) and clerk.startswith("error"):
        return cleaned.error is not None
    value = cleaned.value.isoformat() if isinstance(cleaned.value, dt.date) else cleaned.value
    return cleaned.error is None and bool(value == clerk)


@pytest.mark.parametrize("entry", [e for e in CASES if e["confidence"] == "high"], ids=lambda e: e["id"])
def test_every_certain_value_is_read_as_the_clerk_reads_it(entry: dict[str, Any]) -> None:
    assert is_right(entry), (entry, clean(entry["field_kind"], as_read(entry), number_format=entry.get("number_format")))


def test_at_least_nine_of_ten_likely_values_are_right(capsys: pytest.CaptureFixture[str]) -> None:
    score = {
        level: [is_right(entry) for entry in CASES if entry["confidence"] == level]
        for level in ("high", "medium", "low")
    }
    with capsys.disabled():
        print("\ndirty values: " + ", ".join(f"{level} {sum(right)}/{len(right)}" for level, right in score.items()))
    assert sum(score["medium"]) >= 0.9 * len(score["medium"])


def test_what_is_left_out_is_named() -> None:
    assert {entry["field_kind"] for entry in DATA} >= NOT_ONE_VALUE
    assert len(CASES) + sum(entry["field_kind"] in NOT_ONE_VALUE for entry in DATA) == len(DATA) == 247
