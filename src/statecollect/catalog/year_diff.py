"""What changed from one year's catalog to another: tables, fields and code lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from statecollect.catalog.model import Catalog, Table
from statecollect.core.table_ids import table_order


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: where (table or code list), what (field or empty), and how it changed."""

    where: str
    what: str
    how: Literal["added", "removed", "changed"]
    detail: str = ""


def diff(old: Catalog, new: Catalog) -> list[Change]:
    """Return the changes from ``old`` to ``new``, tables in their order, then code lists."""
    changes: list[Change] = []
    for table_id in sorted({*old.tables, *new.tables}, key=table_order):
        before, after = old.tables.get(table_id), new.tables.get(table_id)
        if before is None or after is None:
            changes.append(_presence(table_id, "", before, (before or after).name))  # type: ignore[union-attr]
            continue
        changes += _settings(table_id, "", before, after, skip={"fields", "rules", "references"})
        changes += _fields(table_id, before, after)
        changes += _named(
            table_id, {rule.id: rule for rule in before.rules}, {rule.id: rule for rule in after.rules}
        )
    changes += _named("代码表", old.codes, new.codes)
    return changes


def _fields(table_id: str, before: Table, after: Table) -> list[Change]:
    changes = _named(table_id, before.by_name, after.by_name)
    kept_before = [field.name for field in before.fields if field.name in after.by_name]
    kept_after = [field.name for field in after.fields if field.name in before.by_name]
    if kept_before != kept_after:
        changes.append(Change(table_id, "", "changed", "字段顺序不同"))
    return changes


def _named(where: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    changes = []
    for name in [*before, *(name for name in after if name not in before)]:
        if name in before and name in after:
            changes += _settings(where, name, before[name], after[name])
        else:
            changes.append(_presence(where, name, before.get(name)))
    return changes


def _presence(where: str, what: str, before: object, detail: str = "") -> Change:
    return Change(where, what, "added" if before is None else "removed", detail)


def _settings(
    where: str, what: str, before: Any, after: Any, skip: frozenset[str] | set[str] = frozenset()
) -> list[Change]:
    if before == after:
        return []
    differing = [
        key
        for key in type(before).model_fields
        if key not in skip and getattr(before, key) != getattr(after, key)
    ]
    detail = "；".join(
        f"{key}：{_short(getattr(before, key))} → {_short(getattr(after, key))}" for key in differing
    )
    return [Change(where, what, "changed", detail)] if differing else []


def _short(value: object) -> str:
    text = "无" if value in (None, "", ()) else str(value)
    return text if len(text) <= 60 else text[:57] + "…"
