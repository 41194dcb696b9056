"""The whole cycle on the shipped example college: everything in it is generated, nobody is real.

``examples/2022/`` holds one CSV a table (first column: who fills the row) and ``mistakes.csv``, the slips put
into the first round of workbooks. Round one is filled with the mistakes and comes back marked; round two is
repaired and exported.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from statecollect.campaign import Campaign
from statecollect.campaign.outgoing.templates import book_content
from statecollect.campaign.rosters import read_departments
from statecollect.catalog import Field, Table
from statecollect.core.errors import UsageError
from statecollect.core.outputs import CONFIG_NAME
from statecollect.findings import count
from statecollect.school.config import School
from statecollect.school.parties import CLOUD, group_of, label_of
from statecollect.school.roles import LEADERS, WORKING_GROUP, people_with
from statecollect.workbook.write.listing import Listing, write_listings
from statecollect.workbook.write.writer import write_workbook
from statecollect.workflow.status import LABELS

SCHOOL = "资阳环境科技职业学院（示例）"
SECRET = b"statecollect example: this key signs example templates only"
FIRST_DAY = dt.datetime(2022, 9, 12, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
PARTY_COLUMN = "填报单位"


def examples_root() -> Path:
    """Return the shipped examples: inside the installed package, or the checkout's own."""
    shipped = Path(__file__).resolve().parent.parent / "shipped" / "examples"
    return shipped if shipped.is_dir() else Path(__file__).resolve().parents[3] / "examples"


@dataclass(frozen=True, slots=True)
class Mistake:
    """One slip: in this party's table, in its n-th row (from 1), this field was typed so."""

    party: str
    table: str
    row: int
    field: str
    typed: str
    why: str


FilledRows = dict[tuple[str, str], list[dict[str, str]]]  # (party, table id) → rows by field name


def example_rows(folder: Path) -> FilledRows:
    """Read the example college: rows by party and table."""
    rows: FilledRows = defaultdict(list)
    for path in sorted(folder.glob("data/*.csv")):
        for row in _csv(path):
            rows[row.pop(PARTY_COLUMN), path.stem].append(row)
    return rows


def example_mistakes(folder: Path) -> list[Mistake]:
    """Read the slips of round one."""
    return [
        Mistake(row[PARTY_COLUMN], row["表号"], int(row["第几行"]), row["字段"], row["写成"], row["说明"])
        for row in _csv(folder / "mistakes.csv")
    ]


def with_mistakes(rows: FilledRows, mistakes: Sequence[Mistake]) -> FilledRows:
    """Return the rows as the clerks typed them at first."""
    typed: FilledRows = {key: [dict(row) for row in value] for key, value in rows.items()}
    for slip in mistakes:
        typed[slip.party, slip.table][slip.row - 1][slip.field] = slip.typed
    return typed


def init_example(folder: Path, examples: Path) -> Campaign:
    """Create the example's campaign."""
    parties = read_departments(examples / "2022" / "部门名单.csv")
    Campaign.init(
        folder,
        examples / "2022-任务分解表.xlsx",
        year="2022",
        school=School(name=SCHOOL, code="4151099999", contact="教务处（示例），电话 028-00000000"),
        departments=parties.departments,
        units=parties.units,
        aliases=parties.aliases,
        secret=SECRET,
    )
    with (folder / CONFIG_NAME).open("a", encoding="utf-8", newline="\n") as config:
        config.write((examples / "2022" / "审核人员.toml").read_text(encoding="utf-8"))
    return Campaign.open(folder)


def sign_off(campaign: Campaign, now: dt.datetime, tell: Callable[[str], None] = lambda _: None) -> None:
    """Take everything through the chain: handed in, reviewed by those who answer, checked, made final."""
    signoff = campaign.signoff
    signoff.decide("submit", by="各单位填报人", now=now)
    tell("   自审提交：各单位确认填完、查过")
    responsible = dict.fromkeys(
        name for table in campaign.breakdown.tables.values() for name in table.responsible
    )
    for name in responsible:
        if any(standing.state == "submitted" for standing in signoff.standings().values()):
            signoff.decide("approve", by=name, now=now + dt.timedelta(days=1))
    tell(f"   部门复审：{len(responsible)} 位责任人（{'、'.join(responsible)}）")
    checker = people_with(WORKING_GROUP, campaign.config)[0]
    signoff.decide("approve", by=checker, now=now + dt.timedelta(days=10))
    leader = people_with(LEADERS, campaign.config)[0]
    events = signoff.decide("finalise", by=leader, now=now + dt.timedelta(days=20))
    tell(f"   工作组核查：{checker}；领导小组终审定稿：{leader}，{len(events)} 张表锁定")


def fill(campaign: Campaign, rows: FilledRows, out: Path, parties: Iterable[str]) -> list[Path]:
    """Fill the templates of ``parties`` as clerks would and return the workbooks.

    A table for which the example has no rows is returned as nil.
    """
    tasks = {party.name: tables for party, tables in campaign.tasks.items()}
    written = []
    for party in parties:
        tables = [
            campaign.catalog.tables[task]
            for task in tasks[group_of(party)]
            if task in campaign.catalog.tables
        ]
        book = book_content(
            campaign.issuer,
            party,
            tables,
            rows={
                table.id: [typed_row(table, row) for row in rows.get((party, table.id), ())]
                for table in tables
            },
            nil=[table.id for table in tables if (party, table.id) not in rows],
        )
        folder = out / group_of(party) if group_of(party) != party else out
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{label_of(party)}.xlsx"
        write_workbook(path, book, campaign.catalog, campaign.secret)
        written.append(path)
    return written


def fill_cloud(campaign: Campaign, rows: FilledRows, path: Path) -> Path:
    """Write the tables of the cloud platform as its export: a plain workbook, no template."""
    tables = [campaign.catalog.tables[table_id] for party, table_id in rows if party == CLOUD]
    path.parent.mkdir(parents=True, exist_ok=True)
    write_listings(
        path,
        [
            Listing(
                table.title,
                table.name,
                [field.name for field in table.fields],
                [typed_row(table, row) for row in rows[CLOUD, table.id]],
            )
            for table in tables
        ],
    )
    return path


def typed_row(table: Table, row: dict[str, str]) -> list[str | int | float | None]:
    """Return a row as Excel would hold it: numbers as numbers, everything else as text."""
    return [typed_cell(field, row.get(field.name, "")) for field in table.fields]


def typed_cell(field: Field, text: str) -> str | int | float | None:
    """Return one cell as Excel would hold it."""
    if not text:
        return None
    if field.spec.storage in {"integer", "decimal"}:
        try:
            return float(text) if "." in text else int(text)
        except ValueError:
            return text
    return text


def _csv(path: Path) -> Iterator[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            yield from csv.DictReader(stream)
    except FileNotFoundError as error:
        raise UsageError("示例数据不完整", hint="重新安装 statecollect", where=path.name) from error


def _senders(campaign: Campaign, rows: FilledRows) -> list[str]:
    """Return who sends a workbook: every office and unit, and the teachers of the example."""
    offices = [
        party.name
        for party, tables in campaign.tasks.items()
        if party.kind != "teacher" and any(table in campaign.catalog.tables for table in tables)
    ]
    return list(dict.fromkeys([*offices, *(party for party, _ in rows if party != CLOUD)]))


def _tell_status(campaign: Campaign, day: dt.date, tell: Callable[[str], None]) -> None:
    status = campaign.status(day)
    states = Counter(line.state for line in status.lines)
    shown = "，".join(f"{LABELS[state]} {count}" for state, count in states.items())
    remind = f"；该催：{'、'.join(dict.fromkeys(map(group_of, status.remind)))}" if status.remind else ""
    tell(f"   {day} 的进度（{status.stage}）：{shown}{remind}")


def run_demo(
    folder: Path, tell: Callable[[str], None], progress: Callable[[str, int, int], None]
) -> Campaign:
    """Play the cycle into ``folder``; ``tell`` receives the story line by line."""
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(
            "文件夹里已有东西，演示不会覆盖它",
            hint="换一个文件夹：statecollect demo 新文件夹",
            where=str(folder),
        )
    examples = examples_root()
    rows, mistakes = example_rows(examples / "2022"), example_mistakes(examples / "2022")
    tell(f"示例学校：{SCHOOL}。师生、企业、数据都是程序生成的，没有真人。")

    campaign = init_example(folder, examples)
    tell(
        f"1. 任务分解表：{len(campaign.breakdown.tables)} 张表，{len(campaign.tasks)} 个填报单位 → {folder / 'statecollect.toml'}"
    )

    made = campaign.make_templates(
        roster=examples / "2022" / "教师名单.csv", by="示例管理员", now=FIRST_DAY, progress=progress
    )
    tell(f"2. 模板：{sum(bool(workbook.tables) for workbook in made)} 份 → {folder / 'templates'}")

    senders = _senders(campaign, rows)
    first = fill(campaign, with_mistakes(rows, mistakes), folder / "返回-第一轮", senders)
    tell(
        f"3. 各单位填好返回 {len(first)} 份，其中故意留了 {len(mistakes)} 处常见错误 → {folder / '返回-第一轮'}"
    )
    results = campaign.ingest([folder / "返回-第一轮"], by="示例管理员", now=FIRST_DAY, progress=progress)
    cloud = fill_cloud(campaign, rows, folder / "云端导出" / "云端平台.xlsx")
    results += campaign.ingest([cloud], cloud=True, by="示例管理员", now=FIRST_DAY)
    cells = sum(delivery.cells_seen for result in results for delivery in result.deliveries)
    tell(f"   收下 {sum(result.outcome == 'accepted' for result in results)} 份，{cells} 个单元格逐一有去向")

    validation = campaign.validate()
    found = list(validation.findings)
    tell(
        f"4. 检查：错误 {count(found, 'error')}，警告 {count(found, 'warning')}，自动整理 {count(found, 'note')}。例如："
    )
    for finding in [finding for finding in found if finding.severity == "error"][:3]:
        tell(
            f"   〔{finding.origin.file} {finding.origin.sheet} {finding.origin.cell}〕{finding.message}；{finding.hint}"
        )
    marked = campaign.write_marked(folder / "退回修改", validation, progress=progress)
    tell(f"   写好 {len(marked.written)} 份标注过的工作簿，发回修改 → {folder / '退回修改'}")
    _tell_status(campaign, FIRST_DAY.date() + dt.timedelta(days=2), tell)
    draft = campaign.export(draft=True, progress=progress)
    tell(f"   有错误时只能导出草稿 → {draft.folder}")

    second = folder / "返回-第二轮"
    slipped = sorted({slip.party for slip in mistakes})
    fill(campaign, rows, second, slipped)
    campaign.ingest([second], by="示例管理员", now=FIRST_DAY + dt.timedelta(days=3), progress=progress)
    validation = campaign.validate()
    tell(
        f"5. {len(slipped)} 个单位改好后返回：错误 {validation.count('error')}，警告 {validation.count('warning')}"
    )

    tell("6. 审核签字：")
    sign_off(campaign, FIRST_DAY + dt.timedelta(days=15), tell)
    forms = campaign.signoff.print_forms(folder / "审核报表")
    tell(f"   审核报表 {len(forms) // 2} 份，打印签字 → {folder / '审核报表'}")
    _tell_status(campaign, FIRST_DAY.date() + dt.timedelta(days=36), tell)

    bundle = campaign.export(progress=progress)
    tell(f"7. 上报包：{sum(bundle.rows.values())} 行 → {bundle.folder}")
    return campaign
