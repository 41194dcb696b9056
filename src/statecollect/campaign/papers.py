"""What a campaign's report is made of, and where it is written: numbers, progress, findings, last year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from statecollect.campaign.workspace import Workspace
from statecollect.core.outputs import only_ours
from statecollect.indicators.analysis_report import Material, analysis, summary
from statecollect.indicators.compute import compute, known_quantities
from statecollect.indicators.result import Result
from statecollect.render.excel_page import write_form
from statecollect.render.html.report_page import write_report_page
from statecollect.render.word import write_document
from statecollect.submission.bundle import MANIFEST, indicators_of
from statecollect.workflow.evidence import evidence_list
from statecollect.workflow.review_forms import forms_of, write_forms
from statecollect.workflow.status import status

if TYPE_CHECKING:
    from statecollect.store import Store
    from statecollect.workflow.validate import Validation

REPORT, SUMMARY = "数据分析报告", "核心数据汇总表"


def material(workspace: Workspace, store: Store, validation: Validation, day: dt.date) -> Material:
    """Put together what the report of ``day`` is made of."""
    parameters = workspace.catalog.year.parameters
    return Material(
        school=workspace.config.school.name,
        catalog=workspace.catalog,
        result=compute(store, parameters, workspace.config.indicators),
        quantities=known_quantities(store, parameters).values,
        status=status(store, workspace.breakdown, workspace.tasks, workspace.stages, validation, day),
        validation=validation,
        before=_before(workspace),
    )


def write_analysis(found: Material, out: Path) -> list[Path]:
    """Write the report (.docx, .html) and the summary (.docx, .xlsx) into a folder; return the paths."""
    paths = [out / f"{REPORT}.docx", out / f"{REPORT}.html", out / f"{SUMMARY}.docx", out / f"{SUMMARY}.xlsx"]
    only_ours(paths)
    report, table = analysis(found), summary(found)
    write_document(paths[0], report)
    write_report_page(paths[1], report)
    write_document(paths[2], table)
    write_form(paths[3], table, SUMMARY, found.school)
    return paths


def last_day(store: Store) -> dt.date:
    """Return the day of the last thing that happened: the same report however often it is exported."""
    moments = [event.at for event in store.events()]
    return dt.date.fromisoformat(moments[-1][:10]) if moments else dt.date.today()


def _before(workspace: Workspace) -> Mapping[str, float]:
    """Return last year's indicators: of its bundle, or computed from its campaign folder."""
    if not workspace.config.previous:
        return {}
    folder = workspace.folder / workspace.config.previous
    if (folder / MANIFEST).is_file():
        return indicators_of(folder)
    before = Workspace.open(folder)
    with before.store() as store:
        return _values(compute(store, before.catalog.year.parameters, before.config.indicators))


def _values(result: Result) -> dict[str, float]:
    return {computed.id: computed.value for computed in result.indicators if computed.value is not None}


def write_papers(
    workspace: Workspace, store: Store, validation: Validation, folder: Path, watermark: str
) -> dict[str, Any]:
    """Write what people read of a bundle into its folder, and return its indicators."""
    found = replace(material(workspace, store, validation, last_day(store)), watermark=watermark)
    school, title = workspace.config.school.name, found.title
    write_analysis(found, folder / "报告")
    forms = forms_of(store, workspace.breakdown, workspace.config, workspace.catalog, validation)
    if forms:
        write_forms(forms, folder / "审核报表", school, title)
    write_form(folder / "佐证材料清单.xlsx", evidence_list(store, school, title), "佐证材料清单", school)
    return found.result.as_json()
