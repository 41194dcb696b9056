"""What a workbook holds is counted by table, on however many sheets a table stands."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from statecollect.campaign.demo import example_rows, typed_cell
from statecollect.campaign.outgoing.self_check import check_file
from statecollect.catalog import load_catalog

CATALOG = load_catalog("2022")
CLUBS, AWARDS = "2.14.1", "2.13.1"


@pytest.mark.parametrize(
    ("sheets", "rows"),
    [
        ([(CLUBS, 0, 4), (CLUBS, 4, 6)], {CLUBS: 6}),
        ([(CLUBS, 0, 1), (CLUBS, 1, 3), (CLUBS, 3, 6)], {CLUBS: 6}),
        ([(CLUBS, 0, 4), (CLUBS, 2, 6)], {CLUBS: 6}),  # two rows are on both
        ([(CLUBS, 0, 3), (AWARDS, 0, 2), (CLUBS, 3, 5)], {CLUBS: 5, AWARDS: 2}),
    ],
)
def test_rows_and_cells_of_all_sheets_are_counted(
    sheets: list[tuple[str, int, int]], rows: dict[str, int], examples: Path, tmp_path: Path
) -> None:
    known = example_rows(examples / "2022")
    book = openpyxl.Workbook()
    for number, (table, first, beyond) in enumerate(sheets):
        sheet = book.create_sheet(f"第 {number} 张")
        fields = CATALOG.tables[table].fields
        sheet.append([one.name for one in fields])
        some = next(said for (_, of), said in known.items() if of == table)
        for row in some[first:beyond]:
            sheet.append([typed_cell(one, row.get(one.name, "")) for one in fields])
    book.save(tmp_path / "表.xlsx")
    told = check_file(tmp_path / "表.xlsx", "2022").as_json()["tables"]
    assert {table: one["rows"] for table, one in told.items()} == rows
    for one in told.values():
        assert one["cells_seen"] == one["cells_stored"] + one["cells_rejected"] + one["cells_ignored"]
