"""Blank workbooks as a platform might hand them out; nothing in them is any platform's."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

_EXTENSION = (
    '<extLst><ext uri="{{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}}"'
    ' xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
    '<x14:dataValidations count="1" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
    '<x14:dataValidation type="list" allowBlank="1"><x14:formula1><xm:f>{formula}</xm:f></x14:formula1>'
    "<xm:sqref>{area}</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst></worksheet>"
)


def blank(
    path: Path,
    tab: str,
    rows: Sequence[Sequence[object]],
    *,
    lists: Mapping[str, str] | None = None,
    values: Sequence[str] = (),
    names: Mapping[str, str] | None = None,
    formats: Mapping[str, str] | None = None,
) -> Path:
    """Write one sheet: ``lists`` are drop-downs by area, ``values`` stand in column A of the sheet 值."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = tab
    for row in rows:
        sheet.append(list(row))
    for area, formula in (lists or {}).items():
        choice = DataValidation(type="list", formula1=formula)
        choice.add(area)
        sheet.add_data_validation(choice)
    for cell, code in (formats or {}).items():
        sheet[cell].number_format = code
    listed = book.create_sheet("值")
    for at, label in enumerate(values, start=1):
        listed.cell(at, 1, label)
    for name, area in (names or {}).items():
        book.defined_names[name] = DefinedName(name, attr_text=area)
    book.save(path)
    return path


def with_drop_down_as_excel_writes_it(path: Path, area: str, formula: str) -> Path:
    """Add a drop-down from another sheet to the first sheet: Excel puts it into an extension."""
    extension = _EXTENSION.format(area=area, formula=formula)
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    first = "xl/worksheets/sheet1.xml"
    parts[first] = parts[first].replace(b"</worksheet>", extension.encode())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)
    return path
