"""Drop-downs. In-cell lists stop at 255 characters, so every list stands on a hidden sheet behind a defined name.

A list that depends on another column has one name a governing value; the drop-down picks it by position.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from statecollect.catalog import Catalog, CodeList, Field, Table
from statecollect.workbook.layout import CODES_SHEET, FIRST_DATA_ROW, TEXT, is_number, number_format

YES_NO = ("是", "否")

Entries = Sequence[str | int]


@dataclass
class ListSheet:
    """Collects the lists a workbook needs; ``write`` puts them on the hidden sheet."""

    catalog: Catalog
    names: dict[str, Entries] = field(default_factory=dict)
    _chosen: dict[tuple[str, bool], str] = field(
        default_factory=dict
    )  # by name and whether for columns of texts

    def name_of(self, field: Field) -> str | None:
        """Return the defined name of a field's list, or None when it has none."""
        if field.kind == "yes_no":
            return self._add("列表_是否", YES_NO)
        if not field.codes or field.within:
            return None
        codes = self.catalog.codes[field.codes]
        return self._add(f"列表_{codes.id}", codes.labels, field)

    def offered(self, table: Table, field: Field, values: Sequence[str]) -> str:
        """Return the name of a list of values known from other tables."""
        position = table.fields.index(field) + 1
        return self._add(f"列表_{table.id.replace('.', '_')}_{position}", values, field)

    def dependent(self, codes: CodeList, field: Field, parent: Field, letter: str) -> str:
        """Return the formula of a list that depends on ``parent``, the column ``letter`` of the same row.

        While that column is empty the whole list is offered. INDIRECT rather than CHOOSE: a validation's formula
        may have 255 characters only.
        """
        groups = dependent_groups(codes)
        parents = self._add(f"列表_{codes.id}_按", tuple(groups), parent)
        whole = self._add(f"列表_{codes.id}", codes.labels, field)
        for number, labels in enumerate(groups.values(), start=1):
            self._add(f"{whole}_{number}", labels, field)
        return f'=INDIRECT("{whole}"&IFERROR("_"&MATCH(${letter}{FIRST_DATA_ROW},{parents},0),""))'

    def write(self, book: Any, sheet: Any) -> None:
        """Write the lists in columns and define their names, in the order in which they were asked for.

        Row by row: a row that the writer has left behind cannot be written any more.
        """
        for row, cells in enumerate(zip_longest(*([name, *values] for name, values in self.names.items()))):
            if not sheet.write_plain_row(row, cells):
                for column, value in enumerate(cells):
                    if isinstance(value, int):
                        sheet.write_number(row, column, value)
                    elif value is not None:
                        sheet.write_string(row, column, value)
        for column, (name, values) in enumerate(self.names.items()):
            letters = _letters(column)
            book.define_name(name, f"='{CODES_SHEET}'!${letters}$2:${letters}${len(values) + 1}")

    def _add(self, name: str, values: Sequence[str], field: Field | None = None) -> str:
        """Keep a list under its name; where it holds numbers, columns of texts have one of their own.

        A drop-down compares by type as well: beside the text ``3`` it would turn away a typed 3, which is a number
        unless the column is one of texts.
        """
        codes = self.catalog.codes.get(field.codes) if field and field.codes else None
        texts = field is None or number_format(field, codes) == TEXT
        if (name, texts) not in self._chosen:
            entries = values if texts else as_typed(values)
            same = self.names.get(name, entries) == entries
            self._chosen[name, texts] = chosen = name if same else name + ("_文本" if texts else "_数")
            self.names.setdefault(chosen, entries)
        return self._chosen[name, texts]


def as_typed(values: Sequence[str]) -> Entries:
    """Return entries as cells hold them once they are typed into a column that takes numbers."""
    if not any(map(str.isdigit, values)):  # nearly all lists, some of them long
        return values
    return tuple(int(value) if is_number(value) else value for value in values)


def dependent_groups(codes: CodeList) -> Mapping[str, Sequence[str]]:
    """Return the labels offered under each governing value; a code without ``within`` is offered under all."""
    groups: dict[str, list[str]] = {}
    for code in codes.values:
        for parent in code.within:
            groups.setdefault(parent, [])
    for code in codes.values:
        for parent, labels in groups.items():
            if not code.within or parent in code.within:
                labels.append(code.label)
    return groups


def _letters(column: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(column))


def joined(values: Iterable[str], most: int) -> str:
    """Return a prompt text cut at ``most`` characters, with an ellipsis that says so."""
    text = "、".join(values)
    return text if len(text) <= most else text[: most - 1] + "…"
