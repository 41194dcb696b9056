"""Identity of a workbook: whose it is, of which campaign, which tables – signed.

The stamp sits in a very hidden sheet as key/value lines. The HMAC-SHA256 signature keeps a workbook from being
passed off as another party's by editing the sheet; it is no protection against whoever holds the campaign's key.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["template", "marked", "export"]

FORMAT = "1"
_MARK = "statecollect"
_SEPARATOR = " "  # table ids hold no blanks


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a workbook says about itself. ``schema`` is the start of the catalog's digest."""

    campaign: str
    school: str
    year: str
    party: str
    tables: tuple[str, ...]
    schema: str
    kind: Kind = "template"

    def rows(self, secret: bytes) -> list[tuple[str, str]]:
        """Return the key/value lines, the signature last (empty without a key)."""
        return [*self._lines(), ("signature", _sign(self, secret))]

    def _lines(self) -> list[tuple[str, str]]:
        return [
            (_MARK, FORMAT),
            ("campaign", self.campaign),
            ("school", self.school),
            ("year", self.year),
            ("party", self.party),
            ("tables", _SEPARATOR.join(self.tables)),
            ("schema", self.schema),
            ("kind", self.kind),
        ]


def read_stamp(rows: Iterable[tuple[str, str]]) -> tuple[Stamp, str] | None:
    """Return the stamp and its signature as found, or None where the lines are no stamp of this format.

    Nothing is verified here; see ``genuine``.
    """
    found = dict(rows)
    kind = found.get("kind")
    if found.get(_MARK) != FORMAT or kind not in get_args(Kind):
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
        )
    except KeyError:
        return None
    return stamp, found.get("signature", "")


def genuine(stamp: Stamp, signature: str, secret: bytes) -> bool:
    """Whether the signature was made with this key for exactly this stamp; an empty key proves nothing."""
    expected = _sign(stamp, secret)
    return bool(expected) and hmac.compare_digest(expected.encode(), signature.strip().encode())


def _sign(stamp: Stamp, secret: bytes) -> str:
    if not secret:
        return ""
    # JSON quotes the values, so that no two stamps share one text
    text = json.dumps(stamp._lines(), ensure_ascii=True)
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()
