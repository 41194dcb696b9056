"""The marked return: the party's own rows again, as typed, with what is wrong at each cell.

The rows are read from the kept original, so that invalid values come back exactly as they were typed, and marks
of an earlier round never accumulate.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from statecollect.findings import Finding
from statecollect.moves import moved
from statecollect.nearest import with_nearest
from statecollect.parties import Party
from statecollect.returned import Source, lay_out
from statecollect.store import Held, Store
from statecollect.templates import Issuer, book_content
from statecollect.workbook.reader import read_book
from statecollect.workbook.remarks import comments_of
from statecollect.workbook.stamp import read_stamp
from statecollect.workbook.writer import BookContent, write_workbook


def write_marked(
    issuer: Issuer,
    store: Store,
    findings: Iterable[Finding],
    tasks: Mapping[str, Sequence[str]],
    out: Path,
    progress: Callable[[str, int, int], None],
) -> list[Path]:
    """Write a marked workbook for every party with errors or warnings; return the paths.

    ``tasks``: table ids by party. Tables a party has not returned are included empty, so that the same workbook
    can be completed.
    """
    of_party: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.party:
            of_party[finding.party].append(finding)
    # notes tell what was tidied; they go along, but alone they are no reason to send a workbook back
    of_party = {
        party: found for party, found in of_party.items() if any(one.severity != "note" for one in found)
    }
    held: dict[str, list[Held]] = defaultdict(list)
    for one in store.deliveries():
        held[one.party].append(one)
    written = []
    for position, party in enumerate(sorted(of_party)):
        progress(party, position, len(of_party))
        path = out / f"{Party(party, 'department').file_name}-退回修改.xlsx"
        path.parent.mkdir(parents=True, exist_ok=True)
        content = _content(issuer, store, party, held[party], of_party[party], tasks[party])
        write_workbook(path, content, issuer.catalog, issuer.secret)
        written.append(path)
    progress("", len(of_party), len(of_party))
    return written


def _content(
    issuer: Issuer,
    store: Store,
    party: str,
    held: Sequence[Held],
    findings: Sequence[Finding],
    tasks: Sequence[str],
) -> BookContent:
    """Return one party's workbook again: the rows of its current originals, and what was found in them."""
    known = issuer.catalog.tables
    wanted: dict[str, list[str]] = defaultdict(list)
    for one in held:
        if one.sha256:
            wanted[one.sha256].append(one.table)
    names = {one.sha256: one.file for one in held}
    sources: list[Source] = []
    prefilled: dict[str, tuple[str, ...]] = {}
    for sha256, of_book in wanted.items():
        path = store.original(sha256)
        book = replace(read_book(path), name=names[sha256])
        stamped = read_stamp(book.stamp_rows)
        prefilled |= {
            one: said for one, said in (stamped[0].prefilled if stamped else {}).items() if one in of_book
        }
        sources.append(Source(book, frozenset(of_book), comments_of(path)))
    tables = [known[table_id] for table_id in tasks if table_id in known]
    returned = lay_out(sources, issuer.catalog, tables)
    return book_content(
        issuer,
        party,
        tables,
        rows=returned.rows,
        returned=returned,
        findings=by_table(moved(with_nearest(findings, store, issuer.catalog), returned.moves)),
        nil=[one.table for one in held if one.nil],
        kind="marked",
        prefilled=prefilled,
    )


def by_table(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Return findings by table id, in their order."""
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        found[finding.table].append(finding)
    return found
