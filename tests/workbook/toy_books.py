"""Workbooks of the toy year, written by the one writer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import toy
from statecollect.catalog import Catalog
from statecollect.findings import Finding
from statecollect.workbook.stamp import Stamp
from statecollect.workbook.write.writer import BookContent, SheetContent, Task, write_workbook

SECRET = b"test"
STAMP = Stamp("2099-1", "试验学校", "2099", "教务处", ("1.1.3", "1.2.1"), "abc")


def write(
    path: Path,
    rows: Mapping[str, Sequence[Sequence[object]]] | None = None,
    *,
    tables: Sequence[str] = ("1.1.3", "1.2.1"),
    findings: Mapping[str, Sequence[Finding]] | None = None,
    nil: Sequence[str] = (),
    read_only: bool = False,
    watermark: str | None = None,
) -> Catalog:
    """Write a workbook of toy tables and return their catalog."""
    catalog = toy.catalog()
    content = BookContent(
        title="2099年试验采集",
        school="试验学校",
        party="教务处",
        tasks=[
            Task(catalog.tables[one], "教务处、各系部", "教务处", "教务处", "阳锋", "2099-09-20")
            for one in tables
        ],
        sheets=[
            SheetContent(
                catalog.tables[one], (rows or {}).get(one, ()), (findings or {}).get(one, ()), nil=one in nil
            )
            for one in tables
        ],
        stamp=STAMP,
        deadline="2099-09-20",
        read_only=read_only,
        watermark=watermark,
    )
    write_workbook(path, content, catalog, SECRET)
    return catalog
