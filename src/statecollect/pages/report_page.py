"""A report as one page: the same sections as the Word document, charts as SVG."""

from __future__ import annotations

from pathlib import Path

from statecollect.pages.page import write_page
from statecollect.printed import Printed


def write_report_page(path: Path, report: Printed) -> None:
    """Write the page."""
    write_page(path, "report.html.j2", title=report.title, report=report)
