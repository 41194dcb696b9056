"""A new .xlsx file: the options every workbook of ours is made with, and the guarantee that it appears whole."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

_CREATED = dt.datetime(2022, 1, 1)  # fixed: the same content gives the same bytes
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
    handle, name = tempfile.mkstemp(suffix=".xlsx", prefix=".writing-", dir=path.parent)
    os.close(handle)
    try:
        with Workbook(name, _OPTIONS) as book:
            book.set_properties({"title": title, "author": author, "created": _CREATED})
            yield book
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
