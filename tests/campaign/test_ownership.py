"""Whose data it is: rows of somebody else are named at their cell, a workbook of nothing else is not taken in."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import openpyxl
import pytest

from statecollect.campaign import Campaign
from statecollect.campaign.demo import FilledRows, example_rows, init_example, typed_cell
from statecollect.campaign.outgoing.self_check import check_file
from statecollect.core.errors import UsageError
from statecollect.findings import Finding
from statecollect.intake.result import FileResult
from statecollect.intake.returns import read_return
from statecollect.rules import ownership
from statecollect.rules.ownership import ONE_BY_ONE, KnownPeople, known_teacher
from statecollect.workbook.layout import FIRST_DATA_ROW, HEADER_ROW, field_name_from_header, plain_name

STAFF, OUTSIDE, TEACHING, TRAINING = "1.4.1", "1.4.2", "2.1.1", "2.19.1"
GROUP, ECONOMY, COMPUTING = "校内教师", "经济管理系", "信息工程系"
FIRST, SECOND, THIRD = "0001 孟雪丽", "0002 邱辉", "0003 黄佑志"
Typed = Mapping[str, str | int]


@dataclass(frozen=True)
class Blanks:
    """A campaign and its empty templates by the name of the party; copies are made of both."""

    folder: Path
    templates: dict[str, Path]
    rows: FilledRows


@pytest.fixture(scope="module")
def blanks(tmp_path_factory: pytest.TempPathFactory, examples: Path) -> Blanks:
    folder = tmp_path_factory.mktemp("模板")
    campaign = init_example(folder / "采集", examples)
    roster = folder / "名单.csv"
    lines = "\n".join(one.replace(" ", ",") for one in (FIRST, SECOND, THIRD))
    roster.write_text(f"教工号,姓名\n{lines}\n", encoding="utf-8")
    out = folder / "空表"
    made = campaign.make_templates(out, departments=[ECONOMY, "培训中心"])
    made += campaign.make_templates(folder / "合并", departments=[GROUP])  # before anybody says who they are
    made += campaign.make_templates(out, departments=[GROUP], roster=roster)
    return Blanks(
        campaign.folder,
        {one.party.name.split("/")[-1]: one.path for one in made},
        example_rows(examples / "2022"),
    )


def of(rows: FilledRows, who: str, table: str) -> list[dict[str, str]]:
    """What the example's party says in a table."""
    return next(said for (party, one), said in rows.items() if one == table and party.split("/")[-1] == who)


def filled(blanks: Blanks, party: str, tables: Mapping[str, Sequence[Typed]], to: Path) -> Path:
    """Fill a party's empty template as Excel would, below the header; a number given as one stays one."""
    book = openpyxl.load_workbook(blanks.templates[party])
    fields = Campaign.open(blanks.folder).catalog.tables
    for table, rows in tables.items():
        sheet = next(book[name] for name in book.sheetnames if name.startswith(f"{table} "))
        header = [field_name_from_header(str(cell.value or "")) for cell in sheet[HEADER_ROW]]
        for at, row in enumerate(rows, start=FIRST_DATA_ROW):
            for name, value in row.items():
                column = header.index(plain_name(name)) + 1
                typed = typed_cell(fields[table].by_name[name], value) if isinstance(value, str) else value
                sheet.cell(at, column).value = typed
                if table == STAFF and name == "教工号" and isinstance(value, int):
                    sheet.cell(at, column).number_format = "General"
    to.mkdir(exist_ok=True)
    book.save(to / f"{party}.xlsx")
    return to / f"{party}.xlsx"


@dataclass(frozen=True)
class Desk:
    """A campaign of the test's own, and a folder for what comes back."""

    campaign: Campaign
    blanks: Blanks
    folder: Path

    def receive(self, party: str, tables: Mapping[str, Sequence[Typed]]) -> FileResult:
        (result,) = self.campaign.ingest([filled(self.blanks, party, tables, self.folder)])
        return result

    def validated(self) -> list[Finding]:
        return strange(self.campaign.validate().findings)


@pytest.fixture
def desk(blanks: Blanks, tmp_path: Path) -> Desk:
    return Desk(Campaign.open(shutil.copytree(blanks.folder, tmp_path / "采集")), blanks, tmp_path / "返回")


def strange(findings: Sequence[Finding]) -> list[Finding]:
    return [one for one in findings if one.rule.split("-")[1] in {"S20", "S21", "S22"}]


def test_a_colleagues_row_is_an_error_at_its_cell_that_names_both(desk: Desk) -> None:
    rows = desk.blanks.rows
    theirs = of(rows, THIRD, STAFF)[0]
    result = desk.receive(FIRST, {STAFF: [*of(rows, FIRST, STAFF), theirs]})
    assert result.outcome == "accepted"
    (found,) = strange(result.findings)
    assert (found.rule, found.severity, found.field, found.value) == (
        f"{STAFF}-S20",
        "error",
        "教工号",
        "0003",
    )
    assert (found.origin.row, found.origin.cell) == (FIRST_DATA_ROW + 1, f"B{FIRST_DATA_ROW + 1}")
    assert FIRST in found.message
    assert THIRD in found.message
    assert theirs["身份证件号"] not in found.message + found.hint
    assert desk.validated() == [found]
    assert strange(check_file(desk.folder / f"{FIRST}.xlsx").findings) == [found]


@pytest.mark.parametrize("table", [STAFF, TEACHING, "2.15.2"])
def test_a_teachers_workbook_of_nothing_but_a_colleagues_rows_is_refused(desk: Desk, table: str) -> None:
    row: Typed = of(desk.blanks.rows, THIRD, STAFF)[0]
    if table == TEACHING:
        row = {"授课任务（编码）": "T1", "授课教师工号": "0003", "授课教师姓名": "黄佑志"}
    elif table != STAFF:
        row = {"教工号": "0003", "教师姓名": "黄佑志", "项目名称": "某项目"}
    prefilled: Typed = {"教工号": "", "姓名": ""}  # of the list of teachers: deleted, or overwritten
    result = desk.receive(FIRST, {STAFF: [prefilled], table: [row]})
    assert (result.outcome, result.unusable) == ("refused", False)
    assert FIRST in str(result.reason)
    assert f"{THIRD}」" in str(result.reason)
    assert f"{table} 1 行" in str(result.reason)
    with desk.campaign.store() as store:
        assert not store.deliveries()


def test_two_persons_in_one_file_of_a_third_are_both_named(desk: Desk) -> None:
    rows = [of(desk.blanks.rows, who, STAFF)[0] for who in (SECOND, THIRD)]
    result = desk.receive(FIRST, {STAFF: rows})
    assert result.outcome == "refused"
    assert f"「{SECOND}」、「{THIRD}」" in str(result.reason)


def test_one_own_row_in_another_table_keeps_the_workbook_from_being_refused(desk: Desk) -> None:
    theirs = of(desk.blanks.rows, THIRD, STAFF)
    own = {"授课任务（编码）": "T1", "授课教师工号": "0001", "授课教师姓名": "孟雪丽"}
    result = desk.receive(FIRST, {STAFF: theirs, TEACHING: [own]})
    assert result.outcome == "accepted"
    assert [one.table for one in strange(result.findings)] == [STAFF]


@pytest.mark.parametrize("typed", ["0001", 1, " 0001", "０００１", "01"])
def test_ones_own_number_is_ones_own_however_it_is_typed(desk: Desk, typed: str | int) -> None:
    row = {**of(desk.blanks.rows, FIRST, STAFF)[0], "教工号": typed}
    result = desk.receive(FIRST, {STAFF: [row]})
    assert (result.outcome, strange(result.findings)) == ("accepted", [])


def test_a_slip_in_ones_own_number_is_an_error_but_nobody_elses_workbook(desk: Desk) -> None:
    row = {**of(desk.blanks.rows, FIRST, STAFF)[0], "教工号": "1000"}
    result = desk.receive(FIRST, {STAFF: [row]})
    assert result.outcome == "accepted"
    (found,) = strange(result.findings)
    assert (found.severity, found.value) == ("error", "1000")
    assert found.message.endswith("“教工号”却是「1000」")


def test_a_row_without_a_number_says_nothing_of_whose_it_is(desk: Desk) -> None:
    row = {**of(desk.blanks.rows, FIRST, STAFF)[0], "教工号": ""}
    result = desk.receive(FIRST, {STAFF: [row]})
    assert (result.outcome, strange(result.findings)) == ("accepted", [])


def outside(blanks: Blanks, *units: str) -> list[Typed]:
    """Teachers from outside, one for each unit named, their numbers all different."""
    pattern = of(blanks.rows, ECONOMY, OUTSIDE)[0]
    return [{**pattern, "教工号": f"W9{at:02}", "聘任系部": unit} for at, unit in enumerate(units)]


def test_another_units_rows_alone_are_refused_by_name(desk: Desk) -> None:
    result = desk.receive(ECONOMY, {OUTSIDE: of(desk.blanks.rows, COMPUTING, OUTSIDE)})
    assert result.outcome == "refused"
    count = len(of(desk.blanks.rows, COMPUTING, OUTSIDE))
    assert f"这份「{ECONOMY}」的表里全是「{COMPUTING}」的行（{OUTSIDE} {count} 行）" in str(result.reason)


def test_another_units_rows_among_ones_own_are_errors_at_their_cells(desk: Desk) -> None:
    result = desk.receive(ECONOMY, {OUTSIDE: outside(desk.blanks, ECONOMY, COMPUTING, "教务处")})
    assert result.outcome == "accepted"
    found = strange(result.findings)
    assert [(one.severity, one.origin.row, one.value) for one in found] == [
        ("error", FIRST_DATA_ROW + 1, COMPUTING),
        ("error", FIRST_DATA_ROW + 2, "教务处"),
    ]
    assert all(ECONOMY in one.message and str(one.value) in one.message for one in found)
    assert desk.validated() == found


@pytest.mark.parametrize(
    "typed", ["经 济管理系", "經济管理系", "经济管理系 ", "经管系", "“经管系”", "财经学院"]
)
def test_a_unit_may_be_called_by_any_of_its_names(desk: Desk, typed: str) -> None:
    config = desk.campaign.folder / "statecollect.toml"
    text = config.read_text(encoding="utf-8")
    aliases = '[parties.aliases]\n"经管系" = "经济管理系"\n"财经学院" = "经济管理系"\n'
    config.write_text(text.replace("[parties.aliases]\n", aliases), encoding="utf-8")
    desk = replace(desk, campaign=Campaign.open(desk.campaign.folder))
    result = desk.receive(ECONOMY, {OUTSIDE: outside(desk.blanks, typed)})
    assert (result.outcome, strange(result.findings)) == ("accepted", [])


def test_a_name_nobody_knows_is_asked_about_and_an_alias_settles_it(desk: Desk) -> None:
    result = desk.receive(ECONOMY, {OUTSIDE: outside(desk.blanks, "会计教研室")})
    assert result.outcome == "accepted"
    (found,) = strange(result.findings)
    assert (found.severity, found.value) == ("warning", "会计教研室")
    assert desk.validated() == [found]
    config = desk.campaign.folder / "statecollect.toml"
    text = config.read_text(encoding="utf-8")
    alias = f'[parties.aliases]\n"会计教研室" = "{ECONOMY}"\n'
    config.write_text(text.replace("[parties.aliases]\n", alias), encoding="utf-8")
    assert replace(desk, campaign=Campaign.open(desk.campaign.folder)).validated() == []


def test_an_office_may_fill_in_for_others(desk: Desk) -> None:
    pattern = of(desk.blanks.rows, "培训中心", TRAINING)[0]
    result = desk.receive("培训中心", {TRAINING: [{**pattern, "承办部门": COMPUTING}]})
    assert (result.outcome, strange(result.findings)) == ("accepted", [])


def test_a_table_that_does_not_say_whose_a_row_is_is_not_held_to_it(desk: Desk) -> None:
    result = desk.receive(ECONOMY, {TEACHING: of(desk.blanks.rows, COMPUTING, TEACHING)})
    assert (result.outcome, strange(result.findings)) == ("accepted", [])


@pytest.mark.parametrize(("many", "lines"), [(ONE_BY_ONE, ONE_BY_ONE), (ONE_BY_ONE + 1, 1)])
def test_a_long_run_of_rows_is_one_finding(desk: Desk, many: int, lines: int) -> None:
    result = desk.receive(ECONOMY, {OUTSIDE: outside(desk.blanks, ECONOMY, *[COMPUTING] * many)})
    found = strange(result.findings)
    assert len(found) == lines
    if lines == 1:
        assert f"第 {FIRST_DATA_ROW + 1}–{FIRST_DATA_ROW + many} 行" in found[0].message
        assert f"{many} 行" in found[0].message


def test_the_workbook_of_all_teachers_is_held_against_their_list(desk: Desk) -> None:
    rows: list[Typed] = [of(desk.blanks.rows, who, STAFF)[0] for who in (FIRST, SECOND, THIRD)]
    rows[0] = {**rows[0], "教工号": 1}
    assert strange(desk.receive(GROUP, {STAFF: rows}).findings) == []
    reading = read_return(desk.folder / f"{GROUP}.xlsx", desk.campaign.catalog)
    catalog, parties = desk.campaign.catalog, desk.campaign.config.parties
    roster = {"0001": "孟雪丽", "0002": "邱晖"}
    found = ownership.findings(reading.deliveries, catalog, KnownPeople.of(catalog, parties, roster))
    assert [(one.rule, one.severity, one.origin.cell, one.value) for one in found] == [
        (f"{STAFF}-S21", "warning", f"B{FIRST_DATA_ROW + 1}", "0002"),
        (f"{STAFF}-S21", "warning", f"B{FIRST_DATA_ROW + 2}", "0003"),
    ]
    assert "「邱晖」" in found[0].message
    assert THIRD in found[1].message
    assert ownership.refusal(reading.deliveries, catalog, KnownPeople.of(catalog, parties, {})) is None


def test_who_is_in_the_common_workbook_and_has_one_alone_is_named(desk: Desk) -> None:
    rows = [of(desk.blanks.rows, who, STAFF)[0] for who in (FIRST, SECOND)]
    desk.receive(GROUP, {STAFF: rows})
    assert desk.validated() == []
    desk.receive(SECOND, {STAFF: rows[1:]})
    (found,) = desk.validated()
    assert (found.rule, found.severity, found.party) == (f"{STAFF}-S22", "warning", GROUP)
    assert (found.origin.row, SECOND in found.message) == (FIRST_DATA_ROW + 1, True)


ROSTER = {"0001": "孟雪丽", "0021": "王丽"}
BEFORE = (f"{GROUP}/0300 李四", "教务处")


@pytest.mark.parametrize(
    ("said", "roster", "means"),
    [
        (f"{GROUP}/0001 孟雪丽", ROSTER, f"{GROUP}/0001 孟雪丽"),
        (f"{GROUP}/1 孟雪丽", ROSTER, f"{GROUP}/0001 孟雪丽"),
        (f"{GROUP}/0001", ROSTER, f"{GROUP}/0001 孟雪丽"),
        (f"{GROUP}/０００１ 孟雪丽", ROSTER, f"{GROUP}/0001 孟雪丽"),
        (f"{GROUP}/0300 李四", ROSTER, f"{GROUP}/0300 李四"),
        (f"{GROUP}/300", None, f"{GROUP}/0300 李四"),
        (f"{GROUP}/0007 赵六", None, f"{GROUP}/0007 赵六"),
        (GROUP, ROSTER, GROUP),
        ("教务处", ROSTER, "教务处"),
    ],
)
def test_a_teacher_named_by_hand_is_one_who_is_known(
    said: str, roster: Mapping[str, str] | None, means: str
) -> None:
    assert known_teacher(said, roster, BEFORE) == means


@pytest.mark.parametrize(
    ("said", "roster", "near"),
    [
        (f"{GROUP}/任意", ROSTER, ""),
        (f"{GROUP}/任意", None, ""),
        (f"{GROUP}/0001 孟雪莉", ROSTER, "0001 孟雪丽"),
        (f"{GROUP}/0012 王丽", ROSTER, "0021 王丽"),
        (f"{GROUP}/0300 李斯", None, "0300 李四"),
        (f"{GROUP}/0007 赵六", ROSTER, ""),
        (f"{GROUP}/", None, ""),
    ],
)
def test_a_teacher_nobody_knows_is_refused_with_who_is_near(
    said: str, roster: Mapping[str, str] | None, near: str
) -> None:
    with pytest.raises(UsageError) as caught:
        known_teacher(said, roster, BEFORE)
    assert near in str(caught.value.hint)


@pytest.mark.parametrize("name", [f"{GROUP}/任意", "教务处/任意", f"{ECONOMY}/0001 孟雪丽"])
def test_no_party_comes_into_being_by_a_slip_of_the_pen(desk: Desk, name: str) -> None:
    path = filled(desk.blanks, FIRST, {STAFF: of(desk.blanks.rows, FIRST, STAFF)}, desk.folder)
    with pytest.raises(UsageError):
        desk.campaign.ingest([path], department=name)
    with pytest.raises(UsageError):
        desk.campaign.file_evidence([path], STAFF, department=name)
