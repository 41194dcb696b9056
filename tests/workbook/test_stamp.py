"""The stamp: who a workbook belongs to, and that nobody changed it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from statecollect.workbook.stamp import Stamp, genuine, read_stamp

KEY = b"a key for tests"
STAMP = Stamp("2030采集", "某某职业学院", "2030", "教务处", ("1.1.1", "1.2.10"), "0123456789abcdef", "marked")


def test_a_stamp_is_read_back_as_it_was_written() -> None:
    assert read_stamp(STAMP.rows(KEY)) == (STAMP, STAMP.rows(KEY)[-1][1])


def test_a_stamp_is_genuine_under_the_key_that_signed_it_only() -> None:
    signature = STAMP.rows(KEY)[-1][1]
    assert genuine(STAMP, signature, KEY)
    assert not genuine(STAMP, signature, b"another key")
    assert not genuine(STAMP, "中文", KEY)


@pytest.mark.parametrize(
    "change",
    [
        {"campaign": "2031采集"},
        {"school": "别的学院"},
        {"year": "2031"},
        {"party": "财务处"},
        {"tables": ("1.1.1",)},
        {"schema": "0" * 16},
        {"kind": "template"},
    ],
)
def test_every_part_of_the_stamp_is_signed(change: dict[str, object]) -> None:
    assert not genuine(replace(STAMP, **change), STAMP.rows(KEY)[-1][1], KEY)  # type: ignore[arg-type]


def test_text_moved_from_one_part_to_the_next_breaks_the_signature() -> None:
    moved = replace(STAMP, campaign="2030采集某某", school="职业学院")
    assert not genuine(moved, STAMP.rows(KEY)[-1][1], KEY)


def test_without_a_key_nothing_is_genuine() -> None:
    assert STAMP.rows(b"")[-1] == ("signature", "")
    assert not genuine(STAMP, "", b"")


@pytest.mark.parametrize("missing", range(8))
def test_lines_that_lack_a_part_are_no_stamp(missing: int) -> None:
    lines = STAMP.rows(KEY)
    assert read_stamp(lines[:missing] + lines[missing + 1 :]) is None


def test_an_unknown_kind_is_no_stamp() -> None:
    assert read_stamp([*STAMP.rows(KEY), ("kind", "别的")]) is None
