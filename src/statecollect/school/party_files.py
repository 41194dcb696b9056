"""A file name for each party: one that every system takes, and no two alike."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable

from statecollect.core.names import tidy_name
from statecollect.school.parties import label_of

MOST_BYTES = (
    180  # of 255: what is written round it (审核报表-, -退回修改.xlsx, a half-written copy) needs its room
)
_FORBIDDEN = re.compile(r'[\\/:*?"<>|]')
_RESERVED = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])(?=$|\.|\s)", re.I
)


def safe_stem(name: str) -> str:
    """Return a file name, without its suffix, that Windows, macOS and Linux take for this name."""
    stem = _FORBIDDEN.sub("_", tidy_name(name).replace("／", "_").replace("＼", "_")).lstrip(".")
    stem = unicodedata.normalize("NFC", stem).strip(" .") or "_"
    if _RESERVED.match(stem):
        stem = f"_{stem}"
    return _cut(stem, MOST_BYTES, name)


def file_names(parties: Iterable[str]) -> dict[str, str]:
    """Return for each party a file name without suffix; those that some file system takes for one are kept apart.

    The first to come keeps the plain name, the others carry a mark made from their own name: so a party that joins at the
    end renames nobody.
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for party in dict.fromkeys(parties):
        stem = safe_stem(label_of(party))
        if _folded(stem) in taken:
            stem = _cut(stem, MOST_BYTES - 7, "") + f"-{_mark(party, 6)}"
        if _folded(stem) in taken:
            stem = _mark(party, 32)
        names[party] = stem
        taken.add(_folded(stem))
    return names


def _folded(stem: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", stem).casefold())


def _cut(stem: str, most: int, name: str) -> str:
    """Shorten a name to so many bytes; what was cut away still tells it from others by a mark."""
    content = stem.encode()
    if len(content) <= most:
        return stem
    mark = f"…{_mark(name, 6)}" if name else ""
    return content[: most - len(mark.encode())].decode(errors="ignore").rstrip(" .") + mark


def _mark(name: str, digits: int) -> str:
    return hashlib.sha256(name.encode(errors="replace")).hexdigest()[:digits]
