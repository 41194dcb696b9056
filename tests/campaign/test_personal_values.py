"""No workbook that goes out to a party holds a personal value that only somebody else gave: not in a cell, nor anywhere."""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from collections.abc import Collection, Iterator
from itertools import count
from pathlib import Path

import openpyxl
import pytest

from season import Season
from statecollect.campaign import Campaign
from statecollect.campaign.demo import FIRST_DAY, FilledRows, fill, with_mistakes
from statecollect.school.parties import CLOUD, group_of

pytestmark = pytest.mark.long("everything that goes out of a whole college is made and searched")
OUTSIDE = "1.4.2"
LIKE_A_VALUE = re.compile(r"[0-9X][0-9X-]{6,}|[\w.+-]+@[\w.-]+")  # numbers of people and phones, e-mails
SPOKEN = {"mobile": "1390000{:04}", "phone": "028-2700{:04}", "email": "person{}@example.edu.cn"}


def enriched(season: Season, campaign: Campaign) -> FilledRows:
    """The first round's rows, every empty phone and e-mail filled; two units say different things of one person."""
    number = count(1)
    rows = with_mistakes(season.rows, season.mistakes)
    for (_, table), said in rows.items():
        for field in campaign.catalog.tables[table].fields:
            if field.is_personal and field.kind in SPOKEN:
                for row in said[:60]:
                    row[field.name] = row.get(field.name) or SPOKEN[field.kind].format(next(number))
    units = [party for party, table in rows if table == OUTSIDE]
    first, second = (rows[unit, OUTSIDE][0] for unit in units[:2])
    second["教工号"] = first["教工号"]
    return rows


@pytest.fixture(scope="module")
def outgoing(
    first_round: Season, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Campaign, FilledRows, Path]:
    """The campaign, what was given, and a folder of all that goes back: marked returns, prefilled templates."""
    folder = tmp_path_factory.mktemp("发出")
    campaign = first_round.copy(folder / "采集")
    rows = enriched(first_round, campaign)
    parties = [
        one for one in first_round.returns if one != "教务处"
    ]  # its thousands of students stay as they are
    returned = fill(campaign, rows, folder / "返回", parties)
    campaign.ingest(returned, now=FIRST_DAY)
    campaign.write_marked(folder / "发出" / "退回", campaign.validate())
    known = campaign.prefill(campaign.folder)
    some = [one.name for one in campaign.tasks if one.name != "教务处"]
    campaign.make_templates(folder / "发出" / "模板", departments=some, prefill=known)
    alone = campaign.prefill(campaign.folder, ["智能制造系"])
    campaign.make_templates(folder / "发出" / "单做", departments=["智能制造系"], prefill=alone)
    return campaign, rows, folder / "发出"


def given(campaign: Campaign, groups: Collection[str], rows: FilledRows) -> dict[str, set[str]]:
    """Personal values by who may see them: who gave them, and the teacher the row is about."""
    values: dict[str, set[str]] = defaultdict(set)
    for (party, table), said in rows.items():
        personal = [field.name for field in campaign.catalog.tables[table].fields if field.is_personal]
        owner = campaign.catalog.tables[table].owner
        for row in said:
            own = {row[name] for name in personal if row.get(name)}
            values[party] |= own
            if owner and owner.teacher and group_of(party) in groups:
                values[row[owner.teacher]] |= own
    return values


def parts(path: Path) -> Iterator[str]:
    """Each part of a workbook as it is written."""
    with zipfile.ZipFile(path) as inside:
        for name in inside.namelist():
            yield inside.read(name).decode("utf-8", "replace")


def texts(path: Path) -> Iterator[str]:
    """Every text of a workbook as openpyxl sees it, cells and comments."""
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        for line in sheet.iter_rows():
            for cell in line:
                yield str(cell.value or "")
                if cell.comment:
                    yield cell.comment.text


def test_a_workbook_holds_no_personal_value_that_only_another_party_gave(
    outgoing: tuple[Campaign, FilledRows, Path],
) -> None:
    campaign, rows, folder = outgoing
    with campaign.store() as store:
        groups = campaign.known(store).groups
    values = given(campaign, groups, rows)
    everybody = set().union(*values.values())
    names = sorted({*(party for party, _ in rows if party != CLOUD)}, key=len)
    books = sorted(folder.rglob("*.xlsx"))
    assert len(books) > len(names)
    seen = 0
    for path in books:
        who = path.stem.removesuffix("-退回修改")
        party = next((one for one in names if one.split("/")[-1] == who), who)
        allowed = values.get(party, set()) | values.get(who.split()[0], set())
        said = [*parts(path), *(texts(path) if "模板" not in path.parts else ())]
        found = {hit for text in said for hit in LIKE_A_VALUE.findall(text)}
        assert not found & (everybody - allowed), path
        seen += len(found & allowed)
    assert seen > 300  # it does see what is there: each party's own


def test_every_kind_of_outgoing_workbook_is_looked_at(outgoing: tuple[Campaign, FilledRows, Path]) -> None:
    campaign, rows, folder = outgoing
    units = [party for party, table in rows if table == OUTSIDE][:2]
    marked = {path.stem for path in (folder / "退回").rglob("*.xlsx")}
    assert {f"{unit}-退回修改" for unit in units} <= marked
    for unit, other in (units, units[::-1]):
        said = "".join(texts(next((folder / "退回").rglob(f"{unit}-退回修改.xlsx"))))
        assert other in said  # the other unit is named, its numbers are not
    assert len(list((folder / "模板").rglob("校内教师/*.xlsx"))) > 100
    assert [path.stem for path in (folder / "单做").rglob("*.xlsx")] == ["智能制造系"]
    assert campaign.folder.is_dir()
