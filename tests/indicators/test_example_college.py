"""The example college's tables give every indicator a value, or a reason."""

from __future__ import annotations

import sys
from pathlib import Path

from statecollect.catalog import load_catalog
from statecollect.demo import example_rows
from statecollect.indicators import compute

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "examples" / "generate"))

from trial import Trial  # noqa: E402


def test_every_indicator_of_the_example_college_is_computed_from_its_tables() -> None:
    trial = Trial(load_catalog("2022"), example_rows(ROOT / "examples" / "2022"))
    with trial.store as store:
        result = compute(store, {})
        with_students = compute(store, {"高基在校生数": 100})
        teachers = [
            row
            for row in store.frame("1.4.1").to_dict("records")
            if row["教师类别"] == "校内专任教师" and row["当前状态"] == "在职"
        ]
    found = {one.id: one for one in result.indicators}
    assert {one.id: one.reason for one in result.indicators if one.value is None} == {}
    assert found["高级职务教师比例"].denominator == len(teachers)
    assert found["生均教学行政用房"].readings["高基报表学生数"] is None
    other = {one.id: one for one in with_students.indicators}["生均教学行政用房"]
    assert other.readings["高基报表学生数"] == (other.numerator or 0) / 100
