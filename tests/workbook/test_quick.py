"""Rows read without the parser are what the parser reads, and whatever is unusual is left to it."""

from __future__ import annotations

import datetime as dt
import subprocess
from contextlib import suppress
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl
import pytest
import reader_books as books
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from python_calamine import CalamineWorkbook
from test_reader_scan import CELLS, STRINGS, sheet_xml

from statecollect.core.errors import UnreadableFile
from statecollect.workbook.read.cell_tags import INLINE, NUMBER, RESULT, SHARED, cells_of
from statecollect.workbook.read.cell_values import CellValue, Unusual
from statecollect.workbook.read.coded_sheet import CodedSheet
from statecollect.workbook.read.container import inspect
from statecollect.workbook.read.reader import read_book
from statecollect.workbook.read.scan import scan_workbook
from statecollect.workbook.read.xlsx_parts import shared_texts
from statecollect.workbook.read.xml_tags import find_tags
from statecollect.workbook.sheet_names import CODES_SHEET, STAMP_SHEET

pytestmark = pytest.mark.lowest

TEMPLATES = Path(__file__).resolve().parents[2] / "templates_xlsx"
PROPERTY = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
TEXTS = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=12
)
FORMATS = [
    "General", "0", "0.00", "#,##0", "0%", "0.00E+00", "@", "yyyy-mm-dd", "m/d/yy h:mm", "h:mm AM/PM", "[h]:mm",
    "[$-804]yyyy年m月d日", 'yyyy"年"m"月"', '"dmy"0', "0_d", "\\d0", "[Red]0;[Blue]-0", "0;yyyy", "[$-409]d-mmm", "mm:ss",
    "¥#,##0.00", '0"人"', "[DBNum1]0", "上午/下午h时", "yyyy.mm", "ss.0", "[mm]:ss", "_-* #,##0_-",
]  # fmt: skip


def parsed(path: Path) -> list[list[tuple[CellValue, ...]]]:
    """Return what the parser alone reads, sheet by sheet, without what is empty at the end, and our own codes."""
    book = CalamineWorkbook.from_path(str(path))
    own = STAMP_SHEET in book.sheet_names
    return [
        trimmed(CodedSheet.of(book.get_sheet_by_name(name).to_python(skip_empty_area=False)))
        for name in book.sheet_names
        if not (own and name == CODES_SHEET)
    ]


def read(path: Path) -> list[list[tuple[CellValue, ...]]]:
    return [trimmed(sheet.rows) for sheet in read_book(path).sheets]


def trimmed(rows: CodedSheet) -> list[tuple[CellValue, ...]]:
    """Return the rows without empty cells at the end; a fault may stand outside all values."""
    lines = [[*row] for row in rows]
    for line in lines:
        while line and line[-1] is None:
            line.pop()
    while lines and not lines[-1]:
        lines.pop()
    return [tuple(line) for line in lines]


def exact(rows: list[list[tuple[CellValue, ...]]]) -> list[object]:
    """Tell 1, 1.0 and True apart."""
    return [(type(value), value) for sheet in rows for row in sheet for value in row]


def is_quick(path: Path) -> bool:
    """Whether no sheet needs the second look, with an XML parser."""
    archive = inspect(path).archive
    assert archive is not None
    return all(scan.usual for scan in scan_workbook(archive).values())


def assert_read_as_parsed(path: Path) -> None:
    ours, theirs = read(path), parsed(path)
    assert ours == theirs
    assert exact(ours) == exact(theirs)


@PROPERTY
@given(grid=st.lists(st.lists(st.sampled_from(CELLS), min_size=1, max_size=6), min_size=1, max_size=6))
def test_any_cells_are_read_as_the_parser_reads_them(
    tmp_path: Path, grid: list[list[tuple[str, str]]]
) -> None:
    assert_read_as_parsed(books.by_hand(tmp_path / "a.xlsx", sheet_xml(grid), strings=STRINGS))


@PROPERTY
@given(texts=st.lists(TEXTS, min_size=1, max_size=5), kind=st.sampled_from(["shared", "inline", "result"]))
def test_any_text_is_read_as_the_parser_reads_it(tmp_path: Path, texts: list[str], kind: str) -> None:
    spelled = [f'<t xml:space="preserve">{escape(one)}</t>' for one in texts]
    strings = "".join(f"<si>{one}</si>" for one in spelled) if kind == "shared" else ""
    cells = {
        "shared": [(' t="s"', f"<v>{at}</v>") for at in range(len(texts))],
        "inline": [(' t="inlineStr"', f"<is>{one}</is>") for one in spelled],
        "result": [(' t="str"', f"<f>A1</f><v>{escape(one)}</v>") for one in texts],
    }[kind]
    assert_read_as_parsed(books.by_hand(tmp_path / "a.xlsx", sheet_xml([cells]), strings=strings))


@PROPERTY
@given(numbers=st.lists(st.floats(-1e17, 1e17) | st.integers(-(10**18), 10**18), min_size=1, max_size=6))
def test_any_number_is_read_as_the_parser_reads_it(tmp_path: Path, numbers: list[float]) -> None:
    cells = [("", f"<v>{one!r}</v>") for one in numbers]
    path = books.by_hand(tmp_path / "a.xlsx", sheet_xml([cells]))
    assert_read_as_parsed(path)
    assert is_quick(path)


@PROPERTY
@given(serials=st.lists(st.floats(0, 3_000_000) | st.integers(-5, 3_000_000), min_size=1, max_size=6))
def test_any_day_and_time_is_read_as_the_parser_reads_it(tmp_path: Path, serials: list[float]) -> None:
    cells = [(' s="2"', f"<v>{one!r}</v>") for one in serials]
    path = books.by_hand(tmp_path / "a.xlsx", sheet_xml([cells]))
    if (
        min(serials) >= 0
    ):  # the parser takes the time of day of a negative number, which is not what was typed
        assert_read_as_parsed(path)
    else:
        (row,) = read_book(path).sheets[0].rows
        assert [one for one in row if isinstance(one, int | float) and one < 0] == [
            one for one in serials if one < 0
        ]
    assert is_quick(path)
    spelled = path.read_bytes()
    books.rewritten(path, lambda _, part: part.replace(b'<c r="', b'<c  r="'))
    careful = read(path)
    path.write_bytes(spelled)
    assert exact(careful) == exact(read(path))


@pytest.mark.parametrize("code", FORMATS)
def test_a_number_format_shows_days_where_the_parser_says_so(tmp_path: Path, code: str) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write_number(0, 0, 44440.5, book.add_format({"num_format": code}))
    assert_read_as_parsed(path)


@pytest.mark.parametrize("number", range(60))
def test_a_built_in_format_shows_days_where_the_parser_says_so(tmp_path: Path, number: int) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        style = book.add_format()
        style.set_num_format(number)
        book.add_worksheet().write_number(0, 0, 44440.5, style)
    assert_read_as_parsed(path)


def filled(path: Path) -> Path:
    """Fill a book of every kind of value with openpyxl."""
    book = openpyxl.Workbook()
    sheet = book.create_sheet("表")
    for at in range(300):
        day = dt.date(2000, 1, 1) + dt.timedelta(days=at)
        moment = dt.datetime(2022, 9, 1, 8, at % 60)
        sheet.append(
            [f"00{at}", f"甲 & 乙<{at % 7}>", at, at / 8, day, moment, at % 2 == 0, None, " 边 ", "多\n行"]
        )
    book.save(path)
    return path


def test_what_openpyxl_writes_needs_no_parser(tmp_path: Path) -> None:
    path = filled(tmp_path / "a.xlsx")
    assert is_quick(path)
    assert_read_as_parsed(path)


@pytest.mark.parametrize("name", ["教务处", "图书馆"])
def test_our_templates_need_no_parser(name: str) -> None:
    path = TEMPLATES / "2022" / f"{name}.xlsx"
    assert is_quick(path)
    assert_read_as_parsed(path)


@pytest.mark.office
def test_what_an_office_program_saves_needs_no_parser(tmp_path: Path) -> None:
    saved = tmp_path / "saved"
    command = [
        "soffice",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
        "--convert-to",
        "xlsx",
    ]
    for path in (filled(tmp_path / "a.xlsx"), TEMPLATES / "2022" / "教务处.xlsx"):
        subprocess.run([*command, "--outdir", saved, path], check=True, capture_output=True)
        assert is_quick(saved / path.name)
        assert_read_as_parsed(saved / path.name)


USUAL = [
    '<row r="1" spans="1:3" ht="15" customHeight="1"><c r="A1" s="2"/><c r="B1" t="n" s="1"><v>0.5</v></c></row>',
    '<row r="3"/><row r="5"><c r="AA5" s="1" /><c r="XFD5"><f t="shared" ref="A1:A2" si="0">1+1</f><v>2</v></c></row>',
    '<row r="1048576"><c r="B1048576" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="C1048576" t="b"><v>0</v></c></row>',
    '<row r="1"><c r="A1" t="str"><f>"&lt;"</f><v>&lt;&#20013;&#x6587;</v></c></row>',
    '<row r="1"><c r="A1"><f>1+1</f></c><c r="B1"><v></v></c><c r="C1" t="s"><v>6</v></c></row>',
]
USUAL += [  # as Apache POI streams rows
    '<row r="1"><c r="A1" s="2"><v>0.25</v></c><c r="B1" s="2"><v>1</v></c><c r="C1" s="2"><v>60</v></c></row>',
    '<row r="1">\n<c r="A1"><v>1</v></c><c r="B1" t="inlineStr"><is><t>a</t></is></c></row>\n<row r="2">\n</row>',
    '<row r="1"> <c r="A1">\n  <v>1</v>\r\n</c>\t</row>',
]
UNUSUAL = [
    "<row r='1'><c r='A1'><v>1</v></c></row>",
    '<row r="1">x<c r="A1"><v>1</v></c></row>',
    '<row r="1"><c r="a1"><v>1</v></c></row>',
    '<row r="1"><c r="A2"><v>1</v></c></row>',
    '<row r="1"><c><v>1</v></c></row>',
    "<row><c><v>1</v></c></row>",
    '<row spans="1:1" r="1"><c r="A1"><v>1</v></c></row>',
    '<row r="1"><c r="A1" cm="1"><v>1</v></c></row>',
    '<row r="1"><c r="A1" t="d"><v>2021-09-01</v></c></row>',
    '<row r="1"><c r="A1"><v>+1</v></c></row>',
    '<row r="1"><c r="A1" t="b"><v>true</v></c></row>',
    '<row r="1"><c r="A1" t="inlineStr"><is><t> x </t></is></c></row>',
    '<row r="1"><c r="A1" t="inlineStr"><is><r><t>x</t></r></is></c></row>',
    '<row r="1"><c r="A1" t="inlineStr"><is><t>x&#10;y\r\nz</t></is></c></row>',
    '<row r="1"><c r="A1" t="inlineStr"><is><t>a>b</t></is></c></row>',
    '<row r="1"><c r="A1" t="str"><v xml:space="preserve"> y</v></c></row>',
    '<row r="1"><c r="A1"><v>1</v></c><extLst/></row>',
]


@pytest.mark.parametrize("rows", USUAL)
def test_the_usual_ways_to_write_need_no_parser(tmp_path: Path, rows: str) -> None:
    path = books.by_hand(
        tmp_path / "a.xlsx", rows, strings=STRINGS.replace("<si><t><![CDATA[x]]></t></si>", "")
    )
    assert is_quick(path)
    if "1048576" not in rows:  # the parser's own rectangle would hold a million rows
        assert_read_as_parsed(path)


@pytest.mark.parametrize("rows", UNUSUAL)
def test_what_is_unusual_gets_a_second_look(tmp_path: Path, rows: str) -> None:
    path = books.by_hand(tmp_path / "a.xlsx", rows, strings=STRINGS)
    assert not is_quick(path)
    assert_read_as_parsed(path)


def test_one_unusual_piece_among_usual_ones_loses_nothing(tmp_path: Path) -> None:
    grid = [[("", f"<v>{row}</v>"), (' t="s"', "<v>0</v>")] for row in range(30_000)]
    rows = sheet_xml(grid).replace('<c r="A20000">', "<c r='A20000'>")
    path = books.by_hand(tmp_path / "a.xlsx", rows, strings=STRINGS)
    assert not is_quick(path)
    (sheet,) = read_book(path).sheets
    assert (len(sheet.rows), sheet.rows.filled(), sheet.cells_seen) == (30_000, 60_000, 60_000)
    assert [sheet.rows[at][0] for at in (0, 19_999, 29_999)] == [0, 19_999, 29_999]


def test_days_counted_from_1904_are_days_all_the_same(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active["A1"] = dt.date(2021, 9, 1)  # type: ignore[index]
    book.save(tmp_path / "a.xlsx")
    assert_read_as_parsed(tmp_path / "a.xlsx")


def test_a_row_without_end_is_not_looked_at_all_at_once() -> None:
    """Each tag costs memory here."""
    with pytest.raises(Unusual):
        find_tags(b'<row r="1">' + b'<c r="A1"/>' * (2 << 20) + b"</row>")
    assert len(find_tags(b'<row r="1">' + b'<c r="A1"/>' * 1000 + b"</row>").kinds) == 1002


@pytest.mark.parametrize(
    ("attributes", "style", "kind"),
    [
        ("", 0, NUMBER),
        (' s="7"', 7, NUMBER),
        (' s="999"', 999, NUMBER),
        (' s="65430"', 65_430, NUMBER),  # Excel has no more styles
        (' t="n"', 0, NUMBER),
        (' s="1234" t="s"', 1234, SHARED),
        (' t="str" s="12"', 12, RESULT),
        (' t="inlineStr" s="65430"', 65_430, INLINE),
    ],
)
@pytest.mark.parametrize("address", ["A1", "ZZ9", "AB15004", "AB100000", "XFD1048576"])
def test_long_addresses_and_styles_are_read_whole(
    address: str, attributes: str, style: int, kind: int
) -> None:
    """What does not fit into the eight bytes looked at together."""
    row = address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    cells = cells_of(
        find_tags(
            f'<row r="{row}"><c r="A{row}"><v>1</v></c><c r="{address}"{attributes}><v>2</v></c></row>'.encode()
        )
    )
    expected = coordinate_to_tuple(address)
    assert (cells.rows[1] + 1, cells.columns[1] + 1) == expected
    assert (cells.styles.tolist(), cells.types.tolist()) == ([0, style], [NUMBER, kind])


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="AB100001"><v>1</v></c>',  # another row
        '<c r="XFD10000"><v>1</v></c>',
        '<c r="AB100000" t="inlineStf"><v>1</v></c>',
        '<c r="AB100000" t="strs"><v>1</v></c>',
        '<c r="AB100000" s="12a4"><v>1</v></c>',
        '<c r="AB100000" s=""><v>1</v></c>',
        '<c r="AB100000" t="s" x="1"><v>1</v></c>',
        '<c r="AB100000" s="1" x="1"><v>1</v></c>',
        '<c q="AB100000"><v>1</v></c>',
        '<c r="AB100000"><v>1</v></c',
        '<c r="AB100000"><v>1<</v></c>',
        '<c r="AB100000"><v>1></v></c>',
    ],
)
def test_what_only_begins_like_a_cell_is_left_to_the_parser(cell: str) -> None:
    with pytest.raises(Unusual):
        cells_of(find_tags(f'<row r="100000">{cell}</row>'.encode()))


@pytest.mark.parametrize(
    "strings", ["<si>" * 500_000, "</si>" + "<si>" * 500_000, "<si><t>a</t></si>" * 3 + "<si>" * 500_000]
)
def test_texts_that_begin_without_end_cost_no_more_than_others(tmp_path: Path, strings: str) -> None:
    path = books.by_hand(tmp_path / "a.xlsx", USUAL[0], strings=strings)
    archive = inspect(path).archive
    assert archive is not None
    with suppress(UnreadableFile):  # not well-formed: refused, where anyone looks
        assert len(shared_texts(archive).values) < 10


def test_the_last_text_may_be_an_empty_tag(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
    assert_read_as_parsed(books.by_hand(tmp_path / "a.xlsx", rows, strings="<si><t>a</t></si><si/>"))


def test_of_a_number_format_longer_than_excel_allows_only_the_beginning_counts(tmp_path: Path) -> None:
    path = books.by_hand(tmp_path / "a.xlsx", '<row r="1"><c r="A1" s="1"><v>5</v></c></row>')
    books.rewritten(path, lambda _, part: part.replace(b"0.0%", b"[" * 300_000))
    assert_read_as_parsed(path)
