"""How the code lists of a year stand to those of a national standard (``schemas/standards/*.csv``)."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from statecollect.catalog import Catalog, CodeList, schemas_root
from statecollect.cleaning import Options, clean
from statecollect.intake.columns import choices_of

ALL = "*"  # in ``unlike``: every label that the list does not know
Decision = Literal["value", "synonym", "unlike", "open"]


@dataclass(frozen=True, slots=True)
class Compared:
    """One label of the standard beside our list: taken as what (``ours``), or not and why, or not decided (``open``)."""

    codes: str
    name: str
    standard: str
    label: str
    decision: Decision
    ours: str = ""
    why: str = ""


def standard_lists(root: Path | None = None) -> Mapping[str, tuple[str, ...]]:
    """Return the labels of each list of the standards that are kept beside the years."""
    lists: dict[str, list[str]] = {}
    for path in sorted(((root or schemas_root()) / "standards").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                lists.setdefault(row["list"], []).append(row["label"])
    return {name: tuple(labels) for name, labels in lists.items()}


def compare_codes(catalog: Catalog, standard: Mapping[str, tuple[str, ...]]) -> list[Compared]:
    """Return what each list makes of each label of its pair. Raises KeyError for a pair that no standard has."""
    return [
        _compared(codes, pair, label)
        for codes in catalog.codes.values()
        if codes.pair and codes.pair != "none"
        for pair in codes.pair
        for label in standard[pair]
    ]


def undecided(catalog: Catalog) -> list[str]:
    """Return the lists of which nobody has said what their pair is."""
    return [codes.id for codes in catalog.codes.values() if codes.pair is None]


def _compared(codes: CodeList, pair: str, label: str) -> Compared:
    taken = clean("code", label, options=Options(choices=choices_of(codes)))
    known = taken.value if taken.value in codes.labels else None
    why = codes.unlike.get(label) or codes.unlike.get(ALL, "")
    if isinstance(known, str):
        return Compared(codes.id, codes.name, pair, label, "value" if known == label else "synonym", known)
    return Compared(codes.id, codes.name, pair, label, "unlike" if why else "open", why=why)
