"""A look at the bytes of an .xlsx sheet: its cells, and whatever else counts.

No foreign parser reads an .xlsx here. Those there are show error cells and formulas that were never calculated as empty,
lose values that are spelled in a rare way, and take the whole process down for one far cell or one strange number. So a
sheet's XML is cut into pieces of whole rows (``sheet_frame``); a piece written the way all office programs write it is read at
once (``usual_rows``), any other by an XML parser (``unusual_rows``). Cells are counted apart from where their values are put, and
a sheet whose count and values disagree is refused with the cells named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from xml.parsers.expat import ExpatError

import numpy as np

from statecollect.core.address import cell_name
from statecollect.core.dictionary_column import Codes
from statecollect.core.errors import HostileFile, UnreadableFile
from statecollect.core.untrusted.archive import RESAVE, Archive, damaged
from statecollect.workbook.read.cell_values import CellValue
from statecollect.workbook.read.coded_sheet import CodedSheet
from statecollect.workbook.read.distinct_values import Values
from statecollect.workbook.read.floating_objects import comments_at, floating
from statecollect.workbook.read.sheet_frame import Frame, TooLong
from statecollect.workbook.read.unusual_rows import CellFault, RowReader, Tally
from statecollect.workbook.read.usual_rows import QuickReader
from statecollect.workbook.read.xlsx_parts import (
    CellStyles,
    Outline,
    SheetPart,
    outline,
    shared_texts,
    styles,
)
from statecollect.workbook.sheet_names import CODES_SHEET, STAMP_SHEET

__all__ = ["CellFault", "SheetScan", "doubtful_cells", "scan_workbook"]

_NAMED = 5  # doubtful cells that a refusal names


@dataclass(frozen=True, slots=True)
class SheetScan:
    """What the bytes of one sheet say.

    ``cells_seen``: filled cells, faults included. ``rows``, ``columns``: the rectangle from A1 that holds them.
    ``text``: characters of shared text that the cells point at. Positions are 0-based (row, column); ``formats`` holds
    formats that change what a cell says. ``usual``: whether all rows were written in the usual way.
    """

    visible: bool = True
    cells_seen: int = 0
    rows: int = 0
    columns: int = 0
    text: int = 0
    faults: Mapping[tuple[int, int], CellFault] = field(default_factory=dict)
    formats: Mapping[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[str, ...] = ()
    struck: frozenset[int] = frozenset()
    stale: frozenset[tuple[int, int]] = frozenset()
    idle: frozenset[tuple[int, int]] = frozenset()
    beside: tuple[str, ...] = ()
    comments: Mapping[tuple[int, int], str] = field(default_factory=dict)
    usual: bool = True
    pieces: list[tuple[Codes, Codes, Codes]] = field(default_factory=list)
    values: list[CellValue] = field(default_factory=list)

    @property
    def area(self) -> int:
        """How many cells a reader will hold for this sheet."""
        return self.rows * self.columns

    def grid(self) -> CodedSheet:
        """Return the cells; they are handed over, not kept."""
        codes = np.zeros((self.columns, self.rows), np.int32)
        self.pieces.reverse()
        while self.pieces:
            rows, columns, found = self.pieces.pop()
            codes[columns, rows] = found
        return CodedSheet(codes, self.values)


def scan_workbook(archive: Archive) -> dict[str, SheetScan]:
    """Scan all sheets, by name. Raises UnreadableFile for a sheet that cannot be read for certain.

    The codes of our own template are left out: what its drop-downs offer is nobody's answer. So are sheets that are not
    made of cells, such as charts and the macros of old.
    """
    whole = outline(archive)
    texts, shown = shared_texts(archive), styles(archive)
    values = Values(texts)
    found: dict[str, SheetScan] = {}
    for part in sorted(whole.sheets, key=lambda sheet: sheet.name != STAMP_SHEET):  # the stamp first
        own = STAMP_SHEET in found and found[STAMP_SHEET].columns > 1
        if part.has_cells and not (own and part.name == CODES_SHEET):
            found[part.name] = _scan(archive, part, values, shown, whole)
    return {part.name: found[part.name] for part in whole.sheets if part.name in found}


def _scan(archive: Archive, sheet: SheetPart, values: Values, shown: CellStyles, whole: Outline) -> SheetScan:
    tally, frame, from_1904 = Tally(), Frame(), whole.from_1904
    quick = None if from_1904 else QuickReader(values, shown, tally)
    careful = RowReader(values, shown, tally, from_1904=from_1904)
    usual = True
    try:
        for rows in frame.rows(archive.pieces(sheet.part)):
            if not (quick and quick.read(rows)):
                usual = False
                careful.read(rows)
    except TooLong as fault:
        message = f"工作表「{sheet.name}」里有一行长得反常，已拒绝打开"
        raise HostileFile(message, hint="把数据复制到新的模板中再交", where=archive.file) from fault
    except ValueError as fault:
        if isinstance(fault.__cause__, ExpatError):
            raise damaged(archive.file) from fault
        message = f"工作表「{sheet.name}」的内容写得不合格式（有的单元格没有位置，或者位置不存在），读不准"
        raise UnreadableFile(message, hint=RESAVE, where=archive.file, reason="cell-places") from fault
    _refuse_doubtful(archive.file, sheet.name, tally)
    return SheetScan(
        visible=sheet.visible,
        cells_seen=tally.filled,
        rows=tally.rows,
        columns=tally.columns,
        text=tally.text,
        faults=tally.faults,
        formats=tally.formats,
        hidden_rows=frozenset(tally.hidden_rows),
        hidden_columns=frame.hidden_columns,
        merged=tuple(frame.merged),
        struck=frozenset(tally.struck),
        stale=frozenset(tally.formulas if whole.stale else ()),
        idle=frozenset(tally.idle),
        beside=floating(archive, sheet.part),
        comments=comments_at(archive, sheet.part),
        usual=usual,
        pieces=tally.pieces,
        values=values.values,
    )


def doubtful_cells(cells: Iterable[tuple[int, int]], count: int, file: str, sheet: str) -> UnreadableFile:
    """The error of a sheet in which some cells (0-based positions) cannot be read for certain."""
    names = [cell_name(*cell) for cell in sorted(cells)]
    listed = "、".join(names[:_NAMED]) + ("等" if len(names) > _NAMED else "")
    where = f"：{listed}" if names else ""
    return UnreadableFile(
        f"有 {count} 格读不准{where}", hint=RESAVE, where=f"{file} {sheet}", reason="doubtful-cells"
    )


def _refuse_doubtful(file: str, sheet: str, tally: Tally) -> None:
    """Refuse a sheet in which a cell says two things, or stands twice: one of them would be lost."""
    places = sum(len(found) for _, _, found in tally.pieces)
    if not tally.doubtful and places == tally.filled and _in_order(tally):
        return
    cells = {*tally.doubtful, *_repeated(tally)}
    if cells or places != tally.filled:
        raise doubtful_cells(cells, len(cells) or abs(places - tally.filled), file, sheet)


def _in_order(tally: Tally) -> bool:
    """Whether the cells come row by row, and left to right: then none comes twice."""
    last = -1
    for rows, columns, _ in tally.pieces:
        if not len(rows):
            continue
        places = rows.astype(np.int64) * tally.columns + columns
        if int(places[0]) <= last or not bool((places[1:] > places[:-1]).all()):
            return False
        last = int(places[-1])
    return True


def _repeated(tally: Tally) -> set[tuple[int, int]]:
    """Return positions that come more than once."""
    if not tally.pieces:
        return set()
    rows = np.concatenate([rows for rows, _, _ in tally.pieces])
    columns = np.concatenate([columns for _, columns, _ in tally.pieces])
    places, times = np.unique(rows.astype(np.int64) * tally.columns + columns, return_counts=True)
    return {divmod(int(place), tally.columns) for place in places[times > 1]}
