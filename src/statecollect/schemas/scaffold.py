"""The draft of next year's schemas: this year's files, with what the platform's blank workbooks ask for put in.

Every new line carries ``evidence: 官方模板``. Nothing is taken out: what vanished is reported, and a person decides.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Collection, Sequence
from pathlib import Path

from statecollect.catalog import Catalog, load_year
from statecollect.catalog.yaml_file import read_yaml
from statecollect.core.errors import UsageError
from statecollect.schemas.blank_workbooks import Blank, BlankColumn
from statecollect.schemas.compare import BlankComparison, TableDifference
from statecollect.schemas.guessed_kinds import guess
from statecollect.schemas.sheet_titles import compared_name

EVIDENCE = "官方模板"
_FIELD_LINE = re.compile(r'^  - \{name: ("(?:[^"\\]|\\.)*"|[^,}]+)')
_NOT_PLAIN = re.compile(
    r"[,\[\]{}\"'#&*!|%@`:\\]|^[\s?=<>-]|\s$|^(是|否|yes|no|true|false|null|~|)$|^[\d.+-]+$"
)
_ESCAPED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
_LONGEST_SHORT = 20


def write_draft(comparison: BlankComparison, present: Path, out: Path) -> list[Path]:
    """Copy the year's folder ``present`` to ``out`` and put in what is new; return the files that changed.

    The draft loads as a catalog, or nothing is written. Raises UsageError when ``out`` exists: a draft never covers
    what somebody has begun.
    """
    if out.exists():
        raise UsageError("已经有这个文件夹了，不会覆盖它", hint="用 --out 换一个文件夹", where=str(out))
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".writing-", dir=out.parent) as scratch:
        draft = Path(shutil.copytree(present, Path(scratch) / out.name))
        changed = _put_in(comparison, draft, load_year(present))
        load_year(draft)
        draft.replace(out)
    return [out / path.relative_to(draft) for path in changed]


def _put_in(comparison: BlankComparison, draft: Path, catalog: Catalog) -> list[Path]:
    changed: list[Path] = []
    shorts = set(catalog.by_short)
    for difference, blank in zip(comparison.tables, comparison.blanks, strict=True):
        if not difference.new:
            continue
        lists = _CodeLists(draft / "codes", difference.table)
        if difference.match == "new":
            short = _short(difference, shorts)
            shorts.add(short)
            changed.append(_new_table(draft, difference, blank, short, lists, catalog))
        else:
            changed.append(_more_fields(draft, difference, blank, lists, catalog))
        changed += lists.written
    return changed


class _CodeLists:
    """The new code lists of one table, one file each."""

    def __init__(self, folder: Path, table: str) -> None:
        self.folder = folder
        self.prefix = "GF" + table.replace(".", "_")
        self.written: list[Path] = []

    def add(self, column: BlankColumn) -> str:
        """Write the drop-down's values as a code list; return its id."""
        number = len(self.written) + 1
        while (path := self.folder / f"{self.prefix}_{number}.yaml").exists():  # of an earlier draft
            number += 1
        lines = [
            f"id: {path.stem}",
            f"name: {scalar(column.name)}",
            "extensible: no",
            f"evidence: {EVIDENCE}",
            "values:",
        ]
        lines += [f"  - {{label: {scalar(label)}}}" for label in dict.fromkeys(column.choices or ())]
        _write(path, lines)
        self.written.append(path)
        return path.stem


def _short(difference: TableDifference, taken: Collection[str]) -> str:
    """Return a name for SQL that no table has."""
    short = re.sub(r"[^\w\u4e00-\u9fff]", "", difference.name)[:_LONGEST_SHORT] or "新表"
    return short if short not in taken else f"{short}{difference.table.replace('.', '_')}"


def _new_table(
    draft: Path, difference: TableDifference, blank: Blank, short: str, lists: _CodeLists, catalog: Catalog
) -> Path:
    lines = [
        f"id: {difference.table}",
        f"name: {scalar(difference.name)}",
        f"short: {scalar(short)}",
        "about: 一行＝（照官方说明补写）",
        f"official: {scalar(f'取自官方空白模板的工作表“{blank.sheet}”')}",
        f"evidence: {EVIDENCE}",
        "",
        "fields:",
        *(_field_line(column, lists, catalog) for column in blank.columns),
    ]
    path = draft / "tables" / f"{difference.table}-{short}.yaml"
    _write(path, lines)
    return path


def _more_fields(
    draft: Path, difference: TableDifference, blank: Blank, lists: _CodeLists, catalog: Catalog
) -> Path:
    """Insert the new fields behind the field that precedes them in the blank sheet."""
    path = next(
        path for path in sorted(draft.glob("tables/*.yaml")) if read_yaml(path)[0]["id"] == difference.table
    )
    lines = path.read_text(encoding="utf-8").splitlines()
    for position, column in enumerate(blank.columns):
        if column.name in difference.new:
            before = [column.name for column in blank.columns[:position]]
            lines.insert(_place(lines, before), _field_line(column, lists, catalog))
    _write(path, lines)
    return path


def _place(lines: Sequence[str], before: Sequence[str]) -> int:
    """Return the line at which a field goes: behind the nearest of ``before`` that the file names."""
    at = {
        compared_name(found[1].strip('"')): number
        for number, line in enumerate(lines)
        if (found := _FIELD_LINE.match(line))
    }
    for name in reversed(before):
        if compared_name(name) in at:
            return _behind(lines, at[compared_name(name)])
    included = [number for number, line in enumerate(lines) if line.startswith("  - {include:")]
    return _behind(lines, included[-1]) if before and included else lines.index("fields:") + 1


def _behind(lines: Sequence[str], entry: int) -> int:
    """Return the line behind an entry, which may go on over further lines, indented deeper."""
    return next((n for n in range(entry + 1, len(lines)) if not lines[n].startswith("    ")), len(lines))


def _field_line(column: BlankColumn, lists: _CodeLists, catalog: Catalog) -> str:
    guessed = guess(column, catalog)
    codes = guessed.codes or (lists.add(column) if guessed.kind == "code" else None)
    parts = [
        f"name: {scalar(column.name)}",
        f"kind: {guessed.kind}" if guessed.kind != "text" else "",
        f"codes: {codes}" if codes else "",
        f"unit: {scalar(guessed.unit)}" if guessed.unit else "",
        f"length: {column.length}" if column.length else "",
        f"note: {scalar(' '.join(column.comment.split()))}" if column.comment else "",
        f"evidence: {EVIDENCE}",
    ]
    return "  - {" + ", ".join(part for part in parts if part) + "}"


def scalar(text: str) -> str:
    """Return a text as YAML reads it back inside a flow mapping."""
    if text.isprintable() and not _NOT_PLAIN.search(text):
        return text
    escaped = (_ESCAPED.get(char) or (char if char.isprintable() else f"\\U{ord(char):08x}") for char in text)
    return '"' + "".join(escaped) + '"'


def _write(path: Path, lines: Sequence[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
