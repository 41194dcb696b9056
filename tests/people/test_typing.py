"""What happens when somebody types, deletes, inserts and pastes in a template: in LibreOffice, as a clerk does it."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from robot import clerk
from statecollect.campaign import Campaign
from statecollect.catalog import Catalog, Field, Table
from statecollect.intake.returns import read_return
from statecollect.workbook.layout import (
    FIRST_DATA_ROW,
    HEADER_ROW,
    field_name_from_header,
    plain_name,
    sheet_name,
)

pytestmark = pytest.mark.office

OFFICES = ("招生处", "教务处", "校内教师", "学生处", "培训中心")


def typed(number_format: str, text: str) -> str | int:
    """Return what Excel makes of a typed text: a number, unless the cell is one of texts."""
    return text if number_format == "@" or not text.isdigit() else int(text)


def correct(field: Field, table: Table, catalog: Catalog, row: dict[str, str]) -> Any:
    """Return a right answer: an entry of the list, a number, a day of the period, a short text."""
    if field.codes:
        codes = catalog.codes[field.codes].values
        parent = row.get(field.within or "")
        fitting = [one.label for one in codes if not (parent and one.within) or parent in one.within]
        return fitting[-1] if fitting else None
    storage = field.spec.storage
    if field.kind == "yes_no":
        return "否"
    if storage in {"integer", "decimal"}:
        return str(math.ceil(field.min if field.min is not None else field.spec.minimum or 0))
    if storage in {"date", "datetime"}:
        period = catalog.year.periods.get(field.period or "")
        return period.start if period else dt.date(2021, 9, 1)
    return "1"


def fill(path: Path, out: Path, catalog: Catalog) -> list[str]:
    """Fill two rows of each table; return the tabs."""
    book = openpyxl.load_workbook(path)
    tabs = []
    for table in catalog.tables.values():
        if sheet_name(table) not in book.sheetnames:
            continue
        sheet = book[sheet_name(table)]
        tabs.append(sheet.title)
        names = [field_name_from_header(str(cell.value or "")) for cell in sheet[HEADER_ROW]]
        for number in range(FIRST_DATA_ROW, FIRST_DATA_ROW + 2):
            row: dict[str, str] = {}
            for field in table.fields:
                if (value := correct(field, table, catalog, row)) is None:
                    continue
                row[field.name] = str(value)
                column = names.index(plain_name(field.name)) + 1
                cell = sheet.cell(number, column)
                kept = sheet.column_dimensions[get_column_letter(column)].number_format
                cell.number_format = kept or cell.number_format
                cell.value = typed(cell.number_format, value) if isinstance(value, str) else value
    book.save(out)
    return tabs


def test_the_office_marks_nothing_of_a_correctly_filled_template_as_invalid(
    campaign: Campaign, tmp_path: Path
) -> None:
    made = {one.party.name: one.path for one in campaign.make_templates(tmp_path / "模板")}
    plans, sheets = [], []
    for name in OFFICES:
        filled = tmp_path / f"{name}.xlsx"
        tabs = fill(made[name], filled, campaign.catalog)
        assert tabs
        sheets.append(tabs)
        plans.append({"file": str(filled), "steps": [["invalid", tab] for tab in tabs]})
    wrong = {
        "file": plans[0]["file"],
        "steps": [["type", sheets[0][0], {"D5": "九"}], ["invalid", sheets[0][0]]],
    }
    *answers, (_, seen) = clerk([*plans, wrong])
    assert seen  # the marks are looked for where they are
    found = {
        f"{office} {tab}": cells
        for office, tabs, marks in zip(OFFICES, sheets, answers, strict=True)
        for tab, cells in zip(tabs, marks, strict=True)
        if cells
    }
    assert found == {}


def test_rows_can_be_deleted_inserted_anywhere_and_pasted_over_and_typed_into_again(
    campaign: Campaign, tmp_path: Path
) -> None:
    made = {
        one.party.name: one.path for one in campaign.make_templates(tmp_path / "模板", departments=["招生处"])
    }
    book = openpyxl.load_workbook(made["招生处"], read_only=True)
    tab = next(name for name in book.sheetnames if name.startswith("2.4.1"))
    out = tmp_path / "改过.xlsx"
    names = ["甲专业", "乙专业", "丙专业"]
    steps: list[list[Any]] = [
        ["type", tab, {f"A{row}": name for row, name in enumerate(names, start=5)}],
        ["delete_row", tab, 6],
        ["insert_row", tab, 5],
        ["type", tab, {"A5": "顶上插的", "B5": "0035", "D5": "3"}],
        ["scratch", "别处", [["粘贴的", "0601"], ["又粘贴的", "0602"]]],
        ["copy", "别处", "A1:B2", tab, "A8"],
        ["drop", "别处"],
        ["type", tab, {"A8": "粘贴后改的", "B9": "改过"}],
        ["shown", tab, "A5:B9"],
        ["invalid", tab],
        ["save", str(out)],
    ]
    (answers,) = clerk([{"file": str(made["招生处"]), "steps": steps}])
    shown, invalid = answers[8], answers[9]
    assert [row[0] for row in shown] == ["顶上插的", "甲专业", "丙专业", "粘贴后改的", "又粘贴的"]
    assert shown[0][1] == "0035"  # a text, in the row that took the look of the header
    assert shown[4][1] == "改过"
    assert invalid == []
    reading = read_return(out, campaign.catalog)
    (delivery,) = [one for one in reading.deliveries if one.table == tab.split()[0]]
    first = campaign.catalog.tables[delivery.table].fields[0].name
    assert list(delivery.values[first]) == ["顶上插的", "甲专业", "丙专业", "粘贴后改的", "又粘贴的"]
