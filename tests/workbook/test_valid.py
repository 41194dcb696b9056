"""Every kind of workbook and document is valid by its format, and Office opens it without offering a repair.

The judge is ``openxml-audit``: the schemas of the format and what is known of Office's own demands.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest
from openxml_audit import OpenXmlValidator
from writer_books import ROWS, catalog, content, finding, write

from statecollect.catalog import load_catalog
from statecollect.render.charts import COLOURS
from statecollect.render.excel_page import write_form
from statecollect.render.page import Bar, Chart, Page, PrintedTable, Section
from statecollect.render.word import write_document
from statecollect.workbook.book_content import BookContent, Copy, Elsewhere, Leftovers, SheetContent
from statecollect.workbook.write.listing import Listing, write_listings
from statecollect.workbook.write.plain_sheet import write_plain
from statecollect.workbook.write.writer import write_workbook

pytestmark = pytest.mark.lowest

INLINE = "Excel_InlineStrCells"  # texts stand in their cells: Excel puts them together when it saves, and asks nothing
HOSTILE = "<w:p>&amp; \x07“引号”\n第二行 😀"
TABLE = PrintedTable(("项目", "数"), (("甲", "1"), (HOSTILE, "2")), (3, 1), "表一")
PAGE = Page(
    "审核报表", ("第一行", HOSTILE), (TABLE,), signatures=("填报人：",), closing=("完",), remark="备注"
)
CHART = Chart(
    "人数",
    (Bar("甲", tuple(zip(COLOURS, (3.0, 2.0), strict=False)), "5 人"),),
    dict(zip(COLOURS, ("男", "女"), strict=False)),
)


@lru_cache
def judge() -> OpenXmlValidator:
    return OpenXmlValidator()


def full_of_everything() -> BookContent:
    besides = Leftovers(
        columns=[("备注", ["甲", None]), (None, [dt.date(2021, 9, 1), 3])],
        lines=[{0: "合计", 4: 12.5, 30: "远处"}, {1: HOSTILE}],
        comments={(4, 1): "本人的话", (3, 1): "栏目上的话", (5, 0): "空格上的话"},
    )
    return content(
        rows=ROWS,
        findings=(finding(5, "性别", "不对"), finding(5, "姓名", "也不对"), finding(None, None, "少了三人")),
        kind="marked",
        besides=besides,
        copies=(Copy("底稿", [[1, None, HOSTILE], [dt.date(2021, 9, 1)]], {(0, 2): "底稿上的话"}, False),),
        elsewhere=(Elsewhere("封面", "K3", HOSTILE),),
    )


def real_template(path: Path) -> None:
    """A template with every kind of list and check the year has."""
    year = load_catalog("2022")
    tables = [next(one for one in year.tables.values() if one.rows == rows) for rows in ("one", "many")]
    tables += [one for one in year.tables.values() if any(field.within for field in one.fields)][:1]
    sheets = [SheetContent(one) for one in {one.id: one for one in tables}.values()]
    book = replace(content(), sheets=sheets, tasks=(), stamp=None)
    write_workbook(path, book, year)


KINDS: dict[str, Callable[[Path], object]] = {
    "template.xlsx": lambda path: write(path, content(offered={("1.1.1", "姓名"): ["张三", "李四"]})),
    "prefilled.xlsx": lambda path: write(path, replace(content(rows=ROWS), known_from="去年的上报包")),
    "year.xlsx": real_template,
    "marked.xlsx": lambda path: write(path, full_of_everything()),
    "export.xlsx": lambda path: write(path, content(rows=ROWS, read_only=True, watermark="草稿 & 试行")),
    "plain.xlsx": lambda path: write_plain(path, catalog().tables["1.1.1"], ROWS, "学校", "草稿"),
    "listing.xlsx": lambda path: write_listings(
        path,
        [
            Listing("目录", "目录", ("表", "行"), [("清单", 1)], links={(0, 0): ("清单", 1)}),
            Listing("清单", "清单", ("甲", "乙"), [(HOSTILE, 1.5), (None, 2)]),
        ],
    ),
    "form.xlsx": lambda path: write_form(path, PAGE, "报表"),
    "form.docx": lambda path: write_document(path, PAGE),
    "wide.docx": lambda path: write_document(path, replace(PAGE, landscape=True)),
    "report.docx": lambda path: write_document(
        path, replace(PAGE, tables=(), sections=(Section("一、人数", ("说明",), CHART, (TABLE,)),))
    ),
}


@pytest.mark.parametrize("name", KINDS)
def test_what_is_written_is_valid_by_its_format(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    KINDS[name](path)
    found = judge().validate(str(path))
    assert [f"{one.part_uri} {one.description}" for one in found.errors if one.id != INLINE] == []


def test_the_judge_sees_what_is_not_valid(tmp_path: Path) -> None:
    """python-docx's own document is not, for one."""
    import docx

    path = tmp_path / "a.docx"
    docx.Document().save(str(path))
    assert judge().validate(str(path)).errors
