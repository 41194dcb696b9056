"""The tables of a bundle read back from its CSV, Excel and Parquet files. They come from outside: nothing is trusted.

Whatever is wrong with a file is one UnreadableFile; what it may cost is bounded before it is read.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from statecollect.core.errors import UnreadableFile
from statecollect.submission.bundle_rows import Fields, texts_of, unguarded
from statecollect.workbook.layout import FIRST_DATA_ROW, HEADER_ROW, field_name_from_header
from statecollect.workbook.read.reader import Book, RawSheet, read_book_safely

if TYPE_CHECKING:
    import pyarrow as pa

PARTY = "填报单位"  # the first column of a Parquet file
MOST_ROWS = 1_000_000  # of one table; the largest school has some hundred thousand
_MOST_CELLS = 20_000_000
_MOST_TEXT = 2**29  # characters of one table
_MOST_BYTES = 2**28  # of one file
_MOST_EXPANDED = 2**30  # bytes of one file when unpacked


@dataclass(frozen=True, slots=True)
class ParquetTable:
    """One table as Parquet tells it: who it is, its fields, who filled each row, and the values row by row."""

    id: str
    name: str
    fields: tuple[str, ...]
    parties: list[str]
    rows: list[list[Any]]


def _bounded(path: Path) -> None:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise UnreadableFile("读不出来", where=path.name) from error
    if size > _MOST_BYTES:
        raise UnreadableFile("文件过大，没有读", where=path.name)


def csv_rows(path: Path, fields: Fields) -> list[list[str]]:
    """Return the rows of a CSV file of ours as texts, the guards of formulas taken off."""
    _bounded(path)
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            lines = csv.reader(stream, strict=True)
            header = next(lines, [])
            if header != [name for name, _ in fields]:
                raise UnreadableFile("标题行与清单中的字段不符", where=path.name)
            rows: list[list[str]] = []
            most = min(MOST_ROWS, _MOST_CELLS // len(fields))
            for line in lines:
                if len(line) != len(fields) or len(rows) >= most:
                    raise UnreadableFile(f"第 {lines.line_num} 行的栏数不对，或行数过多", where=path.name)
                rows.append(
                    [
                        unguarded(cell) if kind == "text" else cell
                        for cell, (_, kind) in zip(line, fields, strict=True)
                    ]
                )
    except (OSError, ValueError, csv.Error) as error:
        raise UnreadableFile("不是本程序写的那种 CSV", where=path.name) from error
    return texts_of(rows, fields)


def plain_rows(path: Path, fields: Fields) -> list[list[str]]:
    """Return the rows of a table's own workbook as texts."""
    book = read_book_safely(path)
    if len(book.sheets) != 1:
        raise UnreadableFile(f"应只有 1 张工作表，有 {len(book.sheets)} 张", where=path.name)
    return _sheet_rows(book.sheets[0], fields, 1, 2, path.name)


def sheet_rows(book: Book, table_id: str, fields: Fields) -> list[list[str]]:
    """Return the rows of a table's sheet in the workbook of all tables as texts."""
    found = [sheet for sheet in book.sheets if sheet.name.startswith(f"{table_id} ")]
    if len(found) != 1:
        raise UnreadableFile(f"{table_id} 应有 1 张工作表，有 {len(found)} 张", where=book.name)
    return _sheet_rows(found[0], fields, HEADER_ROW, FIRST_DATA_ROW, book.name)


def _sheet_rows(sheet: RawSheet, fields: Fields, header: int, first: int, where: str) -> list[list[str]]:
    width, place = len(fields), f"{where} › {sheet.name}"
    names = [str(cell or "") for cell in (sheet.rows[header - 1] if len(sheet.rows) >= header else ())]
    if [field_name_from_header(name) for name in names] != [
        field_name_from_header(name) for name, _ in fields
    ]:
        raise UnreadableFile("标题行与清单中的字段不符", where=place)
    if sheet.faults:
        raise UnreadableFile("有公式或错误值，导出时没有", where=place)
    missing = (None,) * width
    return texts_of([(*row, *missing)[:width] for row in sheet.rows[first - 1 :]], fields)


def parquet_table(path: Path) -> ParquetTable:
    """Return what a Parquet file of ours holds. Raises UnreadableFile for any other, before it costs much."""
    _bounded(path)
    try:
        return _parquet_table(path)
    except UnreadableFile:
        raise
    except MemoryError as error:
        raise UnreadableFile("内容过大，没有读", where=path.name) from error
    except Exception as error:  # what a damaged or hostile file makes of the library is not known in advance
        raise UnreadableFile("不是可读的 Parquet 文件", where=path.name) from error


def _parquet_table(path: Path) -> ParquetTable:
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as about:
        schema, counted = about.schema_arrow, about.metadata
        told = {key.decode(): value.decode() for key, value in (schema.metadata or {}).items()}
        names = list(schema.names)
        if "id" not in told or "name" not in told or names[:1] != [PARTY] or len(set(names)) < len(names):
            raise UnreadableFile("不是本程序写的 Parquet：没有表号、表名或填报单位", where=path.name)
        if counted.num_rows > MOST_ROWS or counted.num_rows * len(names) > _MOST_CELLS:
            raise UnreadableFile(f"有 {counted.num_rows} 行，太多，没有读", where=path.name)
        groups = [counted.row_group(at).total_byte_size for at in range(counted.num_row_groups)]
        if sum(groups) > _MOST_EXPANDED:
            raise UnreadableFile("展开后过大，没有读", where=path.name)
        texts = [
            column.name
            for column in schema
            if pa.types.is_string(column.type) or _is_dictionary(pa, column.type)
        ]
        odd = [
            column.name for column in schema if column.name not in texts and not _is_single(pa, column.type)
        ]
        if odd:
            raise UnreadableFile(f"栏目「{odd[0]}」不是单个的值", where=path.name)
    # as dictionaries, so that a text that comes a million times is held once until it is known how long it is
    with pq.ParquetFile(path, read_dictionary=texts) as stored:
        table = stored.read()
    if sum(_characters(pa, table.column(name)) for name in texts) > _MOST_TEXT:
        raise UnreadableFile("文字总量过大，没有读", where=path.name)
    parties, *columns = [column.to_pylist() for column in table.columns]
    rows = [list(row) for row in zip(*columns, strict=True)]
    return ParquetTable(told["id"], told["name"], tuple(names[1:]), [party or "" for party in parties], rows)


def _is_dictionary(pa: Any, kind: Any) -> bool:
    return bool(pa.types.is_dictionary(kind) and pa.types.is_string(kind.value_type))


def _is_single(pa: Any, kind: Any) -> bool:
    is_a = pa.types
    tests = (is_a.is_integer, is_a.is_floating, is_a.is_decimal, is_a.is_date, is_a.is_timestamp)
    return any(test(kind) for test in (*tests, is_a.is_boolean, is_a.is_null))


def _characters(pa: Any, column: pa.ChunkedArray) -> int:
    import pyarrow.compute as pc

    total = 0
    for chunk in column.chunks:
        held = chunk.dictionary if isinstance(chunk, pa.DictionaryArray) else chunk
        lengths = pc.binary_length(held)
        each = lengths.take(chunk.indices) if isinstance(chunk, pa.DictionaryArray) else lengths
        total += pc.sum(each).as_py() or 0
    return total


def parquet_rows(path: Path, fields: Fields) -> tuple[list[list[str]], list[list[str]]]:
    """Return the rows of a Parquet file as texts, and the same with who filled each row before it."""
    table = parquet_table(path)
    if list(table.fields) != [name for name, _ in fields]:
        raise UnreadableFile("栏目与清单中的字段不符", where=path.name)
    rows = texts_of(table.rows, fields)
    return rows, [[party, *row] for party, row in zip(table.parties, rows, strict=True)]


def with_party(fields: Fields) -> Sequence[tuple[str, str]]:
    """Return the fields with the party before them, as a Parquet file holds them."""
    return [(PARTY, "text"), *fields]
