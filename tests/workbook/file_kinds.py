"""A workbook turned into every other kind of file that an office sends."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import openpyxl
import xlwt
from reader_books import rewritten
from xlwt import CompoundDoc


def rows_of(path: Path) -> dict[str, list[list[object]]]:
    """Return the plain workbook's cells by tab."""
    return {
        sheet.title: [[c.value for c in row] for row in sheet.iter_rows()]
        for sheet in openpyxl.load_workbook(path)
    }


def as_xls(path: Path, suffix: str = ".xls") -> Path:
    book = xlwt.Workbook()
    for tab, rows in rows_of(path).items():
        sheet = book.add_sheet(tab)
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is not None:
                    sheet.write(at, column, value)
    target = path.with_suffix(suffix)
    book.save(str(target))
    path.unlink()
    return target


def old_stream(book: xlwt.Workbook, *, globals_: bytes = b"", sheet: bytes = b"") -> bytes:
    """Return the records of an .xls of one sheet, with more of them at the end of its globals and of the sheet."""
    stream: bytes = book.get_biff_data()
    at, place, ends = 0, b"", []
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        if kind == 0x85:
            place = stream[at : at + 8]
        elif kind == 0x0A:
            ends.append(at)
        at += 4 + size
    start = struct.unpack_from("<I", place, 4)[0] + len(globals_)
    first = stream[: ends[0]].replace(place, place[:4] + struct.pack("<I", start))
    return first + globals_ + stream[ends[0] : ends[1]] + sheet + stream[ends[1] :]


def old_file(stream: bytes) -> bytes:
    """Return the records in the container of an .xls."""
    out = io.BytesIO()
    CompoundDoc.XlsDoc().save(out, stream)
    return out.getvalue()


def as_et(path: Path) -> Path:
    """WPS's own .et is the same BIFF8 in the same container."""
    return as_xls(path, ".et")


def as_wps(path: Path) -> Path:
    """An .xlsx as WPS leaves it: it names itself, and adds parts and names of its own."""

    def change(name: str, part: bytes) -> bytes:
        if name == "docProps/app.xml":
            return part.replace(b"Microsoft Excel", "WPS 表格".encode())
        if name.startswith("xl/worksheets/sheet"):
            extended = b'xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData" xmlns:xdr="x" '
            return part.replace(b"<worksheet ", b"<worksheet " + extended, 1)
        return part

    rewritten(path, change)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(
            "docProps/custom.xml",
            "<Properties><KSOProductBuildVer>2052-11.1.0.12313</KSOProductBuildVer></Properties>",
        )
    return path


def as_xlsm(path: Path) -> Path:
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 macros")
    return path.rename(path.with_suffix(".xlsm"))


def as_ods(path: Path) -> Path:
    tables = ""
    for tab, rows in rows_of(path).items():
        lines = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
        tables += f'<table:table table:name="{tab}">{lines}</table:table>'
    names = " ".join(
        f'xmlns:{one}="urn:oasis:names:tc:opendocument:xmlns:{one}:1.0"'
        for one in ("office", "table", "text")
    )
    target = path.with_suffix(".ods")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        archive.writestr("content.xml", f"<office:document-content {names}>{body}</office:document-content>")
    path.unlink()
    return target


def _ods_cell(value: object) -> str:
    if value is None:
        return "<table:table-cell/>"
    text = str(value).replace("&", "&amp;").replace("<", "&lt;")
    if isinstance(value, str):
        return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{text}</text:p></table:table-cell>'


def as_xlsb(path: Path) -> Path:
    """Write the workbook in Excel's binary form (BIFF12): records of an id, a size and their bytes."""
    sheets = rows_of(path)
    target = path.with_suffix(".xlsb")
    kinds = "application/vnd.ms-excel"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{at}.bin" ContentType="{kinds}.worksheet"/>'
        for at in range(1, len(sheets) + 1)
    )
    links = "".join(
        f'<Relationship Id="rId{at}" Type="{office}/worksheet" Target="worksheets/sheet{at}.bin"/>'
        for at in range(1, len(sheets) + 1)
    )
    bundle = b"".join(
        _record(0x9C, struct.pack("<II", 0, at) + _wide(f"rId{at}") + _wide(tab))
        for at, tab in enumerate(sheets, start=1)
    )
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.bin" ContentType="{kinds}.sheet.binary.macroEnabled.main"/>{overrides}</Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{office}/officeDocument" Target="xl/workbook.bin"/></Relationships>',
        )
        archive.writestr(
            "xl/_rels/workbook.bin.rels",
            f'<Relationships xmlns="{package}/relationships">{links}</Relationships>',
        )
        archive.writestr(
            "xl/workbook.bin",
            _record(0x83)
            + _record(0x99, struct.pack("<II", 0, 0) + _wide(""))
            + _record(0x8F)
            + bundle
            + _record(0x90)
            + _record(0x84),
        )
        for at, rows in enumerate(sheets.values(), start=1):
            archive.writestr(f"xl/worksheets/sheet{at}.bin", _binary_sheet(rows))
    path.unlink()
    return target


def _binary_sheet(rows: list[list[object]]) -> bytes:
    out = io.BytesIO()
    out.write(_record(0x81))
    out.write(_record(0x94, struct.pack("<IIII", 0, len(rows) - 1, 0, max(map(len, rows)) - 1)))
    out.write(_record(0x91))
    for at, row in enumerate(rows):
        out.write(_record(0x00, struct.pack("<IIHHBI", at, 0, 300, 0, 0, 0)))
        for column, value in enumerate(row):
            place = struct.pack("<II", column, 0)
            if isinstance(value, str):
                out.write(_record(0x06, place + _wide(value)))
            elif isinstance(value, int | float):
                out.write(_record(0x05, place + struct.pack("<d", value)))
    out.write(_record(0x92))
    out.write(_record(0x82))
    return out.getvalue()


def _record(kind: int, content: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = b"", len(content)
    while True:
        size += bytes([(length & 0x7F) | (0x80 if length > 0x7F else 0)])
        length >>= 7
        if not length:
            return head + size + content


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def as_csv(path: Path, encoding: str) -> Path:
    """A CSV holds one sheet: the first."""
    tab, rows = next(iter(rows_of(path).items()))
    target = path.with_name(f"{tab}.csv")
    text = "\r\n".join(",".join("" if one is None else str(one) for one in row) for row in rows)
    target.write_bytes(text.encode(encoding))
    path.unlink()
    return target
