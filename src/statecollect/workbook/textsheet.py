"""A text table (.csv, .tsv, what information systems export as .xls) as rows of text."""

from __future__ import annotations

import csv
import io

from statecollect.errors import HostileFile, UnreadableFile
from statecollect.incoming.decoding import decode
from statecollect.incoming.watch import tick

_SAMPLE = 50  # lines that tell the delimiter
_STEP = 10_000  # rows between two looks at the watch
_TOO_MANY = "文本表格的单元格过多，已拒绝打开"


def text_rows(content: bytes, name: str, most_cells: int) -> list[list[str | int | float | bool | None]]:
    """Return the rows; an empty cell is None, everything else is text. Raises UnreadableFile or HostileFile."""
    text = decode(content, name)
    delimiter = _delimiter(text)
    if text.count(delimiter) + text.count("\n") > most_cells:
        raise HostileFile(_TOO_MANY, hint="只保留要交的数据", where=name)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str | int | float | bool | None]] = []
    width = 0
    try:
        for row in reader:
            width = max(width, len(row))
            rows.append([cell or None for cell in row])
            if not len(rows) % _STEP:
                tick()
            if width * len(rows) > most_cells:  # one wide row makes all of them wide
                raise HostileFile(_TOO_MANY, hint="只保留要交的数据", where=name)
    except csv.Error as fault:
        message = f"第 {reader.line_num} 行的引号不成对或者内容过长，无法分列"
        raise UnreadableFile(message, hint="改正引号，或者另存为 .xlsx 再交", where=name) from fault
    return rows


def _delimiter(text: str) -> str:
    sample = "\n".join(text[:100_000].split("\n", _SAMPLE)[:_SAMPLE])
    return max("\t,;", key=sample.count) if any(one in sample for one in "\t,;") else ","
