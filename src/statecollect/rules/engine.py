"""Run rules over a store, set-wise: one scan counts all conditions of a table, one query a rule finds the rows.

FALSE is a finding. NULL, and a row in which a field of the rule was filled but could not be kept, is "not
checkable": counted, never passed, and never reported twice. A condition that could be told of no row at all did
not run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import duckdb

from statecollect.catalog import Rule, Table
from statecollect.catalog.sql import columns_in, fault, names_in, tables_in, tainted
from statecollect.catalog.sql_division import unguarded
from statecollect.catalog.sql_totals import counted_twice
from statecollect.core.table_ids import table_order
from statecollect.findings import Finding, Origin
from statecollect.rules.generated import BoundRule
from statecollect.rules.messages import also, difference, fill, placeholders, shown
from statecollect.school.parties import group_of
from statecollect.store import Answer, Place, Store
from statecollect.store.contents import EARLIER
from statecollect.store.database import first_line
from statecollect.store.derived_tables import sources
from statecollect.store.parameters import CODE_TABLE, PARAMETERS
from statecollect.store.queries import LIMIT, Stopped
from statecollect.store.sql_columns import quoted

RuleStatus = Literal["passed", "failed", "not_run", "error"]
REJECTED = "_rejected"  # cells that were filled but not kept; the generated rules about keys leave them out
NOTHING_TO_CHECK = "没有一行填全了这条规则要看的内容"


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What became of one rule. ``failed`` and ``not_checkable`` count rows; ``reason`` says why it did not run."""

    rule: Rule
    status: RuleStatus
    reason: str | None
    failed: int
    not_checkable: int
    waived: int = 0
    findings: tuple[Finding, ...] = ()


def run(
    store: Store,
    rules: Iterable[BoundRule],
    tables: Collection[str] | None = None,
    limit: float = LIMIT,
) -> list[RuleResult]:
    """Run rules (those of ``tables``, or all) in their order; one that cannot run is a result too.

    A rule that takes more than ``limit`` seconds is ended.
    """
    chosen = [rule for rule in rules if tables is None or rule.table.id in tables]
    results: dict[int, RuleResult] = {}
    ready: dict[str, list[int]] = defaultdict(list)
    underived, unmerged = store.underived(), store.unmerged()
    for position, bound in enumerate(chosen):
        stopped = _stopped(store, bound, underived, unmerged)
        if stopped is not None:
            results[position] = stopped
        else:
            ready[bound.table.id].append(position)
    runs = [
        (
            _TableRun(store, store.catalog.tables[table_id], [chosen[at].rule for at in positions], limit),
            positions,
        )
        for table_id, positions in ready.items()
    ]
    statements = list(dict.fromkeys(sql for run, _ in runs for sql in run.statements()))
    answers = dict(zip(statements, store.ask(statements, limit), strict=True))
    for run, positions in runs:
        results.update(zip(positions, run.run(answers), strict=True))
    return [results[position] for position in range(len(chosen))]


def _stopped(
    store: Store, bound: BoundRule, underived: Mapping[str, str], unmerged: Mapping[str, str]
) -> RuleResult | None:
    """Return the result of a rule that need not or cannot run: bad SQL, tables not returned, tables not computed."""
    rule = bound.rule
    if rule.id in store.catalog.off:
        return RuleResult(rule, "not_run", f"本校停用：{store.catalog.off[rule.id]}", 0, 0)
    parties = store.parties(bound.table.id)
    few = bool(rule.least_rows) and store.row_count(bound.table.id) < rule.least_rows
    if parties and (few or (rule.several and len(parties) < 2)):
        return RuleResult(rule, "passed", None, 0, 0)
    wrong = _wrong(store, rule) if rule.own else None
    if wrong:
        return wrong
    needed = _needed(store, bound)
    absent = [store.catalog.tables[table_id].title for table_id in store.not_returned(needed)]
    if absent:
        return RuleResult(rule, "not_run", f"{'、'.join(absent)} 还没有返回，暂不能检查", 0, 0)
    if unmerged:  # a fault, not data that are still to come: nothing goes out unchecked
        behind = {
            source for table_id in needed for source in sources(store.catalog, store.catalog.tables[table_id])
        }
        for table_id in sorted(behind & set(unmerged)):
            said = f"{store.catalog.tables[table_id].title} 中几个单位填的内容没能合并：{unmerged[table_id]}"
            return RuleResult(rule, "error", said, 0, 0)
    broken = [table_id for table_id in needed if table_id in underived]
    if broken:
        reason = f"{store.catalog.tables[broken[0]].title} 未能自动生成：{underived[broken[0]]}"
        return RuleResult(rule, "not_run", reason, 0, 0)
    return None


def _wrong(store: Store, rule: Rule) -> RuleResult | None:
    """Return the result of a rule whose SQL is no rule, or asks for a table that is not there.

    A year's rules are looked at by ``schema check``, and here only when DuckDB turns them away: reading SQL takes longer
    than running it. Those of a school are always looked at.
    """
    sql = rule.check or rule.find or ""
    fault_found = (
        fault(sql, query=rule.find is not None) or unguarded(sql) or counted_twice(store.catalog, sql)
    )
    if fault_found:
        return RuleResult(rule, "error", f"规则写得不对：{fault_found}", 0, 0)
    named = tables_in(sql)
    unknown = sorted(name for name in named if name.isidentifier() and not _is_known(store, name))
    if unknown:
        return RuleResult(rule, "not_run", f"数据目录中还没有{'、'.join(unknown)}，暂不能检查", 0, 0)
    return None


def _is_known(store: Store, name: str) -> bool:
    """Whether the store has a table of this name: collected, made from the catalog (参数, code lists), or its own."""
    codes = name.removeprefix(CODE_TABLE)
    return (
        name in store.catalog.by_short
        or name.removeprefix(EARLIER) in store.earlier
        or name in {PARAMETERS, REJECTED}
        or (codes != name and codes in store.catalog.codes)
    )


def _needed(store: Store, bound: BoundRule) -> tuple[str, ...]:
    if bound.rule.needs is not None:
        return bound.rule.needs
    known = store.catalog.by_short
    words = names_in(bound.rule.check or bound.rule.find or "")
    mentioned = [known[name].id for name in words if name in known]
    own = [bound.table.id] if bound.rule.check is not None else []
    return tuple(dict.fromkeys([*own, *sorted(mentioned)]))


class _TableRun:
    """The rules of one table in one run."""

    def __init__(self, store: Store, table: Table, rules: Sequence[Rule], limit: float) -> None:
        self.store = store
        self.limit = limit
        self.table = table
        self.rules = rules
        self.checks = [rule for rule in rules if rule.check is not None]
        self.rejected = store.rejected(table.id)
        self.personal = frozenset(
            field.name
            for table in store.catalog.tables.values()
            for field in table.fields
            if field.is_personal
        )

    def statements(self) -> list[str]:
        """Return what is asked first: how many rows break the conditions, all in one scan, and the rows of each query."""
        counts = [self._counts()] if self.checks else []
        return counts + [rule.find for rule in self.rules if rule.find is not None]

    def run(self, answers: Mapping[str, Answer]) -> list[RuleResult]:
        """Return one result a rule. ``answers``: to the ``statements``, by statement."""
        counts = self._read_counts(answers[self._counts()]) if self.checks else {}
        return [
            self._check(rule, counts) if rule.find is None else self._find(rule, answers[rule.find])
            for rule in self.rules
        ]

    def _counts(self) -> str:
        return _counts([self._condition(rule) for rule in self.checks], self.table)

    def _condition(self, rule: Rule) -> str:
        """Return the check as SQL; NULL where a cell it reads was turned away."""
        if not self.rejected:  # the usual case, and reading SQL takes longer than running it
            return f"({rule.check})"
        touched = columns_in(rule.check or "") & set(self.table.by_name)
        unkept = sorted(touched & {name for names in self.rejected.values() for name in names})
        if not unkept:
            return f"({rule.check})"
        fields = ", ".join("'" + name.replace("'", "''") + "'" for name in unkept)
        turned_away = f"SELECT _id FROM _rejected WHERE \"table\" = '{self.table.id}' AND field IN ({fields})"
        return f"CASE WHEN _id NOT IN ({turned_away}) THEN ({rule.check}) END"

    def _read_counts(self, answer: Answer) -> dict[str, tuple[int, ...]]:
        """Return failed, not checkable and all rows by rule id; {} when one rule's SQL spoils the scan of all."""
        if isinstance(answer, duckdb.Error):
            return {}
        numbers = list(answer[0].values())
        return {rule.id: tuple(numbers[3 * at : 3 * at + 3]) for at, rule in enumerate(self.checks)}

    def _check(self, rule: Rule, counts: Mapping[str, tuple[int, ...]]) -> RuleResult:
        condition, name = self._condition(rule), quoted(self.table.short)
        try:
            alone = counts.get(rule.id) or self._query(_counts([condition], self.table))[0].values()
            failed, not_checkable, total = alone
            rows: list[dict[str, Any]] = []
            if failed:
                used = dict.fromkeys(field for field in (*placeholders(rule.message), *rule.fields))
                wanted = ", ".join(["_id", *(quoted(field) for field in used if field in self.table.by_name)])
                rows = self._query(f"SELECT {wanted} FROM {name} WHERE ({condition}) IS FALSE")
        except duckdb.Error as error:
            return self._failed(rule, error)
        if total and not_checkable == total:
            return RuleResult(rule, "not_run", NOTHING_TO_CHECK, 0, not_checkable)
        findings = self._findings(rule, rows, self.personal)
        return RuleResult(rule, "failed" if failed else "passed", None, failed, not_checkable, 0, findings)

    def _find(self, rule: Rule, answer: Answer) -> RuleResult:
        if isinstance(answer, duckdb.Error):
            return self._failed(rule, answer)
        marked = set(rule.fields)
        unkept = {row_id for row_id, names in self.rejected.items() if marked & names}
        kept = [row for row in answer if not unkept & {row.get("_id"), row.get("_other")}]
        findings = self._findings(rule, kept, tainted(rule.find or "", self.personal)) if kept else ()
        return RuleResult(
            rule, "failed" if findings else "passed", None, len(findings), len(unkept), 0, findings
        )

    def _failed(self, rule: Rule, error: duckdb.Error) -> RuleResult:
        if isinstance(error, Stopped):
            return RuleResult(rule, "error", str(error), 0, 0)
        said = f"规则的 SQL 不能执行：{first_line(error)}"
        return _wrong(self.store, rule) or RuleResult(rule, "error", said, 0, 0)

    def _query(self, sql: str) -> list[dict[str, Any]]:
        (answer,) = self.store.ask([sql], self.limit)
        if isinstance(answer, duckdb.Error):
            raise answer
        return answer

    def _findings(
        self, rule: Rule, rows: Sequence[Mapping[str, Any]], personal: frozenset[str]
    ) -> tuple[Finding, ...]:
        if not rows:
            return ()
        other_table = self.store.catalog.tables[rule.other or self.table.id]
        places = self.store.places(self.table.id, _ids(rows, "_id"))
        others = self.store.places(other_table.id, _ids(rows, "_other"))
        main = rule.fields[0] if rule.fields else None
        other_main = next((name for name in rule.fields if name in other_table.by_name), None)
        compared = self._compared_with(rule)
        findings = []
        for row in rows:
            place = places.get(row.get("_id") or 0)
            other = others.get(row.get("_other") or 0)
            message = fill(rule.message, row, personal) + (difference(rule.message, row) if compared else "")
            named = row.get("_field") or main
            value = row.get("_value", row.get(named or ""))
            findings.append(
                Finding(
                    rule=rule.id,
                    severity=rule.severity,
                    table=self.table.id,
                    message=message + (also(other.origin(other_main), other.party) if other else compared),
                    hint=fill(rule.hint, row, personal),
                    field=named,
                    value=shown(value, named in personal) if named else None,
                    origin=_origin(place, named),
                    party=place.party if place else str(row.get("_party") or ""),
                )
            )
        return tuple(
            sorted(findings, key=lambda finding: (finding.party, finding.sort_key(), finding.message))
        )

    def _compared_with(self, rule: Rule) -> str:
        """Say which other tables a written rule looks at, who filled them, and – of a one-row table – in which cell."""
        if rule.id not in {rule.id for rule in self.table.rules}:
            return ""
        known, sql = self.store.catalog.by_short, rule.find or rule.check or ""
        others = [known[name] for name in tables_in(sql) if name in known and name != self.table.short]
        parts = []
        for table in sorted(others, key=lambda one: table_order(one.id)):
            held = [delivery for delivery in self.store.deliveries() if delivery.table == table.id]
            parties = list(dict.fromkeys(group_of(delivery.party) for delivery in held))
            who = "、".join(parties[:2]) + (f"等 {len(parties)} 个单位" if len(parties) > 2 else "")
            where = f" {held[0].file}" if len(held) == 1 else ""
            if table.rows == "one" and len(held) == 1:
                where += self._only_cell(table, sql)
            parts.append(f"{table.title} {who}{where}".strip())
        return f"（对照：{'；'.join(parts)}）" if parts else ""

    def _only_cell(self, table: Table, sql: str) -> str:
        """Return the cell of a one-row table that the SQL reads, where it reads one that this table has not."""
        columns = [
            name for name in table.by_name if name in columns_in(sql) and name not in self.table.by_name
        ]
        with self.store.reading() as connection:
            ids = connection.execute(f"SELECT _id FROM {quoted(table.short)}").fetchall()
        places = self.store.places(table.id, [row_id for (row_id,) in ids])
        cell = next(iter(places.values())).origin(columns[0]).cell if len(places) == 1 and columns else None
        return f" {cell}" if cell else ""


def _counts(conditions: Sequence[str], table: Table) -> str:
    """Return a query with three numbers a condition: rows where it fails, where it cannot be told, all rows.

    The conditions stand once, in the inner query: many hold sub-queries, and planning them is what takes time.
    """
    inner = ", ".join(f"({condition}) AS c{at}" for at, condition in enumerate(conditions))
    outer = ", ".join(
        f"count(*) FILTER (c{at} IS FALSE) AS f{at}, count(*) FILTER (c{at} IS NULL) AS n{at}, count(*) AS t{at}"
        for at in range(len(conditions))
    )
    return f"SELECT {outer} FROM (SELECT {inner} FROM {quoted(table.short)}) AS judged"


def _ids(rows: Sequence[Mapping[str, Any]], name: str) -> list[int]:
    return [row[name] for row in rows if row.get(name) is not None]


def _origin(place: Place | None, field: str | None) -> Origin:
    return place.origin(field) if place else Origin()
