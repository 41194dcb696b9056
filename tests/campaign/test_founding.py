"""What ``init`` writes is what is read back, whatever people call themselves; a founding that fails leaves nothing."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

import staffed_school as school
from statecollect.campaign import Campaign
from statecollect.campaign.rosters import read_departments
from statecollect.core.errors import StatecollectError, UsageError
from statecollect.core.names import LONGEST, tidy_name
from statecollect.school.breakdown import parse_breakdown
from statecollect.school.config import School

NASTY = [
    "学生\n工作处",
    '"双高"\\办',
    "信息/软件学院",
    "党\t办",
    "\u2028处",
    "处\x00\x7f",
    "=1+1",
    "'",
    '"""',
    "#注",
    "\U0001f600处",
]
NAMES = st.lists(st.one_of(st.text(max_size=20), st.sampled_from(NASTY)), max_size=5)


@pytest.fixture(autouse=True, scope="module")
def _schemas(tmp_path_factory: pytest.TempPathFactory) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STATECOLLECT_SCHEMAS", str(school.schemas(tmp_path_factory.mktemp("年度"))))
        yield


@pytest.fixture(scope="module")
def breakdown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return school.breakdown(tmp_path_factory.mktemp("表") / "任务分解表.xlsx")


@settings(max_examples=40, deadline=None)
@given(NAMES, NAMES, st.text(max_size=20))
def test_any_names_are_read_back_tidied(
    breakdown: Path, offices: list[str], units: list[str], called: str
) -> None:
    known = {tidy_name(one) for one in units}
    offices = [one for one in offices if tidy_name(one) and tidy_name(one) not in known]
    units = [one for one in units if tidy_name(one)]
    with tempfile.TemporaryDirectory() as folder:
        Campaign.init(
            Path(folder) / "采集",
            breakdown,
            school=School(name=called, contact=f"{called}\\n\t"),
            departments=["教务处", *offices],
            units=units,
            aliases=dict.fromkeys(offices, "教务处"),
        )
        back = Campaign.open(Path(folder) / "采集")
    parties = back.config.parties
    assert parties.departments == tuple(dict.fromkeys(map(tidy_name, ["教务处", *offices])))
    assert parties.units == tuple(dict.fromkeys(map(tidy_name, units)))
    assert back.config.school.name == tidy_name(called)
    assert all(len(one) <= LONGEST for one in parties.departments)


def found(folder: Path, breakdown: Path, **names: object) -> Campaign:
    campaign, _, _ = Campaign.init(folder, breakdown, departments=["教务处"], units=["信息系"], **names)  # type: ignore[arg-type]
    return campaign


def test_a_founding_that_fails_leaves_nothing_and_the_next_one_works(
    tmp_path: Path, breakdown: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UsageError, match="太长"):
        Campaign.init(tmp_path / "新" / "采集", breakdown, departments=["处" * 101])
    with pytest.raises(StatecollectError):
        Campaign.init(tmp_path / "新" / "采集", tmp_path / "没有.xlsx")
    for broken in ("mkdir", "rename"):
        with monkeypatch.context() as patch:

            def fail(*_: object, **__: object) -> None:
                raise OSError(28, "No space left on device")

            patch.setattr(Path, broken, fail)
            with pytest.raises(OSError, match="No space"):
                found(tmp_path / "采集", breakdown)
        assert list(tmp_path.iterdir()) == []
    assert found(tmp_path / "采集", breakdown).tasks
    assert [one.name for one in tmp_path.iterdir()] == ["采集"]


def test_a_folder_that_holds_the_office_s_own_files_may_become_a_campaign(
    tmp_path: Path, breakdown: Path
) -> None:
    (tmp_path / "通知.docx").write_bytes(b"mine")
    found(tmp_path, breakdown)
    assert (tmp_path / "通知.docx").read_bytes() == b"mine"
    assert Campaign.open(tmp_path).tasks


def test_a_store_without_its_configuration_is_not_founded_over(tmp_path: Path, breakdown: Path) -> None:
    campaign = found(tmp_path / "采集", breakdown)
    school.give(campaign, "信息系", "1.2.1", ("专业代码", "方向"), ("01", "甲"))
    (campaign.folder / "statecollect.toml").unlink()
    before = sorted(path.name for path in campaign.folder.rglob("*"))
    with pytest.raises(StatecollectError, match="store"):
        found(campaign.folder, breakdown)
    assert sorted(path.name for path in campaign.folder.rglob("*")) == before


def test_the_school_may_be_named_later_without_refusing_what_is_out(tmp_path: Path, breakdown: Path) -> None:
    campaign = found(tmp_path / "采集", breakdown)
    assert "学校" not in campaign.config.campaign
    made = campaign.make_templates(tmp_path / "模板", departments=["教务处"])
    config = campaign.folder / "statecollect.toml"
    config.write_text(
        config.read_text(encoding="utf-8").replace("（学校名称）", "某某学院"), encoding="utf-8"
    )
    (result,) = Campaign.open(campaign.folder).ingest([made[0].path])
    assert "属于" not in (result.reason or "")


def test_two_campaigns_of_one_school_are_not_taken_for_each_other(tmp_path: Path, breakdown: Path) -> None:
    ids = {found(tmp_path / name, breakdown).config.campaign for name in ("甲", "乙")}
    assert len(ids) == 2


def test_one_name_for_an_office_and_a_unit_is_refused(tmp_path: Path, breakdown: Path) -> None:
    with pytest.raises(UsageError, match="只留一处"):
        Campaign.init(tmp_path / "采集", breakdown, departments=["信息系 "], units=["信息系"])


def test_a_number_with_another_table_s_name_is_a_point_to_check(tmp_path: Path) -> None:
    path = school.breakdown(
        tmp_path / "表.xlsx", (("1.2.1机构表", "教务处"), ("1.1.3机构", "教务处"), ("9.9.9新表", "教务处"))
    )
    campaign = found(tmp_path / "采集", path)
    said = [one.message for one in campaign.breakdown.problems if "数据目录" in one.message]
    assert [one.split("「")[0] for one in said] == ["编号 1.2.1 在数据目录中是", "数据目录中没有表 9.9.9"]
    assert not [one for one in parse_breakdown(path).problems if "数据目录" in one.message]


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b"\xff\xfe"], ids=["BOM", "UTF-16"])
def test_the_breakdown_corrected_with_notepad_is_read(tmp_path: Path, breakdown: Path, mark: bytes) -> None:
    campaign = found(tmp_path / "采集", breakdown)
    path = campaign.folder / "任务分解表.json"
    text = path.read_text(encoding="utf-8")
    path.write_bytes(mark + text.encode("utf-8" if len(mark) == 3 else "utf-16-le"))
    assert Campaign.open(campaign.folder).breakdown.tables.keys() == json.loads(text)["tables"].keys()


KINDS = {
    "units": ["教学单位", "系部", "教学部门", "二级学院", "学院", "教学系", "系 部", "教学单位\u200b"],
    "departments": ["职能部门", "部门", "行政部门", "教辅部门"],
}


@pytest.mark.parametrize(("kind", "words"), KINDS.items())
def test_offices_write_the_kind_in_their_own_words(tmp_path: Path, kind: str, words: list[str]) -> None:
    listed = read_departments(_list(tmp_path, [(f"单位{at}", word) for at, word in enumerate(words)]))
    assert len(getattr(listed, kind)) == len(words)
    assert listed.remarks == ()


def test_a_kind_nobody_knows_is_asked(tmp_path: Path) -> None:
    listed = read_departments(_list(tmp_path, [("甲", "大概是系"), ("乙", ""), ("丙", "系部")]))
    assert (listed.departments, listed.units) == (("甲", "乙"), ("丙",))
    assert [one[:3] for one in listed.remarks] == ["「甲」", "「乙」"]


def _list(folder: Path, rows: list[tuple[str, str]]) -> Path:
    book = Workbook()
    for row in [("名称", "类别"), *rows]:
        book.worksheets[0].append(list(row))
    path = folder / "部门名单.xlsx"
    book.save(path)
    return path


@pytest.mark.parametrize(
    "text", ['{"tables": {', '{"tables": 1}', "[" * 100_000, '{"tables": ' + "9" * 5000 + "}", "", "\x00"]
)
def test_a_breakdown_spoilt_by_hand_is_one_line(tmp_path: Path, breakdown: Path, text: str) -> None:
    campaign = found(tmp_path / "采集", breakdown)
    (campaign.folder / "任务分解表.json").write_text(text, encoding="utf-8")
    with pytest.raises(StatecollectError) as caught:
        _ = Campaign.open(campaign.folder).breakdown
    assert len(str(caught.value)) < 400
    assert "Expecting" not in str(caught.value)
