"""A report as one page: the same sections as the Word document, charts as SVG."""

from __future__ import annotations

from pathlib import Path

from statecollect.render.html.frame import write_page
from statecollect.render.page import Page


def write_report_page(path: Path, report: Page) -> None:
    """Write the page."""
    write_page(path, "report.html.j2", title=report.title, report=report)
