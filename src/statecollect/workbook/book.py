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

from statecollect.errors import UsageError
from statecollect.workbook.sheet import Sheet

CREATED = dt.datetime(2022, 1, 1)  # fixed: the same content gives the same bytes
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
        # rows wait in temporary files: personal data, so they go even when writing fails
        with (
            tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
            Workbook(name, {**_OPTIONS, "tmpdir": folder}) as book,
        ):
            book.worksheet_class = Sheet
            book.set_properties({"title": title, "author": author, "created": CREATED})
            yield book
        _put_in_place(Path(name), path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _put_in_place(written: Path, path: Path) -> None:
    try:
        written.replace(path)
    except PermissionError as error:  # Windows, while Excel has the file open
        hint = "关闭它再运行"
        raise UsageError("文件写不进去，可能正在 Excel 或 WPS 中打开", hint=hint, where=path.name) from error
