"""A fault at any step between reading and commit costs one return at most, and never the store."""

from __future__ import annotations

import datetime as dt
import os
import random
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import statecollect.store
import toy
from statecollect.core.errors import ProgramFault, StatecollectError
from statecollect.store import NIL, Delivery, Event, Return, Store, verify_folder
from statecollect.store.seal import read_key, write_key

ROOM = str(Path(statecollect.store.__file__).parent)
TRIALS = int(os.environ.get("STATECOLLECT_FAULTS", "16"))
OFFICES = ("教务处", "学生处", "总务处", "人事处")


class Injected(RuntimeError):
    """The fault of the test."""


class Injector:
    """Raise at the so-manieth line that the store's own modules run; count them."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.lines = 0

    def __call__(self, frame: FrameType, event: str, _argument: Any) -> Any:
        if not frame.f_code.co_filename.startswith(ROOM):
            return None
        if event == "line":
            self.lines += 1
            if self.lines == self.at:
                raise Injected("110105194912310021")
        return self

    @contextmanager
    def at_work(self) -> Iterator[None]:
        before = sys.gettrace()
        sys.settrace(self)
        try:
            yield
        finally:
            sys.settrace(before)


def steps(lines: int) -> Iterable[int]:
    """Return the lines at which to fail: a few dozen of them, others at each run of the whole suite on another day."""
    return random.Random(dt.date.today().toordinal()).sample(range(1, lines), min(lines - 1, TRIALS))


def given(folder: Path, party: str, name: str, beside: tuple[str, ...] = ()) -> Return:
    path = toy.workbook(folder, party, {"1.1.3": [{"机构名称": name}]}, f"{party}{name}.json")
    data = {"file": path.name, "party": party, "tables": ["1.1.3"]}
    return Return(toy.deliveries(path), data, path, beside)


def said(store: Store) -> dict[str, list[str]]:
    return {party: [row[0] for row in store.party_rows("1.1.3", party)] for party in store.parties("1.1.3")}


def malformed(folder: Path, party: str) -> Return:
    """A return whose columns do not fit its rows: a fault of the program that no cell explains."""
    one = given(folder, party, "坏")
    (delivery,) = one.deliveries
    return replace(one, deliveries=[replace(delivery, values={"机构名称": ["甲", "乙", "丙"]})])


def test_one_return_that_the_database_does_not_take_costs_only_itself(tmp_path: Path) -> None:
    good = [given(tmp_path, f"单位{number}", "甲") for number in range(9)]
    returns = [*good[:4], malformed(tmp_path, "坏单位"), *good[4:]]
    with toy.open_store(tmp_path) as store:
        outcomes = store.submit_all(returns, "收表人", toy.AT)
        assert [isinstance(one, Event) for one in outcomes] == [True] * 4 + [False] + [True] * 5
        assert isinstance(outcomes[4], ProgramFault)
        assert "坏单位坏.json" in str(outcomes[4])
        assert len(store.events()) == 9
        before = said(store)
    with Store.rebuild(tmp_path / "store", toy.catalog(), {}, toy.parse) as store:
        assert said(store) == before
    assert verify_folder(tmp_path / "store").problems == ()


@pytest.mark.long("the store is opened, cut short and made again for each line")
def test_a_fault_at_any_line_of_taking_in_leaves_the_state_before_or_after(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    with toy.open_store(tmp_path / "base") as store:
        store.submit_all([given(tmp_path, "教务处", "旧"), given(tmp_path, "学生处", "旧")], "收表人", toy.AT)
    returns = [given(tmp_path, party, "新") for party in OFFICES]
    counting = Injector(0)
    run(tmp_path, returns, counting)
    assert counting.lines > 200
    for at in steps(counting.lines):
        run(tmp_path, returns, Injector(at))


def run(tmp_path: Path, returns: list[Return], injector: Injector) -> None:
    folder = tmp_path / "store"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(tmp_path / "base" / "store", folder)
    outcomes: list[Event | StatecollectError] = []
    with toy.open_store(tmp_path) as store:
        try:
            with injector.at_work():
                outcomes = store.submit_all(returns, "收表人", toy.AT)
        except Injected:
            pass
    with toy.open_store(tmp_path) as store:
        assert store.set_aside() == []
        now = said(store)
        digest = store.digest("1.1.3")
        taken = {event.data["party"] for event in store.events()[2:]}
    old = {"教务处": ["旧"], "学生处": ["旧"]}
    assert now == old | {party: ["新"] for party in taken}, injector.at
    if outcomes:
        told = {one.data["party"] for one in outcomes if isinstance(one, Event)}
        assert told == taken, injector.at
        assert len(told) >= len(returns) - 1, injector.at
    assert verify_folder(folder).problems == (), injector.at
    with Store.rebuild(folder, toy.catalog(), {}, toy.parse) as store:
        assert store.digest("1.1.3") == digest, injector.at


@pytest.mark.long("the store is cut short and made again for each line")
def test_a_fault_at_any_line_of_making_the_database_again_loses_nothing(tmp_path: Path) -> None:
    with toy.open_store(tmp_path) as store:
        store.submit_all([given(tmp_path, party, "甲") for party in OFFICES], "收表人", toy.AT)
        before = store.digest("1.1.3")
    folder = tmp_path / "store"
    counting = Injector(0)
    with counting.at_work(), Store.rebuild(folder, toy.catalog(), {}, toy.parse):
        pass
    for at in steps(counting.lines):
        try:
            with Injector(at).at_work(), Store.rebuild(folder, toy.catalog(), {}, toy.parse):
                pass
        except (Injected, StatecollectError):
            pass
        with toy.open_store(tmp_path) as store:
            whole = store.set_aside() == []
        if not whole:  # it was named, and a rebuild without the fault reads it
            Store.rebuild(folder, toy.catalog(), {}, toy.parse).close()
        with toy.open_store(tmp_path) as store:
            assert (store.digest("1.1.3"), store.set_aside()) == (before, []), at


def test_parts_of_one_return_stand_beside_each_other_and_go_together(tmp_path: Path) -> None:
    first, second = given(tmp_path, "教务处", "甲"), given(tmp_path, "教务处", "乙")
    second = replace(second, beside=(first.deliveries[0].sha256,))
    with toy.open_store(tmp_path) as store:
        store.submit_all([given(tmp_path, "教务处", "旧")], "收表人", toy.AT)
        store.submit_all([first, second], "收表人", toy.AT)
        assert sorted(said(store)["教务处"]) == ["乙", "甲"]
        files = {place.file for place in store.places("1.1.3", ids(store)).values()}
        assert files == {"教务处.xlsx"}
        digest = store.digest("1.1.3")
    with Store.rebuild(tmp_path / "store", toy.catalog(), {}, toy.parse) as store:
        assert store.digest("1.1.3") == digest
        store.submit_all([given(tmp_path, "教务处", "丙")], "收表人", toy.AT)
        assert said(store)["教务处"] == ["丙"]
    with Store.rebuild(tmp_path / "store", toy.catalog(), {}, toy.parse) as store:
        assert said(store)["教务处"] == ["丙"]


def ids(store: Store) -> list[int]:
    with store.reading() as connection:
        name = store.catalog.tables["1.1.3"].short
        return [row[0] for row in connection.execute(f"SELECT _id FROM {name}").fetchall()]


def test_a_nil_return_on_behalf_replaces_and_is_replaced(tmp_path: Path) -> None:
    with toy.open_store(tmp_path) as store:
        store.submit_all([given(tmp_path, "教务处", "甲")], "收表人", toy.AT)
        event = store.declare_nil("教务处", ["1.1.3"], {"reason": "电话说没有"}, "王管理员", toy.AT)
        assert event.type == NIL
        assert [one.nil for one in store.deliveries()] == [True]
        assert store.row_count("1.1.3") == 0
    with Store.rebuild(tmp_path / "store", toy.catalog(), {}, toy.parse) as store:
        assert [one.nil for one in store.deliveries()] == [True]
        store.submit_all([given(tmp_path, "教务处", "乙")], "收表人", toy.AT)
        assert said(store) == {"教务处": ["乙"]}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("专业代码", "\ud800半个字"),
        ("专业代码", 12),
        ("男生", "3"),
        ("男生", True),
        ("男生", 10**400),
        ("男生", 2.5),
        ("经费", float("nan")),
        ("经费", "12"),
        ("开办日期", "2099-01-01"),
    ],
)
def test_a_value_that_the_database_cannot_hold_is_turned_away_at_its_cell(
    tmp_path: Path, field: str, value: object
) -> None:
    good = {"专业代码": "0012", "层次": "专科", "男生": 3}
    path = toy.workbook(tmp_path, "教务处", {"1.2.1": [good, good]})
    (delivery,) = toy.deliveries(path)
    values = {**delivery.values, field: [value, *list(delivery.values[field])[1:]]}
    odd: Delivery = replace(delivery, values=values)
    with toy.open_store(tmp_path) as store:
        data = {"file": path.name, "party": "教务处", "tables": ["1.2.1"]}
        (outcome,) = store.submit_all([Return([odd], data, path)], "收表人", toy.AT)
        assert isinstance(outcome, Event)
        (found,) = [one for one in store.findings() if one.field == field]
        assert (found.origin.row, found.severity) == (2, "error")
        assert store.row_count("1.2.1") == 2


def test_a_fault_at_any_line_of_making_a_new_key_leaves_the_old_one_or_the_new_one(tmp_path: Path) -> None:
    base = tmp_path / "base"
    (base / "store").mkdir(mode=0o700, parents=True)
    write_key(base / "store", b"k" * 32)
    with toy.open_store(base) as store:
        store.submit_all([given(tmp_path, "教务处", "甲")], "收表人", toy.AT)
    counting = Injector(0)
    rekeyed(base, tmp_path / "undisturbed", counting)
    assert counting.lines > 50
    for at in steps(counting.lines):
        rekeyed(base, tmp_path / str(at), Injector(at))


def rekeyed(base: Path, home: Path, injector: Injector) -> None:
    folder = shutil.copytree(base, home) / "store"
    with toy.open_store(home) as store, suppress(Injected), injector.at_work():
        store.rekey(b"n" * 32, by="张三", reason="泄露", at=toy.AT)
    assert verify_folder(folder).problems == (), injector.at
    with toy.open_store(home) as store:
        store.submit_all([given(home, "人事处", "乙")], "收表人", toy.AT)
        made = bool(store.events("rekey"))
    assert verify_folder(folder).problems == (), injector.at
    assert (read_key(folder) == b"n" * 32) is made, injector.at
