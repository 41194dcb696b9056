"""``statecollect.toml`` and the parties: what ``init`` writes is what is read back; unknown names are reported."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from statecollect.campaign import Campaign
from statecollect.campaign.demo import init_example
from statecollect.core.errors import UsageError
from statecollect.school.config import current_stage, stage_of
from statecollect.school.parties import near


def test_the_written_file_is_read_back_with_periods_and_deadlines(campaign: Campaign) -> None:
    text = (campaign.folder / "statecollect.toml").read_text(encoding="utf-8")
    assert campaign.config.periods["学年"].start == dt.date(2021, 9, 1)
    assert campaign.config.periods["学年"].end == dt.date(2022, 8, 31)
    assert {stage.id: stage.due for stage in campaign.stages}["upload"] == dt.date(2022, 11, 30)
    assert "时间安排表为 10 月 25 日" in text, (
        "where the two timetables disagree the file says which was taken"
    )


def test_a_moved_deadline_is_used(campaign: Campaign) -> None:
    path = campaign.folder / "statecollect.toml"
    text = path.read_text(encoding="utf-8").replace(
        'id = "basic"\ndue = 2022-09-20', 'id = "basic"\ndue = 2022-09-22'
    )
    path.write_text(text, encoding="utf-8")
    stage = stage_of(Campaign.open(campaign.folder).stages, "1.1.1")
    assert stage is not None
    assert stage.due == dt.date(2022, 9, 22)


def test_source_tables_are_due_before_the_other_basic_tables(campaign: Campaign) -> None:
    dues = {
        table: stage.due
        for table in ("1.2.1", "1.1.1", "2.3.1")
        if (stage := stage_of(campaign.stages, table))
    }
    assert dues == {
        "1.2.1": dt.date(2022, 9, 13),
        "1.1.1": dt.date(2022, 9, 20),
        "2.3.1": dt.date(2022, 9, 28),
    }


def test_the_stage_of_a_day_is_the_first_not_yet_over(campaign: Campaign) -> None:
    stage = current_stage(campaign.stages, dt.date(2022, 9, 21))
    assert stage is not None
    assert stage.id == "special"
    assert current_stage(campaign.stages, dt.date(2023, 1, 1)) is None


def test_group_words_mean_every_teaching_unit(campaign: Campaign) -> None:
    units = set(campaign.config.parties.units)
    owners = {party.name for party, tables in campaign.tasks.items() if "1.4.2" in tables}
    assert owners == units
    assert {party.name for party, tables in campaign.tasks.items() if "2.19.1" in tables} == units | {
        "培训中心"
    }


def test_auto_and_cloud_tables_are_nobody_s_task(campaign: Campaign) -> None:
    given = {table for tables in campaign.tasks.values() for table in tables}
    modes = {table: one.mode for table, one in campaign.breakdown.tables.items()}
    assert not given & {table for table, mode in modes.items() if mode in {"auto", "cloud"}}
    assert given >= {table for table, mode in modes.items() if mode == "collect"}


def test_names_nobody_knows_are_listed_with_near_matches(tmp_path: Path, examples: Path) -> None:
    _, _, unknown = Campaign.init(tmp_path / "无名单", examples / "2022-任务分解表.xlsx")
    by_name = {one.name: one for one in unknown}
    assert "图书信息中心" in by_name["信息中心"].suggestions
    assert by_name["信息中心"].tables == ("1.1.5",)
    assert "信息中心" in (tmp_path / "无名单" / "statecollect.toml").read_text(encoding="utf-8")


def test_with_the_department_list_every_name_resolves(campaign: Campaign) -> None:
    assert campaign.unresolved() == []


def test_init_does_not_touch_an_existing_campaign(campaign: Campaign, examples: Path) -> None:
    before = (campaign.folder / "statecollect.toml").read_bytes()
    with pytest.raises(UsageError, match="已经有采集工作"):
        init_example(campaign.folder, examples)
    assert (campaign.folder / "statecollect.toml").read_bytes() == before


def test_a_misspelt_setting_is_named(campaign: Campaign) -> None:
    path = campaign.folder / "statecollect.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("contact =", "contakt ="), encoding="utf-8")
    with pytest.raises(UsageError, match=r"school\.contakt"):
        Campaign.open(campaign.folder)


def test_an_unknown_party_is_refused_with_near_matches(campaign: Campaign) -> None:
    with pytest.raises(UsageError, match="教务处"):
        campaign.party("教务科")


def test_near_matches_contain_or_resemble_the_name() -> None:
    assert near("信息中心", ["图书信息中心", "培训中心"])[0] == "图书信息中心"
