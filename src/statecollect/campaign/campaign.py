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
from contextlib import suppress
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from statecollect.campaign.workspace import Workspace, moment
from statecollect.core.errors import UsageError
from statecollect.core.names import tidy_person
from statecollect.school.breakdown import Breakdown
from statecollect.school.config import School
from statecollect.school.parties import CLOUD, Unresolved, group_of, only_filler

if TYPE_CHECKING:
    from statecollect.campaign.outgoing.marked_return import Marked
    from statecollect.campaign.outgoing.prefill import Prefill
    from statecollect.campaign.outgoing.templates import Made
    from statecollect.campaign.roll import Roll
    from statecollect.campaign.signoff import Signoff
    from statecollect.indicators.result import Result
    from statecollect.intake.file_result import FileResult
    from statecollect.intake.office import Office
    from statecollect.store import Store
    from statecollect.submission.export import Bundle
    from statecollect.workflow.evidence import Document
    from statecollect.workflow.status import Status
    from statecollect.workflow.validate import Validation

OWN_RULES = "rules"  # folder of the school's own rules
Progress = Callable[[str, int, int], None]  # what, done, total


def _silent(what: str, done: int, total: int) -> None:
    """Report nothing: the library's default."""


class Campaign(Workspace):
    """One campaign, and what is done with it. Everything reads files; only ``store/`` and the named outputs are written.

    ``remarks``: what ``init`` changed in the names it was given.
    """

    remarks: tuple[str, ...] = ()

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
        from statecollect.campaign.create import found

        founded = found(
            folder,
            breakdown_file,
            year=year,
            school=school or School(),
            departments=departments,
            units=units,
            aliases=aliases or {},
            secret=secret,
        )
        campaign = cls(folder)
        campaign.remarks = tuple(founded.remarks)
        return campaign, founded.breakdown, founded.open_names

    def make_templates(
        self,
        out: Path | None = None,
        *,
        departments: Sequence[str] = (),
        roster: Path | None = None,
        prefill: Prefill | None = None,
        by: str = "",
        now: dt.datetime | None = None,
        progress: Progress = _silent,
    ) -> list[Made]:
        """Write one workbook for each filling party (or those named).

        Teachers have one each where a roster, or the rows laid out by ``prefill``, tell who they are. A ``roster`` is
        kept: from then on each teacher on it is waited for.
        """
        from statecollect.campaign.outgoing.templates import make_templates, offered_values

        tasks = self.tasks_of(departments)
        with self.store() as store:
            listed = self.roll.take_roster(store, roster, tasks, by, moment(now)) if roster else {}
            known = self.roll.known(store, tasks, listed)
            issuer = replace(self.issuer, offered=offered_values(store, self.catalog))
        folder = out or self.folder / "templates"
        return make_templates(issuer, tasks, folder, rosters=known, prefill=prefill, progress=progress)

    def prefill(self, folder: Path, departments: Sequence[str] = ()) -> Prefill:
        """Lay out what a bundle or a campaign's folder holds – this one's, too – for the parties that fill it now."""
        from statecollect.campaign.outgoing.prefill import lay_out

        chosen = self.tasks_of(departments) if departments else None
        return lay_out(self.earlier(folder), self.tasks, self.catalog, chosen)

    def ingest(
        self,
        paths: Iterable[str | os.PathLike[str]],
        *,
        department: str = "",
        cloud: bool = False,
        password: str = "",
        by: str = "",
        note: str = "",
        again: bool = False,
        by_cover: bool = False,
        now: dt.datetime | None = None,
        progress: Progress = _silent,
    ) -> list[FileResult]:
        """Take in returned workbooks; one bad file does not stop the rest.

        ``department`` is the party of workbooks made without the template; ``cloud``: they are exports of the
        cloud platform, whose columns are found by their headers; ``by_cover``: workbooks that lost their stamp count as the
        party's that their cover names, on the word of ``by``. ``password`` opens protected workbooks. ``note`` says
        why data that were reviewed already are changed; ``again`` takes back an older workbook that a newer one replaced.
        """
        from statecollect.intake.taking import ingest_files

        if cloud:
            department = CLOUD
        if by_cover and (department or not by.strip()):
            raise UsageError("按封面收表要写明是谁核对的", hint="加 --by 姓名，不加 --department 和 --cloud")
        now = now or dt.datetime.now().astimezone()
        with self.store() as store:
            if department:
                department = self.filler(department, store)
            return ingest_files(
                store,
                self.catalog,
                self._office(now.date(), store),
                [Path(path) for path in paths],
                department=department,
                by=tidy_person(by),
                at=moment(now),
                password=password,
                note=note,
                again=again,
                by_cover=partial(self._named_on_cover, store=store) if by_cover else None,
                progress=progress,
            )

    def accept(
        self, sha256: str, *, by: str, reason: str, note: str = "", now: dt.datetime | None = None
    ) -> FileResult:
        """Take in a workbook that was held; the first digits of its SHA-256 name it."""
        from statecollect.intake.taking import accept_held

        now = now or dt.datetime.now().astimezone()
        with self.store() as store:
            office = self._office(now.date(), store)
            return accept_held(
                store, self.catalog, office, sha256, by=by, at=moment(now), reason=reason, note=note
            )

    def _named_on_cover(self, name: str, store: Store) -> str:
        """Return the party that a cover names, which of a teacher is only number and name; the empty text for nobody."""
        found = set()
        for spelled in (name, *(f"{group}/{name}" for group in self.known(store).groups)):
            with suppress(UsageError):
                found.add(self.filler(spelled, store))
        return found.pop() if len(found) == 1 else ""

    def _office(self, today: dt.date, store: Store) -> Office:
        from statecollect.intake.office import Office

        return Office.of(
            self.config,
            self.catalog,
            self.tables_of,
            secret=self.secret,
            today=today,
            stages=self.stages,
            folder=self.folder,
            known=self.known(store),
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
        from statecollect.workflow.evidence import file_documents

        self.known_tables([table])
        party = department or only_filler(table, self.tasks)
        by = tidy_person(by)
        with self.store() as store:
            party = self.filler(party, store)
            return file_documents(store, map(Path, paths), table=table, party=party, by=by, at=moment(now))

    def validate(self, tables: Sequence[str] = (), departments: Sequence[str] = ()) -> Validation:
        """Run every rule on what was collected; a run over everything is kept as a round, compared with the last."""
        from statecollect.workflow.rounds import next_round

        self.known_tables(tables)
        with self.store() as store:
            wanted = {self.filler(department, store) for department in departments}
            members = [
                delivery.party for delivery in store.deliveries() if group_of(delivery.party) in wanted
            ]
            found = self.run_rules(store, tables, sorted(wanted.union(members)))
        if tables or departments:
            return found
        since = next_round(self.folder / "reports", found.findings, moment())
        return replace(found, since_last=since)

    @cached_property
    def signoff(self) -> Signoff:
        """Decisions, waivers and choices: what people put their names to."""
        from statecollect.campaign.signoff import Signoff

        return Signoff(self)

    @cached_property
    def roll(self) -> Roll:
        """Who is waited for: teachers, parties, who is excused."""
        from statecollect.campaign.roll import Roll

        return Roll(self)

    def write_marked(self, out: Path, validation: Validation, progress: Progress = _silent) -> Marked:
        """Write a marked workbook for every party with errors or warnings, and remove those of parties that are clean."""
        from statecollect.campaign.outgoing.marked_return import write_marked

        with self.store() as store:
            return write_marked(
                self.issuer, store, validation, self.tables_of, out, progress, folder=self.folder
            )

    def indicators(self) -> Result:
        """Core indicators against their thresholds."""
        from statecollect.indicators.compute import compute

        with self.store() as store:
            return compute(store, self.catalog.year.parameters, self.config.indicators)

    def rows_behind(self, indicator: str, most: int = 100) -> list[dict[str, Any]]:
        """Return every quantity an indicator is made of, with the first ``most`` rows behind it, as JSON."""
        from statecollect.indicators.explain import explain

        with self.store() as store:
            return explain(store, indicator, self.catalog.year.parameters, self.config.indicators, most)

    def report(self, out: Path | None = None, today: dt.date | None = None) -> list[Path]:
        """Write 数据分析报告 and 核心数据汇总表; return the paths."""
        from statecollect.campaign.papers import material, write_analysis

        with self.store() as store:
            found = material(self, store, self.run_rules(store), today or dt.date.today())
        return write_analysis(found, out or self.folder / "报告")

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
        from statecollect.campaign.papers import write_papers
        from statecollect.submission.export import DRAFT_WATERMARK, export
        from statecollect.submission.manifest import Sender
        from statecollect.workflow.completeness import excused
        from statecollect.workflow.review import signatures, unfinished

        out, school = out or self.folder / ("上报包-草稿" if draft else "上报包"), self.config.school
        total = len(self.catalog.tables) + 2  # the whole workbook first, the papers last
        done = iter(range(total + 1))
        with self.store() as store:
            self.tell_held(store)
            validation = self.run_rules(store)
            found = self.owed(store)
            empty = {
                (task.table, task.party) for task in found if task.state == "not_assigned" and not task.rows
            }
            return export(
                store,
                self.catalog,
                validation,
                out,
                sender=Sender(school.name, self.config.campaign, __version__, school.code),
                missing=self.missing(store),
                unfinished=unfinished(store, empty),
                signed={
                    **signatures(store, validation.waivers),
                    "excused": excused(found),
                    "indicator_choices": self.config.indicators.model_dump(mode="json"),
                },
                papers=lambda folder: write_papers(
                    self, store, validation, folder, DRAFT_WATERMARK if draft else ""
                ),
                draft=draft,
                masked=masked,
                progress=lambda what: progress(what, next(done), total),
            )

    def status(
        self,
        today: dt.date | None = None,
        departments: Sequence[str] = (),
        validation: Validation | None = None,
    ) -> Status:
        """Who has returned what, what is late, whom to remind; of these parties, or all.

        ``validation`` spares running the rules again where they have just been run over everything.
        """
        from statecollect.workflow.status import status

        with self.store() as store:
            validation = validation or self.run_rules(store)
            day = today or dt.date.today()
            contact = self.config.school.contact
            nobody = self.nobody()
            wanted = [self.filler(department, store) for department in departments]
            found = status(store, self.breakdown, self.tasks, self.stages, validation, day, contact, nobody)
            return found.of(wanted) if wanted else found
