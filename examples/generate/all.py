"""Regenerate everything that is generated: ``examples/``, ``templates_xlsx/``, the generated pages of ``docs/``. CI fails on a difference."""

from __future__ import annotations

import tempfile
from pathlib import Path

import breakdown_xlsx
import catalogue_page
import cleaner_sentences
import college
import indicator_page
import reference
from faults import listing
from trial import Trial

from statecollect.campaign.demo import example_rows, init_example
from statecollect.catalog import load_catalog

ROOT = Path(__file__).resolve().parents[2]


def templates(out: Path) -> None:
    """Write the example's blank templates: one workbook a filling party."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        campaign = init_example(Path(folder) / "示例", ROOT / "examples")
        for path in out.glob("*.xlsx"):
            path.unlink()
        campaign.make_templates(out)


def fault_list(examples: Path) -> None:
    """Write what to change in the clean example so that each rule finds something."""
    trial = Trial(load_catalog("2022"), example_rows(examples))
    with trial.store:
        lines = list(listing(trial))
    college.write_csv(examples / "faults.csv", list(lines[0]), lines)


def main() -> None:
    """Regenerate all, in the order in which they depend on each other."""
    breakdown_xlsx.write(ROOT / "examples" / "2022-任务分解表.xlsx")
    college.main()
    fault_list(ROOT / "examples" / "2022")
    templates(ROOT / "templates_xlsx" / "2022")
    indicator_page.write(ROOT / "docs" / "indicators.md")
    cleaner_sentences.write(ROOT / "src" / "statecollect" / "findings" / "cleaner_sentences.yaml")
    catalogue_page.write(ROOT / "docs" / "findings.md")
    reference.write(ROOT / "docs")


if __name__ == "__main__":
    main()
