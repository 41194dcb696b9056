"""Next year's schemas start from the platform's blank workbooks: what is new, changed or gone, and a draft that loads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.worksheet.datavalidation import DataValidation
from typer.testing import CliRunner

from statecollect.catalog import load_catalog, load_year, schemas_root
from statecollect.cli.app import app
from statecollect.schemas import BlankComparison, compare, known_names, read_blanks, write_draft

ROOT = Path(__file__).resolve().parents[2]
CATALOG = load_catalog("2022")
YEAR = schemas_root() / "2022"


def compared(*paths: Path) -> BlankComparison:
    known = known_names(CATALOG)
    return compare([blank for path in paths for blank in read_blanks(path, known)], CATALOG)


@pytest.fixture
def official(tmp_path: Path) -> Path:
    """Two sheets as a platform might ask next year: 1.1.7 with a group, a new drop-down and a rename; a new table."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "1.1.7 学校获奖"
    sheet.append(["1.1.7 学校获奖（官方空白模板）"])
    sheet.merge_cells("A1:K1")
    upper = [
        "*项目名称（全称）",
        "级别",
        "获奖等级",
        "荣誉类型",
        "获奖年月",
        "颁奖单位（全称）",
        "文件名称及文号",
        "获奖形式",
        "奖金",
        None,
        "备注",
    ]
    sheet.append(upper)
    sheet.append([None] * 8 + ["金额（万元）", "是否到账", None])
    sheet.merge_cells("I2:J2")
    for letter in "ABCDEFGHK":
        sheet.merge_cells(f"{letter}2:{letter}3")
    sheet["I3"].comment = Comment("学校实际收到的金额", "平台")
    for area, formula in (("B4:B100", '"国际级,国家级,省部级,地市级,校级,行业级"'), ("J4:J100", '"是,否"')):
        choice = DataValidation(type="list", formula1=formula)
        choice.add(area)
        sheet.add_data_validation(choice)

    table = book.create_sheet("微专业")
    table.append(["2.20.1 微专业开设情况表"])
    table.append(["微专业名称", "开设日期", "修读人数（人）", "性质"])
    table["A2"].comment = Comment("填全称：与备案一致", "平台")
    values = book.create_sheet("值")
    for at, label in enumerate(["校内", "校企", "跨校"], start=1):
        values.cell(at, 1, label)
    values.sheet_state = "hidden"
    choice = DataValidation(type="list", formula1="=值!$A$1:$A$3")
    choice.add("D3:D50")
    table.add_data_validation(choice)
    path = tmp_path / "官方模板.xlsx"
    book.save(path)
    return path


def test_our_own_templates_give_an_empty_difference() -> None:
    comparison = compared(*sorted((ROOT / "templates_xlsx" / "2022").glob("*.xlsx")))
    assert [one for one in comparison.tables if not one.empty] == []
    collected = {
        table.id for table in CATALOG.tables.values() if table.mode in {"collect", "cloud+supplement"}
    }
    assert {one.table for one in comparison.tables} == collected
    assert set(comparison.not_seen) == set(CATALOG.tables) - collected


def test_what_is_new_gone_and_changed_is_listed(official: Path) -> None:
    award, minor = compared(official).tables
    assert (award.table, award.match) == ("1.1.7", "id")
    assert award.new == ("获奖年月", "奖金<金额（万元）>", "奖金<是否到账>")
    assert award.vanished == ("获奖日期（年月）",)
    assert award.renamed == {"获奖年月": "获奖日期（年月）"}
    (level,) = award.choices
    assert (level.field, level.added, level.removed) == ("级别", ("行业级",), ("区县级", "其他级（含校级）"))
    assert (minor.table, minor.name, minor.match) == ("2.20.1", "微专业开设情况表", "new")
    assert minor.new == ("微专业名称", "开设日期", "修读人数（人）", "性质")


def test_the_draft_loads_and_holds_the_new_fields_in_their_places(official: Path, tmp_path: Path) -> None:
    out = tmp_path / "2023"
    write_draft(compared(official), YEAR, out)
    draft = load_year(out)
    award = draft.tables["1.1.7"]
    names = [field.name for field in award.fields]
    assert names[names.index("获奖形式") + 1 : -1] == ["奖金<金额（万元）>", "奖金<是否到账>"]
    assert "获奖日期（年月）" in names  # nothing is taken out
    money = award.by_name["奖金<金额（万元）>"]
    assert (money.kind, money.unit, money.note, money.evidence) == (
        "decimal",
        "万元",
        "学校实际收到的金额",
        "官方模板",
    )
    assert award.by_name["奖金<是否到账>"].kind == "yes_no"
    assert award.by_name["获奖年月"].kind == "year_month"
    minor = draft.tables["2.20.1"]
    assert [field.kind for field in minor.fields] == ["text", "date", "integer", "code"]
    assert minor.fields[0].note == "填全称：与备案一致"
    assert draft.codes[minor.fields[3].codes or ""].labels == ("校内", "校企", "跨校")
    assert len(draft.tables) == len(CATALOG.tables) + 1


def test_the_draft_is_this_year_with_exactly_these_lines_more(official: Path, tmp_path: Path) -> None:
    out = tmp_path / "2023"
    changed = write_draft(compared(official), YEAR, out)
    more = {
        path.relative_to(out).as_posix(): [
            line for line in path.read_text(encoding="utf-8").splitlines() if line not in _present(path, out)
        ]
        for path in changed
    }
    assert more == {
        "tables/1.1.7-学校获奖.yaml": [
            "  - {name: 获奖年月, kind: year_month, evidence: 官方模板}",
            "  - {name: 奖金<金额（万元）>, kind: decimal, unit: 万元, note: 学校实际收到的金额, evidence: 官方模板}",
            "  - {name: 奖金<是否到账>, kind: yes_no, evidence: 官方模板}",
        ],
        "tables/2.20.1-微专业开设情况表.yaml": [
            "id: 2.20.1",
            "name: 微专业开设情况表",
            "short: 微专业开设情况表",
            "about: 一行＝（照官方说明补写）",
            "official: 取自官方空白模板的工作表“微专业”",
            "evidence: 官方模板",
            "",
            "fields:",
            "  - {name: 微专业名称, note: 填全称：与备案一致, evidence: 官方模板}",
            "  - {name: 开设日期, kind: date, evidence: 官方模板}",
            "  - {name: 修读人数（人）, kind: integer, unit: 人, evidence: 官方模板}",
            "  - {name: 性质, kind: code, codes: GF2_20_1_1, evidence: 官方模板}",
        ],
        "codes/GF2_20_1_1.yaml": [
            "id: GF2_20_1_1",
            "name: 性质",
            "extensible: no",
            "evidence: 官方模板",
            "values:",
            "  - {label: 校内}",
            "  - {label: 校企}",
            "  - {label: 跨校}",
        ],
    }
    untouched = {path for path in out.rglob("*") if path.is_file()} - set(changed)
    assert all(path.read_bytes() == (YEAR / path.relative_to(out)).read_bytes() for path in untouched)


def _present(path: Path, out: Path) -> list[str]:
    before = YEAR / path.relative_to(out)
    return before.read_text(encoding="utf-8").splitlines() if before.exists() else []


def test_the_command_reports_as_json(official: Path) -> None:
    result = CliRunner().invoke(app, ["schema", "import", str(official), "--json"])
    told = json.loads(result.stdout)
    assert (result.exit_code, told["differences"], told["written"]) == (0, 2, [])
    assert [one["table"] for one in told["tables"]] == ["1.1.7", "2.20.1"]
