"""The marked return: the party's own rows again, as typed, with what is wrong at each cell.

The rows are read from the kept original, so that invalid values come back exactly as they were typed, and marks
of an earlier round never accumulate.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from statecollect.campaign.outgoing.moved_cells import moved
from statecollect.campaign.outgoing.received_layout import Source, lay_out
from statecollect.campaign.outgoing.templates import Issuer, book_content
from statecollect.core.containment import contained
from statecollect.core.errors import ProgramFault, StatecollectError, UsageError
from statecollect.core.outputs import only_ours
from statecollect.findings import Finding
from statecollect.rules.nearest import with_nearest
from statecollect.school.party_files import file_names
from statecollect.store import SUBMISSION, Held, Store
from statecollect.store.originals import sha256_of
from statecollect.workbook.read.last_saved import as_written
from statecollect.workbook.read.reader import read_book_safely
from statecollect.workbook.stamp import genuine, read_stamp
from statecollect.workbook.write.writer import BookContent, write_workbook
from statecollect.workflow.validate import Validation


@dataclass(frozen=True, slots=True)
class Marked:
    """What became of a folder of marked workbooks.

    ``removed``: workbooks of an earlier time whose parties are clean now; ``failed``: parties whose workbook could not
    be written, each with the reason.
    """

    written: tuple[Path, ...]
    removed: tuple[Path, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the shape of the command-line contract."""
        return {
            "marked": [str(path) for path in self.written],
            "marked_removed": [str(path) for path in self.removed],
            "marked_failed": [{"party": party, "reason": reason} for party, reason in self.failed],
        }


def write_marked(
    issuer: Issuer,
    store: Store,
    validation: Validation,
    tasks: Mapping[str, Sequence[str]],
    out: Path,
    progress: Callable[[str, int, int], None],
    *,
    folder: Path | None = None,
) -> Marked:
    """Write a marked workbook for every party with errors or warnings; remove those of parties that have none now.

    ``tasks``: table ids by party. Tables a party has not returned are included empty, so that the same workbook
    can be completed. Workbooks of parties that ``validation`` did not look at stay. ``folder`` is the campaign's, for the
    log of a fault.
    """
    of_party: dict[str, list[Finding]] = defaultdict(list)
    for finding in validation.findings:
        if finding.party:
            of_party[finding.party].append(finding)
    # notes tell what was tidied; they go along, but alone they are no reason to send a workbook back
    of_party = {
        party: found
        for party, found in of_party.items()
        if any(finding.severity != "note" for finding in found)
    }
    held: dict[str, list[Held]] = defaultdict(list)
    for delivery in store.deliveries():
        held[delivery.party].append(delivery)
    rounds = _rounds(store)
    written, failed = [], []
    names = file_names([*tasks, *sorted(held.keys() | of_party.keys())])
    parties = sorted(party for party in of_party if tasks.get(party))  # others: ``status``
    paths = {party: out / f"{names[party]}-退回修改.xlsx" for party in parties}
    taken_in = _taken_in(store)
    for position, party in enumerate(parties):
        progress(party, position, len(parties))
        path = paths[party]
        try:
            with contained("写退回修改的工作簿", party, folder):
                if not (path.is_file() and sha256_of(path) in taken_in):
                    only_ours([path])
                content = _content(
                    issuer, store, party, held[party], of_party[party], tasks[party], rounds[party] + 1
                )
                write_workbook(path, content, issuer.catalog, issuer.secret)
        except (ProgramFault, UsageError) as error:
            failed.append((party, str(error)))
            continue
        written.append(path)
    progress("", len(parties), len(parties))
    return Marked(tuple(written), _tidied(issuer, store, out, of_party, validation.looked_at), tuple(failed))


def _taken_in(store: Store) -> frozenset[str]:
    """Return the SHA-256 of all that was ever taken in: a copy of it may be replaced."""
    return frozenset(str(event.data["sha256"]) for event in store.events(SUBMISSION))


def _rounds(store: Store) -> dict[str, int]:
    """Return by party in which round it has returned last, be that taken back since or not."""
    found: dict[str, int] = defaultdict(int)
    for event in store.events(SUBMISSION):
        party = event.data.get("party", "")
        found[party] = max(found[party], int(event.data.get("round", 0)))
    return found


def _tidied(
    issuer: Issuer, store: Store, out: Path, open_parties: Container[str], looked_at: Container[str] | None
) -> tuple[Path, ...]:
    """Remove marked workbooks of ours, known by their stamp, of parties that have nothing to repair now.

    One that somebody has worked in since is kept, unless it was taken in: it may be the only copy of a return.
    """
    known = _taken_in(store)
    removed = []
    for path in sorted(out.glob("*.xlsx")) if out.is_dir() else ():
        party = _whose(issuer, path)
        if party is None or party in open_parties or (looked_at is not None and party not in looked_at):
            continue
        if as_written(path) or sha256_of(path) in known:
            path.unlink()
            removed.append(path)
    return tuple(removed)


def _whose(issuer: Issuer, path: Path) -> str | None:
    """Return whose marked workbook of this campaign a file is; None for any other."""
    try:
        with contained("读这份表", path.name):
            stamped = read_stamp(read_book_safely(path).stamp_rows)
    except StatecollectError:
        return None
    if stamped is None or not genuine(*stamped, issuer.secret):
        return None
    stamp = stamped[0]
    return stamp.party if (stamp.kind, stamp.campaign) == ("marked", issuer.config.campaign) else None


def _content(
    issuer: Issuer,
    store: Store,
    party: str,
    held: Sequence[Held],
    findings: Sequence[Finding],
    tasks: Sequence[str],
    number: int,
) -> BookContent:
    """Return one party's workbook again: the rows of its current originals, and what was found in them.

    ``number``: how often its data will have been sent back then.
    """
    known = issuer.catalog.tables
    wanted: dict[str, list[str]] = defaultdict(list)
    for delivery in held:
        if delivery.sha256:
            wanted[delivery.sha256].append(delivery.table)
    names = {delivery.sha256: delivery.file for delivery in held}
    sources: list[Source] = []
    prefilled: dict[str, tuple[str, ...]] = {}
    for sha256, of_book in wanted.items():
        path = store.original(sha256)
        book = replace(read_book_safely(path), name=names[sha256])
        stamped = read_stamp(book.stamp_rows)
        prefilled |= {
            entry: said
            for entry, said in (stamped[0].prefilled if stamped else {}).items()
            if entry in of_book
        }
        sources.append(Source(book, frozenset(of_book)))
    tables = [known[table_id] for table_id in tasks if table_id in known]
    returned = lay_out(sources, issuer.catalog, tables)
    return book_content(
        issuer,
        party,
        tables,
        rows=returned.rows,
        returned=returned,
        findings=by_table(moved(with_nearest(findings, store, issuer.catalog), returned.moves)),
        nil=[delivery.table for delivery in held if delivery.nil],
        kind="marked",
        prefilled=prefilled,
        round=number,
        made_from=tuple(sorted(wanted)),
    )


def by_table(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Return findings by table id, in their order."""
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        found[finding.table].append(finding)
    return found
