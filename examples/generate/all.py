"""Regenerate everything that is generated, and say what only a person can do. CI fails on a difference.

``examples/``, ``templates_xlsx/``, the generated pages of ``docs/``, the counts in README. A workbook of which every part
is as it was stays as it is: other versions of zlib pack the same parts into other bytes. Ends with status 1 while
something is left to do.
"""

from __future__ import annotations

import csv
import sys
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Collection
from pathlib import Path

import breakdown_xlsx
import catalogue_page
import cleaner_sentences
import college
import indicator_page
import readme
import reference
from faults import listing
from remaining import field_rows, remaining
from trial import Trial

from statecollect.campaign.demo import example_rows, init_example
from statecollect.catalog import load_catalog

ROOT = Path(__file__).resolve().parents[2]
GENERATED = (
    "examples/2022/**/*.csv",
    "examples/*.xlsx",
    "templates_xlsx/**/*.xlsx",
    "docs/*.md",
    "README.md",
    "src/statecollect/findings/*.yaml",
)
Parts = dict[str, bytes]


def parts_of(workbook: Path) -> Parts:
    """Return the parts of a workbook by name, unpacked."""
    with zipfile.ZipFile(workbook) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def put(made: Path, place: Path) -> None:
    """Put a workbook that was made in its place, unless one of the same parts is there."""
    if not place.exists() or parts_of(made) != parts_of(place):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(made.read_bytes())


def templates(out: Path) -> None:
    """Write the example's blank templates: one workbook a filling party."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "模板"
        init_example(Path(folder) / "示例", ROOT / "examples").make_templates(made)
        names = {path.relative_to(made) for path in made.rglob("*.xlsx")}
        for name in names:
            put(made / name, out / name)
        for path in out.rglob("*.xlsx"):
            if path.relative_to(out) not in names:
                path.unlink()


def breakdown(place: Path) -> None:
    """Write the example's task breakdown."""
    with tempfile.TemporaryDirectory() as folder:
        breakdown_xlsx.write(Path(folder) / place.name)
        put(Path(folder) / place.name, place)


def fault_list(examples: Path, trial: Trial) -> set[str]:
    """Write what to change in the clean example so that each rule finds something; return the rules listed as before."""
    path = examples / "faults.csv"
    before = faults_in(path)
    lines = list(listing(trial))
    college.write_csv(path, list(lines[0]), lines)
    return {rule for rule, said in faults_in(path).items() if before.get(rule) == said}


def faults_in(path: Path) -> dict[str, list[dict[str, str]]]:
    """Return the lines of ``faults.csv`` by rule."""
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    if path.exists():
        with path.open(encoding="utf-8-sig", newline="") as stream:
            for line in csv.DictReader(stream):
                found[line["规则"]].append(line)
    return found


def regenerate() -> list[str]:
    """Regenerate all, in the order in which they depend on each other; return what is left for a person."""
    breakdown(ROOT / "examples" / "2022-任务分解表.xlsx")
    college.main()
    templates(ROOT / "templates_xlsx" / "2022")
    indicator_page.write(ROOT / "docs" / "indicators.md")
    cleaner_sentences.write(ROOT / "src" / "statecollect" / "findings" / "cleaner_sentences.yaml")
    catalogue_page.write(ROOT / "docs" / "findings.md")
    reference.write(ROOT / "docs")
    catalog, page = load_catalog("2022"), ROOT / "README.md"
    counted = readme.page(page.read_text(encoding="utf-8"), catalog, field_rows())
    page.write_text(counted, encoding="utf-8", newline="\n")
    with (trial := Trial(catalog, example_rows(ROOT / "examples" / "2022"))).store:
        return remaining(catalog, trial, fault_list(ROOT / "examples" / "2022", trial))


def contents() -> dict[Path, bytes]:
    """Return every file that is, or might be, generated."""
    return {path: path.read_bytes() for pattern in GENERATED for path in ROOT.glob(pattern)}


def told(title: str, lines: Collection[str]) -> None:
    """Print lines below a title, or that there are none."""
    print(f"{title}：" + ("".join(f"\n  {line}" for line in lines) or "无"))


def main() -> int:
    """Regenerate all, say what changed and what is left; return the exit status."""
    before = contents()
    left = regenerate()
    after = contents()
    changed = {path for path in {*before, *after} if before.get(path) != after.get(path)}
    told("改动的文件", sorted(path.relative_to(ROOT).as_posix() for path in changed))
    told("还要手工改的", left)
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
