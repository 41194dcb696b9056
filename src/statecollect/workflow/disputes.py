"""A recorded choice where two parties report one thing differently: whose value counts, by whom decided, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from statecollect.catalog import Catalog, Table
from statecollect.core.errors import Refused, UsageError
from statecollect.core.spelling import spelled
from statecollect.findings.masking import shown
from statecollect.school.parties import near
from statecollect.store import RESOLUTION, Event, Store
from statecollect.store.merging import MergedRow, key_of, mergeable, said

SEPARATOR = "|"  # between the parts of a key that has several


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One thing that parties report differently: its key, and what each says, by field."""

    table: str
    key: tuple[str, ...]
    parties: tuple[str, ...]
    differences: dict[str, dict[str, str]]  # field → party → value, personal ones masked


def disagreements(store: Store, catalog: Catalog, table_id: str) -> list[Disagreement]:
    """Return what the parties of a table report differently; nothing of a table whose rows are never the same thing."""
    table = catalog.tables[table_id]
    found = []
    for rows in store.disagreements(table_id):
        told = {
            field.name: {
                row["_party"]: spelled(row[field.name]) for row in rows if row[field.name] is not None
            }
            for field in table.fields
        }
        differing = {
            name: {party: shown(table.by_name[name], text) for party, text in by.items()}
            for name, by in told.items()
            if len(set(by.values())) > 1
        }
        parties = tuple(str(row["_party"]) for row in rows)
        found.append(Disagreement(table_id, key_of(table, rows[0]), parties, differing))
    return found


def resolve(
    store: Store, catalog: Catalog, table_id: str, key: str, take: str, *, by: str, reason: str, at: str
) -> tuple[Event, Disagreement]:
    """Settle one disagreement. The choice holds as long as every party says what it says now.

    Raises UsageError for a key or party that is not among them, Refused where nothing is in dispute.
    """
    if not by.strip() or not reason.strip():
        raise UsageError("裁定要写明是谁、为什么", hint="加 --by 姓名 --reason 原因")
    table = catalog.tables[table_id]
    if not mergeable(table):
        _refuse(table)
    groups = {key_of(table, rows[0]): rows for rows in store.disagreements(table_id)}
    if not groups:
        raise Refused(f"{table.title} 没有几个单位填得不一致的内容", hint="不用裁定")
    wanted = tuple(part.strip() for part in key.split(SEPARATOR))
    rows = groups.get(wanted) or _by_part(groups, key.strip())
    if rows is None:
        known = [SEPARATOR.join(group) for group in groups]
        shown = "、".join(near(key, known) or known[:5])
        raise UsageError(f"没有填得不一致的「{key}」", hint=f"有争议的是：{shown}", where=table.title)
    parties = [str(row["_party"]) for row in rows]
    if take not in parties:
        raise UsageError(f"「{take}」没有填这一条", hint=f"填了的是：{'、'.join(parties)}", where=table.title)
    key_values = key_of(table, rows[0])
    before = next(
        disagreement
        for disagreement in disagreements(store, catalog, table_id)
        if disagreement.key == key_values
    )
    data = {
        "table": table_id,
        "key": list(key_values),
        "take": take,
        "said": {str(row["_party"]): said(table, row) for row in rows},
        "reason": reason.strip(),
    }
    return store.record(RESOLUTION, data, by.strip(), at), before


def _refuse(table: Table) -> NoReturn:
    """Say why nothing of this table can be settled by a choice, and what to do instead."""
    if table.sql:
        why, hint = "由程序自动生成，没有填报单位", "要改的是它所依据的表"
    elif table.rows == "one":
        why = "全校只填一行，裁定不能在两个单位之间选一行"
        hint = "由一个单位填，另一个单位在模板封面上把这张表选为没有数据后重交"
    else:
        why = "没有用来认出“同一条”的栏目，各单位填的行都算数，没有可裁定的"
        hint = "重复的行由填错的单位删去后重交"
    raise Refused(f"{table.title} {why}", hint=hint)


def _by_part(groups: dict[tuple[str, ...], list[MergedRow]], text: str) -> list[MergedRow] | None:
    """Find by one part of the key, where that names one row only."""
    found = [rows for parts, rows in groups.items() if text in parts]
    return found[0] if len(found) == 1 else None
