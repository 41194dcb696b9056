"""One row of a table: which of its cells stands for which column, although rows slip to the left or right.

The row hangs on the cell with the table code. Where that cell is not under its title, the whole row is taken to have
slipped by as many columns; where a department stands under 责任人 and a person beside it, the row has one department
too many. Each reading is weighed by how much of the row it leaves unexplained, and every assumption is reported.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from statecollect.core.plain_text import bare, one_line
from statecollect.school.breakdown.codes import HeadingNumber, group_number, item_number, table_code
from statecollect.school.breakdown.column_roles import LABELS, PARTY_COLUMNS, BreakdownHeader, ColumnRole
from statecollect.school.breakdown.grids import Cell
from statecollect.school.breakdown.modes import mode_of_remark
from statecollect.school.breakdown.name_lists import (
    are_known,
    is_auto,
    is_nothing,
    looks_like_offices,
    looks_like_people,
)
from statecollect.school.breakdown.tasks import Problem

CellsByColumn = Mapping[int, Cell]


@dataclass(frozen=True, slots=True)
class Anchor:
    """The cell with the table code, and the cells that hold the code and the name."""

    column: int
    cell: Cell
    code: HeadingNumber
    name: str
    columns: frozenset[int]
    shift: int

    @property
    def title(self) -> str:
        """The table as a user calls it: code and name."""
        return f"{self.code.id}{self.name}"


@dataclass(frozen=True, slots=True)
class Kinds:
    """Who is known, from rows that stand straight, to be a person or a department."""

    people: frozenset[str] = frozenset()
    offices: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RowReading:
    """One way to read a row: the cells by column, and what it does not explain."""

    shift: int
    surplus: Cell | None
    cells: Mapping[ColumnRole, tuple[Cell, ...]]
    places: Mapping[ColumnRole, int]
    misfits: tuple[tuple[ColumnRole, Cell], ...]
    leftovers: tuple[Cell, ...]

    @property
    def cost(self) -> int:
        """How much of the row this way leaves unexplained."""
        empty = sum(column not in self.cells for column in PARTY_COLUMNS if column in self.places)
        return len(self.misfits) + len(self.leftovers) + empty

    def text(self, column: ColumnRole) -> str:
        """What the row says in ``column``; several cells of one title are joined. Errors and formulas say nothing."""
        said = (cell.text for cell in self.cells.get(column, ()) if cell.kind not in {"error", "formula"})
        return "、".join(dict.fromkeys(said))


def find_anchor(row: CellsByColumn, header: BreakdownHeader | None) -> Anchor | None:
    """The table code of the row, preferably under its title, else the leftmost; None where there is none."""
    coded = {column: code for column, cell in sorted(row.items()) if (code := table_code(cell.text))}
    if not coded:
        return None
    titled = [place for place in (_place(header, "code"), _place(header, "name")) if place in coded]
    column = titled[0] if titled else next(iter(coded))
    assert column is not None
    code = coded[column]
    name_place, shift = _name_place(row, header, column, code)
    name = code.rest if name_place == column else row[name_place].text if name_place in row else ""
    same_cell = (place for place, cell in row.items() if cell is row[column])
    return Anchor(
        column, row[column], code, one_line(name), frozenset({column, name_place, *same_cell}), shift
    )


def _name_place(
    row: CellsByColumn, header: BreakdownHeader | None, column: int, code: HeadingNumber
) -> tuple[int, int]:
    """Where the table's name stands, and how far the row has slipped."""
    code_place, name_place = _place(header, "code"), _place(header, "name")
    if code_place is not None:
        shift = column - code_place
        if code.rest or name_place is None:
            return column, shift
        return name_place + shift, shift
    assert name_place is not None or header is None
    if code.rest:
        return column, 0 if name_place is None else column - name_place
    if name_place is None:
        return column + 1, 0
    if column in header_places(header, "name"):
        return (column if _is_titled(header, column + 1) else column + 1), 0
    if name_place in row and table_code(row[name_place].text) is None and name_place > column:
        return name_place, 0  # the code stands in a column without title, the name under its own
    shift = column - name_place
    return (column if _is_titled(header, name_place + 1) else column + 1), shift


def _is_titled(header: BreakdownHeader | None, place: int) -> bool:
    """Whether the column has a title of its own, so that it cannot hold the name of the table."""
    return header is not None and any(
        place in places for column, places in header.columns.items() if column != "name"
    )


def header_places(header: BreakdownHeader | None, column: ColumnRole) -> tuple[int, ...]:
    """All column numbers under this title."""
    return () if header is None else header.columns.get(column, ())


def _place(header: BreakdownHeader | None, column: ColumnRole) -> int | None:
    return None if header is None else header.first(column)


def best_reading(row: CellsByColumn, header: BreakdownHeader, anchor: Anchor, kinds: Kinds) -> RowReading:
    """The way that explains most of the row; in doubt the one that follows the code and drops nothing."""
    shifts = [anchor.shift] if anchor.shift == 0 else [anchor.shift, 0]
    readings: list[RowReading] = []
    for shift in shifts:
        readings.append(_read(row, header, anchor, kinds, shift, surplus=None))
        place = (header.first("responsible") or 0) + shift
        if place > shift and _is_surplus(row, place, kinds):
            readings.append(_read(row, header, anchor, kinds, shift, surplus=place))
    return min(readings, key=lambda reading: reading.cost)


def _is_surplus(row: CellsByColumn, place: int, kinds: Kinds) -> bool:
    here, beside = row.get(place), row.get(place + 1)
    if here is None or beside is None or here is beside or is_nothing(beside.text):
        return False
    return looks_like_offices(here.text, kinds.offices) and not looks_like_offices(beside.text, kinds.offices)


def _read(
    row: CellsByColumn, header: BreakdownHeader, anchor: Anchor, kinds: Kinds, shift: int, surplus: int | None
) -> RowReading:
    cells: dict[ColumnRole, tuple[Cell, ...]] = {}
    places: dict[ColumnRole, int] = {}
    used = set(anchor.columns)
    for column, titled in header.columns.items():
        if column in ("code", "name"):
            continue
        moved = [place + shift + int(surplus is not None and place + shift >= surplus) for place in titled]
        places[column] = moved[0]
        found = tuple(
            dict.fromkeys(row[place] for place in moved if place in row and place not in anchor.columns)
        )
        if found:
            cells[column] = found
        used.update(moved)
    if surplus is not None:
        used.add(surplus)
    unknown_places = {place for place, cell in header.cells.items() if cell in header.unknown}
    leftovers = tuple(
        dict.fromkeys(
            cell
            for place, cell in row.items()
            if place not in used and place not in unknown_places and not _explains_itself(cell, anchor)
        )
    )
    misfits = tuple(
        (column, cell)
        for column, found in cells.items()
        for cell in found
        if _misfits(column, cell.text, kinds)
    )
    return RowReading(shift, row[surplus] if surplus is not None else None, cells, places, misfits, leftovers)


def _explains_itself(cell: Cell, anchor: Anchor) -> bool:
    """Cells that need no column: the group or item of this code, a running number, a sign for nothing."""
    first, second, _ = anchor.code.parts
    return (
        item_number(cell.text) == f"{first}.{second}"
        or group_number(cell.text) == str(first)
        or bare(cell.text).isdigit()
        or is_nothing(cell.text)
    )


def _misfits(column: ColumnRole, text: str, kinds: Kinds) -> bool:
    if is_nothing(text) or is_auto(text):
        return False
    if column == "responsible":
        return looks_like_offices(text, kinds.offices) or mode_of_remark(text).mode != "collect"
    is_person = are_known(text, kinds.people) and not are_known(text, kinds.offices)
    if column == "remark":
        return is_person or looks_like_offices(text, kinds.offices)
    if column in PARTY_COLUMNS:
        return is_person or mode_of_remark(text).mode != "collect"
    return False


def learn_kinds(rows: list[tuple[CellsByColumn, BreakdownHeader, Anchor]]) -> Kinds:
    """Who stands under 责任人, and who under the departments' titles, in rows that have not slipped."""
    people: set[str] = set()
    offices: set[str] = set()
    for row, header, anchor in rows:
        reading = _read(row, header, anchor, Kinds(), anchor.shift, surplus=None)
        if anchor.shift != 0 or reading.misfits or reading.leftovers:
            continue
        responsible = reading.text("responsible")
        if looks_like_people(responsible):
            people.update(responsible.replace("、", " ").split())
        for column in ("sources", "fillers", "reviewers"):
            text = reading.text(column)
            offices.update(text.replace("、", " ").split())
    return Kinds(frozenset(people), frozenset(offices - people))


def reading_problems(anchor: Anchor, reading: RowReading, header: BreakdownHeader) -> list[Problem]:
    """Every assumption this reading makes, and every cell that it could not place."""
    problems: list[Problem] = []
    taken = "、".join(
        f"{LABELS[column]}「{one_line(reading.text(column))}」"
        for column in PARTY_COLUMNS
        if column in header.columns
    )
    if anchor.shift != 0:
        side = "左" if anchor.shift < 0 else "右"
        how = "整行" if reading.shift else "只有编号"
        problems.append(
            Problem(
                anchor.cell.address,
                f"「{anchor.title}」{how}偏{side} {abs(anchor.shift)} 列，没有对齐表头；已读作：{taken}",
                "请核对读取结果，并把这一行移到与表头对齐的位置",
            )
        )
    if reading.surplus is not None:
        problems.append(
            Problem(
                reading.surplus.address,
                f"「{anchor.title}」比表头多出一个部门「{one_line(reading.surplus.text)}」；已略去这一格，读作：{taken}",
                "请核对读取结果，并删去多出的一格",
            )
        )
    for column, cell in reading.misfits:
        problems.append(
            Problem(
                cell.address,
                f"「{anchor.title}」的「{LABELS[column]}」一栏写的是「{one_line(cell.text)}」，不像这一栏的内容",
                f"请核对这一行是否错列，并改正「{LABELS[column]}」",
            )
        )
    for cell in reading.leftovers:
        problems.append(
            Problem(
                cell.address,
                f"「{anchor.title}」这一行的「{one_line(cell.text)}」不在任何一列标题下，没有读取",
                "请核对这一行是否错列，把内容移到对应的列",
            )
        )
    return problems


def without_duplicates(reading: RowReading, others: frozenset[Cell]) -> RowReading:
    """The reading without leftovers that other rows have explained (a merged cell reaching into this row)."""
    return replace(reading, leftovers=tuple(cell for cell in reading.leftovers if cell not in others))
