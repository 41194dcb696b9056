"""The marked return forgets nothing: received workbooks, changed by hand as people change them, laid out again."""

from __future__ import annotations

import re
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.workbook import Workbook

from robot import clerk

sys.path.insert(0, str(Path(__file__).parent / "workbook"))

from writer_books import PEOPLE, SECRET, catalog, content, write

from statecollect.campaign.outgoing.moved_cells import Moves, moved
from statecollect.campaign.outgoing.received_layout import Returned, Source, lay_out
from statecollect.findings import Finding, Origin
from statecollect.intake.returns import read_return
from statecollect.workbook.book_content import sheets_of
from statecollect.workbook.layout import FIRST_DATA_ROW, HEADER_ROW, NOT_TAKEN, field_name_from_header
from statecollect.workbook.read.reader import read_book
from statecollect.workbook.write.writer import write_workbook

CATALOG = catalog()
TABLES = [CATALOG.tables["1.1.1"], CATALOG.tables["1.1.2"]]
NAMES = [field.name for field in TABLES[0].fields]
FILE = "教务处.xlsx"
SCHOOL = "1.1.2 学校概况表"
NUMBERS = ("0035", "0036", "0037")
LAST = FIRST_DATA_ROW + len(NUMBERS) - 1


def template(path: Path) -> Workbook:
    """Return a template in which somebody has typed three people and the school."""
    book = openpyxl.load_workbook(write(path, content()))
    for row, number in enumerate(NUMBERS, start=FIRST_DATA_ROW):
        typed: tuple[str, ...] = (
            number,
            "张三",
            "男",
            "11010519491231002X",
            "2001-09-01",
            "2001-09",
            "高职专科",
            "扩招",
            "实训",
            "否",
        )
        for column, value in enumerate(typed, start=1):
            book[PEOPLE].cell(row, column, value)
    book[SCHOOL].cell(FIRST_DATA_ROW, 1, "某某学院")
    return book


def total_note_and_signature(book: Workbook) -> None:
    sheet = book[PEOPLE]
    sheet.cell(LAST + 2, 1, "合计")
    sheet.cell(LAST + 2, 12, 36)
    sheet.cell(LAST + 3, 1, "说明：三人都已核对")
    sheet.cell(LAST + 5, 2, "填报人：李四")


def another_table_below(book: Workbook) -> None:
    other: list[tuple[str, str | float]] = [("学校名称", "另一学院"), ("占地面积", 12.5)]
    for column, (name, value) in enumerate(other, start=1):
        book[PEOPLE].cell(LAST + 3, column, name)
        book[PEOPLE].cell(LAST + 4, column, value)


def columns_of_their_own(book: Workbook) -> None:
    sheet = book[PEOPLE]
    sheet.insert_cols(2)
    sheet.cell(HEADER_ROW, 2, "职称")
    sheet.cell(HEADER_ROW, 20, "空着的栏目")
    for row in range(FIRST_DATA_ROW, LAST):
        sheet.cell(row, 2, f"职称{row}")
        sheet.cell(row, 18, f"没有栏目名{row}")


def a_column_twice(book: Workbook) -> None:
    sheet = book[PEOPLE]
    sheet.cell(HEADER_ROW, 17, "姓名")
    sheet.cell(LAST, 17, "另一个姓名")


def two_line_header(book: Workbook) -> None:
    sheet = book[PEOPLE]
    sheet.insert_rows(HEADER_ROW + 1)
    for column, name in ((2, "曾用名"), (3, "民族")):
        sheet.cell(HEADER_ROW, column, "个人情况" if column == 2 else None)
        sheet.cell(HEADER_ROW + 1, column, name)


def header_moved_below_titles(book: Workbook) -> None:
    sheet = book[PEOPLE]
    sheet.insert_rows(1, 2)
    sheet["A1"], sheet["F2"] = "某某学院人员一览", "填表日期：2030 年 9 月"
    sheet["D3"] = "标题旁的话"


def sheets_of_their_own(book: Workbook) -> None:
    draft = book.create_sheet("我的底稿", 0)
    draft["C4"], draft["A1"] = "草稿", 12.5
    draft["C4"].comment = Comment("底稿上的话", "李四")
    hidden = book.create_sheet("备份[旧]".replace("[", "(").replace("]", ")"))
    hidden.sheet_state = "hidden"
    hidden["B2"] = "从前的数"
    book.create_sheet("空的")


def comments_everywhere(book: Workbook) -> None:
    sheet = book[PEOPLE]
    for cell in ("B6", "K5", "A4", "C1"):
        sheet[cell].comment = Comment(f"{cell} 上的话", "李四")


def words_on_the_cover(book: Workbook) -> None:
    cover = book["封面"]
    head = next(row for row in cover.iter_rows() if row[0].value == "表号")
    cover.cell((head[0].row or 0) + 1, 8, "没有数据的")
    cover.cell(2, 12, "请王老师转交")
    cover.cell(40, 3, "盖章处")


def a_sheet_copied_and_changed(book: Workbook) -> None:
    copy = book.copy_worksheet(book[PEOPLE])
    copy.title = f"{PEOPLE} (2)"
    copy.cell(LAST, 2, "改过的姓名")
    copy.cell(LAST + 2, 1, "总计")
    copy.cell(HEADER_ROW, 19, "副本的栏目")
    copy.cell(LAST, 19, "副本的内容")


def a_header_deleted(book: Workbook) -> None:
    book[SCHOOL].delete_rows(HEADER_ROW)


def a_table_of_one_row_written_downwards(book: Workbook) -> None:
    sheet = book[SCHOOL]
    sheet.delete_rows(1, 60)
    rows: dict[int, tuple[Any, ...]] = {
        1: ("学校概况登记表（自己画的）",),
        3: ("1、学校名称：", "某某学院", "请写全称"),
        4: ("占地面积", 12.5, "亩"),
        5: ("联系人", "王老师"),
        7: ("填表人：李四", None, "审核人：张三"),
    }
    for row, values in rows.items():
        for column, value in enumerate(values, start=1):
            sheet.cell(row, column, value)
    sheet["B4"].comment = Comment("含新校区", "李四")


def errors_and_blanks(book: Workbook) -> None:
    sheet = book[PEOPLE]
    sheet.cell(FIRST_DATA_ROW, 13, "#N/A")
    sheet.cell(LAST + 2, 18, "角落里的话")
    sheet.cell(FIRST_DATA_ROW, 2, " 张 三\n换行")


CHANGES: list[Callable[[Workbook], None]] = [
    errors_and_blanks,
    total_note_and_signature,
    another_table_below,
    columns_of_their_own,
    a_column_twice,
    two_line_header,
    header_moved_below_titles,
    sheets_of_their_own,
    comments_everywhere,
    words_on_the_cover,
    a_sheet_copied_and_changed,
    a_header_deleted,
    a_table_of_one_row_written_downwards,
]


def receive(folder: Path, *changes: Callable[[Workbook], None]) -> Path:
    path = folder / FILE
    book = template(path)
    for change in changes:
        change(book)
    book.save(path)
    return path


def send_back(path: Path, out: Path) -> Returned:
    """Write the workbook again with what was found in it."""
    reading = read_return(path, CATALOG)
    returned = lay_out([Source(read_book(path), frozenset(one.id for one in TABLES))], CATALOG, TABLES)
    found = moved(reading.all_findings(), returned.moves)
    by_table = {one.id: [each for each in found if each.table == one.id] for one in TABLES}
    book = replace(
        content(kind="marked"),
        sheets=sheets_of(TABLES, returned.rows, returned.besides, by_table, set()),
        copies=returned.copies,
        elsewhere=returned.elsewhere,
    )
    write_workbook(out, book, CATALOG, SECRET)
    return returned


def texts(path: Path) -> Counter[str]:
    """Return all that stands in cells and comments, headers without their marks."""
    found: Counter[str] = Counter()
    for sheet in openpyxl.load_workbook(path).worksheets:
        if sheet.title in {"代码", "_statecollect", "问题清单", "单行表打印"}:
            continue
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    found[field_name_from_header(str(cell.value))] += 1
                if cell.comment:
                    words = cell.comment.text.partition("【检查发现】")[0].strip()
                    found[field_name_from_header(f"批注：{words}")] += bool(words)
    return found


def stored(path: Path) -> dict[str, list[Any]]:
    reading = read_return(path, CATALOG)
    rows: dict[str, list[Any]] = {}
    for one in reading.deliveries:
        rows.setdefault(one.table, []).extend(one.by_row(CATALOG.tables[one.table].fields))
    return rows


@pytest.fixture(scope="module")
def furniture(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """What every template says anyway."""
    return set(texts(write(tmp_path_factory.mktemp("空白") / "空白.xlsx", content())))


def lost(path: Path, back: Path, furniture: set[str]) -> set[str]:
    """Return what of the original is not in the marked workbook, or not so often."""
    return set(texts(path) - texts(back)) - furniture


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_all_comes_back_and_is_taken_in_as_the_original_was(
    tmp_path: Path, furniture: set[str], change: Callable[[Workbook], None]
) -> None:
    path, back = receive(tmp_path, change), tmp_path / "退回.xlsx"
    send_back(path, back)
    assert lost(path, back, furniture) == set()
    before = stored(path)
    assert before["1.1.1"]
    assert stored(back) == before


def test_all_of_it_at_once_and_in_a_second_round(tmp_path: Path, furniture: set[str]) -> None:
    """What is repeated is repeated again, neither lost nor doubled."""
    changes = [one for one in CHANGES if one is not two_line_header]
    path, first, second = receive(tmp_path, *changes), tmp_path / "一.xlsx", tmp_path / "二.xlsx"
    send_back(path, first)
    send_back(first, second)
    assert set(texts(path)) - set(texts(first)) - furniture == set()
    once, twice = texts(first), texts(second)
    assert {text: twice[text] for text in texts(path)} == {text: once[text] for text in texts(path)}
    assert stored(second) == stored(first) == stored(path)


@pytest.mark.office
def test_all_comes_back_of_what_an_office_program_saved_in_other_formats(
    tmp_path: Path, furniture: set[str]
) -> None:
    changes = [one for one in CHANGES if one is not two_line_header]
    path = receive(tmp_path, *changes)
    saved = [tmp_path / f"教务处.{kind}" for kind in ("xls", "ods")]
    clerk([{"file": str(path), "out": str(one), "steps": []} for one in saved])
    for one in saved:
        back = one.with_suffix(".退回.xlsx")
        send_back(one, back)
        assert set(texts(path)) - set(texts(back)) - furniture == set(), one.suffix
        assert stored(back) == stored(path), one.suffix


def test_what_was_not_taken_stands_apart(tmp_path: Path) -> None:
    path, back = receive(tmp_path, total_note_and_signature, columns_of_their_own), tmp_path / "退回.xlsx"
    send_back(path, back)
    sheet = openpyxl.load_workbook(back)[PEOPLE]
    line = next(row for row in range(LAST, 60) if str(sheet.cell(row, 1).value).startswith(NOT_TAKEN))
    assert line > LAST + 1
    assert sheet.cell(line + 1, 1).value == "合计"
    own = [cell.value for cell in sheet[HEADER_ROW]][len(NAMES) + 1 :]
    assert own == ["职称", None, "空着的栏目"]
    assert sheet.cell(FIRST_DATA_ROW, len(NAMES) + 2).value == f"职称{FIRST_DATA_ROW}"


def test_answers_of_a_form_are_marked_in_the_row_of_the_template(tmp_path: Path) -> None:
    """The finding was at B4 of the form; the template has this field in column B of its first row."""
    path, back = receive(tmp_path, a_table_of_one_row_written_downwards), tmp_path / "退回.xlsx"
    book = openpyxl.load_workbook(path)
    book[SCHOOL]["B4"] = "约十二"
    book.save(path)
    (found,) = [one for one in read_return(path, CATALOG).all_findings() if one.field == "占地面积"]
    assert found.origin.cell == "B4"
    returned = send_back(path, back)
    (seen,) = moved([found], returned.moves)
    assert (seen.origin.sheet, seen.origin.cell) == (SCHOOL, f"B{FIRST_DATA_ROW}")
    marked = openpyxl.load_workbook(back)[SCHOOL][f"B{FIRST_DATA_ROW}"]
    assert marked.value == "约十二"
    assert marked.comment is not None
    assert marked.comment.text.startswith("含新校区")
    assert "约十二" in marked.comment.text


def test_a_comment_of_their_own_stands_above_ours(tmp_path: Path) -> None:
    path, back = receive(tmp_path, comments_everywhere), tmp_path / "退回.xlsx"
    book = openpyxl.load_workbook(path)
    book[PEOPLE]["C6"] = "不详"
    book[PEOPLE]["C6"].comment = Comment("问过本人", "李四")
    book.save(path)
    send_back(path, back)
    comment = openpyxl.load_workbook(back)[PEOPLE]["C6"].comment
    assert comment is not None
    assert re.fullmatch(r"问过本人\s+【检查发现】\s.*不详.*", comment.text, re.DOTALL)


def found_at(sheet: str, row: int | None, cell: str | None, message: str) -> Finding:
    return Finding("1.1.1-F01", "error", "1.1.1", message, origin=Origin(FILE, sheet, row, cell))


@pytest.mark.parametrize(
    ("found", "place", "message"),
    [
        (
            found_at(PEOPLE, 9, "B9", "重复（另见 教务处.xlsx 1.1.1 人员表!A7，教务处）"),
            (6, "B6"),
            "重复（另见第 5 行）",
        ),
        (
            found_at(PEOPLE, 9, "B9", "不符（另见 教务处.xlsx 1.1.2 学校概况表!A5，教务处）"),
            (6, "B6"),
            "不符（另见 1.1.2 学校概况表!A5）",
        ),
        (
            found_at(PEOPLE, 9, "B9", "不符（另见 人事处.xlsx 1.1.1 人员表!A7，人事处）"),
            (6, "B6"),
            "不符（另见 人事处.xlsx 1.1.1 人员表!A7，人事处）",
        ),
        (found_at(PEOPLE, 12, None, "第 12 行没有收：是合计行"), (19, None), "第 19 行没有收：是合计行"),
        (found_at(PEOPLE, 9, "B9", "B9:B10 是合并的单元格，只有"), (6, "B6"), "B6:B7 是合并的单元格，只有"),
        (found_at(PEOPLE, 6, "Q6", "栏目「职称」不在本表中"), (4, "Q4"), "栏目「职称」不在本表中"),
        (found_at(PEOPLE, None, None, "缺少必填栏目「性别」"), (None, None), "缺少必填栏目「性别」"),
    ],
)
def test_findings_speak_of_the_marked_workbook(
    tmp_path: Path, found: Finding, place: tuple[int | None, str | None], message: str
) -> None:
    """Its header stood two rows lower, with an empty row between the people and a column of the office's own."""

    def change(book: Workbook) -> None:
        sheet = book[PEOPLE]
        sheet.insert_rows(1, 2)
        sheet.insert_rows(8)
        sheet.cell(12, 1, "合计")
        sheet.cell(6, 17, "职称")

    returned = send_back(receive(tmp_path, change), tmp_path / "退回.xlsx")
    (seen,) = moved([found], returned.moves)
    assert (seen.origin.row, seen.origin.cell) == place
    assert seen.message == message


def ods(path: Path, body: Iterable[str]) -> Path:
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    xml = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.3"><office:body>'
        f'<office:spreadsheet><table:table table:name="表">{"".join(body)}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        out.writestr("content.xml", xml)
        out.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    return path


def test_comments_of_an_ods_are_found_behind_repeated_rows_and_columns(tmp_path: Path) -> None:
    note = "<office:annotation><text:p>一</text:p><text:p>二<text:span>三</text:span></text:p></office:annotation>"
    path = ods(
        tmp_path / "a.ods",
        (
            '<table:table-row table:number-rows-repeated="4"><table:table-cell/></table:table-row>',
            '<table:table-row><table:table-cell table:number-columns-repeated="3"/>',
            f"<table:table-cell>{note}<text:p>值</text:p></table:table-cell></table:table-row>",
        ),
    )
    assert read_book(path).sheets[0].comments == {(4, 3): "一\n二三"}


@pytest.mark.parametrize(
    ("hint", "says"),
    [
        ("如果是「性别」，请把栏目名改成它", "如果是「性别」，请把内容移到左边「性别」一栏下面"),
        ("一张工作表只放一张表，请把它移到自己的工作表", "内容在“以下内容没有收”下面，请移到它自己的工作表"),
        ("从下拉列表中选", "从下拉列表中选"),
    ],
)
def test_hints_fit_the_workbook_that_has_every_column_again(hint: str, says: str) -> None:
    (seen,) = moved([replace(found_at(PEOPLE, 4, None, "不在本表中"), hint=hint)], Moves())
    assert seen.hint == says


def test_what_is_shown_by_a_format_comes_back_readable_and_means_the_same(tmp_path: Path) -> None:
    def looks(book: Workbook) -> None:
        sheet = book[PEOPLE]
        number = sheet.cell(FIRST_DATA_ROW, 1)
        number.value, number.number_format = 35, "0000"
        name = sheet.cell(FIRST_DATA_ROW, 2)
        name.number_format = '@"（男）"'
        draft = book.create_sheet("我的底稿")
        draft["A1"], draft["A2"] = 0.3, 7
        draft["A1"].number_format, draft["A2"].number_format = '0.0"万元"', '"第"00"号"'

    path, back = receive(tmp_path, looks), tmp_path / "退回.xlsx"
    send_back(path, back)
    book = openpyxl.load_workbook(back)
    assert book[PEOPLE].cell(FIRST_DATA_ROW, 1).value == "0035"
    assert book[PEOPLE].cell(FIRST_DATA_ROW, 2).value == "张三（男）"
    assert [book["我的底稿"][cell].value for cell in ("A1", "A2")] == ["0.3万元", "第07号"]
    assert stored(back) == stored(path)
