"""The marked return: the rows as typed, what is wrong at each cell, and after the repair no trace of it."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook

import season
import small_school
from returns import codes, save
from season import Season
from statecollect.campaign import Campaign
from statecollect.campaign.demo import Mistake
from statecollect.campaign.outgoing.self_check import check_file
from statecollect.school.party_files import file_names
from statecollect.workbook.layout import FIRST_DATA_ROW, HEADER_ROW, field_name_from_header, plain_name
from statecollect.workbook.write.styles import ERROR_FILL

PARTIES = ["党政办", "信息工程系", "校内教师/0005 潘艳"]


def file_name(party: str) -> str:
    return f"{party.split('/')[-1]}-退回修改.xlsx"


@pytest.fixture(scope="module")
def returned(first_round: Season, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The marked workbooks of three parties."""
    folder = tmp_path_factory.mktemp("退回")
    campaign = first_round.copy(folder / "采集")
    campaign.write_marked(folder, campaign.validate(departments=PARTIES))
    return folder


def slips_of(first_round: Season, party: str) -> list[Mistake]:
    return [one for one in first_round.mistakes if one.party == party and season.TIDIED not in one.why]


def place(book: Workbook, slip: Mistake) -> tuple[str, int]:
    """Return the tab and the 1-based column of a mistake."""
    tab = next(name for name in book.sheetnames if name.startswith(f"{slip.table} "))
    header = [field_name_from_header(str(cell.value or "")) for cell in book[tab][HEADER_ROW]]
    return tab, header.index(plain_name(slip.field)) + 1


def test_only_parties_with_something_to_repair_get_one(returned: Path) -> None:
    assert {path.name for path in returned.glob("*.xlsx")} == {file_name(party) for party in PARTIES}


@pytest.mark.parametrize("party", PARTIES)
def test_each_error_has_its_colour_and_its_comment(first_round: Season, returned: Path, party: str) -> None:
    book = openpyxl.load_workbook(returned / file_name(party))
    slips = slips_of(first_round, party)
    assert slips
    for slip in slips:
        tab, column = place(book, slip)
        cell = book[tab].cell(season.sheet_row(slip), column)
        assert str(cell.value or "") == slip.typed
        assert str(cell.fill.start_color.rgb)[-6:] == ERROR_FILL.strip("#")
        assert cell.comment is not None
        assert slip.field in cell.comment.text
        assert "→" in cell.comment.text


@pytest.mark.parametrize("party", PARTIES)
def test_the_rows_come_back_as_typed(first_round: Season, returned: Path, party: str) -> None:
    sent = openpyxl.load_workbook(first_round.returns[party])
    back = openpyxl.load_workbook(returned / file_name(party))
    for tab in (name for name in sent.sheetnames if name[0].isdigit()):
        width = len([cell for cell in sent[tab][HEADER_ROW] if cell.value])
        rows = [
            [[cell.value for cell in row[:width]] for row in book[tab].iter_rows(min_row=FIRST_DATA_ROW)]
            for book in (sent, back)
        ]
        filled = [[row for row in given if any(cell is not None for cell in row)] for given in rows]
        assert filled[0] == filled[1]


@pytest.mark.parametrize("party", PARTIES)
def test_the_list_of_problems_links_to_the_cells(first_round: Season, returned: Path, party: str) -> None:
    book = openpyxl.load_workbook(returned / file_name(party))
    links = [cell.hyperlink for row in book["问题清单"].iter_rows() for cell in row if cell.hyperlink]
    targets = {str(link.location) for link in links}
    for slip in slips_of(first_round, party):
        tab, column = place(book, slip)
        letter = get_column_letter(column)
        assert f"'{tab}'!{letter}{season.sheet_row(slip)}" in targets


def test_the_repaired_marked_workbooks_are_taken_in_without_errors_and_get_no_mark(
    first_round: Season, returned: Path, tmp_path: Path
) -> None:
    campaign = first_round.copy(tmp_path / "采集")
    paths = [
        repaired(first_round, returned / file_name(party), party, tmp_path / f"{at}.xlsx")
        for at, party in enumerate(PARTIES)
    ]
    results = campaign.ingest(paths)
    assert [(one.outcome, one.party) for one in results] == [("accepted", party) for party in PARTIES]
    found = [finding for one in results for finding in one.findings]
    assert [str(one.message) for one in found if one.severity == "error"] == []
    validation = campaign.validate(departments=PARTIES)
    assert [one for one in validation.findings if one.severity == "error"] == []
    assert "党政办" not in {one.party for one in validation.findings if one.severity != "note"}
    clean = campaign.write_marked(tmp_path / "退回", validation)
    assert file_name("党政办") not in {path.name for path in clean.written}


def test_marks_of_an_earlier_round_do_not_stay(first_round: Season, returned: Path, tmp_path: Path) -> None:
    """Returned unrepaired and marked again, the workbook holds each mark once."""
    campaign = first_round.copy(tmp_path / "采集")
    first = returned / file_name("党政办")
    assert campaign.ingest([first])[0].outcome == "accepted"
    again = campaign.write_marked(tmp_path / "第二次", campaign.validate(departments=["党政办"])).written[0]
    assert marks(again) == marks(first)


def test_when_all_is_repaired_no_mistake_is_found_again(first_round: Season, tmp_path: Path) -> None:
    campaign = first_round.copy(tmp_path / "采集")
    parties = sorted({slip.party for slip in first_round.mistakes})
    campaign.ingest([first_round.repaired(campaign, party, tmp_path / "第二轮") for party in parties])
    validation = campaign.validate()
    slips = {(slip.party, slip.table, slip.field, season.sheet_row(slip)) for slip in first_round.mistakes}
    found = {(one.party, one.table, one.field, one.origin.row): one.message for one in validation.findings}
    assert {place: found[place] for place in slips & set(found)} == {}


def test_the_same_return_is_the_same_bytes(first_round: Season, returned: Path, tmp_path: Path) -> None:
    campaign: Campaign = first_round.copy(tmp_path / "采集")
    again = campaign.write_marked(tmp_path, campaign.validate(departments=["党政办"])).written[0]
    assert again.read_bytes() == (returned / again.name).read_bytes()


def repaired(first_round: Season, marked: Path, party: str, path: Path) -> Path:
    """Do what the clerk does: type the right value over each marked cell."""
    book = openpyxl.load_workbook(marked)
    for slip in slips_of(first_round, party):
        tab, column = place(book, slip)
        right = first_round.rows[slip.party, slip.table][slip.row - 1][slip.field]
        book[tab].cell(season.sheet_row(slip), column).value = right
    book.save(path)
    return path


def marks(path: Path) -> set[tuple[str, str, str]]:
    """Return every comment: tab, cell, text."""
    book = openpyxl.load_workbook(path)
    return {
        (sheet.title, cell.coordinate, cell.comment.text)
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment is not None
    }


def test_a_department_marks_repairs_and_returns_its_own_workbook(first_round: Season, tmp_path: Path) -> None:
    campaign = first_round.copy(tmp_path / "采集")
    out = tmp_path / "自查.xlsx"
    result = check_file(first_round.returns["党政办"], marked=out)
    errors = [one for one in result.findings if one.severity == "error"]
    assert errors
    book = openpyxl.load_workbook(out)
    assert "问题清单" in book.sheetnames
    for slip in first_round.mistakes:
        if slip.party != "党政办" or not slip.typed:
            continue
        sheet = next(sheet for sheet in book.worksheets if sheet.title.startswith(f"{slip.table} "))
        header = [str(cell.value or "").lstrip("*△▣") for cell in sheet[4]]
        cell = sheet.cell(season.sheet_row(slip), header.index(slip.field) + 1)
        cell.value = first_round.rows["党政办", slip.table][slip.row - 1][slip.field] or None
    book.save(out)
    (returned,) = campaign.ingest([out])
    assert (returned.outcome, returned.party) == ("accepted", "党政办")  # the stamp is still genuine
    assert [one.message for one in returned.findings if one.severity == "error"] == []


def test_a_second_time_the_workbooks_of_those_who_are_clean_are_removed(
    small: tuple[Path, Campaign], tmp_path: Path
) -> None:
    """Known by their stamp, not by name; what others put there, or have worked in, stays."""
    school, campaign = small
    offices = ("教务处", "信息系")
    paths = [
        save(school / "返回1" / f"{one}.xlsx", tmp_path / f"{one}.xlsx", wrong(one), office=one)
        for one in offices
    ]
    campaign.ingest(paths, now=small_school.NOW)
    folder = tmp_path / "退回"
    sent = campaign.write_marked(folder, campaign.validate())
    assert ({path.name for path in sent.written}, sent.removed) == (set(map(file_name, offices)), ())
    clean, faulty = sent.written if sent.written[0].name == file_name("教务处") else sent.written[::-1]
    (folder / "说明.txt").write_text("给各单位", encoding="utf-8")
    (folder / "教务处-退回修改(1).xlsx").write_bytes(clean.read_bytes())
    (folder / "模板.xlsx").write_bytes((school / "返回1" / "教务处.xlsx").read_bytes())
    repaired = save(clean, tmp_path / "改好.xlsx", wrong("教务处") | {"教务处A009": 5})
    save(clean, folder / "教务处交的.xlsx", codes(0, 8))
    (folder / "坏.xlsx").write_bytes(clean.read_bytes()[:500])
    campaign.ingest([repaired], now=small_school.NOW)
    again = campaign.write_marked(folder, campaign.validate(departments=["信息系"]))
    assert again.removed == ()  # nobody looked at the others
    again = campaign.write_marked(folder, campaign.validate(["1.1.3"]))
    assert again.removed == ()
    again = campaign.write_marked(folder, campaign.validate())
    assert {path.name for path in again.removed} == {clean.name, "教务处-退回修改(1).xlsx"}
    assert {path.name for path in folder.iterdir()} == {
        *(faulty.name, "说明.txt", "模板.xlsx", "教务处交的.xlsx", "坏.xlsx")
    }


def test_one_party_whose_workbook_cannot_be_written_costs_one(
    small: tuple[Path, Campaign], tmp_path: Path
) -> None:
    school, campaign = small
    wrong = codes(0, 9) | {"A009": -5}
    offices = ("教务处", "信息系")
    paths = [
        save(school / "返回1" / f"{one}.xlsx", tmp_path / f"{one}.xlsx", wrong, office=one) for one in offices
    ]
    campaign.ingest(paths, now=small_school.NOW)
    validation = campaign.validate()
    folder = tmp_path / "退回"
    (folder / file_name("信息系")).mkdir(parents=True)  # in its way
    sent = campaign.write_marked(folder, validation)
    assert [path.name for path in sent.written] == [file_name("教务处")]
    ((party, reason),) = sent.failed
    assert (party, "信息系" in reason) == ("信息系", True)


def wrong(office: str) -> dict[str, int]:
    """Majors of an office's own, one of them with a number that cannot be."""
    return {f"{office}{code}": number for code, number in (codes(0, 9) | {"A009": -5}).items()}


def test_no_two_parties_share_one_file() -> None:
    names = file_names(["甲/0001 张三", "乙/0001 张三", "A部", "a部"])
    assert len({name.casefold() for name in names.values()}) == 4


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Campaign]:
    """A small school that has taken in nothing: its folder and its campaign."""
    monkeypatch.setenv("STATECOLLECT_SCHEMAS", str(small_school.YEARS))
    (tmp_path / "学校").mkdir()
    return tmp_path / "学校", small_school.found(tmp_path / "学校")
