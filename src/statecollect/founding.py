"""Founding a campaign: its folder with the breakdown, the configuration to be looked over, and the key of its templates."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from statecollect.breakdown import Breakdown, parse_breakdown
from statecollect.catalog import load_catalog
from statecollect.config import BREAKDOWN_NAME, CONFIG_NAME, Parties, School, config_text
from statecollect.errors import UsageError
from statecollect.parties import Unresolved, departments_of, unresolved


def found(
    folder: Path,
    breakdown_file: Path,
    *,
    year: str | None,
    school: School,
    departments: Sequence[str],
    units: Sequence[str],
    aliases: Mapping[str, str],
    secret: bytes | None,
) -> tuple[Breakdown, list[Unresolved]]:
    """Make the folder; return the breakdown and the names in it that nobody knows. Raises UsageError where one is."""
    if (folder / CONFIG_NAME).exists():
        raise UsageError("这里已经有采集工作了", hint="换一个文件夹，或直接使用它", where=str(folder))
    breakdown = parse_breakdown(breakdown_file)
    catalog = load_catalog(year)
    listed = tuple(departments) or departments_of(breakdown, units, catalog.year.party_words)
    parties = Parties(departments=listed, units=tuple(units), aliases=dict(aliases))
    open_names = unresolved(breakdown, parties, catalog)
    campaign = f"{catalog.year.year}-{school.code or school.name}"
    _private_folder(folder)
    for name in ("store", "templates", "reports"):
        _private_folder(folder / name)
    shutil.copyfile(breakdown_file, folder / f"任务分解表原件{breakdown_file.suffix}")
    text = json.dumps(breakdown.as_json(), ensure_ascii=False, indent=1) + "\n"
    (folder / BREAKDOWN_NAME).write_text(text, encoding="utf-8", newline="\n")
    _write_private(folder / "store" / "secret.key", (secret or secrets.token_bytes(32)).hex())
    toml = config_text(catalog, school, parties, campaign, [str(name) for name in open_names])
    (folder / CONFIG_NAME).write_text(toml, encoding="utf-8", newline="\n")
    return breakdown, open_names


def _private_folder(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if os.name == "posix":
        folder.chmod(0o700)


def _write_private(path: Path, text: str) -> None:
    with os.fdopen(
        os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii"
    ) as stream:
        stream.write(text + "\n")
