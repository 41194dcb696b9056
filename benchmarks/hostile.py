"""Files made to cost much: small on disk, and each of a kind that once held a processor for minutes or took gigabytes.

They are made when they are needed, byte by byte. Each ends in what is read or in one line, within seconds; the tests run
them with smaller bounds, and ``python -m benchmarks --only hostile`` prints what they cost.
"""

from __future__ import annotations

import io
import struct
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import Line, command, python, shown

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MOST_SECONDS, MOST_MEMORY = 20, 1024  # of processor; MB


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of file: how it is made (of a size), how it is opened, and the size that once was too much."""

    name: str
    suffix: str
    make: Callable[[Path, int], object]
    size: int
    breakdown: bool = False


def measure(folder: Path) -> list[Line]:
    """Open each file in a process of its own; return what it cost."""
    folder.mkdir(parents=True)
    lines = []
    for case in CASES:
        path = folder / f"a{case.suffix}"
        case.make(path, case.size)
        cost = command(*python("from benchmarks.hostile import main; main()", path, str(int(case.breakdown))))
        met = cost.cpu <= MOST_SECONDS and cost.peak <= MOST_MEMORY
        must = f"≤ {MOST_SECONDS} s, ≤ {MOST_MEMORY} MB"
        lines.append(
            Line(case.name, shown(cost), f"{path.stat().st_size / 2**20:.2f} MB on disk", "", must, met)
        )
        path.unlink()
    return lines


def main() -> None:
    """Open the file named first; say in one line how it ended."""
    from statecollect.core.errors import StatecollectError

    try:
        print(opened(Path(sys.argv[1]), breakdown=sys.argv[2] == "1"))
    except StatecollectError as refused:
        print(refused)


def opened(path: Path, *, breakdown: bool) -> str:
    """Open a file as users do. Raises what they are told."""
    from statecollect.catalog import load_year
    from statecollect.intake.returns import read_return
    from statecollect.school.breakdown import parse_breakdown

    if breakdown:
        return f"{len(parse_breakdown(path).tables)} tables"
    year = Path(__file__).parents[1] / "tests" / "data" / "toy_reader" / "2040"
    return f"{sum(sheet.cells_seen for sheet in read_return(path, load_year(year)).book.sheets)} cells"


def packed(path: Path, parts: dict[str, str | bytes]) -> None:
    """Write a zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def workbook(path: Path, sheets: list[bytes], strings: bytes = b"") -> None:
    """Write an .xlsx whose sheets are exactly these bytes."""
    numbers = range(1, len(sheets) + 1)
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    links = "".join(
        f'<Relationship Id="r{at}" Type="{OFFICE}/worksheet" Target="worksheets/s{at}.xml"/>'
        for at in numbers
    )
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/s{at}.xml" ContentType="{kinds}.worksheet+xml"/>'
        for at in numbers
    )
    listed = "".join(f'<sheet name="表{at}" sheetId="{at}" r:id="r{at}"/>' for at in numbers)
    texts = f'<Relationship Id="t" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    packed(
        path,
        {
            "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
            f'ContentType="{kinds}.sheet.main+xml"/><Override PartName="/xl/sharedStrings.xml" '
            f'ContentType="{kinds}.sharedStrings+xml"/>{overrides}</Types>',
            "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="a" '
            f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{links}{texts}</Relationships>',
            "xl/sharedStrings.xml": b'<sst xmlns="%b">%b</sst>' % (MAIN.encode(), strings),
            **{f"xl/worksheets/s{at}.xml": sheet for at, sheet in zip(numbers, sheets, strict=True)},
        },
    )


def sheet(rows: bytes, before: bytes = b"", behind: bytes = b"") -> bytes:
    """Return a sheet's part."""
    return b'<worksheet xmlns="%b">%b<sheetData>%b</sheetData>%b</worksheet>' % (
        MAIN.encode(),
        before,
        rows,
        behind,
    )


# a megabyte that does not shrink so much that it is called a bomb
_NOISE = (bytes(97 + at * at * 7919 % 26 for at in range(1024)) * 1024)[: 1 << 20]
ONE = b'<row r="1"><c r="A1"><v>1</v></c></row>'


def document(path: Path, body: bytes) -> None:
    """Write a .docx whose body is exactly these bytes."""
    packed(
        path,
        {
            "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="a" '
            f'Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
            "word/document.xml": b'<w:document xmlns:w="%b"><w:body>%b</w:body></w:document>'
            % (WORD.encode(), body),
        },
    )


def table(rows: bytes) -> bytes:
    """Return a table of a .docx."""
    return b'<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="9"/></w:tblGrid>%b</w:tbl>' % rows


def word_row(text: bytes, properties: bytes = b"") -> bytes:
    """Return a row of one cell."""
    cell = b"<w:tc><w:tcPr>%b</w:tcPr><w:p><w:r><w:t>%b</w:t></w:r></w:p></w:tc>" % (properties, text)
    return b"<w:tr>%b</w:tr>" % cell


def looping_ole(path: Path, _: int = 0) -> None:
    """Write an OLE file whose directory leads back to itself."""
    free, end, table_of_sectors = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    head = bytearray(512)
    head[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", head, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIIIII", head, 40, 0, 1, 1, 0, 4096, end, 0, end, 0, 0)
    struct.pack_into("<108I", head, 76, 0, *[free] * 107)
    struct.pack_into("<I", head, 76, 0)
    sectors = struct.pack("<128I", table_of_sectors, 1, *[free] * 126)  # sector 1 is followed by sector 1
    entries = b"".join(
        name.encode("utf-16-le").ljust(64, b"\x00")
        + struct.pack("<HBBIII36xIII", 2 * len(name) + 2, kind, 1, free, free, 1, 0, 0, 0)
        for name, kind in (("Root Entry", 5), ("Workbook", 2), ("x", 2), ("y", 2))
    )
    path.write_bytes(bytes(head) + sectors + entries)


def cut_xls(path: Path, size: int) -> None:
    """Write an .xls that breaks off in the middle."""
    import xlwt

    book, out = xlwt.Workbook(), io.BytesIO()
    for row in range(50):
        book.add_sheet(f"表{row}").write(row, 0, "甲" * 50)
    book.save(out)
    path.write_bytes(out.getvalue()[:size])


def repeated_ods(path: Path, size: int) -> None:
    """Write an .ods of one cell that says it is there again and again."""
    names = " ".join(
        f'xmlns:{one}="urn:oasis:names:tc:opendocument:xmlns:{one}:1.0"'
        for one in ("office", "table", "text")
    )
    cell = f'<table:covered-table-cell office:value-type="float" office:value="1" table:number-columns-repeated="{size}"/>'
    rows = f'<table:table-row table:number-rows-repeated="{size}">{cell}</table:table-row>'
    body = f'<office:body><office:spreadsheet><table:table table:name="表">{rows}</table:table></office:spreadsheet></office:body>'
    packed(
        path,
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": "<manifest/>",
            "content.xml": f"<office:document-content {names}>{body}</office:document-content>",
        },
    )


def inline(text: bytes, at: int = 1) -> bytes:
    """Return a row with one text."""
    return b'<row r="%d"><c r="A%d" t="inlineStr"><is><t>%b</t></is></c></row>' % (at, at, text)


def pointing(size: int) -> bytes:
    """Return as many rows that all show the first shared text."""
    return b"".join(
        b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (at, at) for at in range(1, size + 1)
    )


def sheets_of(make: Callable[[int], bytes]) -> Callable[[Path, int], object]:
    """Return what writes a workbook with one sheet."""
    return lambda path, size: workbook(path, [make(size)])


def words_of(make: Callable[[int], bytes]) -> Callable[[Path, int], object]:
    """Return what writes a .docx with this body."""
    return lambda path, size: document(path, make(size))


def _merged(size: int) -> bytes:
    areas = b"".join(b'<mergeCell ref="A5:AE%d"/>' % (1_000_000 - at % 1000) for at in range(size))
    return sheet(ONE, behind=b"<mergeCells>%b</mergeCells>" % areas)


def _formatted(size: int) -> bytes:
    rows = b"".join(b'<row r="%d" ht="15" customHeight="1"/>' % at for at in range(1, size + 1))
    return sheet(rows + b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (size + 1, size + 1))


CASES = [
    Case("mergeCell without end", ".xlsx", sheets_of(lambda n: sheet(ONE, behind=b"<mergeCell " * n)), 80_000),
    Case("mergeCell of huge areas", ".xlsx", sheets_of(_merged), 300_000),
    Case("hidden row without end", ".xlsx", sheets_of(lambda n: sheet(b'<row hidden="1" ' + b"<row " * n)), 100_000),
    Case("row that never closes", ".xlsx", sheets_of(lambda n: sheet(b"<row " * n + b">")), 400_000),
    Case("hidden columns again and again", ".xlsx",
         sheets_of(lambda n: sheet(ONE, b"<cols>%b</cols>" % (b'<col min="1" max="16384" hidden="1"/>' * n))), 200_000),
    Case("ends of rows in a text", ".xlsx", sheets_of(lambda n: sheet(inline(b"row>" * n) + inline(b"x", 2))), 500_000),
    Case("beginnings of rows in a value", ".xlsx", sheets_of(lambda n: sheet(inline(b"<![CDATA[%b]]>" % (b"<rowx" * n)))), 500_000),
    Case("the rows begin in comments", ".xlsx", sheets_of(lambda n: sheet(ONE, b"<!-- <sheetData> -->" * n)), 40_000),
    Case("one row of 160 MB", ".xlsx", sheets_of(lambda n: sheet(inline(_NOISE * n))), 160),
    Case("one row of 160 MB in cells", ".xlsx",
         sheets_of(lambda n: sheet(b'<row r="1">' + (b'<c r="A1" t="inlineStr"><is><t>%b</t></is></c>' % (b"x" * 1000)) * n + b"</row>")),
         150_000),
    Case("empty rows with a height", ".xlsx", sheets_of(_formatted), 400_000),
    Case("a million tags inside each other", ".xlsx", sheets_of(lambda n: sheet(ONE, b"<a>" * n + b"</a>" * n)), 1_000_000),
    Case("< and nothing else", ".xlsx", sheets_of(lambda n: sheet(b"<" * n)), 4_000_000),
    Case("one cell spelled again and again", ".xlsx",
         sheets_of(lambda n: sheet(b"<row r='1'>" + b"<c r='A1'><v>1</v></c>" * n + b"</row>")), 150_000),
    Case("shared text of 1 MB shown everywhere", ".xlsx",
         lambda path, n: workbook(path, [sheet(pointing(n))], b"<si><t>%b</t></si>" % (b"x" * 2**20)), 12_000),
    Case("phonetic remarks without end", ".xlsx",
         lambda path, n: workbook(path, [sheet(pointing(3))], b"<si >" + b"<rPh " * n + b"</si>"), 200_000),
    Case("hundreds of wide sheets", ".xlsx",
         lambda path, n: workbook(path, [sheet(b'<row r="9000"><c r="CV9000"><v>1</v></c></row>')] * n), 600),
    Case("one wide line makes all wide", ".csv", lambda path, n: path.write_text("," * n + "1\n" + "1\n" * n), 1_000_000),
    Case("one field of 60 MB", ".csv", lambda path, n: path.write_text('"' + "x" * (n << 20) + '",1\n'), 60),
    Case("a directory that leads to itself", ".xls", looping_ole, 0),
    Case("an .xls that breaks off", ".xls", cut_xls, 20_000),
    Case("one cell a billion times", ".ods", repeated_ods, 40_000),
    Case("span of 2,000,000,000", ".docx",
         words_of(lambda n: table(word_row(b"1.1.1x", b'<w:gridSpan w:val="%d"/>' % n))), 2_000_000_000, breakdown=True),
    Case("60,000 rows", ".docx", words_of(lambda n: table(word_row(b"1.1.1x") * n)), 60_000, breakdown=True),
    Case("15,000 rows merged downwards", ".docx",
         words_of(lambda n: table(word_row(b"1.1.1x", b'<w:vMerge w:val="restart"/>') + word_row(b"", b"<w:vMerge/>") * n)),
         15_000, breakdown=True),
    Case("tables inside each other", ".docx",
         words_of(lambda n: b"<w:tbl><w:tr><w:tc>" * n + b"</w:tc></w:tr></w:tbl>" * n), 20_000, breakdown=True),
    Case("a cell of 10 MB", ".docx", words_of(lambda n: table(word_row(b"1.1.1" + b" " * (n << 20) + b"x"))), 5, breakdown=True),
    Case("a paragraph of blanks", ".docx",
         words_of(lambda n: b"<w:p><w:r><w:t>%b</w:t></w:r></w:p>" % ("共" + " " * n).encode() + table(word_row(b"1.1.1x"))),
         200_000, breakdown=True),
    Case("shared text of 1 MB in a breakdown", ".xlsx",
         lambda path, n: workbook(path, [sheet(pointing(n))], b"<si><t>%b</t></si>" % (b"x" * 2**20)), 12_000, breakdown=True),
    Case("shared text of 4,000 signs in a breakdown", ".xlsx",
         lambda path, n: workbook(path, [sheet(pointing(n))], b"<si><t>1.1.1%b</t></si>" % (b"(" * 3990)), 12_000, breakdown=True),
    Case("mergeCell without end in a breakdown", ".xlsx",
         sheets_of(lambda n: sheet(ONE, behind=b"<mergeCell " * n)), 80_000, breakdown=True),
    Case("an area whose last nine digits are few", ".xlsx",
         sheets_of(lambda n: sheet(ONE, behind=b'<mergeCells><mergeCell ref="A1:A%d000000001"/></mergeCells>' % n)), 9, breakdown=True),
    Case("one field of 19 MB in a breakdown", ".csv", lambda path, n: path.write_text('"' + "x" * (n << 20) + '",1\n'), 19, breakdown=True),
    Case("2 million fields in a breakdown", ".csv", lambda path, n: path.write_text("1.1.1x,\n" * n), 2_000_000, breakdown=True),
    Case("a directory that leads to itself in a breakdown", ".xls", looping_ole, 0, breakdown=True),
    Case("an .xls that breaks off in a breakdown", ".xls", cut_xls, 20_000, breakdown=True),
]  # fmt: skip
