"""A text table (.csv, .tsv, what information systems export as .xls) as rows of text."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter

from statecollect.core.errors import HostileFile, UnreadableFile
from statecollect.core.untrusted.decoding import decode
from statecollect.core.untrusted.watch import tick

_SAMPLE = 50  # lines that tell the delimiter
_STEP = 10_000  # rows between two looks at the watch
_TOO_MANY = "文本表格的单元格过多，已拒绝打开"
_DELIMITERS = "\t,;|"
_TOLD = re.compile(r'"?sep=([^\r\n"])"?\r?\n?', re.I)  # a line that tells Excel the delimiter
# how exports keep Excel from making a number of a text; the apostrophe only before digits, and alone
_GUARDED = re.compile(r'="((?:[^"]|"")*)"|\'(\d[^\']*)', re.DOTALL)
_UNQUOTED_GUARD = re.compile(r'(^|[\t,;|\r\n])="((?:[^"\r\n]|"")*)"(?=$|[\t,;|\r\n])')

TextRows = list[list[str | int | float | bool | None]]


def text_rows(content: bytes, name: str, most_cells: int) -> TextRows:
    """Return the rows; an empty cell is None, everything else is text. Raises UnreadableFile or HostileFile."""
    text = decode(content, name)
    told = _TOLD.match(text)
    delimiter = told[1] if told else _delimiter(text)
    if text.count(delimiter) + text.count("\n") > most_cells:
        raise HostileFile(_TOO_MANY, hint="只保留要交的数据", where=name, reason="spread")
    reader = csv.reader(io.StringIO(_unguarded(text), newline=""), delimiter=delimiter, strict=True)
    rows: TextRows = []
    width = 0
    try:
        for row in reader:
            width = max(width, len(row))
            rows.append([_shown(cell) or None for cell in row])
            if not len(rows) % _STEP:
                tick()
            if width * len(rows) > most_cells:  # one wide row makes all of them wide
                raise HostileFile(_TOO_MANY, hint="只保留要交的数据", where=name, reason="spread")
    except csv.Error as fault:
        message = f"第 {reader.line_num} 行的引号不成对或者内容过长，无法分列"
        raise UnreadableFile(
            message, hint="改正引号，或者另存为 .xlsx 再交", where=name, reason="csv-quotes"
        ) from fault
    if told:
        rows[:1] = [[]]  # the line keeps its number
    return rows


def _unguarded(text: str) -> str:
    """Return a text in which a cell ``="0061"`` is quoted as a whole: a comma inside it cuts nothing."""
    if '="' not in text:
        return text
    return _UNQUOTED_GUARD.sub(lambda one: one[1] + '"=""' + one[2] + '"""', text)


def _shown(cell: str) -> str:
    """Return what Excel shows of a cell that is guarded against it."""
    found = _GUARDED.fullmatch(cell)
    if found is None:
        return cell
    return found[2] if found[2] is not None else found[1].replace('""', '"')


def _delimiter(text: str) -> str:
    """Return the delimiter that cuts most lines into equally many cells, more than one; the comma where none does.

    What separates items inside cells comes here three times and there not at all.
    """
    lines = text[:100_000].splitlines(keepends=True)[:_SAMPLE]
    best, chosen = (0, 0), ","
    for delimiter in _DELIMITERS:
        try:
            widths = Counter(
                len(row)
                for row in csv.reader(lines, delimiter=delimiter)
                if any(cell.strip() for cell in row)
            )
        except csv.Error:
            continue
        widths.pop(1, None)
        if widths:
            width, times = max(widths.items(), key=lambda item: (item[1], item[0]))
            if (times, width) > best:
                best, chosen = (times, width), delimiter
    return chosen
