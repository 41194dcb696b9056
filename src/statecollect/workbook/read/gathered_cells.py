"""The cells of one sheet as a reader of an old, open or binary format finds them, one after another."""

from __future__ import annotations

from array import array

import numpy as np

from statecollect.core.address import MAX_COLUMNS, MAX_ROWS, cell_name, column_letter
from statecollect.core.dictionary_column import Codes
from statecollect.core.errors import HostileFile
from statecollect.core.spelling import readable
from statecollect.core.untrusted.watch import tick
from statecollect.workbook.number_format import look, matters
from statecollect.workbook.read.cell_values import CellValue, as_seen, elapsed_of, moment_of
from statecollect.workbook.read.coded_sheet import CodedSheet
from statecollect.workbook.read.unusual_rows import CellFault
from statecollect.workbook.read.xlsx_parts import DAY, ELAPSED

_SEPARATORS = str.maketrans("", "", ", ¥￥")


def _same_number(number: object, text: str) -> bool:
    """Whether a text is this number, perhaps rounded; zeros in front are more than a number."""
    plain = text.translate(_SEPARATORS).strip()
    try:
        shown = float(plain)
    except ValueError:
        return not plain.strip("-")
    if plain.lstrip("-").startswith("0") and plain.lstrip("-")[1:2].isdigit():
        return False
    places = len(plain.partition(".")[2])
    return isinstance(number, int | float) and abs(shown - number) <= 0.5000001 * 10.0**-places


ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
_STEP = 1 << 16  # cells between two looks at the watch


class Gathered:
    """What is found of a sheet. ``filled`` counts what says something, before it is known what becomes of it."""

    def __init__(self, name: str, *, visible: bool = True) -> None:
        self.name = name
        self.visible = visible
        self.filled = 0
        self.faults: dict[tuple[int, int], CellFault] = {}
        self.formats: dict[tuple[int, int], str] = {}
        self.hidden_rows: set[int] = set()
        self.formulas: set[tuple[int, int]] = set()
        self.idle: set[tuple[int, int]] = set()  # formulas that come to nothing
        self.stale = False  # whether the results of the formulas may be out of date
        self.struck: set[int] = set()  # rows with text that is struck through
        self.beside: tuple[str, ...] = ()  # what floats over the cells
        self.comments: dict[tuple[int, int], str] = {}
        self.hidden_columns: set[int] = set()
        self.merged: list[str] = []
        self._values: list[CellValue] = [None]
        self._known: dict[tuple[type, object], int] = {}
        self._rows, self._columns, self._codes = array("i"), array("i"), array("i")
        self.height = self.width = 0

    def put(self, row: int, column: int, value: object) -> None:
        """Take a cell's value; none and the empty text are no cell. Raises ValueError outside any sheet."""
        seen = as_seen(value)
        if seen is None:
            return
        self._reach(row, column)
        key = (type(seen), seen)
        code = self._known.get(key)
        if code is None:
            code = self._known[key] = len(self._values)
            self._values.append(seen)
        self._rows.append(row)
        self._columns.append(column)
        self._codes.append(code)

    def put_number(
        self, row: int, column: int, number: float, shows: int, code: str, *, from_1904: bool = False
    ) -> None:
        """Take a number as its format (``code``) shows it: ``shows`` is PLAIN, DAY or ELAPSED."""
        if shows == DAY:
            self.put(row, column, moment_of(number, from_1904=from_1904))
        elif shows == ELAPSED:
            self.put(row, column, elapsed_of(number))
        else:
            self.put(row, column, number)
        if matters(number, code):
            self.formats[row, column] = code

    def put_text(self, row: int, column: int, text: str, code: str) -> None:
        """Take a text as its format shows it."""
        self.put(row, column, text)
        if look(text, code) is not None:
            self.formats[row, column] = code

    def shows(self, row: int, column: int, number: object, code: str, text: str) -> None:
        """Keep how a number (already taken) is shown: by its format, or by the very text where that says otherwise."""
        seen = look(number, code)
        if (
            text
            and (seen.text if seen else readable(number)) != text.strip()
            and not _same_number(number, text)
        ):
            code = f'"{text.strip()}"' if '"' not in text else code
        if matters(number, code):
            self.formats[row, column] = code

    def put_fault(self, row: int, column: int, fault: CellFault) -> None:
        """Take a cell that shows nothing a reader could take."""
        self._reach(row, column)
        self.faults[row, column] = fault

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Take merged cells, 0-based, both ends included."""
        if (top, left) != (bottom, right) and bottom < MAX_ROWS and right < MAX_COLUMNS:
            self.merged.append(f"{cell_name(top, left)}:{cell_name(bottom, right)}")

    def grid(self, most_cells: int, file: str) -> CodedSheet:
        """Return the cells. Raises HostileFile where they lie too far apart, ValueError where one stands twice."""
        if self.height * self.width > most_cells:
            last = f"第 {self.height} 行、第 {column_letter(self.width - 1)} 列"
            raise HostileFile(
                f"工作表「{self.name}」的内容散布到{last}，已拒绝打开",
                hint="删去远处的零散单元格后另存",
                where=file,
                reason="spread",
            )
        codes: Codes = np.zeros((self.width, self.height), np.int32)
        codes[np.frombuffer(self._columns, np.int32), np.frombuffer(self._rows, np.int32)] = np.frombuffer(
            self._codes, np.int32
        )
        return CodedSheet(codes, self._values)

    def _reach(self, row: int, column: int) -> None:
        if not (0 <= row < MAX_ROWS and 0 <= column < MAX_COLUMNS):
            raise ValueError("a cell outside any sheet")
        self.filled += 1
        self.height, self.width = max(self.height, row + 1), max(self.width, column + 1)
        if not self.filled % _STEP:
            tick()
