"""The façade a Python user imports: one folder, one school, one year.

::

    from statecollect import Campaign
    campaign = Campaign.open("2022采集")
    campaign.ingest(["教务处.xlsx"])
    campaign.table("1.5.1")            # pandas.DataFrame, one column a field
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from statecollect.breakdown import Breakdown
from statecollect.campaign.folder import CampaignFolder, moment
from statecollect.config import (
    CONFIG_NAME,
    School,
    stage_of,
)
from statecollect.errors import UsageError
from statecollect.parties import (
    CLOUD,
    Unresolved,
    group_of,
    only_filler,
)

if TYPE_CHECKING:
    from statecollect.campaign.signoff import Signoff
    from statecollect.computed import Result
    from statecollect.earlier import Earlier
    from statecollect.evidence import Document
    from statecollect.export import Bundle
    from statecollect.ingest import FileResult
    from statecollect.prefill import Prefill
    from statecollect.status import Status
    from statecollect.store import Store
    from statecollect.templates import Made
    from statecollect.validate import Validation

OWN_RULES = "rules"  # folder of the school's own rules
Progress = Callable[[str, int, int], None]  # what, done, total


def _silent(what: str, done: int, total: int) -> None:
    """Report nothing: the library's default."""


class Campaign(CampaignFolder):
    """One campaign, and what is done with it. Everything reads files; only ``store/`` and the named outputs are written."""

    @classmethod
    def init(
        cls,
        folder: Path,
        breakdown_file: Path,
        *,
        year: str | None = None,
        school: School | None = None,
        departments: Sequence[str] = (),
        units: Sequence[str] = (),
        aliases: Mapping[str, str] | None = None,
        secret: bytes | None = None,
    ) -> tuple[Campaign, Breakdown, list[Unresolved]]:
        """Create the campaign folder; return it with the parsed breakdown and the names nobody knows.

        ``secret`` signs the templates; a fixed one is only for examples whose files must be reproducible.
        """
        from statecollect.founding import found

        breakdown, open_names = found(
            folder,
            breakdown_file,
            year=year,
            school=school or School(),
            departments=departments,
            units=units,
            aliases=aliases or {},
            secret=secret,
        )
        return cls(folder), breakdown, open_names

    def make_templates(
        self,
        out: Path | None = None,
        *,
        departments: Sequence[str] = (),
        roster: Path | None = None,
        prefill: Prefill | None = None,
        progress: Progress = _silent,
    ) -> list[Made]:
        """Write one workbook for each filling party (or those named).

        Teachers have one each where a roster, or the rows laid out by ``prefill``, tell who they are.
        """
        from statecollect.templates import make_templates, offered_values

        with self.store() as store:
            issuer = replace(self.issuer, offered=offered_values(store, self.catalog))
        folder = out or self.folder / "templates"
        return make_templates(
            issuer, self.tasks_of(departments), folder, roster=roster, prefill=prefill, progress=progress
        )

    def prefill(self, folder: Path, departments: Sequence[str] = ()) -> Prefill:
        """Lay out what a bundle or a campaign's folder holds – this one's, too – for the parties that fill it now."""
        from statecollect.prefill import lay_out

        return lay_out(self.earlier(folder), self.tasks_of(departments), self.catalog)

    def earlier(self, folder: Path) -> Earlier:
        """Return what a bundle or a campaign's folder holds. Raises UsageError for any other folder."""
        from statecollect.bundle import MANIFEST
        from statecollect.earlier import collected, from_bundle

        if (folder / MANIFEST).is_file():
            found = from_bundle(folder)
            return replace(found, current=found.campaign == (self.config.year, self.config.campaign))
        if not (folder / CONFIG_NAME).is_file():
            raise UsageError(
                "不是上报包，也不是采集文件夹",
                hint="指明去年的上报包，或有 statecollect.toml 的文件夹",
                where=str(folder),
            )
        other = self if folder.resolve() == self.folder.resolve() else Campaign.open(folder)
        with other.store() as store:
            found = collected(store, f"“{other.config.campaign}”已收的数据")
        return replace(found, current=other is self)

    def ingest(
        self,
        paths: Iterable[str | os.PathLike[str]],
        *,
        department: str = "",
        cloud: bool = False,
        password: str = "",
        by: str = "",
        note: str = "",
        now: dt.datetime | None = None,
        progress: Progress = _silent,
    ) -> list[FileResult]:
        """Take in returned workbooks; one bad file does not stop the rest.

        ``department`` is the party of workbooks made without the template; ``cloud``: they are exports of the
        cloud platform, whose columns are found by their headers. ``password`` opens protected workbooks. ``note`` says
        why data that were reviewed already are changed.
        """
        from statecollect.ingest import Office, ingest_files

        if cloud:
            department = CLOUD
        elif department:
            self.party(group_of(department))
        now = now or dt.datetime.now().astimezone()
        dues = {one: stage.due for one in self.catalog.tables if (stage := stage_of(self.stages, one))}
        office = Office(
            self.config.campaign,
            self.config.school.name,
            self.config.year,
            self.tables_of,
            self.secret,
            dues,
            now.date(),
            self.config.late.policy == "refuse",
        )
        with self.store() as store:
            return ingest_files(
                store,
                self.catalog,
                office,
                [Path(path) for path in paths],
                department=department,
                by=by,
                at=moment(now),
                password=password,
                note=note,
                progress=progress,
            )

    def file_evidence(
        self,
        paths: Iterable[str | os.PathLike[str]],
        table: str,
        *,
        department: str = "",
        by: str = "",
        now: dt.datetime | None = None,
    ) -> tuple[list[Document], list[Document]]:
        """File supporting documents of a table; return what is new, and what was filed before.

        ``department`` may be left out where one party fills the table.
        """
        from statecollect.evidence import file_documents

        self.known_tables([table])
        party = department or only_filler(table, self.tasks)
        self.party(group_of(party))
        with self.store() as store:
            return file_documents(store, map(Path, paths), table=table, party=party, by=by, at=moment(now))

    def validate(self, tables: Sequence[str] = (), departments: Sequence[str] = ()) -> Validation:
        """Run every rule on what was collected; a run over everything is kept as a round, compared with the last."""
        from statecollect.rounds import next_round

        self.known_tables(tables)
        with self.store() as store:
            found = self.run_rules(store, tables, departments)
        if tables or departments:
            return found
        since = next_round(self.folder / "reports", found.findings, moment())
        return replace(found, since_last=since)

    def run_rules(
        self, store: Store, tables: Sequence[str] = (), departments: Sequence[str] = ()
    ) -> Validation:
        """Run the rules on an open store; nothing is kept of it."""
        from statecollect.validate import validate

        return validate(store, self.catalog, tables, departments, self._previous)

    @cached_property
    def _previous(self) -> Earlier | None:
        if not self.config.previous:
            return None
        folder = self.folder / self.config.previous
        if folder.resolve() == self.folder.resolve():  # it would wait for its own lock
            raise UsageError(
                "配置项 previous 写的是本次采集自己的文件夹",
                hint="写去年的上报包或采集文件夹，没有就留空",
                where=CONFIG_NAME,
            )
        return self.earlier(folder)

    @cached_property
    def signoff(self) -> Signoff:
        """Decisions, waivers and choices: what people put their names to."""
        from statecollect.campaign.signoff import Signoff

        return Signoff(self)

    def write_marked(self, out: Path, validation: Validation, progress: Progress = _silent) -> list[Path]:
        """Write a marked workbook for every party with errors or warnings; return the paths."""
        from statecollect.marked import write_marked

        with self.store() as store:
            return write_marked(self.issuer, store, validation.findings, self.tables_of, out, progress)

    def indicators(self) -> Result:
        """Core indicators against their thresholds."""
        from statecollect.indicators import compute

        with self.store() as store:
            return compute(store, self.catalog.year.parameters, self.config.indicators)

    def rows_behind(self, indicator: str, most: int = 100) -> list[dict[str, Any]]:
        """Return every quantity an indicator is made of, with the first ``most`` rows behind it, as JSON."""
        from statecollect.explaining import explain

        with self.store() as store:
            return explain(store, indicator, self.catalog.year.parameters, self.config.indicators, most)

    def report(self, out: Path | None = None, today: dt.date | None = None) -> list[Path]:
        """Write 数据分析报告 and 核心数据汇总表; return the paths."""
        from statecollect.campaign.analysing import material, write_analysis

        with self.store() as store:
            found = material(self, store, self.run_rules(store), today or dt.date.today())
        return write_analysis(found, out or self.folder / "报告")

    def _papers(self, store: Store, validation: Validation, folder: Path, watermark: str) -> dict[str, Any]:
        """Write what people read of a bundle, and return its indicators."""
        from statecollect.campaign.analysing import last_day, material, write_analysis
        from statecollect.evidence import evidence_list
        from statecollect.forms import forms_of, write_forms
        from statecollect.workbook.forms import write_form

        found = replace(material(self, store, validation, last_day(store)), watermark=watermark)
        school, title = self.config.school.name, found.title
        write_analysis(found, folder / "报告")
        forms = forms_of(store, self.breakdown, self.config, self.catalog, validation)
        if forms:
            write_forms(forms, folder / "审核报表", school, title)
        write_form(folder / "佐证材料清单.xlsx", evidence_list(store, school, title), "佐证材料清单", school)
        return found.result.as_json()

    def export(
        self,
        out: Path | None = None,
        *,
        draft: bool = False,
        masked: bool = False,
        progress: Progress = _silent,
    ) -> Bundle:
        """Write the submission bundle. Raises Refused while something stands in the way, unless ``draft``."""
        from statecollect import __version__
        from statecollect.export import DRAFT_WATERMARK, export
        from statecollect.review import signatures, unfinished

        out = out or self.folder / ("上报包-草稿" if draft else "上报包")
        total = len(self.catalog.tables) + 2  # the whole workbook first, the papers last
        done = iter(range(total + 1))
        with self.store() as store:
            validation = self.run_rules(store)
            return export(
                store,
                self.catalog,
                validation,
                out,
                school=self.config.school.name,
                campaign=self.config.campaign,
                version=__version__,
                missing=self.missing(store),
                unfinished=unfinished(store),
                signed=signatures(store, validation.waivers),
                papers=lambda folder: self._papers(
                    store, validation, folder, DRAFT_WATERMARK if draft else ""
                ),
                draft=draft,
                masked=masked,
                progress=lambda what: progress(what, next(done), total),
            )

    def missing(self, store: Store) -> list[str]:
        """Return the tables people owe that no party has returned."""
        owed = {table for tables in self.tasks.values() for table in tables if table in self.catalog.tables}
        return [table for table in self.catalog.tables if table in owed and not store.parties(table)]

    def status(self, today: dt.date | None = None) -> Status:
        """Who has returned what, what is late, whom to remind."""
        from statecollect.status import status

        with self.store() as store:
            validation = self.run_rules(store)
            day = today or dt.date.today()
            contact = self.config.school.contact
            return status(store, self.breakdown, self.tasks, self.stages, validation, day, contact)
