"""审核报表: what a department has filled, checked and decided, to be printed, signed, sealed and filed (notice, 时间安排表 7.5).

Each line carries the short digest of the data it is about: later, paper and data can be compared.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from statecollect.catalog import Catalog
from statecollect.core.outputs import only_ours
from statecollect.render.excel_page import write_form
from statecollect.render.page import Page, PrintedTable
from statecollect.render.word import write_document
from statecollect.school.breakdown import Breakdown
from statecollect.school.config import Config
from statecollect.school.parties import group_of, label_of
from statecollect.school.party_files import file_names
from statecollect.school.roles import reviewing_parties
from statecollect.store import Store
from statecollect.workflow.review import Standing, standings
from statecollect.workflow.status import LABELS
from statecollect.workflow.validate import Validation
from statecollect.workflow.waivers import Waiver

DIGITS = 10  # of a digest, as printed
HEAD_DIGITS = 16  # of the journal's head, as printed
_HEADER = ("表号", "数据表", "填报单位", "行数", "错误", "警告", "审核状态", "数据校验码")
_WIDTHS = (8, 26, 16, 7, 7, 7, 18, 14)


@dataclass(frozen=True, slots=True)
class FormLine:
    """One table of one party on the form."""

    table: str
    title: str
    party: str
    rows: int
    errors: int
    warnings: int
    standing: Standing
    digest: str


@dataclass(frozen=True, slots=True)
class Form:
    """The form of one reviewing department. ``trail`` stands for the whole history up to now."""

    department: str
    lines: tuple[FormLine, ...]
    waivers: tuple[Waiver, ...]
    trail: str = ""


def forms_of(
    store: Store, breakdown: Breakdown, config: Config, catalog: Catalog, validation: Validation
) -> list[Form]:
    """Return a form for each department that reviews anything returned."""
    found = Counter((finding.table, finding.party, finding.severity) for finding in validation.findings)
    digests = {
        table_id: store.digests(table_id) for table_id in breakdown.tables if table_id in catalog.tables
    }
    rows: Counter[tuple[str, str]] = Counter()
    for delivery in store.deliveries():
        rows[delivery.table, delivery.party] += delivery.row_count
    lines: dict[str, list[FormLine]] = defaultdict(list)
    for (table_id, party), standing in standings(store).items():
        if table_id not in breakdown.tables or table_id not in catalog.tables:
            continue  # nobody reviews it: ``status`` names it
        line = FormLine(
            table_id,
            catalog.tables[table_id].name,
            party,
            rows[table_id, party],
            found[table_id, party, "error"],
            found[table_id, party, "warning"],
            standing,
            digests[table_id][party][:DIGITS],
        )
        for department in reviewing_parties(breakdown.tables[table_id], party, config, catalog):
            lines[department].append(line)
    order = {table_id: at for at, table_id in enumerate(catalog.tables)}
    return [
        Form(
            department,
            tuple(sorted(_together(those), key=lambda line: (order[line.table], line.party))),
            tuple(waiver for waiver in validation.waivers if _concerns(waiver, those)),
            trail_of(store),
        )
        for department, those in sorted(lines.items())
    ]


def trail_of(store: Store) -> str:
    """Return the line that anchors the journal on paper: how many records, of which day the last is, and its hash."""
    events = store.events()
    if not events:
        return ""
    return (
        f"采集日志：共 {len(events)} 条记录，最后一条 {events[-1].at[:10]}，"
        f"日志校验码 {store.journal_head()[:HEAD_DIGITS]}"
    )


def _together(lines: Sequence[FormLine]) -> list[FormLine]:
    """Put the teachers of a group who are equally far into one line: nobody signs eight hundred."""
    groups: dict[tuple[str, ...], list[FormLine]] = defaultdict(list)
    for line in lines:
        standing = line.standing
        groups[line.table, group_of(line.party), standing.state, standing.step, standing.by].append(line)
    return [
        those[0] if len(those) == 1 else _one_line(group, those) for (_, group, *_), those in groups.items()
    ]


def _one_line(group: str, lines: Sequence[FormLine]) -> FormLine:
    digest = hashlib.sha256("".join(sorted(line.digest for line in lines)).encode()).hexdigest()[:DIGITS]
    return replace(
        lines[0],
        party=f"{group}（{len(lines)} 人）",
        rows=sum(line.rows for line in lines),
        errors=sum(line.errors for line in lines),
        warnings=sum(line.warnings for line in lines),
        digest=digest,
    )


def write_forms(forms: Sequence[Form], out: Path, school: str, title: str) -> list[Path]:
    """Write each form as .docx and .xlsx; return the paths. Raises UsageError for files there that are not ours."""
    stems = file_names(form.department for form in forms)
    names = [f"审核报表-{stems[form.department]}" for form in forms]
    only_ours(out / f"{name}{suffix}" for name in names for suffix in (".docx", ".xlsx"))
    written = []
    for form, name in zip(forms, names, strict=True):
        page = page_of(form, school, title)
        word, excel = out / f"{name}.docx", out / f"{name}.xlsx"
        write_document(word, page)
        write_form(excel, page, "审核报表", school)
        written += [word, excel]
    return written


def page_of(form: Form, school: str, title: str) -> Page:
    """Return the page that is printed."""
    tables = [PrintedTable(_HEADER, [_cells(line) for line in form.lines], _WIDTHS)]
    if form.waivers:
        rows = [
            (
                waiver.table,
                waiver.rule,
                waiver.party or "全部",
                str(waiver.count),
                waiver.by,
                waiver.lapsed or waiver.reason,
            )
            for waiver in form.waivers
        ]
        tables.append(
            PrintedTable(
                ("表号", "规则", "单位", "处数", "说明人", "情况说明"),
                rows,
                (8, 12, 16, 7, 10, 40),
                "情况说明",
            )
        )
    errors, warnings = sum(line.errors for line in form.lines), sum(line.warnings for line in form.lines)
    return Page(
        title=f"{title}审核报表",
        lines=(
            f"学校：{school}        审核部门：{form.department}",
            f"数据表 {len({line.table for line in form.lines})} 张，共 {sum(line.rows for line in form.lines)} 行；"
            f"未改正的错误 {errors} 处，未说明的警告 {warnings} 处。",
            *([form.trail] if form.trail else []),
        ),
        tables=tables,
        closing=("本部门已对以上数据逐表核查，数据真实、完整、准确，并对其负责。",),
        signatures=(
            "填报人（签字）：________________        部门负责人（签字）：________________",
            "部门（盖章）：                          日期：________年____月____日",
        ),
        remark="数据校验码由表中全部数据算出，数据有任何改动它就不同；归档后可与系统中的数据核对。"
        "日志校验码代表打印时的全部记录，以后任何一条被改写，日志里就再也找不到它。",
        landscape=True,
    )


def _cells(one: FormLine) -> tuple[str, ...]:
    state = LABELS[one.standing.state]
    signed = f"（{one.standing.by}）" if one.standing.by else ""
    step = one.standing.step if one.standing.state == "approved" else ""
    return (
        one.table,
        one.title,
        label_of(one.party),
        str(one.rows),
        str(one.errors),
        str(one.warnings),
        (f"已{step}" if step else state) + signed,
        one.digest,
    )


def _concerns(waiver: Waiver, lines: Sequence[FormLine]) -> bool:
    return any(line.table == waiver.table and waiver.party in ("", line.party) for line in lines)
