"""What the store holds, and that the database can always be made again."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

import toy
from statecollect.catalog import Catalog
from statecollect.core.errors import Refused
from statecollect.findings import Origin
from statecollect.store import DECISION, Delivery, Event, Store
from statecollect.store.journal import Entry

pytestmark = pytest.mark.lowest

OFFICE = {"1.1.3": [{"机构名称": "机电系"}, {"机构名称": "信息系"}]}
MAJORS = {
    "1.2.1": [
        {
            "专业代码": "0012",
            "层次": "专科",
            "开办日期": "2099-01-02",
            "经费": 12.5,
            "带头人": ["张三", "李四"],
        },
        {"专业代码": "0013", "层次": "本科", "男生": 3, "女生": "!"},
    ]
}


def ids(store: Store, table: str) -> list[int]:
    with store.reading() as connection:
        return [row[0] for row in connection.execute(f"SELECT _id FROM {table} ORDER BY _row").fetchall()]


def filled(folder: Path, *returns: tuple[str, Mapping[str, toy.Rows]]) -> Store:
    store = toy.open_store(folder)
    for party, tables in returns:
        toy.submit(store, toy.workbook(folder, party, tables))
    return store


def test_values_keep_their_types(tmp_path: Path) -> None:
    with filled(tmp_path, ("教务处", MAJORS)) as store:
        first, second = store.table("1.2.1").to_pylist()
    assert first["专业代码"] == "0012"
    assert first["开办日期"] == dt.date(2099, 1, 2)
    assert first["经费"] == Decimal("12.5")
    assert first["带头人"] == "张三,李四"
    assert (second["男生"], second["女生"]) == (3, None)


def test_a_value_knows_its_cell(tmp_path: Path) -> None:
    with filled(tmp_path, ("教务处", MAJORS)) as store:
        second = ids(store, "专业表")[1]
        assert store.origins("1.2.1", [second], "经费") == {
            second: Origin("教务处.xlsx", "1.2.1 专业表", 3, "S3")
        }
        assert store.rejected("1.2.1") == {second: frozenset({"女生"})}


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    path = toy.workbook(tmp_path, "教务处", MAJORS)
    with toy.open_store(tmp_path) as store:
        assert toy.submit(store, path) is True
        before = store.digest("1.2.1"), store.journal_head()
        assert toy.submit(store, path) is False
        assert (store.digest("1.2.1"), store.journal_head()) == before


def test_a_new_return_replaces_only_its_own_tables_of_its_own_party(tmp_path: Path) -> None:
    with filled(
        tmp_path,
        ("教务处", {**MAJORS, **OFFICE}),
        ("学生处", {"1.2.1": [{"专业代码": "9"}]}),
        ("教务处", {"1.2.1": [{"专业代码": "0099"}]}),
    ) as store:
        assert store.table("1.2.1").column("专业代码").to_pylist() == ["0099", "9"]
        assert store.row_count("1.1.3") == 2
        assert store.findings() == []
        assert store.rejected("1.2.1") == {}


def test_an_older_file_returned_again_is_taken_in_again(tmp_path: Path) -> None:
    with filled(tmp_path, ("教务处", OFFICE), ("教务处", MAJORS), ("教务处", {"1.1.3": []})) as store:
        assert toy.submit(store, toy.workbook(tmp_path, "教务处", OFFICE)) is True
        assert store.row_count("1.1.3") == 2


def test_a_nil_return_counts_as_returned_and_empty(tmp_path: Path) -> None:
    with filled(tmp_path, ("教务处", {"1.1.3": []})) as store:
        assert (store.parties("1.1.3"), store.row_count("1.1.3")) == (["教务处"], 0)
        assert store.not_returned(["1.1.3", "1.2.1", "1.5.2"]) == ["1.2.1"]
        assert [one.nil for one in store.deliveries()] == [True]


def test_a_table_on_two_sheets_of_one_workbook_is_kept_whole(tmp_path: Path) -> None:
    with Store.in_memory(toy.catalog(), {}) as store:
        store.apply(
            [
                toy.delivery("教务处", "1.1.3", [{"机构名称": "甲"}], sheet="第一页"),
                toy.delivery("教务处", "1.1.3", [{"机构名称": "乙"}], sheet="第二页"),
            ]
        )
        assert store.table("1.1.3").column("机构名称").to_pylist() == ["乙", "甲"]
        assert [one.sheet for one in store.origins("1.1.3", ids(store, "机构表"), None).values()] == [
            "第一页",
            "第二页",
        ]


def test_the_digest_does_not_depend_on_who_came_first(tmp_path: Path) -> None:
    one, two = ("教务处", MAJORS), ("学生处", {"1.2.1": [{"专业代码": "0001"}]})
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with filled(tmp_path / "a", one, two) as first, filled(tmp_path / "b", two, one) as second:
        assert first.digest("1.2.1") == second.digest("1.2.1")
        assert first.digest("1.5.2") == second.digest("1.5.2")
        assert first.rows("1.2.1") == second.rows("1.2.1")
        assert first.digest("1.2.1", "教务处") != first.digest("1.2.1", "学生处")


@pytest.mark.parametrize(
    "changed",
    [
        {"1.1.3": [{"机构名称": "机电系"}]},
        {"1.1.3": [{"机构名称": "机电系"}, {"机构名称": "信息系", "上级机构": "机电系"}]},
        {"1.1.3": [{"机构名称": "机电系,信息系"}, {"机构名称": ""}]},
        {"1.1.3": []},
    ],
)
def test_the_digest_changes_with_the_content(tmp_path: Path, changed: dict[str, toy.Rows]) -> None:
    with filled(tmp_path, ("教务处", OFFICE)) as store:
        before = store.digest("1.1.3")
        toy.submit(store, toy.workbook(tmp_path, "教务处", changed))
        assert store.digest("1.1.3") != before


def test_a_nil_return_and_no_return_have_different_digests(tmp_path: Path) -> None:
    with toy.open_store(tmp_path) as store:
        before = store.digest("1.1.3")
        toy.submit(store, toy.workbook(tmp_path, "教务处", {"1.1.3": []}))
        assert store.digest("1.1.3") != before


def digests(store: Store) -> list[str]:
    return [store.digest(table) for table in store.catalog.tables]


def test_a_rebuild_arrives_at_the_same_digests(tmp_path: Path) -> None:
    with filled(tmp_path, ("教务处", MAJORS), ("学生处", OFFICE), ("教务处", OFFICE)) as store:
        before, found = digests(store), store.findings()
    with Store.rebuild(tmp_path / "store", toy.catalog(), {}, toy.parse) as store:
        assert (digests(store), store.findings()) == (before, found)


@pytest.mark.parametrize("damage", ["missing", "nonsense", "truncated", "behind"])
def test_a_database_that_is_lost_damaged_or_behind_is_made_again(tmp_path: Path, damage: str) -> None:
    database = tmp_path / "store" / "data.duckdb"
    with filled(tmp_path, ("教务处", MAJORS)):
        pass
    shutil.copy(database, tmp_path / "older")
    with filled(tmp_path, ("教务处", OFFICE)) as store:
        before = digests(store)
    match damage:
        case "missing":
            database.unlink()
        case "nonsense":
            database.write_bytes(b"nonsense" * 1000)
        case "truncated":
            database.write_bytes(database.read_bytes()[:5000])
        case "behind":  # as after a kill between the journal's line and the database's commit
            shutil.copy(tmp_path / "older", database)
    with toy.open_store(tmp_path) as store:
        assert digests(store) == before


def test_a_database_of_another_schema_is_made_again(tmp_path: Path) -> None:
    with filled(tmp_path, ("教务处", MAJORS)) as store:
        before = digests(store)
    year = toy.catalog()
    other: Catalog = year.model_copy(update={"digest": "another"})
    seen: list[int] = []

    def parse(event: Event, original: Path) -> list[Delivery]:
        seen.append(event.seq)
        return toy.parse(event, original)

    with Store.open(tmp_path / "store", other, {}, parse) as store:
        assert (seen, digests(store)) == ([1], before)
    with Store.open(tmp_path / "store", other, {}, parse):
        assert seen == [1]


def test_a_submission_that_fails_halfway_leaves_nothing_behind(tmp_path: Path) -> None:
    with filled(tmp_path, ("教务处", OFFICE)) as store:
        before, head = digests(store), store.journal_head()
        path = toy.workbook(tmp_path, "教务处", {"1.1.3": [{"机构名称": "丙"}], "1.5.2": [{"层次": "本科"}]})
        with pytest.raises(Refused, match="统计表 由程序自动生成"):
            toy.submit(store, path)
        assert (digests(store), store.journal_head()) == (before, head)


def test_an_event_the_database_could_not_take_is_made_up_for_before_the_next(tmp_path: Path) -> None:
    with toy.open_store(tmp_path) as store:
        path = toy.workbook(tmp_path, "教务处", OFFICE)
        journal, originals = (
            store._on_disk()
        )  # a disk that fills up between line and database cannot be had here
        sha256 = toy.deliveries(path)[0].sha256
        data = {"sha256": sha256, "original": originals.keep(path, sha256)}
        journal.append(journal.next([Entry("submission", data, "收表人", toy.AT)]))
        toy.submit(store, toy.workbook(tmp_path, "学生处", MAJORS))
        assert (store.row_count("1.1.3"), store.row_count("1.2.1")) == (2, 2)


def test_decisions_are_written_down_and_change_no_data(tmp_path: Path) -> None:
    with filled(tmp_path, ("教务处", OFFICE)) as store:
        before = digests(store)
        store.record(DECISION, {"table": "1.1.3", "parties": {}}, "李主任", toy.AT)
    with Store.rebuild(tmp_path / "store", toy.catalog(), {}, toy.parse) as store:
        assert digests(store) == before
        assert [(event.seq, event.by) for event in store.events(DECISION)] == [(2, "李主任")]


def test_a_number_the_database_cannot_hold_is_a_finding_at_its_cell(tmp_path: Path) -> None:
    with filled(
        tmp_path, ("教务处", {"1.2.1": [{"专业代码": "1", "经费": 1e20, "男生": 10**30, "女生": 4}]})
    ) as store:
        row = store.table("1.2.1").to_pylist()[0]
        assert (row["经费"], row["男生"], row["女生"]) == (None, None, 4)
        assert [(found.field, found.origin.cell) for found in store.findings()] == [
            ("男生", "O2"),
            ("经费", "S2"),
        ]
        one = store.deliveries()[0]
        assert (one.cells_seen, one.cells_stored, one.cells_rejected) == (4, 2, 2)


def test_derived_tables_follow_the_data(tmp_path: Path) -> None:
    with filled(tmp_path, ("教务处", MAJORS)) as store:
        assert store.rows("1.5.2") == [["专科", 1], ["本科", 1]] or store.rows("1.5.2") == [
            ["本科", 1],
            ["专科", 1],
        ]
        toy.submit(store, toy.workbook(tmp_path, "教务处", {"1.2.1": [{"专业代码": "1", "层次": "专科"}]}))
        assert store.rows("1.5.2") == [["专科", 1]]


def test_a_derived_table_that_cannot_be_computed_says_why() -> None:
    year = toy.catalog()
    broken = year.tables["1.5.2"].model_copy(update={"sql": "SELECT 层次 FROM 没有的表"})
    with Store.in_memory(year.model_copy(update={"tables": {**year.tables, "1.5.2": broken}}), {}) as store:
        assert list(store.underived()) == ["1.5.2"]
        assert store.rows("1.5.2") == []


def test_periods_and_parameters_are_one_row(tmp_path: Path) -> None:
    names = "学年开始, 学年结束年月, 学年度, 财务年度, 时点, 时点年度, 所在省, 容差"
    with (
        Store.open(tmp_path / "store", toy.catalog(), {"容差": 0.1}, toy.parse) as store,
        store.reading() as connection,
    ):
        assert connection.execute(f"SELECT {names} FROM 参数").fetchall() == [
            (dt.date(2098, 9, 1), "2099-08", 2098, 2098, dt.date(2098, 9, 1), 2098, "四川", 0.1)
        ]
    with (
        Store.open(tmp_path / "store", toy.catalog(), {"容差": 0.2}, toy.parse) as store,
        store.reading() as connection,
    ):
        assert connection.execute("SELECT 容差 FROM 参数").fetchall() == [(0.2,)]


def test_derived_tables_follow_the_parameters(tmp_path: Path) -> None:
    year = toy.catalog()
    derived = year.tables["1.5.2"].model_copy(update={"sql": "SELECT 所在省 AS 层次 FROM 参数"})
    year = year.model_copy(update={"tables": {**year.tables, "1.5.2": derived}})
    for province in ("四川", "云南"):
        with Store.open(tmp_path / "store", year, {"所在省": province}, toy.parse) as store:
            assert store.rows("1.5.2") == [[province, None]]


def test_code_lists_are_tables() -> None:
    with Store.in_memory(toy.catalog(), {}) as store, store.reading() as connection:
        assert connection.execute("SELECT * FROM 代码_SY ORDER BY 名称").fetchall() == [
            ("", "其他", ""),
            ("", "扩招", "专科"),
            ("", "高中生", "本科,专科"),
        ]
