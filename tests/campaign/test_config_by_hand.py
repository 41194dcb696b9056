"""``statecollect.toml`` and own rules as people edit them: with Notepad, a Chinese keyboard, and slips."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import staffed_school as school
from statecollect.campaign import Campaign
from statecollect.catalog import load_year, with_own_rules
from statecollect.core.errors import CatalogError, StatecollectError, UsageError


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STATECOLLECT_SCHEMAS", str(school.schemas(tmp_path / "年度")))
    return school.found(tmp_path).folder


def edit(folder: Path, old: str, new: str) -> None:
    path = folder / "statecollect.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_file_saved_by_any_notepad_is_read(folder: Path, encoding: str) -> None:
    path = folder / "statecollect.toml"
    path.write_bytes(path.read_text(encoding="utf-8").replace("\n", "\r\n").encode(encoding))
    assert Campaign.open(folder).config.parties.units == school.UNITS


SLIPS = {
    "Chinese quotation marks": ('name = "小学校"', "name = “小学校”", "「“」是中文符号"),
    "a full-width comma": ('  "信息系",', '  "信息系"，', "「，」是中文符号"),
    "a pause mark": ('  "信息系",', '  "信息系"、', "「、」是中文符号"),
    "a full-width equals sign": ('name = "小学校"', 'name ＝ "小学校"', "「＝」是中文符号"),
    "a date without its zeros": ("start = 2098-09-01", "start = 2098-9-1", "写成 2098-09-01"),
    "a date with strokes": ("start = 2098-09-01", "start = 2098/09/01", "写成 2098-09-01"),
    "a date in Chinese": ("start = 2098-09-01", "start = 2098年9月1日", "写成 2098-09-01"),
    "no quotation marks": ('name = "小学校"', "name = 小学校", "不能识别"),
    "an open quotation mark": ('name = "小学校"', 'name = "小学校', "引号没有配对"),
    "a Windows path": ('previous = ""', 'previous = "D:\\去年"', "反斜杠"),
    "no comma": ('  "信息系",', '  "信息系"', "逗号"),
    "the same thing twice": ("[late]", "[school]\n[late]", "写了两次"),
    "a number without end": ("[parameters]", "[parameters]\nx = " + "9" * 5000, "数字"),
    "brackets without end": ("[parameters]", "[parameters]\nx = " + "[" * 5000, "太深"),
    "a number too large": ("[parameters]", "[parameters]\nx = " + "9" * 400, "大得没有道理"),
    "no number": ("[parameters]", "[parameters]\nx = nan", "大得没有道理"),
    "a year too large": ("start = 2098-09-01", "start = 999999-09-01", "不能识别"),
    "a wrong choice": ('policy = "accept"', 'policy = "reject"', "「reject」不可用，只能是 accept、refuse"),
    "a number for a name": ('name = "小学校"', "name = 5", "应当是文字"),
    "a text for a list": (
        'units = [\n  "信息系",\n  "机电系",\n  "环境系",\n]',
        'units = "信息系"',
        "应当是列表",
    ),
    "a text for a date": ("start = 2098-09-01", 'start = "很快"', "应当是日期"),
    "a school code of letters": ('code = ""', 'code = "abcdefghij"', "10 位"),
    "a school code too short": ('code = ""', 'code = "415109999"', "10 位"),
    "an unknown key": ("contact =", "contakt =", "school.contakt"),
    "an empty name": ('  "信息系",', '  "\u200b",', "空的"),
    "one name twice": ('  "信息系",', '  "教务处",', "只留一处"),
    "an unknown stage": ("[late]", '[[stages]]\nid = "没有"\ndue = 2099-09-01\n[late]', "阶段「没有」没有"),
    "an unknown period": ('"学年" =', '"学月" =', "时段「学月」没有；相近的有：学年"),
    "an unknown table": ("[precedence]", '[precedence]\n"9.9.9" = ["教务处"]', "表「9.9.9」没有"),
    "an unknown party": (
        "[precedence]",
        '[precedence]\n"1.2.1" = ["教务科"]',
        "单位「教务科」没有；相近的有：教务处",
    ),
    "an unknown party of a person": (
        "[late]",
        '[[people]]\nname = "甲"\nrole = "负责人"\nparty = "信系"\n[late]',
        "单位「信系」没有；相近的有：信息系",
    ),
}


@pytest.mark.parametrize(("old", "new", "said"), SLIPS.values(), ids=SLIPS)
def test_a_slip_is_told_in_words_with_its_place(folder: Path, old: str, new: str, said: str) -> None:
    edit(folder, old, new)
    with pytest.raises(StatecollectError) as caught:
        Campaign.open(folder)
    text = str(caught.value)
    assert said in text
    assert len(text) < 500
    assert len(text.splitlines()) == 1
    assert not re.search(r"Expected|Input should|Invalid|codec", text)
    assert "statecollect.toml" in text


def test_the_line_of_the_slip_is_named(folder: Path) -> None:
    lines = (folder / "statecollect.toml").read_text(encoding="utf-8").split("\n")
    number = next(at for at, line in enumerate(lines, start=1) if line.startswith("name ="))
    edit(folder, 'name = "小学校"', "name = “小学校”")
    with pytest.raises(UsageError, match=f"第 {number} 行"):
        Campaign.open(folder)


def test_chinese_punctuation_in_texts_and_remarks_is_no_slip(folder: Path) -> None:
    edit(folder, 'contact = ""', 'contact = "教务处，“李老师”：123"  # 说明，“引号”')
    assert Campaign.open(folder).config.school.contact == "教务处，“李老师”：123"


def test_names_edited_by_hand_are_tidied_when_read(folder: Path) -> None:
    edit(folder, '  "信息系",', '  "信息\u200b系\u00a0",')
    assert Campaign.open(folder).config.parties.units == school.UNITS


RULE = 'rules:\n  - {{table: 1.2.1, id: "{id}", severity: warning, check: 专业代码 IS NOT NULL, fields: [专业代码], message: 空}}\n'


def rules(folder: Path, name: str, text: str) -> None:
    (folder / "rules").mkdir(exist_ok=True)
    (folder / "rules" / name).write_text(text, encoding="utf-8-sig")


@pytest.mark.parametrize("name", ["本校.yml", "本校.yaml", "本校.YAML"])
def test_own_rules_are_read_whatever_their_suffix(folder: Path, name: str) -> None:
    rules(folder, name, RULE.format(id="本校-01"))
    assert "本校-01" in {one.id for one in Campaign.open(folder).catalog.tables["1.2.1"].rules}


@pytest.mark.parametrize("taken", ["1.2.1-K01", "1.2.1-F01", "1.2.1-F02", "1.2.1-Y01"])
def test_an_own_rule_does_not_take_the_id_of_one_of_the_program_s(folder: Path, taken: str) -> None:
    rules(folder, "本校.yaml", RULE.format(id=taken))
    with pytest.raises(CatalogError, match="已经有了"):
        Campaign.open(folder)


def test_one_id_in_two_files_is_refused(folder: Path) -> None:
    rules(folder, "一.yaml", RULE.format(id="本校-01"))
    rules(folder, "二.yml", RULE.format(id="本校-01"))
    with pytest.raises(CatalogError, match=r"一\.yaml"):
        Campaign.open(folder)


@pytest.mark.parametrize("unknown", ["1.2.1-K77", "1.2.1-W77", "9.9.9-F01", "随便"])
def test_a_rule_that_is_not_there_cannot_be_switched_off(folder: Path, unknown: str) -> None:
    rules(folder, "停用.yaml", f"off:\n  {unknown}: 不适用\n")
    with pytest.raises(CatalogError, match=re.escape(unknown)):
        Campaign.open(folder)


@pytest.mark.parametrize("known", ["1.2.1-K01", "1.2.1-F01", "1.4.1-F05"])
def test_a_rule_of_the_program_can_be_switched_off(folder: Path, known: str) -> None:
    rules(folder, "停用.yaml", f"off:\n  {known}: 不适用\n")
    assert Campaign.open(folder).catalog.off == {known: "不适用"}


@pytest.mark.parametrize(
    "text",
    [
        "off: " + "[" * 4000,
        "- " * 4000,
        "off: {x: " + "9" * 5000 + "}",
        "off: &a [*a]",
        "off: [",
        "\x00",
        "off: {1: 2}",
    ],
    ids=["brackets", "dashes", "digits", "itself", "open", "binary", "number"],
)
def test_a_hopeless_rule_file_is_one_line(folder: Path, text: str) -> None:
    (folder / "rules").mkdir()
    (folder / "rules" / "坏.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogError) as caught:
        Campaign.open(folder)
    assert "坏.yaml" in str(caught.value)
    assert len(str(caught.value)) < 300


def test_without_own_rules_nothing_is_made_only_to_compare(tmp_path: Path) -> None:
    catalog = load_year(school.TOY)

    def never(_: object) -> set[str]:
        raise AssertionError

    assert with_own_rules(catalog, tmp_path / "没有", never) is catalog
