"""Regenerate everything that is generated: ``examples/`` and ``templates_xlsx/``. CI fails on a difference."""

from __future__ import annotations

import tempfile
from pathlib import Path

import breakdown_xlsx
import college

from statecollect.demo import init_example

ROOT = Path(__file__).resolve().parents[2]


def templates(out: Path) -> None:
    """Write the example's blank templates: one workbook a filling party."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        campaign = init_example(Path(folder) / "示例", ROOT / "examples")
        for path in out.glob("*.xlsx"):
            path.unlink()
        campaign.make_templates(out)


def main() -> None:
    """Regenerate all, in the order in which they depend on each other."""
    breakdown_xlsx.write(ROOT / "examples" / "2022-任务分解表.xlsx")
    college.main()
    templates(ROOT / "templates_xlsx" / "2022")


if __name__ == "__main__":
    main()
