"""Returns of the small school as a clerk makes them: its template opened, filled and saved by another program."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl

import small_school
from statecollect.campaign import Campaign

OFFICE = "教务处"
SEPTEMBER = dt.datetime(2024, 9, 1, 8, 0, tzinfo=dt.UTC)


def codes(first: int, beyond: int) -> dict[str, int]:
    """Majors by their code, each with its number of students."""
    return {f"A{at:03}": 20 + at for at in range(first, beyond)}


def save(
    base: Path,
    path: Path,
    majors: Mapping[str, int] | None = None,
    units: Sequence[str] | None = None,
    *,
    saved: dt.datetime | None = None,
    file_time: dt.datetime | None = None,
    office: str = OFFICE,
) -> Path:
    """Fill the workbook ``base`` anew and save it as ``path``, at a time of its own and with a file time."""
    book = openpyxl.load_workbook(base)
    for tab in book.sheetnames:
        sheet = book[tab]
        if tab.startswith("1.2.1") and majors is not None:
            sheet.delete_rows(5, sheet.max_row)
            for code, students in majors.items():
                row = sheet.max_row + 1 if sheet.max_row > 4 else 5
                for column, value in ((1, code), (2, "甲"), (6, 3), (9, office), (15, students)):
                    sheet.cell(row, column).value = value
        if tab.startswith("1.1.3") and units is not None:
            sheet.delete_rows(5, sheet.max_row)
            for at, unit in enumerate(units):
                sheet.cell(5 + at, 1).value = unit
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    if saved is not None:
        say_saved(path, saved)
    if file_time is not None:
        touch(path, file_time)
    return path


def say_saved(path: Path, when: dt.datetime | None) -> None:
    """Let a workbook say that it was saved then; None: let it say nothing."""
    other = path.with_suffix(".neu")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            content = source.read(info)
            if info.filename == "docProps/core.xml":
                text = f"{when.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}" if when else ""
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + text.encode(), content)
            target.writestr(info, content)
    other.replace(path)


def touch(path: Path, when: dt.datetime) -> None:
    """Set the time of a file."""
    os.utime(path, (when.timestamp(),) * 2)


def journal(campaign: Campaign) -> bytes:
    """Return the journal as it lies on disk."""
    path = campaign.folder / "store" / "journal.jsonl"
    return path.read_bytes() if path.is_file() else b""


def copy(school: Path, to: Path) -> Campaign:
    """Return a campaign of a test's own."""
    return Campaign.open(shutil.copytree(school / "采集", to / "采集"))


def students(campaign: Campaign) -> dict[str, int]:
    """Return what counts: students by the code of the major."""
    table = campaign.table("1.2.1")
    return dict(zip(table["专业代码"], map(int, table["男生"]), strict=True))


def outcomes(campaign: Campaign, paths: Sequence[Path], **options: object) -> dict[str, str]:
    """Take in, and return what became of each file."""
    results = campaign.ingest(paths, now=small_school.NOW, **options)  # type: ignore[arg-type]
    return {one.place: one.outcome for one in results}
