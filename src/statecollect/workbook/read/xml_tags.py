"""The tags of a piece of sheet XML, all at once.

Office programs write rows of cells in one way, with a dozen tags nested to a fixed depth. So one look at which tag
follows which proves a piece well-formed, and no parser has to walk through it: each step here is one operation over all
tags. Whatever is written in another way raises ``Unusual`` and is left to the parsers.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from statecollect.workbook.read.cell_values import Unusual

Offsets = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]

# an even kind opens and holds something; the odd one after it is the same tag without content, <c …/>
ROW, CELL, VALUE, FORMULA, INLINE, TEXT = 2, 4, 6, 8, 10, 12
ROW_END, CELL_END, VALUE_END, FORMULA_END, INLINE_END, TEXT_END = 14, 16, 18, 20, 22, 24
EMPTY = 1
_KINDS = 26

_NAMES = {  # the two bytes behind <
    b"ro": ROW, b"c ": CELL, b"v>": VALUE, b"v/": VALUE, b"f>": FORMULA, b"f ": FORMULA, b"f/": FORMULA,
    b"is": INLINE, b"t>": TEXT, b"t ": TEXT, b"t/": TEXT,
    b"/r": ROW_END, b"/c": CELL_END, b"/v": VALUE_END, b"/f": FORMULA_END, b"/i": INLINE_END, b"/t": TEXT_END,
}  # fmt: skip
# bytes from < to >, for the tags that hold nothing but their name
_LENGTHS = {VALUE: 2, VALUE + EMPTY: 3, INLINE: 3, INLINE + EMPTY: 4, ROW_END: 5, CELL_END: 3, VALUE_END: 3,
            FORMULA_END: 3, INLINE_END: 4, TEXT_END: 3}  # fmt: skip
_CELLS = (CELL, CELL + EMPTY, ROW_END)
_ROWS = (ROW, ROW + EMPTY)
_AFTER = {
    ROW: _CELLS,
    ROW + EMPTY: _ROWS,
    ROW_END: _ROWS,
    CELL: (FORMULA, FORMULA + EMPTY, VALUE, VALUE + EMPTY, INLINE, INLINE + EMPTY, CELL_END),
    CELL + EMPTY: _CELLS,
    CELL_END: _CELLS,
    FORMULA: (FORMULA_END,),
    FORMULA + EMPTY: (VALUE, VALUE + EMPTY, CELL_END),
    FORMULA_END: (VALUE, VALUE + EMPTY, CELL_END),
    VALUE: (VALUE_END,),
    VALUE + EMPTY: (CELL_END,),
    VALUE_END: (CELL_END,),
    INLINE: (TEXT, TEXT + EMPTY, INLINE_END),
    INLINE + EMPTY: (CELL_END,),
    INLINE_END: (CELL_END,),
    TEXT: (TEXT_END,),
    TEXT + EMPTY: (INLINE_END,),
    TEXT_END: (INLINE_END,),
}
_LONGEST = (
    16 << 20
)  # bytes of a piece, which is a megabyte and one row: a row of more is a trap, and every tag costs memory
_SECOND = np.uint16(256)  # of two bytes that are one number
PAD = 16  # bytes behind a piece, so that words can be read from its last tag on
# what rows and cells begin with, and the names that are longer than the two bytes looked at
_HEADS = ((ROW, b'<row r="'), (ROW + EMPTY, b'<row r="'), (CELL, b'<c r="'), (CELL + EMPTY, b'<c r="'),
          (ROW_END, b"</row>"), (INLINE_END, b"</is>"))  # fmt: skip


def first_bytes(count: int) -> np.uint64:
    """Return the mask of the first bytes of a word."""
    return np.uint64((1 << 8 * count) - 1)


def _table(entries: dict[int, int], size: int) -> npt.NDArray[np.uint8]:
    found = np.zeros(size, np.uint8)
    found[list(entries)] = list(entries.values())
    return found


_KIND_OF = _table({int.from_bytes(name, "little"): kind for name, kind in _NAMES.items()}, 1 << 16)
_LENGTH_OF = _table(_LENGTHS, _KINDS)
_MAY_FOLLOW = np.zeros(_KINDS * _KINDS, bool)
for _kind, _next in _AFTER.items():
    _MAY_FOLLOW[[_kind * _KINDS + _follower for _follower in _next]] = True
_HEAD_WORDS = [
    (kind, np.uint64(int.from_bytes(head, "little")), first_bytes(len(head))) for kind, head in _HEADS
]
_HOLDS_TEXT = np.isin(np.arange(_KINDS), [VALUE, FORMULA, TEXT])


class Tags(NamedTuple):
    """The tags of a piece in their order: kind, place of ``<``, place of ``>``.

    ``content``: the piece and ``PAD`` bytes. ``words``: the eight bytes from every place of it on, as one number.
    """

    content: bytes
    words: Words
    kinds: npt.NDArray[np.uint8]
    starts: Offsets
    ends: Offsets

    def of(self, kind: int) -> Offsets:
        """Return the numbers of the tags of this kind."""
        found: Offsets = (self.kinds == kind).nonzero()[0]
        return found


def find_tags(rows: bytes) -> Tags:
    """Return the tags of whole rows. Raises Unusual when they are not written, or not nested, in the usual way."""
    if len(rows) > _LONGEST:
        raise Unusual
    content = rows + bytes(PAD)
    letters = np.frombuffer(content, np.uint8)
    words: Words = np.ndarray((len(rows) + PAD - 7,), "<u8", content, 0, (1,))
    starts, ends = (letters == ord("<")).nonzero()[0], (letters == ord(">")).nonzero()[0]
    if not len(starts) or len(starts) != len(ends) or starts[0] != 0 or ends[-1] != len(rows) - 1:
        raise Unusual
    lengths, gaps = ends - starts, starts[1:] - ends[:-1]
    if int(lengths.min()) < 0 or int(gaps.min(initial=1)) < 0:
        raise Unusual  # one within another
    kinds = _KIND_OF.take(letters.take(starts + 1) + letters.take(starts + 2) * _SECOND)
    kinds += (letters.take(ends - 1) == ord("/")) & (kinds > 0)
    numbers = kinds.astype(np.int64)
    expected = _LENGTH_OF.take(numbers)
    if np.count_nonzero((expected != lengths) & (expected > 0)):
        raise Unusual
    if not _MAY_FOLLOW.take(numbers[:-1] * _KINDS + numbers[1:]).all():
        raise Unusual
    if kinds[0] not in _ROWS or kinds[-1] not in (ROW_END, ROW + EMPTY):
        raise Unusual
    for kind, head, mask in _HEAD_WORDS:
        if np.count_nonzero((words[starts[kinds == kind]] ^ head) & mask):
            raise Unusual
    loose = ((gaps > 1) & ~_HOLDS_TEXT.take(numbers[:-1])).nonzero()[0]
    between = zip((ends[loose] + 1).tolist(), starts[loose + 1].tolist(), strict=True)
    if any(map(bytes.strip, {rows[end:start] for end, start in between})):
        raise Unusual  # a text where only line ends and blanks may stand
    return Tags(content, words, kinds, starts, ends)
