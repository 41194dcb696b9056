"""The stamp: who a workbook belongs to, and that nobody changed it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from statecollect.workbook.stamp import Stamp, genuine, read_stamp, schema_line

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


def test_a_stamp_knows_the_schema_of_each_table_and_one_of_the_first_release_that_of_the_year_only() -> None:
    digests = {"1.1.1": "ea219ba72754", "1.2.10": "0123456789ab"}
    found = read_stamp(replace(STAMP, schema=schema_line(digests)).rows(KEY))
    assert found is not None
    assert found[0].schema_of == digests
    assert genuine(*found, KEY)
    assert STAMP.schema_of == {}


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


def test_a_round_and_what_it_was_made_from_are_signed_and_read_back() -> None:
    marked = replace(STAMP, round=2, made_from=("ab" * 32, "cd" * 32))
    lines = marked.rows(KEY)
    found = read_stamp(lines)
    assert found is not None
    assert found[0] == marked
    assert genuine(*found, KEY)
    for key in ("round", "made_from"):
        less = read_stamp([line for line in lines if line[0] != key])
        assert less is not None
        assert not genuine(*less, KEY)
    more = read_stamp([("round", "7") if key == "round" else (key, text) for key, text in lines])
    assert more is not None
    assert not genuine(*more, KEY)


def test_a_stamp_without_a_round_is_what_it_has_always_been() -> None:
    """Templates that were sent out before there were rounds stay genuine."""
    assert [key for key, _ in STAMP.rows(KEY)] == [
        *("statecollect", "campaign", "school", "year", "party", "tables", "schema", "kind", "signature")
    ]
    found = read_stamp(STAMP.rows(KEY))
    assert found is not None
    assert (found[0].round, found[0].made_from) == (0, ())


ODD = ["", " ", "0", "-1", "1e9", "９", "²", "9" * 5000, "\x00", "中文", "\ud800", "prefilled", "None", "[]"]


@pytest.mark.parametrize("odd", ODD, ids=ascii)
def test_no_line_of_a_stamp_stops_anything(odd: str) -> None:
    marked = replace(STAMP, round=2, made_from=("ab" * 32,), prefilled={"1.1.1": ("abcdef",)})
    lines = marked.rows(KEY)
    for key in (*(key for key, _ in STAMP.rows(KEY)), "round", "made_from", "prefilled ", "prefilled"):
        for changed in (
            [(name, odd if name == key else text) for name, text in [*lines, (key, "")]],
            [*lines, (key + odd, odd)],
            [*lines, (f"prefilled {odd}", "abcde")],
            [(odd, key)],
        ):
            found = read_stamp(changed)
            if found is not None and found[0].rows(KEY) != lines:
                assert not genuine(*found, KEY), key
