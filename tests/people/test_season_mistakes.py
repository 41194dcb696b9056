"""What goes wrong when workbooks go back and forth, as a table: what is said, and how many rounds the repair takes.

Everybody's data are in before the mistake happens. Whatever comes in then, nobody else's are touched, and after the
rounds everything says what it said.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml

import returns
import staffed_school
from staffed_school import GROUP, TEACHERS, UNITS
from statecollect.campaign import Campaign
from statecollect.findings import Finding
from statecollect.intake.file_result import FileResult
from statecollect.school.config import School
from statecollect.workbook.layout import FINDINGS_SHEET, FIRST_DATA_ROW, HEADER_ROW, field_name_from_header

CASES = yaml.safe_load(Path(__file__).with_name("mistakes_in_a_season.yaml").read_text(encoding="utf-8"))
DAY = dt.timedelta(days=1)
SAVED = dt.datetime(2099, 9, 2, 8, 0, tzinfo=dt.UTC)
STAFF, MAJORS = "1.4.1", "1.2.1"
TEACHER_FIELD = "  - {name: 工号, kind: staff_no, required: yes}"
Row = dict[str, Any]


def right(party: str) -> tuple[str, list[Row]]:
    """What a party has to say: its table and rows."""
    if party in UNITS:
        made = [
            {"专业代码": f"{party}{at}", "方向": "甲", "学制（年）": 3, "院系": party, "男生": 20 + at}
            for at in range(2)
        ]
        return MAJORS, made
    number, name = party.partition("/")[2].split()
    return STAFF, [{"工号": number, "姓名": name, "手机": f"1380000{number}"}]


PARTIES = [*UNITS, *(f"{GROUP}/{number} {name}" for number, name in TEACHERS)]


class Season:
    """A campaign in which everybody has returned, and the blanks of several makings."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.blanks: dict[tuple[str, str], Path] = {}

    @property
    def campaign(self) -> Campaign:
        return Campaign.open(self.folder / "采集")

    def make_blanks(self, campaign: Campaign, made: str) -> None:
        """Make everybody's empty workbook, as one making."""
        for one in campaign.make_templates(self.folder / made, roster=self.folder / "名单.xlsx"):
            self.blanks[one.party.name, made] = one.path

    def blank(self, party: str, made: str = "今年") -> Path:
        return self.blanks[party, made]


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Season]:
    folder = tmp_path_factory.mktemp("一季")
    years = staffed_school.schemas(folder / "年度")
    (years / "2099" / "tables" / "1.6.1.yaml").unlink()
    staff = next((years / "2099" / "tables").glob("1.4.1*"))
    majors = next((years / "2099" / "tables").glob("1.2.1*"))
    for path, owner in ((staff, "owner: {teacher: 工号}"), (majors, "owner: {unit: 院系}")):
        text = path.read_text(encoding="utf-8").replace("\nkey:", f"\n{owner}\nkey:")
        path.write_text(text.replace(", references: 1.1.3.机构名称", ""), encoding="utf-8")
    shutil.copytree(years / "2099", years / "2098")
    last_year = years / "2098" / "catalog.yaml"
    last_year.write_text(last_year.read_text(encoding="utf-8").replace('"2099"', '"2098"'), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STATECOLLECT_SCHEMAS", str(years))
        rows = (("1.2.1专业表", "各系部"), ("1.4.1教师表", "校内教师"))
        listed = staffed_school.breakdown(folder / "任务分解表.xlsx", rows)
        staffed_school.roster(folder / "名单.xlsx")
        season = Season(folder)
        for year, name, out in (
            ("2098", "去年的采集", "去年"),
            ("2099", "试填的采集", "试填"),
            ("2099", "采集", "旧版"),
        ):
            campaign, _, _ = Campaign.init(
                folder / name,
                listed,
                year=year,
                school=School(name="小学校"),
                departments=("教务处",),
                units=UNITS,
            )
            season.make_blanks(campaign, out)
        known = staff.read_text(encoding="utf-8").replace("\r", "")
        staff.write_text(
            known.replace("fields:\n", "fields:\n  - {name: 手机, kind: phone, required: yes}\n", 1),
            encoding="utf-8",
        )
        season.make_blanks(season.campaign, "今年")
        for party in PARTIES:
            path = filled(
                season.blank(party), [party], folder / "返回" / f"{party.replace('/', ' ')}.xlsx", SAVED
            )
            (result,) = season.campaign.ingest([path], now=staffed_school.NOW)
            assert (result.outcome, loud(result.findings)) == ("accepted", [])
        _sent_back(season, UNITS[2])
        yield season


def _sent_back(season: Season, party: str) -> None:
    """Let a unit return something wrong at first, and the right thing after that was sent back."""
    first = season.folder / "第一次" / f"{party}.xlsx"
    book = openpyxl.load_workbook(season.folder / "返回" / f"{party}.xlsx")
    sheet = next(one for one in book if one.title.startswith(f"{MAJORS} "))
    sheet.cell(FIRST_DATA_ROW, 1).value = None
    first.parent.mkdir()
    book.save(first)
    returns.say_saved(first, SAVED + DAY)
    (wrong,) = season.campaign.ingest([first], now=staffed_school.NOW)
    assert wrong.outcome == "accepted"
    campaign = season.campaign
    (marked,) = campaign.write_marked(season.folder / "退回", campaign.validate(departments=[party])).written
    path = filled(marked, [party], season.folder / "改好.xlsx", SAVED + DAY)
    (result,) = campaign.ingest([path], now=staffed_school.NOW)
    assert (result.outcome, loud(result.findings)) == ("accepted", [])


def filled(blank: Path, parties: list[str], to: Path, saved: dt.datetime) -> Path:
    """Fill a workbook as Excel would with what these parties have to say, and save it at a time."""
    book = openpyxl.load_workbook(blank)
    for table in (STAFF, MAJORS):
        rows = [row for party in parties for row in right(party)[1] if right(party)[0] == table]
        sheet = next((one for one in book if one.title.startswith(f"{table} ")), None)
        if sheet is None or not rows:
            continue
        header = [field_name_from_header(str(cell.value or "")) for cell in sheet[HEADER_ROW]]
        for at, row in enumerate(rows, start=FIRST_DATA_ROW):
            for name, value in row.items():
                if field_name_from_header(name) in header:
                    sheet.cell(at, header.index(field_name_from_header(name)) + 1).value = value
    to.parent.mkdir(parents=True, exist_ok=True)
    book.save(to)
    returns.say_saved(to, saved)
    return to


def said(campaign: Campaign) -> dict[str, list[Any]]:
    """Return what everybody says together, by table."""
    return {table: campaign.table(table).astype(str).to_dict("records") for table in (STAFF, MAJORS)}


def of_others(everything: Mapping[str, list[Any]], party: str) -> list[Any]:
    """Return the rows that are not a party's."""
    own = {
        str(value) for row in right(party)[1] for name, value in row.items() if name in {"工号", "专业代码"}
    }
    return [row for rows in everything.values() for row in rows if own.isdisjoint(map(str, row.values()))]


def loud(findings: Sequence[Finding]) -> list[str]:
    """Return rule and place of what is more than a note, each once."""
    places = (
        f"{one.rule.split('-')[-1]} {one.origin.cell or (f'第 {one.origin.row} 行' if one.origin.row else '全表')}"
        for one in findings
        if one.severity != "note"
    )
    return list(dict.fromkeys(places))


def came_in(season: Season, case: dict[str, Any], folder: Path) -> Path:
    """Return the workbook with the mistake, saved a day after the right one was taken in."""
    made, party = case.get("made", "今年"), case["blank"]
    if made == "第一次":
        return filled(season.folder / "第一次" / f"{party}.xlsx", [], folder / "又存.xlsx", SAVED + 9 * DAY)
    if made == "第一次原样":
        return Path(shutil.copy(season.folder / "第一次" / f"{party}.xlsx", folder / "原样.xlsx"))
    return filled(
        season.blank(party, made), case["rows"], folder / f"{party.replace('/', ' ')}.xlsx", SAVED + DAY
    )


def repaired(campaign: Campaign, season: Season, party: str, result: FileResult, folder: Path) -> FileResult:
    """Repair as the list of problems says, in the marked workbook; after a refusal, in the own blank."""
    day = SAVED + 2 * DAY
    if result.outcome != "accepted":
        path = filled(season.blank(party), [party], folder / "自己的.xlsx", day)
        return campaign.ingest([path], now=staffed_school.NOW)[0]
    (marked,) = campaign.write_marked(folder / "退回", campaign.validate(departments=[party])).written
    book = openpyxl.load_workbook(marked)
    table, rows = right(party)
    sheet = next(one for one in book if one.title.startswith(f"{table} "))
    strange = [row[1].value for row in book[FINDINGS_SHEET].iter_rows(max_col=2) if row[1].value]
    assert strange  # the list names the cells
    sheet.delete_rows(FIRST_DATA_ROW, 40)
    book.save(folder / "改好.xlsx")
    path = filled(folder / "改好.xlsx", [party], folder / "改好.xlsx", day)
    assert rows
    return campaign.ingest([path], now=staffed_school.NOW)[0]


@pytest.mark.parametrize("case", CASES, ids=[case["mistake"] for case in CASES])
def test_a_mistake_between_people_costs_nobody_anything(
    case: dict[str, Any], season: Season, tmp_path: Path, record_property: Any
) -> None:
    campaign = Campaign.open(shutil.copytree(season.folder / "采集", tmp_path / "采集"))
    party, before = case["blank"], said(campaign)
    (result,) = campaign.ingest([came_in(season, case, tmp_path)], now=staffed_school.NOW)
    notes = {one.rule.split("-")[-1] for one in result.findings if one.severity == "note"}
    assert (result.outcome, loud(result.findings)) == (case["outcome"], case.get("finds", []))
    assert notes.issuperset(case.get("notes", []))
    assert [words for words in case.get("says", []) if words not in (result.reason or "")] == []
    assert of_others(said(campaign), party) == of_others(before, party)
    if result.outcome != "accepted":
        assert said(campaign) == before
    rounds = 0
    while said(campaign) != before or (rounds == 0 < case["rounds"]):
        rounds += 1
        assert rounds <= case["rounds"]
        again = repaired(campaign, season, party, result, tmp_path)
        assert loud(again.findings) == []
        assert again.outcome in {"accepted", "unchanged"}
    assert said(campaign) == before
    found = (
        "、".join(case.get("finds", [])) or {"refused": "不收", "superseded": "按旧版不收"}[case["outcome"]]
    )
    record_property(f"错法 {case['mistake']}", f"{found}，{rounds} 轮改好" if rounds else found)
