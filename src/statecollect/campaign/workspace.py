"""What a campaign is: its folder, configuration, schemas, tasks and store. What is done with it stands in ``campaign``."""

from __future__ import annotations

import datetime as dt
import json
import os
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from statecollect.catalog import Catalog, Stage, load_catalog, with_own_rules
from statecollect.core.errors import UsageError
from statecollect.core.names import tidy_name
from statecollect.core.outputs import CONFIG_NAME
from statecollect.core.untrusted.decoding import decode
from statecollect.school.breakdown import Breakdown
from statecollect.school.config import BREAKDOWN_NAME, Config, due_dates, read_config, with_config
from statecollect.school.parties import (
    CLOUD,
    Nobody,
    Party,
    TablesOf,
    Unresolved,
    cloud_tables,
    near,
    nobody_fills,
    parts_of,
    tasks_by_party,
    unresolved,
)

if TYPE_CHECKING:
    import pandas as pd

    from statecollect.campaign.outgoing.templates import Issuer
    from statecollect.rules.earlier import Earlier
    from statecollect.rules.ownership import KnownPeople
    from statecollect.store import Consent, Delivery, Event, Store, Verified
    from statecollect.workflow.completeness import Owed
    from statecollect.workflow.validate import Validation

OWN_RULES = "rules"  # folder of the school's own rules
STORE = "store"


def _unheard(text: str) -> None:
    """Say nothing: the library's default."""


class Workspace:
    """One folder, one school, one year, and what is known of it. Only ``store/`` is written here."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tell: Callable[[str], None] = _unheard
        self.config: Config = read_config(folder)
        catalog = with_config(load_catalog(self.config.year), self.config)
        self.catalog: Catalog = with_own_rules(catalog, folder / OWN_RULES, _made_by_program)

    @classmethod
    def open(cls, folder: str | os.PathLike[str]) -> Self:
        """Open the campaign in ``folder``. Raises UsageError when there is none."""
        return cls(Path(folder))

    @classmethod
    def find(cls, start: Path) -> Self:
        """Open the campaign in ``start`` or the nearest folder above it."""
        for folder in (start, *start.resolve().parents):
            if (folder / CONFIG_NAME).is_file():
                return cls(folder)
        raise UsageError(
            "这里没有采集工作",
            hint="先用 statecollect init 建立，或用 --campaign 指明文件夹",
            where=str(start),
        )

    @cached_property
    def breakdown(self) -> Breakdown:
        """The task breakdown as parsed at ``init``; its JSON may be corrected by hand."""
        path = self.folder / BREAKDOWN_NAME
        try:
            return Breakdown.from_json(json.loads(decode(path.read_bytes(), path.name)))
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            line = (
                f"第 {error.lineno} 行附近写得不对" if isinstance(error, json.JSONDecodeError) else "内容不对"
            )
            raise UsageError(
                f"任务分解表读不出来：{line}",
                hint="从备份恢复这个文件，或照其他各项的样子改正",
                where=str(path),
            ) from error

    @cached_property
    def secret(self) -> bytes:
        """The key that signs this campaign's templates."""
        from statecollect.store.seal import KEY_FILE, read_key

        key = read_key(self.folder / STORE)
        if not key:
            raise UsageError(
                "模板签名的密钥读不出来",
                hint="从备份中恢复；找不回来就用 statecollect rekey --by 姓名 --reason 原因 换新密钥，再重发模板",
                where=str(self.folder / STORE / KEY_FILE),
            )
        return key

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
        from statecollect.campaign.outgoing.templates import Issuer

        return Issuer(self.breakdown, self.catalog, self.config, self.stages, self.secret)

    @cached_property
    def tables_of(self) -> Mapping[str, tuple[str, ...]]:
        """Table ids by party name, the cloud platform and every teacher included."""
        return TablesOf(self.tasks, cloud_tables(self.breakdown))

    def unresolved(self) -> list[Unresolved]:
        """Names of the breakdown that no list of the campaign knows."""
        return unresolved(self.breakdown, self.config.parties, self.catalog)

    def nobody(self) -> list[Nobody]:
        """Fillers of the breakdown that are nobody here: their tables wait for ever unless somebody is told."""
        return nobody_fills(self.breakdown, self.config.parties, self.catalog)

    def party(self, name: str) -> Party:
        """Return the filling party of this name, or of this other name of it. Raises UsageError with near matches."""
        name = tidy_name(name)
        name = self.config.parties.aliases.get(name, name)
        found = next((party for party in self.tasks if party.name == name), None)
        if found is None:
            close = near(name, [party.name for party in self.tasks])
            hint = f"相近的有：{'、'.join(close)}" if close else "填报单位见 statecollect status"
            raise UsageError(f"没有填报单位「{name}」", hint=hint)
        return found

    def tell_held(self, store: Store) -> None:
        """Say which returns wait for a decision: what is signed or handed over goes by the data before them."""
        from statecollect.workflow.held import held_returns

        for event in held_returns(store):
            self.tell(
                f"{event.data['party']} 的「{event.data.get('file', '')}」还待确认，数据按先前的算；"
                f"核实后 statecollect ingest --accept {event.data['sha256'][:8]} --by 姓名 --reason 原因"
            )

    def filler(self, name: str, store: Store) -> str:
        """Return the party of this name: an office, a group, the platform, or a teacher who is known in some way.

        Raises UsageError with near matches, also for a teacher who is on no roster and has returned nothing.
        """
        from statecollect.rules.ownership import known_teacher
        from statecollect.workflow.excuses import find_teacher, rosters

        parts = parts_of(name)
        delivered = [delivery.party for delivery in store.deliveries()]
        if name == CLOUD or name in delivered:
            return name
        if not parts.number:
            return self.party(name).name
        group = self.party(parts.group)
        if group.kind != "teacher":
            raise UsageError(f"「{group.name}」不是教师组，没有「{parts.label}」", hint="只写单位名称")
        known = rosters(store)
        if group.name in known:
            return find_teacher(known, name, group.name, delivered)
        return known_teacher(name, None, delivered)

    def known_tables(self, tables: Sequence[str]) -> None:
        """Raise UsageError, with near matches, for an id that no table has."""
        for table_id in tables:
            if table_id not in self.catalog.tables:
                known = "、".join(near(table_id, self.catalog.tables))
                hint = f"相近的有：{known}" if known else "表号见 statecollect schema list"
                raise UsageError(f"数据目录中没有表「{table_id}」", hint=hint)

    def tasks_of(self, departments: Sequence[str]) -> dict[Party, tuple[str, ...]]:
        """Return the tasks of these parties, or of all."""
        chosen = [self.party(name) for name in departments] or list(self.tasks)
        return {party: self.tasks[party] for party in chosen}

    @contextmanager
    def store(self, *, anew: bool = False, consent: Consent | None = None) -> Iterator[Store]:
        """Open the store; one process at a time. ``anew``: its database is made again from originals and journal.

        What everybody should know of it – records that could not be read, cells that read differently – goes to ``tell``.
        """
        from statecollect.store import Store, told

        parameters = dict(self.catalog.year.parameters)
        opened = Store.open(
            self.folder / STORE, self.catalog, parameters, self._read_again, anew=anew, consent=consent
        )
        with opened as store:
            for seq, reason in store.set_aside():
                self.tell(
                    f"第 {seq} 条收表记录读不出来（{reason}），其中的表按未返回处理；"
                    f"恢复原件后运行 statecollect rebuild，或用 statecollect rebuild --skip {seq} --by 姓名 --reason 原因 放弃它"
                )
            if store.differences:
                self.tell(told(store.differences))
            yield store

    def _read_again(self, event: Event, original: Path) -> Sequence[Delivery]:
        """Read a kept original for the store; seldom asked for, so what reads workbooks is imported only then."""
        from statecollect.intake.taking import replay

        return replay(self.catalog, event, original)

    def log(self) -> list[Event]:
        """Return what happened, oldest first; the database is not needed."""
        from statecollect.store import events_of

        return events_of(self.folder / STORE)

    def verify_log(self) -> list[str]:
        """Return what is wrong with journal and originals, one sentence each; empty when all is as written."""
        return list(self.verified_log().problems)

    def verified_log(self) -> Verified:
        """Check journal, seals and originals; the database is not needed."""
        from statecollect.store import verify_folder

        return verify_folder(self.folder / STORE)

    def rebuild(self, consent: Consent | None = None) -> dict[str, int]:
        """Make the database again from originals and journal; return the rows of each table.

        ``consent`` lets it go on although part of the history is missing, or signed tables read differently.
        """
        with self.store(anew=True, consent=consent) as store:
            return {table_id: store.row_count(table_id) for table_id in self.catalog.tables}

    def skip(
        self, seq: int, *, by: str, reason: str, undo: bool = False, now: dt.datetime | None = None
    ) -> Event:
        """Give up a record that cannot be read again, or (``undo``) take it up again."""
        with self.store() as store:
            return store.skip(seq, undo=undo, by=by, reason=reason, at=moment(now))

    def rekey(
        self, *, by: str, reason: str, key: bytes | None = None, now: dt.datetime | None = None
    ) -> Event:
        """Make a new key: templates made before are no longer recognised, so new ones must be given out."""
        with self.store() as store:
            event = store.rekey(key or secrets.token_bytes(32), by=by, reason=reason, at=moment(now))
        self.__dict__.pop("secret", None)
        return event

    def earlier(self, folder: Path) -> Earlier:
        """Return what a bundle or a campaign's folder holds. Raises UsageError for any other folder."""
        from statecollect.rules.earlier import collected
        from statecollect.submission.bundle import MANIFEST
        from statecollect.submission.previous_year import from_bundle

        if (folder / MANIFEST).is_file():
            found = from_bundle(folder)
            return replace(found, current=found.campaign == (self.config.year, self.config.campaign))
        if not (folder / CONFIG_NAME).is_file():
            raise UsageError(
                "不是上报包，也不是采集文件夹",
                hint="指明去年的上报包，或有 statecollect.toml 的文件夹",
                where=str(folder),
            )
        other = self if folder.resolve() == self.folder.resolve() else type(self).open(folder)
        with other.store() as store:
            found = collected(store, f"“{other.config.campaign}”已收的数据")
        return replace(found, current=other is self)

    @cached_property
    def previous(self) -> Earlier | None:
        """Return what was submitted last year, where the configuration names it."""
        if not self.config.previous:
            return None
        before = self.folder / self.config.previous
        if before.resolve() == self.folder.resolve():  # its store is open, and would wait for itself
            raise UsageError(
                "previous 指的就是本次采集",
                hint="写上去年的上报包或去年的采集文件夹",
                where=str(self.folder / CONFIG_NAME),
            )
        return self.earlier(before)

    def run_rules(
        self, store: Store, tables: Sequence[str] = (), departments: Sequence[str] = ()
    ) -> Validation:
        """Run the rules on an open store; nothing is kept of it."""
        from statecollect.workflow.validate import validate

        return validate(store, self.catalog, tables, departments, self.previous, self.known(store))

    def known(self, store: Store) -> KnownPeople:
        """Return who there is: whose rows a workbook may hold."""
        from statecollect.rules.ownership import KnownPeople
        from statecollect.workflow.excuses import rosters

        listed = {no: teacher.name for group in rosters(store).values() for no, teacher in group.items()}
        return KnownPeople.of(self.catalog, self.config.parties, listed or None)

    def owed(self, store: Store) -> list[Owed]:
        """Return every party with every table it is asked for, and what has become of it."""
        from statecollect.workflow.completeness import owed

        return owed(store, self.tasks, self.catalog, cloud_tables(self.breakdown))

    def missing(self, store: Store) -> list[str]:
        """Say what is not whole: tables that parties owe, tables nobody fills, rows that belong to nobody's task."""
        from statecollect.workflow.completeness import incomplete

        return incomplete(self.owed(store), self.nobody())

    def table(self, table_id: str) -> pd.DataFrame:
        """Return a collected table, one column a field. Raises UsageError for an unknown table."""
        self.known_tables([table_id])
        with self.store() as store:
            return store.frame(table_id)


def _made_by_program(catalog: Catalog) -> set[str]:
    """Return the ids of all rules that follow from fields, keys and last year's data."""
    from statecollect.rules import rules_of
    from statecollect.rules.field_rules import FAMILIES, field_rule
    from statecollect.rules.year_over_year import yearly_rules

    found = set()
    for table in catalog.tables.values():
        found |= {field_rule(table, family) for family in FAMILIES}
        found |= {stage.id for stage in rules_of(catalog, table)}
        found |= {rule.id for rule in yearly_rules(table, frozenset(table.by_name))}
    return found


def moment(now: dt.datetime | None = None) -> str:
    """Return a time as the journal writes it; by default this one."""
    return (now or dt.datetime.now().astimezone()).isoformat(timespec="seconds")
