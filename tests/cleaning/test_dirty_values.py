"""What clerks typed, and what a careful clerk makes of it: the score of the cleaner."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cleaning_lists import lists

from statecollect.cleaning import Cleaned, clean

_DATA = Path(__file__).resolve().parents[1] / "data" / "dirty_values.json"
ENTRIES: list[dict[str, Any]] = json.loads(_DATA.read_text(encoding="utf-8"))
# What an Excel formula shows is the reader's business; whether two fields fit together is a row rule's.
NOT_ONE_VALUE = {
    "formula_number",
    "formula_text",
    "pair_birth_id",
    "pair_gender_id",
    "pair_total_parts",
    "pair_date_window",
}
TODAY = dt.date(2022, 9, 21)


def cleaned(entry: dict[str, Any]) -> Cleaned:
    raw = entry["raw"]
    if entry.get("cell") == "date":
        raw = dt.date.fromisoformat(raw)
    return clean(entry["field_kind"], raw, number_format=entry.get("number_format"), today=TODAY, lists=lists)


def as_expected(entry: dict[str, Any], found: Cleaned) -> bool:
    clerk = entry["clerk"]
    if isinstance(clerk, str) and clerk.startswith("error"):
        return found.error is not None
    value = found.value.isoformat() if isinstance(found.value, dt.date) else found.value
    return found.error is None and value == clerk


def test_all_sure_entries_and_nine_of_ten_others_are_cleaned_as_a_clerk_would(
    record_property: Callable[[str, object], None],
) -> None:
    total: Counter[str] = Counter()
    right: Counter[str] = Counter()
    misses = []
    for entry in ENTRIES:
        if entry["field_kind"] in NOT_ONE_VALUE:
            continue
        found = cleaned(entry)
        total[entry["confidence"]] += 1
        if as_expected(entry, found):
            right[entry["confidence"]] += 1
        else:
            misses.append(f"{entry['id']} {entry['field_kind']} {entry['raw']!r} → {found}")
    score = ", ".join(f"{level} {right[level]}/{total[level]}" for level in total)
    record_property("dirty values as a clerk would", "\n  ".join([score, *misses]))
    assert right["high"] == total["high"]
    assert right["medium"] >= 0.9 * total["medium"]


def test_a_formula_whose_result_is_an_empty_string_is_an_empty_cell() -> None:
    assert clean("text", "") == Cleaned()
