"""Is every rule, condition and derived table of a year runnable? (``schema check``)"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import duckdb

from statecollect.catalog import Catalog, Rule, Table
from statecollect.catalog.sql import columns_in, fault, names_in, parts, to_spark
from statecollect.catalog.sql_division import unguarded
from statecollect.catalog.sql_totals import counted_twice
from statecollect.indicators.published_figures import NOT_PASSED, SAYS_PASS, base_of
from statecollect.rules.generated import rules_of
from statecollect.rules.messages import placeholders
from statecollect.rules.year_over_year import yearly_rules
from statecollect.store import Store
from statecollect.store.database import first_line
from statecollect.store.sql_columns import quoted


@dataclass(frozen=True, slots=True)
class CatalogCheck:
    """How much there is, and what is wrong with it, one sentence each.

    ``elsewhere``: of one table, how many rules of other tables and quantities of indicators that name it still run.
    """

    fields: int
    rules: int
    problems: tuple[str, ...]
    elsewhere: int = 0


def check_catalog(catalog: Catalog) -> CatalogCheck:
    """Try every rule on empty tables, those against last year too, in DuckDB, and translate it to Spark."""
    problems: list[str] = []
    count = 0
    with _empty_store(catalog, catalog.tables) as store:
        problems += [
            f"{table_id}：自动生成的 SQL 不能执行：{why}" for table_id, why in store.underived().items()
        ]
        problems += [
            f"{table.id}：自动生成的 SQL：{why}"
            for table in catalog.tables.values()
            if table.sql and (why := unguarded(table.sql))
        ]
        for table in catalog.tables.values():
            count += len(rules_of(catalog, table))
            problems += _of_rules(store, table)
        problems += _of_indicators(store, catalog)
    return CatalogCheck(sum(len(table.fields) for table in catalog.tables.values()), count, tuple(problems))


def check_table(catalog: Catalog, table: Table) -> CatalogCheck:
    """Try what one table's file says, and whether what other files ask of this table can still be run."""
    with _empty_store(catalog, [table.id]) as store:
        broken = store.underived()
        problems = [
            f"{derived.id}：自动生成的 SQL 不能执行：{broken[derived.id]}"
            for derived in catalog.tables.values()
            if derived.id in broken and (derived is table or table.short in names_in(derived.sql or ""))
        ]
        if table.sql and (why := unguarded(table.sql)):
            problems.append(f"{table.id}：自动生成的 SQL：{why}")
        problems += _of_rules(store, table)
        asked = list(_asked_elsewhere(catalog, table))
        for who, statement in asked:
            try:
                with store.reading() as connection:
                    connection.execute(statement)
            except duckdb.Error as error:
                problems.append(f"{who}：SQL 不能执行：{first_line(error)}")
            if table.totals and (why := counted_twice(catalog, statement)):
                problems.append(f"{who}：{why}")
    return CatalogCheck(len(table.fields), len(rules_of(catalog, table)), tuple(problems), len(asked))


def _empty_store(catalog: Catalog, last_year: Iterable[str]) -> Store:
    """Return a store of empty tables, with those of ``last_year`` beside them."""
    store = Store.in_memory(catalog, {})
    store.lay_beside(dict.fromkeys(last_year, ()))
    return store


def _of_rules(store: Store, table: Table) -> Iterator[str]:
    for bound in (*rules_of(store.catalog, table), *yearly_rules(table, frozenset(table.by_name))):
        yield from (f"{bound.id}：{problem}" for problem in _problems(store, table, bound.rule))
        if why := counted_twice(store.catalog, bound.rule.find or bound.rule.check or ""):
            yield f"{bound.id}：{why}"


def _asked_elsewhere(catalog: Catalog, table: Table) -> Iterator[tuple[str, str]]:
    """Give the statements of other tables' rules and of quantities that name a table, each with whose it is."""
    for other in catalog.tables.values():
        if other is not table:
            for bound in rules_of(catalog, other):
                if table.short in names_in(bound.check or bound.find or ""):
                    yield bound.id, _statement(other, bound.rule)
    for name, quantity in catalog.indicators.quantities.items():
        if quantity.sql and table.short in names_in(quantity.sql):
            yield f"量「{name}」", quantity.sql


def _of_indicators(store: Store, catalog: Catalog) -> Iterator[str]:
    """Quantities run on empty tables; formulas translate and read only quantities that exist."""
    indicators = catalog.indicators
    if wrong := unguarded(indicators.category_sql or ""):
        yield f"category_sql：{wrong}"
    for name, quantity in indicators.quantities.items():
        if quantity.sql:
            if wrong := fault(quantity.sql, query=True):
                yield f"量「{name}」：{wrong}"
                continue
            if wrong := unguarded(quantity.sql) or counted_twice(catalog, quantity.sql):
                yield f"量「{name}」：{wrong}"
            try:
                to_spark(quantity.sql)
                with store.reading() as connection:
                    connection.execute(quantity.sql)
            except (ValueError, duckdb.Error) as error:
                yield f"量「{name}」：SQL 不能执行：{first_line(error)}"
            if parts(quantity.sql) is None:
                yield f"量「{name}」：要写成一张表上的一个 sum 或 count，才能列出它背后的行"
    formulas = [(name, quantity.expr) for name, quantity in indicators.quantities.items() if quantity.expr]
    for name, indicator in indicators.indicators.items():
        formulas += [
            (name, part) for part in (indicator.numerator, indicator.denominator, indicator.exempt) if part
        ]
        formulas += [
            (name, part) for other in indicator.readings for part in (other.numerator, other.denominator)
        ]
    formulas += [
        (label, new)
        for label, alternative in indicators.alternatives.items()
        for new in alternative.replace.values()
    ]
    formulas += [(name, rule.check) for name, rule in indicators.checks.items()]
    for name, formula in formulas:
        if wrong := fault(formula, query=False):
            yield f"指标「{name}」：{wrong}"
            continue
        if wrong := unguarded(formula):
            yield f"指标「{name}」：{wrong}"
        try:
            to_spark(formula)
        except ValueError as error:
            yield f"指标「{name}」不能转成 Spark SQL：{error}"
        for column in sorted(columns_in(formula) - set(indicators.quantities)):
            printed = base_of(column)
            if printed and (indicators.may_be_published(printed) or column in (SAYS_PASS, NOT_PASSED)):
                continue
            yield f"指标「{name}」：没有「{column}」这个量"


def _statement(table: Table, rule: Rule) -> str:
    if rule.find is not None:
        return rule.find
    return f"SELECT ({rule.check}) IS FALSE FROM {quoted(table.short)}"


def _problems(store: Store, table: Table, rule: Rule) -> Iterator[str]:
    sql = rule.check or rule.find or ""
    wrong = fault(sql, query=rule.find is not None)
    if wrong:
        yield wrong
        return
    if may_be_zero := unguarded(sql):
        yield may_be_zero
    try:
        to_spark(sql)
    except ValueError as error:
        yield f"不能转成 Spark SQL：{error}"
    try:
        with store.reading() as connection:
            answer = connection.execute(_statement(table, rule))
            columns = {column[0] for column in answer.description or ()}
    except duckdb.Error as error:
        yield f"SQL 不能执行：{first_line(error)}"
        return
    known = columns if rule.find is not None else set(table.by_name)
    for name in (*placeholders(rule.message), *placeholders(rule.hint)):
        if name not in known:
            yield f"说明中的「{{{name}}}」在查询结果中没有"
    if "_other" in columns and rule.other is None:
        yield "查询给出了 _other，却没有写明 other 是哪张表"
