"""Where a line of the screen is broken: Chinese has no spaces."""

from __future__ import annotations

import io

import pytest
from rich.cells import cell_len
from rich.console import Console, Group
from rich.table import Table

from statecollect.cli.lines import CjkLine, breaks

TEXTS = (
    "课程类型：「D类」不在“课程类型”的可选范围之内\n→ 可选：A类、B类、C类、其他",
    "「2.18.6《习近平新时代中国特色社会主义思想学生读本》使用情况表」整行偏左 1 列，没有对齐表头；已读作：数据源「教务处」",
    "下一步：statecollect validate --marked 退回 —— 检查全部规则，并写出要退回修改的工作簿",
    "a" * 90 + "，" + "中" * 50 + "（" + "b" * 30 + "）。",
    "（（（（「「「「《《《《，，，，。。。。",
    "",
)


def shown(text: str, width: int) -> list[str]:
    out = io.StringIO()
    Console(file=out, width=width, color_system=None).print(Group(CjkLine(text)))
    return [line.rstrip() for line in out.getvalue().splitlines()]


@pytest.mark.parametrize("width", [3, 11, 24, 80, 120])
@pytest.mark.parametrize("text", TEXTS)
def test_every_line_fits_and_nothing_is_lost(text: str, width: int) -> None:
    lines = shown(text, width)
    assert max(map(cell_len, lines), default=0) <= width
    assert "".join(lines).replace(" ", "") == text.replace("\n", "").replace(" ", "")


def test_a_line_is_filled_up_to_its_end_and_no_mark_is_torn_off() -> None:
    assert shown("→ 填写完整日期，如 2021-09-01", 10) == ["→ 填写完整", "日期，如", "2021-09-01"]
    assert shown("可选：是、否", 11) == ["可选：是、", "否"]
    assert shown("写明「原因」", 6) == ["写明", "「原", "因」"]
    assert shown("请加 --department 单位", 14) == ["请加", "--department", "单位"]


def test_a_cell_of_a_table_is_folded_in_the_same_way() -> None:
    table = Table("级别", "问题与改法")
    table.add_row(
        "错误", CjkLine("学制：「2+1」是培养模式，不是年数\n→ 只填年数，如 3；没有就空着，不要写无")
    )
    out = io.StringIO()
    Console(file=out, width=40, color_system=None).print(table)
    assert not [line for line in out.getvalue().splitlines() if line.rstrip(" │").endswith("→")]


def test_numbers_stand_at_the_right_where_they_should() -> None:
    table = Table("行")
    table.add_column("行", justify="right")
    table.add_row("1", CjkLine("7"))
    table.add_row("1", CjkLine("1234"))
    out = io.StringIO()
    Console(file=out, width=40, color_system=None).print(table)
    assert "│    7 │" in out.getvalue()


def test_breaking_costs_as_much_as_the_text_is_long() -> None:
    assert len(breaks("中" * 200_000, 40)) == 9_999
