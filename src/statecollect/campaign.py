"""The façade a Python user imports: one folder, one school, one year.

::

    from statecollect import Campaign
    campaign = Campaign.open("2022采集")
    campaign.ingest(["教务处.xlsx"])
    campaign.table("1.5.1")            # pandas.DataFrame, one column a field
"""

from __future__ import annotations

import datetime as dt
import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from statecollect.breakdown import Breakdown, parse_breakdown
from statecollect.catalog import Catalog, Stage, load_catalog
from statecollect.config import (
    CONFIG_NAME,
    Config,
    Parties,
    School,
    config_text,
    due_dates,
    read_config,
    with_config,
)
from statecollect.errors import UsageError
from statecollect.parties import (
    CLOUD,
    Party,
    TablesOf,
    Unresolved,
    cloud_tables,
    departments_of,
    group_of,
    near,
    only_filler,
    tasks_by_party,
    unresolved,
)
from statecollect.private import private_folder, write_private

if TYPE_CHECKING:
    import pandas as pd

    from statecollect.evidence import Document
    from statecollect.export import Bundle
    from statecollect.indicators import Result
    from statecollect.ingest import FileResult
    from statecollect.status import Status
    from statecollect.store import Event, Store
    from statecollect.templates import Issuer, Made
    from statecollect.validate import Validation

BREAKDOWN_NAME = "任务分解表.json"
Progress = Callable[[str, int, int], None]  # what, done, total


def _silent(what: str, done: int, total: int) -> None:
    """Report nothing: the library's default."""


class Campaign:
    """One campaign. Everything below reads files; only ``store/`` and the named outputs are written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config: Config = read_config(folder)
        self.catalog: Catalog = with_config(load_catalog(self.config.year), self.config)

    @classmethod
    def open(cls, folder: str | os.PathLike[str]) -> Campaign:
        """Open the campaign in ``folder``. Raises UsageError when there is none."""
        return cls(Path(folder))

    @classmethod
    def find(cls, start: Path) -> Campaign:
        """Open the campaign in ``start`` or the nearest folder above it."""
        for folder in (start, *start.resolve().parents):
            if (folder / CONFIG_NAME).is_file():
                return cls(folder)
        raise UsageError(
            "这里没有采集工作",
            hint="先用 statecollect init 建立，或用 --campaign 指明文件夹",
            where=str(start),
        )

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
        if (folder / CONFIG_NAME).exists():
            raise UsageError("这里已经有采集工作了", hint="换一个文件夹，或直接使用它", where=str(folder))
        breakdown = parse_breakdown(breakdown_file)
        catalog = load_catalog(year)
        listed = tuple(departments) or departments_of(breakdown, units, catalog.year.party_words)
        parties = Parties(departments=listed, units=tuple(units), aliases=dict(aliases or {}))
        open_names = unresolved(breakdown, parties, catalog)
        school = school or School()
        campaign = f"{catalog.year.year}-{school.code or school.name}"
        private_folder(folder)
        for name in ("store", "templates", "reports"):
            private_folder(folder / name)
        shutil.copyfile(breakdown_file, folder / f"任务分解表原件{breakdown_file.suffix}")
        text = json.dumps(breakdown.as_json(), ensure_ascii=False, indent=1) + "\n"
        (folder / BREAKDOWN_NAME).write_text(text, encoding="utf-8", newline="\n")
        write_private(folder / "store" / "secret.key", (secret or secrets.token_bytes(32)).hex())
        toml = config_text(catalog, school, parties, campaign, [str(name) for name in open_names])
        (folder / CONFIG_NAME).write_text(toml, encoding="utf-8", newline="\n")
        return cls(folder), breakdown, open_names

    @cached_property
    def breakdown(self) -> Breakdown:
        """The task breakdown as parsed at ``init``; its JSON may be corrected by hand."""
        path = self.folder / BREAKDOWN_NAME
        try:
            return Breakdown.from_json(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UsageError(
                f"任务分解表读不出来：{error}", hint="重新 init，或改正这个文件", where=str(path)
            ) from error

    @cached_property
    def secret(self) -> bytes:
        """The key that signs this campaign's templates."""
        path = self.folder / "store" / "secret.key"
        try:
            return bytes.fromhex(path.read_text(encoding="ascii").strip())
        except (OSError, ValueError) as error:
            raise UsageError(
                "模板签名的密钥读不出来", hint="从备份中恢复 store/secret.key", where=str(path)
            ) from error

    @cached_property
    def stages(self) -> list[Stage]:
        """The schedule with this school's deadlines."""
        return due_dates(self.catalog, self.config)

    @cached_property
    def tasks(self) -> dict[Party, tuple[str, ...]]:
        """Each filling party with its tables."""
        return tasks_by_party(self.breakdown, self.config.parties, self.catalog)

    @cached_property
    def issuer(self) -> Issuer:
        """What every workbook of this campaign shares."""
        from statecollect.templates import Issuer

        return Issuer(self.breakdown, self.catalog, self.config, self.stages, self.secret)

    @cached_property
    def _tables_of(self) -> Mapping[str, tuple[str, ...]]:
        return TablesOf(self.tasks, cloud_tables(self.breakdown))

    def unresolved(self) -> list[Unresolved]:
        """Names of the breakdown that no list of the campaign knows."""
        return unresolved(self.breakdown, self.config.parties, self.catalog)

    def party(self, name: str) -> Party:
        """Return the filling party of this name. Raises UsageError with near matches."""
        found = next((party for party in self.tasks if party.name == name), None)
        if found is None:
            close = near(name, [party.name for party in self.tasks])
            hint = f"相近的有：{'、'.join(close)}" if close else "填报单位见 statecollect status"
            raise UsageError(f"没有填报单位「{name}」", hint=hint)
        return found

    def make_templates(
        self,
        out: Path | None = None,
        *,
        departments: Sequence[str] = (),
        roster: Path | None = None,
        progress: Progress = _silent,
    ) -> list[Made]:
        """Write one workbook for each filling party (or those named); with a roster, one for each teacher."""
        from statecollect.templates import make_templates, offered_values

        with self.store() as store:
            issuer = replace(self.issuer, offered=offered_values(store, self.catalog))
        chosen = [self.party(name) for name in departments] or list(self.tasks)
        tasks = {party: self.tasks[party] for party in chosen}
        return make_templates(
            issuer, tasks, out or self.folder / "templates", roster=roster, progress=progress
        )

    @contextmanager
    def store(self, *, anew: bool = False) -> Iterator[Store]:
        """Open the store; one process at a time. ``anew``: its database is made again from originals and journal."""
        from statecollect.ingest import replay
        from statecollect.store import Store

        parameters = dict(self.catalog.year.parameters)
        opening = Store.rebuild if anew else Store.open
        with opening(self.folder / "store", self.catalog, parameters, replay(self.catalog)) as store:
            yield store

    def ingest(
        self,
        paths: Iterable[str | os.PathLike[str]],
        *,
        department: str = "",
        cloud: bool = False,
        password: str = "",
        by: str = "",
        now: dt.datetime | None = None,
        progress: Progress = _silent,
    ) -> list[FileResult]:
        """Take in returned workbooks; one bad file does not stop the rest.

        ``department`` is the party of workbooks made without the template; ``cloud``: they are exports of the
        cloud platform, whose columns are found by their headers. ``password`` opens protected workbooks.
        """
        from statecollect.ingest import Office, files_in, ingest_file

        if cloud:
            department = CLOUD
        elif department:
            self.party(group_of(department))
        files = files_in(Path(path) for path in paths)
        absent = [path for path in files if not path.exists()]
        if absent:
            raise UsageError("文件不存在", hint="核对文件名和所在文件夹", where=str(absent[0]))
        at = (now or dt.datetime.now().astimezone()).isoformat(timespec="seconds")
        office = Office(
            self.config.campaign, self.config.school.name, self.config.year, self._tables_of, self.secret
        )
        results = []
        with self.store() as store:
            for position, path in enumerate(files):
                progress(path.name, position, len(files))
                results.append(
                    ingest_file(
                        store,
                        self.catalog,
                        office,
                        path,
                        department=department,
                        by=by,
                        at=at,
                        password=password,
                    )
                )
        progress("", len(files), len(files))
        return results

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

        self._known_tables([table])
        party = department or only_filler(table, self.tasks)
        self.party(group_of(party))
        at = (now or dt.datetime.now().astimezone()).isoformat(timespec="seconds")
        with self.store() as store:
            return file_documents(store, map(Path, paths), table=table, party=party, by=by, at=at)

    def validate(self, tables: Sequence[str] = (), departments: Sequence[str] = ()) -> Validation:
        """Run every rule on what was collected; a run over everything is kept as a round, compared with the last."""
        from statecollect.rounds import next_round
        from statecollect.validate import validate

        self._known_tables(tables)
        with self.store() as store:
            found = validate(store, self.catalog, tables, departments)
        if tables or departments:
            return found
        at = dt.datetime.now().astimezone().isoformat(timespec="seconds")
        return replace(found, since_last=next_round(self.folder / "reports", found.findings, at))

    def write_marked(self, out: Path, validation: Validation, progress: Progress = _silent) -> list[Path]:
        """Write a marked workbook for every party with errors or warnings; return the paths."""
        from statecollect.marked import write_marked

        with self.store() as store:
            return write_marked(self.issuer, store, validation.findings, self._tables_of, out, progress)

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
        from statecollect.export import export
        from statecollect.validate import validate

        out = out or self.folder / ("上报包-草稿" if draft else "上报包")
        total = len(self.catalog.tables) + 1
        done = iter(range(total + 1))
        with self.store() as store:
            validation = validate(store, self.catalog)
            return export(
                store,
                self.catalog,
                validation,
                out,
                school=self.config.school.name,
                campaign=self.config.campaign,
                version=__version__,
                missing=self.missing(store),
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
        from statecollect.validate import validate

        with self.store() as store:
            validation = validate(store, self.catalog)
            return status(
                store, self.breakdown, self.tasks, self.stages, validation, today or dt.date.today()
            )

    def indicators(self) -> Result:
        """Core indicators against their thresholds."""
        from statecollect.indicators import compute

        with self.store() as store:
            return compute(store, self.catalog.year.parameters)

    def log(self) -> list[Event]:
        """Return what happened, oldest first."""
        with self.store() as store:
            return store.events()

    def verify_log(self) -> list[str]:
        """Return what is wrong with journal and originals, one sentence each; empty when all is as written."""
        from statecollect.store import verify_folder

        return verify_folder(self.folder / "store")

    def rebuild(self) -> dict[str, int]:
        """Make the database again from originals and journal; return the rows of each table."""
        with self.store(anew=True) as store:
            return {table_id: store.row_count(table_id) for table_id in self.catalog.tables}

    def table(self, table_id: str) -> pd.DataFrame:
        """Return a collected table, one column a field. Raises UsageError for an unknown table."""
        self._known_tables([table_id])
        with self.store() as store:
            return store.frame(table_id)

    def _known_tables(self, tables: Sequence[str]) -> None:
        for table_id in tables:
            if table_id not in self.catalog.tables:
                known = "、".join(near(table_id, self.catalog.tables))
                hint = f"相近的有：{known}" if known else "表号见 statecollect schema list"
                raise UsageError(f"数据目录中没有表「{table_id}」", hint=hint)
