"""The part of a campaign that people put their names to: decisions, waivers, choices, the printed forms.

::

    campaign.signoff.decide("approve", ["1.2.1"], by="阳锋")
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from statecollect.campaign.workspace import Workspace, moment
from statecollect.core.errors import UsageError
from statecollect.core.names import tidy_name, tidy_person
from statecollect.school.parties import near
from statecollect.store import Event, Store
from statecollect.workflow.disputes import Disagreement, resolve
from statecollect.workflow.review import (
    Action,
    Desk,
    Standing,
    TableOfParty,
    decide,
    places_for,
    possible,
    standings,
)
from statecollect.workflow.review_forms import Form, forms_of, write_forms
from statecollect.workflow.validate import Validation
from statecollect.workflow.waivers import Waiver, waive


class Signoff:
    """Decisions of one campaign; each is one line of its journal, with a name and a time."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def standings(self) -> dict[TableOfParty, Standing]:
        """Return how far each returned table of each party is."""
        with self._workspace.store() as store:
            return standings(store)

    def decide(
        self,
        action: Action,
        tables: Sequence[str] = (),
        parties: Sequence[str] = (),
        *,
        by: str,
        comment: str = "",
        now: dt.datetime | None = None,
    ) -> list[Event]:
        """Take the next step for these tables (default: all for which ``by`` may), of these parties (default: all).

        Raises Refused, with every reason, when one of them may not take it; then nothing is written.
        """
        workspace = self._workspace
        workspace.known_tables(tables)
        by = tidy_person(by)
        with workspace.store() as store:
            parties = [workspace.filler(party, store) for party in parties]
            current = standings(store)
            chosen = places_for(current, action, tables or sorted({table for table, _ in current}), parties)
            desk = Desk(workspace.breakdown.tables, workspace.catalog, workspace.config, {})
            if not tables:  # of all, those whose turn it is and whom it concerns
                chosen = possible(desk, current, action, chosen, by) or chosen
            if action == "finalise":
                workspace.tell_held(store)
            if action in {"submit", "approve", "finalise"}:
                concerned = sorted({table for table, _ in chosen} & {table for table, _ in current})
                found = workspace.run_rules(store, concerned) if concerned else None
                desk = replace(desk, errors=_errors(store, found) if found else {})
            return decide(
                store, desk, action, chosen, by=by, comment=comment, at=moment(now), all_possible=not tables
            )

    def waive(
        self,
        rule: str,
        table: str,
        party: str = "",
        *,
        reason: str,
        by: str,
        now: dt.datetime | None = None,
    ) -> Waiver:
        """Explain the open findings of a rule in a table, as many as there are now."""
        workspace = self._workspace
        workspace.known_tables([table])
        by = tidy_person(by)
        with workspace.store() as store:
            party = workspace.filler(party, store) if party else ""
            found = workspace.run_rules(store, [table]).findings
            return waive(
                store,
                workspace.config,
                found,
                rule,
                table,
                party,
                reason=reason,
                by=by,
                at=moment(now),
                assignment=workspace.breakdown.tables.get(table),
            )

    def resolve(
        self, table: str, key: str, take: str, *, by: str, reason: str, now: dt.datetime | None = None
    ) -> tuple[Event, Disagreement]:
        """Settle one value that two parties report differently; return the record and what was in dispute."""
        self._workspace.known_tables([table])
        catalog, by = self._workspace.catalog, tidy_person(by)
        with self._workspace.store() as store:
            take = self._workspace.filler(take, store)
            return resolve(store, catalog, table, key, take, by=by, reason=reason, at=moment(now))

    def print_forms(self, out: Path, departments: Sequence[str] = ()) -> list[Path]:
        """Write the 审核报表 of each reviewing department, as .docx and .xlsx, and return the paths."""
        workspace = self._workspace
        with workspace.store() as store:
            forms: list[Form] = forms_of(
                store, workspace.breakdown, workspace.config, workspace.catalog, workspace.run_rules(store)
            )
        known = [form.department for form in forms]
        wanted = [workspace.config.parties.aliases.get(name, name) for name in map(tidy_name, departments)]
        strange = [name for name in wanted if name not in known]
        if strange or not forms:
            hint = f"有审核任务的部门：{'、'.join(near(strange[0], known) or known)}" if known else "先收表"
            raise UsageError(f"「{strange[0]}」没有要审核的表" if strange else "没有要审核的表", hint=hint)
        chosen = [form for form in forms if not wanted or form.department in wanted]
        return write_forms(chosen, out, workspace.config.school.name, workspace.catalog.year.title)


def _errors(store: Store, found: Validation) -> Counter[TableOfParty]:
    """Count the open errors of each table and party; an error of a table as a whole is everybody's."""
    errors: Counter[TableOfParty] = Counter()
    for finding in found.findings:
        if finding.severity == "error":
            parties = [finding.party] if finding.party else store.parties(finding.table)
            errors.update((finding.table, party) for party in parties)
    return errors
