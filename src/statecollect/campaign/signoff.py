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
from typing import TYPE_CHECKING

from statecollect.campaign.folder import moment
from statecollect.errors import UsageError
from statecollect.forms import Form, forms_of, write_forms
from statecollect.parties import CLOUD, group_of
from statecollect.resolving import Disagreement, resolve
from statecollect.review import Action, Desk, Place, Standing, decide, places_for, possible, standings
from statecollect.store import Event, Store
from statecollect.validate import Validation
from statecollect.waivers import Waiver, waive

if TYPE_CHECKING:
    from statecollect.campaign.campaign import Campaign


class Signoff:
    """Decisions of one campaign; each is one line of its journal, with a name and a time."""

    def __init__(self, campaign: Campaign) -> None:
        self._campaign = campaign

    def standings(self) -> dict[Place, Standing]:
        """Return how far each returned table of each party is."""
        with self._campaign.store() as store:
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
        self._known(tables, parties)
        campaign = self._campaign
        with campaign.store() as store:
            current = standings(store)
            chosen = places_for(current, action, tables or sorted({table for table, _ in current}), parties)
            desk = Desk(campaign.breakdown.tables, campaign.catalog, campaign.config, {})
            if not tables:  # of all, those whose turn it is and whom it concerns
                chosen = possible(desk, current, action, chosen, by) or chosen
            if action in {"submit", "approve", "finalise"}:
                concerned = sorted({table for table, _ in chosen} & {table for table, _ in current})
                found = campaign.run_rules(store, concerned) if concerned else None
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
        self._known([table], [party] if party else [])
        campaign = self._campaign
        with campaign.store() as store:
            found = campaign.run_rules(store, [table]).findings
            return waive(
                store, campaign.config, found, rule, table, party, reason=reason, by=by, at=moment(now)
            )

    def resolve(
        self, table: str, key: str, take: str, *, by: str, reason: str, now: dt.datetime | None = None
    ) -> tuple[Event, Disagreement]:
        """Settle one value that two parties report differently; return the record and what was in dispute."""
        self._known([table])
        catalog = self._campaign.catalog
        with self._campaign.store() as store:
            return resolve(store, catalog, table, key, take, by=by, reason=reason, at=moment(now))

    def print_forms(self, out: Path, departments: Sequence[str] = ()) -> list[Path]:
        """Write the 审核报表 of each reviewing department, as .docx and .xlsx, and return the paths."""
        campaign = self._campaign
        with campaign.store() as store:
            forms: list[Form] = forms_of(
                store, campaign.breakdown, campaign.config, campaign.catalog, campaign.run_rules(store)
            )
        chosen = [one for one in forms if not departments or one.department in departments]
        if not chosen:
            known = "、".join(one.department for one in forms)
            raise UsageError("没有要审核的表", hint=f"有审核任务的部门：{known}" if known else "先收表")
        return write_forms(chosen, out, campaign.config.school.name, campaign.catalog.year.title)

    def _known(self, tables: Sequence[str], parties: Sequence[str] = ()) -> None:
        self._campaign.known_tables(tables)
        for party in parties:
            if party != CLOUD:
                self._campaign.party(group_of(party))


def _errors(store: Store, found: Validation) -> Counter[Place]:
    """Count the open errors of each table and party; an error of a table as a whole is everybody's."""
    errors: Counter[Place] = Counter()
    for one in found.findings:
        if one.severity == "error":
            parties = [one.party] if one.party else store.parties(one.table)
            errors.update((one.table, party) for party in parties)
    return errors
