"""Word documents (.docx) from printed pages. Same content, same bytes: nothing in the file tells when it was written."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from statecollect.core.outputs import write_atomically
from statecollect.core.visible import visible
from statecollect.render.charts import in_words, picture
from statecollect.render.page import Chart, Page, PrintedTable

_FONT = "宋体"
_A4_SHORT, _A4_LONG, _MARGIN = 21.0, 29.7, 1.8  # cm
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can tell


def write_document(path: Path, page: Page) -> None:
    """Write a page to ``path``; it appears whole or not at all."""
    import docx
    from docx.enum.section import WD_ORIENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Pt

    document = docx.Document(_blank())
    section = document.sections[0]
    width, height = (_A4_LONG, _A4_SHORT) if page.landscape else (_A4_SHORT, _A4_LONG)
    section.orientation = WD_ORIENT.LANDSCAPE if page.landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Cm(width), Cm(height)
    section.left_margin = section.right_margin = Cm(_MARGIN)
    section.top_margin = section.bottom_margin = Cm(_MARGIN)
    _set_font(document.styles["Normal"], 10.5)
    heading = document.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(heading, page.title, size=16, bold=True)
    for line in page.lines:
        _run(document.add_paragraph(), line)
    for table in page.tables:
        if table.caption:
            _run(document.add_paragraph(), table.caption, bold=True)
        _add_table(document, table, width - 2 * _MARGIN)
        document.add_paragraph()
    for part in page.sections:
        _run(document.add_heading(level=1), part.heading, size=13, bold=True)
        for line in part.lines:
            _run(document.add_paragraph(), line)
        if part.chart and part.chart.bars:
            _add_chart(document, part.chart, width - 2 * _MARGIN)
        for table in part.tables:
            if table.caption:
                _run(document.add_paragraph(), table.caption, bold=True)
            _add_table(document, table, width - 2 * _MARGIN)
            document.add_paragraph()
    for line in page.closing:
        _run(document.add_paragraph(), line)
    for label in page.signatures:
        signed = document.add_paragraph()
        signed.paragraph_format.space_before = Pt(14)
        _run(signed, label)
    if page.remark:
        _run(document.add_paragraph(), page.remark, size=8)
    core = document.core_properties
    core.title, core.author, core.last_modified_by, core.comments = visible(page.title), "", "", ""
    core.created = core.modified = dt.datetime(1980, 1, 1)
    content = io.BytesIO()
    document.save(content)
    write_atomically(path, _put_again(content.getvalue()))


def _blank() -> io.BytesIO:
    """Return the document every one begins as, ``blank_document`` zipped: python-docx's own is not valid by the format."""
    packed = io.BytesIO()
    with (
        as_file(files("statecollect.render") / "blank_document") as folder,
        zipfile.ZipFile(packed, "w") as out,
    ):
        for part in sorted(path for path in folder.rglob("*") if path.is_file()):
            out.write(part, part.relative_to(folder).as_posix())
    packed.seek(0)
    return packed


def _add_chart(document: Any, chart: Chart, width: float) -> None:
    from docx.shared import Cm

    shape = document.add_picture(io.BytesIO(picture(chart)), width=Cm(width))
    shape._inline.docPr.set("descr", in_words(chart))


def _add_table(document: Any, table: PrintedTable, width: float) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Cm

    grid = document.add_table(rows=1, cols=len(table.header))
    grid.style = "Table Grid"
    grid.autofit = False
    columns = [Cm(width * part / sum(table.widths)) for part in table.widths]
    for cell, text in zip(grid.rows[0].cells, table.header, strict=True):
        _run(cell.paragraphs[0], text, size=9, bold=True)
    mark = grid.rows[0]._tr.get_or_add_trPr()
    mark.append(mark.makeelement(qn("w:tblHeader"), {}))  # the header comes again on every page
    for row in table.rows:
        for cell, text in zip(grid.add_row().cells, row, strict=True):
            _run(cell.paragraphs[0], text, size=9)
    for column, wide in zip(grid.columns, columns, strict=True):
        column.width = wide
    for line in grid.rows:
        for cell, wide in zip(line.cells, columns, strict=True):
            cell.width = wide


def _run(paragraph: Any, text: str, size: float | None = None, bold: bool = False) -> None:
    from docx.shared import Pt

    run = paragraph.add_run(_NOT_XML.sub("\ufffd", visible(text)))
    run.bold = bold
    if size:
        run.font.size = Pt(size)


def _set_font(style: Any, size: float) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    style.font.name = _FONT
    style.font.size = Pt(size)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    style.paragraph_format.space_after = Pt(4)


def _put_again(content: bytes) -> bytes:
    """Return the document with its parts in their order and a fixed time."""
    again = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as made,
        zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        for name in made.namelist():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(info, made.read(name))
    return again.getvalue()
