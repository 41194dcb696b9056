"""A written bundle: is it as it was written, and what does it hold."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from statecollect.errors import UnreadableFile

MANIFEST = "manifest.json"
INDICATORS = "indicators.json"
PARTY = "填报单位"  # the first column of a Parquet file


def verify(folder: Path) -> list[str]:
    """Check a bundle against its manifest; return what is wrong, one line each."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files: dict[str, str] = manifest["files"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnreadableFile("不是上报包：没有可读的 manifest.json", where=str(folder)) from error
    problems = []
    for name, digest in sorted(files.items()):
        path = folder / name
        if not path.is_file():
            problems.append(f"缺少文件 {name}")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            problems.append(f"文件 {name} 与清单不符，导出后被改动过")
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    problems += [f"清单中没有的文件 {name}" for name in sorted(present - set(files) - {MANIFEST})]
    return problems


def bundle_tables(
    folder: Path,
) -> Iterator[tuple[str, str, tuple[str, ...], list[tuple[str, dict[str, Any]]]]]:
    """Give the id, name, fields and rows (party, values by field) of a bundle's tables.

    Raises UnreadableFile when the folder is no bundle, or not as it was written.
    """
    import pyarrow.parquet as pq

    problems = verify(folder)
    if problems:
        raise UnreadableFile(f"上报包不完整：{problems[0]}", hint="用原来导出的那一份", where=str(folder))
    if json.loads((folder / MANIFEST).read_text(encoding="utf-8")).get("masked"):
        hint = "用没有打码的那一份"
        raise UnreadableFile("这个上报包打了码，不能用来预填或核对", hint=hint, where=str(folder))
    for path in sorted((folder / "parquet").glob("*.parquet")):
        table = pq.read_table(path)
        about = {key.decode(): value.decode() for key, value in (table.schema.metadata or {}).items()}
        fields = tuple(name for name in table.column_names if name != PARTY)
        rows = [(row.pop(PARTY) or "", row) for row in table.to_pylist()]
        yield about["id"], about["name"], fields, rows


def campaign_of(folder: Path) -> tuple[str, str]:
    """Return year and name of the campaign whose bundle this is."""
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return str(manifest.get("schema", {}).get("year", "")), str(manifest.get("campaign", ""))


def indicators_of(folder: Path) -> dict[str, float]:
    """Return the indicators a bundle was exported with, by name; those that had no value are left out."""
    try:
        found = json.loads((folder / INDICATORS).read_text(encoding="utf-8"))["indicators"]
        return {one["id"]: float(one["value"]) for one in found if one["value"] is not None}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
