"""Which row of a sheet is a table's header, and which of its columns is which field.

Names are compared without width, blanks, line breaks and marks. A group written over its parts is one name with each
of them. A bracketed unit or remark may be dropped where only one field can be meant; that is announced, as are the
numbers and marks of a web form's questions. A near miss is suggested, never taken.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from statecollect.catalog import Table
from statecollect.core.address import cell_name
from statecollect.findings import Severity
from statecollect.findings.catalogue import Said, phrase, said
from statecollect.workbook.layout import FINDINGS_HEADER, MARKS, field_name_from_header, plain_name
from statecollect.workbook.read.raw_sheets import RawSheet
from statecollect.workbook.recognise.multi_row_header import Headline, Headlines
from statecollect.workbook.recognise.office_words import office_words, undecorated
from statecollect.workbook.recognise.recognised import Notebook

_BRACKETS = re.compile(r"[(<《【\[〔{](.*?)[)>》】\]〕}]")
_ROUND = re.compile(r"(?<=.)\([^()]*\)")
_SIGNS = re.compile(r"[()<>《》【】\[\]〔〕{}]")
_ONLY_BRACKET = re.compile(r"\([^()]*\)|\d{1,3}")
_BETWEEN = re.compile(r"[—–:_/|·.-]+")  # a matrix question and its part
_LONGEST_NAME = 300  # characters; what is longer names no column
_MORE_MARKS = "★☆※●:"  # that people put beside ours
_AMBIGUOUS = ""


@dataclass(frozen=True, slots=True, eq=False)
class FieldNames:
    """A table's field names as they may be met in a header. ``bare``: without brackets, where that is unambiguous.

    ``joined``: names as one text without the signs of brackets, for a group written over its parts; ``loose``: the same
    without what stands in round brackets; ``groups``: what such groups are called; ``forms``: all forms of all names.
    """

    table: Table
    exact: Mapping[str, str]
    bare: Mapping[str, str]
    required: frozenset[str]
    joined: Mapping[str, str]
    loose: Mapping[str, str]
    groups: frozenset[str]
    forms: frozenset[str]

    @classmethod
    def of(cls, table: Table) -> FieldNames:
        """Prepare a table's names."""
        exact = {field_name_from_header(one.name): one.name for one in table.fields}
        required = frozenset(one.name for one in table.fields if one.required == "yes" and not one.auto)
        bare = _where_unique(exact, _without_brackets)
        joined, loose = _where_unique(exact, _squeezed), _where_unique(exact, _loosely)
        return cls(
            table=table,
            exact=exact,
            bare=bare,
            required=required,
            joined=joined,
            loose=loose,
            forms=frozenset({*exact, *bare, *joined, *loose}),
            groups=frozenset(
                form for name in exact if "<" in name for form in _forms_of_group(name.partition("<")[0])
            ),
        )


@dataclass(frozen=True, slots=True)
class Header:
    """Some rows read as a table's header. ``top`` and ``row``, the first and last, are 1-based, columns are 0-based.

    ``shortened``: columns taken after dropping a bracket; ``marked``: after dropping a question's number or mark;
    ``twice``: columns of a field that has one already; ``unknown``: columns of no field; ``ours``: the column 问题 of a
    marked return; ``shown``: what stands above each column.
    """

    row: int
    top: int
    columns: Mapping[str, int]
    shown: tuple[str, ...] = ()
    shortened: frozenset[int] = frozenset()
    marked: frozenset[int] = frozenset()
    twice: tuple[tuple[int, str], ...] = ()
    unknown: tuple[tuple[int, str], ...] = ()
    ours: frozenset[int] = frozenset()

    def fits(self, names: FieldNames) -> bool:
        """Whether this can hardly be anything else: half of the required fields, or of all."""
        hits = len(self.columns)
        enough = len(names.required & set(self.columns)) * 2 >= max(1, len(names.required))
        return hits >= min(2, len(names.exact)) and (enough or hits * 2 >= len(names.exact))


def find_header(lines: Headlines, names: FieldNames, *, stamped: bool) -> Header | None:
    """Return the rows among the first 30 with the most field names (at least two where the table has two).

    Rows are joined only where no row alone is a whole header.
    """
    best = _most(lines.single, names, None, stamped=stamped)
    if best is None or best.unknown or len(best.columns) < len(names.exact):
        best = _most(lines.joined, names, best, stamped=stamped)
    return best if best and len(best.columns) >= min(2, len(names.exact)) else None


def _most(
    lines: Iterable[Headline], names: FieldNames, best: Header | None, *, stamped: bool
) -> Header | None:
    for line in lines:
        if names.forms.isdisjoint(forms_of(line)):
            continue
        header = match(line, names, stamped=stamped)
        if len(header.columns) > (len(best.columns) if best else 0):
            best = header
    return best


@lru_cache(maxsize=1024)  # the same header comes again in hundreds of workbooks
def match(line: Headline, names: FieldNames, *, stamped: bool) -> Header:
    """Match texts to fields: exact names first, then names without brackets for fields still open."""
    columns: dict[str, int] = {}
    twice: list[tuple[int, str]] = []
    ours: set[int] = set()
    marked: set[int] = set()
    rest: list[tuple[int, tuple[str, ...]]] = []
    for column, path in enumerate(line.paths):
        if not path:
            continue
        clean = tuple(one.strip(MARKS).strip(_MORE_MARKS) for one in path)
        name = _named(clean, names, guessed=column in line.guessed)
        if name is None and stamped and clean == (FINDINGS_HEADER,):
            ours.add(column)
            continue
        if name is None:
            bare = tuple(map(undecorated, clean))
            name = _named(bare, names, guessed=column in line.guessed) if bare != clean else None
            if name:
                marked.add(column)
        if not name:
            rest.append((column, clean))
        elif name in columns:
            twice.append((column, name))
        else:
            columns[name] = column
    meant = {
        column: name
        for column, path in rest
        if (name := _meant(path, names, guessed=column in line.guessed)) and name not in columns
    }
    times = Counter(meant.values())
    taken = {column: name for column, name in meant.items() if times[name] == 1}
    columns.update({name: column for column, name in taken.items()})
    unknown = tuple((column, nested(path)) for column, path in rest if column not in taken)
    return Header(
        row=line.row,
        top=line.top,
        columns=columns,
        shown=line.shown,
        shortened=frozenset(taken),
        marked=frozenset(marked),
        twice=tuple(twice),
        unknown=unknown,
        ours=frozenset(ours),
    )


@lru_cache(maxsize=256)
def forms_of(line: Headline) -> frozenset[str]:
    """Return every form in which the line's texts may name a field: a line without any of a table's is not matched.

    Speed only: a sheet of anything is held against every table of the year.
    """
    found: set[str] = set()
    for path in line.paths:
        clean = tuple(one.strip(MARKS).strip(_MORE_MARKS) for one in path)
        bare = tuple(map(undecorated, clean))
        short = tuple(one for one in bare if not _ONLY_BRACKET.fullmatch(one))
        for one in {clean, bare, short}:
            for start in range(len(one)):
                name = nested(one[start:])
                found |= {name, _squeezed("".join(one[start:])), _loosely(name)}
        if bare:
            found |= {_without_brackets(bare[-1]), _squeezed("".join(_BETWEEN.split(bare[-1])))}
    return frozenset(found)


def _named(path: tuple[str, ...], names: FieldNames, *, guessed: bool) -> str | None:
    """Return the field that a path of texts names exactly; the empty text where it may be two of them.

    A group that the table knows belongs to the name; of any other, such as 基本信息, the part alone may be a field.
    """
    alone = names.exact.get(path[-1])
    for start in range(len(path) - 1):
        name = names.exact.get(nested(path[start:])) or names.joined.get(_squeezed("".join(path[start:])))
        if name:
            return _AMBIGUOUS if guessed and alone else name
    if alone is None or len(path) == 1:
        return alone
    return None if path[-2] in names.groups and not guessed else alone


def _meant(path: tuple[str, ...], names: FieldNames, *, guessed: bool) -> str | None:
    """Return the field meant where a bracket was dropped, or a part hangs on its group by a dash."""
    path = tuple(map(undecorated, path))
    if sum(map(len, path)) > _LONGEST_NAME:
        return None
    if _named(path, names, guessed=guessed) == _AMBIGUOUS:
        return None
    for start in range(len(path) - 1):
        name = names.loose.get(_loosely(nested(path[start:])))
        if name:
            return name
    short = tuple(one for one in path if not _ONLY_BRACKET.fullmatch(one))
    if short and short != path and (name := _named(short, names, guessed=guessed)):
        return name
    parts = [one for one in _BETWEEN.split(path[-1]) if one]
    if len(path) == 1 and len(parts) > 1 and (name := names.joined.get(_squeezed("".join(parts)))):
        return name
    if len(path) > 1 and path[-2] in names.groups and not guessed:
        return None
    return _shortened(path[-1], names) or (names.loose.get(_loosely(path[-1])) if "<" in path[-1] else None)


def nested(path: Sequence[str]) -> str:
    """Return a group and its parts as a field is named: 学时<理论>."""
    return "<".join(path) + ">" * (len(path) - 1)


def _where_unique(exact: Mapping[str, str], made: Callable[[str], str]) -> dict[str, str]:
    """Return names by what is made of them, where it is made of one only."""
    forms = [made(name) for name in exact]
    times = Counter(forms)
    return {form: exact[name] for form, name in zip(forms, exact, strict=True) if times[form] == 1}


def _forms_of_group(group: str) -> tuple[str, str]:
    return group, _ROUND.sub("", group)


def _squeezed(name: str) -> str:
    return _SIGNS.sub("", name)


def _loosely(name: str) -> str:
    return _squeezed(_ROUND.sub("", name))


def _shortened(text: str, names: FieldNames) -> str | None:
    """Return the field meant when a bracket is on one side only: 占地面积(亩) for 占地面积, or the reverse."""
    name = names.bare.get(_without_brackets(text)) if len(text) <= _LONGEST_NAME else None
    if name is None or (_BRACKETS.search(text) and _BRACKETS.search(plain_name(name))):
        return None
    return name


def _without_brackets(name: str) -> str:
    return _BRACKETS.sub("", name) or name


def report_header(
    sheet: RawSheet, header: Header, names: FieldNames, notebook: Notebook, lost: Mapping[int, int]
) -> None:
    """Write down what is odd about the columns. ``lost``: filled cells of data rows under columns not taken."""
    table = names.table
    cells = header.shown

    def say(told: Said, column: int | None = None) -> None:
        typed = None if column is None or column >= len(cells) else cells[column] or None
        notebook.say(told, sheet=sheet.name, table=table.id, row=header.row, column=column, value=typed)

    report_names(header, names, say)
    for column, name in header.twice:
        first = cell_name(header.row - 1, header.columns[name])
        say(said("S03", "column", field=name, cell=first, count=lost.get(column, 0)), column)
    absent = [one for one in table.fields if one.name not in header.columns and not one.auto]
    unknown = dict(header.unknown)
    for column in sorted({*unknown, *lost} - {column for column, _ in header.twice}):
        count = lost.get(column, 0)
        if any(column > ours for ours in header.ours):
            say(said("S02", "set_aside", count=count), column)
            continue
        if reason := _of_nobody(unknown.get(column, "")):
            say(said("S02", "of_nobody", heading=cells[column], reason=reason, count=count), column)
            continue
        near = difflib.get_close_matches(
            unknown.get(column, ""), [one.name for one in absent], n=1, cutoff=0.6
        )
        what = (
            phrase("S02", "what", "unknown", heading=cells[column])
            if column in unknown
            else phrase("S02", "what", "nameless")
        )
        hint = phrase("S02", "hint", "near", field=near[0]) if near else phrase("S02", "hint", "column")
        if count:
            say(said("S02", "lost", what=what, count=count, hint=hint), column)
        else:
            say(said("S02", "empty", "warning" if near else "note", what=what, hint=hint), column)
    report_absent(header, names, say, phrase("S01", "repair", "column"))


class Say(Protocol):
    """Writes down a finding about a table's layout, at a column of its header or about all of it."""

    def __call__(self, told: Said, column: int | None = None) -> None:
        """Write it down."""


def report_names(header: Header, names: FieldNames, say: Say) -> None:
    """Tell of names that were taken though they are written otherwise."""
    cells = header.shown
    for name, column in header.columns.items():
        if column in header.shortened:
            typed, field = cells[column], names.table.by_name[name]
            remark = _BRACKETS.search(plain_name(typed))
            unit = field.shown_unit
            other_unit = remark is not None and unit is not None and plain_name(unit) != remark[1]
            hint = phrase("S02", "hint", "unit", unit=unit) if other_unit else phrase("S02", "hint", "name")
            severity: Severity = "warning" if other_unit else "note"
            say(said("S02", "taken_as", severity, heading=typed, field=name, hint=hint), column)
    if header.marked:
        column = min(header.marked)
        name = next(name for name, at in header.columns.items() if at == column)
        several = len(header.marked) > 1
        more = phrase("S02", "more", "columns", count=len(header.marked)) if several else ""
        say(said("S02", "marked", heading=cells[column], field=name, more=more), column)


def report_absent(header: Header, names: FieldNames, say: Say, repair: str) -> None:
    """Tell which of the table's fields are not there."""
    absent = [one for one in names.table.fields if one.name not in header.columns and not one.auto]
    for one in absent:
        if one.required == "yes":
            say(said("S01", "required", field=one.name, repair=repair))
        elif one.required == "conditional":
            say(said("S01", "conditional", field=one.name, repair=repair))
    optional = "".join(f"「{one.name}」" for one in absent if one.required == "no")
    if optional:
        say(said("S01", "optional", fields=optional))


def _of_nobody(heading: str) -> str:
    """Say why nobody misses a column of this heading; the empty text for others."""
    if office_words().is_serial(heading):
        return phrase("S02", "reason", "serial")
    return phrase("S02", "reason", "web_form") if office_words().is_of_form(heading) else ""
