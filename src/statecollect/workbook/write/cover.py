"""The pages in front: the cover with the tasks, and in a marked return the list of problems."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from statecollect.findings import SEVERITY_LABEL
from statecollect.findings.grouping import Fold, fold
from statecollect.workbook.book_content import BookContent
from statecollect.workbook.layout import (
    CONTACT,
    COVER_SHEET,
    DEADLINE,
    LEGEND,
    NIL_HEADER,
    PARTY_LABEL,
    TASK_COLUMNS,
    lines_needed,
    sheet_name,
)
from statecollect.workbook.write.listing import LINKS_A_SHEET
from statecollect.workbook.write.styles import ERROR_FILL, KNOWN_TEXT, WARNING_FILL, Styles

_HOW = (
    "怎样填写",
    "1. 每张表从第 5 行开始填，一行一条；第 4 行是栏目名，第 3 行写着每栏的格式。" + LEGEND,
    "2. 有下拉列表的单元格可以选择，也可以照列表里的字打；日期写 2021-09-01，年月写 2021-09，数字不带单位。",
    "3. 可以增加、删除行，可以排序、筛选；从别处粘贴最好“只粘贴值”；不要改栏目名、删列、改工作表名。",
    f"4. 某张表确实没有数据：在上面“{NIL_HEADER}”一列选“是”。空着不选算没有交。",
    "5. 涂成浅黄的单元格是还没填的必填项；填好后把这份工作簿原样交回，不要另建文件。",
    "6. 表中有个人信息，只交给教务处，不要发到群里。",
)
_HOW_MARKED = (
    "怎样修改",
    "1. 有问题的单元格涂了颜色：橙色是必须改的错误，黄色是请核实的警告；鼠标停在上面看原因和改法。",
    "2. “问题清单”列出全部问题，可以筛选；点单元格地址直接跳过去。每行最后的“问题”一列也写着这一行的问题。",
    "3. 就在这份工作簿上改，改好原样交回；颜色、批注、“问题”一列不用管，收表时会忽略。",
    "   上次没有收的内容都还在：列在表的右边，行在“以下内容没有收”下面；要交的请移到表里。",
    "4. 其他照原来的填写办法。",
)
_KNOWN = "蓝色的字是按{}预填的，请逐行核对：没有变的留着，变了的改正，不再有的整行删去，缺的补在下面。"
_LIST_COLUMNS = (
    ("表", 24),
    ("单元格", 10),
    ("字段", 22),
    ("填写内容", 22),
    ("问题", 46),
    ("怎样修改", 46),
    ("级别", 8),
)


def write_cover(sheet: Any, content: BookContent, styles: Styles) -> None:
    """Write the cover."""
    sheet.hide_gridlines(2)
    for column, (_, width) in enumerate(TASK_COLUMNS):
        sheet.set_column(column, column, width)
    sheet.set_row(0, 30)
    sheet.write_string(0, 0, content.title, styles.title())
    sheet.write_string(
        1, 0, f"{content.school}    {PARTY_LABEL}{content.party.split('/')[-1]}", styles.get(bold=True)
    )
    line = "    ".join(
        part
        for part in (
            DEADLINE + content.deadline if content.deadline else "",
            CONTACT + content.contact if content.contact else "",
            content.watermark or "",
        )
        if part
    )
    if line:
        sheet.write_string(2, 0, line, styles.quiet())
    if content.known_from:
        sheet.write_string(3, 0, _KNOWN.format(content.known_from), styles.get(font_color=KNOWN_TEXT))
    row = 4
    if content.tasks:
        row = _write_tasks(sheet, content, styles, row)
    if content.read_only:
        sheet.protect("", {"select_locked_cells": True})
        return
    for position, text in enumerate(_HOW_MARKED if content.marked else _HOW):
        sheet.write_string(row + 1 + position, 0, text, styles.get(bold=position == 0))
    sheet.protect("", {"format_columns": True, "format_rows": True})
    _print_setup(sheet, content)


def _write_tasks(sheet: Any, content: BookContent, styles: Styles, row: int) -> int:
    sheet.set_row(row, 32)
    for column, (name, _) in enumerate(TASK_COLUMNS):
        sheet.write_string(row, column, name, styles.header("yes"))
    nil = {sheet.table.id for sheet in content.sheets if sheet.nil}
    first = row + 1
    for position, task in enumerate(content.tasks):
        row = first + position
        cells = (task.sources, task.fillers, task.reviewers, task.responsible, task.due)
        shown = (task.table.id, task.table.name, *cells, "", task.note)
        sheet.set_row(row, _height(zip(shown, (width for _, width in TASK_COLUMNS), strict=True)))
        sheet.write_string(row, 0, task.table.id, styles.boxed())
        link = f"internal:'{sheet_name(task.table)}'!A1"
        sheet.write_url(row, 1, link, styles.boxed(font_color="#1F4E79", underline=1), task.table.name)
        for column, text in enumerate(cells, start=2):
            sheet.write_string(row, column, text, styles.boxed())
        answer = styles.boxed(locked=False, align="center", bg_color="#FFFFFF")
        sheet.write_string(row, 7, "是", answer) if task.table.id in nil else sheet.write_blank(
            row, 7, None, answer
        )
        sheet.write_string(row, 8, task.note, styles.boxed())
    sheet.data_validation(
        first, 7, row, 7, {
            "validate": "list",
            "source": ["是"],
            "input_title": "零报告",
            "input_message": "这张表本年度确实没有数据，选“是”；有数据就空着。",
            "error_title": "只能选“是”",
            "error_message": "有数据请空着，没有数据选“是”。",
        },
    )  # fmt: skip
    return row + 1


def write_problems(
    sheet: Any, content: BookContent, places: dict[int, tuple[str, str | None]], styles: Styles
) -> None:
    """Write the list of problems. ``places``: by ``id`` of the finding, the tab and the cell in this workbook."""
    found = [*content.general, *(finding for sheet in content.sheets for finding in sheet.findings)]
    errors = sum(finding.severity == "error" for finding in found)
    for column, (_, width) in enumerate(_LIST_COLUMNS):
        sheet.set_column(column, column, width)
    sheet.write_string(0, 0, f"问题清单：{content.party.split('/')[-1]}", styles.title())
    notes = sum(finding.severity == "note" for finding in found)
    counts = f"错误 {errors} 处（必须改），警告 {len(found) - errors - notes} 处（请核实）"
    counts += f"，提示 {notes} 处（已自动整理，不对才改）" if notes else ""
    deadline = f"；截止日期 {content.deadline}" if content.deadline else ""
    sheet.write_string(1, 0, counts + deadline, styles.get(bold=True))
    for column, (name, _) in enumerate(_LIST_COLUMNS):
        sheet.write_string(3, column, name, styles.header("yes"))
    row = 3
    for table_sheet in content.sheets:
        for folded in fold(table_sheet.findings):
            row += 1
            _write_problem(sheet, row, table_sheet.table.title, folded, places[id(folded.first)], styles)
    known = {copy.tab for copy in content.copies}
    for folded in fold(content.general):
        row += 1
        tab = folded.first.origin.sheet
        place = (tab if tab in known else COVER_SHEET, folded.first.origin.cell)
        _write_problem(sheet, row, tab, folded, place, styles)
    sheet.autofilter(3, 0, row, len(_LIST_COLUMNS) - 1)
    sheet.freeze_panes(4, 0)
    _print_setup(sheet, content)


def _write_problem(
    sheet: Any, row: int, title: str, folded: Fold, place: tuple[str, str | None], styles: Styles
) -> None:
    (tab, cell), finding = place, folded.first
    texts = (finding.field or "", finding.value or "", folded.message, folded.hint)
    sheet.set_row(row, _height(zip(texts, (width for _, width in _LIST_COLUMNS[2:]), strict=False)))
    sheet.write_string(row, 0, title, styles.boxed())
    if row < LINKS_A_SHEET:
        link = styles.boxed(font_color="#1F4E79", underline=1)
        sheet.write_url(row, 1, f"internal:'{tab}'!{cell or 'A1'}", link, cell or "整张表")
    else:
        sheet.write_string(row, 1, cell or "整张表", styles.boxed())
    for column, text in enumerate(texts, start=2):
        sheet.write_string(row, column, text, styles.boxed())
    fills = {"error": {"bg_color": ERROR_FILL}, "note": {}}
    fill = fills.get(finding.severity, {"bg_color": WARNING_FILL})
    sheet.write_string(row, 6, SEVERITY_LABEL[finding.severity], styles.boxed(**fill))


def _height(cells: Iterable[tuple[str, float]]) -> float:
    """Return the height of a row whose texts wrap at their columns' widths; programs do not all work it out."""
    return 17.0 * min(12, max(lines_needed(text, width - 2) for text, width in cells))


def _print_setup(sheet: Any, content: BookContent) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&L{content.party.split('/')[-1].replace('&', '&&')}&R第 &P 页，共 &N 页")
