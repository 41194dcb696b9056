"""``python -m benchmarks``: measure everything there is and write ``benchmarks/results.md``."""

from __future__ import annotations

import platform
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from benchmarks import marked

HEADER = "| work | CPU, median of 5 | beside it | ratio | budget | peak |\n|---|---|---|---|---|---|"


def main() -> None:
    """Measure and write."""
    with tempfile.TemporaryDirectory() as folder:
        lines = [marked.measure(Path(folder))]
    used = ", ".join(
        f"{name} {version(name)}" for name in ("XlsxWriter", "python-calamine", "duckdb", "pydantic")
    )
    about = f"Python {platform.python_version()}, {platform.machine()}, {sys.platform}; {used}"
    text = "\n".join(["# Measurements", "", about, "", HEADER, *lines, ""])
    Path(__file__).with_name("results.md").write_text(text, encoding="utf-8", newline="\n")
    print(text)


if __name__ == "__main__":
    main()
