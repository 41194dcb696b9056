"""What CONTRIBUTING says to type is typed into a copy of the schemas, and nothing is left to do; where it is, it is said."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

from statecollect.campaign.demo import example_rows
from statecollect.catalog import Catalog, load_year
from statecollect.catalog.table_digest import table_digest
from statecollect.rules import rules_of
from statecollect.schemas.check import check_table

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "examples" / "generate"))

from faults import listing  # noqa: E402
from readme import page  # noqa: E402
from remaining import field_rows, remaining  # noqa: E402
from trial import Trial  # noqa: E402

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
TABLE, READS = "1.1.1", ("1.1.1", "1.1.4")  # the table of the examples, and those that its rules read
SECTIONS = ("Add a field", "Add a rule", "Add a code")


def section(title: str) -> tuple[Path, str, str]:
    """Return the file that a section says to edit, below what (empty: at the end), and the lines to type."""
    part = TEXT.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]
    typed = re.search(r"```yaml\n(.*?)```", part, re.S)
    file = re.search(r"`(schemas/2022/\S+?\.yaml)`", part)
    assert typed, title
    assert file, title
    below = re.search(r"here below (\S+?):", part)
    lines = "".join(line.removeprefix("   ") for line in typed[1].rstrip(" ").splitlines(keepends=True))
    return Path(file[1]), below[1] if below else "", lines


def copied(folder: Path) -> Catalog:
    """Copy the year, without what the sections add where somebody has really added it."""
    year = folder / "schemas" / "2022"
    shutil.copytree(ROOT / "schemas" / "2022", year)
    for file, _, lines in map(section, SECTIONS):
        text = (folder / file).read_text(encoding="utf-8")
        (folder / file).write_text(text.replace(lines, ""), encoding="utf-8")
    return load_year(year)


def with_lines(folder: Path, title: str, given: str = "", instead: str = "", number: str = "") -> Catalog:
    """Do what a section says in the copy, or depart from it: ``instead`` of what is ``given``."""
    file, below, lines = section(title)
    text = (folder / file).read_text(encoding="utf-8")
    place = re.search(rf"^  - \{{name: {below}, .*\n", text, re.M) if below else None
    at = place.end() if place else len(text)
    if given:
        assert given in lines
        lines = lines.replace(given, instead).replace("1.1.1-R90", number)
    (folder / file).write_text(text[:at] + lines + text[at:], encoding="utf-8")
    return load_year(folder / "schemas" / "2022")


def left_in(catalog: Catalog) -> tuple[list[str], list[dict[str, object]]]:
    """Return what is left to do for the table, and the faults listed for it."""
    rows = {key: given for key, given in example_rows(ROOT / "examples" / "2022").items() if key[1] in READS}
    table = catalog.tables[TABLE]
    with (trial := Trial(catalog, rows)).store:
        only = catalog.model_copy(update={"tables": {TABLE: table}})
        return remaining(only, trial, ()), list(listing(trial, [table]))


def test_the_three_changes_need_no_other_edit(tmp_path: Path) -> None:
    before = copied(tmp_path)
    for title in SECTIONS:
        catalog = with_lines(tmp_path, title)
    table = catalog.tables[TABLE]
    names = [field.name for field in table.fields]
    assert names.index("学校微信号") == names.index("校训") + 1
    assert "不通过" in catalog.codes["PGJL"].labels
    assert check_table(catalog, table).problems == ()
    left, faults = left_in(catalog)
    assert left == []
    assert [one["写成"] for one in faults if one["规则"] == "1.1.1-R90"] == ["21"]
    readme = page((ROOT / "README.md").read_text(encoding="utf-8"), catalog, field_rows())
    rules = sum(len(rules_of(catalog, one)) for one in catalog.tables.values())
    fields = sum(len(one.fields) for one in before.tables.values()) + 1
    assert f"{fields:,} fields" in readme
    assert re.search(rf"\s{rules:,} rules", readme)
    told = {
        one
        for one, now in catalog.tables.items()
        if table_digest(catalog, now) != table_digest(before, before.tables[one])
    }
    assert told == {TABLE}


def test_what_no_generator_can_know_is_named(tmp_path: Path) -> None:
    departures = [
        ("Add a field", "evidence: I", "evidence: '[S]', required: yes"),
        ("Add a rule", "    breaks: {set: {校区数量: 21}}\n", ""),
        ("Add a rule", "校区数量: 21", "校区数量: 20"),
        ("Add a rule", "<= 20", "< 1"),
        ("Add a rule", "    severity: warning\n", ""),
    ]
    copied(tmp_path)
    for number, (title, given, instead) in enumerate(departures):
        catalog = with_lines(tmp_path, title, given, instead, f"1.1.1-R9{number}")
    left, _ = left_in(catalog)
    expected = [
        r"tests/data/field_rows\.yaml：1\.1\.1 缺「学校微信号」一行",
        r"schemas：1\.1\.1-R94 是错误，还要写 fair.*",
        r"examples/generate/overview\.py：1\.1\.1 学校微信号：.*",
        r"examples/generate/overview\.py：示例不合 1\.1\.1-R93.*",
        r"schemas：1\.1\.1-R91 的 breaks：没有写：.*",
        r"schemas：1\.1\.1-R92 的 breaks：passed.*",
    ]
    assert len(left) == len(expected)
    for line, pattern in zip(left, expected, strict=True):
        assert re.fullmatch(pattern, line)
