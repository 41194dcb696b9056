"""Rows of cells as codes, without a parser: for the way in which all office programs write them.

A piece of whole rows goes in, and for each filled cell row, column and the code of its value come out. A piece with
anything unusual in it is left alone; ``scan`` then has it read by an XML parser (``unusual_rows``).
"""

from __future__ import annotations

import re

import numpy as np

from statecollect.workbook.read import cell_tags as types
from statecollect.workbook.read import xml_tags as kinds
from statecollect.workbook.read.cell_looks import remember_formulas, remember_looks
from statecollect.workbook.read.cell_tags import cells_of, decimal
from statecollect.workbook.read.cell_values import KnownValues, Unusual
from statecollect.workbook.read.distinct_values import Values
from statecollect.workbook.read.unusual_rows import Tally, error_cell, uncalculated_cell
from statecollect.workbook.read.xlsx_parts import CellStyles
from statecollect.workbook.read.xml_tags import Offsets, find_tags

_PRESERVED = b'<t xml:space="preserve">'
_HIDDEN = re.compile(rb"""\s(?:hidden=["'](?:1|true)|ht=["']0(?:\.0*)?)["']""")
_HIDING = len(b'<row r="1" ht="0"')  # bytes of the shortest row that cannot be seen


class QuickReader:
    """Reads the pieces of one sheet into ``tally``, those that are written in the usual way."""

    def __init__(self, values: Values, styles: CellStyles, tally: Tally) -> None:
        self._values = values
        self._styles = styles
        self._tally = tally

    def read(self, rows: bytes) -> bool:
        """Read a piece of whole rows; False, and nothing counted, when it is written in an unusual way."""
        try:
            self._take(_Piece(rows))
        except ValueError:  # Unusual, or bytes that are no text
            return False
        return True

    def _take(self, piece: _Piece) -> None:
        """Find the value of every cell, then count; from there on nothing fails."""
        piece.read_values(self._values, self._styles)
        piece.read_inline(self._values)
        tally, cells, codes = self._tally, piece.cells, piece.codes
        holds = codes != 0
        filled = int(np.count_nonzero(holds))
        open_formulas = piece.open_formulas()
        holds[[*piece.errors, *open_formulas]] = True
        rows, columns, said = cells.rows[holds], cells.columns[holds], codes[holds]
        if len(said):
            tally.reach(int(rows.max()) + 1, int(columns.max()) + 1)
        for cell, error in piece.errors.items():
            tally.faults[cells.place(cell)] = error_cell(error.decode(errors="replace"))
        for cell in open_formulas:
            tally.faults[cells.place(cell)] = uncalculated_cell()
        known = self._values.values
        remember_looks(tally, self._styles, known, rows, columns, cells.styles[holds], said)
        formulas = piece.formulas()
        if len(formulas):
            chosen = formulas[holds[formulas]]
            remember_formulas(tally, known, cells.rows[chosen], cells.columns[chosen], codes[chosen])
        tally.row = cells.last_row
        tally.filled += piece.counted() - (piece.values - filled) + len(open_formulas) + len(piece.errors)
        tally.text += piece.text
        tally.hidden_rows.update(piece.hidden_rows())
        tally.pieces.append((rows, columns, said))


class _Piece:
    """One piece being read. ``codes``: of the value of each cell; ``errors``: error values by cell."""

    def __init__(self, rows: bytes) -> None:
        self.rows = rows
        self.tags = find_tags(rows)
        self.cells = cells_of(self.tags)
        self.codes = np.zeros(len(self.cells.rows), np.int32)
        self.errors: dict[int, bytes] = {}
        self.text = 0  # characters of shared texts that the cells point at
        self.values = 0  # cells with a value or an inline text, blank ones too
        self._cell_of = np.cumsum(self.tags.kinds == kinds.CELL) - 1

    def counted(self) -> int:
        """Return how many values and inline texts there are, whatever was made of them."""
        return _times(self.tags.content, b"<v>") + _times(self.tags.content, b"<is>")

    def read_values(self, values: Values, styles: CellStyles) -> None:
        """Read what stands in ``<v>``."""
        tags = self.tags
        found = tags.of(kinds.VALUE)
        if not len(found):
            return
        self.values += len(found)
        owners = self._cell_of[found]
        starts, ends = tags.ends[found] + 1, tags.starts[found + 1]
        ways = self.cells.types[owners]
        numbers = (ways == types.NUMBER).nonzero()[0]
        shown = styles.kind(self.cells.styles[owners[numbers]])
        ways[numbers] = np.where(shown > 0, types.INLINE + shown, types.NUMBER)
        for way in np.bincount(ways).nonzero()[0].tolist():
            chosen = ways == way
            part = owners[chosen], starts[chosen], ends[chosen]
            if way == types.SHARED:
                self._point(values, *part)
            elif way == types.ERROR:
                self._fail(*part)
            elif way in values.known:
                self._number(values.known[way], *part)
            else:
                raise Unusual

    def read_inline(self, values: Values) -> None:
        """Read what stands in ``<is>``."""
        tags = self.tags
        found = tags.of(kinds.TEXT)
        self.values += len(tags.of(kinds.INLINE))
        if not len(found):
            return
        owners, opened = self._cell_of[found], tags.starts[found]
        kind = self.cells.types[owners]
        if np.count_nonzero((kind != types.INLINE) & (kind != types.NUMBER)):
            raise Unusual
        starts, ends = tags.ends[found] + 1, tags.starts[found + 1]
        kept = starts - opened > len(b"<t>")
        named = zip(opened[kept].tolist(), starts[kept].tolist(), strict=True)
        if any(self.rows[start:end] != _PRESERVED for start, end in named):
            raise Unusual
        for chosen, known in ((~kept, values.texts), (kept, values.preserved)):
            if np.count_nonzero(chosen):
                self._number(known, owners[chosen], starts[chosen], ends[chosen])

    def hidden_rows(self) -> list[int]:
        """Return the rows (0-based) that are hidden, or of no height."""
        found = ((self.tags.kinds | kinds.EMPTY) == (kinds.ROW | kinds.EMPTY)).nonzero()[0]
        starts, ends = self.tags.starts[found], self.tags.ends[found]
        says_more = ends - starts >= _HIDING
        spans = zip(starts[says_more].tolist(), ends[says_more].tolist(), strict=True)
        tags = [self.rows[start:end] for start, end in spans]
        together = b"".join(tags)  # the tags are a twentieth of the piece
        if b"hidden" not in together and b' ht="0' not in together:
            return []
        return [
            int(tag[8 : tag.index(b'"', 8)]) - 1 for tag in tags if _HIDDEN.search(tag)
        ]  # behind <row r="

    def open_formulas(self) -> list[int]:
        """Return the cells whose formula has no result."""
        formulas = self.formulas()
        without = formulas[(self.codes[formulas] == 0) & (self.cells.types[formulas] != types.RESULT)]
        return [cell for cell in without.tolist() if cell not in self.errors]

    def formulas(self) -> Offsets:
        """Return the cells that hold a formula."""
        found = ((self.tags.kinds | kinds.EMPTY) == (kinds.FORMULA | kinds.EMPTY)).nonzero()[0]
        cells: Offsets = self._cell_of[found]
        return cells

    def _number(self, known: KnownValues, owners: Offsets, starts: Offsets, ends: Offsets) -> None:
        """Give cells the codes of their values."""
        rows = self.rows
        texts = [rows[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
        self.codes[owners] = list(map(known.__getitem__, texts))

    def _point(self, values: Values, owners: Offsets, starts: Offsets, ends: Offsets) -> None:
        """Give cells the codes of the shared texts they point at."""
        filled = ends > starts
        owners, starts, ends = owners[filled], starts[filled], ends[filled]
        pointers = decimal(self.tags.words[starts], ends - starts)
        if int(pointers.max(initial=-1)) >= len(values.shared):
            raise Unusual
        found = values.shared[pointers]
        if int(found.min(initial=0)) < 0:
            raise Unusual
        self.codes[owners] = found
        self.text += int(values.sizes[pointers].sum())

    def _fail(self, owners: Offsets, starts: Offsets, ends: Offsets) -> None:
        """Keep error values."""
        spans = zip(owners.tolist(), starts.tolist(), ends.tolist(), strict=True)
        self.errors = {owner: self.rows[start:end] for owner, start, end in spans if start < end}


def _times(content: bytes, tag: bytes) -> int:
    """Return how often a tag stands in the bytes."""
    letters = np.frombuffer(content, np.uint8)
    found = letters[: 1 - len(tag)] == tag[0]
    for at, letter in enumerate(tag[1:], start=1):
        found &= letters[at : len(letters) + 1 - len(tag) + at] == letter
    return int(np.count_nonzero(found))
