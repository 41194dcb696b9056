"""The bundle that leaves the school: one consolidated workbook, one file a table, a manifest.

A bundle folder appears whole or not at all: it is written beside its place and renamed. Same data, same bytes.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from statecollect.bundle import INDICATORS, MANIFEST, PARTY
from statecollect.bundlefiles import write_csv, write_datapackage, write_parquet
from statecollect.catalog import Catalog, Table
from statecollect.errors import Refused
from statecollect.evidence import documents
from statecollect.masking import mask
from statecollect.store import Store
from statecollect.store.queries import rows_of
from statecollect.validate import Validation
from statecollect.workbook.plain import write_plain
from statecollect.workbook.writer import BookContent, SheetContent, write_workbook

DRAFT_WATERMARK = "草稿，不得上报"


@dataclass(frozen=True, slots=True)
class Bundle:
    """A written bundle: where it is, and how many rows each table has."""

    folder: Path
    rows: dict[str, int]
    draft: bool


def export(
    store: Store,
    catalog: Catalog,
    validation: Validation,
    out: Path,
    *,
    school: str,
    campaign: str,
    version: str,
    missing: Sequence[str],
    unfinished: Sequence[str] = (),
    signed: Mapping[str, Any] | None = None,
    papers: Callable[[Path], dict[str, Any]] = lambda _: {},
    draft: bool = False,
    masked: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Bundle:
    """Write the bundle to ``out``. ``missing`` says what is owed, a line a table, ``unfinished`` those not finalised;
    ``signed`` is what people put their names to, for the manifest; ``papers`` writes what people read into the folder and
    returns the indicators.

    Raises Refused while errors stand, or tables are missing or not finalised, unless ``draft``.
    """
    if not draft:
        _refuse_while_open(validation, missing, unfinished)
    tables = list(catalog.tables.values())
    contents = {table.id: _content(store, table, masked) for table in tables}
    rows = {table_id: rows_of(one.drop_columns([PARTY])) for table_id, one in contents.items()}
    out.parent.mkdir(parents=True, exist_ok=True)
    building, aside = _beside(out)
    _tidy(out, building, aside)
    building.mkdir(mode=0o700)
    try:
        progress("汇总工作簿")
        _consolidated(building / "全部数据.xlsx", tables, rows, catalog, school, draft)
        for table in tables:
            progress(table.title)
            if rows[table.id]:
                write_csv(building / "csv" / f"{table.id}.csv", table, rows[table.id])
                watermark = DRAFT_WATERMARK if draft else None
                path = building / "xlsx" / f"{table.id}.xlsx"
                path.parent.mkdir(exist_ok=True)
                write_plain(path, table, rows[table.id], school, watermark)
            write_parquet(
                building / "parquet" / f"{table.id}.parquet", contents[table.id], table, catalog.digest
            )
        write_datapackage(building, catalog, rows, school, campaign, complete=not draft)
        progress("报告")
        _json(building / INDICATORS, papers(building))
        manifest = _manifest(
            building, store, catalog, validation, rows, school, campaign, version, draft, masked
        ) | dict(signed or {})
        _json(building / MANIFEST, manifest)
        _put_in_place(building, aside, out)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    return Bundle(out, {table_id: len(content) for table_id, content in rows.items()}, draft)


def _json(path: Path, content: dict[str, Any]) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")


def _refuse_while_open(validation: Validation, missing: Sequence[str], unfinished: Sequence[str]) -> None:
    errors = validation.count("error")
    if errors:
        raise Refused(
            f"还有 {errors} 个错误没有改正，不能导出上报包",
            hint="先用 statecollect validate --marked 退回修改；只看样子可加 --draft",
        )
    broken = [result.rule.id for result in validation.results if result.status == "error"]
    if broken:
        raise Refused(f"规则 {'、'.join(broken)} 未能运行，不能确认数据无误", hint="请维护人员先修复规则")
    if missing:
        shown = "；".join(missing[:10]) + (" 等" if len(missing) > 10 else "")
        raise Refused(
            f"还有 {len(missing)} 张表没有返回齐（{shown}），不能导出上报包",
            hint="催收后再导出；确无数据的选“零报告”或 statecollect nil 代报，不必再交的 statecollect teacher exempt、"
            "party exempt 免报；只看样子可加 --draft",
        )
    if unfinished:
        shown = "、".join(unfinished[:10]) + ("等" if len(unfinished) > 10 else "")
        raise Refused(
            f"还有 {len(unfinished)} 张表没有定稿（{shown}），不能导出上报包",
            hint="按 statecollect review submit、approve、finalise 审核；只看样子可加 --draft",
        )


def _content(store: Store, table: Table, masked: bool) -> pa.Table:
    """Return a table in the order of its key, so that the bundle does not depend on who came first; the party first."""
    content = store.table(table.id, with_party=True).rename_columns(
        [PARTY, *(one.name for one in table.fields)]
    )
    for field in table.fields if masked else ():
        if field.is_personal:
            at = content.column_names.index(field.name)
            hidden = [mask(str(value)) if value else value for value in content.column(at).to_pylist()]
            content = content.set_column(at, field.name, pa.array(hidden, pa.string()))
    return content


def _consolidated(
    path: Path,
    tables: Sequence[Table],
    rows: dict[str, list[list[Any]]],
    catalog: Catalog,
    school: str,
    draft: bool,
) -> None:
    content = BookContent(
        title=catalog.year.title,
        school=school,
        party="全校汇总",
        tasks=(),
        sheets=[SheetContent(table, rows[table.id]) for table in tables],
        read_only=True,
        watermark=DRAFT_WATERMARK if draft else None,
    )
    write_workbook(path, content, catalog)


def _manifest(
    folder: Path,
    store: Store,
    catalog: Catalog,
    validation: Validation,
    rows: dict[str, list[list[Any]]],
    school: str,
    campaign: str,
    version: str,
    draft: bool,
    masked: bool,
) -> dict[str, Any]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        "school": school,
        "campaign": campaign,
        "draft": draft,
        "masked": masked,
        "statecollect": version,
        "schema": {"year": catalog.year.year, "version": catalog.year.version, "digest": catalog.digest},
        "tables": {
            table_id: {
                "name": catalog.tables[table_id].name,
                "rows": len(content),
                "digest": store.digest(table_id),
            }
            for table_id, content in rows.items()
        },
        "errors": validation.count("error"),
        "warnings": validation.count("warning"),
        "journal_head": store.journal_head(),
        "evidence": [one.as_json() for one in documents(store)],
        "files": {
            path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in files
        },
    }


def _beside(out: Path) -> tuple[Path, Path]:
    """Return where a bundle is built, and where the older one stands while the new one takes its place."""
    return out.with_name(f".{out.name}.正在写"), out.with_name(f".{out.name}.上一份")


def _tidy(out: Path, building: Path, aside: Path) -> None:
    """Clear away what a killed export left; an older bundle that stood aside when it died comes back."""
    shutil.rmtree(building, ignore_errors=True)
    if aside.exists() and not out.exists():
        aside.replace(out)
    shutil.rmtree(aside, ignore_errors=True)


def _put_in_place(building: Path, aside: Path, out: Path) -> None:
    """Swap the new bundle in; an older one stands aside until the new one is there."""
    if out.exists():
        out.replace(aside)
    try:
        building.replace(out)
    except OSError:
        if aside.exists():
            aside.replace(out)
        raise
    shutil.rmtree(aside, ignore_errors=True)
