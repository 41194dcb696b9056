"""What the sheet itself says while somebody types: drop-downs, prompts, and colours for what is missing or wrong.

Excel can only do part of what ``ingest`` checks, and pasting removes it: this is help, not a guard.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from statecollect.catalog import Catalog, Field, Table
from statecollect.catalog.conditions import comparisons
from statecollect.workbook.layout import FIRST_DATA_ROW, hint_text
from statecollect.workbook.write.dropdowns import ListSheet, joined
from statecollect.workbook.write.styles import ERROR_FILL, MISSING_FILL, Styles

_TITLE_LIMIT, _MESSAGE_LIMIT = 32, 255


def add_validations(
    sheet: Any,
    table: Table,
    catalog: Catalog,
    lists: ListSheet,
    last: int,
    offered: Mapping[tuple[str, str], Sequence[str]],
) -> None:
    """Give every column its prompt, and where Excel can, its list or range."""
    letters = {field.name: xl_col_to_name(index) for index, field in enumerate(table.fields)}
    for column, field in enumerate(table.fields):
        rule = _rule(table, field, catalog, lists, letters, offered.get((table.id, field.name), ()))
        hint = hint_text(field, catalog)
        rule |= {
            "ignore_blank": True,
            "input_title": joined([field.name], _TITLE_LIMIT),
            "input_message": joined([hint.replace("\n", "；")], _MESSAGE_LIMIT),
            "error_title": joined([field.name], _TITLE_LIMIT),
        }
        rule.setdefault("error_message", "格式不对。" + joined([hint], 200))
        sheet.data_validation(FIRST_DATA_ROW - 1, column, last - 1, column, rule)


def _rule(
    table: Table,
    field: Field,
    catalog: Catalog,
    lists: ListSheet,
    letters: Mapping[str, str],
    offered: Sequence[str],
) -> dict[str, Any]:
    if field.multi_valued:
        return {"validate": "any"}
    if field.codes or field.kind == "yes_no":
        codes = catalog.codes[field.codes] if field.codes else None
        if codes is not None and field.within is not None:
            parent = table.by_name[field.within]
            source, first = (
                lists.dependent(codes, field, parent, letters[parent.name]),
                f"；先填“{parent.name}”",
            )
        else:
            source, first = f"={lists.name_of(field)}", ""
        return {
            "validate": "list",
            "source": source,
            # where other words are allowed, a box at every one of them would only be in the way
            "show_error": codes is None or not codes.extensible,
            "error_message": f"请从下拉列表中选择{first}。",
        }
    if offered:
        return {
            "validate": "list",
            "source": "=" + lists.offered(table, field, offered),
            "error_type": "warning",
        }
    storage = field.spec.storage
    if storage in {"integer", "decimal"}:
        lowest = field.min if field.min is not None else field.spec.minimum
        bounds = {
            "minimum": lowest if lowest is not None else -1e12,
            "maximum": field.max if field.max is not None else 1e12,
        }
        return {"validate": storage, "criteria": "between", **bounds, "error_type": "stop"}
    if storage == "date":
        period = catalog.year.periods.get(field.period) if field.period else None
        return {
            "validate": "date",
            "criteria": "between",
            "minimum": period.start if period else dt.date(1900, 3, 1),
            "maximum": period.end if period else dt.date(2099, 12, 31),
            "error_type": "warning",
        }
    length = field.length or field.spec.length
    if length and field.spec.storage == "text":
        return {
            "validate": "length",
            "criteria": "<=",
            "value": length,
            "error_type": "stop",
            "error_message": f"最多 {length} 个字。",
        }
    return {"validate": "any"}


def add_live_checks(sheet: Any, table: Table, last: int, styles: Styles) -> None:
    """Colour missing required cells of rows that were begun, and cells that cannot be right.

    One rule for all columns with the same condition: Excel moves its relative ``{cell}`` along. A rule a column
    would make wide sheets slow to open.
    """
    missing, wrong = styles.get(bg_color=MISSING_FILL), styles.get(bg_color=ERROR_FILL)
    end = xl_col_to_name(len(table.fields) - 1)
    begun = f"COUNTA($A{FIRST_DATA_ROW}:${end}{FIRST_DATA_ROW})>0"
    letters = {field.name: xl_col_to_name(index) for index, field in enumerate(table.fields)}
    columns: dict[str, list[str]] = defaultdict(list)
    style: dict[str, Any] = {}
    for field in table.fields:
        required = (
            f"AND(LEN(TRIM({{cell}}))=0,{begun})" if field.required == "yes" and not field.auto else None
        )
        for condition, look in (
            (required, missing),
            (_conditional(field, letters), missing),
            (_wrong(field), wrong),
        ):
            if condition:
                columns[condition].append(letters[field.name])
                style[condition] = look
    for condition, where in columns.items():
        formula = condition.format(cell=f"{where[0]}{FIRST_DATA_ROW}")
        area = " ".join(f"{letter}{FIRST_DATA_ROW}:{letter}{last}" for letter in where)
        options = {
            "type": "formula",
            "criteria": f"={formula}",
            "format": style[condition],
            "multi_range": area,
        }
        sheet.conditional_format(f"{where[0]}{FIRST_DATA_ROW}:{where[0]}{last}", options)


def _conditional(field: Field, letters: Mapping[str, str]) -> str | None:
    """Translate simple conditions (``X = 'v'``, ``X IN ('a', 'b')``); others are left to ``check``."""
    if field.required != "conditional" or not field.when:
        return None
    found = comparisons(field.when)
    if found is None or len(found) != 1 or found[0].sign != "one of":
        return None
    (one,) = found
    if one.field not in letters or any("{" in value for value in one.values):
        return None
    tests = ",".join(f'${letters[one.field]}{FIRST_DATA_ROW}="{value}"' for value in one.values)
    return f"AND(LEN(TRIM({{cell}}))=0,OR({tests}))"


def _wrong(field: Field) -> str | None:
    """Return the condition under which a filled cell cannot be right."""
    if field.kind == "mobile":
        return "AND(LEN({cell})>0,LEN({cell})<>11)"
    if field.spec.storage in {"integer", "decimal"}:
        return "ISTEXT({cell})"
    return None
