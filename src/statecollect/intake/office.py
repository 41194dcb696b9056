"""What taking in knows of the campaign, and for what it refuses a workbook."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from statecollect.catalog import Catalog, Stage
from statecollect.findings import Finding, Origin
from statecollect.findings.catalogue import said
from statecollect.intake.candidate import Candidate
from statecollect.intake.returns import no_table, proposed, several_parties
from statecollect.rules import ownership
from statecollect.rules.ownership import KnownPeople
from statecollect.school.config import Config, stage_of
from statecollect.store import Delivery
from statecollect.workflow.review import Standing


@dataclass(frozen=True, slots=True)
class Office:
    """What ingest knows of the campaign: who fills which tables until when, and the key that signs templates.

    ``today``: the day on which is read. ``refuse_late``: a first return after the deadline is not taken in; otherwise it
    is, and marked. ``folder`` is the campaign's. ``known``: who there is, to say whose rows a workbook holds.
    """

    campaign: str
    school: str
    year: str
    tasks: Mapping[str, Sequence[str]]
    secret: bytes = field(repr=False)
    today: dt.date
    dues: Mapping[str, dt.date] = field(default_factory=dict)
    refuse_late: bool = False
    folder: Path | None = None
    known: KnownPeople = field(default_factory=KnownPeople)

    @classmethod
    def of(
        cls,
        config: Config,
        catalog: Catalog,
        tasks: Mapping[str, Sequence[str]],
        *,
        secret: bytes,
        today: dt.date,
        stages: Sequence[Stage],
        folder: Path,
        known: KnownPeople,
    ) -> Office:
        """Return what ingest knows of a campaign with this configuration, these tasks and this schedule."""
        return cls(
            campaign=config.campaign,
            school=config.school.name,
            year=config.year,
            tasks=tasks,
            secret=secret,
            today=today,
            dues={table: stage.due for table in catalog.tables if (stage := stage_of(stages, table))},
            refuse_late=config.late.policy == "refuse",
            folder=folder,
            known=known,
        )

    def days_late(self, table_id: str) -> int:
        """Return how many days today is after the deadline of a table; negative before it."""
        due = self.dues.get(table_id)
        return (self.today - due).days if due else 0


def refusal(read: Candidate, catalog: Catalog, office: Office, department: str) -> str | None:
    """Say why the workbook is not taken in, or None."""
    stamp = read.stamp
    if len(read.parties) > 1:
        return several_parties(read.parties)
    if stamp is None and not department:
        if said := proposed(read.covers):
            unit = read.covers[0] if len(read.covers) == 1 else "单位名称"
            return (
                f"这份表里没有模板的身份信息；{said}；核对后加 --department {unit}，"
                "有许多份时加 --by-cover --by 姓名，都按封面收"
            )
        if read.stamped:
            return "模板的身份信息读不出来，看不出是哪个单位的；核实后加 --department 单位名称 再收"
        return "这份表不是用本校模板填的，看不出是哪个单位；请加 --department 单位名称，或让对方用模板填写"
    if stamp is not None:
        if stamp.kind == "export":
            return "这是导出的汇总表，不是填报表；请用模板或退回修改的表填报"
        if stamp.year != office.year:
            return f"这是 {stamp.year} 年度的模板，本次采集是 {office.year} 年度；请改用本次的模板"
        if stamp.campaign != office.campaign:  # the school's name may have been corrected meanwhile
            return (
                f"这份模板属于「{stamp.school}」的采集「{stamp.campaign}」，不是本次采集的；请改用本次的模板"
            )
        if not read.genuine and not department:
            return (
                f"模板的身份信息被改动过，或是换密钥以前发的（上面写着「{stamp.party}」），不能凭它认单位；"
                "核实是哪个单位的，加 --department 单位名称 再收"
            )
        if read.genuine and department and department != stamp.party:
            return f"这是「{stamp.party}」的模板，却按「{department}」上交；请核对单位"
    party = read.party
    if party not in office.tasks:
        return f"任务分解表没有把任何表分给「{party}」；请核对单位名称"
    foreign = [one.table for one in read.deliveries if one.table not in office.tasks[party]]
    if foreign:
        return f"{'、'.join(foreign)} 没有分给「{party}」填报；请从工作簿中删去这些表后重交"
    if not read.deliveries:
        return no_table(read.resembles)
    return ownership.refusal(read.deliveries, catalog, office.known)


def identity(read: Candidate) -> list[Finding]:
    """Say that somebody's word was taken for the party, since the workbook's own could not be believed."""
    if read.genuine or not (read.stamped or read.by_cover):
        return []
    if read.by_cover:
        told = said("S16", "by_cover", party=read.party)
    elif read.stamp is None:
        told = said("S16", "unreadable", party=read.party)
    elif read.stamp.party != read.party:
        told = said("S16", "of_another", said=read.stamp.party, party=read.party)
    else:
        told = said("S16", "altered", party=read.party)
    return [told.at(origin=Origin(read.name), party=read.party)]


def too_late(deliveries: Iterable[Delivery], office: Office, returned: Collection[str]) -> str | None:
    """Say which tables come too late for a first return, where the school takes none in."""
    if not office.refuse_late:
        return None
    late = [one.table for one in deliveries if one.table not in returned and office.days_late(one.table) > 0]
    due = "、".join(f"{table}（{office.dues[table]}）" for table in dict.fromkeys(late))
    return f"{due} 已过截止日期，按本校规定不再收；确需补报请联系管理员" if late else None


def locked(different: Iterable[str], decided: Mapping[str, Standing], catalog: Catalog) -> str | None:
    """Say which tables are final and would change."""
    closed = [table_id for table_id in different if table_id in decided and decided[table_id].locked]
    if not closed:
        return None
    shown = "、".join(catalog.tables[table_id].title for table_id in closed)
    return f"{shown} 已定稿锁定，内容却有改动；确需改动先由领导小组重新开放（statecollect review reopen）"
