"""What is generated is what its generator makes: texts byte for byte, workbooks part by part, unpacked.

To repair: ``python examples/generate/all.py``.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import pytest

from statecollect.campaign import Campaign
from statecollect.campaign.demo import example_rows
from statecollect.catalog import load_catalog

ROOT = Path(__file__).resolve().parents[1]
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
FOREIGN_OPTIONS = {"--trusted"}  # of other programs that the manual names
OTHERS = {"mistakes.csv", "faults.csv"}  # written by hand; made from the examples and the schemas


def generator(name: str) -> ModuleType:
    """Load a script of ``examples/generate/``."""
    folder = ROOT / "examples" / "generate"
    sys.path.insert(0, str(folder))
    try:
        spec = importlib.util.spec_from_file_location(f"generate_{name}", folder / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(folder))
    return module


def contents(folder: Path, suffix: str) -> dict[str, object]:
    return {path.relative_to(folder).as_posix(): content(path) for path in folder.rglob(f"*{suffix}")}


def content(path: Path) -> object:
    return generator("all").parts_of(path) if path.suffix == ".xlsx" else path.read_bytes()


def assert_same(made: Mapping[str, object], shipped: Mapping[str, object]) -> None:
    assert sorted(made) == sorted(shipped)
    assert [name for name in made if made[name] != shipped[name]] == []


def test_the_example_college_is_what_its_script_makes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    college = generator("college")
    monkeypatch.setattr(college, "OUT", tmp_path)
    college.main()
    shipped = contents(ROOT / "examples" / "2022", ".csv")
    assert_same(
        contents(tmp_path, ".csv"), {name: data for name, data in shipped.items() if name not in OTHERS}
    )


def test_the_list_of_faults_is_what_its_script_makes(tmp_path: Path) -> None:
    every, examples = generator("all"), tmp_path / "2022"
    shutil.copytree(ROOT / "examples" / "2022", examples)
    with (trial := every.Trial(load_catalog("2022"), example_rows(examples))).store:
        as_before = every.fault_list(examples, trial)
    assert (examples / "faults.csv").read_bytes() == (ROOT / "examples" / "2022" / "faults.csv").read_bytes()
    assert as_before == set(every.faults_in(examples / "faults.csv"))


def test_the_breakdown_workbook_is_what_its_script_makes(tmp_path: Path) -> None:
    made = tmp_path / "任务分解表.xlsx"
    generator("breakdown_xlsx").write(made)
    assert content(made) == content(ROOT / "examples" / "2022-任务分解表.xlsx")


def test_a_workbook_packed_otherwise_is_not_replaced_and_one_of_other_parts_is(tmp_path: Path) -> None:
    every = generator("all")
    made, place = ROOT / "examples" / "2022-任务分解表.xlsx", tmp_path / "甲" / "任务分解表.xlsx"
    place.parent.mkdir()
    with zipfile.ZipFile(place, "w", zipfile.ZIP_STORED) as archive:
        for name, data in every.parts_of(made).items():
            archive.writestr(name, data)
    packed = place.read_bytes()
    every.put(made, place)
    assert place.read_bytes() == packed != made.read_bytes()
    with zipfile.ZipFile(place, "a") as archive:
        archive.writestr("xl/more.xml", b"<more/>")
    every.put(made, place)
    assert place.read_bytes() == made.read_bytes()


def test_the_counts_in_the_readme_are_those_of_the_schemas() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    evidence = generator("remaining").field_rows()
    assert generator("readme").page(readme, load_catalog("2022"), evidence) == readme


def test_the_page_of_indicators_is_what_its_script_makes() -> None:
    shipped = (ROOT / "docs" / "indicators.md").read_text(encoding="utf-8")
    assert generator("indicator_page").page(shipped) == shipped


def test_the_pages_of_commands_and_public_names_are_what_the_program_says() -> None:
    pages = generator("reference")
    assert pages.cli_page() == (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert pages.api_page() == (ROOT / "docs" / "api.md").read_text(encoding="utf-8")


def test_the_page_of_findings_and_the_list_of_what_cleaners_say_are_what_the_program_says() -> None:
    sentences = (ROOT / "src" / "statecollect" / "findings" / "cleaner_sentences.yaml").read_text(
        encoding="utf-8"
    )
    assert generator("cleaner_sentences").page() == sentences
    assert generator("catalogue_page").page() == (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")


def test_the_manual_names_only_options_that_there_are() -> None:
    manual = (ROOT / "docs" / "使用手册.md").read_text(encoding="utf-8")
    known = set(OPTION.findall(generator("reference").cli_page()))
    assert set(OPTION.findall(manual)) - known - FOREIGN_OPTIONS == set()


def test_the_shipped_templates_are_what_the_program_makes(campaign: Campaign, tmp_path: Path) -> None:
    campaign.make_templates(tmp_path / "模板")
    made = contents(tmp_path / "模板", ".xlsx")
    assert made
    assert_same(made, contents(ROOT / "templates_xlsx" / "2022", ".xlsx"))
