"""The quick way for rows writes the very bytes that XlsxWriter writes, or leaves the row to it."""

from __future__ import annotations

import datetime as dt
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from statecollect.workbook.write.cell_writer import DATE, format_for, write_value
from statecollect.workbook.write.xlsx_file import new_book

pytestmark = pytest.mark.lowest

FORMATS = ["@", "0", "0.00", DATE, "General"]
VALUES = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.text(alphabet="<>&\"'_xrAF09 　\n中", max_size=10),
    st.integers(-(10**17), 10**17),
    st.floats(allow_nan=True, allow_infinity=True),
    st.decimals(-(10**12), 10**12, places=4),
    st.dates(dt.date(1850, 1, 1), dt.date(2150, 1, 1)),
    st.datetimes(dt.datetime(1900, 4, 1), dt.datetime(2100, 1, 1)),
    st.booleans(),
)


def sheet_xml(path: Path, rows: list[list[object]], *, quick: bool) -> bytes:
    with new_book(path, "书", "校") as book:
        sheet = book.add_worksheet("表")
        styles = {name: book.add_format({"num_format": name}) for name in {*FORMATS, "yyyy-mm-dd hh:mm"}}
        plain = [styles[name] for name in FORMATS]
        for at, values in enumerate(rows):
            if quick and sheet.write_plain_row(at, values, FORMATS, plain):
                continue
            for column, value in enumerate(values):
                if value is not None:
                    write_value(sheet, at, column, value, styles[format_for(value, FORMATS[column])])
    with zipfile.ZipFile(path) as archive:
        return archive.read("xl/worksheets/sheet1.xml")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(VALUES, min_size=5, max_size=5), max_size=6))
def test_both_ways_write_the_same_bytes(tmp_path: Path, rows: list[list[object]]) -> None:
    assert sheet_xml(tmp_path / "a.xlsx", rows, quick=True) == sheet_xml(
        tmp_path / "b.xlsx", rows, quick=False
    )


@pytest.mark.parametrize(
    "value", ["张三", "a&b<c>", 12, 12.5, Decimal("3.25"), dt.date(2022, 9, 1), "=1+1", "@x", "2021"]
)
def test_what_clerks_type_goes_the_quick_way(tmp_path: Path, value: object) -> None:
    with new_book(tmp_path / "书.xlsx", "书", "校") as book:
        sheet = book.add_worksheet("表")
        style = book.add_format()
        own = (
            DATE
            if isinstance(value, dt.date)
            else "0.00"
            if isinstance(value, float | Decimal)
            else "General"
        )
        assert sheet.write_plain_row(0, [value], [own], [style])
