"""The draft of next year's schemas: this year's files, with what the platform's blank workbooks ask for put in.

Every new line carries ``evidence: 官方模板``. Nothing is taken out: what vanished is reported, and a person decides.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from statecollect.errors import UsageError
from statecollect.official.blanks import Blank, Column
from statecollect.official.compare import Comparison, TableDifference
from statecollect.workbook.layout import plain_name

EVIDENCE = "官方模板"
_FIELD_LINE = re.compile(r'^  - \{name: ("(?:[^"\\]|\\.)*"|[^,}]+)')
_NOT_PLAIN = re.compile(r"[,\[\]{}\"'#&*!|>%@`:]|^[\s?-]|^(是|否|yes|no|true|false|null|~)$|^[\d.+-]+$")
_YES_NO = {"是", "否"}


def write_draft(comparison: Comparison, present: Path, out: Path) -> list[Path]:
    """Copy the year's folder ``present`` to ``out`` and put in what is new; return the files that changed.

    Raises UsageError when ``out`` exists: a draft never covers what somebody has begun.
    """
    if out.exists():
        raise UsageError("已经有这个文件夹了，不会覆盖它", hint="用 --out 换一个文件夹", where=str(out))
    shutil.copytree(present, out)
    changed: list[Path] = []
    for difference, blank in zip(comparison.tables, comparison.blanks, strict=True):
        if difference.empty or not difference.new:
            continue
        lists = _CodeLists(out / "codes", difference.table)
        if difference.match == "new":
            changed.append(_new_table(out, difference, blank, lists))
        else:
            changed.append(_more_fields(out, difference, blank, lists))
        changed += lists.written
    return changed


class _CodeLists:
    """The new code lists of one table, one file each."""

    def __init__(self, folder: Path, table: str) -> None:
        self.folder = folder
        self.prefix = "GF" + table.replace(".", "_")
        self.written: list[Path] = []

    def add(self, column: Column) -> str:
        """Write the drop-down's values as a code list; return its id."""
        name = f"{self.prefix}_{len(self.written) + 1}"
        lines = [
            f"id: {name}",
            f"name: {_scalar(column.name)}",
            "extensible: no",
            f"evidence: {EVIDENCE}",
            "values:",
        ]
        lines += [f"  - {{label: {_scalar(label)}}}" for label in dict.fromkeys(column.choices or ())]
        path = self.folder / f"{name}.yaml"
        _write(path, lines)
        self.written.append(path)
        return name


def _new_table(out: Path, difference: TableDifference, blank: Blank, lists: _CodeLists) -> Path:
    short = re.sub(r"[^\w\u4e00-\u9fff]", "", difference.name)[:20] or "新表"
    lines = [
        f"id: {difference.table}",
        f"name: {_scalar(difference.name)}",
        f"short: {_scalar(short)}",
        "about: 一行＝（照官方说明补写）",
        f"official: 取自官方空白模板的工作表“{blank.sheet}”",
        f"evidence: {EVIDENCE}",
        "",
        "fields:",
        *(_field_line(column, lists) for column in blank.columns),
    ]
    path = out / "tables" / f"{difference.table}-{short}.yaml"
    _write(path, lines)
    return path


def _more_fields(out: Path, difference: TableDifference, blank: Blank, lists: _CodeLists) -> Path:
    """Insert the new fields behind the field that precedes them in the blank sheet."""
    path = next(iter(out.glob(f"tables/{difference.table}-*.yaml")))
    lines = path.read_text(encoding="utf-8").splitlines()
    for position, column in enumerate(blank.columns):
        if column.name in difference.new:
            before = [one.name for one in blank.columns[:position]]
            lines.insert(_place(lines, before), _field_line(column, lists))
    _write(path, lines)
    return path


def _place(lines: Sequence[str], before: Sequence[str]) -> int:
    """Return the line at which a field goes: behind the nearest of ``before`` that the file names."""
    at = {
        plain_name(found[1].strip('"')): number
        for number, line in enumerate(lines)
        if (found := _FIELD_LINE.match(line))
    }
    for name in reversed(before):
        if plain_name(name) in at:
            return at[plain_name(name)] + 1
    included = [number for number, line in enumerate(lines) if line.startswith("  - {include:")]
    return (included[-1] if before and included else lines.index("fields:")) + 1


def _field_line(column: Column, lists: _CodeLists) -> str:
    parts = [f"name: {_scalar(column.name)}"]
    kind = _kind(column)
    if kind != "text":
        parts.append(f"kind: {kind}")
    if kind == "code":
        parts.append(f"codes: {lists.add(column)}")
    unit = re.search(r"[（(](万元|元|人|个|平方米|学时|天|%|人次|项|门|台|册|年)[）)]", column.name)
    if unit and kind in {"integer", "decimal"}:
        parts.append(f"unit: {_scalar(unit[1])}")
    if column.length:
        parts.append(f"length: {column.length}")
    if column.comment:
        parts.append(f"note: {_scalar(' '.join(column.comment.split()))}")
    parts.append(f"evidence: {EVIDENCE}")
    return "  - {" + ", ".join(parts) + "}"


def _kind(column: Column) -> str:
    """Guess what a column holds from its drop-down, its validation and its name; text when nothing tells."""
    name = column.name
    if column.choices is not None:
        return "yes_no" if set(column.choices) == _YES_NO else "code"
    by_validation = {"whole": "integer", "decimal": "decimal", "date": "date"}.get(column.kind)
    if "年月" in name:
        return "year_month"
    if by_validation:
        return by_validation
    rules = [
        (r"日期|时间$", "date"),
        (r"[（(](万元|元|平方米|学时|%)[）)]", "decimal"),
        (r"[（(](人|个|人次|项|门|台|册|天)[）)]|人数|数量$", "integer"),
        (r"姓名", "name"),
        (r"^是否", "yes_no"),
        (r"(代码|编号|号)$", "identifier"),
    ]
    return next((kind for pattern, kind in rules if re.search(pattern, name)), "text")


def _scalar(text: str) -> str:
    """Return a text as YAML reads it back inside a flow mapping."""
    if _NOT_PLAIN.search(text):
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return text


def _write(path: Path, lines: Sequence[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
