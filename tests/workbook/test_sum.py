"""Every filled cell of a delivery is stored, rejected or listed – or the sheet is refused with the cells named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import reader_books as books
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from statecollect.core.errors import HostileFile, UnreadableFile
from statecollect.core.untrusted.guard import Limits
from statecollect.core.untrusted.watch import tick, watched
from statecollect.intake import returns
from statecollect.intake.returns import read_return
from statecollect.workbook.recognise.tables import find_tables

CATALOG = books.catalog()
CELLS = [
    "", "", '<v>7</v>', '<v>x</v>', '<f>1</f>', '<is><t>张三</t></is>', '<is><t>合计</t></is>', '<is><t>说明：见后</t></is>',
    '<is><t> </t></is>', '<is><t>教工号</t></is>', '<is><t>填表人：李四</t></is>', "e", "1",
]  # fmt: skip


def cell(row: int, column: int, content: str) -> str:
    place = f'<c r="{chr(65 + column)}{row}"'
    if content == "e":
        return f'{place} t="e"><v>#SPILL!</v></c>'
    kind = ' t="inlineStr"' if content.startswith("<is>") else ""
    return f"{place}{kind}>{content}</c>" if content else ""


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    grid=st.lists(st.lists(st.sampled_from(CELLS), min_size=1, max_size=11), min_size=1, max_size=8),
    header=st.permutations([*books.TEACHERS, "问题", "不认识的栏目"]),
)
def test_whatever_stands_on_a_sheet_the_sum_holds(
    tmp_path: Path, grid: list[list[str]], header: list[str]
) -> None:
    named = [f"<is><t>{one.replace('<', '&lt;').replace('>', '&gt;')}</t></is>" for one in header]
    lines = [["<is><t>1.1.1 教师表</t></is>", "", "e"], named, *grid]
    rows = "".join(
        f'<row r="{at}">{"".join(cell(at, column, one) for column, one in enumerate(line))}</row>'
        for at, line in enumerate(lines, start=1)
    )
    path = books.by_hand(tmp_path / "a.xlsx", rows)
    for one in read_return(path, CATALOG, party="教务处", expected=("1.1.1",)).deliveries:
        assert one.cells_seen == one.cells_stored + one.cells_rejected + one.cells_ignored


def test_a_sum_that_does_not_hold_refuses_the_sheet_with_the_cell_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What no workbook brings about any more: a row that gets lost between the tables found and what is made of them."""
    path = books.teachers(tmp_path / "a.xlsx", books.ANNA, books.BERT)

    def losing(*arguments: object) -> object:
        intake = find_tables(*arguments)  # type: ignore[arg-type]
        return replace(intake, blocks=tuple(replace(one, rows=one.rows[:1]) for one in intake.blocks))

    monkeypatch.setattr(returns, "find_tables", losing)
    with pytest.raises(UnreadableFile) as caught:
        read_return(path, CATALOG, party="教务处")
    assert str(caught.value).startswith("〔a.xlsx 1.1.1 教师表〕有 7 格读不准：A4、B4、C4、D4、E4等；")


def test_reading_and_checking_are_under_one_watch(tmp_path: Path) -> None:
    path = books.teachers(tmp_path / "a.xlsx", *([books.ANNA] * 300))
    with pytest.raises(HostileFile, match=r"〔a\.xlsx〕读了 0\.002 秒还没有读完"):
        read_return(path, CATALOG, limits=Limits(seconds=0.002))
    assert read_return(path, CATALOG).deliveries


def test_the_first_watch_counts_for_all_that_is_done_within() -> None:
    with watched(0, 2**40, "甲"), watched(100, 2**40, "乙"), pytest.raises(HostileFile, match="〔甲〕"):
        tick()
    tick()  # nobody watches any more


def test_memory_is_watched_too() -> None:
    with watched(100, 16 << 20, "甲"):
        held = bytearray(b"x") * (64 << 20)
        with pytest.raises(HostileFile, match="内存过大"):
            tick()
    del held
