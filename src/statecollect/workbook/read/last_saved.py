"""When a workbook was last saved, as it says itself: the name of a file and its time on disk change on the way."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
import zlib
from pathlib import Path

from statecollect.workbook.layout import CREATED

_LARGEST = 1 << 20  # bytes of the part with the properties
_SAYS = {
    "docprops/core.xml": re.compile(rb"<(?:\w{1,20}:)?modified\b[^<>]{0,200}>([^<>]{1,60})<"),
    "meta.xml": re.compile(rb"<dc:date>([^<>]{1,60})<"),
}
_TOMORROW = dt.timedelta(days=1)


def modified_of(path: Path) -> dt.datetime | None:
    """Return when the workbook was last saved; None where it does not say, or says what cannot be.

    A template as we wrote it has a time of its own, the same for all: it says nothing.
    """
    said = _said(path)
    if said is None or said == _ours() or said > dt.datetime.now(dt.UTC) + _TOMORROW:
        return None
    return said


def as_written(path: Path) -> bool:
    """Whether nobody has saved this workbook since we wrote it."""
    return _said(path) == _ours()


def _ours() -> dt.datetime:
    return CREATED.replace(tzinfo=dt.UTC)


def _said(path: Path) -> dt.datetime | None:
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                pattern = _SAYS.get(info.filename.lower())
                if pattern is None or info.flag_bits & 1:
                    continue
                with archive.open(info) as part:
                    found = pattern.search(part.read(_LARGEST))
                return _time(found[1].decode("ascii")) if found else None
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, OSError, EOFError):
        return None
    return None


def _time(text: str) -> dt.datetime | None:
    """Return a moment; one without a zone (LibreOffice writes such) is this machine's."""
    try:
        found = dt.datetime.fromisoformat(text.strip())
        return (found if found.tzinfo else found.astimezone()).astimezone(dt.UTC)
    except (ValueError, OverflowError, OSError):
        return None
