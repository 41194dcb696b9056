"""What cannot be understood is said, with the cell; what cannot be opened ends in one clear line."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from breakdown_files import HEADER, delimited, write_docx, write_xls, write_xlsx

from statecollect.core.errors import BreakdownError, HostileFile, UnreadableFile
from statecollect.school.breakdown import Breakdown, Problem, parse_breakdown

FIRST = ["1基础数据表", "1.1学校", "1.1.1学校概况表", "党政办", "党政办", "党政办", "熊娅", ""]


def table(code: str, **changed: str) -> list[str]:
    cells = {
        "sources": "教务处",
        "fillers": "教务处",
        "reviewers": "教务处",
        "responsible": "阳锋",
        "remark": "",
    }
    return ["", "", code, *(cells | changed).values()]


def read(tmp_path: Path, *rows: list[str], header: list[str] = HEADER) -> Breakdown:
    path = tmp_path / "任务.csv"
    path.write_text(delimited([header, FIRST, *rows], ","), encoding="utf-8", newline="")
    return parse_breakdown(path)


def told(breakdown: Breakdown) -> list[tuple[str, str]]:
    return [(problem.cell, problem.message) for problem in breakdown.problems]


def test_a_straight_breakdown_has_no_problem(tmp_path: Path) -> None:
    assert read(tmp_path, table("1.1.2联系表")).problems == ()


@pytest.mark.parametrize(
    ("rows", "cell", "words"),
    [
        ([table("1.1.3内设机构表")], "C3", "缺少编号为 1.1.2 的数据表"),
        ([["", "1.3课程", *table("1.3.1课程设置表")[2:]]], "C3", "缺少编号为 1.2 的数据项目"),
        ([table("1.1.1学校概况表", fillers="教务处")], "C3", "编号 1.1.1 重复：C2 已有「1.1.1学校概况表」，两行内容不同"),
        ([FIRST], "C3", "两行内容相同"),
        ([table("1.1.2联系表", fillers="")], "E3", "「1.1.2联系表」没有写填表用户"),
        ([table("1.1.2联系表", reviewers="/")], "F3", "「1.1.2联系表」没有写审核用户"),
        ([table("1.1.2联系表", responsible="学生处")], "G3", "「责任人」一栏写的是「学生处」"),
        ([table("1.1.2联系表", reviewers="熊娅")], "F3", "「审核用户」一栏写的是「熊娅」"),
        ([table("1.1.2联系表", fillers="自动生成")], "D3", "按自动生成处理"),
        ([table("1.1.2联系表", sources="自动生成")], "D3", "写着「自动生成」，其余各栏或备注却不是"),
        ([table("1.1.2联系表", remark="云端采集")], "H3", "不能确定采集方式，按「需要填报」处理"),
        ([table("1.1.2联系表", remark="非自动生成")], "H3", "不能确定采集方式，按「需要填报」处理"),
        ([table("1.1.2联系表", remark="平台云端实时，免填")], "H3", "按「云端实时」处理"),
        ([table("1.1.2联系表", fillers="教务处人事处")], "E3", "「教务处人事处」不能确定是一个部门还是几个部门"),
        ([[*table("1.1.2联系表"), "内线 8001"]], "I3", "「内线 8001」不在任何一列标题下"),
        ([table("1.1.2")], "C3", "编号 1.1.2 没有表名"),
        ([table("1.1.2联系表1.1.3内设机构表")], "C3", "一格里还有编号 1.1.3"),
        ([table("联系表")], "C3", "这一行没有数据表编号"),
        ([table("")], "D3", "这一行没有数据表编号"),
        ([table("2002/1/1")], "C3", "编号格里是日期「2002/1/1」"),
        ([["", "1.5学生", *table("1.1.2联系表")[2:]]], "B3", "与编号不一致"),
        ([["说明：以上各表按时填报"], table("1.1.2联系表")], "C4", "排在说明文字之后"),
        ([["说明：如下"], ["1.1.2联系表由党政办组织"]], "A4", "没有读取"),
        ([["基础数据共 18 张表"]], "A3", "文中写「共 18 张表」，而「1基础数据表」实际读到 1 张"),
        ([["以上合计65张数据表"]], "A3", "而全部数据表实际读到 1 张"),
    ],
)  # fmt: skip
def test_a_fault_is_told_at_its_cell(tmp_path: Path, rows: list[list[str]], cell: str, words: str) -> None:
    problems = read(tmp_path, *rows).problems

    assert any(problem.cell == cell and words in problem.message for problem in problems), told(
        Breakdown(problems=problems)
    )
    assert all(problem.hint for problem in problems)


def test_a_true_claim_about_the_number_of_tables_is_no_problem(tmp_path: Path) -> None:
    breakdown = read(
        tmp_path, table("1.1.2联系表"), ["说明：基础数据覆盖学校等 1 个方面，共 2 张表；合计 2 张表。"]
    )

    assert breakdown.problems == ()


@pytest.mark.parametrize(
    ("remark", "mode"),
    [
        ("自动生成", "auto"), ("自动 生成", "auto"), ("云端实时", "cloud"), ("云端\n实时", "cloud"),
        ("云端同步(可补充)", "cloud+supplement"), ("云端同步（可补充）", "cloud+supplement"),
        ("云端同步 ( 可补充 )", "cloud+supplement"), ("", "collect"), ("含离职教师", "collect"), ("/", "collect"),
    ],
)  # fmt: skip
def test_the_remark_sets_the_mode(tmp_path: Path, remark: str, mode: str) -> None:
    breakdown = read(tmp_path, table("1.1.2联系表", remark=remark))

    assert breakdown.tables["1.1.2"].mode == mode
    assert [problem for problem in breakdown.problems if "不能确定" in problem.message] == []


def test_a_doubtful_name_is_told_once_with_its_number(tmp_path: Path) -> None:
    breakdown = read(tmp_path, table("1.1.2联系表", sources="学生处人事处", fillers="学生处人事处"))

    assert told(breakdown) == [
        ("D3", "「学生处人事处」不能确定是一个部门还是几个部门，暂作一个名称（共 2 处，这是第一处）")
    ]
    assert breakdown.tables["1.1.2"].fillers == ("学生处人事处",)


def test_a_missing_column_is_told_once_for_repeated_headers(tmp_path: Path) -> None:
    header = [title if title != "审核用户" else "" for title in HEADER]

    breakdown = read(tmp_path, header, table("1.1.2联系表", reviewers=""), header=header)

    missing = [problem.cell for problem in breakdown.problems if "表头缺少「审核用户」" in problem.message]
    assert missing == ["A1"]


def test_a_code_that_excel_made_a_date_is_told(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    path = write_xlsx(tmp_path / "任务.xlsx", [HEADER, FIRST, table("x"), table("y")])
    book = load_workbook(path)
    sheet = book.worksheets[0]
    sheet["C3"], sheet["C4"] = date(2001, 1, 2), 1.1
    book.save(path)

    problems = parse_breakdown(path).problems

    assert [problem.cell for problem in problems] == ["C3", "C4"]
    assert "日期「2001-01-02」" in problems[0].message
    assert "数字「1.1」" in problems[1].message


def test_a_formula_that_was_never_calculated_is_no_blank_cell(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "任务.xlsx", [HEADER, FIRST, table("1.1.2联系表", fillers="=E2")])

    problems = parse_breakdown(path).problems

    assert ("E3", "「1.1.2联系表」这一行有没有计算结果的公式「=…」") in [
        (p.cell, p.message) for p in problems
    ]


def test_a_hidden_sheet_with_tables_is_told_and_not_read(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    path = write_xlsx(tmp_path / "任务.xlsx", [HEADER, FIRST], [HEADER, table("1.1.2联系表")])
    book = load_workbook(path)
    book.worksheets[1].sheet_state = "hidden"
    book.save(path)

    breakdown = parse_breakdown(path)

    assert list(breakdown.tables) == ["1.1.1"]
    assert told(breakdown) == [("Sheet1!A1", "隐藏的工作表「Sheet1」里也有数据表编号，没有读取")]


def test_a_timetable_below_is_not_read_even_where_dates_look_like_codes(tmp_path: Path) -> None:
    breakdown = read(
        tmp_path,
        ["2022年数据采集工作时间安排表"],
        ["序号", "工作阶段", "工作时间", "工作内容"],
        ["1", "培训", "22.9.3", "教务处"],
        ["22.9.4", "采集", "各部门", "填报"],
    )

    assert list(breakdown.tables) == ["1.1.1"]
    assert [problem.cell for problem in breakdown.problems] == ["C5", "A6"]


def office_zip(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def altered(path: Path, part: str, old: bytes, new: bytes) -> Path:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old in parts[part]
    return office_zip(path, parts | {part: parts[part].replace(old, new, 1)})


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("不存在.xlsx", None, "不存在"),
        ("空.xlsx", b"", "文件是空的"),
        ("网页.xlsx", b"<html><table></table></html>", "内容是网页"),
        ("网页.xls", b"<html><table></table></html>", "内容是网页"),
        ("旧版.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "不是工作簿，或者已损坏"),
        ("加密.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "密码"),
        ("坏.xlsx", b"PK\x03\x04" + bytes(200), "已损坏"),
        ("坏.docx", b"PK\x03\x04" + bytes(200), "已损坏"),
        ("坏.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "不是工作簿，或者已损坏"),
        ("图.csv", bytes(range(256)) * 20, "不是工作簿文件，或者已损坏"),
        (
            "断.csv",
            "数据表单,数据源,填表用户\n1.1.1学校概况表,教务处、各系部和校内教师,教务处".encode()[:-1],
            "缺了一截",
        ),
        ("通知.pdf", b"%PDF-1.4", "不支持「.pdf」"),
        ("通知", b"x", "不支持「无扩展名」"),
    ],
)
def test_a_file_that_is_not_what_it_claims_ends_in_one_line(
    tmp_path: Path, name: str, content: bytes | None, words: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(UnreadableFile) as raised:
        parse_breakdown(path)

    assert words in str(raised.value)
    assert raised.value.where == name
    assert raised.value.hint
    assert "\n" not in str(raised.value)


def test_a_lock_file_is_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(HostileFile, match="临时文件"):
        parse_breakdown(tmp_path / "~$任务.xlsx")


def test_a_truncated_or_partly_missing_workbook_is_called_damaged(tmp_path: Path) -> None:
    whole = write_xlsx(tmp_path / "任务.xlsx", [HEADER, FIRST])
    cut = tmp_path / "断.xlsx"
    cut.write_bytes(whole.read_bytes()[:-200])
    hollow = office_zip(
        tmp_path / "缺.xlsx", {"xl/workbook.xml": b"<workbook/>", "[Content_Types].xml": b"<Types/>"}
    )

    for path, word in ((cut, "已损坏"), (hollow, "没有工作表")):
        with pytest.raises(UnreadableFile, match=word):
            parse_breakdown(path)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<worksheet", b"<!DOCTYPE x [<!ENTITY a 'b'>]><worksheet"),
        (b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
    ],
)
def test_a_sheet_made_to_burst_is_refused_before_it_is_parsed(tmp_path: Path, old: bytes, new: bytes) -> None:
    path = altered(write_xlsx(tmp_path / "任务.xlsx", [HEADER, FIRST]), "xl/worksheets/sheet1.xml", old, new)

    with pytest.raises(HostileFile):
        parse_breakdown(path)


def test_a_word_table_with_a_boundless_span_is_refused(tmp_path: Path) -> None:
    path = altered(
        write_docx(tmp_path / "任务.docx", [[HEADER, FIRST]]),
        "word/document.xml",
        b"<w:tcPr>",
        b'<w:tcPr><w:gridSpan w:val="99999999"/>',
    )

    with pytest.raises(HostileFile, match="合并单元格"):
        parse_breakdown(path)


def test_a_bomb_is_refused_by_its_declared_size(tmp_path: Path) -> None:
    path = office_zip(tmp_path / "任务.xlsx", {"xl/workbook.xml": bytes(31 * 1024 * 1024)})

    with pytest.raises(HostileFile, match="解压后过大"):
        parse_breakdown(path)


@pytest.mark.parametrize("name", ["../外面.xml", "word/media/../../外面.xml"])
def test_paths_that_lead_outside_are_refused(tmp_path: Path, name: str) -> None:
    path = write_docx(tmp_path / "任务.docx", [[HEADER, FIRST]])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, b"<x/>")

    with pytest.raises(HostileFile, match=r"路径异常.*另存为新的 \.docx"):
        parse_breakdown(path)


def test_a_word_file_may_carry_a_workbook(tmp_path: Path) -> None:
    path = write_docx(tmp_path / "任务.docx", [[HEADER, FIRST]])
    inner = write_xlsx(tmp_path / "附件.xlsx", [["附件"]])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("word/embeddings/附件.xlsx", inner.read_bytes())

    assert list(parse_breakdown(path).tables) == ["1.1.1"]


def test_an_old_workbook_with_a_cell_far_away_is_read(tmp_path: Path) -> None:
    path = write_xls(tmp_path / "任务.xls", [HEADER, FIRST, *[[]] * 20_000, [""] * 200 + ["角"]])

    assert list(parse_breakdown(path).tables) == ["1.1.1"]


def test_one_cell_in_the_last_corner_is_named(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    path = write_xlsx(tmp_path / "任务.xlsx", [HEADER, FIRST])
    book = load_workbook(path)
    book.worksheets[0]["XFD1048576"] = "角"
    book.save(path)

    with pytest.raises(HostileFile, match="散布到第 1048576 行、第 XFD 列"):
        parse_breakdown(path)


@pytest.mark.parametrize("rows", [[["说明：本表略"]], [["姓名", "电话"], ["熊娅", "8001"]]])
def test_a_file_without_any_table_code_is_no_breakdown(tmp_path: Path, rows: list[list[str]]) -> None:
    for path in (
        write_xlsx(tmp_path / "名单.xlsx", rows),
        write_xls(tmp_path / "名单.xls", rows),
        write_docx(tmp_path / "名单.docx", [rows]),
    ):
        with pytest.raises(BreakdownError, match="没有找到任何数据表编号"):
            parse_breakdown(path)


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"tables": []},
        {"tables": {"1.1.1": {"name": "x"}}, "problems": []},
        {"tables": {}, "problems": [{}]},
    ],
)
def test_a_damaged_kept_result_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(BreakdownError, match="已损坏"):
        Breakdown.from_json(document)


def test_problems_are_values() -> None:
    assert Problem("A1", "甲", "乙") == Problem("A1", "甲", "乙")


def test_importing_the_room_loads_no_office_library() -> None:
    code = "import sys, statecollect.school.breakdown; print([m for m in ('openpyxl', 'docx', 'python_calamine', 'pandas') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_cells_and_rows_of_a_living_sheet_are_read_as_shown_or_told(tmp_path: Path) -> None:
    import openpyxl
    from openpyxl.styles import Font

    path = write_xlsx(
        tmp_path / "任务.xlsx",
        [
            HEADER,
            FIRST,
            table("1.1.2学校联系表"),
            table("1.1.3机构表"),
            table("1.1.4占地表"),
            table("1.1.5设备表"),
        ],
    )
    book = openpyxl.load_workbook(path)
    sheet: Any = book.active
    sheet["D3"], sheet["G3"] = "教务", '=DISPIMG("ID_1",1)'
    sheet["D3"].number_format = '@"处二科"'
    sheet["G4"] = "=Z9"
    sheet["G3"].data_type = "s"
    sheet.row_dimensions[5].hidden = True
    for cell in sheet[6]:
        cell.font = Font(strike=True)
    book.save(path)
    breakdown = parse_breakdown(path)
    read_ = breakdown.tables
    assert list(read_["1.1.2"].sources) == ["教务处二科"]
    assert [list(read_[one].responsible) for one in ("1.1.2", "1.1.3")] == [[], []]
    assert list(read_["1.1.4"].responsible) == list(read_["1.1.5"].responsible) == ["阳锋"]
    messages = [message for _, message in told(breakdown)]
    for said in (
        "DISPIMG",
        "没有计算结果的公式",
        "1.1.4占地表」这一行是隐藏的",
        "1.1.5设备表」这一行画着删除线",
    ):
        assert any(said in one for one in messages), said
