"""The journal and the originals: nothing in them can change unnoticed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import toy
from statecollect.core.errors import StoreError
from statecollect.store import verify_folder
from statecollect.store.journal import Entry, Journal


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """A journal of four returns, with its originals."""
    with toy.open_store(tmp_path) as store:
        for number in range(4):
            rows = [{"机构名称": f"机构{number}"}]
            assert toy.submit(store, toy.workbook(tmp_path, f"单位{number}", {"1.1.3": rows}))
    return tmp_path / "store" / "journal.jsonl"


def problems(journal: Path) -> list[str]:
    return list(verify_folder(journal.parent).problems)


def lines(journal: Path) -> list[bytes]:
    return journal.read_bytes().splitlines(keepends=True)


def test_an_untouched_journal_has_no_problems(journal: Path) -> None:
    assert problems(journal) == []


def test_an_edited_line_is_found(journal: Path) -> None:
    journal.write_bytes(journal.read_bytes().replace("单位1.json".encode(), "单位9.json".encode()))
    assert problems(journal) == ["采集日志第 2 行的内容被改动过"]


def test_an_edited_line_with_a_new_hash_is_found_at_the_next_line(journal: Path) -> None:
    events = Journal.open(journal).events
    entry = Entry("submission", {**events[1].data, "file": "别的"}, "别人", toy.AT)
    (forged,) = Journal(journal, events[:1], b"").next([entry])
    content = lines(journal)
    content[1] = forged.as_line().encode() + b"\n"
    journal.write_bytes(b"".join(content))
    assert problems(journal)[0].startswith("采集日志第 3 行与上一行接不上")


def test_a_removed_line_is_found(journal: Path) -> None:
    content = lines(journal)
    journal.write_bytes(b"".join([*content[:1], *content[2:]]))
    assert problems(journal)[0].startswith("采集日志第 2 行与上一行接不上")


def test_lines_in_another_order_are_found(journal: Path) -> None:
    content = lines(journal)
    journal.write_bytes(b"".join([content[0], content[2], content[1], content[3]]))
    assert problems(journal)[0].startswith("采集日志第 2 行与上一行接不上")


def test_lines_removed_from_the_end_are_found(journal: Path) -> None:
    journal.write_bytes(b"".join(lines(journal)[:2]))
    assert problems(journal)[0] == "采集日志末尾少了 2 行"
    assert "2 份原件" in problems(journal)[1]
    with pytest.raises(StoreError, match="采集日志末尾少了 2 行"):
        Journal.open(journal)


def test_a_changed_and_a_missing_original_are_found(journal: Path) -> None:
    first, second, *_ = [event.data["original"] for event in Journal.open(journal).events]
    (journal.parent / "originals" / first).write_bytes(b"{}")
    (journal.parent / "originals" / second).unlink()
    assert problems(journal) == [
        f"第 1 条记录：报送的原件被改动过（{first}）",
        f"第 2 条记录：报送的原件不见了（{second}）",
    ]


def test_a_changed_journal_is_not_written_to(journal: Path, tmp_path: Path) -> None:
    journal.write_bytes(journal.read_bytes().replace("收表人".encode(), "另一人".encode(), 1))
    with pytest.raises(StoreError, match="采集日志第 1 行的内容被改动过"):
        toy.open_store(tmp_path)


@pytest.mark.parametrize("torn", [b'{"seq":5,"at":"20', b'{"seq":5}', b"\0" * 40, b'{"seq"\0\0\0\n'])
def test_a_torn_last_line_is_set_aside_when_the_journal_is_opened(
    journal: Path, tmp_path: Path, torn: bytes
) -> None:
    whole = journal.read_bytes()
    journal.write_bytes(whole + torn)
    assert problems(journal) != []
    with toy.open_store(tmp_path) as store:
        assert len(store.events()) == 4
        assert journal.read_bytes() == whole
        assert journal.with_suffix(".torn").read_bytes() == torn + b"\n"
        assert toy.submit(store, toy.workbook(tmp_path, "单位5", {"1.1.3": [{"机构名称": "机构5"}]}))
    assert problems(journal) == []


def test_a_last_line_that_only_lacks_its_end_is_kept(journal: Path, tmp_path: Path) -> None:
    whole = journal.read_bytes()
    journal.write_bytes(whole[:-1])
    with toy.open_store(tmp_path) as store:
        assert len(store.events()) == 4
    assert journal.read_bytes() == whole


def test_originals_are_kept_byte_for_byte_under_their_hash(journal: Path, tmp_path: Path) -> None:
    with toy.open_store(tmp_path) as store:
        event = store.events()[0]
        kept = store.original(event.data["sha256"])
    assert kept.name == f"{event.data['sha256']}.json"
    assert kept.read_bytes() == (tmp_path / "单位0.json").read_bytes()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no file modes")
def test_everything_in_the_store_is_for_its_owner_only(journal: Path) -> None:
    files = [
        path
        for path in journal.parent.rglob("*")
        if path.is_file() and path.suffix in {".json", ".jsonl", ".duckdb"}
    ]
    assert len(files) == 6
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


def test_a_file_that_changes_while_it_is_read_is_not_taken_in(tmp_path: Path) -> None:
    path = toy.workbook(tmp_path, "单位", {"1.1.3": [{"机构名称": "甲"}]})
    read = toy.deliveries(path)
    toy.workbook(tmp_path, "单位", {"1.1.3": [{"机构名称": "乙"}]})
    with toy.open_store(tmp_path) as store:
        with pytest.raises(StoreError, match="读取时被改动"):
            store.submit(read, {}, path, "收表人", toy.AT)
        assert store.events() == []
        assert store.row_count("1.1.3") == 0
