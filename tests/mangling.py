"""What people send: templates filled by openpyxl with anything in any cell, and files that are no returns at all."""

from __future__ import annotations

import datetime as dt
import random
import shutil
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

FIRST_ROW = 5
VALUES: tuple[Any, ...] = (
    *("3", "３", "三", "3年", "007", "1e3", "1,234", "12.50", "-1", "12%", "1.2.3", " 5 ", "约30", "30人"),
    *(
        "甲",
        "是",
        "否",
        "无",
        "—",
        "/",
        "本科",
        "高职专科",
        "同一个",
        "信息系",
        "教务处",
        "张一",
        "张一、李二",
    ),
    *(
        "2027级",
        "27级",
        "21年9月",
        "2098.9",
        "2098-09-01",
        "98/9/1",
        "2098-2099",
        "98-99学年",
        "今年",
        "上学期",
    ),
    *("2098年13月", "20980931", "9月1日", "44444", "110105194912310021", "13800138000", "a@b.cn"),
    *(
        "=1+1",
        "=1/0",
        "＝1+1",
        "+1",
        "@x",
        "#N/A",
        "x" * 300,
        "长" * 5000,
        "a\nb",
        "a_x000D_b",
        "\u202ex",
        "'3",
    ),
    *(0, 1, 3, -7, 3.0, 2.5, 1e300, 10**20, 0.1 + 0.2, 44444, True, False),
    *(dt.date(2098, 9, 1), dt.datetime(2098, 9, 1, 8, 30), dt.time(8, 30), dt.timedelta(hours=30)),
    *(dt.date(1900, 1, 1), dt.date(9999, 12, 31)),
)
NAMES = (
    "教务处",
    "信息系",
    "机电系",
    "校内教师",
    "返回",
    "0001 张一",
    "新建 Microsoft Excel 工作表",
    "终稿 (2)",
    "~$教务处",
)


def returned(
    chance: random.Random, bases: Sequence[Path], older: Sequence[Path], inbox: Path, number: int
) -> None:
    """Put one more file into the inbox: a template or an earlier return that somebody worked on, or rubbish."""
    name = f"{chance.choice(NAMES)}{number if chance.random() < 0.8 else ''}"
    kind = chance.choices(("filled", "worked on", "foreign", "junk", "zip", "copy"), (10, 4, 2, 2, 1, 1))[0]
    if kind == "filled" and bases:
        _worked_on(chance, chance.choice(bases), inbox / f"{name}.xlsx")
    elif kind == "worked on" and older:
        _worked_on(chance, chance.choice(older), inbox / f"{name}.xlsx")
    elif kind == "copy" and older:
        shutil.copy(chance.choice(older), inbox / f"{name}-副本.xlsx")
    elif kind == "zip" and older:
        with zipfile.ZipFile(inbox / f"{name}.zip", "w") as parcel:
            for path in chance.sample(older, min(len(older), 2)):
                parcel.write(path, path.name)
    elif kind == "junk" and older:
        _junk(chance, chance.choice(older).read_bytes(), inbox / name)
    else:
        _foreign(chance, inbox / f"{name}.xlsx")


def _worked_on(chance: random.Random, base: Path, path: Path) -> None:
    try:
        book = openpyxl.load_workbook(base)
    except Exception:  # noqa: BLE001  # an older one may be junk: then it is sent once more as it is
        shutil.copy(base, path)
        return
    for sheet in book.worksheets:
        if sheet.title[:1].isdigit() and chance.random() < 0.8:
            _filled(chance, sheet)
            if chance.random() < 0.15:
                chance.choice(WAYS)(chance, sheet)
    if chance.random() < 0.05 and len(book.worksheets) > 1:
        book.remove(chance.choice(book.worksheets))
    if chance.random() < 0.05:
        book.create_sheet("Sheet3")["B2"] = "草稿"
    if not any(sheet.sheet_state == "visible" for sheet in book.worksheets):
        book.worksheets[0].sheet_state = "visible"
    book.save(path)


def _filled(chance: random.Random, sheet: Worksheet) -> None:
    """Some rows that are right, then a few cells that are not."""
    named = {
        str(cell.value).strip("*＊ \n"): cell.column
        for row in sheet.iter_rows(3, 4)
        for cell in row
        if cell.value
    }
    rows = chance.choice((0, 1, 4, 12))
    for at in range(rows):
        row = FIRST_ROW + at
        for header, column in named.items():
            value = _right(chance, header, at)
            if value is not None:
                sheet.cell(row, column).value = value
    width = max(named.values(), default=3)
    for _ in range(chance.choice((0, 0, 1, 3, 20))):
        cell = sheet.cell(FIRST_ROW + chance.randrange(rows + 2), chance.randint(1, width + 1))
        if not isinstance(cell, openpyxl.cell.cell.MergedCell):
            cell.value = chance.choice(VALUES)


def _right(chance: random.Random, header: str, at: int) -> object:
    for word, value in (
        ("工号", f"{at % 6 + 1:04}"),
        ("姓名", ("张一", "李二", "王三", "赵四", "钱五", "孙六")[at % 6]),
        ("专业代码", f"A{at + chance.choice((0, 0, 100)):03}"),
        ("方向", "甲"),
        ("机构名称", ("信息系", "机电系", "环境系", "教务处")[at % 4]),
        ("学制", chance.choice((3, "3", 5, 7))),
        ("男生", chance.choice((20 + at, f"{20 + at}"))),
        ("是否招生", "是"),
        ("编号", f"H{at}"),
    ):
        if header.startswith(word):
            return value
    return None


def _swap(chance: random.Random, sheet: Worksheet) -> None:
    one, other = chance.sample(range(1, max(3, sheet.max_column)), 2)
    for row in range(1, sheet.max_row + 1):
        first, second = sheet.cell(row, one), sheet.cell(row, other)
        if not any(isinstance(cell, openpyxl.cell.cell.MergedCell) for cell in (first, second)):
            first.value, second.value = second.value, first.value


def _unnamed(chance: random.Random, sheet: Worksheet) -> None:
    cell = sheet.cell(chance.choice((3, 4)), chance.randint(1, max(1, sheet.max_column)))
    if not isinstance(cell, openpyxl.cell.cell.MergedCell):
        cell.value = chance.choice((None, "备注", "姓名"))


def _twice(_chance: random.Random, sheet: Worksheet) -> None:
    last = sheet.max_row
    for column in range(1, sheet.max_column + 1):
        sheet.cell(last + 1, column).value = sheet.cell(last, column).value


WAYS: tuple[Callable[[random.Random, Worksheet], object], ...] = (
    _swap,
    _unnamed,
    _twice,
    lambda _, sheet: sheet.delete_rows(1, 2),
    lambda _, sheet: sheet.insert_rows(1, 2),
    lambda _, sheet: sheet.insert_cols(2),
    lambda _, sheet: sheet.delete_cols(1),
    lambda _, sheet: sheet.delete_rows(1, sheet.max_row),
    lambda _, sheet: setattr(sheet, "title", "我的表"),
    lambda _, sheet: setattr(sheet, "sheet_state", "hidden"),
    lambda _, sheet: sheet.merge_cells("A6:C9"),
    lambda _, sheet: sheet.append(["合计", None, 30]),
    lambda _, sheet: setattr(sheet["A3"], "value", "零报告"),
)


def _foreign(chance: random.Random, path: Path) -> None:
    """A workbook that somebody made without the template."""
    book = openpyxl.Workbook()
    book.worksheets[0].title = chance.choice(("1.2.1 专业表", "专业表", "Sheet1", "1.4.1 教师表"))
    header = chance.choice((("专业代码", "方向", "学制（年）", "男生"), ("工号", "姓名"), ("甲", "乙")))
    book.worksheets[0].append(header)
    for at in range(chance.randint(0, 4)):
        book.worksheets[0].append(
            [chance.choice((_right(chance, one, at), chance.choice(VALUES))) for one in header]
        )
    book.save(path)


def _junk(chance: random.Random, whole: bytes, path: Path) -> None:
    """Half a file, a damaged one, another kind under this name."""
    damaged = bytearray(whole)
    for _ in range(20):
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    content = chance.choice(
        (
            b"",
            whole[: len(whole) // 2],
            bytes(damaged),
            b"%PDF-1.7",
            "工号,姓名\n1,张一".encode("gb18030"),
            whole,
        )
    )
    path.with_name(
        path.name + chance.choice((".xlsx", ".xls", ".csv", ".zip", ".download", ".docx", ""))
    ).write_bytes(content)
