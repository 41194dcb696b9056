"""What several parties report of one thing: joined where it agrees, a finding for both where it does not, settled by choice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import toy
from statecollect.catalog import Catalog
from statecollect.core.errors import Refused, UsageError
from statecollect.rules import RuleResult, rules_of, run
from statecollect.store import Store
from statecollect.workflow.disputes import disagreements, resolve

MAJORS = "1.2.1"
OFFICE, UNIT, THIRD = "教务处", "信息系", "学生处"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with toy.open_store(tmp_path) as opened:
        yield opened


def hand_in(store: Store, folder: Path, party: str, *rows: Mapping[str, Any]) -> None:
    toy.submit(store, toy.workbook(folder, party, {MAJORS: [{"方向": "无", **row} for row in rows]}))


def content(store: Store) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = store.table(MAJORS).to_pylist()
    return rows


def disputes(store: Store) -> RuleResult:
    table = store.catalog.tables[MAJORS]
    rules = [one for one in rules_of(store.catalog, table) if one.id in {f"{MAJORS}-D01", f"{MAJORS}-K01"}]
    key, dispute = run(store, rules)
    assert key.status == "passed"
    return dispute


def preferring(*parties: str) -> Catalog:
    catalog = toy.catalog()
    table = catalog.tables[MAJORS].model_copy(update={"precedence": parties})
    return catalog.model_copy(update={"tables": {**catalog.tables, MAJORS: table}})


def test_what_agrees_is_one_row_with_what_either_says(store: Store, tmp_path: Path) -> None:
    hand_in(store, tmp_path, OFFICE, {"专业代码": "1", "男生": 5}, {"专业代码": "2", "男生": 7})
    hand_in(store, tmp_path, UNIT, {"专业代码": "1", "女生": 3})
    rows = content(store)
    assert [(row["专业代码"], row["男生"], row["女生"]) for row in rows] == [("1", 5, 3), ("2", 7, None)]
    assert disputes(store).status == "passed"
    assert store.row_count(MAJORS) == 2


def test_each_return_stays_what_it_was(store: Store, tmp_path: Path) -> None:
    hand_in(store, tmp_path, OFFICE, {"专业代码": "1", "男生": 5})
    alone = store.digest(MAJORS, OFFICE)
    hand_in(store, tmp_path, UNIT, {"专业代码": "1", "女生": 3})
    store.row_count(MAJORS)
    assert store.digest(MAJORS, OFFICE) == alone == store.digests(MAJORS)[OFFICE]
    (row,) = store.party_rows(MAJORS, UNIT)
    assert (3 in row, 5 in row) == (True, False)
    hand_in(store, tmp_path, UNIT, {"专业代码": "9", "女生": 4})
    rows = content(store)
    assert [(row["专业代码"], row["男生"], row["女生"]) for row in rows] == [("1", 5, None), ("9", None, 4)]


def test_the_order_of_arrival_does_not_count(tmp_path: Path) -> None:
    said = {
        OFFICE: {"专业代码": "1", "男生": 5},
        UNIT: {"专业代码": "1", "女生": 3},
        THIRD: {"专业代码": "1", "经费": 2.5},
    }
    found = []
    for at, order in enumerate((list(said), list(reversed(said)))):
        with toy.open_store(tmp_path / str(at)) as store:
            for party in order:
                hand_in(store, tmp_path, party, said[party])
            found.append((content(store), store.digest(MAJORS)))
    assert found[0] == found[1]
    assert len(found[0][0]) == 1


def test_a_contradiction_is_told_to_both_with_both_values(store: Store, tmp_path: Path) -> None:
    hand_in(store, tmp_path, OFFICE, {"专业代码": "1", "男生": 5, "女生": 3})
    hand_in(store, tmp_path, UNIT, {"专业代码": "1", "男生": 6})
    result = disputes(store)
    assert result.failed == 2
    assert {one.party for one in result.findings} == {OFFICE, UNIT}
    mine = next(one for one in result.findings if one.party == OFFICE)
    assert "男生「5」对「6」" in mine.message
    assert "女生" not in mine.message
    assert f"{UNIT}.xlsx" in mine.message
    assert mine.origin.cell == "A2"
    assert store.row_count(MAJORS) == 2


def test_personal_values_are_not_told(store: Store, tmp_path: Path) -> None:
    hand_in(store, tmp_path, OFFICE, {"专业代码": "1", "负责人身份证件号": "11010519491231002X"})
    hand_in(store, tmp_path, UNIT, {"专业代码": "1", "负责人身份证件号": "110105194912310038"})
    for one in disputes(store).findings:
        assert "19491231" not in one.message
    event, dispute = resolve(
        store, store.catalog, MAJORS, "1|无", OFFICE, by="处长", reason="以身份证为准", at=toy.AT
    )
    assert set(dispute.differences) == {"负责人身份证件号"}
    assert "19491231" not in f"{dispute}{event.as_line()}"


def test_a_choice_settles_it_until_one_of_them_says_something_else(store: Store, tmp_path: Path) -> None:
    hand_in(store, tmp_path, OFFICE, {"专业代码": "1", "男生": 5})
    hand_in(store, tmp_path, UNIT, {"专业代码": "1", "男生": 6, "女生": 1})
    settled = {"by": "教务处长", "reason": "以学籍为准", "at": toy.AT}
    (dispute,) = disagreements(store, store.catalog, MAJORS)
    assert dispute.differences == {"男生": {OFFICE: "5", UNIT: "6"}}
    resolve(store, store.catalog, MAJORS, "1|无", OFFICE, **settled)
    assert [(row["男生"], row["女生"]) for row in content(store)] == [(5, 1)]
    assert disputes(store).status == "passed"

    hand_in(store, tmp_path, UNIT, {"专业代码": "1", "男生": 7, "女生": 1})
    assert disputes(store).failed == 2
    assert store.row_count(MAJORS) == 2


def test_a_choice_is_asked_for_properly(store: Store, tmp_path: Path) -> None:
    settled = {"by": "教务处长", "reason": "以学籍为准", "at": toy.AT}
    with pytest.raises(Refused, match="没有几个单位填得不一致"):
        resolve(store, store.catalog, MAJORS, "1", OFFICE, **settled)
    hand_in(store, tmp_path, OFFICE, {"专业代码": "1", "男生": 5})
    hand_in(store, tmp_path, UNIT, {"专业代码": "1", "男生": 6})
    with pytest.raises(UsageError, match=r"有争议的是：1\|无"):
        resolve(store, store.catalog, MAJORS, "3", OFFICE, **settled)
    with pytest.raises(UsageError, match="没有填这一条"):
        resolve(store, store.catalog, MAJORS, "1", THIRD, **settled)
    with pytest.raises(UsageError, match="为什么"):
        resolve(store, store.catalog, MAJORS, "1", OFFICE, by="教务处长", reason=" ", at=toy.AT)


@pytest.mark.parametrize(
    ("table_id", "rows", "says"),
    [
        ("1.1.1", [{"校名": "甲"}], "全校只填一行"),
        ("1.2.1", [{"专业代码": "1"}], "没有用来认出“同一条”的栏目"),
        ("1.5.2", [], "自动生成"),
    ],
    ids=["one row", "no key", "computed"],
)
def test_where_rows_are_never_the_same_thing_there_is_nothing_to_settle(
    tmp_path: Path, table_id: str, rows: list[dict[str, Any]], says: str
) -> None:
    catalog = toy.catalog()
    keyless = catalog.tables[MAJORS].model_copy(update={"key": ()})
    catalog = catalog.model_copy(update={"tables": {**catalog.tables, MAJORS: keyless}})
    with toy.open_store(tmp_path, year=catalog) as store:
        for party in (OFFICE, UNIT) if rows else ():
            toy.submit(store, toy.workbook(tmp_path, party, {table_id: rows}))
        assert disagreements(store, catalog, table_id) == []
        with pytest.raises(Refused, match=says) as refused:
            resolve(store, catalog, table_id, "x", OFFICE, by="处长", reason="以学籍为准", at=toy.AT)
        assert refused.value.hint


def test_the_schools_order_of_precedence_decides(tmp_path: Path) -> None:
    with toy.open_store(tmp_path, year=preferring(UNIT)) as store:
        hand_in(store, tmp_path, OFFICE, {"专业代码": "1", "男生": 5, "女生": 3})
        hand_in(store, tmp_path, UNIT, {"专业代码": "1", "男生": 6})
        assert [(row["男生"], row["女生"]) for row in content(store)] == [(6, 3)]
    with toy.open_store(tmp_path) as store:  # taken back in the configuration: open again
        assert store.row_count(MAJORS) == 2


def test_a_rebuild_arrives_at_the_same(tmp_path: Path) -> None:
    with toy.open_store(tmp_path) as store:
        hand_in(store, tmp_path, OFFICE, {"专业代码": "1", "男生": 5})
        hand_in(store, tmp_path, UNIT, {"专业代码": "1", "男生": 6})
        settled = {"by": "教务处长", "reason": "以学籍为准", "at": toy.AT}
        resolve(store, store.catalog, MAJORS, "1", UNIT, **settled)
        before = content(store), store.digest(MAJORS)
    with Store.rebuild(tmp_path / "store", toy.catalog(), {}, toy.parse) as store:
        assert (content(store), store.digest(MAJORS)) == before


def test_a_key_twice_in_one_return_is_that_partys_own_mistake(store: Store, tmp_path: Path) -> None:
    hand_in(store, tmp_path, OFFICE, {"专业代码": "1", "男生": 5}, {"专业代码": "1", "男生": 6})
    hand_in(store, tmp_path, UNIT, {"专业代码": "1", "男生": 5})
    table = store.catalog.tables[MAJORS]
    (key,) = run(store, [one for one in rules_of(store.catalog, table) if one.id == f"{MAJORS}-K01"])
    assert {one.party for one in key.findings} == {OFFICE}
    assert store.row_count(MAJORS) == 3


def test_a_key_twice_in_one_return_joins_nothing_even_where_all_agree(store: Store, tmp_path: Path) -> None:
    hand_in(
        store, tmp_path, OFFICE, {"专业代码": "1", "男生": 5}, {"专业代码": "1", "男生": 5}, {"专业代码": "2"}
    )
    hand_in(store, tmp_path, UNIT, {"专业代码": "1", "男生": 5}, {"专业代码": "2"})
    assert sorted(row["专业代码"] for row in content(store)) == ["1", "1", "1", "2"]
