"""History that is missing is noticed; a record that can no longer be read costs its tables, not the campaign."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

import toy
from statecollect.core.errors import Refused, StoreError
from statecollect.store import DECISION, Consent, Delivery, Event, Store, verify_folder
from statecollect.store.journal import Entry, Journal
from statecollect.store.seal import propose_key, read_key, write_key

OFFICES = ("教务处", "学生处", "总务处", "人事处")
AT = toy.AT
CONSENT = Consent("王管理员", "找不回来了", AT, loss=True)


def college(folder: Path, count: int = 4, name: str = "机构") -> Path:
    """A store of so many returns, the second of them replaced by a newer one."""
    with toy.open_store(folder) as store:
        for number in range(count):
            rows = [{"机构名称": f"{name}{number}"}]
            toy.submit(store, toy.workbook(folder, OFFICES[number % 4], {"1.1.3": rows}))
    return folder / "store"


def reopened(folder: Path, parse: Callable[[Event, Path], Sequence[Delivery]] = toy.parse) -> Store:
    return Store.open(folder, toy.catalog(), {}, parse)


def cut(journal: Path, lines: int) -> int:
    return journal.write_bytes(b"".join(journal.read_bytes().splitlines(keepends=True)[:-lines]))


def garble(path: Path) -> int:
    return path.write_text("x y", encoding="utf-8")


def gone(path: Path) -> bool:
    path.unlink(missing_ok=True)
    return not path.exists()


LOSSES: dict[str, Callable[[Path], object]] = {
    "journal": lambda store: gone(store / "journal.jsonl"),
    "journal and one head": lambda store: [gone(store / "journal.jsonl"), gone(store / "journal.head")],
    "journal and both heads": lambda store: [
        gone(store / "journal.jsonl"),
        gone(store / "journal.head"),
        gone(store / "originals" / "journal.head"),
    ],
    "journal, heads and database": lambda store: [
        gone(store / name)
        for name in (
            "journal.jsonl",
            "journal.head",
            "originals/journal.head",
            "data.duckdb",
            "data.duckdb.wal",
        )
    ],
    "last line": lambda store: cut(store / "journal.jsonl", 1),
    "last lines and heads": lambda store: [
        cut(store / "journal.jsonl", 2),
        gone(store / "journal.head"),
        gone(store / "originals" / "journal.head"),
    ],
    "last lines, heads garbled, no database": lambda store: [
        cut(store / "journal.jsonl", 2),
        garble(store / "journal.head"),
        garble(store / "originals" / "journal.head"),
        gone(store / "data.duckdb"),
    ],
    "heads alone, no database": lambda store: [
        gone(store / "journal.head"),
        gone(store / "originals" / "journal.head"),
        gone(store / "data.duckdb"),
    ],
}


@pytest.mark.parametrize("loss", LOSSES)
def test_history_that_is_gone_is_refused_explained_and_found_by_verify(tmp_path: Path, loss: str) -> None:
    folder = college(tmp_path)
    LOSSES[loss](folder)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for _ in range(2):  # nor is it forgotten by asking twice
        with pytest.raises(StoreError, match=r"采集日志|采集历史不完整"):
            reopened(folder)
    assert verify_folder(folder).problems != ()
    for path, content in before.items():
        assert path.suffix == ".duckdb" or path.read_bytes() == content


@pytest.mark.parametrize("loss", LOSSES)
def test_who_cannot_get_it_back_may_go_on_by_name_and_that_is_written_down(tmp_path: Path, loss: str) -> None:
    folder = college(tmp_path)
    LOSSES[loss](folder)
    with Store.rebuild(folder, toy.catalog(), {}, toy.parse, consent=CONSENT) as store:
        last = store.events()[-1]
        assert (last.type, last.by, last.data["reason"]) == ("loss", "王管理员", "找不回来了")
        held = {one.party for one in store.deliveries()}
    assert verify_folder(folder).problems == ()
    with reopened(folder) as store:
        assert {one.party for one in store.deliveries()} == held


def test_an_older_backup_put_over_a_newer_folder_is_noticed(tmp_path: Path) -> None:
    folder = college(tmp_path, 2)
    backup = shutil.copytree(folder, tmp_path / "备份")
    college(tmp_path, 4)
    shutil.copytree(backup, folder, dirs_exist_ok=True)
    with pytest.raises(StoreError, match=r"2 份原件.*没有记录"):
        reopened(folder)
    shutil.rmtree(folder)
    shutil.copytree(backup, folder)  # brought back whole, it is what it was
    with reopened(folder) as store:
        assert len(store.events()) == 2


def test_a_database_of_another_journal_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = college(tmp_path / "other", 3, "别的")
    folder = college(tmp_path, 4)
    shutil.copy(other / "data.duckdb", folder / "data.duckdb")
    with pytest.raises(StoreError, match="不是同一条"):
        reopened(folder)


def test_a_torn_line_that_was_committed_is_kept_as_evidence_before_the_loss_is_told(tmp_path: Path) -> None:
    folder = college(tmp_path)
    journal = folder / "journal.jsonl"
    whole = journal.read_bytes()
    journal.write_bytes(whole[:-40])
    with pytest.raises(StoreError, match="末尾少了 1 行"):
        reopened(folder)
    torn = journal.with_suffix(".torn").read_bytes()
    assert whole.endswith(torn.rstrip(b"\n") + whole[-40:])


@pytest.mark.parametrize(
    "spoil", [lambda content: b"\xef\xbb\xbf" + content, lambda content: content + b"\n\n"]
)
def test_what_an_editor_adds_to_the_journal_harms_nothing(
    tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    folder = college(tmp_path)
    journal = folder / "journal.jsonl"
    journal.write_bytes(spoil(journal.read_bytes()))
    with reopened(folder) as store:
        assert len(store.events()) == 4


def test_verify_needs_no_database_and_opens_none(tmp_path: Path) -> None:
    folder = college(tmp_path)
    (folder / "data.duckdb").write_bytes(b"not a database")
    assert verify_folder(folder).problems == ()
    assert (folder / "data.duckdb").read_bytes() == b"not a database"


# one record that can no longer be read


def poisoned(kind: type[BaseException]) -> Callable[[Event, Path], Sequence[Delivery]]:
    def parse(event: Event, original: Path) -> Sequence[Delivery]:
        if event.seq == 2:
            raise kind("110105194912310021")
        return toy.parse(event, original)

    return parse


class PanicException(BaseException):
    """What a parser written in Rust raises."""


@pytest.mark.parametrize("kind", [TypeError, RecursionError, MemoryError, OverflowError, PanicException])
def test_a_record_that_cannot_be_read_is_set_aside_and_named_until_somebody_acts(
    tmp_path: Path, kind: type[BaseException]
) -> None:
    folder = college(tmp_path)
    (folder / "data.duckdb").unlink()
    for _ in range(2):
        with reopened(folder, poisoned(kind)) as store:
            assert [seq for seq, _ in store.set_aside()] == [2]
            assert {one.party for one in store.deliveries()} == {"教务处", "总务处", "人事处"}
            assert store.returned("学生处") == frozenset()
    with Store.rebuild(folder, toy.catalog(), {}, toy.parse) as store:  # readable again: it counts again
        assert (store.set_aside(), len(store.deliveries())) == ([], 4)
    logs = list(folder.rglob("*.txt"))
    assert logs != []
    assert all("110105194912310021" not in log.read_text(encoding="utf-8") for log in logs)


def test_giving_up_a_record_is_an_event_that_can_be_taken_back(tmp_path: Path) -> None:
    folder = college(tmp_path)
    (folder / "data.duckdb").unlink()
    parse = poisoned(ValueError)
    with reopened(folder, parse) as store:
        with pytest.raises(Refused, match="第 3 条记录能正常读出"):
            store.skip(3, undo=False, by="王管理员", reason="试试", at=AT)
        store.skip(2, undo=False, by="王管理员", reason="原件坏了", at=AT)
        assert store.set_aside() == []
    with Store.rebuild(folder, toy.catalog(), {}, toy.parse) as store:  # given up, though it could be read
        assert {one.party for one in store.deliveries()} == {"教务处", "总务处", "人事处"}
        store.skip(2, undo=True, by="王管理员", reason="找到了", at=AT)
    with Store.rebuild(folder, toy.catalog(), {}, toy.parse) as store:
        assert {one.party for one in store.deliveries()} == set(OFFICES)


def test_a_missing_original_and_an_upgrade_together_lose_one_record_not_the_campaign(tmp_path: Path) -> None:
    folder = college(tmp_path)
    lost = Journal.open(folder / "journal.jsonl").events[1].data["original"]
    (folder / "originals" / lost).unlink()
    newer = toy.catalog().model_copy(update={"digest": "another"})
    with Store.open(folder, newer, {}, toy.parse) as store:
        assert store.set_aside() == [(2, "报送的原件不见了")]
        assert len(store.deliveries()) == 3


def test_a_return_that_was_replaced_is_not_read_again_and_its_original_may_be_gone(tmp_path: Path) -> None:
    folder = college(tmp_path, 5)  # the fifth replaces the first
    first = Journal.open(folder / "journal.jsonl").events[0].data["original"]
    (folder / "originals" / first).unlink()
    read: list[int] = []

    def parse(event: Event, original: Path) -> Sequence[Delivery]:
        read.append(event.seq)
        return toy.parse(event, original)

    with Store.rebuild(folder, toy.catalog(), {}, parse) as store:
        assert (read, store.set_aside()) == ([2, 3, 4, 5], [])
    assert any(first in problem for problem in verify_folder(folder).problems)


def test_a_record_of_a_newer_program_is_set_aside_and_what_it_says_more_is_kept(tmp_path: Path) -> None:
    folder = college(tmp_path)
    journal = Journal.open(folder / "journal.jsonl")
    (event,) = journal.next([Entry("推演", {"party": "教务处"}, "某人", AT)])
    journal.append([event])
    with reopened(folder) as store:
        assert [seq for seq, _ in store.set_aside()] == [5]
        assert len(store.deliveries()) == 4
    assert verify_folder(folder).problems == ()


def test_a_rebuild_that_fails_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    folder = college(tmp_path)

    def interrupted(event: Event, original: Path) -> Sequence[Delivery]:
        if event.seq == 3:
            raise KeyboardInterrupt
        return toy.parse(event, original)

    with reopened(folder) as store:
        before = store.digest("1.1.3")
    with pytest.raises(KeyboardInterrupt):
        Store.rebuild(folder, toy.catalog(), {}, interrupted)

    def unread(event: Event, original: Path) -> Sequence[Delivery]:
        raise AssertionError("the old database is there and need not be made")

    with reopened(folder, unread) as store:
        assert store.digest("1.1.3") == before


# what a newer program reads differently


def shouting(event: Event, original: Path) -> Sequence[Delivery]:
    """A program that reads one table differently: only the values of 学生处."""
    found = toy.parse(event, original)
    return [
        replace(one, values={**one.values, "机构名称": [f"{name}!" for name in one.values["机构名称"]]})
        if one.party == "学生处"
        else one
        for one in found
    ]


def test_what_a_newer_program_reads_differently_is_told(tmp_path: Path) -> None:
    folder = college(tmp_path)
    newer = toy.catalog().model_copy(update={"digest": "another"})
    with Store.open(folder, newer, {}, shouting) as store:
        assert [(one.table, one.party, one.field, one.old, one.new) for one in store.differences] == [
            ("1.1.3", "学生处", "机构名称", "机构1", "机构1!")
        ]
    with Store.open(folder, newer, {}, shouting) as store:
        assert store.differences == ()


def test_signed_tables_wait_for_consent_before_they_read_differently(tmp_path: Path) -> None:
    folder = college(tmp_path)
    with reopened(folder) as store:
        digest = store.digest("1.1.3", "学生处")
        store.record(DECISION, {"table": "1.1.3", "parties": {"学生处": digest}, "step": "x"}, "李主任", AT)
    newer = toy.catalog().model_copy(update={"digest": "another"})
    for _ in range(2):
        with pytest.raises(Refused, match=r"1 张表按新版读法有 1 处不同.*已有人审核过"):
            Store.open(folder, newer, {}, shouting)
    with reopened(folder) as store:  # nothing was changed: the older program goes on
        assert store.digest("1.1.3", "学生处") == digest
    consent = Consent("王管理员", "核对过", AT, differences=True)
    with Store.rebuild(folder, newer, {}, shouting, consent=consent) as store:
        last = store.events()[-1]
        assert (last.type, last.data["tables"], last.data["cells"]) == ("difference", ["1.1.3"], 1)


# seals


def sealed(folder: Path, count: int = 3) -> Path:
    (folder / "store").mkdir(mode=0o700)
    write_key(folder / "store", b"k" * 32)
    return college(folder, count)


def rewritten(folder: Path, key: bytes) -> None:
    """Do what a forger does: tell another story, chain it anew, and set the heads."""
    journal = Journal.open(folder / "journal.jsonl")
    entries = [Entry(one.type, one.data, "伪造者", one.at) for one in journal.events]
    for path in (folder / "journal.jsonl", folder / "journal.head", folder / "originals" / "journal.head"):
        path.unlink()
    forged = Journal(folder / "journal.jsonl", [], key)
    forged.append(forged.next(entries))
    forged.remember()


def test_every_line_is_sealed_and_a_rewritten_history_is_found_by_its_seals(tmp_path: Path) -> None:
    folder = sealed(tmp_path)
    assert verify_folder(folder).problems == ()
    assert verify_folder(folder).remarks == ()
    rewritten(folder, b"another key" * 3)
    assert len(verify_folder(folder).problems) == 3
    assert "别的密钥" in verify_folder(folder).problems[0]


def test_a_changed_seal_and_a_missing_one_are_found(tmp_path: Path) -> None:
    folder = sealed(tmp_path)
    lines = [json.loads(line) for line in (folder / "journal.jsonl").read_text(encoding="utf-8").splitlines()]
    lines[1]["mac"] = lines[0]["mac"]
    lines[2]["mac"] = ""
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (folder / "journal.jsonl").write_text(text, encoding="utf-8")
    assert [problem[:5] for problem in verify_folder(folder).problems] == ["第 2 条", "第 3 条"]


def test_without_the_key_everything_works_and_verify_says_what_it_cannot_check(tmp_path: Path) -> None:
    folder = sealed(tmp_path)
    (folder / "secret.key").unlink()
    with reopened(folder) as store:
        assert toy.submit(store, toy.workbook(tmp_path, "后勤处", {"1.1.3": [{"机构名称": "新"}]}))
    found = verify_folder(folder)
    assert found.problems == ()
    assert any("签名无从核对" in remark for remark in found.remarks)


def test_a_new_key_seals_the_rest_and_vouches_for_what_came_before(tmp_path: Path) -> None:
    folder = sealed(tmp_path)
    (folder / "secret.key").unlink()
    with reopened(folder) as store:
        toy.submit(store, toy.workbook(tmp_path, "后勤处", {"1.1.3": [{"机构名称": "新"}]}))
        event = store.rekey(b"n" * 32, by="王管理员", reason="密钥丢了", at=AT)
        toy.submit(store, toy.workbook(tmp_path, "基建处", {"1.1.3": [{"机构名称": "又"}]}))
    assert (folder / "secret.key").stat().st_mode & 0o777 == 0o600
    assert verify_folder(folder).problems == ()
    assert f"第 {event.seq} 条" in verify_folder(folder).remarks[0]


def test_a_line_tells_the_clock_and_the_account_beside_what_was_claimed(tmp_path: Path) -> None:
    folder = college(tmp_path, 1)
    (event,) = Journal.open(folder / "journal.jsonl").events
    written = dt.datetime.fromisoformat(event.recorded)
    assert abs((dt.datetime.now().astimezone() - written).total_seconds()) < 600
    assert "@" in event.user
    assert event.at == AT


def test_times_that_run_backwards_are_shown(tmp_path: Path) -> None:
    folder = college(tmp_path)
    with reopened(folder) as store:
        store.record(
            DECISION, {"table": "1.1.3", "parties": {}, "step": "x"}, "李主任", "2019-01-01T08:00:00+08:00"
        )
    found = verify_folder(folder)
    assert found.problems == ()
    assert any("第 5 条" in remark and "早于" in remark for remark in found.remarks)


@pytest.mark.parametrize("written", [False, True])
def test_a_new_key_counts_once_the_journal_names_it(tmp_path: Path, written: bool) -> None:
    """What a kill leaves: the key is proposed, its line is written or not, and it is not yet in its place."""
    folder = sealed(tmp_path)
    old, new = b"k" * 32, b"n" * 32
    if written:
        with reopened(folder) as store:
            store.rekey(new, by="王管理员", reason="泄露", at=AT)
    write_key(folder, old)
    propose_key(folder, new)
    assert verify_folder(folder).problems == ()
    with reopened(folder) as store:
        toy.submit(store, toy.workbook(tmp_path, "基建处", {"1.1.3": [{"机构名称": "又"}]}))
    assert verify_folder(folder).problems == ()
    assert read_key(folder) == (new if written else old)
    assert [one.name for one in folder.iterdir() if one.name.startswith("secret.key")] == ["secret.key"]
