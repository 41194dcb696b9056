"""The bundle: refused while errors stand, the same bytes each time, safe to open, and checkable."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path

import openpyxl
import pytest

from season import Season
from statecollect.campaign import Campaign
from statecollect.campaign.demo import fill
from statecollect.core.errors import Refused, UnreadableFile
from statecollect.submission.bundle import verify
from statecollect.submission.export import DRAFT_WATERMARK

ID_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_export_is_refused_while_errors_stand_and_leaves_nothing(
    drafted: tuple[Campaign, Path], tmp_path: Path
) -> None:
    with pytest.raises(Refused, match=r"还有 \d+ 个错误"):
        drafted[0].export(tmp_path / "上报包")
    assert list(tmp_path.iterdir()) == []


def test_export_is_refused_while_tables_are_missing(campaign: Campaign, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="没有返回"):
        campaign.export(tmp_path / "上报包")


def test_a_draft_says_so_on_every_sheet(drafted: tuple[Campaign, Path]) -> None:
    book = openpyxl.load_workbook(drafted[1] / "全部数据.xlsx")
    tables = [sheet for sheet in book.worksheets if sheet.title[0].isdigit()]
    assert len(tables) == len(drafted[0].catalog.tables)
    for sheet in tables:
        assert DRAFT_WATERMARK in str(sheet["A1"].value)


def test_the_bundle_holds_every_row_of_every_table(
    first_round: Season, drafted: tuple[Campaign, Path]
) -> None:
    campaign, folder = drafted
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["errors"] == first_round.validation.count("error")
    for table, digest in first_round.digests.items():
        content = manifest["tables"][table]
        assert content["said_digest"] == digest
        path = folder / "csv" / f"{table}.csv"
        if not content["rows"]:
            assert not path.exists()
            continue
        with path.open(encoding="utf-8-sig", newline="") as stream:
            header, *rows = list(csv.reader(stream))
        assert header == [field.name for field in campaign.catalog.tables[table].fields]
        assert len(rows) == content["rows"] == len(campaign.table(table))


def test_a_text_that_a_spreadsheet_would_run_is_only_text(
    first_round: Season, campaign: Campaign, tmp_path: Path
) -> None:
    evil = ["=1+1", "+1+1", "@社团部", "-2+3"]  # what calls a function never comes so far
    rows = [dict(row) for row in first_round.rows["党政办", "1.1.3"]]
    for row, text in zip(rows, evil, strict=False):
        row["主要职能"] = text
    campaign.ingest(fill(campaign, {("党政办", "1.1.3"): rows}, tmp_path, ["党政办"]))
    folder = campaign.export(draft=True).folder
    with (folder / "csv" / "1.1.3.csv").open(encoding="utf-8-sig", newline="") as stream:
        found = {row["主要职能"] for row in csv.DictReader(stream)}
    assert {f"'{text}" for text in evil} <= found
    book = openpyxl.load_workbook(folder / "全部数据.xlsx")
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value in evil} == {"s"}


def test_masked_means_no_id_number_anywhere(drafted: tuple[Campaign, Path], masked: Path) -> None:
    _, folder = drafted
    assert ID_NUMBER.search((folder / "csv" / "1.5.1.csv").read_text(encoding="utf-8-sig"))
    for path in masked.glob("csv/*.csv"):
        assert not ID_NUMBER.search(path.read_text(encoding="utf-8-sig")), path.name
    book = openpyxl.load_workbook(masked / "全部数据.xlsx", read_only=True)
    for sheet in book.worksheets:
        for row in sheet.iter_rows(values_only=True):
            assert not any(ID_NUMBER.search(str(value)) for value in row), sheet.title


def test_verify_names_what_was_changed_lost_or_added(drafted: tuple[Campaign, Path], tmp_path: Path) -> None:
    folder = Path(shutil.copytree(drafted[1], tmp_path / "包"))
    assert verify(folder) == []
    with (folder / "csv" / "1.1.3.csv").open("a", encoding="utf-8") as stream:
        stream.write("多一行\n")
    (folder / "csv" / "1.2.1.csv").unlink()
    (folder / "说明.txt").write_text("x", encoding="utf-8")
    problems = "\n".join(verify(folder))
    for name, what in (("csv/1.1.3.csv", "改动"), ("csv/1.2.1.csv", "缺少"), ("说明.txt", "清单中没有")):
        assert any(name in line and what in line for line in problems.splitlines())


def test_a_folder_that_is_no_bundle_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="不是上报包"):
        verify(tmp_path)


def test_a_new_bundle_replaces_the_old_one_whole_and_the_same_data_make_the_same_bytes(
    drafted: tuple[Campaign, Path], masked: Path, tmp_path: Path
) -> None:
    out = Path(shutil.copytree(masked, tmp_path / "包"))
    assert files(out) != files(drafted[1])
    drafted[0].export(out, draft=True)
    assert verify(out) == []
    assert files(out) == files(drafted[1])
    assert [path.name for path in tmp_path.iterdir()] == ["包"]


def test_what_a_killed_export_left_is_cleared_and_the_older_bundle_comes_back(
    drafted: tuple[Campaign, Path], tmp_path: Path
) -> None:
    campaign, bundle = drafted
    out = Path(shutil.copytree(bundle, tmp_path / "包" / "上报包"))
    whole = files(out)
    out.replace(out.with_name(".上报包.上一份"))  # killed between the two renames
    out.with_name(".上报包.正在写").mkdir()
    out.with_name(".上报包.正在写").joinpath("半张表.csv").write_text("身份证件号", encoding="utf-8")

    def stop(_what: str, done: int, _total: int) -> None:
        if done:
            raise RuntimeError("no power")

    with pytest.raises(RuntimeError):
        campaign.export(out, draft=True, progress=stop)
    assert files(out) == whole
    assert [path.name for path in out.parent.iterdir()] == [out.name]
