"""The YAML loader: what it accepts, and what its errors say."""

from __future__ import annotations

from pathlib import Path

import pytest

from statecollect.catalog import load_year
from statecollect.core.errors import CatalogError

YEAR = 'year: "2030"\nversion: "1"\ntitle: 试验年\nparty_words: {各系部: units}\n'
TABLE = """id: 1.1.1
name: 机构表
key: [代码]
fields:
  - {name: 代码, kind: identifier, required: yes}
  - {name: 名称, required: no, length: 10}
"""


def a_year(folder: Path, **files: str) -> Path:
    """Write a year with one table; ``files`` replace or add by relative path (``__`` for ``/``)."""
    content = {"catalog.yaml": YEAR, "tables/1.1.1-机构表.yaml": TABLE}
    content |= {name.replace("__", "/") + ".yaml": text for name, text in files.items()}
    for name, text in content.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def test_a_year_is_read_with_its_words_as_words(tmp_path: Path) -> None:
    table = load_year(a_year(tmp_path)).tables["1.1.1"]
    assert [field.required for field in table.fields] == ["yes", "no"]
    assert table.title == "1.1.1 机构表"


def test_a_misspelt_key_is_reported_with_file_line_and_key(tmp_path: Path) -> None:
    a_year(tmp_path, **{"tables__1.1.1-机构表": TABLE.replace("length: 10", "lenght: 10")})
    with pytest.raises(CatalogError) as caught:
        load_year(tmp_path)
    assert "1.1.1-机构表.yaml:6" in str(caught.value)
    assert "lenght" in str(caught.value)


def test_broken_yaml_is_reported_with_its_line(tmp_path: Path) -> None:
    a_year(tmp_path, **{"tables__1.1.1-机构表": TABLE + "rules: [\n"})
    with pytest.raises(CatalogError, match=r"1\.1\.1-机构表\.yaml:\d+"):
        load_year(tmp_path)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("short: 机构表\nshort: 机构\n", "键「short」写了两次"),
        ("about: !!python/name:os.system ''\n", "不认识的标记"),
        ("about: &a [*a]\n", "不是有效的 YAML"),
        ("? [a]\n: b\n", "没有名称"),
    ],
)
def test_what_no_schema_needs_is_no_yaml_here(tmp_path: Path, more: str, says: str) -> None:
    a_year(tmp_path, **{"tables__1.1.1-机构表": TABLE + more})
    with pytest.raises(CatalogError, match=says) as caught:
        load_year(tmp_path)
    assert "1.1.1-机构表.yaml" in str(caught.value)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("  - {name: 性别, kind: code, codes: XX}\n", "没有代码表 XX"),
        ("  - {name: 部门, references: 9.9.9.名称}\n", "引用的表 9.9.9"),
        ("  - {name: 上级, references: 1.1.1.没有}\n", "没有字段「没有」"),
        ("  - {name: 日期, kind: date, period: 无此时段}\n", "没有统计时段"),
        ("  - {name: 种类, kind: 奇怪}\n", "没有「奇怪」这种字段类型"),
        ("  - {name: 代码}\n", "出现了两次"),
        ("  - {include: 没有的组}\n", "没有名为「没有的组」"),
    ],
)
def test_a_name_that_resolves_to_nothing_is_an_error(tmp_path: Path, line: str, says: str) -> None:
    a_year(tmp_path, **{"tables__1.1.1-机构表": TABLE + line})
    with pytest.raises(CatalogError, match=says):
        load_year(tmp_path)


@pytest.mark.parametrize(
    ("owner", "says"),
    [
        ("owner: {unit: 没有的栏目}\n", "owner 提到的字段「没有的栏目」不在本表"),
        ("owner: {teacher: 证件号}\n", "owner 提到的字段「证件号」要是单个的编号或名称"),
        ("owner: {unit: 名单}\n", "owner 提到的字段「名单」要是单个的编号或名称"),
        ("owner: {}\n", "owner 要写明"),
        ("owner: {office: 名称}\n", "office"),
    ],
)
def test_an_owner_is_one_plain_field_of_the_table(tmp_path: Path, owner: str, says: str) -> None:
    more = "  - {name: 证件号, kind: id_number}\n  - {name: 名单, kind: text_list}\n"
    a_year(tmp_path, **{"tables__1.1.1-机构表": TABLE + more + owner})
    with pytest.raises(CatalogError, match=says) as caught:
        load_year(tmp_path)
    assert "1.1.1-机构表.yaml" in str(caught.value)


def test_a_table_says_whose_a_row_is(tmp_path: Path) -> None:
    table = load_year(a_year(tmp_path, **{"tables__1.1.1-机构表": TABLE + "owner: {unit: 名称}\n"})).tables[
        "1.1.1"
    ]
    assert table.owner is not None
    assert (table.owner.teacher, table.owner.unit) == (None, "名称")


def test_a_shared_group_is_put_in_place_and_may_be_overridden(tmp_path: Path) -> None:
    shared = "fields:\n  - {name: 甲, evidence: A}\n  - {name: 乙, evidence: B}\n"
    a_year(
        tmp_path, shared__组=shared, **{"tables__1.1.1-机构表": TABLE + "  - {include: 组, evidence: I}\n"}
    )
    fields = load_year(tmp_path).tables["1.1.1"].fields
    assert [(field.name, field.inferred) for field in fields[2:]] == [("甲", True), ("乙", True)]


def test_a_changed_file_changes_the_digest(tmp_path: Path) -> None:
    before = load_year(a_year(tmp_path)).digest
    a_year(tmp_path, **{"tables__1.1.1-机构表": TABLE.replace("length: 10", "length: 11")})
    assert load_year(tmp_path).digest != before
