"""Taking a workbook in, beside others that merely read or check it: 15,000 and 100,000 students."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path

from python_calamine import CalamineWorkbook

from benchmarks import data
from benchmarks.measure import Line, commands, compare, python, side_by_side, statecollect
from statecollect.campaign import Campaign
from statecollect.submission.bundle_files import table_schema
from statecollect.workbook.read.reader import read_book_safely

OPENPYXL = (
    "import sys, openpyxl\n"
    "book = openpyxl.load_workbook(sys.argv[1], read_only=True)\n"
    "for row in book[sys.argv[2]].iter_rows(values_only=True): pass"
)
FRICTIONLESS = (
    "import sys, json, frictionless\n"
    "from frictionless.formats import ExcelControl\n"
    "schema = frictionless.Schema.from_descriptor(json.load(open(sys.argv[3]))) if len(sys.argv) > 3 else None\n"
    "dialect = frictionless.Dialect(header_rows=[int(1)], controls=[ExcelControl(sheet=sys.argv[2])])\n"
    "resource = frictionless.Resource(path=sys.argv[1], dialect=dialect, schema=schema)\n"
    "frictionless.system.trusted = True\n"
    "report = resource.validate(limit_errors=10**9)\n"
    "assert report.stats['tasks'] == 1, report"
)
PANDERA = (
    "import sys, json, pandas, pandera.pandas as pandera\n"
    "fields = json.load(open(sys.argv[3]))['fields']\n"
    "frame = pandas.read_excel(sys.argv[1], sheet_name=sys.argv[2], engine='calamine', dtype=str)\n"
    "columns = {}\n"
    "for one in fields:\n"
    "    said = one.get('constraints', {})\n"
    "    checks = [pandera.Check.isin(said['enum'])] if 'enum' in said else []\n"
    "    checks += [pandera.Check.str_length(max_value=said['maxLength'])] if 'maxLength' in said else []\n"
    "    columns[one['name']] = pandera.Column(str, checks, nullable=True, required=False)\n"
    "try: pandera.DataFrameSchema(columns).validate(frame, lazy=True)\n"
    "except pandera.errors.SchemaErrors: pass"
)


CALAMINE = "calamine, reading it"
LARGE = 100_000  # students; beside them only the peer that the budget names


class Case:
    """A workbook of so many students, the campaign that takes it in, and the same table alone for tools that ask for that."""

    def __init__(self, folder: Path, rows: int) -> None:
        self.rows = rows
        self.folder = folder / str(rows)
        self.empty = data.campaign(folder / str(rows) / "campaign")
        with self.empty.store():
            pass  # the store is made once for ten weeks
        self.table = self.empty.catalog.tables[data.STUDENTS]
        self.path = data.office_workbook(self.empty, data.STUDENTS, rows, self.folder / f"{data.OFFICE}.xlsx")
        self.plain = data.plain_workbook(self.table, rows, self.folder / "plain.xlsx")
        self.schema = self.folder / "schema.json"
        self.schema.write_text(
            json.dumps(table_schema(self.table, self.empty.catalog, complete=True), ensure_ascii=False)
        )
        self._number = count()

    def bare(self) -> None:
        """Read the cells of the students' sheet with calamine, and nothing else."""
        book = CalamineWorkbook.from_path(str(self.path))
        book.get_sheet_by_name(self.table.title).to_python()

    def ingest(self) -> None:
        """Take the workbook into a fresh copy of the campaign."""
        campaign = data.fresh(self.empty, self.folder / f"in-{next(self._number)}")
        (result,) = campaign.ingest([self.path], by="benchmark", now=data.NOW)
        if result.outcome != "accepted" or len(result.deliveries[0].rows) != self.rows:
            raise RuntimeError(result.reason)
        shutil.rmtree(campaign.folder)

    def ingest_command(self) -> list[str | Path]:
        """Return the same as a whole command."""
        campaign: Campaign = data.fresh(self.empty, self.folder / f"in-{next(self._number)}")
        return statecollect(campaign.folder, "ingest", self.path)

    def peer(self, code: str, *more: str | Path) -> Callable[[], list[str | Path]]:
        """Return how to run a peer over the plain table."""
        return lambda: python(code, self.plain, self.table.title, *more)


def measure(folder: Path, rows: int, repetitions: int) -> list[Line]:
    """Compare in process and as commands."""
    case = Case(folder, rows)
    works = {
        "calamine": case.bare,
        "read": lambda: read_book_safely(case.path),
        "ingest": case.ingest,
    }
    case.ingest()  # imports
    here = side_by_side(works, repetitions)
    large = rows >= LARGE
    commands_of = {
        "ingest": case.ingest_command,
        "frictionless with the schema": case.peer(FRICTIONLESS, case.schema),
    }
    if not large:
        commands_of |= {
            "frictionless": case.peer(FRICTIONLESS),
            "openpyxl read_only": case.peer(OPENPYXL),
            "pandera": case.peer(PANDERA, case.schema),
        }
    costs = commands(commands_of, repetitions)
    ours = costs["ingest"]
    what = f"`ingest`, {rows:,} × {len(case.table.fields)}"
    lines = [
        compare(f"{what}, in process", here["ingest"], CALAMINE, here["calamine"], at_most=2.0, stretch=1.2),
        compare(f"{what}: of that guard, scan and read alone", here["read"], CALAMINE, here["calamine"]),
    ]
    for name, least, hoped in (
        ("frictionless", 2.5, 4.0),
        ("frictionless with the schema", 3.5 if large else 0, 6.0 if large else 0),
        ("openpyxl read_only", 2.2, 4.0),
        ("pandera", 0, 0),
    ):
        if name in costs:
            beside = costs[name]
            lines.append(
                compare(
                    f"{what}, whole command", ours, name, beside, at_least=least, stretch=hoped, faster=True
                )
            )
    if large:
        hoped_of = f"≤ 400 MB: {'yes' if ours.peak <= 400 else 'no'}"
        peak = f"{ours.peak} MB"
        lines.append(Line(f"{what}, memory", peak, "", "", "≤ 700 MB", ours.peak <= 700, hoped_of))
    return lines
