"""Several workbooks of one party: which are versions of one return, which are its parts, and which counts.

Which is newer is told by the round in the stamp, then by the time the workbook says it was saved, at last by the file's
own time – never by its name. Two are versions where half of their rows or more are the same ones, parts of one
return where none is; anything between is for people to decide.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from statecollect.catalog import Catalog, Table
from statecollect.core.spelling import spelled
from statecollect.store import Delivery

Relation = Literal["versions", "parts", "unclear"]
KeysByTable = Mapping[
    str, frozenset[Hashable]
]  # by table id, each row by its key; none where nothing is reported
_NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)
_SAME = 0.5  # from this share of common rows on two workbooks are versions of one return


@dataclass(frozen=True, slots=True)
class Version:
    """One workbook of a party. ``rows`` None: which ones it has is not known, only its tables.

    ``standing``: it counts now; ``file_time`` None: the file is not at hand, only what was taken in.
    """

    sha256: str
    name: str
    tables: frozenset[str]
    rows: KeysByTable | None = None
    round: int = 0
    modified: dt.datetime | None = None
    file_time: int | None = None
    made_from: tuple[str, ...] = ()
    standing: bool = False


@dataclass(frozen=True, slots=True)
class SortedReturns:
    """Which fresh workbooks count, each with those it replaces, newest first, and those that go on counting beside it.

    ``superseded``: by SHA-256 the newer one; ``unclear``: by SHA-256 the other one of a pair nobody can judge.
    """

    counting: tuple[Version, ...] = ()
    replaced: Mapping[str, tuple[Version, ...]] = field(default_factory=dict)
    superseded: Mapping[str, Version] = field(default_factory=dict)
    unclear: Mapping[str, tuple[Version, str]] = field(default_factory=dict)


ORDER_UNKNOWN = "看不出哪份更新"
PARTLY_SAME = "有一部分行相同，看不出是新旧两份还是同一份的两部分"


def rows_of(catalog: Catalog, deliveries: Iterable[Delivery]) -> dict[str, frozenset[Hashable]]:
    """Return each table's rows by their key, whole where the table has none or a row lacks it."""
    found: dict[str, set[Hashable]] = {}
    for one in deliveries:
        table = catalog.tables[one.table]
        names = found.setdefault(one.table, set())
        names |= {_identity(table, row) for row in one.by_row(table.fields)}
    return {table_id: frozenset(names) for table_id, names in found.items()}


def _identity(table: Table, row: Sequence[object]) -> Hashable:
    if table.rows == "one":
        return ()
    texts = {one.name: spelled(value) for one, value in zip(table.fields, row, strict=True)}
    key = tuple(texts[name] for name in table.key)
    return key if any(key) else tuple(texts.values())


def relation(one: Version, other: Version) -> Relation:
    """Say what two workbooks of one party are to each other."""
    if one.sha256 in other.made_from or other.sha256 in one.made_from:
        return "versions"
    common = one.tables & other.tables
    if not common:
        return "parts"
    if one.rows is None or other.rows is None:
        return "versions"
    pairs = [(one.rows.get(table, frozenset()), other.rows.get(table, frozenset())) for table in common]
    smaller = sum(min(len(ours), len(theirs)) for ours, theirs in pairs)
    same = sum(len(ours & theirs) for ours, theirs in pairs)
    if not smaller:
        return _where_one_is_empty(one, other, pairs)
    if not same:
        return "parts"
    return "versions" if same >= smaller * _SAME else "unclear"


def _where_one_is_empty(
    one: Version, other: Version, pairs: Iterable[tuple[frozenset[Hashable], frozenset[Hashable]]]
) -> Relation:
    """Judge by nil returns alone: they contradict rows, unless each of the two has rows that the other lacks."""
    filled = [any(version.rows.values()) for version in (one, other) if version.rows is not None]
    if any(ours or theirs for ours, theirs in pairs):
        return "parts" if all(filled) else "versions"
    return "versions" if one.tables == other.tables else "parts"


def sort_out(fresh: Sequence[Version], standing: Sequence[Version], *, again: bool = False) -> SortedReturns:
    """Sort out the workbooks of one party; what stands now may be superseded, is never held, and may remain beside.

    ``again``: what was taken in before, and is not at hand, does not forbid an older one.
    """
    counting: list[Version] = []
    replaced: dict[str, list[Version]] = {}
    superseded: dict[str, Version] = {}
    unclear: dict[str, tuple[Version, str]] = {}
    for one in _newest_first([*fresh, *standing], again):
        related = [(other, relation(one, other)) for other in counting]
        newer = [other for other, what in related if what == "versions"]
        doubtful = [other for other, what in related if what == "unclear"]
        tied = [other for other in newer if _tied(one, other)]
        if tied or (doubtful and not newer):
            why = ORDER_UNKNOWN if tied else PARTLY_SAME
            for other in tied or doubtful:
                if not one.standing:
                    unclear[one.sha256] = other, why
                if not other.standing:
                    unclear[other.sha256] = one, why
            counting.append(one)
        elif newer:
            superseded[one.sha256] = newer[0]
            for other in newer:
                replaced.setdefault(other.sha256, []).append(one)
        else:
            counting.append(one)
    return SortedReturns(
        tuple(one for one in counting if one.sha256 not in unclear),
        {sha256: tuple(those) for sha256, those in replaced.items()},
        superseded,
        unclear,
    )


def _newest_first(versions: Sequence[Version], again: bool) -> list[Version]:
    timed = {
        number: all(one.modified is not None for one in versions if one.round == number)
        for number in {one.round for one in versions}
    }

    def age(one: Version) -> tuple[object, ...]:
        absent = one.standing and one.file_time is None
        saved = one.modified or _NEVER
        first = (
            saved if timed[one.round] else _NEVER
        )  # where one does not say, the others' word decides nothing
        # at the very end by content: the same files give the same answer whatever they are called
        return (not (again and absent), one.round, first, not absent, one.file_time or 0, saved, one.sha256)

    return sorted(versions, key=age, reverse=True)


def _tied(one: Version, other: Version) -> bool:
    """Whether nothing tells which of the two is newer; what is at hand is newer than what was taken in before."""
    if one.round != other.round or one.file_time is None or other.file_time is None:
        return False
    if one.modified is not None and other.modified is not None and one.modified != other.modified:
        return False
    return one.file_time == other.file_time
