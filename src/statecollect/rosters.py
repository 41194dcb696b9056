"""Lists an office already has: the departments of the school, the teachers of a year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from statecollect.catalog import Catalog, Field, Table
from statecollect.cleaning import Options, clean
from statecollect.config import Parties
from statecollect.errors import UsageError
from statecollect.parties import Party, teacher
from statecollect.workbook.layout import field_name_from_header, plain_name
from statecollect.workbook.reader import read_book_safely

_NAME, _KIND, _ALIAS = "名称", "类别", "别名"
_UNIT = "教学单位"


def read_departments(path: Path) -> Parties:
    """Read the school's departments: a sheet or CSV with the columns 名称, 类别 (教学单位 or anything else), 别名.

    Several aliases of one department are separated by 、. Raises UsageError when the columns are not there.
    """
    departments: list[str] = []
    units: list[str] = []
    aliases: dict[str, str] = {}
    rows = [[str(cell or "").strip() for cell in row] for row in read_book_safely(path).sheets[0].rows]
    header = next((row for row in rows if _NAME in row), None)
    if header is None or _KIND not in header:
        raise UsageError(
            "部门名单要有“名称”“类别”两列", hint="类别填“教学单位”或“职能部门”；“别名”可不填", where=path.name
        )
    columns = {name: header.index(name) for name in (_NAME, _KIND, _ALIAS) if name in header}
    for row in rows[rows.index(header) + 1 :]:
        cells = {name: row[index] if index < len(row) else "" for name, index in columns.items()}
        if not cells[_NAME]:
            continue
        (units if cells[_KIND] == _UNIT else departments).append(cells[_NAME])
        for alias in cells.get(_ALIAS, "").split("、"):
            if alias.strip():
                aliases[alias.strip()] = cells[_NAME]
    return Parties(departments=tuple(departments), units=tuple(units), aliases=aliases)


@dataclass(frozen=True, slots=True)
class Roster:
    """Teachers from a list: each party with the rows already known, by table."""

    parties: tuple[Party, ...]
    rows: Mapping[str, Mapping[str, Sequence[Sequence[Any]]]]  # party name → table id → rows


def read_roster(path: Path, group: Party, tables: Sequence[str], catalog: Catalog) -> Roster:
    """Read a list of teachers: number, name, and whatever else is a field of the table that says who they are.

    Columns are found by header. Raises UsageError when number or name is missing, for a column or for a teacher.
    """
    table, number, name = _who(tables, catalog, group)
    grid = read_book_safely(path).sheets[0].rows
    header, columns = _header(grid, table)
    if not {number.name, name.name} <= set(columns):
        hint = f"名单要有“{number.name}”“{name.name}”两列"
        raise UsageError("名单中没有找到教师", hint=hint, where=path.name)
    parties: dict[str, Party] = {}
    rows: dict[str, dict[str, list[list[Any]]]] = {}
    for position, cells in enumerate(grid[header:], start=header + 1):
        where = f"{path.name} 第 {position} 行"
        values: dict[str, Any] = {one: cells[index] for one, index in columns.items() if index < len(cells)}
        if not any(value is not None for value in values.values()):
            continue
        for field in (number, name):
            cleaned = clean(field.kind, values.get(field.name), options=Options())
            if cleaned.error or cleaned.value is None:
                raise UsageError(f"{field.name}：{cleaned.error or '没有填写'}", where=where)
            values[field.name] = cleaned.value
        party = teacher(group.name, str(values[number.name]), str(values[name.name]))
        if party.name in parties:
            raise UsageError(f"「{party.name}」出现了两次", hint="名单中每位教师只留一行", where=where)
        parties[party.name] = party
        rows[party.name] = {table.id: [[values.get(field.name) for field in table.fields]]}
    return Roster(tuple(parties.values()), rows)


def _who(tables: Sequence[str], catalog: Catalog, group: Party) -> tuple[Table, Field, Field]:
    """Return the first of the group's tables that tells a teacher's number and name, with those two fields."""
    for table_id in tables:
        table = catalog.tables.get(table_id)
        number, name = (
            next((field for field in (table.fields if table else ()) if field.kind == kind), None)
            for kind in ("staff_no", "name")
        )
        if table and number and name:
            return table, number, name
    raise UsageError(f"「{group.name}」要填的表里没有教工号和姓名，不能按名单制作模板")


def _header(grid: Sequence[Sequence[object]], table: Table) -> tuple[int, dict[str, int]]:
    """Return the 1-based row that holds most of the table's field names, and where they stand."""
    names = {plain_name(field.name): field.name for field in table.fields}
    best: tuple[int, dict[str, int]] = (0, {})
    for position, row in enumerate(grid, start=1):
        texts = [field_name_from_header(cell) if isinstance(cell, str) else "" for cell in row]
        found = {names[text]: index for index, text in enumerate(texts) if text in names}
        if len(found) > len(best[1]):
            best = (position, found)
    return best
