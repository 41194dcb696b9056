"""The school's own rules: ``rules/*.yaml`` in the campaign adds rules, and switches rules off with a reason.

::

    rules:
      - table: 1.2.1
        id: 本校-01
        severity: warning
        check: 学制 <= 3
        fields: [学制]
        message: 本校没有超过三年的专业
    off:
      1.2.1-W01: 本校有五年一贯制
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from pydantic import Field as Key

from statecollect.catalog.frozen import Frozen
from statecollect.catalog.model import Catalog, Rule, TableId
from statecollect.catalog.yaml_file import build, read_yaml
from statecollect.core.errors import CatalogError


class OwnRule(Rule):
    """A rule that says which table it belongs to."""

    table: TableId


class OwnRules(Frozen):
    """One file. ``off``: why a rule does not apply here, by its id."""

    rules: tuple[OwnRule, ...] = ()
    off: Mapping[str, str] = Key(default_factory=dict)


def with_own_rules(
    catalog: Catalog, folder: Path, made: Callable[[Catalog], Collection[str]] | None = None
) -> Catalog:
    """Return the catalog with the rules in ``folder``. Raises CatalogError with file and line.

    ``made`` gives the ids of the rules that the program makes itself; it is asked only where there are files. Without it
    nobody can say whether a rule that is switched off exists.
    """
    added: dict[str, list[Rule]] = defaultdict(list)
    given = {rule.id for table in catalog.tables.values() for rule in table.rules}
    off: dict[str, str] = {}
    named: dict[str, str] = {}  # switched off → file
    files = sorted(path for path in folder.glob("*") if path.suffix.lower() in {".yaml", ".yml"})
    ours: dict[str, str] = {}  # id → file
    if not files:
        return catalog
    given |= set(made(catalog)) if made else set()
    for path in files:
        data, node = read_yaml(path)
        own = build(OwnRules, data or {}, path, node)
        for rule in own.rules:
            table = catalog.tables.get(rule.table)
            if table is None:
                raise CatalogError(f"规则 {rule.id}：没有表 {rule.table}", where=path.name)
            if rule.id in ours or rule.id in given:
                said = f"{ours[rule.id]} 里" if rule.id in ours else "程序自己的规则"
                raise CatalogError(
                    f"规则编号 {rule.id} 已经有了（{said}）", hint="换一个编号，如 本校-01", where=path.name
                )
            ours[rule.id] = path.name
            unknown = [name for name in rule.fields if name not in table.by_name]
            if unknown:
                raise CatalogError(f"规则 {rule.id}：{rule.table} 没有字段「{unknown[0]}」", where=path.name)
            added[rule.table].append(Rule.model_validate({**rule.model_dump(exclude={"table"}), "own": True}))
        for rule_id, reason in own.off.items():
            named[rule_id] = path.name
            if not reason.strip():
                raise CatalogError(f"停用规则 {rule_id} 要写明原因", where=path.name)
        off |= own.off
    for rule_id, where in named.items():
        if made and rule_id not in given | ours.keys():  # a typo would leave the rule on, unseen
            close = difflib.get_close_matches(rule_id, sorted(given), n=3, cutoff=0.6)
            hint = f"相近的有：{'、'.join(close)}" if close else "规则编号见检查报告的“规则”一列"
            raise CatalogError(f"要停用的规则 {rule_id} 没有", hint=hint, where=where)
    if not added and not off:
        return catalog
    tables = {
        table_id: table.model_copy(update={"rules": (*table.rules, *added[table_id])})
        if table_id in added
        else table
        for table_id, table in catalog.tables.items()
    }
    return catalog.model_copy(update={"tables": tables, "off": off})
