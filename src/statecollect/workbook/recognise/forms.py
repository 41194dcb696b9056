"""A table of one row written downwards, as forms are: the fields' names below each other, the answers beside them.

Two or three pairs may stand in a row. Names are compared as in a header (``header_row.match``); a name or an answer may be
merged over several cells, a group stands left of its parts or above them. What stands on such a sheet besides names and
answers is listed with its cell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from statecollect.catalog import Field
from statecollect.core.address import area
from statecollect.workbook.layout import plain_name
from statecollect.workbook.read.raw_sheets import CellValue, RawSheet
from statecollect.workbook.recognise.header_row import FieldNames, Header, forms_of, match
from statecollect.workbook.recognise.multi_row_header import Headline
from statecollect.workbook.recognise.office_words import office_words

_ROWS, _COLUMNS = 200, 40  # within which a form is looked for
_LONGEST = 200  # characters of a cell that may be a name
_FEWEST_ROWS = 2  # over which the names of a form are spread
_MARKS = "*△▣★☆※●: "

Place = tuple[int, int]  # 0-based row and column


class Texts:
    """The texts at the top left of a sheet as one header, each with the group that stands left of it or above it."""

    def __init__(self, sheet: RawSheet) -> None:
        self.sheet = sheet
        self.spans: dict[Place, tuple[int, int, int, int]] = {}
        for ref in sheet.merged:
            top, left, bottom, right = area(ref)
            if top < _ROWS and left < _COLUMNS:
                self.spans[top, left] = top, left, bottom, right
        self.places: list[Place] = []
        self.typed: list[str] = []
        for row, cells in enumerate(sheet.rows[:_ROWS]):
            for column, cell in enumerate(cells[:_COLUMNS]):
                if text := text_of(cell):
                    self.places.append((row, column))
                    self.typed.append(text)

    def behind(self, place: Place) -> Place:
        """Return the cell right of a cell or of the merged area that begins there."""
        return place[0], self.reach(place)[1] + 1

    @cached_property
    def _at(self) -> dict[Place, str]:
        return dict(zip(self.places, self.typed, strict=True))

    @cached_property
    def _over(self) -> dict[Place, str]:
        """The text of a merged area, by each cell of its last column."""
        return {
            (row, right): self._at[place]
            for place, (top, _, bottom, right) in self.spans.items()
            if place in self._at
            for row in range(top, min(bottom, _ROWS) + 1)
        }

    def reach(self, place: Place) -> Place:
        """Return the last cell of the merged area that begins at a cell, or the cell itself."""
        _, _, bottom, right = self.spans.get(place, (*place, *place))
        return bottom, right

    def origin(self, place: Place) -> Place:
        """Return the first cell of the merged area that a cell is part of, or the cell itself."""
        row, column = place
        inside = (
            first
            for first, (top, left, bottom, right) in self.spans.items()
            if top <= row <= bottom and left <= column <= right
        )
        return next(inside, place)

    def line(self, names: FieldNames) -> Headline:
        """Return the texts with their groups, as far as the table has such groups."""
        at, over = self._at, self._over
        above: dict[int, str] = {}  # by column the group whose parts may follow
        paths: list[tuple[str, ...]] = []
        guessed: set[int] = set()
        for number, (row, column) in enumerate(self.places):
            text = plain_name(at[row, column])
            beside = plain_name(over.get((row, column - 1), at.get((row, column - 1), ""))).strip(_MARKS)
            group = above.get(column, "")
            if text.strip(_MARKS) in names.groups:
                above[column] = text.strip(_MARKS)
            if beside in names.groups:
                paths.append((beside, text))
            elif group:
                guessed.add(number)
                paths.append((group, text))
            else:
                paths.append((text,))
        return Headline(1, 1, tuple(paths), tuple(self.typed), frozenset(guessed))


@dataclass(frozen=True, slots=True)
class Form:
    """Names of fields found below each other, where the answer to each stands, and names met once more."""

    texts: Texts
    header: Header
    labels: Mapping[str, Place]
    answers: Mapping[str, Place]
    twice: Mapping[Place, str]

    @property
    def top(self) -> int:
        """The first row (0-based) with a name."""
        return min(row for row, _ in self.labels.values())


def find_form(texts: Texts, names: FieldNames) -> Form | None:
    """Return the form of a table of one row; None where its names do not stand below each other, or are too few."""
    if names.table.rows != "one":
        return None
    line = texts.line(names)
    if names.forms.isdisjoint(forms_of(line)):
        return None
    header = match(line, names, stamped=False)
    if not header.fits(names):
        return None
    labels = {name: texts.places[at] for name, at in header.columns.items()}
    named = {*labels.values(), *(texts.places[at] for at, _ in header.twice)}
    beside = {name: texts.behind(place) for name, place in labels.items()}
    neighbours = sum(place in named for place in beside.values())
    if len({row for row, _ in named}) < _FEWEST_ROWS or neighbours * 2 > len(labels):
        return None  # the names stand beside each other: the answers would be below
    behind = _answers_behind(texts, labels)
    if behind is None:
        return None
    answers = {}
    for name, place in beside.items():
        there = (place[0], place[1] + behind)
        if is_unit(texts.sheet, there, names.table.by_name[name]):
            there = texts.behind(there)
        answers[name] = place if named & {(place[0], at) for at in range(place[1], there[1] + 1)} else there
    return Form(texts, header, labels, answers, {texts.places[at]: name for at, name in header.twice})


def _answers_behind(texts: Texts, labels: Mapping[str, Place]) -> int | None:
    """Return how many columns behind the names the answers stand, by the headings above them; None for no form at all.

    A list that explains a table's fields looks like a form; its headings say what it is.
    """
    top = min(row for row, _ in labels.values())
    if top == 0:
        return 0
    words = office_words()
    column = Counter(texts.behind(place)[1] for place in labels.values()).most_common(1)[0][0]
    above = [plain_name(text_of(cell)) for cell in texts.sheet.rows[top - 1][column : column + _COLUMNS]]
    if not above or above[0] not in words.explaining:
        return 0
    return next((at for at, heading in enumerate(above) if heading in words.answers), None)


def is_unit(sheet: RawSheet, place: Place, field: Field) -> bool:
    """Whether a cell beside the name of a field that has a unit holds a unit and nothing else."""
    text = plain_name(text_of(sheet.at(*place))).strip("()")
    own = field.shown_unit
    return bool(text and own) and (text == plain_name(own or "") or text.lower() in office_words().units)


def text_of(cell: CellValue) -> str:
    """Return the text of a cell that may be a name or a remark; the empty text for any other."""
    return cell.strip() if isinstance(cell, str) and len(cell) <= _LONGEST else ""
