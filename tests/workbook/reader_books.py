"""Workbooks for the tests of the reader: written by programs, and by hand where no program would write them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from statecollect.catalog import Catalog, load_year
from statecollect.findings import Finding
from statecollect.workbook.read.reader import Book, RawSheet, read_book
from statecollect.workbook.recognise.recognised import Block, Recognised
from statecollect.workbook.recognise.tables import find_tables

YEAR = Path(__file__).resolve().parents[1] / "data" / "toy_reader" / "2040"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TEACHERS = ["教工号", "姓名", "出生日期", "课时费", "学时<理论>", "学时<实践>", "离职原因"]
ANNA: list[object] = ["0035", "张三", "1980-01-02", 12.5, 10, 20, None]
BERT: list[object] = ["0036", "李四", "1981-02-03", 13.5, 11, 21, "退休"]


def catalog() -> Catalog:
    """Return the tiny year."""
    return load_year(YEAR)


def write(
    path: Path, sheets: Mapping[str, Sequence[Any]], change: Callable[[Any, Any], None] | None = None
) -> Path:
    """Write sheets of plain values; ``change`` may do more with the book and its last sheet."""
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, str):
                        sheet.write_string(number, column, value)
                    elif value is not None:
                        sheet.write(number, column, value)
        if change:
            change(book, sheet)
    return path


def teachers(path: Path, *rows: Sequence[object], header: Sequence[str] = TEACHERS) -> Path:
    """Write the sheet of teachers: title, header, rows."""
    return write(path, {"1.1.1 教师表": [["1.1.1 教师基本情况表"], [*header], *rows]})


def by_hand(
    path: Path, rows: str, *, strings: str = "", root: str = "", extra: Mapping[str, bytes] | None = None
) -> Path:
    """Write an .xlsx whose only sheet has exactly this XML for rows (``root``: for the whole part, with ``%s``)."""
    sheet = (root or f'<worksheet xmlns="{MAIN}"><sheetData>%s</sheetData></worksheet>') % rows
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kinds}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kinds}.worksheet+xml"/></Types>',
        "_rels/.rels": _relations({"rId1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relations(
            {"rId1": ("worksheet", "worksheets/sheet1.xml"), "rId2": ("sharedStrings", "sharedStrings.xml")}
        ),
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="170" formatCode="0.0%"/></numFmts>'
        '<cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="170"/><xf numFmtId="14"/></cellXfs></styleSheet>',
        "xl/worksheets/sheet1.xml": sheet,
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
        for name, content in (extra or {}).items():
            archive.writestr(name, content)
    return path


def ods(path: Path, rows: str) -> Path:
    """Write an .ods whose only sheet has exactly this XML for rows."""
    names = " ".join(
        f'xmlns:{one}="urn:oasis:names:tc:opendocument:xmlns:{one}:1.0"'
        for one in ("office", "table", "text", "style")
    )
    names += ' xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
    body = f'<office:body><office:spreadsheet><table:table table:name="表">{rows}</table:table></office:spreadsheet></office:body>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", f"<office:document-content {names}>{body}</office:document-content>")
    return path


def rewritten(path: Path, change: Callable[[str, bytes], bytes]) -> Path:
    """Replace each part of a zip by what ``change`` makes of it."""
    content = path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info.filename, change(info.filename, old.read(info)))
    return path


def taken_in(path: Path, expected: Sequence[str] = ()) -> Recognised:
    """Read the workbook and find its tables, proving on the way that no filled cell is lost."""
    book = read_book(path)
    intake = find_tables(book, catalog(), expected)
    assert_conserved(book, intake)
    return intake


def assert_conserved(book: Book, intake: Recognised) -> None:
    """Every filled cell of every sheet is in a block, listed as ignored, or part of the sheet's head."""
    blocks = {block.sheet.name: block for block in intake.blocks}
    for sheet in book.sheets:
        ignored = {one.cell for one in intake.ignored if one.sheet == sheet.name}
        listed = [one for one in intake.ignored if one.sheet == sheet.name]
        assert len(ignored) == len(listed)
        block = blocks.get(sheet.name)
        if block is None:
            assert sheet.cells_seen == len(listed)
            continue
        below = [one for one in listed if one.row > block.header_row]
        assert block.cells_seen == filled_in(block) + len(below)


def filled_in(block: Block) -> int:
    """Count the filled cells of a block, faults included."""
    places = {block.place(name, row) for row in block.rows for name in block.columns}
    return sum(_filled(block.sheet, row, column) for row, column in places)


def values(block: Block, name: str) -> list[object]:
    """Return a field's raw values."""
    column = block.columns[name]
    return [_at(block.sheet, row - 1, column) for row in block.rows]


def rules(intake: Recognised, rule: str) -> list[Finding]:
    """Return the findings of a rule (S01 …) whatever the table."""
    return [finding for finding in intake.findings if finding.rule.endswith(rule)]


def _filled(sheet: RawSheet, row: int, column: int) -> bool:
    return _at(sheet, row, column) is not None or (row, column) in sheet.faults


def _at(sheet: RawSheet, row: int, column: int) -> object:
    cells = sheet.rows[row]
    return cells[column] if column < len(cells) else None


def _relations(targets: Mapping[str, tuple[str, str]]) -> str:
    lines = "".join(
        f'<Relationship Id="{one}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for one, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{lines}</Relationships>'
