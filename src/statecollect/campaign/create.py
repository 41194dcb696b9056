"""Founding a campaign: its folder with the breakdown, the configuration to be looked over, and the key of its templates.

It is built aside, read back, and only then put in its place: a founding that fails leaves nothing behind.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from statecollect.catalog import load_catalog
from statecollect.core.errors import Refused, UsageError
from statecollect.core.names import tidied, usable_name
from statecollect.core.outputs import CONFIG_NAME, write_atomically
from statecollect.school.breakdown import Breakdown, parse_breakdown
from statecollect.school.breakdown.catalog_match import held_against
from statecollect.school.config import BREAKDOWN_NAME, Parties, School, config_text, read_config
from statecollect.school.parties import Unresolved, departments_of, unresolved
from statecollect.store.seal import write_key


@dataclass(frozen=True, slots=True)
class Founded:
    """What there is to look over: the breakdown, names in it that nobody knows, names that were tidied."""

    breakdown: Breakdown
    open_names: list[Unresolved]
    remarks: list[str]


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
) -> Founded:
    """Make the folder. Raises UsageError where there is a campaign already."""
    place = Path.cwd() / folder
    _free(place)
    catalog = load_catalog(year)
    breakdown = held_against(parse_breakdown(breakdown_file), catalog)
    remarks: list[str] = []
    listed, said = tidied(departments or departments_of(breakdown, units, catalog.year.party_words), "部门")
    remarks += said
    taught, said = tidied(units, "教学单位")
    remarks += said
    both = [name for name in taught if name in listed]
    if both:
        raise UsageError(f"「{both[0]}」既写成职能部门又写成教学单位", hint="名单里只留一处")
    called = {
        usable_name(key, "别名"): usable_name(value, "别名所指的部门") for key, value in aliases.items()
    }
    parties = Parties(departments=listed, units=taught, aliases=called)
    open_names = unresolved(breakdown, parties, catalog)
    toml = config_text(
        catalog,
        school,
        parties,
        _campaign_id(catalog.year.year, school, secret),
        [str(name) for name in open_names],
    )
    building = _beside(place)
    try:
        _write(building, breakdown_file, breakdown, toml, secret or secrets.token_bytes(32))
        back = read_config(building)
        if (back.parties, back.school.name) != (parties, school.name):
            raise UsageError(
                "写好的配置读回来与名单不同", hint="请把部门名单和学校名称中的特殊符号去掉后再建"
            )
        _put_in_place(building, place)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    return Founded(breakdown, open_names, remarks)


def _campaign_id(year: str, school: School, secret: bytes | None) -> str:
    """Return what every template of this campaign carries; the school's name may change, this does not.

    With a given secret it follows from what was given: an example is the same each time it is made.
    """
    if secret is None:
        return f"{year}-{secrets.token_hex(3)}"
    return f"{year}-{school.code or hashlib.sha256(secret).hexdigest()[:6]}"


def _free(place: Path) -> None:
    if (place / CONFIG_NAME).exists():
        raise UsageError("这里已经有采集工作了", hint="换一个文件夹，或直接使用它", where=str(place))
    if (place / "store" / "journal.jsonl").exists():
        raise Refused(
            f"文件夹里有收过的数据（store），却没有 {CONFIG_NAME}",
            hint=f"从备份中恢复 {CONFIG_NAME}；要建新的采集，请换一个文件夹",
            where=str(place),
        )
    if place.exists() and not place.is_dir():
        raise UsageError("这是一个文件，不是文件夹", hint="换一个名称", where=str(place))


def _beside(place: Path) -> Path:
    """Return an empty folder near the place, on the same disk; one that a killed founding left is cleared away."""
    near = next(folder for folder in place.parents if folder.is_dir())
    building = near / f".{hashlib.sha256(os.fsencode(place)).hexdigest()[:12]}.正在建立"
    shutil.rmtree(building, ignore_errors=True)
    _private_folder(building)
    return building


def _write(folder: Path, breakdown_file: Path, breakdown: Breakdown, toml: str, secret: bytes) -> None:
    for name in ("store", "templates", "reports"):
        _private_folder(folder / name)
    kept = folder / f"任务分解表原件{breakdown_file.suffix}"
    shutil.copyfile(breakdown_file, kept)
    kept.chmod(0o600)
    text = json.dumps(breakdown.as_json(), ensure_ascii=False, indent=1) + "\n"
    write_atomically(folder / BREAKDOWN_NAME, text, private=True)
    write_key(folder / "store", secret)
    write_atomically(folder / CONFIG_NAME, toml, private=True)


def _put_in_place(building: Path, place: Path) -> None:
    """Rename the finished folder; into one that exists its parts are moved, the file that makes it a campaign last."""
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        building.rename(place)
        return
    parts = sorted(building.iterdir(), key=lambda one: one.name == CONFIG_NAME)
    taken = [part.name for part in parts if (place / part.name).exists() and not _is_empty(place / part.name)]
    if taken:
        raise Refused(f"文件夹里已有 {'、'.join(taken)}，不会覆盖", hint="换一个空的文件夹", where=str(place))
    if os.name == "posix":
        place.chmod(0o700)
    moved: list[Path] = []
    try:
        for part in parts:
            target = place / part.name
            if target.is_dir():
                target.rmdir()
            part.rename(target)
            moved.append(target)
    except BaseException:
        for target in reversed(moved):
            target.rename(building / target.name)
        raise
    building.rmdir()


def _is_empty(path: Path) -> bool:
    return path.is_dir() and not any(path.iterdir())


def _private_folder(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if os.name == "posix":
        folder.chmod(0o700)
