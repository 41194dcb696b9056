"""Identity of a workbook: whose it is, of which campaign, which tables – signed.

The stamp sits in a very hidden sheet as key/value lines. The HMAC-SHA256 signature keeps a workbook from being
passed off as another party's by editing the sheet; it is no protection against whoever holds the campaign's key.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from statecollect.core.spelling import spelled

BookKind = Literal["template", "marked", "export"]

FORMAT = "1"
MARK = "statecollect"
_SEPARATOR, _IS = " ", ":"  # table ids hold neither
_ALONE = "alone"
_PREFILLED = "prefilled "  # then the table's id; several lines a table where there are many rows
_ROUND, _MADE_FROM = "round", "made_from"
HIGHEST_ROUND = 9999
_DIGEST = 6  # hexadecimal digits that tell one row of a table from another
_ROWS_A_CELL = 5000  # a cell holds 32,767 characters


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a workbook says about itself. ``schema``: ``schema_line`` of its tables, as they were when it was made; in
    stamps of the first release the start of the whole catalog's digest.

    ``prefilled``: by table id a short digest of every row that was laid out for confirmation, so that what comes
    back unchanged is noticed. ``round``: how often this party's data had been sent back when the workbook was made;
    ``made_from``: SHA-256 of the originals a marked return shows again. A template has neither. ``alone``: the tables
    that nobody else fills.
    """

    campaign: str
    school: str
    year: str
    party: str
    tables: tuple[str, ...]
    schema: str
    kind: BookKind = "template"
    prefilled: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    round: int = 0
    made_from: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()

    def rows(self, secret: bytes) -> list[tuple[str, str]]:
        """Return the key/value lines, the signature last (empty without a key)."""
        return [*self._lines(), ("signature", _sign(self, secret))]

    @property
    def schema_of(self) -> Mapping[str, str]:
        """Digest by table id; none in stamps of the first release, which know one of the whole year only."""
        pairs = (word.partition(_IS) for word in self.schema.split(_SEPARATOR))
        return {table_id: digest for table_id, sign, digest in pairs if sign}

    def _lines(self) -> list[tuple[str, str]]:
        return [
            (MARK, FORMAT),
            ("campaign", self.campaign),
            ("school", self.school),
            ("year", self.year),
            ("party", self.party),
            ("tables", _SEPARATOR.join(self.tables)),
            ("schema", self.schema),
            ("kind", self.kind),
            *([(_ALONE, _SEPARATOR.join(self.alone))] if self.alone else []),
            *(
                (f"{_PREFILLED}{table_id} {at // _ROWS_A_CELL}", "".join(digests[at : at + _ROWS_A_CELL]))
                for table_id, digests in self.prefilled.items()
                for at in range(0, len(digests), _ROWS_A_CELL)
            ),
            # only where there is something to say: stamps of templates are as they have always been
            *([(_ROUND, str(self.round))] if self.round else ()),
            *([(_MADE_FROM, _SEPARATOR.join(self.made_from))] if self.made_from else ()),
        ]


def read_stamp(rows: Iterable[tuple[str, str]]) -> tuple[Stamp, str] | None:
    """Return the stamp and its signature as found, or None where the lines are no stamp of this format.

    Nothing is verified here; see ``genuine``.
    """
    found = dict(rows)
    kind = found.get("kind")
    if found.get(MARK) != FORMAT or kind not in get_args(BookKind):
        return None
    try:
        stamp = Stamp(
            campaign=found["campaign"],
            school=found["school"],
            year=found["year"],
            party=found["party"],
            tables=tuple(found["tables"].split()),
            schema=found["schema"],
            kind=kind,  # type: ignore[arg-type]  # checked against the literal above
            prefilled=_prefilled(found),
            round=_number(found.get(_ROUND, "")),
            made_from=tuple(found.get(_MADE_FROM, "").split()),
            alone=tuple(found.get(_ALONE, "").split()),
        )
    except KeyError:
        return None
    return stamp, found.get("signature", "")


def schema_line(digests: Mapping[str, str]) -> str:
    """Return what a stamp says of the schemas of its tables: ``1.1.1:ea219ba72754 1.1.2:…``."""
    return _SEPARATOR.join(f"{table_id}{_IS}{digest}" for table_id, digest in digests.items())


def row_digest(values: Iterable[object]) -> str:
    """Return a short digest of what a row says, typed values and what is read back of them alike."""
    text = "\x1f".join(map(spelled, values))
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGEST]


def _prefilled(lines: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for key, text in lines.items():
        if key.startswith(_PREFILLED):
            table_id, *_ = *key.removeprefix(_PREFILLED).split(), ""
            found[table_id] += tuple(text[at : at + _DIGEST] for at in range(0, len(text), _DIGEST))
    return dict(found)


def _number(text: str) -> int:
    """Return a round; anything that is none of ours is no round, and the signature will say so."""
    plain = text.isascii() and text.isdigit() and len(text) <= len(str(HIGHEST_ROUND))
    return int(text) if plain else 0


def genuine(stamp: Stamp, signature: str, secret: bytes) -> bool:
    """Whether the signature was made with this key for exactly this stamp; an empty key proves nothing."""
    expected = _sign(stamp, secret)
    return bool(expected) and hmac.compare_digest(
        expected.encode(), signature.strip().encode(errors="replace")
    )


def _sign(stamp: Stamp, secret: bytes) -> str:
    if not secret:
        return ""
    # JSON quotes the values, so that no two stamps share one text
    text = json.dumps(stamp._lines(), ensure_ascii=True)
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()
