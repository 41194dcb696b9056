"""The chain of the notice: who may take which step, what it is bound to, and what voids it."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from season import Season
from statecollect.campaign import Campaign
from statecollect.campaign.demo import FIRST_DAY, FilledRows, fill, init_example
from statecollect.core.errors import Refused, UsageError
from statecollect.workflow.review import adjustments, signatures, unfinished
from statecollect.workflow.status import Status

OFFICE, TABLE, OTHER = "合就处", "2.6.1", "2.7.1"
HEAD = "冯志江"  # answers for the table in the breakdown
CHECKER, LEADER = "示例甲", "示例乙"
STAFF = "1.4.1"


@pytest.fixture(scope="module")
def returned(first_round: Season, tmp_path_factory: pytest.TempPathFactory, examples: Path) -> Path:
    """A campaign in which one office, whose tables have no errors, has returned its workbook; copy it."""
    folder = tmp_path_factory.mktemp("一个单位")
    campaign = init_example(folder / "采集", examples)
    campaign.ingest(fill(campaign, first_round.rows, folder, [OFFICE]), by="收表人", now=FIRST_DAY)
    return campaign.folder


@pytest.fixture(scope="module")
def wrong(returned: Path) -> set[str]:
    """The tables with errors while nothing else is there."""
    found = Campaign.open(returned).validate().findings
    return {one.table for one in found if one.severity == "error"}


@pytest.fixture(scope="module")
def table(returned: Path, wrong: set[str]) -> str:
    """A table of the office that has no errors."""
    standings = Campaign.open(returned).signoff.standings()
    return next(one for one, _ in standings if one not in wrong)


@pytest.fixture
def handed_in(returned: Path, tmp_path: Path) -> Campaign:
    """A copy of the test's own."""
    return Campaign.open(shutil.copytree(returned, tmp_path / "采集"))


def state(campaign: Campaign, table: str = TABLE, party: str = OFFICE) -> str:
    return campaign.signoff.standings()[table, party].state


def through(campaign: Campaign, table: str, *steps: tuple[str, str]) -> None:
    for action, name in steps:
        campaign.signoff.decide(action, [table], by=name, comment="原因")  # type: ignore[arg-type]


WHOLE = (("submit", "填报人"), ("approve", HEAD), ("approve", CHECKER), ("finalise", LEADER))


def test_the_chain_is_taken_step_by_step(handed_in: Campaign, table: str) -> None:
    seen = [state(handed_in, table)]
    for action, name in WHOLE:
        through(handed_in, table, (action, name))
        seen.append(state(handed_in, table))
    assert seen == ["returned", "submitted", "approved", "approved", "finalised"]
    line = next(one for one in handed_in.status(dt.date(2022, 9, 20)).lines if one.table == table)
    assert (line.state, line.step, line.by) == ("finalised", "领导小组终审", LEADER)
    with handed_in.store() as store:
        (signed,) = signatures(store, ())["approvals"]
        assert (signed["table"], signed["by"], signed["event"]) == (table, LEADER, store.journal_head())
        assert table not in unfinished(store)


@pytest.mark.parametrize(
    ("before", "action", "name", "said"),
    [
        ((), "approve", HEAD, "还没有自审提交"),
        ((), "finalise", LEADER, "还没有工作组核查"),
        (WHOLE[:1], "approve", "路人", "不是这张表的审核人"),
        (WHOLE[:1], "approve", "小秘书", "不得转移给秘书或普通教师"),
        (WHOLE[:2], "approve", HEAD, "不是工作组成员"),
        (WHOLE[:2], "finalise", LEADER, "还没有工作组核查"),
        (WHOLE[:3], "finalise", HEAD, "不是领导小组成员"),
        (WHOLE, "submit", "填报人", "已定稿锁定"),
        (WHOLE, "reopen", HEAD, "不是领导小组成员"),
        (WHOLE[:3], "reopen", LEADER, "没有定稿"),
        (WHOLE[:1], "return", "路人", "不是这张表的审核人"),
    ],
)
def test_a_step_out_of_turn_or_by_the_wrong_person_is_refused(
    handed_in: Campaign,
    table: str,
    before: tuple[tuple[str, str], ...],
    action: str,
    name: str,
    said: str,
) -> None:
    with (handed_in.folder / "statecollect.toml").open("a", encoding="utf-8") as config:
        config.write(f'\n[[people]]\nname = "小秘书"\nrole = "秘书"\nparty = "{OFFICE}"\n')
    campaign = Campaign.open(handed_in.folder)
    through(campaign, table, *before)
    events = len(campaign.log())
    with pytest.raises(Refused, match=said):
        through(campaign, table, (action, name))
    assert len(campaign.log()) == events


def test_nothing_is_approved_while_errors_stand(first_round: Season, tmp_path: Path) -> None:
    campaign = first_round.copy(tmp_path / "采集")
    wrong = next(one for one in campaign.validate().findings if one.severity == "error" and one.party)
    with pytest.raises(Refused, match=r"还有 \d+ 个错误没有改正"):
        campaign.signoff.decide("submit", [wrong.table], [wrong.party], by="填报人")


def test_a_name_and_a_reason_are_asked_for(handed_in: Campaign) -> None:
    with pytest.raises(UsageError, match="谁"):
        handed_in.signoff.decide("submit", [TABLE], by=" ")
    with pytest.raises(UsageError, match="原因"):
        handed_in.signoff.decide("return", [TABLE], by=HEAD)


def test_one_that_may_not_stops_all_that_were_named(handed_in: Campaign, table: str) -> None:
    with pytest.raises(Refused, match="还没有返回"):
        handed_in.signoff.decide("submit", [table, "1.2.1"], by="填报人")
    assert state(handed_in, table) == "returned"


def test_who_submitted_does_not_review_where_another_department_does(
    first_round: Season, campaign: Campaign, tmp_path: Path
) -> None:
    party = next(one for one, table in first_round.rows if table == STAFF and "/" in one)
    campaign.ingest(fill(campaign, first_round.rows, tmp_path, [party]), now=FIRST_DAY)
    wrong = {one.table for one in campaign.validate().findings if one.severity == "error"}
    table = next(one for one in (STAFF, "2.15.2", "2.1.1") if one not in wrong)
    campaign.signoff.decide("submit", [table], by="阳锋")
    with pytest.raises(Refused, match="自己提交的不能自己复审"):
        campaign.signoff.decide("approve", [table], by="阳锋")


def changed(rows: FilledRows, party: str, table: str) -> FilledRows:
    """Return rows of which one, of this party's table, says something else in its last column of text."""
    first, *rest = rows[party, table]
    name = next(one for one in ("合作开始时间（年月）", "备注", *reversed(first)) if first.get(one))
    return {**rows, (party, table): [{**first, name: _other(first[name])}, *rest]}


def _other(text: str) -> str:
    return str(int(text) + 1) if text.isdigit() else text + "二"


def test_a_change_voids_the_decision_about_this_table_only_and_is_written_down(
    first_round: Season, handed_in: Campaign, wrong: set[str], tmp_path: Path
) -> None:
    filled = [
        t for t, party in handed_in.signoff.standings() if t not in wrong and (OFFICE, t) in first_round.rows
    ]
    table, other = filled[:2]
    for one in (table, other):
        through(handed_in, one, *WHOLE[:2])
    paths = fill(handed_in, changed(first_round.rows, OFFICE, table), tmp_path / "又交", [OFFICE])
    (result,) = handed_in.ingest(paths, by="收表人", note="填错了一格")
    assert result.outcome == "accepted"
    assert result.voided == (table,)
    assert (state(handed_in, table), state(handed_in, other)) == ("returned", "approved")
    assert HEAD in handed_in.signoff.standings()[table, OFFICE].voided
    with handed_in.store() as store:
        (written,) = adjustments(store)
    assert (written["table"], written["party"], written["note"]) == (table, OFFICE, "填错了一格")
    assert len(written["changed"]) + written["added"] >= 1


def test_a_final_table_is_locked_until_it_is_reopened(
    first_round: Season, handed_in: Campaign, wrong: set[str], tmp_path: Path
) -> None:
    table = next(
        t for t, _ in handed_in.signoff.standings() if t not in wrong and (OFFICE, t) in first_round.rows
    )
    through(handed_in, table, *WHOLE)
    paths = fill(handed_in, changed(first_round.rows, OFFICE, table), tmp_path / "又交", [OFFICE])
    (result,) = handed_in.ingest(paths)
    assert (result.outcome, state(handed_in, table)) == ("refused", "finalised")
    assert "已定稿锁定" in str(result.reason)

    same = fill(handed_in, first_round.rows, tmp_path / "原样", [OFFICE])
    assert handed_in.ingest(same)[0].outcome in {"accepted", "unchanged"}

    through(handed_in, table, ("reopen", LEADER))
    assert state(handed_in, table) == "approved"  # what was not changed need not be reviewed again
    assert handed_in.signoff.standings()[table, OFFICE].step == "工作组核查"
    assert handed_in.ingest(paths)[0].outcome == "accepted"
    assert state(handed_in, table) == "returned"


def test_a_table_sent_back_is_reminded_of_with_the_reason(handed_in: Campaign, table: str) -> None:
    through(handed_in, table, *WHOLE[:1])
    handed_in.signoff.decide("return", [table], by=HEAD, comment="少了两家企业")
    found: Status = handed_in.status(dt.date(2022, 9, 28))
    texts = dict(found.reminders)
    assert state(handed_in, table) == "sent_back"
    assert f"{table} 被退回：少了两家企业" in texts[OFFICE]
    assert "028-00000000" in texts[OFFICE]


def test_decisions_survive_a_rebuild(handed_in: Campaign, table: str) -> None:
    through(handed_in, table, *WHOLE)
    before = handed_in.signoff.standings()
    handed_in.rebuild()
    assert handed_in.signoff.standings() == before


def test_late_returns_are_marked_or_refused_as_the_school_decides(
    first_round: Season, campaign: Campaign, tmp_path: Path
) -> None:
    (path,) = fill(campaign, first_round.rows, tmp_path, [OFFICE])
    after = dt.datetime(2022, 10, 2, 9, 0, tzinfo=FIRST_DAY.tzinfo)
    config = campaign.folder / "statecollect.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace('policy = "accept"', 'policy = "refuse"'), encoding="utf-8")
    (refused,) = Campaign.open(campaign.folder).ingest([path], now=after)
    assert (refused.outcome, refused.deliveries) == ("refused", ())
    assert "已过截止日期" in str(refused.reason)
    config.write_text(text, encoding="utf-8")
    (taken,) = Campaign.open(campaign.folder).ingest([path], now=after)
    assert taken.outcome == "accepted"
    assert taken.late["2.6.1"] == 4  # special tables are due on 28 September
    line = next(one for one in campaign.status(dt.date(2022, 10, 3)).lines if one.table == "2.6.1")
    assert (line.state, line.late, line.days_late) == ("returned", True, 4)

    config.write_text(text.replace('policy = "accept"', 'policy = "refuse"'), encoding="utf-8")
    rows = {key: those[1:] if key == (OFFICE, OTHER) else those for key, those in first_round.rows.items()}
    corrected = fill(campaign, rows, tmp_path / "改过", [OFFICE])
    (again,) = Campaign.open(campaign.folder).ingest(corrected, now=after)
    assert (again.outcome, again.reason) == ("accepted", None)  # what came once may be corrected


def test_the_forms_carry_tables_rows_and_digests(handed_in: Campaign, table: str, tmp_path: Path) -> None:
    import docx
    import openpyxl

    through(handed_in, table, *WHOLE[:2])
    written = handed_in.signoff.print_forms(tmp_path / "报表", [OFFICE])
    assert [path.suffix for path in written] == [".docx", ".xlsx"]
    with handed_in.store() as store:
        digest = store.digests(table)[OFFICE][:10]
    grid = docx.Document(str(written[0])).tables[0]
    lines = {row.cells[0].text: [cell.text for cell in row.cells] for row in grid.rows}
    assert lines[table][-1] == digest
    assert HEAD in lines[table][-2]
    cells = {
        str(cell.value)
        for row in openpyxl.load_workbook(written[1]).worksheets[0].iter_rows()
        for cell in row
    }
    assert {table, digest} <= cells
    assert any("部门负责人（签字）" in text for text in cells)
    again = handed_in.signoff.print_forms(tmp_path / "再印", [OFFICE])
    assert [path.read_bytes() for path in written] == [path.read_bytes() for path in again]
    with pytest.raises(UsageError, match="没有要审核的表"):
        handed_in.signoff.print_forms(tmp_path, ["思政部"])
