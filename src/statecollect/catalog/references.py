"""Names that one file of a year uses and another must hold: code lists, references, periods."""

from __future__ import annotations

from statecollect.catalog.model import Catalog, Field, Reference, Table
from statecollect.core.errors import CatalogError


def resolve_names(catalog: Catalog) -> None:
    """Raise CatalogError for the first name that resolves to nothing."""
    for name in catalog.year.questions:
        if name not in {**catalog.year.parameters, **catalog.year.periods}:
            raise CatalogError(f"要先定的「{name}」既不是参数，也不是时段", where="catalog.yaml")
    for title, profile in catalog.indicators.profiles.items():
        for name in profile.parameters:
            if name not in catalog.year.parameters:
                raise CatalogError(f"参照档案「{title}」给的「{name}」不是参数", where="indicators.yaml")
    shorts: dict[str, str] = {}
    for table in catalog.tables.values():
        if table.short in shorts:
            raise CatalogError(f"简称「{table.short}」与 {shorts[table.short]} 相同", where=table.id)
        shorts[table.short] = table.id
        for field in table.fields:
            _field(catalog, table, field)
        for reference in table_references(table):
            _reference(catalog, table, reference)
        for rule in table.rules:
            for needed in (*(rule.needs or ()), *((rule.other,) if rule.other else ())):
                if needed not in catalog.tables:
                    raise CatalogError(f"规则 {rule.id} 需要的表 {needed} 没有数据目录", where=table.id)


def _field(catalog: Catalog, table: Table, field: Field) -> None:
    where = f"{table.id} {field.name}"
    if field.codes and field.codes not in catalog.codes:
        raise CatalogError(f"没有代码表 {field.codes}", where=where)
    if field.period and field.period not in catalog.year.periods:
        raise CatalogError(f"catalog.yaml 中没有统计时段「{field.period}」", where=where)
    if field.within and field.codes and not any(code.within for code in catalog.codes[field.codes].values):
        raise CatalogError(f"代码表 {field.codes} 没有按「{field.within}」分组（within）", where=where)


def _reference(catalog: Catalog, table: Table, reference: Reference) -> None:
    for target in reference.to:
        found = catalog.tables.get(target)
        if found is None:
            raise CatalogError(f"引用的表 {target} 没有数据目录", where=table.id)
        for name in reference.their:
            if name not in found.by_name:
                raise CatalogError(f"引用的表 {target} 没有字段「{name}」", where=table.id)


def table_references(table: Table) -> list[Reference]:
    """Return the table's references, those written at a field (``references: 1.1.3.机构名称``) included.

    The short form is ``<table id>.<field>``; several targets are separated by ``|``; a trailing
    `` (warning)`` lowers the severity.
    """
    found = list(table.references)
    for field in table.fields:
        if not field.references:
            continue
        text, _, severity = field.references.partition(" (")
        targets = [target.strip() for target in text.split("|")]
        parts = [target.split(".", 3) for target in targets]
        if any(len(part) != 4 for part in parts):
            raise CatalogError("references 要写成「表号.字段」", where=f"{table.id} {field.name}")
        found.append(
            Reference.model_validate(
                {
                    "fields": [field.name],
                    "to": [".".join(part[:3]) for part in parts],
                    "their": [parts[0][3]],
                    "severity": severity.rstrip(")") or "error",
                    "evidence": field.evidence,
                }
            )
        )
    return found
