"""A breakdown held against the year's catalog: does the number mean the table whose name stands beside it?"""

from __future__ import annotations

import difflib
from dataclasses import replace

from statecollect.catalog import Catalog
from statecollect.core.plain_text import bare
from statecollect.school.breakdown.tasks import Assignment, Breakdown, Problem

_ALIKE = 0.6  # of 1: a name may be abridged or have a word more


def held_against(breakdown: Breakdown, catalog: Catalog) -> Breakdown:
    """Return the breakdown with a problem for each number the catalog has not, or has for another table."""
    found = [
        problem for table in breakdown.tables.values() if (problem := _doubt(table, catalog)) is not None
    ]
    return replace(breakdown, problems=(*breakdown.problems, *found)) if found else breakdown


def _doubt(one: Assignment, catalog: Catalog) -> Problem | None:
    table = catalog.tables.get(one.id)
    close = _called(one.name, catalog)
    other = f"叫这个名称的是 {catalog.tables[close].title}；" if close and close != one.id else ""
    if table is None:
        return Problem(
            one.cell,
            f"数据目录中没有表 {one.id}「{one.name}」，做不出它的模板",
            f"{other}核对编号；本年度确有这张表的，请维护人员补进数据目录",
        )
    if not one.name or (
        _alike(one.name, table.name) >= _ALIKE and (not other or _alike(one.name, table.name) == 1)
    ):
        return None
    return Problem(
        one.cell,
        f"编号 {one.id} 在数据目录中是「{table.name}」，这里写的是「{one.name}」；按编号发给填报单位",
        f"{other}编号和表名哪个对？写错的请改正后重新解析",
    )


def _called(name: str, catalog: Catalog) -> str | None:
    """Return the table that is called exactly so."""
    return next((table.id for table in catalog.tables.values() if bare(table.name) == bare(name)), None)


def _alike(name: str, known: str) -> float:
    left, right = bare(name).removesuffix("表"), bare(known).removesuffix("表")
    if left == right:
        return 1
    if left and right and (left in right or right in left):
        return 0.9
    return difflib.SequenceMatcher(None, left, right, autojunk=False).ratio()
