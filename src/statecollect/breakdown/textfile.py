"""Delimited text as a grid: encoding and delimiter are found, never assumed."""

from __future__ import annotations

import codecs
import csv
from io import StringIO
from pathlib import Path

from statecollect.address import column_letter
from statecollect.breakdown.codes import table_code
from statecollect.breakdown.container import damaged
from statecollect.breakdown.grids import Cell, Document, Grid
from statecollect.breakdown.text import visible
from statecollect.errors import UnreadableFile

_DELIMITERS = ("\t", ",", ";")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_delimited(content: bytes, name: str) -> Document:
    """Read .csv or .tsv in UTF-8 (with or without mark), UTF-16 with mark, or GB18030 (as Excel saves it)."""
    text = _decode(content, name)
    # The delimiter that cuts the rows of tables into most cells is the one that was meant.
    tables = [_rows(text, delimiter, name) for delimiter in _DELIMITERS]
    rows = max(tables, key=_cells_beside_codes)
    return Document((Grid(Path(name).stem, rows),))


def _decode(content: bytes, name: str) -> str:
    encodings = ("utf-16",) if content.startswith(_UTF16) else ("utf-8-sig", "gb18030")
    if _is_damaged_utf8(content):
        raise damaged(name)
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise UnreadableFile(
        "无法识别文字编码，内容不像文本文件",
        hint="请用 Excel 或 WPS 打开后另存为 .xlsx 或「CSV UTF-8」",
        where=name,
    )


def _is_damaged_utf8(content: bytes) -> bool:
    """UTF-8 with a few broken bytes, which GB18030 would accept and turn into other characters."""
    text = content.decode("utf-8-sig", errors="replace")
    lost = text.count("\ufffd")
    chinese = sum("\u4e00" <= char <= "\u9fff" for char in text)
    return 0 < lost * 20 < chinese


def _rows(text: str, delimiter: str, name: str) -> dict[int, dict[int, Cell]]:
    rows: dict[int, dict[int, Cell]] = {}
    try:
        for number, values in enumerate(csv.reader(StringIO(text, newline=""), delimiter=delimiter), start=1):
            cells = {
                column: Cell(f"{column_letter(column - 1)}{number}", shown)
                for column, value in enumerate(values, start=1)
                if (shown := visible(value))
            }
            if cells:
                rows[number] = cells
    except csv.Error as fault:
        raise UnreadableFile(
            "文本的引号或分隔符有误，无法分列", hint="请用 Excel 或 WPS 打开后另存为 .xlsx", where=name
        ) from fault
    return rows


def _cells_beside_codes(rows: dict[int, dict[int, Cell]]) -> int:
    return sum(
        len(row) for row in rows.values() if any(table_code(cell.text) is not None for cell in row.values())
    )
