"""What no generator can know: an example's value for a new field, a fault for a new rule, a row of the evidence's list.

``all.py`` prints it, ``tests/examples/test_every_rule.py`` and ``tests/catalog/test_fields.py`` hold that nothing is left.
Each function returns lines for a maintainer: where, what.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from faults import Fault, NoFaultError, all_faults, changes
from trial import Trial

from statecollect.catalog import Catalog, Table
from statecollect.schemas.standards import compare_codes, standard_lists, undecided

HERE = Path(__file__).resolve().parent
FIELD_ROWS = HERE.parents[1] / "tests" / "data" / "field_rows.yaml"
Evidence = Mapping[str, Sequence[str | dict[str, Any]]]  # rows of the field list by table id


def field_rows() -> Evidence:
    """Return the rows of the evidence's field list."""
    rows: Evidence = yaml.safe_load(FIELD_ROWS.read_text(encoding="utf-8"))
    return rows


def fields_of(row: str | dict[str, Any]) -> list[str]:
    """Return the fields that one row of the list became."""
    return [row] if isinstance(row, str) else list(row["fields"])


def unlisted(table: Table, evidence: Evidence) -> list[str]:
    """Return in what a table differs from the evidence's list: every row is a field, every field a row or an inference."""
    listed = [name for row in evidence.get(table.id, ()) for name in fields_of(row)]
    names = [field.name for field in table.fields if field.name in listed or not field.inferred]
    if names == listed:
        return []
    told = [f"缺「{name}」一行" for name in names if name not in listed]
    told += [f"有「{name}」，数据目录没有" for name in listed if name not in names]
    return [f"tests/data/{FIELD_ROWS.name}：{table.id} {one}" for one in told or ["顺序与数据目录不同"]]


def unclean(trial: Trial, table: Table) -> list[str]:
    """Return what the fields say of a table's clean rows, one line a field."""
    found = {one.field: one.message for one in trial.findings(table.id)}
    return [f"{_made_in(table)}：{table.id} {said}" for said in found.values()]


def broken(trial: Trial, table: Table) -> list[str]:
    """Return the rules of a table that do not hold in the clean rows, or could not be run over them."""
    results = trial.results([bound for bound in trial.rules.values() if bound.table.id == table.id])
    return [
        f"{_made_in(table)}：示例不合 {one.rule.id}（{one.status}）：{one.reason or [finding.message for finding in one.findings[:2]]}"
        for one in results
        if one.status != "passed"
    ]


def unproven(trial: Trial, table: Table, known: Collection[str] = ()) -> list[str]:
    """Return the rules of a table that no fault proves, but those that are ``known`` to be proven."""
    told = []
    for rule, fault in all_faults(trial, table):
        if rule not in known:
            why = str(fault) if isinstance(fault, NoFaultError) else missed(trial, fault)
            if why:
                told.append(f"schemas：{rule} 的 breaks：{why}")
    return told


def missed(trial: Trial, fault: Fault) -> str:
    """Say what went wrong when the rule met its fault; empty when it was found where it should be."""
    bound = trial.rules[fault.rule]
    with trial.changed(changes(trial, fault)):
        (result,) = trial.results([bound])
        expected = set(fault.found_at)
        if fault.expect:
            expected |= set(trial.matching(bound.table, fault.expect))
    if result.status != "failed":
        return f"{result.status} {result.reason or ''} {fault.steps}"
    whole = all(one.origin.row is None for one in result.findings) and "_id" not in (bound.find or "_id")
    if whole and not fault.expect:
        return ""
    if not expected:
        pinned = [one.origin.cell for one in result.findings if one.origin.row is not None]
        return f"expect 没有写，找到的是 {pinned}" if pinned else ""
    cells = {
        (party, trial.cell(bound.table, fault.field, row) if fault.field else None) for party, row in expected
    }
    found = {(one.party, one.origin.cell) for one in result.findings}
    return "" if cells & found else f"应在 {sorted(cells)}，找到 {sorted(found)[:5]}"


def unanswered(table: Table) -> list[str]:
    """Return the errors of a table that do not say why every true college can satisfy them."""
    errors = [rule for rule in table.rules if rule.severity == "error"]
    return [
        f"schemas：{rule.id} 是错误，还要写 fair：真实的学校为什么都能做到（做不到的只作 warning）"
        for rule in errors
        if not rule.fair or rule.fair.startswith("只作提醒")
    ]


def unpaired(catalog: Catalog) -> list[str]:
    """Return the code lists that nobody has held against the national data standard, and labels without a decision."""
    compared = compare_codes(catalog, standard_lists())
    told = [
        f"schemas：代码表 {codes} 还要写 pair（国家标准中的同一代码表，没有写 none）"
        for codes in undecided(catalog)
    ]
    open_labels = [one for one in compared if one.decision == "open"]
    return told + [f"schemas：代码表 {one.codes} 不认识标准中的「{one.label}」" for one in open_labels]


def remaining(catalog: Catalog, trial: Trial, known: Collection[str]) -> list[str]:
    """Return all that is left for a person. ``known``: rules whose fault is as it was."""
    evidence = field_rows()
    return unpaired(catalog) + [
        line
        for table in catalog.tables.values()
        for line in (
            *unlisted(table, evidence),
            *unanswered(table),
            *unclean(trial, table),
            *broken(trial, table),
            *unproven(trial, table, known),
        )
    ]


def _made_in(table: Table) -> str:
    """Return the scripts that make a table's example rows."""
    named = [path.name for path in sorted(HERE.glob("*.py")) if f'"{table.id}"' in path.read_text("utf-8")]
    return f"examples/generate/{'、'.join(named) or '*.py'}"
