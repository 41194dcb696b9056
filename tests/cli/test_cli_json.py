"""``--json`` is one document with the keys of the contract, and the exit status says what stands in the way."""

from __future__ import annotations

from pathlib import Path

import pytest
from terminal import run

from season import Season

FINDING = {
    "rule",
    "severity",
    "table",
    "field",
    "file",
    "sheet",
    "cell",
    "row",
    "value",
    "message",
    "hint",
    "party",
}
FILE = {
    *("file", "sha256", "party", "outcome", "reason", "tables", "missing", "ignored", "findings"),
    *("late", "review_voided", "review_revived", "rules_waiting", "resembles", "path"),
}
COUNTS = {"rows", "cells_seen", "cells_stored", "cells_rejected", "cells_ignored", "nil"}


@pytest.fixture(scope="module")
def campaign_folder(first_round: Season, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A campaign of this module's own, after the first round."""
    return first_round.copy(tmp_path_factory.mktemp("命令行") / "采集").folder


def test_breakdown(examples: Path, tmp_path: Path) -> None:
    said = run("breakdown", examples / "2022-任务分解表.xlsx", "--json", folder=tmp_path)
    assert (said.status, said.err, set(said.json)) == (0, "", {"tables", "problems"})
    tables = said.json["tables"]
    assert len(tables) == 65
    keys = {"name", "group", "item", "sources", "fillers", "reviewers", "responsible", "remark", "mode"}
    assert all(keys <= set(one) for one in tables.values())
    assert {one["mode"] for one in tables.values()} <= {"collect", "auto", "cloud", "cloud+supplement"}
    assert all(one["fillers"] == [] for one in tables.values() if one["mode"] == "auto")
    assert all({"cell", "message", "hint"} == set(one) for one in said.json["problems"])


def test_ingest_with_mistakes_is_status_1_and_again_unchanged(
    first_round: Season, campaign_folder: Path, tmp_path: Path
) -> None:
    said = run(
        "--campaign", campaign_folder, "ingest", first_round.returns["党政办"], "--json", folder=tmp_path
    )
    assert (said.status, said.err) == (1, "")
    assert set(said.json) == {"files", "findings_total", "errors", "warnings", "totals"}
    (file,) = said.json["files"]
    assert (set(file), file["outcome"], file["party"]) == (FILE, "unchanged", "党政办")
    assert all(set(one) >= COUNTS for one in file["tables"].values())
    assert all(set(one) == FINDING for one in file["findings"])
    assert said.json["findings_total"] == len(file["findings"])


def test_check_needs_no_campaign_and_finds_the_same_cells(first_round: Season, tmp_path: Path) -> None:
    said = run("check", first_round.returns["信息工程系"], "--json", folder=tmp_path)
    assert said.status == 1
    assert set(said.json) == {"files", "findings_total", "errors", "warnings", "totals"}
    (file,) = said.json["files"]
    assert set(file) == FILE
    wrong = {(one["table"], one["field"]) for one in file["findings"] if one["severity"] == "error"}
    assert wrong == {(slip.table, slip.field) for slip in first_round.mistakes if slip.party == "信息工程系"}
    assert all({"sheet", "cell", "reason"} == set(one) for one in file["ignored"])


def test_check_of_a_sound_workbook_is_status_0(first_round: Season, tmp_path: Path) -> None:
    said = run("check", first_round.returns["合就处"], "--json", folder=tmp_path)
    assert (said.status, said.json["errors"]) == (0, 0)


def test_validate_and_its_report(first_round: Season, campaign_folder: Path, tmp_path: Path) -> None:
    said = run(
        "--campaign", campaign_folder, "validate", "--json", "--report", tmp_path / "r.json", folder=tmp_path
    )
    assert said.status == 1
    assert {"tables", "rules", "errors", "warnings", "findings"} <= set(said.json)
    assert all({"rows", "parties"} == set(one) for one in said.json["tables"].values())
    keys = {"status", "reason", "failed", "not_checkable", "waived"}
    assert all(keys == set(one) for one in said.json["rules"].values())
    assert {one["status"] for one in said.json["rules"].values()} <= {"passed", "failed", "not_run"}
    assert all(one["reason"] for one in said.json["rules"].values() if one["status"] == "not_run")
    assert all(set(one) == FINDING for one in said.json["findings"])
    assert said.json["errors"] == first_round.validation.count("error")
    assert (tmp_path / "r.json").is_file()


def test_status(campaign_folder: Path, tmp_path: Path) -> None:
    said = run("--campaign", campaign_folder, "status", "--as-of", "2022-09-21", "--json", folder=tmp_path)
    assert (said.status, set(said.json), said.json["as_of"]) == (
        0,
        {"as_of", "stage", "parties", "remind", "reminders"}
        | {"nobody", "without_schema", "held", "set_aside"},
        "2022-09-21",
    )
    keys = {"party", "table", "mode", "state", "due", "late", "errors", "warnings", "rows"}
    assert all(keys <= set(one) for one in said.json["parties"])
    assert set(said.json["remind"]) <= {one["party"] for one in said.json["parties"]}
    assert {"returned", "not_returned"} <= {one["state"] for one in said.json["parties"]}


def test_the_check_of_one_table_says_which_and_what_else_names_it(tmp_path: Path) -> None:
    said = run("schema", "check", "--table", "1.1.3", "--json", folder=tmp_path)
    assert said.status == 0
    found = said.json
    assert (found["table"], found["tables"], found["problems"]) == ("1.1.3", 1, [])
    assert found["elsewhere"] > 0
    unknown = run("schema", "check", "--table", "1.1.33", folder=tmp_path)
    assert unknown.status == 2
    assert "相近的有：1.1.3" in unknown.last_line


def test_schema_list(tmp_path: Path) -> None:
    said = run("schema", "list", "--year", "2022", "--json", folder=tmp_path)
    assert (said.status, set(said.json), said.json["year"]) == (0, {"year", "tables", "codes"}, "2022")
    assert all(
        {"name", "mode", "fields", "rules", "inferred"} == set(one) for one in said.json["tables"].values()
    )
    assert all({"name", "standard", "values"} == set(one) for one in said.json["codes"].values())


def test_explain(tmp_path: Path) -> None:
    keys = {
        "id",
        "name",
        "severity",
        "table",
        "means",
        "repair",
        "sentences",
        "fields",
        "sql",
        "evidence",
        "cause",
    }
    for asked in ("1.2.1-F02", "S05", "1.4.1-R03"):
        said = run("explain", asked, "--json", folder=tmp_path)
        assert (said.status, said.err, said.json["id"]) == (0, "", asked)
        assert keys <= set(said.json)
        assert all({"message", "hint"} == set(one) for one in said.json["sentences"])
        assert said.json["sentences"]
    missed = run("explain", "1.4.1-R99", folder=tmp_path)
    assert (missed.status, missed.out) == (2, "")
    assert "1.4.1-R0" in missed.last_line


def test_schema_show(tmp_path: Path) -> None:
    said = run("schema", "show", "1.2.1", "--json", folder=tmp_path)
    assert (said.status, set(said.json)) == (0, {"id", "name", "key", "fields", "rules"})
    keys = {"name", "kind", "required", "unit", "codes", "references", "evidence"}
    assert all(keys <= set(one) for one in said.json["fields"])
    assert {one["required"] for one in said.json["fields"]} <= {"yes", "no", "conditional"}
    assert all({"id", "severity", "check", "evidence"} <= set(one) for one in said.json["rules"])


def test_export_is_refused_then_drafted_then_found_changed(campaign_folder: Path, tmp_path: Path) -> None:
    refused = run("--campaign", campaign_folder, "export", "--out", "包", folder=tmp_path)
    assert (refused.status, refused.out) == (1, "")
    assert "--draft" in refused.last_line
    assert not (tmp_path / "包").exists()
    drafted = run(
        "--campaign", campaign_folder, "export", "--draft", "--out", "稿", "--json", folder=tmp_path
    )
    assert (drafted.status, set(drafted.json), drafted.json["draft"]) == (
        0,
        {"bundle", "draft", "tables"},
        True,
    )
    assert run("export", "--verify", "稿", folder=tmp_path).status == 0
    with (tmp_path / "稿" / "csv" / "1.1.3.csv").open("a", encoding="utf-8") as stream:
        stream.write("x")
    found = run("export", "--verify", "稿", "--json", folder=tmp_path)
    assert found.status == 1
    assert len(found.json["problems"]) == 1
    assert "1.1.3.csv" in found.json["problems"][0]


def test_make_templates_lays_out_what_this_campaign_has_collected(campaign_folder: Path) -> None:
    said = run("make-templates", "--prefill", ".", "--department", "教务处", "--json", folder=campaign_folder)
    (made,) = said.json["templates"]
    assert made["prefilled"]["1.2.1"] > 0
    assert said.json["remarks"] == []  # of this campaign nothing is left out
