"""Joining whole tables does what joining group by group would do, and costs statements by the table, not by the key."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pytest

import toy
from statecollect.catalog import Catalog, Table
from statecollect.core.spelling import spelled
from statecollect.rules import rules_of, run
from statecollect.store.connection import fresh
from statecollect.store.database import Database
from statecollect.store.merging import Choice, as_returned, key_of, merge, problems, said, told_twice
from statecollect.workflow.disputes import resolve

MAJORS = "1.2.1"
PARTIES = ("教务处", "信息系", "学生处", "云")
Row = Mapping[str, Any]
KEYS = {
    "text": ("专业代码", "方向"),
    "number and day": ("学制（年）", "开办日期"),
    "amount": ("经费",),
}


def joined(table: Table, rows: Sequence[Row], choice: Choice | None) -> dict[str, Any] | None:
    """What one group of rows becomes; None: they stay. This is the specification, written for one group."""
    counts = choice is not None and dict(choice.said) == {row["_party"]: said(table, row) for row in rows}
    order = {party: rank for rank, party in enumerate(table.precedence)}
    leading = choice.take if choice is not None and counts else ""
    ranked = sorted(
        rows,
        key=lambda row: (row["_party"] != leading, order.get(row["_party"], len(order)), row["_party"]),
    )
    decided = counts or sum(row["_party"] in order for row in rows) >= len(rows) - 1
    result = {name: value for name, value in ranked[0].items() if name.startswith("_")}
    for field in table.fields:
        told = [row[field.name] for row in ranked if row[field.name] is not None]
        if len(set(map(spelled, told))) > 1 and not decided:
            return None
        result[field.name] = told[0] if told else None
    return result


def merged(table: Table, rows: Sequence[Row], choices: Mapping[Any, Choice]) -> list[Row]:
    groups: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        groups[key_of(table, row)].append(row)
    kept: list[Row] = []
    for key, those in groups.items():
        parties = {row["_party"] for row in those}
        one = None
        if (
            any(row[name] is not None for row in those for name in table.key)
            and len(parties) == len(those) > 1
        ):
            one = joined(table, those, choices.get(key))
        kept += those if one is None else [one]
    return kept


def _contradict(table: Table, rows: Sequence[Row]) -> bool:
    told = ({row[one.name] for row in rows if row[one.name] is not None} for one in table.fields)
    return any(len(values) > 1 for values in told)


def rows_of(connection: duckdb.DuckDBPyConnection, what: str) -> list[Row]:
    found = connection.execute(f"SELECT * FROM {what} ORDER BY _id")
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, values, strict=True)) for values in found.fetchall()]


def year(key: tuple[str, ...] = KEYS["text"], precedence: Sequence[str] = ()) -> Catalog:
    catalog = toy.catalog()
    table = catalog.tables[MAJORS].model_copy(update={"key": key, "precedence": tuple(precedence)})
    return catalog.model_copy(update={"tables": {**catalog.tables, MAJORS: table}})


def opened(catalog: Catalog) -> Database:
    database = Database.create(fresh(None), catalog, "anfang")
    database.set_parameters({})
    return database


def some_row(dice: random.Random) -> dict[str, Any]:
    row = {
        "专业代码": dice.choice(["1", "2", "01", None]),
        "方向": dice.choice(["甲", None, None]),
        "学制（年）": dice.choice([3, 4, None]),
        "开办日期": dice.choice(["2099-01-01", "2099-01-02", None]),
        "经费": dice.choice([Decimal("1.5"), Decimal("1.50"), Decimal("2"), None]),
        "男生": dice.choice([1, 1, 1, 2, None, None]),
        "开会时间": dice.choice(["2099-01-02T00:00:00", "2099-01-02T08:30:00", None, None]),
        "带头人": dice.choice(["王一", None, None]),
    }
    return {name: value for name, value in row.items() if value is not None}


@pytest.mark.long("a hundred random tables, each joined in both ways")
@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_whole_tables_become_what_group_by_group_would_become(key: tuple[str, ...]) -> None:
    dice = random.Random(str(key))
    preferred = [dice.sample(PARTIES, dice.choice((0, 1, 2, 3))) for _ in range(3)]
    outcomes = set()
    for precedence in preferred:
        catalog = year(key, precedence)
        table = catalog.tables[MAJORS]
        database = opened(catalog)
        for number in range(1, 16):
            those = dice.sample(PARTIES, dice.choice((1, 2, 3)))
            given = [
                toy.delivery(one, MAJORS, [some_row(dice) for _ in range(dice.randint(1, 4))], year=catalog)
                for one in those
            ]
            with database.transaction():
                database.apply([(number, given)], "")
            before = rows_of(database.connection, as_returned(database.connection, table))
            choices: dict[Any, Choice] = {}
            for group in told_twice(database.connection, table):
                if _contradict(table, group) and dice.random() < 0.5:
                    says = {row["_party"]: said(table, row) for row in group}
                    if dice.random() < 0.2:
                        says[group[0]["_party"]] = "what it no longer says"
                    take = dice.choice([*says, "nobody of them"])
                    choices[key_of(table, group[0])] = Choice(MAJORS, key_of(table, group[0]), take, says)
            settled = list(choices.values())
            database.choices = partial(list, settled)
            database.refresh()
            expected = merged(table, before, choices)
            assert rows_of(database.connection, table.short) == sorted(expected, key=lambda row: row["_id"])
            assert rows_of(database.connection, as_returned(database.connection, table)) == before
            outcomes |= {len(expected) < len(before), bool(told_twice(database.connection, table))}
        database.close()
    assert outcomes == {True, False}


def test_long_numbers_that_a_fraction_cannot_tell_apart_are_different_values() -> None:
    database = opened(year())
    with database.transaction():
        database.apply(
            [
                (at, [toy.delivery(party, MAJORS, [{"专业代码": "1", "方向": "无", "男生": 10**16 + at}])])
                for at, party in enumerate(PARTIES[:2], start=1)
            ],
            "",
        )
    database.refresh()
    table = database.catalog.tables[MAJORS]
    assert sorted(row["男生"] for row in rows_of(database.connection, table.short)) == [
        10**16 + 1,
        10**16 + 2,
    ]


class Counting:
    """A connection that counts its statements."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self.statements = 0

    def execute(self, *asked: Any) -> Any:
        self.statements += 1
        return self._connection.execute(*asked)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def test_two_thousand_keys_cost_as_many_statements_as_twenty_and_an_event_elsewhere_costs_next_to_none() -> (
    None
):
    spent = []
    for keys in (20, 2000):
        database = opened(year())
        for number, party in enumerate(PARTIES[:2], start=1):
            lines: toy.Rows = [
                {"专业代码": str(at), "方向": "无", "男生": at % 7 + (at % 10 == 0) * number}
                for at in range(keys)
            ]
            with database.transaction():
                database.apply([(number, [toy.delivery(party, MAJORS, lines)])], "")
        connection: Any = Counting(database.connection)
        table = database.catalog.tables[MAJORS]
        apart = [
            group for group in told_twice(database.connection, table) if group[0]["男生"] != group[1]["男生"]
        ]
        assert len(apart) == keys // 10
        settled = [
            Choice(
                MAJORS,
                key_of(table, group[0]),
                PARTIES[0],
                {row["_party"]: said(table, row) for row in group},
            )
            for group in apart[1:]
        ]
        assert merge(connection, database.catalog, settled)
        spent.append(connection.statements)
        assert len(rows_of(database.connection, table.short)) == keys + 1
        connection.statements = 0
        with database.transaction():
            database.apply([(3, [toy.delivery("党政办", "1.1.1", [{"校名": "甲"}])])], "")
        assert not merge(connection, database.catalog, settled)
        assert connection.statements <= 2
    assert spent[0] == spent[1] < 30


def test_what_is_made_from_merged_rows_is_made_again_when_a_choice_changes_them(tmp_path: Path) -> None:
    with toy.open_store(tmp_path) as store:
        for party, level in (("教务处", "本科"), ("信息系", "专科")):
            rows = [{"专业代码": "1", "方向": "无", "层次": level}]
            toy.submit(store, toy.workbook(tmp_path, party, {MAJORS: rows}))
        assert store.row_count("1.5.2") == 2
        resolve(store, store.catalog, MAJORS, "1|无", "信息系", by="处长", reason="以学籍为准", at=toy.AT)
        assert store.rows("1.5.2") == [["专科", 1]]


def test_a_table_that_cannot_be_merged_says_so_and_stops_nothing_else(tmp_path: Path) -> None:
    with toy.open_store(tmp_path) as store:
        for party in PARTIES[:2]:
            toy.submit(store, toy.workbook(tmp_path, party, {MAJORS: [{"专业代码": "1", "方向": "无"}]}))
            toy.submit(
                store, toy.workbook(tmp_path, party, {"1.1.3": [{"机构名称": "甲"}]}, f"{party}2.json")
            )
    with duckdb.connect(str(tmp_path / "store" / "data.duckdb")) as damaged:
        damaged.execute('ALTER TABLE 专业表 RENAME "男生" TO "别的"')
    with toy.open_store(tmp_path) as store:
        assert (store.row_count("1.1.3"), store.row_count(MAJORS)) == (1, 2)
        assert set(store.unmerged()) == {MAJORS}
        results = {
            one.rule.id: one
            for table_id in ("1.1.3", MAJORS, "1.5.2")
            for one in run(store, rules_of(store.catalog, store.catalog.tables[table_id]))
        }
        assert results["1.1.3-K01"].status == "passed"
        assert (results[f"{MAJORS}-K01"].status, results["1.5.2-R01"].status) == ("error", "error")
        assert "男生" in (results[f"{MAJORS}-K01"].reason or "")
    with duckdb.connect(str(tmp_path / "store" / "data.duckdb")) as repaired:
        repaired.execute('ALTER TABLE 专业表 RENAME "别的" TO "男生"')
    with toy.open_store(tmp_path) as store:
        store.record("note", {}, "收表人", toy.AT)
        assert (store.row_count(MAJORS), store.unmerged()) == (1, {})


def test_a_merge_that_fails_half_way_leaves_the_rows_as_they_were_returned() -> None:
    database = opened(year())
    with database.transaction():
        database.apply(
            [
                (at, [toy.delivery(party, MAJORS, [{"专业代码": "1", "方向": "无", "男生": 5}])])
                for at, party in enumerate(PARTIES[:2], start=1)
            ],
            "",
        )
    table = database.catalog.tables[MAJORS]
    before = rows_of(database.connection, table.short)
    database.connection.execute('CREATE TABLE "_aside_专业表" (in_the_way INTEGER)')
    database.refresh()
    assert set(problems(database.connection)) == {MAJORS}
    assert rows_of(database.connection, table.short) == before
    assert database.applied == 2
