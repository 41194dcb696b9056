"""Supporting documents are kept byte for byte, filed by table and party, and listed where people look."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from statecollect.campaign import Campaign
from statecollect.cli.app import app
from statecollect.core.errors import UsageError


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "佐证"
    (folder / "内层").mkdir(parents=True)
    (folder / "获奖证书.pdf").write_bytes(b"%PDF-1.7 ...")
    (folder / "内层" / "照片.jpg").write_bytes(b"\xff\xd8\xff")
    (folder / "~$打开着.docx").write_bytes(b"lock")
    return folder


def test_a_folder_is_filed_once(campaign: Campaign, papers: Path) -> None:
    new, before = campaign.file_evidence([papers], "1.1.7", by="收表人")
    assert [(one.file, one.party, one.table) for one in new] == [
        ("照片.jpg", "党政办", "1.1.7"),
        ("获奖证书.pdf", "党政办", "1.1.7"),
    ]
    assert before == []
    again, known = campaign.file_evidence([papers], "1.1.7", by="收表人")
    assert (again, len(known)) == ([], 2)
    kept = campaign.folder / "store" / "originals" / new[1].original
    assert kept.read_bytes() == (papers / "获奖证书.pdf").read_bytes()


def test_status_the_bundle_and_the_log_know_the_documents(campaign: Campaign, papers: Path) -> None:
    campaign.file_evidence([papers], "1.1.7")
    counted = {(line.party, line.table): line.evidence for line in campaign.status().lines if line.evidence}
    assert counted == {("党政办", "1.1.7"): 2}
    bundle = campaign.export(draft=True)
    manifest = json.loads((bundle.folder / "manifest.json").read_text(encoding="utf-8"))
    assert [one["file"] for one in manifest["evidence"]] == ["照片.jpg", "获奖证书.pdf"]
    kept = next((campaign.folder / "store" / "originals").glob("*.pdf"))
    kept.chmod(0o600)
    kept.write_bytes(b"forged")
    assert any(kept.name in problem for problem in campaign.verify_log())


def test_whose_documents_they_are_must_be_said_where_several_fill_the_table(
    campaign: Campaign, papers: Path
) -> None:
    with pytest.raises(UsageError, match="不止一个单位"):
        campaign.file_evidence([papers], "2.19.1")
    new, _ = campaign.file_evidence([papers], "2.19.1", department="信息工程系")
    assert {one.party for one in new} == {"信息工程系"}


@pytest.mark.parametrize("content", [None, b""])
def test_a_missing_or_empty_document_files_nothing(
    campaign: Campaign, papers: Path, content: bytes | None
) -> None:
    bad = papers / "空.pdf"
    if content is not None:
        bad.write_bytes(content)
    call = ["--campaign", str(campaign.folder), "ingest", "--table", "1.1.7"]
    result = CliRunner().invoke(
        app, [*call, "--evidence", str(papers / "获奖证书.pdf"), "--evidence", str(bad)]
    )
    assert result.exit_code != 0
    assert [event for event in campaign.log() if event.type == "evidence"] == []
