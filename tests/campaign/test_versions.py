"""Which of several workbooks of one party counts: by round and time of saving, never by name; nothing is lost silently."""

from __future__ import annotations

import datetime as dt
import itertools
import random
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest

import season
import small_school
from returns import OFFICE, SEPTEMBER, codes, copy, journal, outcomes, save, students, touch
from statecollect.campaign import Campaign
from statecollect.campaign.demo import fill
from statecollect.core.errors import UsageError
from statecollect.workflow.held import held_returns

DAY = dt.timedelta(days=1)
NAMES = ("教务处.xlsx", "教务处(1).xlsx", "教务处-退回修改.xlsx")


@pytest.fixture
def campaign(school: Path, tmp_path: Path) -> Campaign:
    return copy(school, tmp_path)


@pytest.fixture(scope="module")
def template(school: Path) -> Path:
    return school / "返回1" / f"{OFFICE}.xlsx"


def reasons(campaign: Campaign, paths: list[Path]) -> str:
    return " ".join(one.reason or "" for one in campaign.ingest(paths, now=small_school.NOW))


@pytest.mark.parametrize("names", list(itertools.permutations(NAMES, 2)))
@pytest.mark.parametrize("file_times", [(1, 2), (2, 1)], ids=["older first", "newer first"])
def test_the_one_saved_last_counts_whatever_it_is_called(
    campaign: Campaign, template: Path, tmp_path: Path, names: tuple[str, str], file_times: tuple[int, int]
) -> None:
    inbox = tmp_path / "收件"
    for version, (name, file_time) in enumerate(zip(names, file_times, strict=True)):
        save(
            template,
            inbox / name,
            {code: number + version for code, number in codes(0, 10).items()},
            saved=SEPTEMBER + version * DAY,
            file_time=SEPTEMBER + file_time * DAY,
        )
    found = outcomes(campaign, [inbox])
    assert found == {names[0]: "superseded", names[1]: "accepted"}
    assert students(campaign)["A000"] == 21
    before = journal(campaign)
    assert outcomes(campaign, [inbox]) == {names[0]: "superseded", names[1]: "unchanged"}
    assert journal(campaign) == before


@pytest.mark.parametrize("swap", [False, True])
def test_without_a_time_of_saving_the_files_own_time_decides(
    campaign: Campaign, template: Path, tmp_path: Path, swap: bool
) -> None:
    """Templates say of themselves the day on which templates are made; that is no time of saving."""
    paths = [template.parent / "旧.xlsx", template.parent.parent / "返回2" / f"{OFFICE}.xlsx"]
    shutil.copy(template, paths[0])
    for at, path in enumerate(reversed(paths) if swap else paths):
        touch(path, SEPTEMBER + at * DAY)
    found = outcomes(campaign, paths)
    assert sorted(found.values()) == ["accepted", "superseded"]
    assert len(students(campaign)) == small_school.ROWS[1 if swap else 2]


def test_when_nothing_tells_the_order_both_wait_and_both_are_named(
    campaign: Campaign, template: Path, tmp_path: Path
) -> None:
    inbox = tmp_path / "收件"
    for version, name in enumerate(NAMES[:2]):
        save(template, inbox / name, codes(version, 10 + version), saved=SEPTEMBER, file_time=SEPTEMBER)
    results = campaign.ingest([inbox], now=small_school.NOW)
    assert [one.outcome for one in results] == ["held", "held"]
    for one, other in itertools.permutations(results):
        assert other.file in (one.reason or "")
    assert students(campaign) == {}
    before = journal(campaign)
    assert set(outcomes(campaign, [inbox]).values()) == {"held"}
    assert journal(campaign) == before


def test_a_marked_return_beats_the_first_return_however_late_that_was_saved(
    campaign: Campaign, template: Path, tmp_path: Path
) -> None:
    inbox = tmp_path / "收件"
    wrong = codes(0, 9) | {"A009": -5}
    first = save(
        template, inbox / f"{OFFICE}.xlsx", wrong, saved=SEPTEMBER + 9 * DAY, file_time=SEPTEMBER + 9 * DAY
    )
    campaign.ingest([inbox], now=small_school.NOW)
    (sent,) = campaign.write_marked(tmp_path / "退回", campaign.validate()).written
    right = codes(0, 10)
    for name in ("0-先排.xlsx", "教务处-退回修改.xlsx", "zz.xlsx"):
        repaired = save(sent, inbox / name, right, saved=SEPTEMBER, file_time=SEPTEMBER)
        own = copy_of(campaign, tmp_path / f"甲{name}")
        assert outcomes(own, [inbox]) == {first.name: "superseded", name: "accepted"}
        assert students(own) == right
        before = journal(own)
        assert outcomes(own, [inbox]) == {first.name: "superseded", name: "unchanged"}
        assert journal(own) == before
        # a later copy of the first return, which nobody has seen before, does not bring the mistakes back
        again = save(template, tmp_path / "又存.xlsx", codes(0, 9) | {"A009": -6}, saved=SEPTEMBER + 20 * DAY)
        (late,) = own.ingest([again], now=small_school.NOW)
        assert (late.outcome, "第 1 次退回" in (late.reason or "")) == ("superseded", True)
        assert students(own) == right
        repaired.unlink()


def copy_of(campaign: Campaign, to: Path) -> Campaign:
    return Campaign.open(shutil.copytree(campaign.folder, to))


def test_what_was_taken_in_before_comes_back_only_when_that_is_wanted(
    campaign: Campaign, template: Path, tmp_path: Path
) -> None:
    old = save(template, tmp_path / "旧.xlsx", codes(0, 10), saved=SEPTEMBER)
    new = save(template, tmp_path / "新.xlsx", codes(1, 10), saved=SEPTEMBER + DAY)
    assert outcomes(campaign, [old]) == {"旧.xlsx": "accepted"}
    assert outcomes(campaign, [new]) == {"新.xlsx": "accepted"}
    before = journal(campaign)
    said = reasons(campaign, [old])
    assert "9 月 10 日" in said
    assert "新.xlsx" in said
    assert "--again" in said
    assert journal(campaign) == before
    assert outcomes(campaign, [old], again=True) == {"旧.xlsx": "accepted"}
    assert students(campaign) == codes(0, 10)
    before = journal(campaign)
    assert outcomes(campaign, [old], again=True) == {"旧.xlsx": "unchanged"}
    assert journal(campaign) == before


def test_an_older_workbook_that_comes_later_and_alone_is_superseded(
    campaign: Campaign, template: Path, tmp_path: Path
) -> None:
    new = save(template, tmp_path / "新.xlsx", codes(0, 10), saved=SEPTEMBER + DAY)
    old = save(template, tmp_path / "旧.xlsx", codes(0, 9), saved=SEPTEMBER)
    campaign.ingest([new], now=small_school.NOW)
    assert outcomes(campaign, [old]) == {"旧.xlsx": "superseded"}
    assert students(campaign) == codes(0, 10)
    assert outcomes(campaign, [old], again=True) == {"旧.xlsx": "accepted"}
    assert students(campaign) == codes(0, 9)


def test_the_same_file_twice_in_one_call_counts_once(
    campaign: Campaign, template: Path, tmp_path: Path
) -> None:
    for name in ("甲/表.xlsx", "乙/表.xlsx"):
        save(template, tmp_path / "收件" / name, codes(0, 10), saved=SEPTEMBER)
    shutil.copy(tmp_path / "收件" / "甲" / "表.xlsx", tmp_path / "收件" / "乙" / "表.xlsx")
    first, second = campaign.ingest([tmp_path / "收件"], now=small_school.NOW)
    assert (first.outcome, second.outcome, second.findings, second.deliveries) == (
        "accepted",
        "unchanged",
        (),
        (),
    )
    assert first.place in (second.reason or "")


@pytest.mark.parametrize("reverse", [False, True])
def test_disjoint_workbooks_are_parts_of_one_return(
    campaign: Campaign, template: Path, tmp_path: Path, reverse: bool
) -> None:
    inbox = tmp_path / "收件"
    save(template, inbox / "甲.xlsx", codes(0, 10), [], saved=SEPTEMBER, file_time=SEPTEMBER)
    save(template, inbox / "乙.xlsx", codes(10, 30), [], saved=SEPTEMBER + DAY, file_time=SEPTEMBER)
    paths = sorted(inbox.iterdir(), reverse=reverse)
    assert outcomes(campaign, paths) == {"甲.xlsx": "accepted", "乙.xlsx": "accepted"}
    assert students(campaign) == codes(0, 30)
    before = journal(campaign)
    assert outcomes(campaign, [inbox]) == {"甲.xlsx": "unchanged", "乙.xlsx": "unchanged"}
    assert journal(campaign) == before
    # a third part and a newer version of the first, on another day: the second goes on counting
    save(template, inbox / "丙.xlsx", codes(30, 40), [], saved=SEPTEMBER)
    save(template, inbox / "甲2.xlsx", codes(0, 11) | {"A010": 3}, [], saved=SEPTEMBER + 2 * DAY)
    found = outcomes(campaign, [inbox])
    assert (found["丙.xlsx"], found["乙.xlsx"]) == ("accepted", "unchanged")
    assert {one.name for one in inbox.iterdir()} == set(found)


def test_a_newer_version_of_one_part_that_comes_alone_leaves_the_other(
    campaign: Campaign, template: Path, tmp_path: Path
) -> None:
    save(template, tmp_path / "收件" / "甲.xlsx", codes(0, 10), [], saved=SEPTEMBER)
    save(template, tmp_path / "收件" / "乙.xlsx", codes(10, 30), [], saved=SEPTEMBER)
    campaign.ingest([tmp_path / "收件"], now=small_school.NOW)
    newer = save(template, tmp_path / "甲.xlsx", codes(0, 9) | {"A008": 99}, [], saved=SEPTEMBER + DAY)
    assert outcomes(campaign, [newer]) == {"甲.xlsx": "accepted"}
    assert students(campaign) == codes(0, 9) | {"A008": 99} | codes(10, 30)


def test_workbooks_with_different_tables_are_parts(
    campaign: Campaign, template: Path, tmp_path: Path
) -> None:
    inbox = tmp_path / "收件"
    save(template, inbox / "甲.xlsx", codes(0, 10), [], saved=SEPTEMBER)
    save(template, inbox / "乙.xlsx", {}, ["教务处", "招生办"], saved=SEPTEMBER)
    assert set(outcomes(campaign, [inbox]).values()) == {"accepted"}
    assert (len(students(campaign)), len(campaign.table("1.1.3"))) == (10, 2)


def test_a_part_that_reports_nothing_where_another_has_rows_does_not_undo_them(
    campaign: Campaign, tmp_path: Path
) -> None:
    (tmp_path / "收件").mkdir()
    for table, rows in (("1.2.1", small_school.majors(OFFICE, 2)), ("1.1.3", small_school.units(OFFICE))):
        (made,) = fill(campaign, {(OFFICE, table): rows}, tmp_path / "填", [OFFICE])  # nil in the other
        made.rename(tmp_path / "收件" / f"{table}.xlsx")
    results = campaign.ingest([tmp_path / "收件"], now=small_school.NOW)
    assert [one.outcome for one in results] == ["accepted", "accepted"]
    told = {finding.rule for one in results for finding in one.findings}
    assert {"1.2.1-S12", "1.1.3-S12"} <= told
    assert (len(students(campaign)), len(campaign.table("1.1.3"))) == (25, 1)
    before = journal(campaign)
    assert {one.outcome for one in campaign.ingest([tmp_path / "收件"], now=small_school.NOW)} == {
        "unchanged"
    }
    assert journal(campaign) == before
    counting = season.digests(campaign)
    campaign.rebuild()
    assert season.digests(campaign) == counting


@pytest.mark.parametrize(
    ("second", "found"),
    [
        ((5, 15), ["accepted", "superseded"]),
        ((6, 16), ["held", "held"]),
        ((10, 20), ["accepted", "accepted"]),
    ],
    ids=["half", "less than half", "none"],
)
def test_half_of_the_keys_makes_versions_none_makes_parts_between_is_held(
    campaign: Campaign, template: Path, tmp_path: Path, second: tuple[int, int], found: list[str]
) -> None:
    inbox = tmp_path / "收件"
    save(template, inbox / "甲.xlsx", codes(0, 10), [], saved=SEPTEMBER)
    # of equal size, so that taking half away cannot be what holds it
    save(template, inbox / "乙.xlsx", codes(*second) | codes(20, 20), [], saved=SEPTEMBER + DAY)
    results = campaign.ingest([inbox], now=small_school.NOW)
    if found == ["accepted", "superseded"]:
        assert sorted(one.outcome for one in results) in (found, ["accepted", "held"])
    else:
        assert sorted(one.outcome for one in results) == found


@pytest.mark.parametrize(("left", "outcome"), [(5, "held"), (6, "accepted")])
def test_a_return_that_takes_half_away_waits(
    campaign: Campaign, template: Path, tmp_path: Path, left: int, outcome: str
) -> None:
    first = save(template, tmp_path / "甲.xlsx", codes(0, 10), [], saved=SEPTEMBER)
    campaign.ingest([first], now=small_school.NOW)
    (result,) = campaign.ingest(
        [save(template, tmp_path / "乙.xlsx", codes(0, left), [], saved=SEPTEMBER + DAY)],
        now=small_school.NOW,
    )
    assert result.outcome == outcome
    assert len(students(campaign)) == (10 if outcome == "held" else left)
    if outcome == "held":
        assert "10 行中有 5 行" in (result.reason or "")


def test_repaired_keys_take_nothing_away(campaign: Campaign, template: Path, tmp_path: Path) -> None:
    first = save(template, tmp_path / "甲.xlsx", codes(0, 10), [], saved=SEPTEMBER)
    campaign.ingest([first], now=small_school.NOW)
    keys = {code.replace("A", "B"): number for code, number in codes(0, 10).items()}
    second = save(template, tmp_path / "乙.xlsx", keys, [], saved=SEPTEMBER + DAY)
    assert outcomes(campaign, [second]) == {"乙.xlsx": "accepted"}
    assert students(campaign) == keys


def test_what_is_held_counts_once_somebody_accepts_it(
    campaign: Campaign, template: Path, tmp_path: Path
) -> None:
    inbox = tmp_path / "收件"
    save(template, inbox / "甲.xlsx", codes(0, 10), [], saved=SEPTEMBER)
    campaign.ingest([inbox], now=small_school.NOW)
    save(template, inbox / "乙.xlsx", codes(0, 3), [], saved=SEPTEMBER + DAY)
    (held,) = [one for one in campaign.ingest([inbox], now=small_school.NOW) if one.outcome == "held"]
    before = journal(campaign)
    assert outcomes(campaign, [inbox]) == {"甲.xlsx": "unchanged", "乙.xlsx": "held"}
    assert journal(campaign) == before
    with campaign.store() as store:
        assert [event.data["file"] for event in held_returns(store)] == ["乙.xlsx"]
        assert store.original(held.sha256).read_bytes() == (inbox / "乙.xlsx").read_bytes()
    assert f"ingest --accept {held.sha256[:12]}" in " ".join(campaign.status().warnings)
    for wrong in ("deadbeef", held.sha256[:7]):
        with pytest.raises(UsageError, match="待确认") as told:
            campaign.accept(wrong, by="张责任", reason="只剩三个专业", now=small_school.NOW)
        assert "乙.xlsx" in told.value.hint
    for by, reason in (("", "原因"), ("张责任", " ")):
        with pytest.raises(UsageError):
            campaign.accept(held.sha256, by=by, reason=reason)
    assert journal(campaign) == before
    taken = campaign.accept(held.sha256[:8], by="张责任", reason="只剩三个专业", now=small_school.NOW)
    assert (taken.outcome, students(campaign)) == ("accepted", codes(0, 3))
    event = campaign.log()[-1]
    assert (event.type, event.by, event.data["accepted"]) == (
        "submission",
        "张责任",
        {"reason": "只剩三个专业"},
    )
    with campaign.store() as store:
        assert held_returns(store) == []
    before = journal(campaign)
    assert outcomes(campaign, [inbox]) == {"甲.xlsx": "superseded", "乙.xlsx": "unchanged"}
    assert journal(campaign) == before
    campaign.rebuild()
    assert students(campaign) == codes(0, 3)


def test_who_hands_over_is_told_what_still_waits(campaign: Campaign, template: Path, tmp_path: Path) -> None:
    told: list[str] = []
    campaign.tell = told.append
    for day, (name, majors) in enumerate([("甲.xlsx", codes(0, 10)), ("乙.xlsx", codes(0, 3))]):
        path = save(template, tmp_path / name, majors, [], saved=SEPTEMBER + day * DAY)
        campaign.ingest([path], now=small_school.NOW)
    campaign.export(tmp_path / "上报包", draft=True)
    assert len(told) == 1
    assert "乙.xlsx" in told[0]
    assert "ingest --accept" in told[0]


def test_a_newer_return_ends_the_waiting(campaign: Campaign, template: Path, tmp_path: Path) -> None:
    inbox = tmp_path / "收件"
    for day, (name, majors) in enumerate(
        [("甲.xlsx", codes(0, 10)), ("乙.xlsx", codes(0, 3)), ("丙.xlsx", codes(0, 11))]
    ):
        save(template, inbox / name, majors, [], saved=SEPTEMBER + day * DAY)
        campaign.ingest([inbox / name], now=small_school.NOW)
    with campaign.store() as store:
        assert held_returns(store) == []
    before = journal(campaign)
    assert outcomes(campaign, [inbox]) == {
        "甲.xlsx": "superseded",
        "乙.xlsx": "superseded",
        "丙.xlsx": "unchanged",
    }
    assert journal(campaign) == before


def test_of_versions_in_one_call_the_one_that_would_take_half_away_waits(
    campaign: Campaign, template: Path, tmp_path: Path
) -> None:
    """Whether they come together or one after the other makes no difference."""
    inbox = tmp_path / "收件"
    save(template, inbox / "甲.xlsx", codes(0, 10), [], saved=SEPTEMBER)
    save(template, inbox / "乙.xlsx", codes(0, 3), [], saved=SEPTEMBER + DAY)
    assert outcomes(campaign, [inbox]) == {"甲.xlsx": "accepted", "乙.xlsx": "held"}
    assert students(campaign) == codes(0, 10)


def test_a_new_part_is_not_blamed_for_what_a_newer_version_replaces(
    campaign: Campaign, template: Path, tmp_path: Path
) -> None:
    first = save(template, tmp_path / "先.xlsx", codes(0, 10), [], saved=SEPTEMBER)
    campaign.ingest([first], now=small_school.NOW)
    inbox = tmp_path / "收件"
    save(template, inbox / "新版.xlsx", codes(0, 10) | {"A000": 1}, [], saved=SEPTEMBER + DAY)
    save(
        template, inbox / "另一部分.xlsx", {f"B{at}": 900 + at for at in range(3)}, [], saved=SEPTEMBER + DAY
    )
    results = {one.file: one for one in campaign.ingest([inbox], now=small_school.NOW)}
    assert {one.outcome for one in results.values()} == {"accepted"}
    assert dict(results["另一部分.xlsx"].changes) == {}
    assert results["新版.xlsx"].changes["1.2.1"].removed == 0
    assert all(one.voided == () for one in results.values())  # nobody has reviewed anything
    assert len(students(campaign)) == 13


def test_a_decision_that_counts_again_is_told(campaign: Campaign, template: Path, tmp_path: Path) -> None:
    old = save(template, tmp_path / "旧.xlsx", codes(0, 10), saved=SEPTEMBER)
    new = save(template, tmp_path / "新.xlsx", codes(0, 10) | {"A003": 99}, saved=SEPTEMBER + DAY)
    campaign.ingest([old], now=small_school.NOW)
    campaign.signoff.decide("submit", ["1.2.1"], by="填报人", now=small_school.NOW)
    (changed,) = campaign.ingest([new], now=small_school.NOW)
    assert (changed.voided, dict(changed.revived)) == (("1.2.1",), {})
    (back,) = campaign.ingest([old], again=True, now=small_school.NOW)
    assert dict(back.revived) == {"1.2.1": "自审提交（填报人）"}


def test_a_blank_filled_anew_that_changes_most_rows_is_told(
    campaign: Campaign, template: Path, tmp_path: Path
) -> None:
    first = save(template, tmp_path / "甲.xlsx", codes(0, 10), [], saved=SEPTEMBER)
    other = {code: number + 1 for code, number in codes(0, 10).items()}
    second = save(template, tmp_path / "乙.xlsx", other, [], saved=SEPTEMBER + DAY)
    third = save(template, tmp_path / "丙.xlsx", other | {"A000": 7}, [], saved=SEPTEMBER + 2 * DAY)
    campaign.ingest([first], now=small_school.NOW)
    told = [
        [
            one.message
            for one in campaign.ingest([path], now=small_school.NOW)[0].findings
            if one.rule == "S17"
        ]
        for path in (second, third)
    ]
    assert "10 行中有 10 行" in told[0][0]
    assert told[1] == []


def test_a_workbook_says_itself_when_it_was_saved(template: Path, tmp_path: Path) -> None:
    from statecollect.workbook.read.last_saved import as_written, modified_of

    assert (modified_of(template), as_written(template)) == (None, True)
    book = openpyxl.load_workbook(template)
    book.save(tmp_path / "存过.xlsx")
    when = modified_of(tmp_path / "存过.xlsx")
    assert when is not None
    assert abs(when - dt.datetime.now(dt.UTC)) < DAY
    assert not as_written(tmp_path / "存过.xlsx")
    future = save(template, tmp_path / "以后.xlsx", saved=dt.datetime.now(dt.UTC) + 400 * DAY)
    assert modified_of(future) is None
    (tmp_path / "文本.csv").write_text("甲,乙\n")
    assert modified_of(tmp_path / "文本.csv") is None


@pytest.mark.parametrize("seed", range(5))
def test_whatever_lies_in_a_folder_a_second_time_changes_nothing(
    campaign: Campaign, school: Path, tmp_path: Path, seed: int
) -> None:
    """Versions, parts, copies, unclear ones, broken ones, zips, of two parties, on several days."""
    chance = random.Random(seed)
    inbox = tmp_path / "收件"
    inbox.mkdir()
    for step in range(3):
        for at in range(chance.randint(1, 4)):
            office = chance.choice(small_school.PARTIES)
            first = chance.randint(0, 8)
            path = save(
                school / "返回1" / f"{office}.xlsx",
                inbox / f"{chance.choice('丙甲乙')}{step}{at}.xlsx",
                {f"{office}{code}": number + step for code, number in codes(first, first + 6).items()},
                [],
                saved=SEPTEMBER + chance.randint(0, 3) * DAY,
                file_time=SEPTEMBER + chance.randint(0, 3) * DAY,
                office=office,
            )
            if chance.random() < 0.3:
                shutil.copy(path, inbox / f"副本{step}{at}.xlsx")
            if chance.random() < 0.3:
                with zipfile.ZipFile(inbox / f"包{step}{at}.zip", "w") as archive:
                    archive.write(path, "表.xlsx")
            if chance.random() < 0.3:
                (inbox / f"坏{step}{at}.xlsx").write_bytes(path.read_bytes()[:999])
        found = campaign.ingest([inbox], now=small_school.NOW)
        before, counting = journal(campaign), season.digests(campaign)
        again = campaign.ingest([inbox], now=small_school.NOW)
        assert journal(campaign) == before
        assert "accepted" not in {one.outcome for one in again}
        assert [one.place for one in again] == [one.place for one in found]
        same = {one.place for one in found if one.outcome in {"held", "refused", "passed_over"}}
        assert {one.place for one in again if one.outcome in {"held", "refused", "passed_over"}} == same
        campaign.rebuild()
        assert season.digests(campaign) == counting
