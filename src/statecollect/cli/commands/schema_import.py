"""``statecollect schema import``: next year's schemas start from the platform's blank workbooks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from statecollect.cli.session import JsonOption, YearOption, session

if TYPE_CHECKING:
    from statecollect.schemas import TableDifference


def import_official(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="官方模板.xlsx", help="平台的空白工作簿，可多个")],
    year: YearOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="文件夹", help="把新一年数据目录的草稿写到这里")
    ] = None,
    json: JsonOption = False,
) -> None:
    """与官方空白模板比对：新增、改动、去掉了哪些字段；可写出新一年的草稿。"""
    from statecollect.catalog import load_catalog, schemas_root
    from statecollect.cli import screen
    from statecollect.core.errors import UsageError
    from statecollect.schemas import compare, known_names, read_blanks, write_draft

    absent = [path for path in paths if not path.is_file()]
    if absent:
        raise UsageError("文件不存在", hint="核对文件名和所在文件夹", where=str(absent[0]))
    catalog = load_catalog(year)
    known = known_names(catalog)
    blanks = [blank for path in paths for blank in read_blanks(path, known)]
    if not blanks:
        raise UsageError("没有找到任何表头", hint="确认这是平台的空白模板", where=str(paths[0]))
    comparison = compare(blanks, catalog)
    written = write_draft(comparison, schemas_root() / catalog.year.year, out) if out else []
    if json:
        screen.write_json({**comparison.as_json(), "written": [str(path) for path in written]})
        return
    lines = [line for table in comparison.tables for line in _said(table)]
    if lines:
        screen.grid(f"与 {catalog.year.year} 年度不同", ("表号", "数据表", "变化", "内容"), lines)
    else:
        screen.say(f"{len(comparison.tables)} 张表与 {catalog.year.year} 年度相同")
    if comparison.not_seen:
        numbers = " ".join(comparison.not_seen)
        screen.say(f"另有{len(comparison.not_seen)}张表不在这些工作簿里：{numbers}", "dim")
    if out:
        screen.say(f"草稿 → {out}（改动 {len(written)} 个文件；去掉的字段没有删，请人工确认）")
        screen.next_step(session(context), f"statecollect schema check {out} 检查草稿，并改年度、时段、日程")
    elif lines:
        screen.next_step(session(context), "加 --out 文件夹，写出新一年数据目录的草稿")


def _said(one: TableDifference) -> list[tuple[str, str, str, str]]:
    """Return the lines that tell how a sheet differs from its table."""
    lines = [("表号变了", f"官方模板中是 {one.number}")] if one.number else []
    if one.match == "new":
        lines.append(("新表", "、".join(one.new)))
    else:
        lines += [
            ("新增", f"{name}（是否由「{one.renamed[name]}」改名？）" if name in one.renamed else name)
            for name in one.new
        ]
    lines += [("去掉", name) for name in one.vanished]
    lines += [("栏目重复", f"{name}（只取第一列）") for name in one.twice]
    lines += [("次序变了", "")] if one.moved else []
    for choice in one.choices:
        more = f"多出 {'、'.join(choice.added)}" if choice.added else ""
        less = f"没有 {'、'.join(choice.removed)}" if choice.removed else ""
        lines.append(("下拉列表", f"{choice.field}：{'；'.join(part for part in (more, less) if part)}"))
    return [(one.table, one.name, what, text) for what, text in lines]
