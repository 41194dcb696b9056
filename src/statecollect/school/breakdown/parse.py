"""A task breakdown, as an office wrote it, read into assignments and problems."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from statecollect.core.containment import contained
from statecollect.core.errors import BreakdownError
from statecollect.core.plain_text import one_line
from statecollect.core.untrusted.child_process import in_child
from statecollect.core.untrusted.guard import read_content
from statecollect.core.untrusted.watch import watched
from statecollect.school.breakdown.audit import missing_codes, wrong_claims
from statecollect.school.breakdown.codes import codes_inside
from statecollect.school.breakdown.column_roles import LABELS, PARTY_COLUMNS, ColumnRole
from statecollect.school.breakdown.grids import SourceDocument
from statecollect.school.breakdown.headings import Headings, starting_with
from statecollect.school.breakdown.modes import mode_of_remark
from statecollect.school.breakdown.name_lists import is_auto, is_nothing, learn, split
from statecollect.school.breakdown.row_cells import (
    RowReading,
    best_reading,
    learn_kinds,
    reading_problems,
    without_duplicates,
)
from statecollect.school.breakdown.source_files import check_suffix, is_short, is_small, read_document
from statecollect.school.breakdown.tasks import Assignment, Breakdown, Mode, Problem, Written
from statecollect.school.breakdown.walk import FoundRow, walk
from statecollect.school.breakdown.word_container import LIMITS


@dataclass(frozen=True, slots=True)
class _ReadRow:
    found: FoundRow
    reading: RowReading

    @property
    def title(self) -> str:
        return self.found.anchor.title

    def place(self, column: ColumnRole) -> str:
        """The address of a column in this row, also where the cell is empty."""
        cells = self.reading.cells.get(column)
        if cells:
            return cells[0].address
        place = self.reading.places.get(column, self.found.anchor.column)
        return self.found.grid.address(self.found.number, max(place, 1))


@dataclass(frozen=True, slots=True)
class _KnownTables:
    offices: frozenset[str]
    people: frozenset[str]


def parse_breakdown(path: Path) -> Breakdown:
    """Read a task breakdown: any workbook, a text table, or a .docx.

    Raises UnreadableFile when the file cannot be opened as what it is called, BreakdownError when it names no table.
    Everything else that is wrong with it is a problem of the result, with its cell.
    """
    check_suffix(path.name)
    content = read_content(path, LIMITS, "任务分解表")
    with watched(LIMITS.seconds, LIMITS.memory, path.name), contained("解析任务分解表", path.name):
        breakdown = _read(content, path.name)
    if not breakdown.tables:
        raise BreakdownError(
            "没有找到任何数据表编号（如 1.1.1），这个文件不像任务分解表",
            hint="请核对文件；编号应写在「数据表单」一栏，工作表不要隐藏",
            where=path.name,
        )
    return breakdown


def _read(content: bytes, name: str) -> Breakdown:
    """Read and interpret here what is small, in a child process what is not or what a foreign parser must open."""
    if is_small(content, name):
        document = read_document(content, name)
        if is_short(document):
            return interpret(document)
    return in_child(
        read_and_interpret, content, name, file=name, seconds=LIMITS.seconds, memory=LIMITS.memory
    )


def read_and_interpret(content: bytes, name: str) -> Breakdown:
    """Read a file and interpret it: what the child process does."""
    return interpret(read_document(content, name))


def interpret(document: SourceDocument) -> Breakdown:
    """Read the grids of a document; without any table the result is empty."""
    found = walk(document)
    kinds = learn_kinds([(row.row, row.header, row.anchor) for row in found.rows])
    rows = [
        _ReadRow(
            row,
            without_duplicates(
                best_reading(row.row, row.header, row.anchor, kinds), frozenset(row.above.values())
            ),
        )
        for row in found.rows
    ]
    offices = learn(row.reading.text(column) for row in rows for column in PARTY_COLUMNS[:3])
    known = _KnownTables(offices, learn((row.reading.text("responsible") for row in rows), people=True))
    headings = starting_with(found.headings)
    tables: dict[str, Assignment] = {}
    problems = list(found.problems)
    doubts: dict[tuple[str, bool], list[str]] = {}
    for row in rows:
        problems += reading_problems(row.found.anchor, row.reading, row.found.header)
        assignment, own = _assignment(row, headings, known, doubts)
        problems += own
        earlier = tables.get(assignment.id)
        if earlier is None:
            tables[assignment.id] = assignment
        else:
            problems.append(_duplicate(earlier, assignment))
    problems += _doubt_problems(doubts)
    if tables:
        problems += missing_codes(tables) + wrong_claims(document, tables)
    return Breakdown(tables, tuple(dict.fromkeys(problems)))


def _assignment(
    row: _ReadRow, headings: Headings, known: _KnownTables, doubts: dict[tuple[str, bool], list[str]]
) -> tuple[Assignment, list[Problem]]:
    anchor, reading = row.found.anchor, row.reading
    group, item, problems = headings.of(row.found, reading)
    problems += _cell_problems(row)
    mode, more = _mode(row)
    problems += more
    lists: dict[ColumnRole, tuple[str, ...]] = dict.fromkeys(PARTY_COLUMNS, ())
    for column in PARTY_COLUMNS if mode != "auto" else ():
        people = column == "responsible"
        names = split(reading.text(column), known.people if people else known.offices, people=people)
        lists[column] = names.names
        for doubt in names.doubts:
            doubts.setdefault((doubt, people), []).append(row.place(column))
    if mode in ("collect", "cloud+supplement"):
        problems += _empty_columns(row, lists)
    remark = one_line(reading.text("remark"))
    assignment = Assignment(
        id=anchor.code.id,
        name=anchor.name,
        group=group,
        item=item,
        sources=lists["sources"],
        fillers=lists["fillers"],
        reviewers=lists["reviewers"],
        responsible=lists["responsible"],
        remark="" if is_nothing(remark) else remark,
        mode=mode,
        cell=anchor.cell.address,
        as_written=_written(reading) if mode == "auto" else None,
    )
    return assignment, problems


def _written(reading: RowReading) -> Written:
    return Written(*(one_line(reading.text(column)) for column in PARTY_COLUMNS))


def _mode(row: _ReadRow) -> tuple[Mode, list[Problem]]:
    """The mode of a table, and what remark and columns disagree about."""
    reading = row.reading
    remark = mode_of_remark(reading.text("remark"))
    texts = {column: reading.text(column) for column in PARTY_COLUMNS}
    auto = [column for column in PARTY_COLUMNS if is_auto(texts[column])]
    named = [column for column in PARTY_COLUMNS if column not in auto and not is_nothing(texts[column])]
    mode: Mode = remark.mode
    if mode == "collect" and "fillers" in auto:
        mode = "auto"
    problems: list[Problem] = []
    if not remark.certain:
        how = {
            "collect": "需要填报",
            "auto": "自动生成",
            "cloud": "云端实时",
            "cloud+supplement": "云端同步（可补充）",
        }
        problems.append(
            Problem(
                row.place("remark"),
                f"「{row.title}」的备注「{one_line(reading.text('remark'))}」不能确定采集方式，按「{how[mode]}」处理",
                "请写作「自动生成」「云端实时」或「云端同步（可补充）」，其他情况留空",
            )
        )
    if mode == "auto" and named:
        what = "、".join(f"{LABELS[column]}「{one_line(texts[column])}」" for column in named)
        problems.append(
            Problem(
                row.place("fillers" if "fillers" in named else named[0]),
                f"「{row.title}」按自动生成处理，不下发模板，但仍写有{what}",
                "如果确由系统生成，不必修改；如果需要部门填报，请去掉「自动生成」",
            )
        )
    elif mode != "auto" and auto:
        problems.append(
            Problem(
                row.place(auto[0]),
                f"「{row.title}」的{'、'.join(LABELS[column] for column in auto)}写着「自动生成」，其余各栏或备注却不是",
                "请核对这张表是否自动生成，并统一写法",
            )
        )
    return mode, problems


def _empty_columns(row: _ReadRow, lists: dict[ColumnRole, tuple[str, ...]]) -> list[Problem]:
    titled = [column for column in PARTY_COLUMNS if column in row.found.header.columns]
    return [
        Problem(
            row.place(column),
            f"「{row.title}」没有写{LABELS[column]}",
            f"请补上{LABELS[column]}，或在备注中写明「自动生成」「云端实时」",
        )
        for column in titled
        if not lists[column] and not is_auto(row.reading.text(column))
    ]


def _cell_problems(row: _ReadRow) -> list[Problem]:
    """Cells that are no text: errors, formulas without value; a name that is missing or holds a second code."""
    anchor = row.found.anchor
    problems = [
        Problem(
            cell.address,
            f"「{row.title}」这一行有{'错误值' if cell.kind == 'error' else '没有计算结果的公式'}「{cell.text}」",
            "请直接写上部门或姓名的文字，保存后再试",
        )
        for cell in dict.fromkeys(row.found.row.values())
        if cell.kind in ("error", "formula")
    ]
    if not anchor.name:
        problems.append(Problem(anchor.cell.address, f"编号 {anchor.code.id} 没有表名", "请在编号后写上表名"))
    inside = codes_inside(anchor.name)
    if inside:
        problems.append(
            Problem(
                anchor.cell.address,
                f"「{row.title}」一格里还有编号 {'、'.join(inside)}，只按 {anchor.code.id} 读取",
                "请每张表写一行",
            )
        )
    return problems


def _duplicate(earlier: Assignment, later: Assignment) -> Problem:
    fields = ("name", "sources", "fillers", "reviewers", "responsible", "mode")
    same = all(getattr(earlier, name) == getattr(later, name) for name in fields)
    return Problem(
        later.cell,
        f"编号 {later.id} 重复：{earlier.cell} 已有「{earlier.id}{earlier.name}」，"
        + ("两行内容相同" if same else "两行内容不同，以前一行为准"),
        "请删去多余的一行，或改正编号",
    )


def _doubt_problems(doubts: dict[tuple[str, bool], list[str]]) -> Iterable[Problem]:
    for (text, people), places in doubts.items():
        more = f"（共 {len(places)} 处，这是第一处）" if len(places) > 1 else ""
        what = "哪几个人" if people else "一个部门还是几个部门"
        yield Problem(
            places[0],
            f"「{text}」不能确定是{what}，暂作一个名称{more}",
            "如果是几个，请用「、」隔开；如果是一个，请核对名称",
        )
