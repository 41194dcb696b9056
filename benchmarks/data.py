"""What is measured with: workbooks of as many students and teachers as wanted, all generated, no real person."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import xlsxwriter
from stdnum.cn import ric

from statecollect.campaign import Campaign
from statecollect.campaign.demo import (
    FilledRows,
    example_rows,
    examples_root,
    fill,
    fill_cloud,
    init_example,
    typed_row,
)
from statecollect.catalog import Table
from statecollect.school.parties import CLOUD, group_of

OFFICE, STUDENTS = "教务处", "1.5.1"
PRIZES = "2.13.1"  # nine columns: a million rows fit one workbook
TEACHERS = "校内教师"
NOW = dt.datetime.fromisoformat("2022-09-10T09:00:00+08:00")


def campaign(folder: Path) -> Campaign:
    """Return a fresh campaign of the example."""
    return init_example(folder, examples_root())


def fresh(empty: Campaign, folder: Path) -> Campaign:
    """Return a copy of a campaign that has taken nothing in yet."""
    if folder.exists():
        shutil.rmtree(folder)
    return Campaign.open(shutil.copytree(empty.folder, folder))


def students(count: int) -> list[dict[str, str]]:
    """Return so many students, everyone with a number and an ID of their own."""
    given = example_rows(examples_root() / "2022")[OFFICE, STUDENTS]
    people = []
    for at in range(count):
        row = dict(given[at % len(given)])
        if at >= len(given):
            number = row["身份证件号"][:14] + f"{at // len(given) * 2 + int(row['身份证件号'][16]) % 2:03d}"
            born = dt.date.fromisoformat(row["出生日期"]) + dt.timedelta(days=at % 97)
            number = number[:6] + born.strftime("%Y%m%d") + number[14:]
            row |= {
                "学号": f"{row['学号'][:4]}{at:08d}",
                "出生日期": born.isoformat(),
                "身份证件号": number + ric.calc_check_digit(number + "0"),
            }
        people.append(row)
    return people


def office_workbook(empty: Campaign, table_id: str, count: int, to: Path) -> Path:
    """Write the workbook of whoever fills a table with so many rows in it, as office programs save it."""
    return saved_again(long_workbook(empty, table_id, count, to.parent / "written"), to)


def long_workbook(empty: Campaign, table_id: str, count: int, folder: Path) -> Path:
    """Write the workbook of whoever fills a table with so many rows in it, all else declared as nothing to report.

    Each row has a key of its own; of other tables than the students' only the required columns are filled.
    """
    if table_id == STUDENTS:
        return fill(empty, {(OFFICE, STUDENTS): students(count)}, folder / str(count), [OFFICE])[0]
    party, given = next(
        (party, rows)
        for (party, one), rows in example_rows(examples_root() / "2022").items()
        if one == table_id
    )
    table = empty.catalog.tables[table_id]
    first = table.key[0]
    asked = [field.name for field in table.fields if field.required == "yes"]
    rows = []
    for at in range(count):
        model = given[at % len(given)]
        rows.append({name: model[name] for name in asked} | {first: f"{model[first]}{at}"})
    return fill(empty, {(party, table_id): rows}, folder / str(count), [party])[0]


def saved_again(path: Path, to: Path) -> Path:
    """Write the same workbook as office programs save it: texts once for the whole workbook, cells pointing at them."""
    known: dict[bytes, int] = {}

    def pointing(found: re.Match[bytes]) -> bytes:
        return b't="s"><v>%d</v>' % known.setdefault(found[1], len(known))

    with zipfile.ZipFile(path) as old, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            part = old.read(info)
            if info.filename.startswith("xl/worksheets/sheet"):
                part = _INLINE.sub(pointing, part)
            for end, line in _SHARED.get(info.filename, {}).items():
                part = part.replace(end, line + end)
            new.writestr(info.filename, part)
        texts = b"".join(b"<si>%b</si>" % text for text in known)
        new.writestr(
            "xl/sharedStrings.xml", b'<?xml version="1.0"?><sst xmlns="%b">%b</sst>' % (_MAIN, texts)
        )
    return to


_MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_INLINE = re.compile(rb't="inlineStr"><is>(<t(?: xml:space="preserve")?>[^<]*</t>)</is>')
_SHARED = {  # what a workbook says of the part that holds its texts: where, before which tag
    "[Content_Types].xml": {
        b"</Types>": b'<Override PartName="/xl/sharedStrings.xml" ContentType='
        b'"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
    },
    "xl/_rels/workbook.xml.rels": {
        b"</Relationships>": b'<Relationship Id="rIdTexts" Target="sharedStrings.xml" Type='
        b'"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"/>'
    },
}


def plain_workbook(table: Table, rows: int, to: Path) -> Path:
    """Write one table alone – header, then rows – for tools that know nothing of templates."""
    with xlsxwriter.Workbook(to, {"constant_memory": True}) as book:
        sheet = book.add_worksheet(table.title)
        for at, row in enumerate([[field.name for field in table.fields], *cells(table, rows)]):
            for column, value in enumerate(row):
                if value is not None:
                    sheet.write(at, column, value)
    return to


def cells(table: Table, rows: int) -> list[list[str | int | float | None]]:
    """Return the rows of so many students as Excel would hold them."""
    return [typed_row(table, row) for row in students(rows)]


def teacher_workbooks(empty: Campaign, count: int, folder: Path) -> list[Path]:
    """Write so many teachers' workbooks, each with its few rows."""
    rows = example_rows(examples_root() / "2022")
    known = sorted({party for party, _ in rows if group_of(party) == TEACHERS and party != TEACHERS})
    many: FilledRows = {}
    parties: list[str] = []
    for at in range(count):
        model = known[at % len(known)]
        party = model if at < len(known) else f"{TEACHERS}/{at:04d} 示例教师{at}"
        parties.append(party)
        for (one, table), given in rows.items():
            if one == model:
                many[party, table] = given if party == model else _about(empty, table, given, party)
    return fill(empty, many, folder / "teachers", parties)


def _about(
    empty: Campaign, table_id: str, rows: Sequence[Mapping[str, str]], party: str
) -> list[dict[str, str]]:
    """Return a teacher's rows as those of another: whose row it is is checked."""
    owner = empty.catalog.tables[table_id].owner
    number = party.rpartition("/")[2].partition(" ")[0]
    if owner is None or owner.teacher is None:
        return [dict(row) for row in rows]
    return [{**row, owner.teacher: number} for row in rows]


def whole_college(folder: Path, rows: FilledRows | None = None) -> Campaign:
    """Return a campaign that has taken in the whole clean example (or other rows), cloud tables too."""
    rows = rows or example_rows(examples_root() / "2022")
    filled = campaign(folder / "采集")
    offices = [party.name for party, tables in filled.tasks.items() if party.kind != "teacher" and tables]
    parties = list(dict.fromkeys([*offices, *(party for party, _ in rows if party != CLOUD)]))
    filled.ingest(fill(filled, rows, folder / "返回", parties), by="示例", now=NOW)
    filled.ingest([fill_cloud(filled, rows, folder / "云端平台.xlsx")], cloud=True, by="示例", now=NOW)
    return filled
