"""One file as read, without the weight of its cells: what decides whether and how it counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from statecollect.catalog import Catalog
from statecollect.core.containment import contained
from statecollect.core.errors import StatecollectError, StoreError
from statecollect.core.untrusted.password import unlocked
from statecollect.findings import Finding
from statecollect.intake.arrival import Arrival
from statecollect.intake.result import FileOutcome, FileResult
from statecollect.intake.returns import read_return
from statecollect.store import Delivery
from statecollect.workbook.read.identity import parties_on_covers
from statecollect.workbook.read.last_saved import modified_of
from statecollect.workbook.read.reader import Book
from statecollect.workbook.recognise.recognised import Ignored, Resemblance
from statecollect.workbook.stamp import MARK, Stamp, genuine


@dataclass(frozen=True, slots=True)
class Candidate:
    """A workbook that might count. ``path`` is the opened copy of a protected one; ``name`` is what it is told by.

    ``stamped``: it has a sheet of identity, be it readable or not; ``genuine``: what stands there was signed by us.
    ``parties``: whose stamps are in it, ``covers``: whom its covers name; ``by_cover``: that was taken for the party.
    ``findings`` are about the file, those about cells are the deliveries'.
    """

    path: Path
    name: str
    place: str
    party: str
    sha256: str
    deliveries: tuple[Delivery, ...]
    ignored: tuple[Ignored, ...] = ()
    findings: tuple[Finding, ...] = ()
    missing: tuple[str, ...] = ()
    stamp: Stamp | None = None
    stamped: bool = False
    genuine: bool = False
    modified: dt.datetime | None = None
    file_time: int | None = None
    parties: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    by_cover: bool = False
    resembles: Resemblance | None = None

    @property
    def round(self) -> int:
        """How often the party's data had been sent back when this workbook was made, as far as that can be believed."""
        return self.stamp.round if self.stamp is not None and self.genuine else 0

    @property
    def made_from(self) -> tuple[str, ...]:
        """The originals a marked return shows again, as far as that can be believed."""
        return self.stamp.made_from if self.stamp is not None and self.genuine else ()

    @property
    def tables(self) -> frozenset[str]:
        """The ids of its tables, nil returns included."""
        return frozenset(one.table for one in self.deliveries)

    def result(self, outcome: FileOutcome, reason: str | None = None, *, told: bool = True) -> FileResult:
        """Return what became of it; its tables and findings only where they are ``told``."""
        cells = [finding for one in self.deliveries for finding in one.findings]
        found = [*self.findings, *sorted(cells, key=Finding.sort_key)]
        return FileResult(
            file=self.name,
            outcome=outcome,
            party=self.party,
            sha256=self.sha256,
            reason=reason,
            deliveries=self.deliveries if told else (),
            ignored=self.ignored,
            findings=tuple(found) if told else (),
            missing=self.missing if told else (),
            place=self.place,
            resembles=self.resembles if not self.deliveries else None,
        )


def read_file(
    found: Arrival,
    catalog: Catalog,
    *,
    secret: bytes,
    today: dt.date,
    expected: Sequence[str],
    department: str,
    password: str,
    folder: Path | None,
    opened: ExitStack,
) -> Candidate | FileResult:
    """Read one file, or say why it cannot be read; whatever happens in reading it costs this file only.

    What is kept of a protected one is the opened copy: nobody keeps passwords.
    """
    try:
        with contained("读这份表", found.name, folder):
            plain = opened.enter_context(unlocked(found.path, password))
            reading = read_return(
                plain, catalog, name=found.name, party=department, expected=expected, today=today
            )
            stamp = reading.stamp
            return Candidate(
                path=plain,
                name=found.name,
                place=found.place,
                party=department or (stamp.party if stamp else ""),
                sha256=reading.book.sha256,
                deliveries=reading.deliveries,
                ignored=reading.ignored,
                findings=reading.findings,
                missing=reading.missing,
                stamp=stamp,
                stamped=_stamped(reading.book),
                genuine=stamp is not None and genuine(stamp, reading.signature, secret),
                modified=modified_of(plain),
                file_time=found.path.stat().st_mtime_ns,
                parties=reading.book.identity.parties(),
                covers=parties_on_covers(reading.book.sheets) if stamp is None else (),
                resembles=reading.resembles,
            )
    except StoreError:
        raise
    except StatecollectError as error:
        if error.where == found.path.name:
            error.where = found.name
        return FileResult(
            found.name,
            "refused",
            reason=str(error),
            place=found.place,
            unusable=True,
            reason_id=error.reason,
        )


def _stamped(book: Book) -> bool:
    """Whether a workbook has a sheet of identity, or had one that was given another name."""
    return bool(book.stamp_rows) or any(
        str(value) == MARK for sheet in book.sheets for row in islice(sheet.rows, 1) for value in row[:1]
    )


def with_findings(read: Candidate, findings: Sequence[Finding]) -> Candidate:
    """Return the candidate with more findings about the file."""
    return replace(read, findings=(*read.findings, *findings))
