"""A new .xlsx file: the options every workbook of ours is made with, and the guarantee that it appears whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

from statecollect.core.outputs import aside
from statecollect.core.visible import visible
from statecollect.workbook.layout import CREATED
from statecollect.workbook.write.fast_sheet import FastSheet

_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,  # a text that begins with = stays a text
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}


@contextmanager
def new_book(path: Path, title: str, author: str) -> Iterator[Any]:
    """Give an XlsxWriter workbook; after the block the file is at ``path``, after an error nothing is."""
    # rows wait in temporary files: personal data, so they lie where the workbook is made, and go with it
    with (
        aside(path) as half,
        Workbook(str(half), {**_OPTIONS, "tmpdir": str(half.parent)}) as book,
    ):
        book.worksheet_class = FastSheet
        about = {"title": visible(title), "author": visible(author), "created": CREATED}
        book.set_properties(about)
        yield book
