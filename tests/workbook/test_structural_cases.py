"""No filled cell of any workbook is lost, whatever was done to its structure: each is stored, or told of at its cell."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from file_kinds import rows_of
from reader_books import assert_conserved, catalog
from structural_cases import CASES, GOOD, STAFF, Case, make, plain

from statecollect.intake.returns import ReadReturn, read_return
from statecollect.workbook.recognise.tables import find_tables

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(params=CASES, ids=[case.name for case in CASES])
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


@pytest.fixture
def reading(case: Case, tmp_path: Path) -> ReadReturn:
    path = make(case, tmp_path)
    assert path.suffix == case.suffix
    return read_return(path, catalog(), party="教务处", expected=("1.1.1", "1.1.2"))


def counted(path: Path) -> int:
    """Count the filled cells of an .xlsx from its XML: a value, an inline text or a formula."""
    total = 0
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet"):
                for cell in ElementTree.fromstring(archive.read(name)).iter(f"{MAIN}c"):
                    parts = {part.tag for part in cell if part.text or len(part)}
                    total += bool(parts & {f"{MAIN}v", f"{MAIN}is", f"{MAIN}f"})
    return total


def test_every_filled_cell_is_accounted_for(case: Case, reading: ReadReturn, tmp_path: Path) -> None:
    seen = sum(sheet.cells_seen for sheet in reading.book.sheets)
    if case.countable:
        (path,) = tmp_path.iterdir()
        assert seen == counted(path)
    else:
        tables = rows_of_plain(tmp_path)
        typed = [rows for tab, rows in tables.items() if case.suffix != ".csv" or tab == STAFF]
        assert seen == sum(value is not None for rows in typed for row in rows for value in row)
    assert_conserved(reading.book, find_tables(reading.book, catalog(), ("1.1.1", "1.1.2")))
    for one in reading.deliveries:
        assert one.cells_seen == one.cells_stored + one.cells_rejected + one.cells_ignored, one.sheet
        assert one.cells_rejected == sum(map(len, one.rejected.values()))


def rows_of_plain(folder: Path) -> dict[str, list[list[object]]]:
    path = folder / "原样.xlsx"
    plain().save(path)
    return rows_of(path)


def test_what_is_wrong_is_said_at_its_cell(case: Case, reading: ReadReturn) -> None:
    found = {(one.rule.rpartition("-")[2], one.origin.cell) for one in reading.all_findings()}
    for rule, cell in case.said:
        assert any(rule == said and cell in (None, where) for said, where in found), (rule, cell, found)
    wrong = [one for one in reading.all_findings() if one.severity == "error"]
    assert {one.rule.rpartition("-")[2] for one in wrong} <= {rule for rule, _ in case.said}
    listed = {one.cell for one in reading.ignored}
    assert set(case.ignored) <= listed
    assert listed <= set(case.ignored) or case.ignored, listed


def test_the_records_come_out_with_their_own_rows(case: Case, reading: ReadReturn) -> None:
    keys: dict[str, list[str]] = {}
    for one in reading.deliveries:
        first = next(iter(catalog().tables[one.table].fields)).name
        keys.setdefault(one.table, []).extend(str(value) for value in one.values[first])
    assert keys == case.keys
    staff = next(one for one in reading.deliveries if one.table == "1.1.1")
    assert tuple(staff.rows) == case.rows
    names = dict(zip(GOOD["1.1.1"], ("张三", "李四", "王五"), strict=True))
    for number, name in zip(staff.values["教工号"], staff.values["姓名"], strict=True):
        assert name == names[str(number)]
    if "出生日期" in staff.values:
        assert str(staff.values["出生日期"][0]) == "1980-01-02"


def test_findings_about_structure_come_before_those_about_cells(tmp_path: Path) -> None:
    case = next(one for one in CASES if one.name == "error values")

    def spoilt(book, staff, majors) -> None:  # type: ignore[no-untyped-def]
        case.change(book, staff, majors)
        staff["B2"] = "不认识的栏目"

    path = make(Case("both", spoilt), tmp_path)
    rules = [
        one.rule.rpartition("-")[2] for one in read_return(path, catalog(), party="教务处").all_findings()
    ]
    structure = [at for at, rule in enumerate(rules) if rule in {"S01", "S02"}]
    cells = [at for at, rule in enumerate(rules) if rule.startswith("F")]
    assert structure
    assert cells
    assert max(structure) < min(cells)
