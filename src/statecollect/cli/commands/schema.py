"""``statecollect schema …``: the catalog."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from statecollect.cli.commands import schema_codes, schema_import
from statecollect.cli.session import JsonOption, YearOption, session

if TYPE_CHECKING:
    from statecollect.catalog import Catalog, Table

app = typer.Typer(help="数据目录：表、字段、代码表、规则。", no_args_is_help=True, rich_markup_mode=None)


@app.command("list")
def list_tables(year: YearOption = None, json: JsonOption = False) -> None:
    """列出全部数据表和代码表。"""
    from statecollect.catalog import load_catalog
    from statecollect.cli import screen
    from statecollect.rules import rules_of
    from statecollect.schemas.dictionary import MODES

    catalog = load_catalog(year)
    tables = {
        table.id: {
            "name": table.name,
            "mode": table.mode,
            "fields": len(table.fields),
            "rules": len(rules_of(catalog, table)),
            "inferred": sum(field.inferred for field in table.fields),
        }
        for table in catalog.tables.values()
    }
    codes = {
        code.id: {"name": code.name, "standard": code.standard, "values": len(code.values)}
        for code in catalog.codes.values()
    }
    if json:
        screen.write_json({"year": catalog.year.year, "tables": tables, "codes": codes})
        return
    screen.grid(
        f"{catalog.year.title}（{catalog.year.version}）",
        ("表号", "数据表", "方式", "字段", "规则", "推断字段"),
        [(key, *({**table, "mode": MODES[str(table["mode"])]}.values())) for key, table in tables.items()],
        right=(3, 4, 5),
    )
    fields = sum(len(table.fields) for table in catalog.tables.values())
    rules = sum(int(table["rules"]) for table in tables.values())  # type: ignore[call-overload]
    screen.say(f"{len(tables)} 张表，{fields} 个字段，{len(codes)} 个代码表，{rules} 条规则")


@app.command("show")
def show(
    context: typer.Context,
    table_id: Annotated[str, typer.Argument(metavar="表号", help="如 1.2.1")],
    year: YearOption = None,
    json: JsonOption = False,
) -> None:
    """一张表的字段、代码表和规则。"""
    from statecollect.catalog import load_catalog
    from statecollect.cli import screen
    from statecollect.findings import SEVERITY_LABEL
    from statecollect.rules import rules_of
    from statecollect.schemas.dictionary import necessity

    catalog = load_catalog(year)
    table = _known(catalog, table_id)
    rules = [bound.rule for bound in rules_of(catalog, table)]
    if json:
        screen.write_json(
            {
                "id": table.id,
                "name": table.name,
                "key": list(table.key),
                "fields": [
                    {
                        "name": field.name,
                        "kind": field.kind,
                        "required": field.required,
                        "unit": field.shown_unit,
                        "codes": field.codes,
                        "references": field.references,
                        "note": field.note,
                        "auto": field.auto,
                        "inferred": field.inferred,
                        "evidence": field.evidence,
                    }
                    for field in table.fields
                ],
                "rules": [
                    {
                        "id": rule.id,
                        "severity": rule.severity,
                        "check": rule.check or rule.find,
                        "message": rule.message,
                        "evidence": rule.evidence,
                    }
                    for rule in rules
                ],
            }
        )
        return
    screen.say(f"{table.id} {table.name}", "bold")
    screen.say(table.about)
    screen.say(f"键：{' + '.join(table.key) or '单行表'}；{table.official}", "dim")
    screen.grid(
        "字段",
        ("字段", "类型", "必填", "单位", "代码表", "说明", "证据"),
        [
            (
                field.name,
                field.spec.label,
                necessity(field),
                field.shown_unit or "",
                field.codes or "",
                field.note,
                field.evidence,
            )
            for field in table.fields
        ],
    )
    screen.grid(
        "规则",
        ("编号", "级别", "说明"),
        [(rule.id, SEVERITY_LABEL[rule.severity], rule.name or rule.message) for rule in rules],
    )
    screen.next_step(session(context), "statecollect schema check 检查全部数据目录")


def _known(catalog: Catalog, table_id: str) -> Table:
    """Return a table by its id. Raises UsageError with those that are near."""
    from statecollect.core.errors import UsageError
    from statecollect.school.parties import near

    table = catalog.table(table_id)
    if table is None:
        close = near(table_id, catalog.tables)
        raise UsageError(
            f"数据目录中没有表「{table_id}」", hint=f"相近的有：{'、'.join(close)}" if close else ""
        )
    return table


@app.command("check")
def check(
    folder: Annotated[
        Path | None, typer.Argument(metavar="文件夹", help="一个年度的数据目录；默认程序自带的最新年度")
    ] = None,
    table_id: Annotated[
        str | None,
        typer.Option("--table", metavar="表号", help="只查一张表，和提到它的规则、指标：改一处、查一处时用"),
    ] = None,
    json: JsonOption = False,
) -> None:
    """检查数据目录：文件、名称、每条规则的 SQL。"""
    from statecollect.catalog import load_catalog, load_year
    from statecollect.cli import screen
    from statecollect.schemas.check import check_catalog, check_table

    catalog = load_year(folder) if folder is not None else load_catalog()
    table = _known(catalog, table_id) if table_id is not None else None
    summary = check_catalog(catalog) if table is None else check_table(catalog, table)
    if json:
        screen.write_json(
            {
                "year": catalog.year.year,
                "tables": len(catalog.tables) if table is None else 1,
                "fields": summary.fields,
                "codes": len(catalog.codes),
                "rules": summary.rules,
                **({} if table is None else {"table": table.id, "elsewhere": summary.elsewhere}),
                "problems": list(summary.problems),
            }
        )
    else:
        for problem in summary.problems:
            screen.say(problem, "red")
        counted = (
            f"{len(catalog.tables)} 张表，{summary.fields} 个字段，{len(catalog.codes)} 个代码表，{summary.rules} 条规则"
            if table is None
            else f"{table.title}：{summary.fields} 个字段，{summary.rules} 条规则，另有 {summary.elsewhere} 处提到它"
        )
        screen.say(f"{counted}；{f'{len(summary.problems)} 处有问题' if summary.problems else '没有问题'}")
    raise typer.Exit(1 if summary.problems else 0)


@app.command("diff")
def diff(
    before: Annotated[str, typer.Argument(metavar="年度或文件夹", help="旧的")],
    after: Annotated[str, typer.Argument(metavar="年度或文件夹", help="新的")],
    json: JsonOption = False,
) -> None:
    """两个年度的数据目录有什么不同。"""
    from dataclasses import asdict

    from statecollect.catalog import load_catalog, load_year
    from statecollect.catalog.year_diff import diff as compare
    from statecollect.cli import screen

    def load(name: str) -> Catalog:
        return load_year(Path(name)) if Path(name).is_dir() else load_catalog(name)

    changes = compare(load(before), load(after))
    if json:
        screen.write_json({"changes": [asdict(change) for change in changes]})
        return
    words = {"added": "新增", "removed": "去掉", "changed": "改动"}
    if changes:
        screen.grid(
            f"{len(changes)} 处不同",
            ("位置", "名称", "变化", "内容"),
            [(change.where, change.what, words[change.how], change.detail) for change in changes],
        )
    else:
        screen.say("没有不同")


@app.command("dictionary")
def dictionary(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="文件.xlsx", help="写到哪里")],
    year: YearOption = None,
) -> None:
    """写出数据字典：表、字段、代码、规则，可打印、可筛选。"""
    from statecollect.catalog import load_catalog
    from statecollect.cli import screen
    from statecollect.core.errors import UsageError
    from statecollect.schemas.dictionary import write_dictionary

    if path.suffix.lower() != ".xlsx":
        raise UsageError("数据字典写成 .xlsx", hint="文件名以 .xlsx 结尾", where=path.name)
    write_dictionary(path, load_catalog(year))
    screen.say(f"数据字典 → {path}")
    screen.next_step(session(context), "在 Excel 中打开，可打印、可筛选")


app.command("import")(schema_import.import_official)
app.add_typer(schema_codes.app, name="codes")


@app.command("json-schema")
def json_schema() -> None:
    """数据表 YAML 的 JSON Schema，供编辑器提示和检查。"""
    from statecollect.catalog import Table
    from statecollect.cli import screen

    screen.write_json(Table.model_json_schema(by_alias=True))
