"""The HTML pages: all of it, escaped, the same each time, and alive in a real browser."""

from __future__ import annotations

import datetime as dt
import html
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from season import Season
from statecollect.campaign import Campaign
from statecollect.findings import Finding, Origin
from statecollect.workflow.findings_page import write_findings_page
from statecollect.workflow.findings_report import write_report
from statecollect.workflow.status import LABELS
from statecollect.workflow.status_page import write_status_page

SCHOOL = "某某职业学院"
ROW = re.compile(r'<tr data-severity="(.*?)" data-party="(.*?)" data-table="(.*?)">(.*?)</tr>', re.DOTALL)
ID_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")


@pytest.fixture(scope="module")
def page(first_round: Season, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("报告") / "报告.html"
    write_report(path, first_round.validation, SCHOOL)
    return path


@pytest.fixture(scope="module")
def progress(first_round: Season, tmp_path_factory: pytest.TempPathFactory) -> Path:
    campaign = first_round.copy(tmp_path_factory.mktemp("进度") / "采集")
    path = campaign.folder / "进度.html"
    titles = {table_id: table.title for table_id, table in campaign.catalog.tables.items()}
    write_status_page(path, campaign.status(dt.date(2022, 9, 30)), SCHOOL, titles)
    return path


def shown(page: Path) -> int:
    """Count the findings of the list: a row is one, or as many as it says."""
    rows = ROW.findall(page.read_text(encoding="utf-8"))
    more = [re.search(r"<summary>全部 (\d+) 处", content) for *_, content in rows]
    return sum(int(found[1]) if found else 1 for found in more)


def test_every_finding_is_there_once(first_round: Season, page: Path) -> None:
    assert shown(page) == len(first_round.validation.findings)
    text = html.unescape(page.read_text(encoding="utf-8"))
    for one in first_round.validation.findings:
        if one.severity == "error":
            assert one.message in text
            assert str(one.origin.cell or "") in text
    for result in first_round.validation.results:
        assert f"<td>{result.rule.id}</td>" in text
    assert not ID_NUMBER.search(text)


def test_many_equal_faults_are_one_row_with_every_cell(first_round: Season, tmp_path: Path) -> None:
    one = first_round.validation.findings[0]
    many = tuple(
        replace(one, origin=replace(one.origin, row=row, cell=f"F{row}"), value=str(row))
        for row in range(5, 905)
    )
    path = tmp_path / "多.html"
    write_findings_page(path, replace(first_round.validation, findings=many), SCHOOL)
    assert shown(path) == 900
    assert len(ROW.findall(path.read_text(encoding="utf-8"))) == 1
    assert "F904「904」" in path.read_text(encoding="utf-8")


def test_what_people_typed_is_text(first_round: Season, tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>"
    one = Finding(
        "1.1.1-F02", "error", "1.1.1", f"名称：「{evil}」不对", evil, "名称", evil, Origin(evil, evil), evil
    )
    path = tmp_path / "坏.html"
    write_findings_page(path, replace(first_round.validation, findings=(one,)), evil)
    text = path.read_text(encoding="utf-8")
    assert evil not in text
    assert html.escape(evil) in text


def test_the_same_findings_make_the_same_page(first_round: Season, page: Path, tmp_path: Path) -> None:
    write_report(tmp_path / "又.html", first_round.validation, SCHOOL)
    assert (tmp_path / "又.html").read_bytes() == page.read_bytes()


def test_nothing_is_fetched(page: Path, progress: Path) -> None:
    for path in (page, progress):
        text = path.read_text(encoding="utf-8")
        assert "default-src 'none'" in text
        assert not re.search(r"(src|href)\s*=|url\(|@import", text)


def test_the_status_page_shows_every_party_state_and_reminder(first_round: Season, progress: Path) -> None:
    text = html.unescape(progress.read_text(encoding="utf-8"))
    found = Campaign.open(first_round.folder).status(dt.date(2022, 9, 30))
    assert len(re.findall(r'<tr data-party="[^"]*" data-state=', text)) == len(found.lines)
    for party, said in found.reminders:
        assert said in text, party
    for label in {LABELS[line.state] for line in found.lines}:
        assert f'data-state="{label}"' in text


def test_what_has_not_come_says_since_how_many_days(campaign: Campaign, tmp_path: Path) -> None:
    write_status_page(
        tmp_path / "空.html", campaign.status(dt.date(2022, 9, 30)), SCHOOL, {"1.1.1": "1.1.1 概况"}
    )
    text = (tmp_path / "空.html").read_text(encoding="utf-8")
    assert "<td>1.1.1 概况</td><td>未返回</td><td>2022-09-20</td><td>10 天</td>" in text


def browse(path: Path, fragment: str = "") -> tuple[str, str]:
    """Open a page in Chromium; return what became of it, and what the browser said."""
    done = subprocess.run(
        [
            *(shutil.which("chromium") or "", "--headless=new", "--no-sandbox", "--disable-gpu"),
            *("--enable-logging=stderr", "--dump-dom", path.as_uri() + fragment),
        ],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=True,
    )
    return done.stdout, done.stderr


@pytest.mark.browser
def test_the_list_is_filtered_in_a_real_browser(page: Path) -> None:
    content, said = browse(page, "#party=教务处")
    assert "CONSOLE" not in said
    rows = re.findall(r'<tr data-severity="[^"]*" data-party="([^"]*)"[^>]*?( hidden="")?>', content)
    assert {party for party, hidden in rows if not hidden} == {"教务处"}
    assert {party for party, hidden in rows if hidden} >= {"党政办"}
    assert re.search(r"显示 \d+ / \d+ 行", content)


@pytest.mark.browser
def test_the_status_page_is_alive_and_quiet(progress: Path) -> None:
    content, said = browse(progress)
    assert "CONSOLE" not in said
    assert re.search(r'<rect class="calm" [^>]*width="[1-9]', content)
    assert re.search(r"显示 (\d+) / \1 行", content)


@pytest.mark.browser
def test_the_report_shows_its_charts_and_is_quiet(first_round: Season, tmp_path: Path) -> None:
    first_round.copy(tmp_path / "采集").report(tmp_path / "报告", dt.date(2022, 9, 30))
    path = tmp_path / "报告" / "数据分析报告.html"
    content, said = browse(path)
    assert "CONSOLE" not in said
    assert len(re.findall(r'<rect class="(?:error|good)" [^>]*width="[1-9]', content)) > 5
    assert not re.search(r"(src|href)\s*=|url\(|@import", path.read_text(encoding="utf-8"))
