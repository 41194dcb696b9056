"""What one office typed into personal cells stays out of everything that others see."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import duckdb
import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from terminal import run

from statecollect.campaign import Campaign
from statecollect.campaign.demo import example_rows, fill
from statecollect.campaign.outgoing.self_check import check_file
from statecollect.workbook.layout import FIRST_DATA_ROW, HEADER_ROW, field_name_from_header, plain_name

OWNER, OTHER = "教务处", "党政办"
NUMBER = "512002200107074394"
ADDRESS = "四川省内江市东兴区壮元路一段12号3栋2单元501"
# column of 1.5.1 → what stands in its first rows
TYPED: dict[str, list[object]] = {
    "身份证件号": [
        f"{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}",
        NUMBER,
        NUMBER,
        "证件\n51200220010707439X??",
        512002200107074394,
        f"身份证号：{NUMBER[:-1]}X",
        NUMBER.translate({code: code + 0xFEE0 for code in range(0x30, 0x3A)}),
        f"{NUMBER}/{NUMBER}",
    ],
    "手机号": ["+86 138-0013-8000", "13800138000/13900139000", 13800138000.5, "1380013800", "138 0013 8000"],
    "电子邮箱": ["mailto:zhangsan@qq.com", "zhangsan@qq。com", "zhangsan#qq.com", "zhangsan@qq.com;lisi@qq.com"],
    "家庭住址": [f"{ADDRESS} ", ADDRESS * 40, f"{ADDRESS}??", f"{ADDRESS}　　{ADDRESS}"],
    "姓名": [NUMBER, "13800138000", "张三 zhangsan@qq.com", "028-26110000"],
    "专业名称": [NUMBER, f"数控 {NUMBER}"],
    "学号": ["13800138000", NUMBER],
    "入学日期（年月）": [NUMBER, 13800138000],
    "学制": ["13800138000", 512002200107074394],
}  # fmt: skip
SECRET = re.compile(
    r"1[38](?:[ \-]?00){2}13|3900139|2611[ \-]?0000|[5５][ \-]?[1１][ \-]?[2２][ \-]?[0０]{2}[2２]|2200107|20010707|0707439|"
    r"zhangsan|lisi|东兴区|壮元路|2单元"
)


def personal(text: str) -> list[str]:
    return SECRET.findall(text)


def fill_cells(sheet: Worksheet) -> None:
    header = {
        field_name_from_header(str(cell.value or "")): int(cell.column or 0) for cell in sheet[HEADER_ROW]
    }
    for name, cells in TYPED.items():
        for at, typed in enumerate(cells):
            cell = sheet.cell(FIRST_DATA_ROW + at, header[plain_name(name)])
            cell.number_format = "General"
            cell.value = typed  # type: ignore[assignment]


@pytest.fixture(scope="module")
def told(
    tmp_path_factory: pytest.TempPathFactory, examples: Path
) -> tuple[Campaign, Path, dict[str, str], list[str]]:
    """A campaign that took in such a workbook and a clean one; what each way of showing it says."""
    from statecollect.campaign.demo import init_example

    folder = tmp_path_factory.mktemp("保密")
    campaign = init_example(folder / "采集", examples)
    rows = {key: given[:10] for key, given in example_rows(examples / "2022").items()}
    rows[OTHER, "1.1.2"] = [{**rows[OTHER, "1.1.2"][0], "学校网址": "不知道网址"}]
    owner, other = fill(campaign, rows, folder, [OWNER, OTHER])
    book = openpyxl.load_workbook(owner)
    fill_cells(next(sheet for sheet in book.worksheets if sheet.title.startswith("1.5.1 ")))
    book.save(owner)
    ways = {"ingest": both(run("ingest", owner, other, "--by", "收表人", folder=campaign.folder))}
    for suffix, more in (("html", ["--marked", folder / "退回"]), ("xlsx", ["--json"])):
        report = folder / f"r.{suffix}"
        ways[f"validate {suffix}"] = both(run("validate", "--report", report, *more, folder=campaign.folder))
        ways[report.name] = content(report)
    ways["check"] = both(run("check", owner, folder=folder, columns=400))
    for path in [*campaign.folder.glob("store/journal*"), *campaign.folder.glob("store/*.jsonl")]:
        ways[path.name] = path.read_text(encoding="utf-8")
    with duckdb.connect(str(campaign.folder / "store" / "data.duckdb"), read_only=True) as data:
        ways["_findings"] = repr(data.execute("SELECT * FROM _findings").fetchall())
    found = [one.message for one in check_file(owner).findings]
    return campaign, folder, ways, found


def both(said: object) -> str:
    return f"{said.out}\n{said.err}"  # type: ignore[attr-defined]


def content(path: Path) -> str:
    """Return everything in a file, the parts of a workbook unpacked."""
    if path.suffix != ".xlsx":
        return path.read_text(encoding="utf-8")
    with zipfile.ZipFile(path) as parts:
        return "\n".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())


def test_each_of_the_cells_is_told_about(told: tuple[Campaign, Path, dict[str, str], list[str]]) -> None:
    _, _, ways, _ = told
    for name in set(TYPED) - {"学号", "专业名称"}:  # any text, any number may stand there
        assert f'"{name}' in ways["validate xlsx"], name
    assert "1.5.1-U" in ways["validate xlsx"]  # the same ID number twice: a rule's message
    assert len(ways["_findings"]) > 1000


def test_nothing_personal_is_in_what_is_printed_reported_or_written_down(
    told: tuple[Campaign, Path, dict[str, str], list[str]],
) -> None:
    _, _, ways, found = told
    leaks = {way: personal(text)[:3] for way, text in {**ways, "check_file": "\n".join(found)}.items()}
    assert {way: what for way, what in leaks.items() if what} == {}


def test_a_marked_workbook_shows_its_owner_the_cells_and_nobody_else_anything(
    told: tuple[Campaign, Path, dict[str, str], list[str]],
) -> None:
    _, folder, _, _ = told
    other = next((folder / "退回").glob(f"{OTHER}*.xlsx"))
    assert personal(content(other)) == []
    mine = openpyxl.load_workbook(next((folder / "退回").glob(f"{OWNER}*.xlsx")))
    sheet = next(one for one in mine.worksheets if one.title.startswith("1.5.1 "))
    values = {str(cell.value) for row in sheet.iter_rows(min_row=FIRST_DATA_ROW) for cell in row}
    assert TYPED["身份证件号"][3] in values  # the owner sees what was typed
    comments = [cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment]
    assert comments
    assert personal("\n".join(comments)) == []
    listed = [str(cell.value) for cell in (c for row in mine["问题清单"].iter_rows() for c in row)]
    assert personal("\n".join(listed)) == []
