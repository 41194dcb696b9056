"""Lists an office already has: the departments of the school, the teachers of a year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from statecollect.catalog import Catalog, Field, Table
from statecollect.cleaning import Options, clean
from statecollect.core.errors import UsageError
from statecollect.core.names import tidy_name, visibly
from statecollect.school.parties import Party, teacher
from statecollect.workbook.layout import field_name_from_header, plain_name
from statecollect.workbook.read.reader import RawSheet, read_book_safely
from statecollect.workflow.excuses import Teacher

_NAME, _KIND, _ALIAS = "名称", "类别", "别名"
_UNITS = frozenset(
    [
        "教学单位",
        "系部",
        "系",
        "教学系",
        "教学系部",
        "教学部门",
        "教学部",
        "二级学院",
        "学院",
        "院系",
        "教学院系",
        "教学机构",
        "二级教学单位",
        "教学院部",
        "院部",
    ]
)
_OFFICES = frozenset(
    [
        "职能部门",
        "部门",
        "处室",
        "机关",
        "机关处室",
        "行政部门",
        "行政",
        "党政部门",
        "党政管理部门",
        "管理部门",
        "职能处室",
        "行政管理部门",
        "教辅部门",
        "教辅",
        "教辅单位",
        "直属部门",
        "直属单位",
        "党群部门",
        "科研机构",
        "附属机构",
        "其他部门",
        "其他",
        "其它",
        "科室",
        "中心",
        "非教学单位",
    ]
)


@dataclass(frozen=True, slots=True)
class Departments:
    """A school's own list. ``remarks``: what was understood only by an assumption, to be looked over."""

    departments: tuple[str, ...]
    units: tuple[str, ...]
    aliases: Mapping[str, str]
    remarks: tuple[str, ...] = ()


def read_departments(path: Path) -> Departments:
    """Read the school's departments: sheets or CSV with the columns 名称, 类别 (教学单位 or 职能部门), 别名.

    Every sheet that can be seen and has the columns is read. Several aliases of one department are separated by 、.
    Raises UsageError when no sheet has the columns, or one department stands on two.
    """
    departments: list[str] = []
    units: list[str] = []
    aliases: dict[str, str] = {}
    remarks: list[str] = []
    counts: dict[str, int] = {}
    seen: dict[str, str] = {}
    for sheet in _visible(path):
        rows = [["" if cell is None else str(cell) for cell in row] for row in sheet.as_shown()]
        heads = [[tidy_name(cell) for cell in row] for row in rows]
        at, header = next(
            ((at, row) for at, row in enumerate(heads) if _NAME in row and _KIND in row), (0, None)
        )
        if header is None:
            continue
        columns = {name: header.index(name) for name in (_NAME, _KIND, _ALIAS) if name in header}
        counts[sheet.name] = 0
        for row in rows[at + 1 :]:
            cells = {name: row[index] if index < len(row) else "" for name, index in columns.items()}
            name = tidy_name(cells[_NAME])
            if not name:
                continue
            if seen.setdefault(name, sheet.name) != sheet.name:
                raise UsageError(
                    f"「{name}」在工作表「{seen[name]}」和「{sheet.name}」里都有",
                    hint="每个部门只留一行",
                    where=path.name,
                )
            counts[sheet.name] += 1
            kind = tidy_name(cells[_KIND]).replace(" ", "")
            if kind not in _UNITS | _OFFICES:
                said = f"类别是{visibly(kind)}" if kind else "没有写类别"
                remarks.append(
                    f"「{name}」{said}，不知道是不是教学单位，先按职能部门登记；"
                    "请在名单中写“教学单位”或“职能部门”，或在 statecollect.toml 中移到 units"
                )
            (units if kind in _UNITS else departments).append(cells[_NAME])
            for alias in cells.get(_ALIAS, "").split("、"):
                if tidy_name(alias):
                    aliases[alias] = cells[_NAME]
    if not counts:
        raise UsageError(
            "部门名单要有“名称”“类别”两列", hint="类别填“教学单位”或“职能部门”；“别名”可不填", where=path.name
        )
    if len(counts) > 1:
        remarks.insert(0, _counted("名单有几张工作表", counts, "个"))
    return Departments(tuple(departments), tuple(units), aliases, tuple(remarks))


def _visible(path: Path) -> list[RawSheet]:
    """Return the sheets of a list that a person sees."""
    return [sheet for sheet in read_book_safely(path).sheets if sheet.visible]


def _counted(what: str, counts: Mapping[str, int], each: str) -> str:
    return f"{what}：" + "，".join(f"「{name}」{count} {each}" for name, count in counts.items())


@dataclass(frozen=True, slots=True)
class Roster:
    """Teachers from a list: each party with the rows already known, by table; and what is journalled of them.

    ``others``: it is what is known so far; whoever is known from elsewhere belongs to the group too.
    """

    parties: tuple[Party, ...]
    rows: Mapping[str, Mapping[str, Sequence[Sequence[Any]]]]  # party name → table id → rows
    teachers: tuple[Teacher, ...] = ()
    others: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)  # teachers by sheet


def read_roster(path: Path, group: Party, tables: Sequence[str], catalog: Catalog) -> Roster:
    """Read a list of teachers: number, name, and whatever else is a field of the table that says who they are.

    Every sheet that can be seen and has the columns is read; columns are found by header. Raises UsageError when no sheet
    has number and name, when a teacher lacks one, or stands there twice.
    """
    table, number, name = _who(tables, catalog, group)
    lists = []
    for sheet in _visible(path):
        header, columns = _header(sheet.as_shown(), table)
        if {number.name, name.name} <= set(columns):
            lists.append((sheet, header, columns))
    if not lists:
        hint = f"名单要有“{number.name}”“{name.name}”两列"
        raise UsageError("名单中没有找到教师", hint=hint, where=path.name)
    parties: dict[str, Party] = {}
    teachers: dict[str, Teacher] = {}
    unit = next((field for field in table.fields if field.kind == "department"), None)
    rows: dict[str, dict[str, list[list[Any]]]] = {}
    counts: dict[str, int] = {}
    places: dict[str, str] = {}
    for sheet, header, columns in lists:
        counts[sheet.name] = 0
        for position, cells in enumerate(sheet.as_shown()[header:], start=header + 1):
            on = f"工作表「{sheet.name}」" if len(lists) > 1 else ""
            where = f"{path.name} {on}第 {position} 行"
            values: dict[str, Any] = {
                heading: cells[index] for heading, index in columns.items() if index < len(cells)
            }
            if not any(value is not None for value in values.values()):
                continue
            for asked in (number, name):
                cleaned = clean(asked.kind, values.get(asked.name), options=Options())
                if cleaned.error or cleaned.value is None:
                    raise UsageError(f"{asked.name}：{cleaned.error or '没有填写'}", where=where)
                values[asked.name] = cleaned.value
            party = teacher(group.name, str(values[number.name]), str(values[name.name]))
            parts = party.parts
            if parts.number in teachers:
                raise UsageError(
                    f"「{party.name}」出现了两次（另一处：{places[parts.number]}）",
                    hint="名单中每位教师只留一行",
                    where=where,
                )
            said = tidy_name(str(values.get(unit.name) or "")) if unit else ""
            teachers[parts.number] = Teacher(parts.number, parts.called, said)
            places[parts.number] = f"{on}第 {position} 行"
            parties[party.name] = party
            rows[party.name] = {table.id: [[values.get(field.name) for field in table.fields]]}
            counts[sheet.name] += 1
    return Roster(tuple(parties.values()), rows, tuple(teachers.values()), counts=counts)


def roster_of(group: Party, teachers: Iterable[Teacher], tables: Sequence[str], catalog: Catalog) -> Roster:
    """Return the roster of teachers known already, by number and name."""
    table, number, name = _who(tables, catalog, group)
    parties: list[Party] = []
    rows: dict[str, Mapping[str, Sequence[Sequence[Any]]]] = {}
    for listed in teachers:
        party = listed.party(group.name)
        known = {number.name: listed.no, name.name: listed.name}
        parties.append(party)
        rows[party.name] = {table.id: [[known.get(field.name) for field in table.fields]]}
    return Roster(tuple(parties), rows, others=True)


def staff_number(text: str, tables: Sequence[str], catalog: Catalog, group: Party) -> str:
    """Return a staff number as the tables keep it. Raises UsageError for one that they would turn away."""
    _, number, _ = _who(tables, catalog, group)
    cleaned = clean(number.kind, text, options=Options())
    if cleaned.error or cleaned.value is None:
        raise UsageError(f"{number.name}：{cleaned.error or '没有填写'}", where=text)
    return str(cleaned.value)


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
