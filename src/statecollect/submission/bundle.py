"""A written bundle: is it as it was written, what does it hold, and does it belong to this history.

Hashes show what was changed by accident or by one hand in one place. Whoever changes a table in all its forms *and* its
digest in the manifest cannot be found from the bundle alone: that the history names is the anchor (``against``).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from statecollect.core.errors import UnreadableFile
from statecollect.core.outputs import entries_of, files_in, json_object
from statecollect.store.journal import START, Event
from statecollect.submission.bundle_rows import Fields, digest_of
from statecollect.submission.bundle_tables import (
    PARTY,
    csv_rows,
    parquet_rows,
    parquet_table,
    plain_rows,
    sheet_rows,
    with_party,
)
from statecollect.workbook.read.reader import Book, read_book_safely

__all__ = ["ALL_TABLES", "INDICATORS", "MANIFEST", "PARTY", "VERSION"]
MANIFEST = "manifest.json"
INDICATORS = "indicators.json"
ALL_TABLES = "全部数据.xlsx"
VERSION = 2  # of the manifest
OLD = "旧版清单（第 1 版），只能核对文件"
FORMS = ("csv", "xlsx", "parquet")
_MOST_BYTES = 64 * 2**20  # of a manifest
_MOST_TABLES = 1000  # and fields of one; a year has 65
_SHA256 = re.compile("[0-9a-f]{64}")
_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z.]{0,30}")
_STORAGES = {"text", "integer", "decimal", "date", "datetime"}


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return a bundle's manifest, its shape checked. Raises UnreadableFile for any other file of that name."""
    try:
        path = folder / MANIFEST
        if path.is_symlink() or not path.is_file() or path.stat().st_size > _MOST_BYTES:
            raise UnreadableFile("不是上报包：没有可读的 manifest.json", where=str(folder))
        manifest = json_object(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UnreadableFile("不是上报包：没有可读的 manifest.json", where=str(folder)) from error
    version = manifest.get("version", 1) if manifest is not None else 0
    if isinstance(version, int) and not isinstance(version, bool) and version > VERSION:
        hint = "用新版的程序核对"
        raise UnreadableFile(
            f"清单是第 {version} 版，本程序只认到第 {VERSION} 版", hint=hint, where=str(folder)
        )
    if manifest is None or version not in (1, VERSION) or not _is_ours(manifest, version):
        raise UnreadableFile("不是上报包：manifest.json 不是本程序写的那一种", where=str(folder))
    return manifest


def _is_ours(manifest: dict[str, Any], version: int) -> bool:
    files, tables = manifest.get("files"), manifest.get("tables")
    whole = (
        isinstance(files, dict)
        and all(isinstance(file, str) and _SHA256.fullmatch(file) for file in files.values())
        and isinstance(tables, dict)
        and len(tables) <= _MOST_TABLES
        and len(files) <= 10 * _MOST_TABLES
        and all(_ID.fullmatch(table_id) and isinstance(said, dict) for table_id, said in tables.items())
        and isinstance(manifest.get("schema"), dict)
    )
    return whole and (version == 1 or all(_is_told(said) for said in manifest["tables"].values()))


def _is_told(table: dict[str, Any]) -> bool:
    """Whether a manifest says of a table what is needed to compute its digest again."""
    fields = table.get("fields")
    return (
        isinstance(table.get("rows"), int)
        and all(isinstance(table.get(name), str) for name in ("digest", "parties_digest"))
        and isinstance(fields, list)
        and 0 < len(fields) <= _MOST_TABLES
        and all(_is_field(field) for field in fields)
    )


def _is_field(said: object) -> bool:
    words = said if isinstance(said, list) and len(said) == 2 else [None]
    return all(isinstance(word, str) for word in words) and words[1] in _STORAGES


def remarks(folder: Path) -> list[str]:
    """Return what a reader of ``verify`` must know besides: what could not be checked."""
    return [OLD] if read_manifest(folder).get("version", 1) == 1 else []


def verify(folder: Path, forms: Collection[str] = FORMS) -> list[str]:
    """Check a bundle against its manifest; return what is wrong, one line each.

    Every file by its hash; every table by its digest, computed again from what each of ``forms`` holds.
    """
    manifest = read_manifest(folder)
    files: dict[str, str] = manifest["files"]
    problems, whole = [], set()
    for name, digest in sorted(files.items()):
        problem = _file_problem(folder, name, digest)
        if problem:
            problems.append(problem)
        else:
            whole.add(name)
    present = set(files_in(folder, litter=True))
    problems += [f"清单中没有的文件 {name}" for name in sorted(present - set(files) - {MANIFEST})]
    if manifest.get("version", 1) == VERSION:
        problems += _content_problems(folder, manifest, whole, forms)
    return problems


def _file_problem(folder: Path, name: str, digest: str) -> str | None:
    parts = PurePosixPath(name).parts
    usual = name.isprintable() and name == "/".join(parts) and not name.startswith("/")
    if not parts or not usual or ".." in parts or any(char in name for char in '\\:*?"<>|'):
        return f"清单中的文件名「{name[:80]}」不是这个文件夹里的，没有去读"
    path = folder
    try:
        for part in parts:
            path = path / part
            if path.is_symlink():
                return f"文件 {name} 是一个链接，没有去读"
        if not path.is_file():
            return f"缺少文件 {name}"
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
    except (OSError, ValueError):
        return f"文件 {name} 读不出来"
    return None if found == digest else f"文件 {name} 与清单不符，导出后被改动过"


def _content_problems(
    folder: Path, manifest: dict[str, Any], whole: set[str], forms: Collection[str]
) -> list[str]:
    """Say where a form of a table does not hold what the manifest's digest was made over."""
    problems: list[str] = []
    book = None
    if "xlsx" in forms and ALL_TABLES not in manifest["files"]:
        problems.append(f"清单中没有列出 {ALL_TABLES}")
    if "xlsx" in forms and ALL_TABLES in whole:
        try:
            book = read_book_safely(folder / ALL_TABLES)
        except UnreadableFile as error:
            problems.append(f"{ALL_TABLES}：{error.message}")
    for table_id, told in manifest["tables"].items():
        table = _Told(table_id, [(name, storage) for name, storage in told["fields"]], told)
        for form in forms:
            name = f"{form}/{table_id}.{form}"
            if name in whole:
                problems += table.compare(name, folder / name, form)
            elif name not in manifest["files"] and (told["rows"] or form == "parquet"):
                problems.append(f"清单中没有列出 {name}")
        if book is not None:
            problems += table.compare(f"{ALL_TABLES} › {table_id}", book, "sheet")
    return problems


@dataclass(frozen=True, slots=True)
class _Told:
    """What a manifest says of one table."""

    id: str
    fields: Fields
    said: Mapping[str, Any]

    def compare(self, name: str, place: Path | Book, form: str) -> list[str]:
        """Return what one form of the table holds otherwise than the manifest says."""
        filled = None
        try:
            if isinstance(place, Book):
                rows = sheet_rows(place, self.id, self.fields)
            elif form == "parquet":
                rows, filled = parquet_rows(place, self.fields)
            else:
                rows = (csv_rows if form == "csv" else plain_rows)(place, self.fields)
        except UnreadableFile as error:
            return [f"{name}：{error.message}"]
        if digest_of(self.id, self.fields, rows) != self.said["digest"]:
            return [f"{name} 的内容与清单的数据校验码不符，数据被改动过"]
        if filled is None:
            return []
        if len(filled) != self.said["rows"]:
            return [f"{name} 有 {len(filled)} 行，清单写的是 {self.said['rows']} 行"]
        if digest_of(self.id, with_party(self.fields), filled) != self.said["parties_digest"]:
            return [f"{name} 的填报单位与清单的数据校验码不符"]
        return []


def against(folder: Path, events: Sequence[Event]) -> list[str]:
    """Hold a bundle that was handed over against today's history; return what does not agree, one line each.

    The bundle names the last record of its time, and the record of every approval: a history that was written anew
    since does not hold them.
    """
    manifest = read_manifest(folder)
    known = {event.hash: event for event in events}
    head, records = manifest.get("journal_head"), manifest.get("journal_records")
    problems = []
    if not isinstance(head, str) or not _SHA256.fullmatch(head):
        problems.append("上报包的清单没有记下采集日志头，不能与日志核对")
    elif head != START and head not in known:
        problems.append(
            f"上报包记下的采集日志头 {head[:16]} 不在现在的日志里：导出之后日志被改写、删减过，或者属于另一项采集工作"
        )
    elif isinstance(records, int) and records != (known[head].seq if head in known else 0):
        problems.append(f"上报包写的是 {records} 条记录，这个日志头却是第 {known[head].seq} 条")
    approvals = manifest.get("approvals")
    for approval in approvals if isinstance(approvals, list) else []:
        problem = _approval_problem(approval, known)
        if problem:
            problems.append(problem)
    return problems


def _approval_problem(approval: object, known: dict[str, Event]) -> str | None:
    if not isinstance(approval, dict):
        return "上报包的清单中有一条审核记录看不懂"
    event = known.get(str(approval.get("event")))
    what = (
        f"{approval.get('table')} {approval.get('party')} 的“{approval.get('step')}”（{approval.get('by')}）"
    )
    if event is None:
        return f"上报包中 {what}不在现在的日志里"
    bound = event.data.get("parties")
    digest = bound.get(approval.get("party")) if isinstance(bound, dict) else None
    same = event.by == approval.get("by") and event.at == approval.get("at")
    if not same or ("digest" in approval and digest != approval["digest"]):
        return f"上报包中 {what}与日志第 {event.seq} 条不一样"
    return None


def strangers(folder: Path) -> list[str]:
    """Return what in a folder is not a bundle of ours as it was written: other files, and those changed since."""
    try:
        files: dict[str, str] = read_manifest(folder)["files"]
    except UnreadableFile:
        return entries_of(folder)
    entries = files_in(folder)
    changed = [
        name for name, digest in files.items() if name in entries and _file_problem(folder, name, digest)
    ]
    return sorted({*entries} - {*files, MANIFEST}) + sorted(changed)


def bundle_tables(
    folder: Path,
) -> Iterator[tuple[str, str, tuple[str, ...], list[tuple[str, dict[str, Any]]]]]:
    """Give the id, name, fields and rows (party, values by field) of a bundle's tables.

    Raises UnreadableFile when the folder is no bundle, or not as it was written.
    """
    problems = verify(folder, ["parquet"])
    if problems:
        raise UnreadableFile(f"上报包不完整：{problems[0]}", hint="用原来导出的那一份", where=str(folder))
    manifest = read_manifest(folder)
    if manifest.get("masked"):
        hint = "用没有打码的那一份"
        raise UnreadableFile("这个上报包打了码，不能用来预填或核对", hint=hint, where=str(folder))
    for name in sorted(path for path in manifest["files"] if path.startswith("parquet/")):
        table = parquet_table(folder / name)
        rows = [
            (party, dict(zip(table.fields, row, strict=True)))
            for party, row in zip(table.parties, table.rows, strict=True)
        ]
        yield table.id, table.name, table.fields, rows


def campaign_of(folder: Path) -> tuple[str, str]:
    """Return year and name of the campaign whose bundle this is."""
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return str(manifest.get("schema", {}).get("year", "")), str(manifest.get("campaign", ""))


def indicators_of(folder: Path) -> dict[str, float]:
    """Return the indicators a bundle was exported with, by name; those that had no value are left out."""
    try:
        found = json.loads((folder / INDICATORS).read_text(encoding="utf-8"))["indicators"]
        return {
            indicator["id"]: float(indicator["value"])
            for indicator in found
            if indicator["value"] is not None
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
        return {}
