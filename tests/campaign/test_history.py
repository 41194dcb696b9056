"""What a newer return changes, the journal, the database made again, and what templates made later offer."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
from typer.testing import CliRunner

import season
from season import Season
from statecollect.campaign import Campaign
from statecollect.campaign.demo import fill
from statecollect.catalog import load_catalog
from statecollect.cli.app import app
from statecollect.intake.return_diff import changes

TABLE = load_catalog("2022").tables["1.1.3"]


def row(**values: object) -> list[object]:
    return [values.get(field.name) for field in TABLE.fields]


def test_rows_are_compared_by_their_key() -> None:
    before = [row(机构代码="D1", 机构简称="甲"), row(机构代码="D2"), row(机构代码="D3")]
    after = [row(机构代码="D3"), row(机构代码="D1", 机构简称="乙"), row(机构代码="D4"), row(机构代码="D5")]
    found = changes(TABLE, before, after)
    assert (found.added, found.removed) == (2, 1)
    (cell,) = found.cells
    assert (cell.key, cell.field, cell.old, cell.new) == ("D1", "机构简称", "甲", "乙")


def test_rows_whose_key_repeats_are_compared_whole() -> None:
    twice = [row(机构代码="D1", 机构简称="甲"), row(机构代码="D1", 机构简称="乙")]
    found = changes(TABLE, twice, [twice[0], row(机构代码="D1", 机构简称="丙")])
    assert (found.added, found.removed, found.cells) == (1, 1, ())
    assert changes(TABLE, twice, list(reversed(twice))).empty


def test_personal_values_are_masked_in_a_change() -> None:
    teachers = load_catalog("2022").tables["1.4.1"]
    number = "51012419800101001X"
    before = [[number if field.kind == "id_number" else "0035" for field in teachers.fields]]
    after = [["51012419800101002X" if field.kind == "id_number" else "0035" for field in teachers.fields]]
    (cell,) = changes(teachers, before, after).cells
    assert number not in cell.old + cell.new


def test_a_second_return_says_what_it_changes(first_round: Season, tmp_path: Path) -> None:
    campaign = first_round.copy(tmp_path / "采集")
    rows = first_round.rows | {
        ("图书馆", "1.1.6"): [
            dict(one, **{"阅览室座位数（个）": "901"}) for one in first_round.rows["图书馆", "1.1.6"]
        ]
    }
    (result,) = campaign.ingest(fill(campaign, rows, tmp_path, ["图书馆"]))
    (cell,) = result.changes["1.1.6"].cells
    assert (cell.field, cell.old, cell.new) == ("阅览室座位数（个）", "900", "901")
    assert result.as_json()["tables"]["1.1.6"]["changes"]["changed"][0]["new"] == "901"


def test_log_and_rebuild_speak_of_the_same_history(first_round: Season, tmp_path: Path) -> None:
    campaign = first_round.copy(tmp_path / "采集")
    call = ["--campaign", str(campaign.folder)]
    told = json.loads(CliRunner().invoke(app, [*call, "log", "--verify", "--json"]).stdout)
    assert told["problems"] == []
    assert [one["type"] for one in told["events"]] == ["submission"] * (len(first_round.returns) + 1)
    assert CliRunner().invoke(app, [*call, "rebuild"]).exit_code == 0
    assert season.digests(campaign) == first_round.digests


def test_a_changed_original_is_found(first_round: Season, tmp_path: Path) -> None:
    campaign = first_round.copy(tmp_path / "采集")
    original = sorted((campaign.folder / "store" / "originals").iterdir())[0]
    original.chmod(0o600)
    original.write_bytes(original.read_bytes() + b" ")
    result = CliRunner().invoke(app, ["--campaign", str(campaign.folder), "log", "--verify", "--json"])
    assert result.exit_code == 1
    assert original.name in result.stdout


def test_templates_made_later_offer_what_was_collected(first_round: Season, tmp_path: Path) -> None:
    campaign: Campaign = first_round.copy(tmp_path / "采集")
    (made,) = campaign.make_templates(tmp_path / "模板", departments=["合就处"])
    book = openpyxl.load_workbook(made.path)
    sheet = next(sheet for sheet in book.worksheets if sheet.title.startswith("2.6.1 "))
    (majors,) = [one for one in sheet.data_validations.dataValidation if "A5" in one.sqref]
    area = book.defined_names[majors.formula1.lstrip("=")].attr_text.replace("$", "").split("!")[1]
    offered = {cell.value for (cell,) in book["代码"][area]}
    assert offered == set(campaign.table("1.2.1")["专业代码"])
    assert majors.errorStyle == "warning"  # a major that is not in yet may still be typed
