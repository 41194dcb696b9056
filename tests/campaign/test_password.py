"""A workbook with an opening password is taken in with the password, and refused in one line without it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from msoffcrypto.format.ooxml import OOXMLFile

from season import Season
from statecollect.campaign.outgoing.self_check import check_file
from statecollect.core.errors import UnreadableFile


@pytest.fixture
def locked(first_round: Season, tmp_path: Path) -> Path:
    path = tmp_path / "图书馆.xlsx"
    content = first_round.returns["图书馆"].read_bytes()
    with path.open("wb") as out:
        OOXMLFile(io.BytesIO(content)).encrypt("春天2022", out)
    return path


def test_it_is_taken_in_with_its_password(first_round: Season, locked: Path, tmp_path: Path) -> None:
    campaign = first_round.copy(tmp_path / "采集")
    (result,) = campaign.ingest([locked], password="春天2022")
    assert (result.outcome, result.party) == (
        "unchanged",
        "图书馆",
    )  # what is inside has been taken in before
    assert check_file(locked, password="春天2022").outcome == "accepted"


@pytest.mark.parametrize("password", ["", "夏天2022"])
def test_without_the_right_password_it_is_refused(
    first_round: Season, locked: Path, tmp_path: Path, password: str
) -> None:
    campaign = first_round.copy(tmp_path / "采集")
    (result,) = campaign.ingest([locked], password=password)
    assert (result.outcome, result.unusable) == ("refused", True)
    assert "密码" in (result.reason or "")
    with pytest.raises(UnreadableFile, match="密码"):
        check_file(locked, password=password)


def test_a_password_does_not_hurt_files_without_one(first_round: Season, tmp_path: Path) -> None:
    campaign = first_round.copy(tmp_path / "采集")
    (result,) = campaign.ingest([first_round.returns["图书馆"]], password="春天2022")
    assert result.outcome == "unchanged"
