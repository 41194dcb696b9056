"""The data dictionary (数据字典) an office can print and filter: tables, fields, codes, rules of one year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from statecollect.catalog import Catalog, Field, Table, table_references
from statecollect.catalog.conditions import Comparison, comparisons
from statecollect.core.outputs import only_ours
from statecollect.core.spelling import readable
from statecollect.findings import SEVERITY_LABEL
from statecollect.rules import rules_of
from statecollect.workbook.write.listing import Listing, write_listings

MODES = {"collect": "填报", "auto": "自动生成", "cloud": "云端实时", "cloud+supplement": "云端，可补充"}
NECESSITY = {"yes": "必填", "no": "选填", "conditional": "条件必填"}
_INFERRED = "推断"
DictionaryRow = tuple[str | int, ...]


def write_dictionary(path: Path, catalog: Catalog) -> None:
    """Write the dictionary as an .xlsx of four sheets; it appears whole or not at all."""
    title = f"{catalog.year.title}（{catalog.year.version}）"
    only_ours([path])
    write_listings(
        path,
        [
            _sheet("数据表", title, _TABLES, _tables(catalog)),
            _sheet("字段", title, _FIELDS, _fields(catalog)),
            _sheet("代码", title, _CODES, _codes(catalog)),
            _sheet("规则", title, _RULES, _rules(catalog)),
        ],
    )


def _sheet(name: str, title: str, columns: Mapping[str, int], rows: Iterator[DictionaryRow]) -> Listing:
    return Listing(name, f"{title} {name}", list(columns), list(rows), list(columns.values()))


# column → width in characters: together they make an A4 page across, still readable
_TABLES = {
    "表号": 8,
    "数据表": 20,
    "方式": 9,
    "统计时段": 14,
    "一行是什么": 30,
    "键": 24,
    "字段数": 7,
    "规则数": 7,
    "官方模板": 30,
    "来源": 20,
}
_FIELDS = {
    "表号": 8,
    "数据表": 14,
    "序号": 5,
    "字段": 22,
    "类型": 17,
    "必填": 18,
    "单位": 7,
    "长度与范围": 16,
    "代码表": 14,
    "取自": 14,
    "填写说明": 26,
    "推断": 6,
    "来源": 16,
}
_CODES = {
    "代码表": 10,
    "名称": 16,
    "标准": 14,
    "代码": 8,
    "值": 20,
    "也可写成": 30,
    "限用于": 18,
    "可扩充": 7,
    "推断": 6,
    "来源": 20,
}
_RULES = {
    "规则": 13,
    "表号": 8,
    "级别": 6,
    "规则说明": 20,
    "问题": 36,
    "怎样修改": 30,
    "标在": 20,
    "条件或查询（SQL）": 46,
    "来源": 14,
}


def _tables(catalog: Catalog) -> Iterator[DictionaryRow]:
    for table in catalog.tables.values():
        yield (
            table.id,
            table.name,
            MODES[table.mode],
            catalog.year.periods[table.period].label if table.period else "",
            table.about,
            "、".join(table.key) or ("全校一行" if table.rows == "one" else ""),
            len(table.fields),
            len(rules_of(catalog, table)),
            table.official,
            table.evidence,
        )


def _fields(catalog: Catalog) -> Iterator[DictionaryRow]:
    for table in catalog.tables.values():
        targets = _targets(table)
        for number, field in enumerate(table.fields, start=1):
            codes = catalog.codes.get(field.codes or "")
            yield (
                table.id,
                table.name,
                number,
                field.name,
                field.spec.label,
                necessity(field),
                field.shown_unit or "",
                _limits(field),
                f"{codes.id} {codes.name}" if codes else "",
                targets.get(field.name, ""),
                field.note,
                _INFERRED if field.inferred else "",
                field.evidence,
            )


def necessity(field: Field) -> str:
    """Return whether a field must be filled, with the condition where it depends on others."""
    if field.auto:
        return "自动"
    return NECESSITY[field.required] + (f"：{_condition(field.when)}" if field.when else "")


def _condition(when: str) -> str:
    """Return a condition in words where it only compares fields with values; any other stays SQL."""
    found = comparisons(when)
    return "，且".join(map(_in_words, found)) if found is not None else when


def _in_words(one: Comparison) -> str:
    verb = {"one of": "为", "not": "不是", "filled": "已填写"}[one.sign]
    return one.field + verb + "或".join(f"“{value}”" for value in one.values)


def _targets(table: Table) -> dict[str, str]:
    """Return by field where its values must exist."""
    found: dict[str, list[str]] = {}
    for reference in table_references(table):
        for name, their in zip(reference.fields, reference.their, strict=True):
            found.setdefault(name, []).append(f"{' 或 '.join(reference.to)} {their}")
    return {name: "；".join(dict.fromkeys(texts)) for name, texts in found.items()}


def _limits(field: Field) -> str:
    """Return length, decimals, bounds, likely range, fixed value and pattern in one line."""
    length = field.length or field.spec.length
    lowest = field.min if field.min is not None else field.spec.minimum
    parts = [
        f"最长 {length} 字" if length else "",
        f"{field.shown_decimals} 位小数" if field.shown_decimals else "",
        f"不小于 {readable(lowest)}" if lowest is not None else "",
        f"不大于 {readable(field.max)}" if field.max is not None else "",
        f"常见 {readable(field.likely[0])} 至 {readable(field.likely[1])}" if field.likely else "",
        f"固定为 {field.constant}" if field.constant else "",
        f"在{field.period}内" if field.period else "",
        f"随“{field.within}”而定" if field.within else "",
    ]
    return "，".join(part for part in parts if part)


def _codes(catalog: Catalog) -> Iterator[DictionaryRow]:
    for codes in catalog.codes.values():
        for number, code in enumerate(codes.values):
            yield (
                codes.id,
                codes.name,
                codes.standard,
                code.code,
                code.label,
                "、".join(code.synonyms),
                "、".join(code.within),
                "是" if codes.extensible else "",
                _INFERRED if code.inferred or codes.evidence.startswith("I") else "",
                "" if number else codes.evidence,  # once a list: it may be long, and a list too
            )


def _rules(catalog: Catalog) -> Iterator[DictionaryRow]:
    for table in catalog.tables.values():
        for bound in rules_of(catalog, table):
            rule = bound.rule
            yield (
                rule.id,
                table.id,
                SEVERITY_LABEL[rule.severity],
                rule.name,
                rule.message,
                rule.hint,
                "、".join(rule.fields),
                " ".join((rule.check or rule.find or "").split()),
                rule.evidence,
            )
