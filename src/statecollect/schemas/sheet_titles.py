"""Names as an official sheet prints them, and as they are compared."""

from __future__ import annotations

import re

from statecollect.workbook.layout import field_name_from_header, plain_name

_MARKS = "*＊△▣★☆※●:： "
_BRACKETS = str.maketrans("[]{}【】〔〕〈〉《》", "()()()()<><>")
_REMARK = re.compile(r"\([^()]*\)$")


def printed_name(text: str) -> str:
    """Return a name as it goes into a schema: without blanks, line breaks and marks, brackets as they are."""
    return "".join(text.split()).strip(_MARKS)


def compared_name(text: str) -> str:
    """Return a name for comparison: widths and brackets unified, no blanks, no marks."""
    return field_name_from_header(plain_name(text).translate(_BRACKETS)).strip(_MARKS)


def without_remark(name: str) -> str:
    """Return a compared name without the bracket at its end: ``占地面积(亩)`` → ``占地面积``."""
    return _REMARK.sub("", name) or name
