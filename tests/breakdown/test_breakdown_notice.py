"""The breakdown of the 2022 notice, slips and all, is read as a careful reader takes it, from any kind of file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from breakdown_files import delimited, notice_rows, write_docx, write_xls

from statecollect.school.breakdown import Breakdown, parse_breakdown

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples/2022-任务分解表.xlsx"
SHAPE = ["name", "group", "item", "sources", "fillers", "reviewers", "responsible", "remark", "mode"]


def expected() -> dict[str, dict[str, Any]]:
    document = yaml.safe_load((ROOT / "tests/data/notice_breakdown.yaml").read_text(encoding="utf-8"))
    tables = {}
    for group, items in document.items():
        for item, rows in items.items():
            for table, (name, *parties, mode, remark) in (
                (table, row if len(row) == 7 else [*row, ""]) for table, row in rows.items()
            ):
                lists = dict(zip(SHAPE[3:7], (names.split() for names in parties), strict=True))
                tables[table] = {
                    "name": name, "group": group, "item": item, **lists, "remark": remark, "mode": mode
                }  # fmt: skip
    return tables


def as_read(breakdown: Breakdown) -> dict[str, dict[str, Any]]:
    tables = breakdown.as_json()["tables"]
    return {table: {key: row[key] for key in SHAPE} for table, row in tables.items()}


def test_all_65_tables_of_the_example_are_read_as_the_notice_means_them() -> None:
    tables = as_read(parse_breakdown(EXAMPLE))

    assert tables == expected()
    assert list(tables) == list(expected())
    assert [
        sum(row["group"] == group for row in tables.values()) for group in ("1基础数据表", "2专项数据表")
    ] == [18, 47]


def test_every_slip_of_the_notice_is_reported_at_its_cell_and_nothing_else() -> None:
    problems = parse_breakdown(EXAMPLE).problems

    assert [(problem.cell, problem.message.split("，")[0].split("；")[0]) for problem in problems] == [
        ("E14", "「1.3.2专业教学计划表」按自动生成处理"),
        ("G63", "「2.17.1学校宣传表」比表头多出一个部门「党政办-宣传中心」"),
        ("G64", "「2.17.2职教活动周表」比表头多出一个部门「党政办-宣传中心」"),
        ("G65", "「2.17.3学校舆情表」比表头多出一个部门「党政办-宣传中心」"),
        ("B66", "「2.17.4学校优秀案例表」整行偏左 1 列"),
        ("F66", "「2.17.4学校优秀案例表」比表头多出一个部门「党政办-宣传中心」"),
        ("D67", "「2.18.1思政工作队伍配备表」整行偏右 1 列"),
        ("B69", "「2.18.3安全管理表」整行偏左 1 列"),
        ("B70", "「2.18.4育人活动开展情况表」整行偏左 1 列"),
        ("B71", "「2.18.5专题教育开展情况表」整行偏左 1 列"),
        ("B72", "「2.18.6《习近平新时代中国特色社会主义思想学生读本》使用情况表」整行偏左 1 列"),
    ]
    assert all(problem.hint for problem in problems)


def test_an_auto_table_keeps_what_was_written_beside_its_empty_lists() -> None:
    table = parse_breakdown(EXAMPLE).as_json()["tables"]["1.3.2"]

    assert table["fillers"] == []
    assert table["as_written"] == {
        "sources": "教务处、各系部", "fillers": "教务处", "reviewers": "教务处", "responsible": "阳锋"
    }  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030", "utf-16"])
@pytest.mark.parametrize(
    ("suffix", "delimiter"), [(".csv", ","), (".tsv", "\t"), (".csv", "\t"), (".csv", ";")]
)
def test_the_same_breakdown_as_text_gives_the_same_assignments(
    tmp_path: Path, encoding: str, suffix: str, delimiter: str
) -> None:
    path = tmp_path / f"任务分解{suffix}"
    path.write_bytes(delimited(notice_rows(), delimiter).encode(encoding))

    breakdown = parse_breakdown(path)

    assert as_read(breakdown) == expected()
    assert breakdown.problems == parse_breakdown(EXAMPLE).problems


def test_the_same_breakdown_as_xls_gives_the_same_assignments(tmp_path: Path) -> None:
    breakdown = parse_breakdown(write_xls(tmp_path / "任务分解.xls", notice_rows()))

    assert as_read(breakdown) == expected()
    assert breakdown.problems == parse_breakdown(EXAMPLE).problems


def test_the_same_breakdown_as_word_tables_gives_the_same_assignments(tmp_path: Path) -> None:
    rows = notice_rows()
    titles = [at for at, row in enumerate(rows) if len(row) == 1 and row[0].startswith("2022年高职")]
    pages = [rows[start + 1 : end] for start, end in zip(titles, [*titles[1:], len(rows)], strict=True)]
    claims = ["基础数据覆盖学校、专业、课程等 6 个方面，共 18 张表；专项数据分 19 个专项，共 47 张表。"]

    breakdown = parse_breakdown(write_docx(tmp_path / "通知.docx", pages, claims))

    assert as_read(breakdown) == expected()
    assert breakdown.problems[1].cell == "表4 第5行第7列"
    assert len(breakdown.problems) == len(parse_breakdown(EXAMPLE).problems)


def test_the_result_survives_being_kept_as_json() -> None:
    breakdown = parse_breakdown(EXAMPLE)

    assert Breakdown.from_json(breakdown.as_json()) == breakdown


def test_the_example_is_generated_byte_for_byte_from_the_notice(tmp_path: Path) -> None:
    out = tmp_path / "again.xlsx"
    subprocess.run([sys.executable, str(ROOT / "examples/generate/breakdown_xlsx.py"), str(out)], check=True)

    assert out.read_bytes() == EXAMPLE.read_bytes()
