"""The scan counts the same cells as the parser, by both of its ways, however the XML is spelled."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import reader_books as books
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from statecollect.core.errors import UnreadableFile
from statecollect.workbook.read.container import inspect
from statecollect.workbook.read.reader import read_book
from statecollect.workbook.read.scan import scan_workbook
from statecollect.workbook.recognise.tables import cells_seen

STRINGS = "<si><t>甲</t></si><si><t/></si><si><t></t></si><si/><si><t> </t></si>"
STRINGS += '<si><t xml:space="preserve"> </t></si><si><r><t>a</t></r></si><si><t><![CDATA[x]]></t></si>'

# what may stand in a cell: attributes, content
CELLS = [
    ("", "<v>1.5</v>"),
    ("", ""),
    ("", "<v></v>"),
    ("", "<v/>"),
    (' s="2"', "<v>44440</v>"),
    (' s="1"', "<v>0.5</v>"),
    (' s="1"', ""),
    *((' t="s"', f"<v>{number}</v>") for number in range(8)),
    (' t="str"', "<f>A1</f><v>x</v>"),
    (' t="str"', '<f>""</f><v></v>'),
    (' t="str"', '<v xml:space="preserve"> y</v>'),
    ("", "<f>1+1</f>"),
    ("", '<f t="shared" si="0"/>'),
    ("", "<f>1+1</f><v>2</v>"),
    (' t="e"', "<f>NA()</f><v>#N/A</v>"),
    (' t="b"', "<v>1</v>"),
    (' t="inlineStr"', "<is><t>甲</t></is>"),
    (' t="inlineStr"', "<is><t></t></is>"),
    (' t="inlineStr"', "<is><t/></is>"),
    (' t="inlineStr"', "<is></is>"),
    (' t="inlineStr"', '<is><t xml:space="preserve"> </t></is>'),
    (' t="inlineStr"', "<is><r><t>a</t></r><r><t>b</t></r></is>"),
    (' t="inlineStr"', "<is><t>&lt;c r=&quot;A1&quot;&gt; row></t></is>"),
]
ERROR = next(cell for cell in CELLS if cell[0] == ' t="e"')
SPELLINGS: dict[str, tuple[str, Callable[[str], str] | None]] = {
    "usual": (f'<worksheet xmlns="{books.MAIN}"><sheetData>%s</sheetData></worksheet>', lambda xml: xml),
    "prefixed": (
        f'<x:worksheet xmlns:x="{books.MAIN}"><x:sheetData>%s</x:sheetData></x:worksheet>',
        lambda xml: xml.replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:").replace("<x:!", "<!"),
    ),
    "single quotes": (f"<worksheet xmlns='{books.MAIN}'><sheetData>%s</sheetData></worksheet>", lambda xml: xml.replace('"', "'")),
    "spaced": (f'<worksheet xmlns="{books.MAIN}"><sheetData>%s</sheetData></worksheet>', lambda xml: xml.replace("<c ", "<c\n ").replace('" ', '"  ')),
    "character data": (
        f'<worksheet xmlns="{books.MAIN}"><sheetData>%s</sheetData></worksheet>',
        lambda xml: re.sub(r"<v>([^<&]+)</v>", r"<v><![CDATA[\1]]></v>", xml),
    ),
    "without addresses": (f'<worksheet xmlns="{books.MAIN}"><sheetData>%s</sheetData></worksheet>', None),
}  # fmt: skip


def sheet_xml(grid: list[list[tuple[str, str]]], *, addresses: bool = True) -> str:
    """Spell a grid of cells the way office programs do."""
    lines = []
    for row, cells in enumerate(grid, start=1):
        texts = [
            f"<c{f' r={chr(34)}{chr(65 + at)}{row}{chr(34)}' if addresses else ''}{attributes}"
            + (f">{content}</c>" if content else "/>")
            for at, (attributes, content) in enumerate(cells)
        ]
        lines.append(
            f'<row r="{row}">{"".join(texts)}</row>' if addresses else f"<row>{''.join(texts)}</row>"
        )
    return "".join(lines)


@pytest.mark.parametrize("spelling", SPELLINGS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(grid=st.lists(st.lists(st.sampled_from(CELLS), min_size=1, max_size=6), min_size=1, max_size=6))
def test_scan_and_parser_count_the_same_cells(
    tmp_path: Path, spelling: str, grid: list[list[tuple[str, str]]]
) -> None:
    root, change = SPELLINGS[spelling]
    rows = change(sheet_xml(grid)) if change else sheet_xml(grid, addresses=False)
    path = books.by_hand(tmp_path / "a.xlsx", rows, strings=STRINGS, root=root)
    sheet = read_book(path).sheets[0]
    assert sheet.cells_seen == cells_seen(sheet)
    books.by_hand(path, sheet_xml(grid), strings=STRINGS)
    usual = read_book(path).sheets[0]
    assert usual.rows == sheet.rows
    assert (usual.cells_seen, dict(usual.faults), dict(usual.formats)) == (
        sheet.cells_seen,
        dict(sheet.faults),
        dict(sheet.formats),
    )


@pytest.mark.parametrize("cell", CELLS)
def test_each_way_to_fill_a_cell_is_counted_as_the_parser_sees_it(
    tmp_path: Path, cell: tuple[str, str]
) -> None:
    sheet = read_book(books.by_hand(tmp_path / "a.xlsx", sheet_xml([[cell]]), strings=STRINGS)).sheets[0]
    assert sheet.cells_seen == cells_seen(sheet)


def test_rows_are_cut_between_pieces_without_losing_a_cell(tmp_path: Path) -> None:
    grid = [
        [("", f"<v>{row * 7 + 0.5}</v>"), (' t="s"', "<v>0</v>"), ERROR if row % 9000 == 0 else CELLS[0]]
        for row in range(30_000)
    ]
    path = books.by_hand(tmp_path / "a.xlsx", sheet_xml(grid), strings=STRINGS)
    archive = inspect(path).archive
    assert archive is not None
    assert archive.parts["xl/worksheets/sheet1.xml"].size > 2 << 20
    (scan,) = scan_workbook(archive).values()
    assert (scan.cells_seen, scan.rows, scan.columns, len(scan.faults)) == (90_000, 30_000, 3, 4)


# a cell of a sheet whose other cells are read, and what it holds; rare ways that report generators have
READ_RIGHTLY: list[tuple[str, object]] = [
    ('<c r="C6" t="str"><v><![CDATA[abc]]></v></c>', "abc"),
    ('<c r="C6" t="str"><v>a<![CDATA[<b>&]]>c</v></c>', "a<b>&c"),
    ('<c r="C6"><v><![CDATA[12]]></v></c>', 12),
    ('<c r="C6" t="s"><v><![CDATA[0]]></v></c>', "甲"),
    ('<c r="C6" t="inlineStr"><v>abc</v></c>', "abc"),
    ('<c r="C6" t="inlineStr"><is><t><![CDATA[ab]]>c</t></is></c>', "abc"),
    ('<c r="C6" t="inlineStr"><is/><v>abc</v></c>', "abc"),
    ('<c r="C6" t="str"><is><t>abc</t></is></c>', "abc"),
    ('<c r="C6" t="s"><is><t>abc</t></is></c>', "abc"),
    ('<c r="C6"><v>1</v><f>1</f></c>', 1),
    ('<c r="C6"><v>1</v><v>1</v></c>', 1),
    ('<c r="C6"><v></v><v>1</v></c>', 1),
    ('<c r="C6"><v> 1\n</v></c>', 1),
    ('<c r="C6"><v>abc</v></c>', "abc"),
    ('<c r="C6"><v>1e400</v></c>', "1e400"),
    ('<c r="C6"><v>1_000</v></c>', "1_000"),
    ('<c r="C6" t="str"><v>_xD83D__xDE00_ _xD83D_ _x0000_ _x005F_x000D_</v></c>', "😀 _xD83D_ _x0000_ _x000D_"),
    ('<c r="C6" t="d"><v>2021-09-01T00:00:00.5Z</v></c>', "2021-09-01T00:00:00.5Z"),
    ('<c r="C6" s="2"><v>-1.2</v></c>', -1.2),
    ('<c r="C6" s="2"><v>2958465.9999999995</v></c>', 2958465.9999999995),
    ('<c r="C6" s="2"><v>13800138000</v></c>', 13800138000),
    ('<c r="C6" s="3"><v>13800138000</v></c>', 13800138000),
    ('<c r="C6" s="3"><v>-1e22</v></c>', -1e22),
    ('<c r="C6" s="3"><v>1e300</v></c>', 1e300),
    ('<c r="C6" s="3"><v>1.5</v></c>', dt.timedelta(days=1.5)),
    ('<c r="C6" s="4"><v>110105194912310021</v></c>', 110105194912310021.0),
]  # fmt: skip
# cells that say two things, or stand twice: the sheet is refused with their names
READ_FOR_CERTAIN_BY_NOBODY = [
    ('<c r="C6"><v>1</v></c><c r="C6"><v>2</v></c>', "有 1 格读不准：C6；"),
    ('<c r="C6"><v>1</v></c><c r="D6"><v>2</v></c><c r="C6"><v>2</v></c>', "有 1 格读不准：C6；"),
    ('<c r="C6"><v>1</v></c><c r="C6" t="e"><v>#N/A</v></c>', "有 1 格读不准：C6；"),
    ('<c r="D6"><v>1</v></c><c r="C6"><v>1</v></c><c><v>2</v></c>', "有 1 格读不准：D6；"),
    ('<c r="C6" t="inlineStr"><is><t>a</t></is><is><t>b</t></is></c>', "有 1 格读不准：C6；"),
    ('<c r="C6"><v>1</v><v>2</v></c>', "有 1 格读不准：C6；"),
    ('<c r="C6" t="inlineStr"><is><t>a</t></is><v>b</v></c>', "有 1 格读不准：C6；"),
    ("".join(f'<c r="{letter}6"><v>1</v></c>' * 2 for letter in "CDEFGH"), "有 6 格读不准：C6、D6、E6、F6、G6等；"),
]  # fmt: skip
# cells whose content contradicts what they say they are: faults of the cell
FAULTS = [
    ('<c r="C6" t="b"><v>7</v></c>', "逻辑值"),
    ('<c r="C6" t="s"><v>99</v></c>', "指向的文字不在文件里"),
    ('<c r="C6" t="s"><v>-1</v></c>', "指向的文字不在文件里"),
    ('<c r="C6" t="s"><v>0x1</v></c>', "指向的文字不在文件里"),
    ('<c r="C6" t="q"><v>1</v></c>', "哪一类"),
    ('<c r="C6" t="e"><v>#SPILL!</v></c>', "#SPILL!"),
    ('<c r="C6"><f>1</f><v/></c>', "没有算出结果"),
]


def with_cell(path: Path, cell: str) -> Path:
    rows = f'<row r="5"><c r="C5"><v>5</v></c></row><row r="6"><c r="B6"><v>7</v></c>{cell}</row>'
    books.by_hand(path, rows, strings=STRINGS)
    styles = b'<numFmt numFmtId="171" formatCode="[h]:mm"/><numFmt numFmtId="172" formatCode="[mm]:ss.0"/></numFmts>'
    more = b'<xf numFmtId="171"/><xf numFmtId="172"/></cellXfs>'
    return books.rewritten(
        path, lambda _, part: part.replace(b"</numFmts>", styles).replace(b"</cellXfs>", more)
    )


@pytest.mark.parametrize(("cell", "value"), READ_RIGHTLY)
def test_a_value_in_a_rare_spelling_is_read(tmp_path: Path, cell: str, value: object) -> None:
    sheet = read_book(with_cell(tmp_path / "a.xlsx", cell)).sheets[0]
    assert (type(sheet.rows[5][2]), sheet.rows[5][2]) == (type(value), value)
    assert (sheet.cells_seen, cells_seen(sheet), dict(sheet.faults)) == (3, 3, {})


@pytest.mark.parametrize(("cell", "told"), READ_FOR_CERTAIN_BY_NOBODY)
def test_a_cell_that_says_two_things_refuses_its_sheet_by_name(tmp_path: Path, cell: str, told: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_book(with_cell(tmp_path / "a.xlsx", cell))
    assert str(caught.value).startswith(f"〔a.xlsx 表〕{told}")


@pytest.mark.parametrize(("cell", "told"), FAULTS)
def test_a_cell_that_contradicts_itself_is_a_fault_of_that_cell(tmp_path: Path, cell: str, told: str) -> None:
    sheet = read_book(with_cell(tmp_path / "a.xlsx", cell)).sheets[0]
    assert [(place, told in fault.text) for place, fault in sheet.faults.items()] == [((5, 2), True)]
    assert (sheet.cells_seen, cells_seen(sheet)) == (3, 3)


def test_one_long_text_among_many_short_ones_is_no_flood(tmp_path: Path) -> None:
    """300,000 cells and a note of 100 signs: an upper bound alone would turn larger tables away."""
    path = tmp_path / "多.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("表")
        sheet.write_string(0, 0, "说" * 100)
        for row in range(1, 7501):
            for column in range(40):
                sheet.write_string(row, column, f"甲{(row + column) % 50}")
    archive = inspect(path).archive
    assert archive is not None
    scan = scan_workbook(archive)["表"]
    assert scan.cells_seen == 300_001
    assert scan.text < 80 * 2**20  # 119 MB if all of them were that long
    assert len(read_book(path).sheets[0].rows) == 7501
