"""A text table (.csv, .tsv, what information systems export as .xls) as rows of text."""

from __future__ import annotations

import csv
import io

from statecollect.errors import HostileFile, UnreadableFile
from statecollect.incoming.decoding import decode

_SAMPLE = 50  # lines that tell the delimiter


def text_rows(content: bytes, name: str, most_cells: int) -> list[list[str | int | float | bool | None]]:
    """Return the rows; an empty cell is None, everything else is text. Raises UnreadableFile or HostileFile."""
    text = decode(content, name)
    delimiter = _delimiter(text)
    if text.count(delimiter) + text.count("\n") > most_cells:
        raise HostileFile("文本表格的单元格过多，已拒绝打开", hint="只保留要交的数据", where=name)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return [[cell or None for cell in row] for row in reader]
    except csv.Error as fault:
        message = f"第 {reader.line_num} 行的引号不成对或者内容过长，无法分列"
        raise UnreadableFile(message, hint="改正引号，或者另存为 .xlsx 再交", where=name) from fault


def _delimiter(text: str) -> str:
    sample = "\n".join(text[:100_000].split("\n", _SAMPLE)[:_SAMPLE])
    return max("\t,;", key=sample.count) if any(one in sample for one in "\t,;") else ","
