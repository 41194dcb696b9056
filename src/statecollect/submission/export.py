"""The bundle that leaves the school: one consolidated workbook, one file a table, a manifest.

A bundle folder appears whole or not at all, and replaces only an earlier bundle as it was written. Same data, same bytes.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from statecollect.catalog import Catalog, Table
from statecollect.core.errors import Refused
from statecollect.core.outputs import whole_folder
from statecollect.findings.masking import mask
from statecollect.store import Store
from statecollect.store.queries import rows_of
from statecollect.submission.bundle import ALL_TABLES, INDICATORS, MANIFEST, PARTY, strangers
from statecollect.submission.bundle_files import write_csv, write_datapackage, write_parquet
from statecollect.submission.manifest import Sender, manifest_of
from statecollect.workbook.write.plain_sheet import write_plain
from statecollect.workbook.write.writer import BookContent, SheetContent, write_workbook
from statecollect.workflow.validate import Validation

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
    sender: Sender,
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

    Raises Refused while errors stand, rules whose fault is an error are switched off, or tables are missing or not
    finalised, unless ``draft``. Raises UsageError, before anything is written, when ``out`` holds anything of others.
    """
    if not draft:
        _refuse_while_open(validation, missing, unfinished, _errors_off(catalog, validation))
    tables = list(catalog.tables.values())
    with whole_folder(out, strangers) as building:
        contents = {table.id: _content(store, table, masked) for table in tables}
        rows = {table_id: rows_of(content.drop_columns([PARTY])) for table_id, content in contents.items()}
        progress("汇总工作簿")
        _consolidated(building / ALL_TABLES, tables, rows, catalog, sender.school, draft)
        for table in tables:
            progress(table.title)
            if rows[table.id]:
                write_csv(building / "csv" / f"{table.id}.csv", table, rows[table.id])
                watermark = DRAFT_WATERMARK if draft else None
                path = building / "xlsx" / f"{table.id}.xlsx"
                write_plain(path, table, rows[table.id], sender.school, watermark)
            write_parquet(
                building / "parquet" / f"{table.id}.parquet", contents[table.id], table, catalog.digest
            )
        write_datapackage(building, catalog, rows, sender.school, sender.campaign, complete=not draft)
        progress("报告")
        _json(building / INDICATORS, papers(building))
        manifest = manifest_of(
            building, sender, store, catalog, validation, contents, rows, draft=draft, masked=masked
        )
        _json(building / MANIFEST, manifest | dict(signed or {}))
    return Bundle(out, {table_id: len(content) for table_id, content in rows.items()}, draft)


def _json(path: Path, content: dict[str, Any]) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")


def _errors_off(catalog: Catalog, validation: Validation) -> list[str]:
    """Return the rules that the school switched off although what they find is an error."""
    severity = {result.rule.id: result.rule.severity for result in validation.results}
    return [rule for rule in sorted(catalog.off) if severity.get(rule) == "error"]


def _refuse_while_open(
    validation: Validation, missing: Sequence[str], unfinished: Sequence[str], off: Sequence[str]
) -> None:
    """Raise Refused for the first thing that stands in the way; its ``details`` hold all of them."""
    found = Counter(
        (finding.table, finding.rule, finding.party)
        for finding in validation.findings
        if finding.severity == "error"
    )
    broken = [result.rule.id for result in validation.results if result.status == "error"]
    details = {
        "errors": [
            {"table": table, "rule": rule, "party": party, "count": count}
            for (table, rule, party), count in found.items()
        ],
        "off": list(off),
        "not_run": broken,
        "missing": list(missing),
        "unfinished": list(unfinished),
    }
    if found:
        raise Refused(
            f"还有 {found.total()} 个错误没有改正，不能导出上报包",
            hint="先用 statecollect validate --marked 退回修改；只看样子可加 --draft",
            details=details,
        )
    if off:
        raise Refused(
            f"停用了 {len(off)} 条查错误的规则（{_some(off)}），不能导出上报包",
            hint="错误只能由领导小组用 statecollect waive 说明：从 rules/ 的 off 中删去这些规则；只看样子可加 --draft",
            details=details,
        )
    if broken:
        raise Refused(
            f"规则 {'、'.join(broken)} 未能运行，不能确认数据无误",
            hint="请维护人员先修复规则",
            details=details,
        )
    if missing:
        raise Refused(
            f"还有 {len(missing)} 张表没有返回齐（{_some(missing)}），不能导出上报包",
            hint="催收后再导出；确无数据的选“零报告”或 statecollect nil 代报，不必再交的 statecollect teacher exempt、"
            "party exempt 免报；只看样子可加 --draft",
            details=details,
        )
    if unfinished:
        raise Refused(
            f"还有 {len(unfinished)} 张表没有定稿（{_some(unfinished)}），不能导出上报包",
            hint="按 statecollect review submit、approve、finalise 审核；只看样子可加 --draft",
            details=details,
        )


def _some(names: Sequence[str]) -> str:
    return "、".join(names[:10]) + ("等" if len(names) > 10 else "")


def _content(store: Store, table: Table, masked: bool) -> pa.Table:
    """Return a table in the order of its key, so that the bundle does not depend on who came first; the party first."""
    content = store.table(table.id, with_party=True).rename_columns(
        [PARTY, *(field.name for field in table.fields)]
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
