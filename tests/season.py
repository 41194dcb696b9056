"""A short season of the example college: every mistake of the first round, but few students and few teachers' files."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path

from statecollect.campaign import Campaign
from statecollect.campaign.demo import (
    FIRST_DAY,
    FilledRows,
    Mistake,
    example_mistakes,
    example_rows,
    fill,
    fill_cloud,
    init_example,
    with_mistakes,
)
from statecollect.intake.result import FileResult
from statecollect.school.parties import CLOUD, group_of
from statecollect.workbook.layout import FIRST_DATA_ROW
from statecollect.workflow.validate import Validation

LONG = (
    1000  # of a longer table every twelfth row stays, each one with a mistake, and each one that others name
)
TIDIED = "会自动整理"  # how mistakes.csv says that the program repairs it itself


@dataclass(frozen=True)
class Season:
    """The campaign after the first round. ``rows`` are as they should be; copy the folder, do not change it."""

    folder: Path
    returns: dict[str, Path]
    cloud: Path  # the export of the cloud platform
    rows: FilledRows = field(repr=False)
    mistakes: list[Mistake] = field(repr=False)
    results: list[FileResult] = field(repr=False)
    validation: Validation = field(repr=False)
    digests: dict[str, str] = field(repr=False)

    def copy(self, to: Path) -> Campaign:
        """Return a campaign of the test's own."""
        return Campaign.open(shutil.copytree(self.folder, to))

    def repaired(self, campaign: Campaign, party: str, out: Path) -> Path:
        """Return the party's workbook without mistakes."""
        return fill(campaign, self.rows, out, [party])[0]


def play(folder: Path, examples: Path) -> Season:
    """Fill, take in and check the first round."""
    rows, mistakes = short_rows(examples / "2022")
    campaign = init_example(folder / "采集", examples)
    parties = sorted({party for party, _ in rows} - {CLOUD})
    paths = fill(campaign, with_mistakes(rows, mistakes), folder / "返回", parties)
    results = campaign.ingest(paths, by="收表人", now=FIRST_DAY)
    cloud = fill_cloud(campaign, rows, folder / "云端平台.xlsx")
    results += campaign.ingest([cloud], cloud=True, by="收表人", now=FIRST_DAY)
    return Season(
        campaign.folder,
        dict(zip(parties, paths, strict=True)),
        cloud,
        rows,
        mistakes,
        results,
        campaign.validate(),
        digests(campaign),
    )


def short_rows(folder: Path) -> tuple[FilledRows, list[Mistake]]:
    """Return the shortened example, its mistakes at their new rows."""
    slips = example_mistakes(folder)
    alone = {slip.party for slip in slips}
    rows: FilledRows = {}
    for (party, table), given in example_rows(folder).items():
        rows.setdefault((party if party in alone else group_of(party), table), []).extend(given)
    for (party, table), given in rows.items():
        if len(given) < LONG:
            continue
        wrong = {slip.row - 1 for slip in slips if (slip.party, slip.table) == (party, table)}
        others = "\n".join(
            text
            for (_, other), those in rows.items()
            if other != table
            for row in those
            for text in row.values()
        )
        kept = [
            at
            for at, row in enumerate(given)
            if at % 12 == 0 or at in wrong or next(iter(row.values())) in others
        ]
        rows[party, table] = [given[at] for at in kept]
        slips = [
            replace(slip, row=kept.index(slip.row - 1) + 1)
            if (slip.party, slip.table) == (party, table)
            else slip
            for slip in slips
        ]
    return rows, slips


def digests(campaign: Campaign) -> dict[str, str]:
    """Return what every table says, as one digest a table."""
    with campaign.store() as store:
        return {table: store.digest(table) for table in campaign.catalog.tables}


def sheet_row(slip: Mistake) -> int:
    """Return the row of the template's sheet where a mistake stands."""
    return FIRST_DATA_ROW - 1 + slip.row
