"""Areas of real colleges: published parts add up to published sums, and the rules of the buildings' table agree.

W14 of the evidence: 校舍情况 of the secondary vocational schools of 长春, 2019 – owned, used alone, shared.
"""

from __future__ import annotations

from typing import Any

import pytest

import toy
from statecollect.catalog import load_catalog
from statecollect.store import Store
from statecollect.workflow.validate import validate

TEACHING, LIVING = "教学科研及辅助用房（教学及辅助用房）", "生活用房"
PARTS = {
    TEACHING: (
        "其中：教室",
        "其中：图书馆",
        "其中：实验室、实习场所（实验实习用房）",
        "其中：体育馆（室内体育用房）",
        "其中：会堂",
    ),
    LIVING: (
        "其中：学生宿舍（公寓）",
        "其中：学生食堂",
        "其中：教工宿舍（公寓）",
        "其中：教工食堂",
        "其中：生活福利及附属用房（后勤及辅助用房）",
    ),
}
# teaching parts; living parts; administration; other; printed sums: teaching, living (None: not printed), all
PUBLISHED = {
    "产权": (
        (125586.67, 9485.54, 187594.84, 4864.67, 8070.67),
        (162545.42, 50334.88, 828.24, 2652.96, 16413.2),
        83215.05,
        42164.06,
        (335602.39, 232774.7, 693756.2),
    ),
    "独立使用": (
        (81062.08, 4506.3, 30498.69, 13913.0, 6941.01),
        (82864.56, 19226.35, 854.17, 709.31, 6518.31),
        26336.63,
        2486.11,
        (136921.08, None, 275916.52),
    ),
    "共同使用": (
        (43609.15, 29484.95, 59217.63, 12750, 11127.04),
        (82913.77, 40089.22, 200, 3660, 1311),
        23989.83,
        37198.3,
        (156188.77, None, 345550.89),
    ),
}


def campus(name: str) -> dict[str, Any]:
    """Return one published column as a row of the table; every sum is the printed one."""
    teaching, living, offices, other, (all_teaching, all_living, everything) = PUBLISHED[name]
    return {
        "校区名称": name,
        "占地面积": 1,
        "学校产权占地面积": 1,
        "总建筑面积": everything,
        "学校产权校舍建筑面积": everything,
        TEACHING: all_teaching,
        **dict(zip(PARTS[TEACHING], teaching, strict=True)),
        "行政办公用房": offices,
        LIVING: all_living if all_living is not None else round(sum(living), 2),
        **dict(zip(PARTS[LIVING], living, strict=True)),
        "其他用房": other,
    }


def sums_that_fail(*rows: dict[str, Any]) -> list[tuple[str, str | None]]:
    catalog = load_catalog("2022")
    with Store.in_memory(catalog, {}) as store:
        store.apply([toy.delivery("党政办", "1.1.4", rows, year=catalog)])
        return [
            (one.rule, one.field)
            for one in validate(store, catalog, ["1.1.4"]).findings
            if one.rule in {f"1.1.4-R{at:02}" for at in (1, 2, 3, 4, 5, 9, 10)}
        ]


def test_published_areas_add_up() -> None:
    assert sums_that_fail(*map(campus, PUBLISHED)) == []
    shared = sum(PUBLISHED[name][4][2] for name in ("独立使用", "共同使用"))
    assert round(shared, 2) == 621467.41  # 非产权合计, as printed


@pytest.mark.parametrize(
    ("field", "rule"),
    [
        (TEACHING, "1.1.4-R09"),
        (LIVING, "1.1.4-R10"),
        ("其中：会堂", "1.1.4-R03"),
        ("其中：教工食堂", "1.1.4-R04"),
        ("其他用房", "1.1.4-R05"),
    ],
)
def test_a_tenth_of_a_square_metre_is_noticed(field: str, rule: str) -> None:
    row = campus("产权")
    row[field] = round(row[field] + 0.1, 2)
    assert rule in [found for found, _ in sums_that_fail(row)]
