"""An incomplete submission does not leave: what is owed is a party and a table, and only a name and a reason excuse it."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import staffed_school as school
from statecollect.campaign import Campaign
from statecollect.core.errors import Refused, UsageError
from statecollect.workflow.completeness import NO_ROSTER
from statecollect.workflow.status import PartyTable, Status

DAY = dt.date(2099, 9, 10)
BY: dict[str, Any] = {"by": "管理员", "reason": "电话核实"}


@pytest.fixture
def campaign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Campaign:
    monkeypatch.setenv("STATECOLLECT_SCHEMAS", str(school.schemas(tmp_path / "年度")))
    return school.found(tmp_path)


def with_roster(
    campaign: Campaign, tmp_path: Path, teachers: list[tuple[str, str]] = school.TEACHERS
) -> None:
    campaign.make_templates(
        tmp_path / "模板", roster=school.roster(tmp_path / "名单.xlsx", teachers), now=school.NOW
    )


def unit_returns(campaign: Campaign, *names: str) -> None:
    for name in names:
        school.give(campaign, name, "1.1.3", ("机构名称", "上级机构"), (name, name))
        school.give(campaign, name, "1.2.1", ("专业代码", "方向"), (f"{name}01", "甲"))


def lines(status: Status, table: str) -> dict[str, str]:
    return {one.party: one.state for one in status.lines if one.table == table}


def line(status: Status, party: str, table: str) -> PartyTable:
    return next(one for one in status.lines if (one.party, one.table) == (party, table))


def missing(campaign: Campaign) -> list[str]:
    with campaign.store() as store:
        return campaign.missing(store)


def test_a_table_is_not_whole_while_one_of_several_units_has_not_returned_it(campaign: Campaign) -> None:
    unit_returns(campaign, "信息系", "机电系")
    said = {one.split("：")[0]: one for one in missing(campaign)}
    assert said["1.1.3"] == "1.1.3：环境系"
    assert said["1.2.1"] == "1.2.1：教务处、环境系" or said["1.2.1"] == "1.2.1：环境系、教务处"


def test_each_teacher_on_the_roster_is_waited_for_until_the_last_one_returned(
    campaign: Campaign, tmp_path: Path
) -> None:
    with_roster(campaign, tmp_path)
    for number, name in school.TEACHERS[:-1]:
        school.own(campaign, number, name)
    status = campaign.status(DAY)
    assert Counter(lines(status, "1.4.1").values()) == {"returned": 3, "not_returned": 1}
    assert line(status, "校内教师/0004 赵四", "1.4.1").state == "not_returned"
    assert "1.4.1：校内教师 1 人：0004 赵四" in missing(campaign)


def test_without_a_roster_single_teachers_do_not_make_their_group_complete(campaign: Campaign) -> None:
    school.own(campaign, *school.TEACHERS[0])
    assert [(one.name, one.state) for one in campaign.roll.listed()] == [("校内教师/0001 张一", "没有名单")]
    group = line(campaign.status(DAY), "校内教师", "1.4.1")
    assert (group.state, group.note) == ("not_returned", NO_ROSTER)
    assert "1.4.1：校内教师" in missing(campaign)


def test_the_group_workbook_accounts_for_those_who_are_in_it_and_names_who_is_not(
    campaign: Campaign, tmp_path: Path
) -> None:
    with_roster(campaign, tmp_path)
    school.give(campaign, "校内教师", "1.4.1", ("工号", "姓名"), *school.TEACHERS[:2])
    school.own(campaign, *school.TEACHERS[1])
    found = lines(campaign.status(DAY), "1.4.1")
    assert found == {
        "校内教师": "returned",
        "校内教师/0002 李二": "returned",
        "校内教师/0003 王三": "not_returned",
        "校内教师/0004 赵四": "not_returned",
    }
    assert "汇总表" in line(campaign.status(DAY), "校内教师/0002 李二", "1.4.1").note


def test_in_a_table_where_a_teacher_may_have_nothing_being_in_the_group_workbook_is_enough(
    campaign: Campaign, tmp_path: Path
) -> None:
    with_roster(campaign, tmp_path)
    school.give(campaign, "校内教师", "1.4.1", ("工号", "姓名"), *school.TEACHERS[:3])
    school.give(campaign, "校内教师", "1.6.1", ("编号", "获奖人工号"), ("奖1", "0001"))
    assert lines(campaign.status(DAY), "1.6.1") == {
        "校内教师": "returned",
        "校内教师/0004 赵四": "not_returned",
    }


def test_a_nil_group_workbook_accounts_for_nobody_where_each_teacher_has_a_row(
    campaign: Campaign, tmp_path: Path
) -> None:
    with_roster(campaign, tmp_path)
    campaign.roll.declare_nil("校内教师", ["1.4.1", "1.6.1"], **BY)
    status = campaign.status(DAY)
    assert Counter(lines(status, "1.4.1").values()) == {"nil": 1, "not_returned": 4}
    assert lines(status, "1.6.1") == {"校内教师": "nil"}


def test_a_roster_of_one_line_adds_a_teacher_and_a_new_name_of_a_number_replaces_the_old(
    campaign: Campaign, tmp_path: Path
) -> None:
    with_roster(campaign, tmp_path)
    with_roster(campaign, tmp_path, [("0009", "孙九")])
    with_roster(campaign, tmp_path, [("0003", "王珊")])
    assert [(one.no, one.name) for one in campaign.roll.teachers()["校内教师"].values()] == [
        *school.TEACHERS[:2],
        ("0003", "王珊"),
        school.TEACHERS[3],
        ("0009", "孙九"),
    ]
    before = len(campaign.log())
    with_roster(campaign, tmp_path, [("0003", "王珊")])
    assert len(campaign.log()) == before, "a list that says nothing new is no event"


def test_a_teacher_who_returned_under_the_old_name_is_not_asked_again(
    campaign: Campaign, tmp_path: Path
) -> None:
    with_roster(campaign, tmp_path)
    school.own(campaign, "0003", "王三")
    with_roster(campaign, tmp_path, [("0003", "王珊")])
    found = lines(campaign.status(DAY), "1.4.1")
    assert "校内教师/0003 王珊" not in found
    assert found["校内教师/0003 王三"] == "returned"


def test_an_exempt_teacher_is_neither_waited_for_nor_reminded_until_called_back(
    campaign: Campaign, tmp_path: Path
) -> None:
    with_roster(campaign, tmp_path)
    campaign.roll.exempt_teachers(["0004", "王三"], **BY)
    status = campaign.status(DAY)
    assert lines(status, "1.4.1")["校内教师/0004 赵四"] == "exempt"
    assert line(status, "校内教师/0003 王三", "1.4.1").note == "电话核实"
    assert "校内教师/0004 赵四" not in status.remind
    assert "1.4.1：校内教师 2 人：0001 张一、0002 李二" in missing(campaign)
    campaign.roll.exempt_teachers(["0004"], undo=True, by="管理员", reason="回来了")
    assert lines(campaign.status(DAY), "1.4.1")["校内教师/0004 赵四"] == "not_returned"
    campaign.rebuild()
    assert lines(campaign.status(DAY), "1.4.1")["校内教师/0003 王三"] == "exempt"


def test_an_exemption_of_single_tables_leaves_the_others_owed(campaign: Campaign) -> None:
    campaign.roll.exempt_party("环境系", ["1.2.1"], **BY)
    status = campaign.status(DAY)
    assert (lines(status, "1.2.1")["环境系"], lines(status, "1.1.3")["环境系"]) == ("exempt", "not_returned")
    with pytest.raises(Refused, match="没有免报"):
        campaign.roll.exempt_party("环境系", ["1.1.3"], undo=True, **BY)


def test_an_exemption_does_not_hide_what_was_returned(campaign: Campaign) -> None:
    unit_returns(campaign, "信息系")
    with pytest.raises(Refused, match="已经返回"):
        campaign.roll.exempt_party("信息系", **BY)
    assert campaign.log()[-1].type == "submission"


@pytest.mark.parametrize("wanted", ["0007", "赵", "张一丰", ""])
def test_a_teacher_nobody_knows_is_refused(campaign: Campaign, tmp_path: Path, wanted: str) -> None:
    with_roster(campaign, tmp_path)
    with pytest.raises(UsageError, match="教师名单中没有"):
        campaign.roll.exempt_teachers([wanted], **BY)


def test_of_two_teachers_of_one_name_the_number_has_to_say_which(campaign: Campaign, tmp_path: Path) -> None:
    with_roster(campaign, tmp_path, [*school.TEACHERS, ("0005", "张一")])
    with pytest.raises(UsageError, match="不止一位"):
        campaign.roll.exempt_teachers(["张一"], **BY)
    event = campaign.roll.exempt_teachers(["0005"], **BY)
    assert event.data["parties"] == ["校内教师/0005 张一"]


@pytest.mark.parametrize(
    "lacking", [{"by": "", "reason": "x"}, {"by": "甲", "reason": " "}, {"by": "\u200b", "reason": "x"}]
)
def test_nobody_is_excused_without_a_name_and_a_reason(campaign: Campaign, lacking: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="是谁、为什么"):
        campaign.roll.exempt_party("环境系", **lacking)
    with pytest.raises(UsageError, match="是谁、为什么"):
        campaign.roll.declare_nil("环境系", ["1.2.1"], **lacking)


def test_nil_on_behalf_counts_as_returned_survives_a_rebuild_and_yields_to_a_later_return(
    campaign: Campaign,
) -> None:
    campaign.roll.declare_nil("环境系", ["1.2.1"], **BY)
    campaign.rebuild()
    assert lines(campaign.status(DAY), "1.2.1")["环境系"] == "nil"
    school.give(campaign, "环境系", "1.2.1", ("专业代码", "方向"), ("01", "甲"))
    assert lines(campaign.status(DAY), "1.2.1")["环境系"] == "returned"
    with pytest.raises(Refused, match="已经返回"):
        campaign.roll.declare_nil("环境系", ["1.2.1"], **BY)
    with pytest.raises(UsageError, match="没有分给"):
        campaign.roll.declare_nil("环境系", ["1.4.1"], **BY)


def complete(campaign: Campaign, tmp_path: Path) -> None:
    """Everything there but what is excused: one teacher, one unit's table, the group's awards."""
    with_roster(campaign, tmp_path)
    unit_returns(campaign, "信息系", "机电系")
    school.give(campaign, "环境系", "1.1.3", ("机构名称", "上级机构"), ("环境系", "环境系"))
    school.give(campaign, "教务处", "1.2.1", ("专业代码", "方向"), ("09", "甲"))
    school.give(campaign, "校内教师", "1.4.1", ("工号", "姓名"), *school.TEACHERS[:3])
    campaign.roll.declare_nil("校内教师", ["1.6.1"], **BY)
    campaign.roll.exempt_teachers(["0004"], **BY)
    campaign.roll.declare_nil("环境系", ["1.2.1"], **BY)


def test_who_was_excused_stands_in_the_manifest_by_name_with_the_reason(
    campaign: Campaign, tmp_path: Path
) -> None:
    complete(campaign, tmp_path)
    assert missing(campaign) == []
    bundle = campaign.export(tmp_path / "包", draft=True)
    excused = json.loads((bundle.folder / "manifest.json").read_text(encoding="utf-8"))["excused"]
    assert {(one["party"], one["table"], one["kind"], one["by"], one["reason"]) for one in excused} >= {
        ("校内教师/0004 赵四", "1.4.1", "exempt", "管理员", "电话核实"),
        ("环境系", "1.2.1", "nil", "管理员", "电话核实"),
    }


def test_a_department_renamed_after_it_returned_is_a_named_state_and_no_final_bundle_leaves(
    campaign: Campaign, tmp_path: Path
) -> None:
    complete(campaign, tmp_path)
    config = campaign.folder / "statecollect.toml"
    config.write_text(config.read_text(encoding="utf-8").replace('"环境系"', '"生态系"'), encoding="utf-8")
    renamed = Campaign.open(campaign.folder)
    status = renamed.status(DAY)
    assert line(status, "环境系", "1.1.3").state == "not_assigned"
    assert line(status, "生态系", "1.1.3").state == "not_returned"
    assert any("不在分解表中" in one for one in status.warnings)
    assert {one.name: one.state for one in renamed.roll.parties()}["环境系"] == "不在分解表中"
    said = missing(renamed)
    assert any("「环境系」1.1.3" in one for one in said)
    validation = renamed.validate()
    renamed.write_marked(tmp_path / "退回", validation)
    renamed.export(tmp_path / "草稿", draft=True)
    assert not list((tmp_path / "退回").glob("环境系*"))
    renamed.roll.declare_nil("环境系", ["1.1.3"], by="管理员", reason="改名为生态系")
    assert not any("环境系」1.1.3" in one for one in missing(renamed))


def test_a_filler_that_is_nobody_here_is_named_and_holds_the_bundle_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATECOLLECT_SCHEMAS", str(school.schemas(tmp_path / "年度")))
    campaign = school.found(tmp_path, (*school.ROWS[:1], ("1.2.1专业表", "图书馆")))
    (nobody,) = campaign.status(DAY).nobody
    assert (nobody.name, nobody.tables) == ("图书馆", ("1.2.1",))
    assert any("1.2.1 没有人填" in one for one in missing(campaign))
    assert campaign.status(DAY).warnings[0].startswith("1.2.1 没有人填")


def test_a_group_word_without_anybody_in_it_is_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATECOLLECT_SCHEMAS", str(school.schemas(tmp_path / "年度")))
    campaign, _, _ = Campaign.init(
        tmp_path / "采集", school.breakdown(tmp_path / "表.xlsx"), year="2099", departments=["教务处"]
    )
    assert {one.name: one.tables for one in campaign.nobody()} == {"各系部": ("1.1.3", "1.2.1")}
    assert "没有教学单位" in str(campaign.nobody()[0])


def test_a_table_the_catalog_has_not_is_said_and_nobody_is_reminded_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATECOLLECT_SCHEMAS", str(school.schemas(tmp_path / "年度")))
    campaign = school.found(tmp_path, (*school.ROWS, ("3.1.1新表", "教务处"), ("1.2.1机构表", "教务处")))
    status = campaign.status(DAY)
    assert (status.without_schema, lines(status, "3.1.1")) == (("3.1.1",), {})
    messages = [one.message for one in campaign.breakdown.problems]
    assert any("3.1.1" in one for one in messages)


def test_a_party_that_does_not_exist_is_refused_with_near_names(campaign: Campaign, tmp_path: Path) -> None:
    with_roster(campaign, tmp_path)
    for name in ("信息", "信息系/0001 张一", "校内教师/0008 周八", "图书馆"):
        with pytest.raises(UsageError, match="没有"):
            campaign.validate(departments=[name])
    with pytest.raises(UsageError) as caught:
        campaign.validate(departments=["信息系部"])
    assert "信息系" in caught.value.hint
    assert campaign.validate(departments=["信息系\u200b", "校内教师/0001 张一"]).findings == ()


def test_status_counts_findings_once_however_many_lines_there_are(campaign: Campaign, tmp_path: Path) -> None:
    """The findings are looked through once, not once a line."""
    with_roster(campaign, tmp_path)
    looked = 0

    class Findings(tuple):  # type: ignore[type-arg]
        def __iter__(self):  # type: ignore[no-untyped-def]
            nonlocal looked
            looked += 1
            return super().__iter__()

    from dataclasses import replace

    from statecollect.workflow.status import status

    with campaign.store() as store:
        found = campaign.run_rules(store)
        found = replace(found, findings=Findings(found.findings))
        got = status(store, campaign.breakdown, campaign.tasks, campaign.stages, found, DAY)
    assert len(got.lines) > looked
    assert looked <= 2


def test_status_of_one_department_shows_its_lines_alone(campaign: Campaign, tmp_path: Path) -> None:
    with_roster(campaign, tmp_path)
    assert {one.party for one in campaign.status(DAY, ["信息系"]).lines} == {"信息系"}
    assert len({one.party for one in campaign.status(DAY, ["校内教师"]).lines}) == len(school.TEACHERS)


def test_what_a_dissolved_unit_left_does_not_hold_the_bundle_back_for_ever(
    campaign: Campaign, tmp_path: Path
) -> None:
    """Its table has gone from the breakdown too, so that nobody can make it final."""
    school.give(campaign, "教务处", "1.2.1", ("专业代码", "方向"), ("09", "甲"))
    path = campaign.folder / "任务分解表.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    del data["tables"]["1.2.1"]
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    later = Campaign.open(campaign.folder)
    assert line(later.status(DAY), "教务处", "1.2.1").state == "not_assigned"
    with pytest.raises(Refused, match="没有人审核"):
        later.signoff.decide("approve", ["1.2.1"], ["教务处"], by="阳锋")
    with pytest.raises(Refused, match=r"「教务处」1\.2\.1"):
        later.export(tmp_path / "包")
    later.roll.declare_nil("教务处", ["1.2.1"], **BY)
    with pytest.raises(Refused) as caught:
        later.export(tmp_path / "包")
    assert "1.2.1" not in str(caught.value)
