"""What a department runs before it returns a workbook: no campaign, the same checks as ``ingest`` and ``validate``.

Rules that need tables this workbook does not hold are not run, and not reported: nobody here can repair them. Rules
about the whole college, and references into tables that others fill too, are left to ``validate``, and counted.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from statecollect.campaign.outgoing.marked_return import by_table
from statecollect.campaign.outgoing.moved_cells import moved
from statecollect.campaign.outgoing.received_layout import Source, lay_out
from statecollect.catalog import Catalog, load_catalog, years
from statecollect.catalog.sql import tables_in
from statecollect.core.containment import contained
from statecollect.core.outputs import only_ours
from statecollect.core.untrusted.password import unlocked
from statecollect.findings import Finding, Origin
from statecollect.findings.catalogue import phrase, said
from statecollect.intake.result import FileResult
from statecollect.intake.returns import ReadReturn, no_table, proposed, read_return, several_parties
from statecollect.rules import BoundRule, ownership, repeats, rules_of, run
from statecollect.rules.ownership import KnownPeople
from statecollect.store import Store
from statecollect.store.derived_tables import sources
from statecollect.workbook.book_content import BookContent, sheets_of
from statecollect.workbook.read.identity import parties_on_covers
from statecollect.workbook.recognise.cover_text import read_cover
from statecollect.workbook.write.writer import write_workbook


def check_file(
    path: Path, year: str | None = None, marked: Path | None = None, password: str = ""
) -> FileResult:
    """Check one workbook against its year's catalog; write it again to ``marked`` with what was found, if given.

    Raises UnreadableFile when it cannot be read, ProgramFault when the program fails at it.
    """
    with contained("检查这份表", path.name), unlocked(path, password) as opened:
        return _check(opened, year, marked)


def _check(path: Path, year: str | None, marked: Path | None) -> FileResult:
    catalog = load_catalog(year)
    reading = read_return(path, catalog)
    if year is None and reading.stamp is not None and reading.stamp.year != catalog.year.year:
        if reading.stamp.year not in years():
            return _refused(reading, f"这是 {reading.stamp.year} 年度的模板，本程序没有这个年度的数据目录")
        catalog = load_catalog(reading.stamp.year)
        reading = read_return(path, catalog)
    refused = _as_ingest_would(reading, catalog)
    if refused is not None:
        return _refused(reading, refused)
    if not reading.deliveries:
        return _refused(reading, no_table(reading.resembles))
    strange = ownership.findings(reading.deliveries, catalog, KnownPeople.of(catalog))
    broken, waiting = _rule_findings(reading, catalog)
    whose = [*_without_stamp(reading), *_not_asked_for(reading)]
    findings = sorted([*whose, *reading.all_findings(), *strange, *broken], key=Finding.sort_key)
    if marked is not None:
        _write_marked(marked, reading, catalog, findings)
    return FileResult(
        file=reading.book.name,
        outcome="accepted",
        party=reading.stamp.party if reading.stamp else "",
        sha256=reading.book.sha256,
        deliveries=reading.deliveries,
        ignored=reading.ignored,
        findings=tuple(findings),
        missing=reading.missing,
        waiting=waiting,
    )


def _as_ingest_would(reading: ReadReturn, catalog: Catalog) -> str | None:
    """Say why ``ingest`` will refuse this workbook, as far as that can be told without a campaign."""
    parties = reading.book.identity.parties()
    if len(parties) > 1:
        return several_parties(parties)
    if reading.stamp is not None and reading.stamp.kind == "export":
        return "这是导出的汇总表，不是填报表；请用模板或退回修改的表填报"
    return ownership.refusal(reading.deliveries, catalog, KnownPeople.of(catalog))


def _without_stamp(reading: ReadReturn) -> list[Finding]:
    """Say what taking in will need where the workbook does not say whose it is."""
    if reading.stamp is not None:
        return []
    covers = parties_on_covers(reading.book.sheets)
    proposal = proposed(covers)
    told = said(
        "S16",
        "none",
        proposal=f"；{proposal}" if proposal else "",
        party=covers[0] if len(covers) == 1 else phrase("S16", "party", "nobody"),
    )
    return [told.at(origin=Origin(reading.book.name))]


def _not_asked_for(reading: ReadReturn) -> list[Finding]:
    """Say which tables the template's party was not asked for: they will be sent back."""
    asked = reading.stamp.tables if reading.stamp is not None else ()
    strange = [one for one in reading.deliveries if asked and one.table not in asked]
    return [
        said("S16", "not_asked", table=one.table, party=one.party).at(
            one.table, Origin(one.file, one.sheet), party=one.party
        )
        for one in strange
    ]


def _write_marked(out: Path, reading: ReadReturn, catalog: Catalog, findings: Sequence[Finding]) -> None:
    """Write the workbook again, marked; it keeps its stamp, so that it can be repaired and returned as it is."""
    stamp = reading.stamp
    delivered = tuple(dict.fromkeys(one.table for one in reading.deliveries))
    tables = [catalog.tables[one] for one in (stamp.tables if stamp else delivered) if one in catalog.tables]
    returned = lay_out([Source(reading.book, frozenset(table.id for table in tables))], catalog, tables)
    nil = {one.table for one in reading.deliveries if one.nil}
    found = by_table(moved(findings, returned.moves))
    cover = read_cover(reading.book, tables)
    content = BookContent(
        title=catalog.year.title,
        school=stamp.school if stamp else "",
        party=stamp.party if stamp else "",
        tasks=cover.tasks,
        deadline=cover.deadline,
        contact=cover.contact,
        sheets=sheets_of(tables, returned.rows, returned.besides, found, nil),
        general=found.get("", ()),
        copies=returned.copies,
        elsewhere=returned.elsewhere,
        stamp=stamp,
        signature=reading.signature,
    )
    only_ours([out])
    write_workbook(out, content, catalog)


def _rule_findings(reading: ReadReturn, catalog: Catalog) -> tuple[list[Finding], int]:
    """Return what rules find that this workbook alone can tell, and how many rules were left out."""
    alone = reading.stamp.alone if reading.stamp else ()
    whole = frozenset(
        table.short for table in catalog.tables.values() if sources(catalog, table) <= frozenset(alone)
    )
    with Store.in_memory(catalog, dict(catalog.year.parameters)) as store:
        store.apply(reading.deliveries)
        present = [catalog.tables[one] for one in dict.fromkeys(one.table for one in reading.deliveries)]
        rules = [rule for table in present for rule in rules_of(catalog, table)]
        chosen = [rule for rule in rules if _tells_of_a_part(rule, catalog, whole)]
        found = [finding for result in run(store, chosen) for finding in result.findings]
    return found, len(rules) - len(chosen)


def _tells_of_a_part(bound: BoundRule, catalog: Catalog, whole: Collection[str]) -> bool:
    """Whether a rule is right about one party's data: it looks at single rows, or at tables nobody else fills.

    A key or a unique value that comes twice in a part comes twice in the whole.
    """
    rule = bound.rule
    reads = {name for name in tables_in(rule.check or rule.find or "") if name in catalog.by_short}
    return repeats(bound) or reads <= set(whole)


def _refused(reading: ReadReturn, reason: str) -> FileResult:
    return FileResult(
        reading.book.name,
        "refused",
        party=reading.stamp.party if reading.stamp else "",
        sha256=reading.book.sha256,
        reason=reason,
        ignored=reading.ignored,
        findings=reading.findings,
        resembles=reading.resembles,
    )
