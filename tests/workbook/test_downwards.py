"""Tables of one row that people write downwards, as forms: what is read, what is told, and that no cell is lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import reader_books as books
import xlwt
from openpyxl.worksheet.worksheet import Worksheet

from statecollect.campaign.demo import example_rows
from statecollect.catalog import load_catalog
from statecollect.core.address import column_letter
from statecollect.findings import Finding
from statecollect.intake.returns import ReadReturn, read_return
from statecollect.workbook.read.reader import read_book
from statecollect.workbook.recognise.forms import Texts, find_form
from statecollect.workbook.recognise.header_row import FieldNames
from statecollect.workbook.recognise.tables import find_tables

CATALOG = load_catalog("2022")
ONE_ROW = [table.id for table in CATALOG.tables.values() if table.rows == "one"]
UNLIKE = ["1.1.1", "2.10.1", "2.11.2"]  # codes and texts; groups and units; few numbers
Pairs = Sequence[tuple[str, Any]]
Layout = Callable[[Worksheet, Pairs], None]


@pytest.fixture(scope="module")
def said(examples: Path) -> dict[str, Pairs]:
    """What the example says in each table of one row: names of fields and texts."""
    rows = example_rows(examples / "2022")
    records = {table: lines[0] for (_, table), lines in rows.items() if table in ONE_ROW}
    return {
        table: [
            (one.name, record.get(one.name) or None) for one in CATALOG.tables[table].fields if not one.auto
        ]
        for table, record in records.items()
    }


@pytest.fixture(scope="module")
def expected(said: dict[str, Pairs], tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What these tables say as they are meant: the names beside each other."""
    path = tmp_path_factory.mktemp("横着写") / "表.xlsx"
    return {table: values(read(saved(path, pairs, across))) for table, pairs in said.items()}


def read(path: Path) -> ReadReturn:
    books.assert_conserved(read_book(path), find_tables(read_book(path), CATALOG))
    return read_return(path, CATALOG)


def saved(path: Path, pairs: Pairs, layout: Layout, tab: str = "Sheet1") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = tab
    layout(sheet, pairs)
    book.save(path)
    return path


def across(sheet: Worksheet, pairs: Pairs) -> None:
    """Write the table as it is meant, for comparison."""
    sheet.append([name for name, _ in pairs])
    sheet.append([value for _, value in pairs])


def plainly(sheet: Worksheet, pairs: Pairs) -> None:
    for pair in pairs:
        sheet.append(pair)


def in_pairs(number: int) -> Layout:
    def layout(sheet: Worksheet, pairs: Pairs) -> None:
        sheet.append(["登记表"])
        for at in range(0, len(pairs), number):
            sheet.append([cell for pair in pairs[at : at + number] for cell in pair])

    return layout


def with_colons_and_numbers(sheet: Worksheet, pairs: Pairs) -> None:
    for at, (name, value) in enumerate(pairs, start=1):
        sheet.append([f"{at}、{name}：" if at % 2 else f"（{at}） * {name} :", value])


def with_a_column_of_numbers(sheet: Worksheet, pairs: Pairs) -> None:
    sheet.append(["序号", "栏目", "填写内容", "备注"])
    for at, (name, value) in enumerate(pairs, start=1):
        sheet.append([at, name, value, "据实填写" if at == 2 else None])


def with_merged_names_and_answers(sheet: Worksheet, pairs: Pairs) -> None:
    """As WPS lays out a printed form: names over two columns, answers over three, two pairs a row."""
    sheet["A1"] = "情况登记表"
    sheet.merge_cells("A1:J1")
    for at, (name, value) in enumerate(pairs):
        row, column = 3 + at // 2, 1 + at % 2 * 5
        sheet.cell(row, column, name)
        sheet.cell(row, column + 2, value)
        sheet.merge_cells(start_row=row, end_row=row, start_column=column, end_column=column + 1)
        sheet.merge_cells(start_row=row, end_row=row, start_column=column + 2, end_column=column + 4)


def with_names_over_two_rows(sheet: Worksheet, pairs: Pairs) -> None:
    for at, (name, value) in enumerate(pairs):
        sheet.cell(1 + 2 * at, 2, name)
        sheet.cell(1 + 2 * at, 3, value)
        sheet.merge_cells(start_row=1 + 2 * at, end_row=2 + 2 * at, start_column=2, end_column=2)


def with_breaks_and_blanks(sheet: Worksheet, pairs: Pairs) -> None:
    for name, value in pairs:
        broken = f"{name[:3]}\n {name[3:]}" if len(name) > 6 else f" {'　'.join(name)} "
        sheet.append([None, broken, value])


def with_units_behind(sheet: Worksheet, pairs: Pairs) -> None:
    for name, value in pairs:
        sheet.append([name, value, unit_of(name)])


def with_units_between(sheet: Worksheet, pairs: Pairs) -> None:
    for name, value in pairs:
        unit = unit_of(name)
        sheet.append([name, f"（{unit}）", value] if unit else [name, value])


def with_headings_that_say_where(sheet: Worksheet, pairs: Pairs) -> None:
    sheet.append(["指标名称", "填写说明", "填写内容"])
    for name, value in pairs:
        sheet.append([name, "照实填写，没有的填 0", value])


def with_remarks_and_signatures(sheet: Worksheet, pairs: Pairs) -> None:
    sheet.append(["填表说明：本表由办公室填写"])
    sheet.append([])
    plainly(sheet, pairs)
    sheet.append([])
    sheet.append(["注：数据截至八月底"])
    sheet.append(["填表人：张三", None, "审核人：李四"])


def with_groups(sheet: Worksheet, pairs: Pairs) -> None:
    """Write a group left of its parts, merged over them, where a field is named so."""
    runs: dict[str, list[int]] = {}
    for row, (name, value) in enumerate(pairs, start=1):
        group, _, part = name.rstrip(">").partition("<")
        sheet.cell(row, 1, group if not part or group not in runs else None)
        sheet.cell(row, 2, part or None)
        sheet.cell(row, 3, value)
        if part:
            runs.setdefault(group, []).append(row)
        else:
            sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=2)
    for rows in runs.values():
        sheet.merge_cells(start_row=rows[0], end_row=rows[-1], start_column=1, end_column=1)


def with_groups_above(sheet: Worksheet, pairs: Pairs) -> None:
    known: set[str] = set()
    for name, value in pairs:
        group, _, part = name.rstrip(">").partition("<")
        if part and group not in known:
            known.add(group)
            sheet.append([group])
        sheet.append([part or name, value])


def unit_of(name: str) -> str | None:
    fields = [one for table in ONE_ROW for one in CATALOG.tables[table].fields if one.name == name]
    return fields[0].shown_unit


LAYOUTS: list[Layout] = [
    plainly,
    in_pairs(2),
    in_pairs(3),
    with_colons_and_numbers,
    with_a_column_of_numbers,
    with_merged_names_and_answers,
    with_names_over_two_rows,
    with_breaks_and_blanks,
    with_units_behind,
    with_units_between,
    with_headings_that_say_where,
    with_remarks_and_signatures,
    with_groups,
    with_groups_above,
]


def values(reading: ReadReturn) -> dict[str, Any]:
    (one,) = reading.deliveries
    return {name: list(column) for name, column in one.values.items()}


def loud(reading: ReadReturn) -> list[Finding]:
    return [one for one in reading.all_findings() if one.severity != "note"]


@pytest.mark.parametrize("layout", LAYOUTS, ids=[getattr(one, "__name__", "") for one in LAYOUTS])
def test_a_table_of_one_row_may_be_written_downwards(
    layout: Layout, said: dict[str, Pairs], expected: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    for table in said if layout is plainly else UNLIKE:
        pairs = said[table]
        reading = read(saved(tmp_path / "竖.xlsx", pairs, layout))
        assert [one.table for one in reading.deliveries] == [table]
        assert [(one.rule, one.origin.cell, one.message) for one in loud(reading)] == []
        assert values(reading) == expected[table]


def test_units_that_are_dropped_from_the_names_are_announced(
    said: dict[str, Pairs], expected: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    pairs = [
        (name.removesuffix("（万元）") if name.count("（") == 1 else name, value)
        for name, value in said["1.1.5"]
    ]
    reading = read(saved(tmp_path / "竖.xlsx", pairs, plainly))
    assert values(reading) == expected["1.1.5"]
    assert ("S02", "A1") in {(one.rule[-3:], one.origin.cell) for one in reading.all_findings()}
    assert loud(reading) == []


def test_an_old_workbook_and_one_of_open_document_are_read_alike(
    said: dict[str, Pairs], expected: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    pairs = said["2.11.2"]
    old = xlwt.Workbook()
    sheet = old.add_sheet("表")
    for row, (name, value) in enumerate(pairs):
        sheet.write_merge(row, row, 0, 1, name)
        sheet.write(row, 2, value)
    old.save(str(tmp_path / "竖.xls"))
    assert values(read(tmp_path / "竖.xls")) == expected["2.11.2"]
    lines = "".join(
        f"<table:table-row>{ods_cell(name)}{ods_cell(value)}</table:table-row>" for name, value in pairs
    )
    assert values(read(books.ods(tmp_path / "竖.ods", lines))) == expected["2.11.2"]


def ods_cell(text: str | None) -> str:
    if text is None:
        return "<table:table-cell/>"
    return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'


def test_what_is_wrong_is_found_at_the_cell_of_its_answer(said: dict[str, Pairs], tmp_path: Path) -> None:
    wrong = {"所在城市": "长安城", "当前校名启用日期（年月）": "不记得了", "学校名称（全称）": None}
    pairs = [(name, wrong.get(name, value)) for name, value in said["1.1.1"]]
    at = {name: number for number, (name, _) in enumerate(pairs)}
    expected = {f"{'BD'[at[name] % 2]}{2 + at[name] // 2}" for name in wrong}
    reading = read(saved(tmp_path / "竖.xlsx", pairs, in_pairs(2)))
    assert {one.origin.cell for one in loud(reading)} == expected
    (delivery,) = reading.deliveries
    assert {delivery.origin(0, name).cell for name in wrong} == expected


def odd(change: Callable[[list[list[Any]]], None]) -> Layout:
    def layout(sheet: Worksheet, pairs: Pairs) -> None:
        rows = [list(pair) for pair in pairs]
        change(rows)
        for row in rows:
            sheet.append(row)

    return layout


ODD: dict[str, tuple[Callable[[list[list[Any]]], None], list[tuple[str, str, str | None]]]] = {
    "a name that the table does not have": (
        lambda rows: rows.insert(3, ["银行账号", 12]),
        [("S02", "warning", "A4")],
    ),
    "a name that is nearly right": (
        lambda rows: rows[3].__setitem__(0, "捐赠收入财政的配比"),
        [("S02", "warning", "A4")],
    ),
    "a second answer": (lambda rows: rows[1].append(2800), [("S02", "warning", "C2")]),
    "a text beside an answer": (lambda rows: rows[1].append("去年更多"), [("S02", "note", "C2")]),
    "a text beside an answer that is missing": (
        lambda rows: rows.__setitem__(3, [rows[3][0], None, "见附件"]),
        [("S02", "warning", "C4")],
    ),
    "another unit": (lambda rows: rows[1].append("元"), [("S02", "warning", "C2")]),
    "another unit before the answer": (
        lambda rows: rows[1].insert(1, "（千元）"),
        [("S02", "warning", "B2")],
    ),
    "a name twice": (lambda rows: rows.append([rows[1][0], 1]), [("S03", "error", f"A{6}")]),
    "a required name is missing": (lambda rows: rows.__delitem__(1), [("S01", "error", None)]),
    "a value without a name": (lambda rows: rows.append([None, 77]), [("S02", "warning", "B6")]),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_what_is_odd_is_told_at_its_cell(name: str, said: dict[str, Pairs], tmp_path: Path) -> None:
    change, expected = ODD[name]
    pairs = said["2.11.2"]
    reading = read(saved(tmp_path / "竖.xlsx", pairs, odd(change)))
    (delivery,) = reading.deliveries
    assert [
        (one.rule[-3:], one.severity, one.origin.cell)
        for one in reading.all_findings()
        if "缺少选填栏目" not in one.message and one.rule[-3:-2] == "S"
    ] == expected
    assert len(delivery.rows) == 1


def test_answers_merged_into_one_are_told(said: dict[str, Pairs], tmp_path: Path) -> None:
    def layout(sheet: Worksheet, pairs: Pairs) -> None:
        plainly(sheet, pairs)
        sheet.merge_cells("B2:B3")

    reading = read(saved(tmp_path / "竖.xlsx", said["2.11.2"], layout))
    assert ("S10", "B3") in {(one.rule[-3:], one.origin.cell) for one in loud(reading)}


def test_a_form_without_answers_counts_as_not_returned(said: dict[str, Pairs], tmp_path: Path) -> None:
    reading = read(saved(tmp_path / "竖.xlsx", [(name, None) for name, _ in said["1.1.1"]], plainly))
    assert reading.deliveries == ()


def explaining(sheet: Worksheet, pairs: Pairs) -> None:
    sheet.append(["栏目", "类型", "是否必填"])
    for name, _ in pairs:
        sheet.append([name, "文字", "是"])


def stacked(sheet: Worksheet, pairs: Pairs) -> None:
    """Write the names beside each other in several bands, the answers below: each band looks like a header."""
    for at in range(0, len(pairs), 5):
        sheet.append([name for name, _ in pairs[at : at + 5]])
        sheet.append([value for _, value in pairs[at : at + 5]])


@pytest.mark.parametrize("layout", [explaining, stacked, lambda sheet, pairs: plainly(sheet, pairs[:5])])
def test_what_only_looks_like_a_form_is_none(layout: Layout, said: dict[str, Pairs], tmp_path: Path) -> None:
    reading = read(saved(tmp_path / "表.xlsx", said["1.1.1"], layout))
    assert reading.deliveries == ()
    assert loud(reading) or reading.resembles


def test_an_area_merged_down_to_the_end_of_the_sheet_costs_nothing(
    said: dict[str, Pairs], tmp_path: Path
) -> None:
    path = tmp_path / "表.xlsx"
    saved(path, [(name, value or "说明") for name, value in said["2.11.2"]], plainly)
    areas = "".join(
        f'<mergeCell ref="{column_letter(at)}1:{column_letter(at)}1048576"/>' for at in range(1, 41)
    )
    merged = f'<mergeCells count="40">{areas}</mergeCells>'.encode()
    books.rewritten(path, lambda name, part: part.replace(b"</sheetData>", b"</sheetData>" + merged))
    texts = Texts(read_book(path).sheets[0])
    assert find_form(texts, FieldNames.of(CATALOG.tables["2.11.2"])) is not None
    assert len(texts.spans) == 39  # one begins outside
    assert len(texts._over) <= 39 * 201
