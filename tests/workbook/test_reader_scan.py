"""The scan counts the same cells as the parser, by both of its ways, however the XML is spelled."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import reader_books as books
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from statecollect.workbook.guard import inspect
from statecollect.workbook.reader import read_book
from statecollect.workbook.scan import scan_workbook
from statecollect.workbook.tables import cells_seen

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


def test_a_cell_twice_is_noticed_by_the_count(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>'
    sheet = read_book(books.by_hand(tmp_path / "a.xlsx", rows)).sheets[0]
    assert (sheet.cells_seen, cells_seen(sheet)) == (2, 1)


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
