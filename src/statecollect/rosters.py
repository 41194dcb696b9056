"""Lists an office already has: the departments of the school, the teachers of a year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from statecollect.catalog import Catalog
from statecollect.config import Parties
from statecollect.errors import UsageError
from statecollect.parties import Party, teacher
from statecollect.reading import read_return
from statecollect.workbook.reader import read_book

_NAME, _KIND, _ALIAS = "名称", "类别", "别名"
_UNIT = "教学单位"


def read_departments(path: Path) -> Parties:
    """Read the school's departments: a sheet or CSV with the columns 名称, 类别 (教学单位 or anything else), 别名.

    Several aliases of one department are separated by 、. Raises UsageError when the columns are not there.
    """
    departments: list[str] = []
    units: list[str] = []
    aliases: dict[str, str] = {}
    rows = [[str(cell or "").strip() for cell in row] for row in read_book(path).sheets[0].rows]
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
    """Read a list of teachers: any workbook whose headers are fields of a table that teachers fill.

    The number and the name are the first columns of those kinds. Raises UsageError when none can be found.
    """
    reading = read_return(path, catalog, expected=tables)
    delivery = next((one for one in reading.deliveries if one.table in tables), None)
    if delivery is None:
        raise UsageError("名单中没有找到教师", hint="名单第一行要有教工号、姓名两列", where=path.name)
    table = catalog.tables[delivery.table]
    number = next((field.name for field in table.fields if field.kind == "staff_no"), None)
    name = next((field.name for field in table.fields if field.kind == "name"), None)
    if number is None or name is None or not {number, name} <= set(delivery.values):
        raise UsageError(f"名单缺少「{number}」或「{name}」一列", where=path.name)
    parties: dict[str, Party] = {}
    rows: dict[str, dict[str, list[list[Any]]]] = {}
    for position in range(len(delivery.rows)):
        if not delivery.values[number][position] or not delivery.values[name][position]:
            raise UsageError(
                "名单中有一行缺教工号或姓名", where=f"{path.name} 第 {delivery.rows[position]} 行"
            )
        party = teacher(
            group.name, str(delivery.values[number][position]), str(delivery.values[name][position])
        )
        if party.name in parties:
            raise UsageError(
                f"名单中「{party.name}」出现了两次", where=f"{path.name} 第 {delivery.rows[position]} 行"
            )
        parties[party.name] = party
        row = [
            delivery.values.get(field.name, [None] * len(delivery.rows))[position] for field in table.fields
        ]
        rows[party.name] = {table.id: [row]}
    return Roster(tuple(parties.values()), rows)
