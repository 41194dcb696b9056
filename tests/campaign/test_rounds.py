"""Every full validate run is kept and compared with the one before."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from season import Season
from statecollect.findings import Finding, Origin
from statecollect.workflow.rounds import NAME, Progress, next_round

ONE = Finding(
    "1.4.1-F02", "error", "1.4.1", "不在可选范围", field="学历", origin=Origin("a", "表", 5, "C5"), party="甲"
)
TWO = replace(ONE, origin=Origin("a", "表", 6, "C6"))
OTHER = replace(ONE, party="乙", severity="warning")
NOTE = replace(ONE, severity="note", origin=Origin("a", "表", 9, "C9"))


def test_new_resolved_and_remaining_are_counted_by_party(tmp_path: Path) -> None:
    assert next_round(tmp_path, [ONE, OTHER, NOTE], "一").school == Progress(new=2)
    second = next_round(tmp_path, [ONE, TWO], "二")
    assert second.school == Progress(new=1, resolved=1, remaining=1)
    assert second.parties == {"甲": Progress(new=1, remaining=1), "乙": Progress(resolved=1)}
    assert "乙" not in next_round(tmp_path, [ONE], "三").parties  # nothing is left to say of it


def test_a_line_that_was_cut_off_is_passed_over(tmp_path: Path) -> None:
    next_round(tmp_path, [ONE], "一")
    with (tmp_path / NAME).open("a", encoding="utf-8") as stream:
        stream.write('{"at": "二", "findi')
    assert next_round(tmp_path, [ONE], "三").school == Progress(remaining=1)


def test_a_round_keeps_no_value_of_a_cell(tmp_path: Path) -> None:
    next_round(
        tmp_path, [replace(ONE, value="51012419800101001X", message="「51012419800101001X」不对")], "一"
    )
    assert "51012419800101001X" not in (tmp_path / NAME).read_text(encoding="utf-8")


def test_a_repaired_return_shows_as_resolved(first_round: Season, tmp_path: Path) -> None:
    campaign = first_round.copy(tmp_path / "采集")
    before = campaign.validate().since_last
    assert before is not None
    campaign.ingest([first_round.repaired(campaign, "党政办", tmp_path)])
    after = campaign.validate()
    assert after.since_last is not None
    assert after.since_last.parties["党政办"].resolved > 0
    assert after.since_last.parties["党政办"].remaining == 0
    assert after.as_json()["since_last"]["remaining"] == after.since_last.school.remaining
    assert campaign.validate(tables=["1.1.3"]).since_last is None
